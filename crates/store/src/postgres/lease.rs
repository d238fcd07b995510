//! The lease: a row, a fence, and the database's clock.

use earnest_ports::{Fence, JournalError, Lease};
use sqlx::{PgConnection, Row};

use super::PostgresOptions;
use crate::row::{self, fence_number, unavailable};

/// Free, expired or the holder's own. The update waits for an append that has locked the row, and none that comes later
/// finds its fence.
const ACQUIRE: &str = "UPDATE journal
    SET fence = fence + 1, holder = $1, expires_at = clock_timestamp() + $2 * interval '1 millisecond'
    WHERE expires_at < clock_timestamp() OR holder = $1
    RETURNING fence";

const RENEW: &str = "UPDATE journal SET expires_at = clock_timestamp() + $2 * interval '1 millisecond'
    WHERE fence = $1 RETURNING fence";

/// Ends the connections that hold the row while its lease is over: those of a process that froze, or lost its network, in
/// the middle of an append.
const END_SILENT: &str = "SELECT pg_terminate_backend(pid) FROM (
        SELECT DISTINCT pid FROM pg_locks
        WHERE relation = 'journal'::regclass AND granted AND pid <> pg_backend_pid()
          AND mode IN ('RowShareLock', 'RowExclusiveLock')
    ) AS locks
    WHERE EXISTS (SELECT 1 FROM journal WHERE expires_at < clock_timestamp() OR holder = $1)";

const LOCK_NOT_AVAILABLE: &str = "55P03";

pub(super) async fn acquire(connection: &mut PgConnection, options: &PostgresOptions) -> Result<Lease, JournalError> {
    let update = || sqlx::query(ACQUIRE).bind(&options.holder).bind(millis(options));
    // Every row is fetched: the statement commits after the last one, and only then is its outcome known.
    let updated = match update().fetch_all(&mut *connection).await {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) => {
            let ended = sqlx::query(END_SILENT).bind(&options.holder).fetch_all(&mut *connection).await;
            tracing::warn!(
                count = ended.map_err(unavailable)?.len(),
                "ended connections that held a lease that is over"
            );
            update().fetch_all(&mut *connection).await
        }
        other => other,
    };
    match updated.map_err(unavailable)?.first() {
        Some(row) => {
            let fence = row::fence(row.try_get(0).map_err(unavailable)?)?;
            Ok(Lease { fence, renew_every: Some(options.lease / 3) })
        }
        None => {
            let (fence, holder) = present(connection).await?;
            Err(JournalError::Held { holder, fence })
        }
    }
}

pub(super) async fn renew(
    connection: &mut PgConnection,
    options: &PostgresOptions,
    fence: Fence,
) -> Result<(), JournalError> {
    let renew = sqlx::query(RENEW).bind(fence_number(fence)).bind(millis(options));
    match renew.fetch_all(&mut *connection).await.map_err(unavailable)?.first() {
        Some(_) => Ok(()),
        None => Err(JournalError::Fenced { expected: fence, found: present(connection).await?.0 }),
    }
}

pub(super) async fn release(connection: &mut PgConnection, fence: Fence) -> Result<(), JournalError> {
    let release = sqlx::query("UPDATE journal SET expires_at = '-infinity' WHERE fence = $1").bind(fence_number(fence));
    release.execute(connection).await.map(drop).map_err(unavailable)
}

/// The present fence and its holder.
pub(super) async fn present(connection: &mut PgConnection) -> Result<(Fence, String), JournalError> {
    let found = sqlx::query("SELECT fence, holder FROM journal").fetch_one(connection).await.map_err(unavailable)?;
    Ok((row::fence(found.try_get(0).map_err(unavailable)?)?, found.try_get(1).map_err(unavailable)?))
}

fn millis(options: &PostgresOptions) -> i64 {
    i64::try_from(options.lease.as_millis()).unwrap_or(i64::MAX)
}
