//! Why a command does not move an execution.

use earnest_base::{ReceiptId, Sha256Digest, Timestamp};

use super::ExecutionState;

/// Why a command is not taken. Where several hold, the first in this order is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecutionRefusal {
    /// It is about another order or contract: one order has one contract (E2).
    #[error("expected the contract of this execution, found another")]
    OtherContract,
    /// Something else was delivered before (T23).
    #[error("expected the delivery {expected}, found {found}")]
    OtherDelivery {
        /// The digest of what was delivered.
        expected: Sha256Digest,
        /// The digest that was given.
        found: Sha256Digest,
    },
    /// Another receipt tells its end already.
    #[error("expected the receipt {expected}, found {found}")]
    OtherReceipt {
        /// The receipt that stands.
        expected: ReceiptId,
        /// The one that was given.
        found: ReceiptId,
    },
    /// The buyer has said another word before, or none that this end follows from.
    #[error("expected an end that the buyer's word leads to, found another")]
    OtherWord,
    /// It has ended: nothing changes it but its receipt.
    #[error("expected an execution under way, found one that is {state}; {command} changes nothing")]
    Terminal {
        /// The state that it ended in.
        state: ExecutionState,
        /// The command's word.
        command: &'static str,
    },
    /// No transition leaves this state by this command.
    #[error("expected a command that {state} knows, found {command}")]
    NoTransition {
        /// The state.
        state: ExecutionState,
        /// The command's word.
        command: &'static str,
    },
    /// Work needs a hold, and a hold needs a price.
    #[error("expected a contract that is {}, found another", if *.paid { "paid" } else { "free" })]
    OtherRail {
        /// Whether the command is for contracts that are paid.
        paid: bool,
    },
    /// Somebody else has the word: the arbiter, the operator, or the buyer.
    #[error("expected the word of whom the contract's confirmation names, found {command}")]
    OtherMode {
        /// The command's word.
        command: &'static str,
    },
    /// The time for it is over.
    #[error("expected a moment {} {deadline}, found {at}", if *.inclusive { "not after" } else { "before" })]
    TooLate {
        /// The code of the deadline.
        code: &'static str,
        /// The deadline.
        deadline: Timestamp,
        /// Whether the deadline itself is in time.
        inclusive: bool,
        /// When it came.
        at: Timestamp,
    },
    /// The time for it has not come.
    #[error("expected the deadline {deadline} to have passed, found {at}")]
    DeadlineAhead {
        /// The deadline.
        deadline: Timestamp,
        /// When the command says it is.
        at: Timestamp,
    },
}

impl ExecutionRefusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherContract => "other-contract",
            Self::OtherDelivery { .. } => "other-delivery",
            Self::OtherReceipt { .. } => "other-receipt",
            Self::OtherWord => "other-word",
            Self::Terminal { .. } => "terminal",
            Self::NoTransition { .. } => "no-transition",
            Self::OtherRail { .. } => "other-rail",
            Self::OtherMode { .. } => "other-mode",
            Self::TooLate { code, .. } => code,
            Self::DeadlineAhead { .. } => "deadline-ahead",
        }
    }
}
