//! `POST /payments` and `GET /payments/{paymentId}`: the payment contract over HTTP.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::extract::State;
use earnest_base::PaymentId;
use earnest_kit::{Caller, PathParameters, Problem, Strict};
use earnest_payment::{PaymentRequest, Submission, http as contract_http};
use http::HeaderMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answers::PaymentAnswer,
    desk::{Proposed, Taken},
    office::Office,
};

pub(super) fn writing() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/payments", post(submit))
}

pub(super) fn reading() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/payments/{paymentId}", get(check))
}

/// Which payment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PaymentPath {
    /// The relay's id of it.
    pub(super) payment_id: PaymentId,
}

/// Settles a payment: 202 while it is under way, 200 once it has ended. The same payment again is the same payment.
async fn submit(
    State(office): State<Office>,
    caller: Option<Caller>,
    headers: HeaderMap,
    Strict(request): Strict<PaymentRequest>,
) -> Result<PaymentAnswer, Problem> {
    let standing = office.standing(caller.as_ref(), &headers)?;
    let outcome = match Proposed::of(request) {
        Ok(proposed) => office.desk.submit(proposed, &standing).await.map(contract),
        Err(refused) => Ok(Submission::Refused(refused)),
    };
    Ok(PaymentAnswer(contract_http::submitted(&outcome, &office.desk.url)))
}

/// How a submission was taken, as the contract has it on every transport.
pub(super) fn contract(taken: Taken) -> Submission {
    match taken {
        Taken::Accepted { payment, .. } => Submission::Accepted(*payment),
        Taken::Refused(refusal) => Submission::Refused(refusal.told),
    }
}

/// The status of a payment. Its id is all that it takes to ask.
async fn check(State(office): State<Office>, PathParameters(path): PathParameters<PaymentPath>) -> PaymentAnswer {
    let outcome = office.desk.seen(&path.payment_id).await.map(|seen| seen.answer);
    PaymentAnswer(contract_http::polled(&outcome, &office.desk.url))
}
