//! What a seller's book of payments says.

use std::sync::Arc;

use earnest_base::Timestamp;

use crate::{Failure, Kept, Underway};

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Do the work: nobody else does until then.
    Work {
        /// When who works is taken for dead.
        until: Timestamp,
    },
    /// The work is done and its result is kept: have the payment settled.
    Settle {
        /// The result.
        kept: Arc<Kept>,
        /// Whether the result was given out already.
        is_delivered: bool,
    },
    /// Somebody works on it, or settles it.
    Busy {
        /// What is being done.
        doing: Doing,
        /// How far the settlement is, where that is known.
        underway: Option<Arc<Underway>>,
    },
    /// It is settled: deliver the result.
    Deliver {
        /// The result.
        kept: Arc<Kept>,
        /// What became of the payment.
        settled: Settled,
        /// Whether the result was given out before.
        is_delivered: bool,
    },
    /// It was settled before under its identifier: the kept result is given again, and nothing is charged.
    Again {
        /// The result.
        kept: Arc<Kept>,
        /// What became of the payment.
        settled: Settled,
    },
    /// It is noted.
    Noted,
}

/// What somebody does with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doing {
    /// The work that it pays for.
    Working,
    /// Its settlement.
    Settling,
}

/// A payment that is settled.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settled {
    /// The transaction, as its network names it.
    pub transaction: Box<str>,
    /// When that was known.
    pub at: Timestamp,
}

/// Why a payment does nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its identifier names another payment.
    #[error("expected the payment that this identifier names, found another")]
    IdentifierConflict,
    /// It was shown for another request before.
    #[error("expected the request that the payment was shown for first, found another")]
    OtherRequest,
    /// It was used, and has no identifier under which the answer would be kept.
    #[error("expected a payment that was not used, found one that was")]
    AlreadyUsed,
    /// It failed.
    #[error("expected a payment that can settle, found one that failed: {}", .0.reason)]
    Failed(Failure),
    /// Its time is over.
    #[error("expected a payment that can still settle, found one whose time is over")]
    Over,
    /// The book has no room: nothing is charged.
    #[error("expected room for another payment, found none")]
    Full,
    /// The payer has as many payments open as one payer may.
    #[error("expected fewer open payments of one payer")]
    TooManyOpen,
    /// Somebody else has the payment now, or it is further: what the caller did counts for nothing.
    #[error("expected the one who works on this payment, found another")]
    Superseded,
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::IdentifierConflict => "payment-identifier-conflict",
            Self::OtherRequest => "payment-other-request",
            Self::AlreadyUsed => "payment-already-used",
            Self::Failed(_) => "payment-failed",
            Self::Over => "payment-over",
            Self::Full => "payments-full",
            Self::TooManyOpen => "payments-too-many-open",
            Self::Superseded => "payment-superseded",
        }
    }
}
