//! What the journal's port asks, in SQLite's statements.

use async_trait::async_trait;
use earnest_ports::{Batch, Fence, Journal, JournalError, JournalName, Lease, Position, Seq, Snapshot, StoredBatch};
use sqlx::{Row, SqliteConnection};

use super::{SqliteJournal, snapshot_file};
use crate::row::{self, fence_number, number, unavailable};

/// One statement, so one commit: the row, where the fence is the last and the row follows the last row.
const APPEND: &str = "INSERT INTO batches (last_seq, first_seq, at_millis, head, facts)
    SELECT ?1, ?2, ?3, ?4, ?5
    WHERE (SELECT fence FROM journal) = ?6
      AND (SELECT max(last_seq) FROM batches) = ?7
      AND (SELECT head FROM batches WHERE last_seq = ?7) = ?8";

const READ: &str = "SELECT last_seq, first_seq, at_millis, head, facts FROM batches
    WHERE last_seq > ?1 AND last_seq <= max(?1 + ?2, (SELECT min(last_seq) FROM batches WHERE last_seq > ?1))
    ORDER BY last_seq";

#[async_trait]
impl Journal for SqliteJournal {
    fn name(&self) -> &JournalName {
        &self.name
    }

    async fn acquire(&self) -> Result<Lease, JournalError> {
        if !self.lock.take()? {
            let mut taken = self.reads().await?;
            let (fence, holder) = holder(&mut taken.connection).await?;
            taken.keep();
            return Err(JournalError::Held { holder, fence });
        }
        let mut taken = self.writes().await?;
        settle(&mut taken.connection).await?;
        // Every row is fetched: the statement commits after the last one, and only then is its outcome known.
        let raised = sqlx::query("UPDATE journal SET fence = fence + 1, holder = ?1 RETURNING fence")
            .bind(format!("process {}", std::process::id()))
            .fetch_all(&mut taken.connection)
            .await
            .map_err(unavailable)?;
        let raised = raised.first().ok_or_else(|| JournalError::Damaged("a journal without its row".to_owned()))?;
        let fence = row::fence(raised.try_get(0).map_err(unavailable)?)?;
        taken.keep();
        Ok(Lease { fence, renew_every: None })
    }

    async fn renew(&self, fence: Fence) -> Result<(), JournalError> {
        let mut taken = self.reads().await?;
        let (found, _) = holder(&mut taken.connection).await?;
        taken.keep();
        if found == fence { Ok(()) } else { Err(JournalError::Fenced { expected: fence, found }) }
    }

    async fn release(&self, fence: Fence) -> Result<(), JournalError> {
        if self.renew(fence).await.is_ok() {
            self.lock.release();
        }
        Ok(())
    }

    async fn append(&self, fence: Fence, batch: &Batch) -> Result<(), JournalError> {
        let (before, stored) = (batch.before(), batch.end());
        let mut taken = self.writes().await?;
        let done = sqlx::query(APPEND)
            .bind(number(stored.seq))
            .bind(number(before.seq) + 1)
            .bind(batch.at().unix_millis())
            .bind(stored.head.as_bytes().as_slice())
            .bind(batch.bytes())
            .bind(fence_number(fence))
            .bind(number(before.seq))
            .bind(before.head.as_bytes().as_slice())
            .execute(&mut taken.connection)
            .await
            .map_err(unavailable)?;
        if done.rows_affected() == 1 {
            taken.keep();
            return Ok(());
        }
        let (found, _) = holder(&mut taken.connection).await?;
        let end = end(&mut taken.connection).await?;
        taken.keep();
        if found == fence {
            Err(JournalError::Conflict { expected: before.into(), found: end.into() })
        } else {
            Err(JournalError::Fenced { expected: fence, found })
        }
    }

    async fn end(&self) -> Result<Position, JournalError> {
        let mut taken = self.reads().await?;
        let end = end(&mut taken.connection).await?;
        taken.keep();
        Ok(end)
    }

    async fn read(&self, after: Seq, facts: usize) -> Result<Vec<StoredBatch>, JournalError> {
        let mut taken = self.reads().await?;
        let rows = sqlx::query(READ)
            .bind(number(after))
            .bind(i64::try_from(facts).unwrap_or(i64::MAX >> 1))
            .fetch_all(&mut taken.connection)
            .await
            .map_err(unavailable)?;
        taken.keep();
        rows.iter().map(row::batch).collect()
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), JournalError> {
        let (path, snapshot) = (snapshot_file::path(&self.path), snapshot.clone());
        let saved = tokio::task::spawn_blocking(move || snapshot_file::save(&path, &snapshot));
        saved.await.map_err(JournalError::unavailable)?
    }

    async fn load_snapshot(&self) -> Result<Option<Snapshot>, JournalError> {
        let path = snapshot_file::path(&self.path);
        let loaded = tokio::task::spawn_blocking(move || snapshot_file::load(&path));
        loaded.await.map_err(JournalError::unavailable)?
    }
}

/// Brings everything that is in the write-ahead log into the database, synced, and empties the log.
///
/// A sync that failed leaves pages that look written and are not. What is read from here on was written anew since.
async fn settle(connection: &mut SqliteConnection) -> Result<(), JournalError> {
    let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await.map_err(unavailable)?;
    match checkpoint.try_get::<i64, _>(0).map_err(unavailable)? {
        0 => Ok(()),
        _ => Err(JournalError::unavailable("a reader that holds the write-ahead log")),
    }
}

async fn holder(connection: &mut SqliteConnection) -> Result<(Fence, String), JournalError> {
    let found = sqlx::query("SELECT fence, holder FROM journal").fetch_one(connection).await.map_err(unavailable)?;
    Ok((row::fence(found.try_get(0).map_err(unavailable)?)?, found.try_get(1).map_err(unavailable)?))
}

async fn end(connection: &mut SqliteConnection) -> Result<Position, JournalError> {
    let last = "SELECT last_seq, head FROM batches ORDER BY last_seq DESC LIMIT 1";
    row::position(&sqlx::query(last).fetch_one(connection).await.map_err(unavailable)?)
}
