//! The port to whoever settles payments: a gateway of ours, another's facilitator, or the relay in the same process.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use earnest_payment::{PaymentRequest, PaymentStatus};
use earnest_x402::{ErrorReason, SettleResponse, scheme::VerifiedPayment};

/// Settles payments that were verified. The same payment, asked for again, is the same settlement.
#[async_trait]
pub trait Settler: fmt::Debug + Send + Sync + 'static {
    /// Whether the payer has what was promised, and may spend it: asked before the work is done, and promising nothing.
    ///
    /// # Errors
    /// [`SettlerError`].
    async fn check(&self, tendered: &Tendered) -> Result<(), SettlerError>;

    /// Settles, and waits so long for the end.
    ///
    /// # Errors
    /// [`SettlerError`]; nothing is known then, unless it was refused.
    async fn settle(&self, tendered: &Tendered, within: Duration) -> Result<Settling, SettlerError>;
}

/// A payment that was verified, as it was tendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Tendered {
    /// Payload and requirements as they arrived, and the payer's key for the submission.
    pub request: PaymentRequest,
    /// What its scheme makes of it.
    pub payment: VerifiedPayment,
}

/// How far a settlement is.
#[derive(Debug, Clone, PartialEq)]
pub enum Settling {
    /// It is paid, for ever. Only this lets the work be delivered.
    Confirmed(SettleResponse),
    /// It is not paid, and this payment will not be.
    Failed(SettleResponse),
    /// It is under way. Without a status there is nothing to ask after but the payment itself, sent again.
    InFlight(Option<Box<PaymentStatus>>),
}

/// Why a settler did not settle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettlerError {
    /// It does not take the payment, and nothing was sent.
    #[error("{reason}: {message}")]
    Refused {
        /// The word for the wire.
        reason: ErrorReason,
        /// What was expected and found.
        message: String,
    },
    /// It did not answer, or not as one: nothing is known.
    #[error("expected the settler to answer, found: {0}")]
    Unavailable(String),
}
