//! A payment in the book, and how far it is.

use std::sync::Arc;

use earnest_base::Timestamp;

use crate::{Failure, Identified, Kept, PayerKey, PayloadKey, RequestKey, Settled, Underway, Worker};

/// A payment in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) request: RequestKey,
    pub(crate) payload: PayloadKey,
    pub(crate) payer: PayerKey,
    pub(crate) identified: Option<Identified>,
    pub(crate) reserved_at: Timestamp,
    pub(crate) lapses_at: Timestamp,
    /// The second from which on the record is not kept.
    pub(crate) kept_until: Second,
    pub(crate) stage: Stage,
}

/// How far a payment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is reserved for its request, and nobody works on it.
    Unserved,
    /// Somebody does the work.
    Working { worker: Worker, until: Timestamp },
    /// The result is kept, and nobody asks for the settlement just now.
    Staged { kept: Arc<Kept>, underway: Option<Arc<Underway>>, is_delivered: bool },
    /// The result is kept, and somebody asks for the settlement.
    Settling { worker: Worker, until: Timestamp, kept: Arc<Kept>, underway: Option<Arc<Underway>>, is_delivered: bool },
    /// It is settled. The answer is kept where the payment has an identifier.
    Granted { worker: Worker, kept: Option<(Arc<Kept>, Settled)> },
    /// It is not settled, and will not be.
    Discarded { failure: Failure },
}

impl Stage {
    /// Whether it counts among its payer's open payments.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self, Self::Working { .. } | Self::Staged { .. } | Self::Settling { .. })
    }

    /// The result, where one is kept.
    pub(crate) const fn kept(&self) -> Option<&Arc<Kept>> {
        match self {
            Self::Staged { kept, .. } | Self::Settling { kept, .. } | Self::Granted { kept: Some((kept, _)), .. } => {
                Some(kept)
            }
            Self::Unserved | Self::Working { .. } | Self::Granted { kept: None, .. } | Self::Discarded { .. } => None,
        }
    }
}

/// A whole second since 1970, for what is swept: many lapse together, and one fact tells of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Second(pub(crate) i64);

impl Second {
    /// The first whole second that is not before a moment.
    pub(crate) const fn not_before(moment: Timestamp) -> Self {
        let millis = moment.unix_millis();
        Self(millis.div_euclid(1000) + if millis.rem_euclid(1000) > 0 { 1 } else { 0 })
    }

    /// The last whole second that is not after a moment.
    pub(crate) const fn passed(moment: Timestamp) -> Self {
        Self(moment.unix_millis().div_euclid(1000))
    }

    /// The moment at which it begins.
    pub(crate) fn moment(self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.saturating_mul(1000)).unwrap_or(Timestamp::LAST)
    }
}
