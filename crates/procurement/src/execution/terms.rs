//! What an execution carries from its contract, and what it looks like from outside.

use earnest_artifacts::vocabulary::ConfirmationMode;
use earnest_base::{ContractId, HoldId, ResponseId, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::{CancelCause, End, EndCause, Ended, Execution, ExecutionState, FailureCause, RejectionCause, ReleaseCause};
use crate::{Correlation, Deadlines, Opened, OrderRef, ReceiptState};

/// What an execution carries from its contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Terms {
    /// The order.
    pub order: OrderRef,
    /// The contract.
    pub contract: ContractId,
    /// The hold; none where nothing is paid.
    pub hold: Option<HoldId>,
    /// How the outcome is confirmed.
    pub mode: ConfirmationMode,
    /// The deadlines. Of a contract that is free only `work_by` counts.
    pub deadlines: Deadlines,
}

/// A delivery that the escrow checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivered {
    /// The response.
    pub response: ResponseId,
    /// Its digest: the same delivery again is the same digest.
    pub digest: Sha256Digest,
    /// When it was there, by the escrow's clock.
    pub at: Timestamp,
}

impl Execution {
    /// An execution of an order that is on its way to a contract.
    #[must_use]
    pub const fn open(order: OrderRef) -> Self {
        Self::Opened(Opened { order })
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ExecutionState {
        match self {
            Self::CollectingOffers(_) => ExecutionState::CollectingOffers,
            Self::Opened(_) => ExecutionState::Opened,
            Self::Contracted(_) => ExecutionState::Contracted,
            Self::Dispatched(_) => ExecutionState::Dispatched,
            Self::AwaitingAcceptance(_) => ExecutionState::AwaitingAcceptance,
            Self::AwaitingManualRelease(_) => ExecutionState::AwaitingManualRelease,
            Self::Disputed(_) => ExecutionState::Disputed,
            Self::Released(_) => ExecutionState::Released,
            Self::Failed(_) => ExecutionState::Failed,
            Self::Rejected(_) => ExecutionState::Rejected,
            Self::Expired(_) => ExecutionState::Expired,
            Self::Canceled(_) | Self::Unfunded(_) => ExecutionState::Canceled,
        }
    }

    /// The terms, once there is a contract.
    #[must_use]
    pub const fn terms(&self) -> Option<&Terms> {
        match self {
            Self::CollectingOffers(_) | Self::Opened(_) | Self::Unfunded(_) => None,
            Self::Contracted(state) => Some(&state.terms),
            Self::Dispatched(state) => Some(&state.terms),
            Self::AwaitingAcceptance(state) => Some(&state.terms),
            Self::AwaitingManualRelease(state) => Some(&state.terms),
            Self::Disputed(state) => Some(&state.terms),
            Self::Released(end) => Some(&end.terms),
            Self::Failed(end) => Some(&end.terms),
            Self::Rejected(end) => Some(&end.terms),
            Self::Expired(end) => Some(&end.terms),
            Self::Canceled(end) => Some(&end.terms),
        }
    }

    /// The order, once there is one.
    #[must_use]
    pub fn order(&self) -> Option<&OrderRef> {
        match self {
            Self::Opened(state) => Some(&state.order),
            Self::Unfunded(state) => Some(&state.order),
            _ => self.terms().map(|terms| &terms.order),
        }
    }

    /// What was delivered, where something was.
    #[must_use]
    pub fn delivered(&self) -> Option<&Delivered> {
        match self {
            Self::AwaitingAcceptance(state) => Some(&state.delivered),
            Self::AwaitingManualRelease(state) => Some(&state.delivered),
            Self::Disputed(state) => Some(&state.delivered),
            _ => self.ended().and_then(|ended| ended.delivered),
        }
    }

    /// How it ended, where it ended under a contract: what a receipt tells.
    #[must_use]
    pub fn ended(&self) -> Option<Ended<'_>> {
        match self {
            Self::Released(end) => Some(end.seen(EndCause::Released(&end.cause))),
            Self::Failed(end) => Some(end.seen(EndCause::Failed(&end.cause))),
            Self::Rejected(end) => Some(end.seen(EndCause::Rejected(&end.cause))),
            Self::Expired(end) => Some(end.seen(EndCause::Expired)),
            Self::Canceled(end) => Some(end.seen(EndCause::Canceled(&end.cause))),
            _ => None,
        }
    }

    /// The ids that its traces carry.
    #[must_use]
    pub fn correlation(&self) -> Correlation {
        let mut correlation = self.order().map(Correlation::from).unwrap_or_default();
        correlation.contract = self.terms().map(|terms| terms.contract.clone());
        correlation.hold = self.terms().and_then(|terms| terms.hold.clone());
        correlation.receipt = match self.ended().map(|ended| ended.receipt) {
            Some(ReceiptState::Persisted { receipt }) => Some(receipt.clone()),
            Some(ReceiptState::Due) | None => None,
        };
        correlation
    }
}

impl<C> End<C> {
    const fn seen<'a>(&'a self, cause: EndCause<'a>) -> Ended<'a> {
        Ended {
            terms: &self.terms,
            delivered: self.delivered.as_ref(),
            cause,
            payout: &self.payout,
            at: self.at,
            receipt: &self.receipt,
        }
    }
}

impl EndCause<'_> {
    /// Why, in the word that receipts and traces use.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Released(ReleaseCause::Accepted { .. }) => "accepted",
            Self::Released(ReleaseCause::AutoReleased) => "auto-released",
            Self::Released(ReleaseCause::ByArbiter { .. }) => "released-by-arbiter",
            Self::Released(ReleaseCause::ByOperator) => "released-by-operator",
            Self::Released(ReleaseCause::Undecided) => "undecided",
            Self::Released(ReleaseCause::Free) => "free",
            Self::Failed(FailureCause::ByProvider) => "failed-by-provider",
            Self::Failed(FailureCause::Voided) => "execution-not-opened",
            Self::Rejected(RejectionCause::ByBuyer { .. }) => "rejected-by-buyer",
            Self::Rejected(RejectionCause::ByProvider) => "rejected-by-provider",
            Self::Rejected(RejectionCause::ByArbiter { .. }) => "refunded-by-arbiter",
            Self::Rejected(RejectionCause::Undecided) => "undecided",
            Self::Expired => "work-by-expired",
            Self::Canceled(CancelCause::ByBuyer { .. }) => "canceled-by-buyer",
            Self::Canceled(CancelCause::WorkflowTimeout { .. }) => "workflow-timeout",
        }
    }
}
