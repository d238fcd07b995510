//! Why a command is not taken.

use earnest_base::{Name, Orc};

use crate::{ApprovalError, ItemId};

/// Why a command is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such run.
    #[error("expected a run, found none of the name {0}")]
    NoRun(Name),
    /// There is no such item.
    #[error("expected an item of the run, found none of the name {0}")]
    NoItem(ItemId),
    /// There is no such schedule.
    #[error("expected a schedule, found none of the name {0}")]
    NoSchedule(Name),
    /// The run is there, with another plan or for another buyer.
    #[error("expected a new run, or the plan and the buyer of the run {0}, found others")]
    OtherRun(Name),
    /// The approval is none of this run.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The run does not wait for an approval.
    #[error("expected a run that waits for an approval, found one that is {state}")]
    NotWaiting {
        /// What it is.
        state: &'static str,
    },
    /// The contract, or the escrow, asks for more than the order.
    #[error("expected at most {price}, which was ordered, found {found}")]
    AbovePrice {
        /// What was ordered.
        price: Orc,
        /// What is asked for.
        found: Orc,
    },
    /// A delivery, or work that is done, has no result.
    #[error("expected at least one result, found none")]
    NoResults,
    /// There is nothing that the buyer could say this to.
    #[error("expected a delivery that waits for this word, found an item that is {stage}")]
    NothingToSay {
        /// What it is.
        stage: &'static str,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRun(_) => "no-run",
            Self::NoItem(_) => "no-item",
            Self::NoSchedule(_) => "no-schedule",
            Self::OtherRun(_) => "other-run",
            Self::Approval(error) => error.code.as_str(),
            Self::NotWaiting { .. } => "not-waiting",
            Self::AbovePrice { .. } => "above-price",
            Self::NoResults => "no-results",
            Self::NothingToSay { .. } => "nothing-to-say",
        }
    }
}
