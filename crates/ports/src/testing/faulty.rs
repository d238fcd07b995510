//! A journal that fails on demand, before what it is asked or after.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use crate::{Batch, Fence, Journal, JournalError, JournalName, Lease, Position, Seq, Snapshot, StoredBatch};

/// How a call of a [`Faulty`] journal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Well.
    None,
    /// It fails, and nothing was done.
    Before,
    /// It fails, and all was done.
    After,
    /// It never answers, and nothing was done.
    SilentBefore,
    /// It never answers, and all was done.
    SilentAfter,
}

/// A journal that fails by a list. Each call of `acquire`, `append`, `read` and `end` takes the next entry; when the list is
/// empty, all goes well.
#[derive(Debug)]
pub struct Faulty<J> {
    journal: J,
    faults: Mutex<VecDeque<Fault>>,
}

impl<J: Journal> Faulty<J> {
    /// Fails by this list.
    pub fn new(journal: J, faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { journal, faults: Mutex::new(faults.into_iter().collect()) }
    }

    /// Adds to the list.
    pub fn add(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
    }

    async fn call<T: Send>(
        &self,
        work: impl Future<Output = Result<T, JournalError>> + Send,
    ) -> Result<T, JournalError> {
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match fault.unwrap_or(Fault::None) {
            Fault::None => work.await,
            Fault::Before => Err(JournalError::unavailable("a fault on demand, before")),
            Fault::After => {
                drop(work.await);
                Err(JournalError::unavailable("a fault on demand, after"))
            }
            Fault::SilentBefore => std::future::pending().await,
            Fault::SilentAfter => {
                drop(work.await);
                std::future::pending().await
            }
        }
    }
}

#[async_trait]
impl<J: Journal> Journal for Faulty<J> {
    fn name(&self) -> &JournalName {
        self.journal.name()
    }

    async fn acquire(&self) -> Result<Lease, JournalError> {
        self.call(self.journal.acquire()).await
    }

    async fn renew(&self, fence: Fence) -> Result<(), JournalError> {
        self.journal.renew(fence).await
    }

    async fn release(&self, fence: Fence) -> Result<(), JournalError> {
        self.journal.release(fence).await
    }

    async fn append(&self, fence: Fence, batch: &Batch) -> Result<(), JournalError> {
        self.call(self.journal.append(fence, batch)).await
    }

    async fn end(&self) -> Result<Position, JournalError> {
        self.call(self.journal.end()).await
    }

    async fn read(&self, after: Seq, facts: usize) -> Result<Vec<StoredBatch>, JournalError> {
        self.call(self.journal.read(after, facts)).await
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), JournalError> {
        self.journal.save_snapshot(snapshot).await
    }

    async fn load_snapshot(&self) -> Result<Option<Snapshot>, JournalError> {
        self.journal.load_snapshot().await
    }
}
