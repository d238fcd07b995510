//! `POST /rpc`: the payment contract over JSON-RPC 2.0, for services that sign their requests.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::{Json, extract::State};
use earnest_kit::{Caller, Problem};
use earnest_payment::{
    Outage, Submission,
    rpc::{self, CheckPayment, RpcCall, RpcError, RpcId, RpcRequest, RpcResponse},
};
use serde_json::Value;

use super::payments::contract;
use crate::{
    answers::{Raw, Rpc, RpcAnswer},
    desk::{Proposed, Standing},
    office::Office,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/rpc", post(call))
}

pub(super) fn open() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/rpc/schema", get(schema))
}

/// One call: `submitPayment`, `checkPayment` or `getSponsorStatus`. Lists of calls, and calls without an id, are refused.
async fn call(State(office): State<Office>, caller: Caller, body: Raw<Rpc>) -> Result<RpcAnswer, Problem> {
    let standing = office.service(&caller)?;
    Ok(match RpcRequest::parse(&body.0) {
        Ok(RpcRequest { id, call }) => answer(&office, &standing, id, call).await,
        Err(refused) => told(refused),
    })
}

async fn answer(office: &Office, standing: &Standing, id: RpcId, call: RpcCall) -> RpcAnswer {
    let desk = &office.desk;
    match call {
        RpcCall::SubmitPayment(request) => {
            let outcome = match Proposed::of(request) {
                Ok(proposed) => desk.submit(proposed, standing).await.map(contract),
                Err(refused) => Ok(Submission::Refused(refused)),
            };
            rpc::submitted(id, &outcome, &desk.url).into()
        }
        RpcCall::CheckPayment(CheckPayment { payment_id }) => {
            let outcome = desk.seen(&payment_id).await.map(|seen| seen.answer);
            rpc::polled(id, &outcome, &desk.url).into()
        }
        RpcCall::GetSponsorStatus => {
            let outcome = office.sponsors().await.map_err(|outage: Outage| RpcError::outage(outage));
            RpcResponse { id: Some(id), outcome }.into()
        }
    }
}

/// A refusal without what was found in the request: that is the caller's.
fn told(mut refused: RpcResponse<()>) -> RpcAnswer {
    if let Err(error) = &mut refused.outcome {
        error.message = crate::desk::expected(&error.message).to_owned();
    }
    refused.into()
}

/// The schemas of a call and of its response.
async fn schema() -> Json<Value> {
    let schemas: serde_json::Map<String, Value> = earnest_payment::schemas()
        .into_iter()
        .filter_map(|(name, schema)| match name {
            "payment-rpc-request.v1" => Some(("request".to_owned(), schema)),
            "payment-rpc-response.v1" => Some(("response".to_owned(), schema)),
            _ => None,
        })
        .collect();
    Json(schemas.into())
}
