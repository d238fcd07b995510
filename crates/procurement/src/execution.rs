//! The execution of an order: one enum, a struct per state, and in each only what is true there.
//!
//! Money truth is the escrow's. An execution under a hold never ends by itself: it mirrors what the escrow decided about
//! the hold, whose facts come in as commands, and it refuses a fact that its own state contradicts (states and rows T1 to
//! T27 as in the table of `docs/reference/procurement.md`).

mod acceptance;
mod apply;
mod cause;
mod command;
mod decide;
mod refusal;
mod terms;

use earnest_base::{DecisionId, DisputeId, ReceiptId, Timestamp, TransferId};
use serde::{Deserialize, Serialize};

pub use apply::apply_execution;
pub use cause::{CancelCause, EndCause, Expiry, FailureCause, RefundCause, RejectionCause, ReleaseCause};
pub use command::{EXECUTION_COMMANDS, ExecutionCommand, ExecutionEvent};
pub use decide::decide_execution;
pub use refusal::ExecutionRefusal;
pub use terms::{Delivered, Terms};

use crate::{OrderRef, words::words};

words! {
    /// Where an execution stands.
    ExecutionState {
        CollectingOffers = "collecting-offers", "A question is out, and offers come in.";
        Opened = "opened", "An offer was chosen and its order is on its way to a contract.";
        Contracted = "contracted", "Both sides signed, and the money is held.";
        Dispatched = "dispatched", "The provider works.";
        AwaitingAcceptance = "awaiting-acceptance", "A checked answer is at the escrow; the buyer or an arbiter has the word.";
        AwaitingManualRelease = "awaiting-manual-release", "A checked answer is at the escrow; an operator has the word.";
        Disputed = "disputed", "The buyer disputes the answer; every timer rests until an arbiter decides.";
        Released = "released", "The provider is paid, at least in part.";
        Failed = "failed", "The provider could not do it; the money is back.";
        Rejected = "rejected", "The answer was rejected, or the provider refused; the money is back.";
        Expired = "expired", "Nothing was delivered in time; the money is back.";
        Canceled = "canceled", "It was ended before anything was delivered; the money is back.";
    }
}

impl ExecutionState {
    /// Whether nothing leaves it but its receipt.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Released | Self::Failed | Self::Rejected | Self::Expired | Self::Canceled)
    }
}

/// The execution of one order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Execution {
    /// Offers come in.
    CollectingOffers(CollectingOffers),
    /// No contract yet.
    Opened(Opened),
    /// The money is held.
    Contracted(Contracted),
    /// Work is under way.
    Dispatched(Dispatched),
    /// Delivered, for the buyer or an arbiter.
    AwaitingAcceptance(AwaitingAcceptance),
    /// Delivered, for an operator.
    AwaitingManualRelease(AwaitingManualRelease),
    /// Delivered and disputed.
    Disputed(Disputed),
    /// Paid.
    Released(End<ReleaseCause>),
    /// Failed by the provider.
    Failed(End<FailureCause>),
    /// Rejected by either side.
    Rejected(End<RejectionCause>),
    /// Out of time.
    Expired(End<Expiry>),
    /// Ended under a contract before a delivery.
    Canceled(End<CancelCause>),
    /// Ended before there was a contract: told as `canceled`, without a receipt.
    Unfunded(Unfunded),
}

/// An execution of a question that has no order yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CollectingOffers {
    /// The question.
    pub question: earnest_base::QuestionId,
}

/// An execution whose order is on its way to a contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Opened {
    /// The order.
    pub order: OrderRef,
}

/// An execution that was ended before there was a contract with a hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unfunded {
    /// The order.
    pub order: OrderRef,
    /// When.
    pub at: Timestamp,
}

/// An execution under a contract whose work has not begun.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contracted {
    /// The terms.
    pub terms: Terms,
}

/// An execution whose provider works.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dispatched {
    /// The terms.
    pub terms: Terms,
}

/// A delivered execution for which the buyer, or an arbiter, has the word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AwaitingAcceptance {
    /// The terms.
    pub terms: Terms,
    /// What was delivered.
    pub delivered: Delivered,
    /// What the buyer said to it.
    pub word: Word,
}

/// What the buyer said to a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Word {
    /// Nothing.
    Silent,
    /// Yes; the escrow's release follows.
    Accepted {
        /// The decision.
        decision: DecisionId,
    },
    /// No, for a criterion that the escrow found broken; its refund follows.
    Rejected {
        /// The decision.
        decision: DecisionId,
    },
}

/// A delivered execution that an operator releases by hand.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AwaitingManualRelease {
    /// The terms.
    pub terms: Terms,
    /// What was delivered.
    pub delivered: Delivered,
}

/// A delivered execution whose hold is frozen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Disputed {
    /// The terms.
    pub terms: Terms,
    /// What was delivered.
    pub delivered: Delivered,
    /// The dispute.
    pub dispute: DisputeId,
}

/// The end of an execution under a contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct End<C> {
    /// The terms.
    pub terms: Terms,
    /// What was delivered; nothing, where nothing was.
    pub delivered: Option<Delivered>,
    /// Why it ended.
    pub cause: C,
    /// What became of the money.
    pub payout: Payout,
    /// When, by the escrow's clock.
    pub at: Timestamp,
    /// Its receipt.
    pub receipt: ReceiptState,
}

/// What became of the held money.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Payout {
    /// There was none.
    Nothing,
    /// All went to the provider.
    Released {
        /// The transfer.
        transfer: TransferId,
    },
    /// All went back to the buyer.
    Refunded {
        /// The transfer.
        transfer: TransferId,
    },
    /// A part went to the provider, the rest back to the buyer.
    Split {
        /// The transfer to the provider.
        release: TransferId,
        /// The transfer to the buyer.
        refund: TransferId,
    },
}

/// Whether an end has been told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum ReceiptState {
    /// Its receipt is still to be stored.
    Due,
    /// It is told, once.
    Persisted {
        /// The receipt.
        receipt: ReceiptId,
    },
}

/// The end of an execution, whichever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended<'a> {
    /// The terms.
    pub terms: &'a Terms,
    /// What was delivered.
    pub delivered: Option<&'a Delivered>,
    /// Why it ended.
    pub cause: EndCause<'a>,
    /// What became of the money.
    pub payout: &'a Payout,
    /// When.
    pub at: Timestamp,
    /// Its receipt.
    pub receipt: &'a ReceiptState,
}
