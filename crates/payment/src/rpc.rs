//! The RPC adapter: JSON-RPC 2.0 over the same domain answers.
//!
//! `submitPayment`, `checkPayment` and `getSponsorStatus`. A refused submission is a result (`accepted: false`), since
//! the relay did its work; an error says that the call could not be served, and nothing about any payment.

mod call;
mod response;
mod sponsor;
mod submit;

pub use call::{CheckPayment, RpcCall, RpcId, RpcRequest};
pub(crate) use response::response_schema;
pub use response::{RpcError, RpcErrorData, RpcFault, RpcResponse};
pub use sponsor::{NoncePool, Recommendation, SponsorHealth, SponsorReason, SponsorStatus};
pub use submit::SubmitResult;

use crate::{Answer, Lookup, Outage, PaymentStatus, PublicUrl, Submission, answer};

/// The answer to `submitPayment`.
#[must_use]
pub fn submitted(id: RpcId, outcome: &Result<Submission, Outage>, gateway: &PublicUrl) -> RpcResponse<SubmitResult> {
    let outcome = match outcome {
        Ok(Submission::Accepted(payment)) => {
            Ok(SubmitResult::Accepted(PaymentStatus::new(&answer(Lookup::Record(payment)), gateway)))
        }
        Ok(Submission::Refused(refused)) => Ok(SubmitResult::Refused(refused.clone())),
        Err(outage) => Err(RpcError::outage(*outage)),
    };
    RpcResponse { id: Some(id), outcome }
}

/// The answer to `checkPayment`.
///
/// ```
/// use earnest_payment::{Outage, PublicUrl, rpc};
///
/// let gateway = PublicUrl::new(&"https://gateway.example".parse()?)?;
/// let response = rpc::polled(rpc::RpcId::Number(1), &Err(Outage), &gateway);
/// assert!(response.outcome.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn polled(id: RpcId, outcome: &Result<Answer, Outage>, gateway: &PublicUrl) -> RpcResponse<PaymentStatus> {
    let outcome = match outcome {
        Ok(answer) => Ok(PaymentStatus::new(answer, gateway)),
        Err(outage) => Err(RpcError::outage(*outage)),
    };
    RpcResponse { id: Some(id), outcome }
}
