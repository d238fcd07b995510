//! Snapshots in PostgreSQL: in parts, since a value has a size that it cannot exceed.

use earnest_base::Sha256Digest;
use earnest_ports::{JournalError, Position, Snapshot};
use sqlx::{Connection, PgConnection, Row};

use crate::row::{self, number, unavailable};

/// How many bytes a part has.
const PART: usize = 4 << 20;

pub(super) async fn save(connection: &mut PgConnection, snapshot: &Snapshot) -> Result<(), JournalError> {
    let seq = number(snapshot.place.seq);
    let parts = snapshot.bytes.chunks(PART);
    let mut transaction = connection.begin().await.map_err(unavailable)?;
    sqlx::query("DELETE FROM snapshots").execute(&mut *transaction).await.map_err(unavailable)?;
    sqlx::query("INSERT INTO snapshots (seq, head, at_millis, parts, digest) VALUES ($1, $2, $3, $4, $5)")
        .bind(seq)
        .bind(snapshot.place.head.as_bytes().as_slice())
        .bind(snapshot.at.unix_millis())
        .bind(i64::try_from(parts.len()).unwrap_or(i64::MAX))
        .bind(Sha256Digest::of(&snapshot.bytes).to_bytes().as_slice())
        .execute(&mut *transaction)
        .await
        .map_err(unavailable)?;
    for (part, bytes) in (0_i64..).zip(parts) {
        sqlx::query("INSERT INTO snapshot_parts (seq, part, bytes) VALUES ($1, $2, $3)")
            .bind(seq)
            .bind(part)
            .bind(bytes)
            .execute(&mut *transaction)
            .await
            .map_err(unavailable)?;
    }
    transaction.commit().await.map_err(unavailable)
}

/// Reads the snapshot. One that is not whole counts as none: the journal has everything.
pub(super) async fn load(connection: &mut PgConnection) -> Result<Option<Snapshot>, JournalError> {
    // One view of both tables, also where another process saves meanwhile.
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await.map_err(unavailable)?;
    let newest = "SELECT seq AS last_seq, head, at_millis, parts, digest FROM snapshots ORDER BY seq DESC LIMIT 1";
    let Some(found) = sqlx::query(newest).fetch_optional(&mut *transaction).await.map_err(unavailable)? else {
        return Ok(None);
    };
    let place: Position = row::position(&found)?;
    let at = row::moment(found.try_get("at_millis").map_err(unavailable)?)?;
    let mut bytes = Vec::new();
    for part in 0..found.try_get::<i64, _>("parts").map_err(unavailable)? {
        let part = sqlx::query("SELECT bytes FROM snapshot_parts WHERE seq = $1 AND part = $2")
            .bind(number(place.seq))
            .bind(part)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(unavailable)?;
        if let Some(part) = part {
            bytes.extend_from_slice(part.try_get(0).map_err(unavailable)?);
        }
    }
    let digest: Vec<u8> = found.try_get("digest").map_err(unavailable)?;
    if Sha256Digest::of(&bytes).to_bytes().as_slice() != digest {
        tracing::warn!(%place, "a snapshot that is not what was saved is passed over");
        return Ok(None);
    }
    Ok(Some(Snapshot { place, at, bytes }))
}
