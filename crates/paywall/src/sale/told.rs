//! What a paid route answers, written out.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use earnest_base::Count;
use earnest_grant::{Doing, Failure, Kept, KeptBody, Refusal, Settled, Underway};
use earnest_payment::PaymentStatus;
use earnest_ports::SubmitError;
use earnest_signing::SecretKey;
use earnest_x402::{
    ErrorReason, Extensions, Outcome, OutcomeAnswer, PaidBy, ResourceUrl, SettleResponse, Version,
    header::{self as x402, PAYMENT_RESPONSE, X_PAYMENT_RESPONSE},
    offer_receipt::{KEY, Receipt, SignedArtifact, receipt_extension},
    scheme::VerifiedPayment,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;

/// A refusal that is not of x402: problem+json.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    error: String,
    retry_after_secs: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, error: impl Into<String>) -> Self {
        Self { status, code, error: error.into(), retry_after_secs: None }
    }

    pub(crate) fn retry_after(self, secs: u32) -> Self {
        Self { retry_after_secs: Some(secs), ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, code, error, retry_after_secs } = self;
        let kind = format!("urn:earnest:problem:{code}");
        let body = json!({ "type": kind, "code": code, "status": status.as_u16(), "error": error });
        let mut response = (status, body.to_string()).into_response();
        set(response.headers_mut(), "content-type", "application/problem+json");
        set(response.headers_mut(), "cache-control", "no-store");
        if let Some(secs) = retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        varied(response)
    }
}

/// Sets a header of ours; a value that no header can hold, which there is not, is left out.
fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        headers.insert(name, value);
    }
}

/// Says what an answer depends on: caches that keep it against its word at least keep it apart.
pub(crate) fn varied(mut response: Response) -> Response {
    let value = HeaderValue::from_static("PAYMENT-SIGNATURE, X-PAYMENT, Accept, User-Agent");
    response.headers_mut().append(header::VARY, value);
    response
}

/// An outcome as an answer of its own.
pub(crate) fn outcome(outcome: &Outcome) -> Response {
    let OutcomeAnswer { status, headers, body } = outcome.answer(None);
    let status =
        status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        set(response.headers_mut(), name, &value);
    }
    varied(response)
}

/// The same for a person: a page instead of JSON, the same headers.
pub(crate) fn page(demand: &Outcome, html: String) -> Response {
    let mut response = outcome(demand);
    set(response.headers_mut(), "content-type", "text/html; charset=utf-8");
    set(response.headers_mut(), "content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
    *response.body_mut() = Body::from(html);
    response
}

/// A result that is delivered, with what became of its payment.
pub(crate) fn delivered(kept: &Kept, body: Bytes, paid_by: PaidBy, settled: SettleResponse) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(kept.status()).unwrap_or(StatusCode::OK);
    for (name, value) in kept.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value)) {
            response.headers_mut().append(name, value);
        }
    }
    let own = response.headers().get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let settled = Outcome::Settled { paid_by, settled: Box::new(settled) };
    for (name, value) in settled.answer(own.as_deref()).headers {
        set(response.headers_mut(), name, &value);
    }
    varied(response)
}

/// The body of a result, where it lies in line.
pub(crate) fn inline(kept: &Kept) -> Option<Bytes> {
    match kept.body() {
        KeptBody::Inline(body) => Some(Bytes::copy_from_slice(body)),
        KeptBody::Blob { .. } => None,
    }
}

/// What became of a settled payment, with the seller's receipt: the same words every time.
pub(crate) fn settlement(
    payment: &VerifiedPayment,
    settled: &Settled,
    resource: &ResourceUrl,
    key: Option<&SecretKey>,
) -> SettleResponse {
    let transaction = settled.transaction.to_string();
    let mut told = SettleResponse::settled(transaction, payment.network.to_string(), payment.payer.to_string());
    let seconds = u64::try_from(settled.at.unix_millis().div_euclid(1000)).unwrap_or_default();
    if let (Some(key), Ok(issued_at)) = (key, Count::new(seconds)) {
        let receipt = Receipt {
            version: Version,
            network: payment.network.clone(),
            resource_url: resource.clone(),
            payer: payment.payer.clone(),
            issued_at,
            transaction: settled.transaction.parse().ok(),
        };
        let receipt = receipt_extension(&SignedArtifact::sign(&receipt, key));
        told.extensions = Some(Extensions::default().with(KEY, receipt));
    }
    told
}

/// A payment that failed: nothing is delivered.
pub(crate) fn failed(paid_by: PaidBy, network: &str, failure: &Failure) -> Response {
    let reason = ErrorReason::new(failure.reason.to_string());
    let settled = SettleResponse::failed(reason, None, failure.transaction.to_string(), network.to_owned());
    outcome(&Outcome::SettleFailed { paid_by, settled: Box::new(settled) })
}

/// What is told of a payment in flight, where it is not settled yet: where to ask, and when to come again.
pub(crate) fn in_flight(paid_by: PaidBy, network: &str, doing: Doing, underway: Option<&Underway>) -> Response {
    let status = underway.map(Underway::status);
    let body = match status.and_then(|status| serde_json::to_value(status).ok()) {
        Some(status) => status,
        None => json!({
            "code": "payment-in-flight",
            "error": "expected the end of the payment, found it under way: send the same request with the same payment again",
            "doing": match doing { Doing::Working => "working", Doing::Settling => "settling" },
        }),
    };
    let mut response = (StatusCode::ACCEPTED, body.to_string()).into_response();
    set(response.headers_mut(), "content-type", "application/json");
    set(response.headers_mut(), "cache-control", "no-store");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_secs(status)));
    let (name, value) = pending(paid_by, network, status);
    set(response.headers_mut(), name, &value);
    varied(response)
}

/// The header that says that a payment is pending.
pub(crate) fn pending(paid_by: PaidBy, network: &str, status: Option<&PaymentStatus>) -> (&'static str, String) {
    let settled = pending_response(network, status);
    match paid_by {
        PaidBy::V2 => (PAYMENT_RESPONSE, x402::encode(&settled)),
        PaidBy::V1 => (X_PAYMENT_RESPONSE, x402::encode(&settled.for_v1())),
    }
}

/// What is said of a payment that is pending.
pub(crate) fn pending_response(network: &str, status: Option<&PaymentStatus>) -> SettleResponse {
    let transaction = match status {
        Some(PaymentStatus::Mempool(status)) => status.txid.to_string(),
        _ => String::new(),
    };
    SettleResponse::failed(ErrorReason::SETTLEMENT_PENDING, None, transaction, network.to_owned())
}

const fn retry_after_secs(status: Option<&PaymentStatus>) -> u32 {
    match status {
        Some(PaymentStatus::Queued(_)) => 5,
        Some(PaymentStatus::Broadcasting(_)) => 2,
        Some(PaymentStatus::Mempool(_)) => 10,
        _ => 1,
    }
}

/// What the till's refusal says; a demand is for who knows what is demanded.
pub(crate) fn refused(error: &SubmitError<Refusal>, paid_by: PaidBy, network: &str) -> Result<Response, ErrorReason> {
    let refusal = match error {
        SubmitError::Outage(_) => {
            let problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "till-out-of-reach",
                "expected to reach the till, found it out of reach: send the same request with the same payment again",
            );
            return Ok(problem.retry_after(5).into_response());
        }
        SubmitError::Refused(refusal) => refusal,
    };
    let problem =
        |status, secs| Ok(Problem::new(status, refusal.code(), refusal.to_string()).retry_after(secs).into_response());
    match refusal {
        Refusal::IdentifierConflict => Ok(outcome(&Outcome::IdentifierConflict)),
        Refusal::Failed(failure) => Ok(failed(paid_by, network, failure)),
        Refusal::Full => problem(StatusCode::SERVICE_UNAVAILABLE, 30),
        Refusal::TooManyOpen => problem(StatusCode::TOO_MANY_REQUESTS, 10),
        Refusal::Superseded => Ok(in_flight(paid_by, network, Doing::Working, None)),
        Refusal::OtherRequest | Refusal::AlreadyUsed | Refusal::Over => Err(ErrorReason::known(refusal.code())),
    }
}

/// An answer of the till to what was not asked: a fault of ours. It may hold a result, so that it is not shown.
pub(crate) fn unexpected() -> Response {
    tracing::error!("the till answered what was not asked");
    outcome(&Outcome::Failed)
}
