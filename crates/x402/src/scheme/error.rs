//! Why a scheme does not take a payment.

use super::Payer;
use crate::ErrorReason;

/// Why a payment is not taken: the word for the wire, and what was expected and found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {message}")]
pub struct SchemeError {
    reason: ErrorReason,
    message: String,
    payer: Option<Payer>,
}

impl SchemeError {
    /// A refusal with its word and its message.
    pub fn new(reason: ErrorReason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), payer: None }
    }

    /// The same refusal of a payment that this payer did sign.
    #[must_use]
    pub fn of(self, payer: &Payer) -> Self {
        Self { payer: Some(payer.clone()), ..self }
    }

    /// The word: the member `invalidReason` of a facilitator's answer.
    #[must_use]
    pub const fn reason(&self) -> &ErrorReason {
        &self.reason
    }

    /// What was expected and found: the member `invalidMessage`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Who signed the payment, where the signature was verified before the fault was found. Nobody is named by a
    /// payload that anybody could have written.
    #[must_use]
    pub const fn payer(&self) -> Option<&Payer> {
        self.payer.as_ref()
    }
}
