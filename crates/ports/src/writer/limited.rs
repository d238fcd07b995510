//! A journal whose every answer comes in time, or counts as none.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::timeout;

use crate::{Batch, Fence, Journal, JournalError, JournalName, Lease, Position, Seq, Snapshot, StoredBatch};

/// A journal under a time limit. Snapshots, which may be large, have none: nobody waits for them.
pub(super) struct Limited {
    journal: Arc<dyn Journal>,
    within: Duration,
}

impl Limited {
    pub(super) fn wrap(journal: Arc<dyn Journal>, within: Duration) -> Arc<dyn Journal> {
        Arc::new(Self { journal, within })
    }

    async fn call<T>(&self, work: impl Future<Output = Result<T, JournalError>> + Send) -> Result<T, JournalError> {
        timeout(self.within, work).await.unwrap_or_else(|_| Err(JournalError::unavailable("no answer in time")))
    }
}

#[async_trait]
impl Journal for Limited {
    fn name(&self) -> &JournalName {
        self.journal.name()
    }

    async fn acquire(&self) -> Result<Lease, JournalError> {
        self.call(self.journal.acquire()).await
    }

    async fn renew(&self, fence: Fence) -> Result<(), JournalError> {
        self.call(self.journal.renew(fence)).await
    }

    async fn release(&self, fence: Fence) -> Result<(), JournalError> {
        self.call(self.journal.release(fence)).await
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
