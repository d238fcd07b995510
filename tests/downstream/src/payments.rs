//! What a shop writes that is paid through Earnest: reads an answer about a payment, and decides what becomes of the work.

use earnest_payment::{Delivery, ErrorCode, PaymentStatus, delivery, http::Problem, rpc::RpcResponse};

/// What an answer says.
pub enum Known {
    /// Where the payment stands.
    Status(PaymentStatus),
    /// Why nobody could say. That is no word about the payment.
    Nothing(ErrorCode),
}

/// Reads the answer to `GET /payments/{paymentId}`.
///
/// # Errors
/// Where it is no answer, or its members contradict each other.
pub fn over_http(code: u16, body: &str) -> serde_json::Result<Known> {
    Ok(match code {
        200 | 404 => Known::Status(serde_json::from_str(body)?),
        _ => Known::Nothing(serde_json::from_str::<Problem>(body)?.code()),
    })
}

/// Reads the answer to `checkPayment`.
///
/// # Errors
/// As [`over_http`].
pub fn over_rpc(body: &str) -> serde_json::Result<Known> {
    let response: RpcResponse<PaymentStatus> = serde_json::from_str(body)?;
    Ok(response.outcome.map_or_else(|error| Known::Nothing(error.data.code), Known::Status))
}

/// What becomes of the work that the payment is for. Where nothing is known, it is kept.
#[must_use]
pub fn decide(known: &Known) -> Delivery {
    match known {
        Known::Status(status) => delivery(status.state()),
        Known::Nothing(_) => Delivery::Stage,
    }
}

/// One line for the people of the shop.
#[must_use]
pub fn show(known: &Known) -> String {
    let what = decide(known);
    match known {
        Known::Nothing(code) if code.retryable() => format!("{what}: nothing is known, {code}; ask again"),
        Known::Nothing(code) => format!("{what}: nothing is known, {code}; ask otherwise"),
        Known::Status(status) => {
            let (id, state) = (status.payment_id(), status.state());
            status.reason().map_or_else(
                || format!("{what}: {id} is {state}"),
                |reason| {
                    let (owner, action) = (reason.owner(), reason.client_action());
                    format!(
                        "{what}: {id} is {state}, {reason}; {owner} recovers, client: {action}",
                        reason = reason.as_str()
                    )
                },
            )
        }
    }
}
