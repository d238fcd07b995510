//! A look at a journal that changes nothing: not even the journal itself is made where there is none.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    str::FromStr,
};

use earnest_ports::{JournalError, Position};
use sqlx::{
    ConnectOptions, Row,
    postgres::{PgConnectOptions, PgRow},
    sqlite::SqliteConnectOptions,
};

use crate::row::{self, unavailable};

/// What stands in a journal's database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// What the journal is called.
    pub name: String,
    /// Where it ends.
    pub end: Position,
    /// Who holds the lease now, where anybody does.
    pub holder: Option<String>,
}

const LAST: &str = "SELECT last_seq, head FROM batches ORDER BY last_seq DESC LIMIT 1";
const UNDEFINED_TABLE: &str = "42P01";

/// Looks at the journal of a URL; `None` where there is none yet.
///
/// # Errors
/// Where the store is out of reach, does not sync what it commits, or holds something else.
pub async fn inspect(url: &str) -> Result<Option<Inspected>, JournalError> {
    match url.strip_prefix("sqlite:") {
        Some(path) => sqlite(path.strip_prefix("//").unwrap_or(path).as_ref()).await,
        None => postgres(url).await,
    }
}

async fn sqlite(path: &Path) -> Result<Option<Inspected>, JournalError> {
    if !path.try_exists().map_err(JournalError::unavailable)? {
        return Ok(None);
    }
    // What the writer may not open for writing, it cannot write.
    drop(OpenOptions::new().append(true).open(path).map_err(JournalError::unavailable)?);
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = options.connect().await.map_err(unavailable)?;
    let journal = sqlx::query("SELECT name, holder FROM journal").fetch_one(&mut connection).await;
    let journal = journal.map_err(unavailable)?;
    let last = sqlx::query(LAST).fetch_one(&mut connection).await.map_err(unavailable)?;
    let holder: String = journal.try_get(1).map_err(unavailable)?;
    Ok(Some(Inspected {
        name: journal.try_get(0).map_err(unavailable)?,
        end: row::position(&last)?,
        holder: is_locked(path)?.then_some(holder),
    }))
}

/// Whether a process has the lock that is the lease of a SQLite journal.
fn is_locked(database: &Path) -> Result<bool, JournalError> {
    let mut path = database.as_os_str().to_owned();
    path.push("-lock");
    match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(JournalError::unavailable(error)),
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(JournalError::unavailable(error)),
        },
    }
}

async fn postgres(url: &str) -> Result<Option<Inspected>, JournalError> {
    let options = PgConnectOptions::from_str(url).map_err(unavailable)?;
    let options = options.application_name("earnest doctor").options([("search_path", "earnest")]);
    let mut connection = options.connect().await.map_err(unavailable)?;
    let synced = sqlx::query("SELECT current_setting('fsync') = 'on'").fetch_one(&mut connection).await;
    if !synced.map_err(unavailable)?.try_get::<bool, _>(0).map_err(unavailable)? {
        return Err(JournalError::Damaged("a PostgreSQL that does not sync what it commits (fsync = off)".to_owned()));
    }
    let journal = sqlx::query("SELECT name, holder, expires_at >= clock_timestamp() FROM journal");
    let journal: PgRow = match journal.fetch_one(&mut connection).await {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(UNDEFINED_TABLE) => return Ok(None),
        other => other.map_err(unavailable)?,
    };
    let last = sqlx::query(LAST).fetch_one(&mut connection).await.map_err(unavailable)?;
    let holder: String = journal.try_get(1).map_err(unavailable)?;
    let is_held: bool = journal.try_get(2).map_err(unavailable)?;
    Ok(Some(Inspected {
        name: journal.try_get(0).map_err(unavailable)?,
        end: row::position(&last)?,
        holder: is_held.then_some(holder),
    }))
}
