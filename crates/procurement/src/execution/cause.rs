//! Why an execution ends, each cause in the one state that it leads to.

use earnest_base::DecisionId;
use serde::{Deserialize, Serialize};

/// Why the provider is paid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum ReleaseCause {
    /// The buyer accepted (T9).
    Accepted {
        /// The buyer's decision.
        decision: DecisionId,
    },
    /// The buyer was silent until `auto-release` (T14).
    AutoReleased,
    /// An arbiter decided so, for all of it or a part (T19, T21).
    ByArbiter {
        /// The arbiter's decision.
        decision: DecisionId,
    },
    /// An operator released it by hand (T8).
    ByOperator,
    /// Nobody decided until the policy's `decision-by` (E8).
    Undecided,
    /// Nothing was to be paid, and it was delivered (T27).
    Free,
}

/// Why it failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum FailureCause {
    /// The provider reported that it cannot be done (T5).
    ByProvider,
    /// No execution could be opened after the hold (T2).
    Voided,
}

/// Why it was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum RejectionCause {
    /// The buyer rejected the answer for a criterion that it breaks (T10).
    ByBuyer {
        /// The buyer's decision.
        decision: DecisionId,
    },
    /// The provider refused the work (T6).
    ByProvider,
    /// An arbiter decided for the buyer (T20).
    ByArbiter {
        /// The arbiter's decision.
        decision: DecisionId,
    },
    /// Nobody decided until the policy's `decision-by` (E8).
    Undecided,
}

/// Why it expired: `work-by` passed without a delivery (T3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Expiry;

/// Why it was canceled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum CancelCause {
    /// The buyer took it back before it was dispatched (T25).
    ByBuyer {
        /// The buyer's decision.
        decision: DecisionId,
    },
    /// The buyer's workflow ran out of time, and nothing was delivered (T24).
    WorkflowTimeout {
        /// The buyer's decision.
        decision: DecisionId,
    },
}

/// Why the money goes back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "ends", rename_all = "kebab-case")]
pub enum RefundCause {
    /// It failed.
    Failed(FailureCause),
    /// It was rejected.
    Rejected(RejectionCause),
    /// It expired.
    Expired(Expiry),
    /// It was canceled.
    Canceled(CancelCause),
}

/// Why an execution ended, whichever way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndCause<'a> {
    /// It was paid.
    Released(&'a ReleaseCause),
    /// It failed.
    Failed(&'a FailureCause),
    /// It was rejected.
    Rejected(&'a RejectionCause),
    /// It expired.
    Expired,
    /// It was canceled.
    Canceled(&'a CancelCause),
}
