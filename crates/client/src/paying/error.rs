//! Why a purchase failed, whose fault it is, and whether money may have moved.

use earnest_base::{InvalidError, PaymentId, Timestamp};
use earnest_payment::Reason;
use earnest_x402::AnswerMismatch;

use super::{AddressError, DemandError, Money, Objection, Reply, WalletError, wire::WireError};
use crate::budget::PurseError;

/// A purchase that failed.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct PayError {
    /// Why.
    pub cause: Cause,
    /// Whether money may have moved.
    pub money: Money,
    /// The seller's last answer, where there was one.
    pub reply: Option<Box<Reply>>,
}

/// Why a purchase failed.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The request is none that can be paid for.
    #[error("expected a request that can be paid for: {0}")]
    Purchase(#[from] InvalidError),
    /// The URL is not called.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The host did not answer of late, and is left alone.
    #[error("expected {origin} to have answered of late; it is tried again from {until} on")]
    CircuitOpen {
        /// The host.
        origin: String,
        /// Until when.
        until: Timestamp,
    },
    /// The seller is out of reach.
    #[error("expected the seller within reach: {0}")]
    Unreachable(String),
    /// The seller gave no whole answer.
    #[error("expected a whole answer of the seller: {0}")]
    Lost(String),
    /// The seller's answer is too large.
    #[error("expected an answer of at most {0} bytes")]
    TooLarge(usize),
    /// The seller, or what stands before it, failed.
    #[error("expected the seller to serve the request, found status {0}")]
    SellerFailed(u16),
    /// The seller sends the request elsewhere. It is not followed.
    #[error("expected an answer, found status {status}, which leads elsewhere")]
    Redirected {
        /// The status.
        status: u16,
        /// Where, as the seller says.
        location: Option<String>,
    },
    /// The demand cannot be read.
    #[error(transparent)]
    Demand(#[from] DemandError),
    /// No way of the demand is one that the buyer pays.
    #[error("expected a demand that the buyer's policy allows: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Objected(Vec<Objection>),
    /// The budget refuses, or is out of reach.
    #[error(transparent)]
    Budget(#[from] PurseError),
    /// The wallet did not sign.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// The seller did not take the payment.
    #[error("expected the seller to take the payment, found status {status}: {reason}")]
    Refused {
        /// The status.
        status: u16,
        /// Its reason, in its words, cut.
        reason: String,
    },
    /// The seller's word on the settlement is not about this payment, or contradicts itself.
    #[error("expected the settlement of this payment: {0}")]
    Settlement(String),
    /// The payment is under way, and the seller does not say under which identity.
    #[error("expected the identity of a payment that is under way, found none")]
    IdentityMissing,
    /// The seller names a place for the status that is neither its own nor the relay's.
    #[error("expected a status at the seller or at the relay, found it elsewhere")]
    StatusElsewhere,
    /// The payment is under way for longer than the client asks.
    #[error("expected the payment to end, found it under way")]
    StillUnderWay(Option<PaymentId>),
    /// The relay gave no answer.
    #[error("expected the relay to answer: {0}")]
    Relay(String),
    /// The payment ended without being paid.
    #[error("expected the payment to be carried out, found it ended: {}", .0.as_str())]
    Ended(Reason),
    /// It was paid, and the seller does not deliver.
    #[error("expected the delivery of what was paid, found status {0}")]
    NotDelivered(u16),
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The buyer: its request, policy, budget or wallet.
    Buyer,
    /// The seller.
    Seller,
    /// The relay.
    Relay,
    /// The way between them.
    Network,
}

impl PayError {
    /// A failure before anything was signed.
    pub(super) fn untouched(cause: impl Into<Cause>) -> Self {
        Self { cause: cause.into(), money: Money::Untouched, reply: None }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.cause.code()
    }

    /// Who has to act.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.cause.fault()
    }
}

impl Cause {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Purchase(_) => "request-invalid",
            Self::Address(error) => error.code(),
            Self::CircuitOpen { .. } => "circuit-open",
            Self::Unreachable(_) => "seller-unreachable",
            Self::Lost(_) => "answer-lost",
            Self::TooLarge(_) => "answer-too-large",
            Self::SellerFailed(_) => "seller-failed",
            Self::Redirected { .. } => "redirected",
            Self::Demand(error) => error.code(),
            Self::Objected(objections) => objections.first().map_or("demand-refused", Objection::code),
            Self::Budget(error) => error.code(),
            Self::Wallet(error) => error.code(),
            Self::Refused { .. } => "payment-refused",
            Self::Settlement(_) => "settlement-other",
            Self::IdentityMissing => "polling-identity-missing",
            Self::StatusElsewhere => "status-elsewhere",
            Self::StillUnderWay(_) => "payment-under-way",
            Self::Relay(_) => "relay-unreachable",
            Self::Ended(_) => "payment-ended",
            Self::NotDelivered(_) => "paid-not-delivered",
        }
    }

    /// Who has to act.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Purchase(_) | Self::Address(_) | Self::Objected(_) | Self::Budget(_) | Self::Wallet(_) => {
                Fault::Buyer
            }
            Self::CircuitOpen { .. } | Self::Unreachable(_) | Self::Lost(_) => Fault::Network,
            Self::TooLarge(_)
            | Self::SellerFailed(_)
            | Self::Redirected { .. }
            | Self::Demand(_)
            | Self::Refused { .. }
            | Self::Settlement(_)
            | Self::IdentityMissing
            | Self::StatusElsewhere
            | Self::NotDelivered(_) => Fault::Seller,
            Self::StillUnderWay(_) | Self::Relay(_) => Fault::Relay,
            Self::Ended(reason) => match reason.owner() {
                earnest_payment::Owner::Sender | earnest_payment::Owner::Caller => Fault::Buyer,
                earnest_payment::Owner::Relay => Fault::Relay,
            },
        }
    }
}

impl From<AnswerMismatch> for Cause {
    fn from(error: AnswerMismatch) -> Self {
        Self::Settlement(super::judge::one_line(&error.to_string()))
    }
}

impl From<WireError> for Cause {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Address(error) => Self::Address(error),
            WireError::Open { origin, until } => Self::CircuitOpen { origin, until },
            WireError::Unreachable(found) => Self::Unreachable(found),
            WireError::Lost(found) => Self::Lost(found),
            WireError::TooLarge(most) => Self::TooLarge(most),
        }
    }
}
