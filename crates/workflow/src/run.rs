//! A run of a plan: one enum, a struct for each state, and in each only what is true there.

mod money;

use std::collections::BTreeMap;

use earnest_base::{Name, Orc, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Authority, Buyer, Item, ItemId, Plan, Stage};

/// A run of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    /// The run.
    pub id: Name,
    /// What it does.
    pub plan: Plan,
    /// For whom it buys.
    pub buyer: Buyer,
    /// When it started.
    pub started_at: Timestamp,
    /// From when on it begins nothing new.
    pub deadline: Timestamp,
    /// Where it stands.
    pub state: RunState,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum RunState {
    /// Nobody has approved what it may spend.
    WaitingForApproval(WaitingForApproval),
    /// Its phases are under way.
    Running(Running),
    /// It has failed, and what is open is being undone.
    Compensating(Compensating),
    /// Everything was done.
    Completed(End),
    /// A phase failed, and was not to be tried again.
    Failed(End),
    /// Its time was over.
    TimedOut(End),
    /// The buyer ended it.
    Cancelled(End),
}

/// A run that nobody has approved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WaitingForApproval {}

/// A run whose phases are under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Running {
    /// Its items, and what it may spend.
    pub sheet: Sheet,
    /// The place of the phase that is under way.
    pub phase: usize,
    /// The attempt at it, counted from 1.
    pub attempt: u32,
    /// Whether that phase is under way, or rests.
    pub pace: Pace,
}

/// Whether a phase is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Pace {
    /// The next phase is about to start.
    Between,
    /// It is.
    UnderWay,
    /// The last attempt failed.
    GivenUp,
    /// An attempt failed; the next one starts then.
    Resting {
        /// When.
        until: Timestamp,
    },
}

/// A run that is being undone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Compensating {
    /// Its items, and what it was allowed to spend.
    pub sheet: Sheet,
    /// Why.
    pub why: Why,
    /// When it ends, whatever the escrow says.
    pub undo_by: Timestamp,
}

/// Why a run did not complete.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Why {
    /// A phase failed.
    PhaseFailed {
        /// The phase.
        phase: Name,
    },
    /// Its time was over.
    TimedOut,
    /// The buyer ended it.
    Cancelled,
}

/// The end of a run. What the escrow says later about its holds still changes its items.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct End {
    /// Its items, and what it was allowed to spend.
    pub sheet: Sheet,
    /// Why it did not complete; none of a run that did.
    pub why: Option<Why>,
    /// When it ended.
    pub at: Timestamp,
    /// What could not be undone when it ended, by name; nothing of a run that completed.
    pub left: Vec<Left>,
    /// Whether its end has been announced.
    pub notice: Notice,
}

/// Whether the end of a run has been announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// It is still to be.
    Due,
    /// It was, once.
    Given,
}

/// Something that could not be undone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Left {
    /// The item.
    pub item: ItemId,
    /// Why.
    pub why: LeftBecause,
    /// What it has of the money.
    pub amount: Orc,
}

/// Why something could not be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftBecause {
    /// It is paid.
    Paid,
    /// It is delivered: its hold keeps its own timers.
    Delivered,
    /// An arbiter decides.
    Disputed,
    /// The escrow did not answer in time; its own timers give the money back.
    NoAnswer,
}

/// The items of a run, and what it may spend.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sheet {
    /// What it may spend.
    pub authority: Authority,
    /// Its items, so far as they are known.
    pub items: BTreeMap<ItemId, Item>,
}

impl Run {
    /// Its items and what it may spend, once it is approved.
    #[must_use]
    pub const fn sheet(&self) -> Option<&Sheet> {
        match &self.state {
            RunState::WaitingForApproval(_) => None,
            RunState::Running(running) => Some(&running.sheet),
            RunState::Compensating(compensating) => Some(&compensating.sheet),
            RunState::Completed(end) | RunState::Failed(end) | RunState::TimedOut(end) | RunState::Cancelled(end) => {
                Some(&end.sheet)
            }
        }
    }

    pub(crate) const fn sheet_mut(&mut self) -> Option<&mut Sheet> {
        match &mut self.state {
            RunState::WaitingForApproval(_) => None,
            RunState::Running(running) => Some(&mut running.sheet),
            RunState::Compensating(compensating) => Some(&mut compensating.sheet),
            RunState::Completed(end) | RunState::Failed(end) | RunState::TimedOut(end) | RunState::Cancelled(end) => {
                Some(&mut end.sheet)
            }
        }
    }

    /// Its end, once it has ended.
    #[must_use]
    pub const fn end(&self) -> Option<&End> {
        match &self.state {
            RunState::Completed(end) | RunState::Failed(end) | RunState::TimedOut(end) | RunState::Cancelled(end) => {
                Some(end)
            }
            RunState::WaitingForApproval(_) | RunState::Running(_) | RunState::Compensating(_) => None,
        }
    }

    /// An item.
    #[must_use]
    pub fn item(&self, item: &ItemId) -> Option<&Item> {
        self.sheet()?.items.get(item)
    }

    /// The results of a step, item by item; nothing of a step that is not done.
    pub fn results_of<'a>(&'a self, step: &'a Name) -> impl Iterator<Item = &'a Name> {
        self.items_of(step).flat_map(|(_, item)| item.results())
    }

    /// Whether a step is done: its items are known, and every one of them is.
    #[must_use]
    pub fn is_done(&self, step: &Name) -> bool {
        let mut items = self.items_of(step).map(|(_, item)| item).peekable();
        items.peek().is_some() && items.all(|item| matches!(item.stage, Stage::Done(_)))
    }

    /// The items of a step, in their order.
    pub fn items_of<'a>(&'a self, step: &'a Name) -> impl Iterator<Item = (&'a ItemId, &'a Item)> {
        let from = ItemId { step: step.clone(), place: 0 };
        let to = ItemId { step: step.clone(), place: u32::MAX };
        self.sheet().into_iter().flat_map(move |sheet| sheet.items.range(from.clone()..=to.clone()))
    }
}

impl RunState {
    /// Every state by its word.
    pub const WORDS: &'static [&'static str] =
        &["waiting-for-approval", "running", "compensating", "completed", "failed", "timed-out", "cancelled"];

    /// In a word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::WaitingForApproval(_) => "waiting-for-approval",
            Self::Running(_) => "running",
            Self::Compensating(_) => "compensating",
            Self::Completed(_) => "completed",
            Self::Failed(_) => "failed",
            Self::TimedOut(_) => "timed-out",
            Self::Cancelled(_) => "cancelled",
        }
    }
}
