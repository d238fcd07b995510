//! Rows to batches and back.

use earnest_base::Timestamp;
use earnest_ports::{Fence, Head, JournalError, Position, Seq, StoredBatch};
use sqlx::{ColumnIndex, Database, Decode, Row, Type};

/// The columns of a batch, in the order of [`batch`].
pub(crate) const LAST: &str = "last_seq";

pub(crate) fn unavailable(error: sqlx::Error) -> JournalError {
    JournalError::unavailable(error)
}

fn damaged(what: &str) -> JournalError {
    JournalError::Damaged(format!("a row whose {what} is out of range"))
}

pub(crate) fn seq(value: i64) -> Result<Seq, JournalError> {
    u64::try_from(value).ok().and_then(Seq::new).ok_or_else(|| damaged("number"))
}

/// A number as databases keep it. It never is out of range: a [`Seq`] ends at 2^53.
pub(crate) fn number(seq: Seq) -> i64 {
    i64::try_from(seq.value()).unwrap_or(i64::MAX)
}

pub(crate) fn fence(value: i64) -> Result<Fence, JournalError> {
    u64::try_from(value).map(Fence::new).map_err(|_| damaged("fence"))
}

pub(crate) fn fence_number(fence: Fence) -> i64 {
    i64::try_from(fence.value()).unwrap_or(i64::MAX)
}

pub(crate) fn head(bytes: &[u8]) -> Result<Head, JournalError> {
    bytes.try_into().map(Head::from_bytes).map_err(|_| damaged("head"))
}

pub(crate) fn moment(millis: i64) -> Result<Timestamp, JournalError> {
    Timestamp::from_unix_millis(millis).ok_or_else(|| damaged("moment"))
}

/// The place after a batch: its columns `last_seq` and `head`.
pub(crate) fn position<'r, R>(row: &'r R) -> Result<Position, JournalError>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    let bytes: Vec<u8> = row.try_get("head").map_err(unavailable)?;
    Ok(Position { seq: seq(row.try_get(LAST).map_err(unavailable)?)?, head: head(&bytes)? })
}

/// A batch, from all of its columns.
pub(crate) fn batch<'r, R>(row: &'r R) -> Result<StoredBatch, JournalError>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    let end = position(row)?;
    Ok(StoredBatch {
        first: seq(row.try_get("first_seq").map_err(unavailable)?)?,
        last: end.seq,
        at: moment(row.try_get("at_millis").map_err(unavailable)?)?,
        head: end.head,
        bytes: row.try_get("facts").map_err(unavailable)?,
    })
}
