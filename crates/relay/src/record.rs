//! A payment's record: its lifecycle, what was submitted, and what carries it now.

use earnest_base::Timestamp;
use earnest_payment::{Payment, State};
use serde::{Deserialize, Serialize};

use crate::{Submission, agenda::Filed, transaction::Transaction};

/// A payment, as the relay keeps it until its record is over.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) payment: Payment,
    pub(crate) submission: Submission,
    /// Which submission of the relay it was.
    pub(crate) arrival: u64,
    /// How often an attempt did not reach the rail.
    pub(crate) given_back: u32,
    pub(crate) stage: Stage,
    pub(crate) filed: Filed,
}

/// What the relay is doing about a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Nothing: it waits, or has ended.
    Still,
    /// It rests before its next attempt.
    Resting { until: Timestamp },
    /// A transaction carries it.
    Going(Box<Transaction>),
}

impl Record {
    /// Whether it ended without a payment: then the same submission makes a new one.
    pub(crate) const fn is_unpaid(&self) -> bool {
        matches!(self.payment.state(), State::Failed | State::Replaced)
    }

    pub(crate) const fn is_open(&self) -> bool {
        self.payment.deadline().is_some()
    }

    pub(crate) fn transaction(&self) -> Option<&Transaction> {
        match &self.stage {
            Stage::Going(transaction) => Some(transaction),
            Stage::Still | Stage::Resting { .. } => None,
        }
    }
}
