//! What is due when, and what is to be done outside: two indexes over the state, each entry filed by what it is about.

use std::collections::BTreeSet;

use earnest_base::{Network, PaymentId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Purpose, Wallet};

/// Something to do at a moment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Task {
    /// A payment's deadline passes.
    Deadline(PaymentId),
    /// A payment has rested.
    Wake(PaymentId),
    /// An ended payment's record is over.
    Retire(PaymentId),
    /// An attempt waits too long for a block.
    Raise(Purpose),
    /// An attempt whose fate is unclear is sent again.
    SendAgain(Purpose),
    /// A wallet's lowest gap is filled.
    Fill(Network, Wallet),
    /// A wallet has rested.
    ResumeWallet(Network, Wallet),
    /// A rail has rested.
    ResumeRail(Network),
}

/// Something that the relay asks to be done. It stays until the state says that it is done, so after a crash it is
/// asked for again; whoever does it may do it twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Work {
    /// Build and sign the latest attempt; answer with [`Command::Signed`](crate::Command::Signed). The same attempt
    /// gives the same bytes each time.
    Sign {
        /// What it is for.
        purpose: Purpose,
    },
    /// Send the latest attempt, and answer with [`Command::Sent`](crate::Command::Sent).
    Send {
        /// What it is for.
        purpose: Purpose,
    },
    /// Look for a payment on its rail from time to time; answer with [`Command::Seen`](crate::Command::Seen).
    Look {
        /// The payment.
        payment_id: PaymentId,
    },
}

/// What is due when, and what is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Agenda {
    tasks: BTreeSet<(Timestamp, Task)>,
    works: BTreeSet<Work>,
}

/// The entries of one record, wallet or rail, so that they can be taken out again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Filed {
    pub(crate) tasks: Vec<(Timestamp, Task)>,
    pub(crate) works: Vec<Work>,
}

impl Agenda {
    /// Puts new entries in the place of old ones.
    pub(crate) fn refile(&mut self, filed: &mut Filed, entries: Filed) {
        if *filed == entries {
            return;
        }
        for task in filed.tasks.drain(..) {
            self.tasks.remove(&task);
        }
        for work in filed.works.drain(..) {
            self.works.remove(&work);
        }
        self.tasks.extend(entries.tasks.iter().cloned());
        self.works.extend(entries.works.iter().cloned());
        *filed = entries;
    }

    /// The first task, and when it is due.
    pub(crate) fn first(&self) -> Option<&(Timestamp, Task)> {
        self.tasks.first()
    }

    /// What is to be done outside.
    pub(crate) fn works(&self) -> impl Iterator<Item = &Work> {
        self.works.iter()
    }

    pub(crate) fn has_task(&self, task: &(Timestamp, Task)) -> bool {
        self.tasks.contains(task)
    }

    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.tasks.len(), self.works.len())
    }
}
