//! The port to a journal: facts in order, appended by one writer at a time, kept for ever.

use std::time::Duration;

use async_trait::async_trait;
use earnest_base::Timestamp;

use crate::{Batch, BrokenChainError, Fence, JournalName, Position, Seq, StoredBatch};

/// A journal of facts. Whoever holds its lease may append; anyone may read.
///
/// Every method may be dropped before it ends (a time limit does that): the next call on the same journal then finds
/// either all of its effect or none.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// What the journal is called. Its chain begins with this name.
    fn name(&self) -> &JournalName;

    /// Takes the lease, with a greater fence than any before. From then on no append under an earlier fence commits, also
    /// none that is on its way: what [`Journal::read`] shows afterwards is all there is.
    ///
    /// The holder of the lease may take it again; that is how it learns what became of an append whose answer was lost.
    ///
    /// # Errors
    /// [`JournalError::Held`] where another holds it, [`JournalError::Unavailable`] where the store is out of reach.
    async fn acquire(&self) -> Result<Lease, JournalError>;

    /// Keeps the lease for another term.
    ///
    /// # Errors
    /// [`JournalError::Fenced`] where another has taken it.
    async fn renew(&self, fence: Fence) -> Result<(), JournalError>;

    /// Gives the lease back, so that the next holder need not wait. Where another has taken it, nothing happens.
    ///
    /// # Errors
    /// Where the store is out of reach; the lease then ends by itself.
    async fn release(&self, fence: Fence) -> Result<(), JournalError>;

    /// Appends a batch, durably: when this answers, the batch survives a crash of the process and of the machine.
    ///
    /// # Errors
    /// [`JournalError::Fenced`] and [`JournalError::Conflict`] where nothing was written;
    /// [`JournalError::Unavailable`] where that is not known.
    async fn append(&self, fence: Fence, batch: &Batch) -> Result<(), JournalError>;

    /// The place after the last fact.
    ///
    /// # Errors
    /// Where the store is out of reach.
    async fn end(&self) -> Result<Position, JournalError>;

    /// Batches in order, from the one that holds the fact after this number: those that end within so many facts, and at
    /// least one where there is one. None is believed until [`StoredBatch::verify`].
    ///
    /// # Errors
    /// Where the store is out of reach.
    async fn read(&self, after: Seq, facts: usize) -> Result<Vec<StoredBatch>, JournalError>;

    /// Keeps a snapshot, and lets older ones go. A crash leaves either this one or those.
    ///
    /// # Errors
    /// Where the store is out of reach.
    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), JournalError>;

    /// The newest snapshot whose bytes are as they were saved. A journal needs none: it only starts faster.
    ///
    /// # Errors
    /// Where the store is out of reach.
    async fn load_snapshot(&self) -> Result<Option<Snapshot>, JournalError>;
}

/// The right to append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// What every append carries.
    pub fence: Fence,
    /// How often to renew it; `None` where it lasts as long as its holder's process.
    pub renew_every: Option<Duration>,
}

/// The state of a machine after the facts up to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The end of a batch.
    pub place: Position,
    /// The moment of that batch.
    pub at: Timestamp,
    /// The state, as the machine writes it.
    pub bytes: Vec<u8>,
}

/// Why a journal did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another holds the lease.
    #[error("expected the lease of the journal to be free, found it held by {holder} under fence {fence}")]
    Held {
        /// Who holds it.
        holder: String,
        /// Its fence.
        fence: Fence,
    },
    /// Another has taken the lease since.
    #[error("expected fence {expected} to be the last, found {found}")]
    Fenced {
        /// The caller's fence.
        expected: Fence,
        /// The fence of the present holder.
        found: Fence,
    },
    /// The batch does not follow the last fact.
    #[error("expected the journal to end at {expected}, found {found}")]
    Conflict {
        /// Where the batch would have begun.
        expected: Box<Position>,
        /// Where the journal ends.
        found: Box<Position>,
    },
    /// The journal is another one, or what it holds cannot be read as one.
    #[error("expected a journal, found {0}")]
    Damaged(String),
    /// The chain does not hold.
    #[error(transparent)]
    Broken(#[from] BrokenChainError),
    /// The store is out of reach. What was asked may have been done.
    #[error("expected the store to answer, found: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl JournalError {
    /// The store is out of reach, for this reason.
    pub fn unavailable(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(reason.into())
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Held { .. } => "journal-held",
            Self::Fenced { .. } => "journal-fenced",
            Self::Conflict { .. } => "journal-conflict",
            Self::Damaged(_) => "journal-damaged",
            Self::Broken(_) => "journal-broken",
            Self::Unavailable(_) => "journal-unavailable",
        }
    }
}
