//! The journal in SQLite: WAL, `synchronous=FULL`, one process that writes.

mod journal;
mod lock;
mod snapshot_file;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use earnest_ports::{JournalError, JournalName, Position};
use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    row::unavailable,
    slots::{Slots, Taken},
};
use lock::WriterLock;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a statement waits for another process that is in the middle of one.
const BUSY: Duration = Duration::from_secs(5);

/// A journal in a SQLite database of its own. Beside the file stand its write-ahead log, a lock file and the snapshot.
///
/// The lease is a lock of the operating system on the lock file. It ends with the process that holds it, so a restart waits
/// for nobody. The fence protects where the lock cannot: where somebody removed the file.
#[derive(Debug)]
pub struct SqliteJournal {
    name: JournalName,
    path: PathBuf,
    writes: Slots<SqliteConnection>,
    reads: Slots<SqliteConnection>,
    lock: WriterLock,
}

impl SqliteJournal {
    /// Opens a journal, and makes it where it is not there.
    ///
    /// # Errors
    /// Where the file is out of reach, or holds something else.
    pub async fn open(path: impl AsRef<Path>, name: JournalName) -> Result<Self, JournalError> {
        let path = path.as_ref().to_owned();
        let lock = WriterLock::beside(&path);
        let (writes, reads) = (Slots::new(1), Slots::new(1));
        let journal = Self { name, path, writes, reads, lock };
        journal.prepare().await?;
        Ok(journal)
    }

    async fn prepare(&self) -> Result<(), JournalError> {
        // Two processes that make the same database at once would each find it empty.
        let _alone = lock::alone(&self.path).await?;
        let mut taken = self.writes().await?;
        MIGRATIONS
            .run_direct(None, &mut taken.connection, false)
            .await
            .map_err(|error| JournalError::unavailable(Box::new(error)))?;
        self.begin(&mut taken.connection).await?;
        taken.keep();
        Ok(())
    }

    /// The first rows, where there are none; a journal of another name is refused.
    async fn begin(&self, connection: &mut SqliteConnection) -> Result<(), JournalError> {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let start = Position::start(&self.name);
        sqlx::query("INSERT INTO journal (one, name, fence, holder) VALUES (1, ?1, 0, '') ON CONFLICT DO NOTHING")
            .bind(self.name.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(unavailable)?;
        sqlx::query("INSERT INTO batches (last_seq, first_seq, at_millis, head, facts) VALUES (0, 0, 0, ?1, x'') ON CONFLICT DO NOTHING")
            .bind(start.head.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await
            .map_err(unavailable)?;
        let found = sqlx::query("SELECT name FROM journal").fetch_one(&mut *transaction).await.map_err(unavailable)?;
        let found: String = found.try_get(0).map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        if found == self.name.as_str() {
            Ok(())
        } else {
            Err(JournalError::Damaged(format!("the journal {found} where {} was expected", self.name)))
        }
    }

    async fn writes(&self) -> Result<Taken<'_, SqliteConnection>, JournalError> {
        self.writes.take(self.connect()).await
    }

    async fn reads(&self) -> Result<Taken<'_, SqliteConnection>, JournalError> {
        self.reads.take(self.connect()).await
    }

    async fn connect(&self) -> Result<SqliteConnection, JournalError> {
        let options = SqliteConnectOptions::new()
            .filename(&self.path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // Where an ordinary sync leaves data in the drive's cache (macOS), ask for the one that does not.
            .pragma("fullfsync", "ON")
            .pragma("checkpoint_fullfsync", "ON")
            .busy_timeout(BUSY);
        options.connect().await.map_err(unavailable)
    }
}
