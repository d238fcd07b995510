//! A journal in memory: for tests, and for what need not outlive its process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{Batch, Fence, Journal, JournalError, JournalName, Lease, Position, Seq, Snapshot, StoredBatch};

/// What several [`MemoryJournal`]s share.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    name: JournalName,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    fence: Fence,
    holder: Option<String>,
    batches: Vec<StoredBatch>,
    snapshot: Option<Snapshot>,
}

impl MemoryStore {
    /// An empty journal of this name.
    #[must_use]
    pub fn new(name: JournalName) -> Self {
        Self { name, inner: Arc::default() }
    }

    /// Opens it for somebody.
    #[must_use]
    pub fn open(&self, holder: impl Into<String>) -> MemoryJournal {
        MemoryJournal { store: self.clone(), holder: holder.into() }
    }

    /// Ends the present lease, as a holder's silence does elsewhere.
    pub fn lapse(&self) {
        self.lock().holder = None;
    }

    /// Changes what is stored behind the journal's back.
    pub fn edit(&self, edit: impl FnOnce(&mut Vec<StoredBatch>)) {
        edit(&mut self.lock().batches);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, inner: &Inner) -> Position {
        inner
            .batches
            .last()
            .map_or_else(|| Position::start(&self.name), |last| Position { seq: last.last, head: last.head })
    }
}

/// A journal in memory, opened by somebody.
#[derive(Debug, Clone)]
pub struct MemoryJournal {
    store: MemoryStore,
    holder: String,
}

fn fenced(inner: &Inner, fence: Fence) -> Result<(), JournalError> {
    if inner.fence == fence { Ok(()) } else { Err(JournalError::Fenced { expected: fence, found: inner.fence }) }
}

#[async_trait]
impl Journal for MemoryJournal {
    fn name(&self) -> &JournalName {
        &self.store.name
    }

    async fn acquire(&self) -> Result<Lease, JournalError> {
        let mut inner = self.store.lock();
        if let Some(holder) = inner.holder.as_ref().filter(|holder| **holder != self.holder) {
            return Err(JournalError::Held { holder: holder.clone(), fence: inner.fence });
        }
        inner.fence = Fence::new(inner.fence.value() + 1);
        inner.holder = Some(self.holder.clone());
        Ok(Lease { fence: inner.fence, renew_every: None })
    }

    async fn renew(&self, fence: Fence) -> Result<(), JournalError> {
        fenced(&self.store.lock(), fence)
    }

    async fn release(&self, fence: Fence) -> Result<(), JournalError> {
        let mut inner = self.store.lock();
        if inner.fence == fence {
            inner.holder = None;
        }
        Ok(())
    }

    async fn append(&self, fence: Fence, batch: &Batch) -> Result<(), JournalError> {
        let mut inner = self.store.lock();
        fenced(&inner, fence)?;
        let (expected, found) = (batch.before(), self.store.end(&inner));
        if expected != found {
            return Err(JournalError::Conflict { expected: expected.into(), found: found.into() });
        }
        inner.batches.push(batch.into());
        Ok(())
    }

    async fn end(&self) -> Result<Position, JournalError> {
        Ok(self.store.end(&self.store.lock()))
    }

    async fn read(&self, after: Seq, facts: usize) -> Result<Vec<StoredBatch>, JournalError> {
        let inner = self.store.lock();
        let from = inner.batches.partition_point(|batch| batch.last <= after);
        let until = after.value().saturating_add(facts as u64);
        let wanted = inner.batches.iter().skip(from).enumerate();
        let wanted = wanted.take_while(|(index, batch)| *index == 0 || batch.last.value() <= until);
        Ok(wanted.map(|(_, batch)| batch.clone()).collect())
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), JournalError> {
        self.store.lock().snapshot = Some(snapshot.clone());
        Ok(())
    }

    async fn load_snapshot(&self) -> Result<Option<Snapshot>, JournalError> {
        Ok(self.store.lock().snapshot.clone())
    }
}
