//! Why an item is tried again, or fails.

use earnest_base::Text;
use earnest_procurement::{Classifier, RefundCause};
use serde::{Deserialize, Serialize};

/// Why an item is tried again, or fails.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", content = "of", rename_all = "kebab-case")]
pub enum Cause {
    /// The provider, or the escrow, refused the order.
    Refused(Classifier),
    /// The provider could not be reached.
    Unreachable,
    /// Nobody answered the order, or funded its contract, in time.
    Lapsed,
    /// No offer may be taken: there is none, or each is too dear, too slow, or of another service.
    NoOffer,
    /// The run may not spend so much.
    AboveAuthority,
    /// The approval has expired.
    ApprovalExpired,
    /// The money came back.
    Refunded(RefundCause),
    /// The node's own work failed.
    LocalWork(Text),
}

impl Cause {
    /// Whether it is tried again with the same provider (decision E10): what passes by waiting.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Refused(Classifier::QueueSaturated) | Self::Unreachable | Self::Lapsed | Self::NoOffer)
    }

    /// Whether another provider could do it.
    pub(crate) const fn may_fall_back(&self) -> bool {
        !matches!(self, Self::AboveAuthority | Self::ApprovalExpired | Self::LocalWork(_))
    }

    /// In a word, for people.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Refused(classifier) => classifier.as_str(),
            Self::Unreachable => "unreachable",
            Self::Lapsed => "lapsed",
            Self::NoOffer => "no-offer",
            Self::AboveAuthority => "above-authority",
            Self::ApprovalExpired => "approval-expired",
            Self::Refunded(_) => "refunded",
            Self::LocalWork(_) => "local-work",
        }
    }
}
