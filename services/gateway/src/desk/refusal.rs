//! Why the desk does not take a payment.

use earnest_payment::{ErrorCode, RefusedSubmission};
use earnest_x402::{
    ErrorReason,
    scheme::{Payer, SchemeError},
};

/// Why a payment is not taken: as the contract says it, and as x402 does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) told: RefusedSubmission,
    /// The word of x402, where the payment's scheme refused it.
    pub(crate) reason: Option<ErrorReason>,
    /// Who signed it, where that is known.
    pub(crate) payer: Option<Payer>,
}

impl Refusal {
    pub(super) fn of_scheme(error: &SchemeError) -> Self {
        let error_text = format!("{}: {}", error.reason(), expected(error.message()));
        let told = RefusedSubmission {
            code: ErrorCode::InvalidTransaction,
            error: error_text,
            help: Some("build the payment anew from the requirements, and sign it".to_owned()),
        };
        Self { told, reason: Some(error.reason().clone()), payer: error.payer().cloned() }
    }

    pub(super) fn not_sponsored() -> Self {
        let told = RefusedSubmission {
            code: ErrorCode::NotSponsored,
            error: "this gateway pays for transactions of callers that it knows only".to_owned(),
            help: Some("ask its operator for a key, and send it as a bearer token".to_owned()),
        };
        Self { told, reason: None, payer: None }
    }
}

impl From<RefusedSubmission> for Refusal {
    fn from(told: RefusedSubmission) -> Self {
        Self { told, reason: None, payer: None }
    }
}

/// What was expected, without what was found: that is the caller's, and may be anything.
pub(crate) fn expected(message: &str) -> &str {
    message.split(", found").next().unwrap_or_default()
}
