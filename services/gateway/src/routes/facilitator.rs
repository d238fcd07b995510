//! `POST /verify`, `POST /settle`, `GET /supported`: the facilitator API.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use earnest_kit::{Caller, Problem};
use earnest_payment::RefusedSubmission;
use earnest_x402::{ErrorReason, FacilitatorRequest, SettleResponse, SupportedResponse, VerifyResponse, header, read};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::{
    answers::{Raw, X402},
    desk::{Proposed, expected},
    facilitator::{self, Settled},
    office::Office,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/verify", post(verify)).api_route("/settle", post(settle))
}

pub(super) fn open() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/supported", get(supported))
}

/// The schemes and networks that payments are taken on.
async fn supported(State(office): State<Office>) -> Json<SupportedResponse> {
    Json(facilitator::supported(&office.desk))
}

/// Whether a payment is valid, and its payer can pay. It promises nothing.
async fn verify(
    State(office): State<Office>,
    caller: Option<Caller>,
    headers: HeaderMap,
    body: Raw<X402>,
) -> Result<Answered<VerifyResponse>, Problem> {
    let standing = office.standing(caller.as_ref(), &headers)?;
    let proposed = match proposed(&body.0) {
        Ok(proposed) => proposed,
        Err(message) => {
            let refused = VerifyResponse::invalid(ErrorReason::INVALID_PAYLOAD, Some(message), None);
            return Ok(Answered { status: StatusCode::BAD_REQUEST, extensions: None, body: refused });
        }
    };
    let body = facilitator::verify(&office, proposed, &standing).await?;
    Ok(Answered { status: StatusCode::OK, extensions: None, body })
}

/// Settles a payment, and waits for its end for some time. A payment that is still under way is `settlement_pending`: the
/// same request again tells what became of it, and sends nothing twice.
async fn settle(
    State(office): State<Office>,
    caller: Option<Caller>,
    headers: HeaderMap,
    body: Raw<X402>,
) -> Result<Answered<SettleResponse>, Problem> {
    let standing = office.standing(caller.as_ref(), &headers)?;
    let proposed = match proposed(&body.0) {
        Ok(proposed) => proposed,
        Err(message) => {
            let (none, reason) = (String::new(), ErrorReason::INVALID_PAYLOAD);
            let refused = SettleResponse::failed(reason, Some(message), none.clone(), none);
            return Ok(Answered { status: StatusCode::BAD_REQUEST, extensions: None, body: refused });
        }
    };
    let Settled { response, conflict, extensions } = facilitator::settle(&office, proposed, &standing).await?;
    let extensions = (!extensions.0.is_empty()).then(|| header::encode(&extensions));
    let status = if conflict { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(Answered { status, extensions, body: response })
}

fn proposed(bytes: &[u8]) -> Result<Proposed, String> {
    let asked = read::<FacilitatorRequest>(bytes).map_err(|error| {
        let (place, message) = (error.pointer().as_str(), expected(error.message()));
        if place.is_empty() { message.to_owned() } else { format!("{place}: {message}") }
    })?;
    Proposed::of_facilitator(asked).map_err(|RefusedSubmission { error, .. }| error)
}

/// An answer in the protocol of x402.
struct Answered<T> {
    status: StatusCode,
    extensions: Option<String>,
    body: T,
}

impl<T: serde::Serialize> IntoResponse for Answered<T> {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(value) = self.extensions.and_then(|value| HeaderValue::from_str(&value).ok()) {
            response.headers_mut().insert(HeaderName::from_static("extension-responses"), value);
        }
        response
    }
}

impl<T: schemars::JsonSchema + serde::Serialize> aide::OperationOutput for Answered<T> {
    type Inner = T;

    fn operation_response(
        context: &mut aide::generate::GenContext,
        operation: &mut aide::openapi::Operation,
    ) -> Option<aide::openapi::Response> {
        Json::<T>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut aide::generate::GenContext,
        operation: &mut aide::openapi::Operation,
    ) -> Vec<(Option<aide::openapi::StatusCode>, aide::openapi::Response)> {
        let mut found = Json::<T>::inferred_responses(context, operation);
        let told = found.first().map(|(_, response)| response.clone()).unwrap_or_default();
        found.extend([400, 409].map(|code| (Some(aide::openapi::StatusCode::Code(code)), told.clone())));
        found
    }
}
