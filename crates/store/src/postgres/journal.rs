//! What the journal's port asks, in PostgreSQL's statements.

use async_trait::async_trait;
use earnest_ports::{Batch, Fence, Journal, JournalError, JournalName, Lease, Position, Seq, Snapshot, StoredBatch};
use sqlx::PgConnection;

use super::{PostgresJournal, lease, snapshots};
use crate::row::{self, fence_number, number, unavailable};

/// One statement, so one transaction, which needs no further word of the client: the row, where the fence is the last and
/// the row follows the last row. The lock keeps the lease from changing hands until it has committed.
const APPEND: &str = "INSERT INTO batches (last_seq, first_seq, at_millis, head, facts)
    SELECT $1, $2, $3, $4, $5 FROM (SELECT 1 FROM journal WHERE fence = $6 FOR SHARE) AS lease
    WHERE (SELECT max(last_seq) FROM batches) = $7
      AND (SELECT head FROM batches WHERE last_seq = $7) = $8";

const READ: &str = "SELECT last_seq, first_seq, at_millis, head, facts FROM batches
    WHERE last_seq > $1 AND last_seq <= greatest($1 + $2, (SELECT min(last_seq) FROM batches WHERE last_seq > $1))
    ORDER BY last_seq";

#[async_trait]
impl Journal for PostgresJournal {
    fn name(&self) -> &JournalName {
        &self.name
    }

    async fn acquire(&self) -> Result<Lease, JournalError> {
        let mut taken = self.writes().await?;
        let acquired = lease::acquire(&mut taken.connection, &self.options).await;
        if matches!(acquired, Ok(_) | Err(JournalError::Held { .. })) {
            taken.keep();
        }
        acquired
    }

    async fn renew(&self, fence: Fence) -> Result<(), JournalError> {
        let mut taken = self.writes().await?;
        let renewed = lease::renew(&mut taken.connection, &self.options, fence).await;
        if matches!(renewed, Ok(()) | Err(JournalError::Fenced { .. })) {
            taken.keep();
        }
        renewed
    }

    async fn release(&self, fence: Fence) -> Result<(), JournalError> {
        let mut taken = self.writes().await?;
        lease::release(&mut taken.connection, fence).await?;
        taken.keep();
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
        let (found, _) = lease::present(&mut taken.connection).await?;
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
        // A connection of its own: a large snapshot keeps nobody waiting.
        snapshots::save(&mut self.database.connect().await?, snapshot).await
    }

    async fn load_snapshot(&self) -> Result<Option<Snapshot>, JournalError> {
        snapshots::load(&mut self.database.connect().await?).await
    }
}

async fn end(connection: &mut PgConnection) -> Result<Position, JournalError> {
    let last = "SELECT last_seq, head FROM batches ORDER BY last_seq DESC LIMIT 1";
    row::position(&sqlx::query(last).fetch_one(connection).await.map_err(unavailable)?)
}
