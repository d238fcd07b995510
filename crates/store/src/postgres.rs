//! The journal in PostgreSQL: a second process stands by, and takes over when the first falls silent. Blobs are in the same
//! database, so that the second has them too.

mod blobs;
mod database;
mod journal;
mod lease;
mod snapshots;

pub use blobs::PostgresBlobs;

use std::time::Duration;

use earnest_ports::{JournalError, JournalName, Position};
use sqlx::{Connection, PgConnection, Row};

use crate::{
    row::unavailable,
    slots::{Slots, Taken},
};
use database::Database;

/// Where a journal is, and for whom it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// The database, as libpq writes it.
    pub url: String,
    /// The schema that holds the journal's tables; it is made where it is not there. Lower case letters, digits and `_`.
    pub schema: String,
    /// Who opens it. Two processes that give the same name take the lease from each other at will.
    pub holder: String,
    /// How long a lease lasts without being renewed, by the database's clock. It is renewed three times as often.
    pub lease: Duration,
}

impl PostgresOptions {
    /// The schema `earnest`, a holder's name that nobody else has, and a lease of 3 seconds.
    pub fn new(url: impl Into<String>) -> Self {
        let mut random = [0; 8];
        // Without randomness the name is the process's number, which is as good on one machine.
        let _ = getrandom::fill(&mut random);
        let holder = format!("process {} {:016x}", std::process::id(), u64::from_le_bytes(random));
        Self { url: url.into(), schema: "earnest".to_owned(), holder, lease: Duration::from_secs(3) }
    }
}

/// A journal in a schema of a PostgreSQL database.
///
/// The lease is a row with a fence and a moment of the database's clock. Every append locks that row and compares the fence
/// in its own statement: it commits before the next holder takes the lease, or never.
#[derive(Debug)]
pub struct PostgresJournal {
    name: JournalName,
    options: PostgresOptions,
    database: Database,
    writes: Slots<PgConnection>,
    reads: Slots<PgConnection>,
}

impl PostgresJournal {
    /// Opens a journal, and makes it where it is not there.
    ///
    /// # Errors
    /// Where the database is out of reach, does not sync what it commits, or holds something else.
    pub async fn open(options: PostgresOptions, name: JournalName) -> Result<Self, JournalError> {
        // A lock that is not granted within a second is held by a process that is stuck, or far away.
        let database = Database::new(&options, "earnest journal", &[("lock_timeout", "1000")])?;
        let (writes, reads) = (Slots::new(1), Slots::new(1));
        let journal = Self { name, options, database, writes, reads };
        journal.prepare().await?;
        Ok(journal)
    }

    async fn prepare(&self) -> Result<(), JournalError> {
        let mut taken = self.writes().await?;
        self.database.prepare(&mut taken.connection).await?;
        self.begin(&mut taken.connection).await?;
        taken.keep();
        Ok(())
    }

    /// The first rows, where there are none; a journal of another name is refused.
    async fn begin(&self, connection: &mut PgConnection) -> Result<(), JournalError> {
        let mut transaction = connection.begin().await.map_err(unavailable)?;
        sqlx::query(
            "INSERT INTO journal (one, name, fence, holder, expires_at) VALUES (true, $1, 0, '', '-infinity')
             ON CONFLICT DO NOTHING",
        )
        .bind(self.name.as_str())
        .execute(&mut *transaction)
        .await
        .map_err(unavailable)?;
        sqlx::query(
            "INSERT INTO batches (last_seq, first_seq, at_millis, head, facts) VALUES (0, 0, 0, $1, '')
             ON CONFLICT DO NOTHING",
        )
        .bind(Position::start(&self.name).head.as_bytes().as_slice())
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

    async fn writes(&self) -> Result<Taken<'_, PgConnection>, JournalError> {
        self.writes.take(self.database.connect()).await
    }

    async fn reads(&self) -> Result<Taken<'_, PgConnection>, JournalError> {
        self.reads.take(self.database.connect()).await
    }
}
