//! The journal in PostgreSQL: a second process stands by, and takes over when the first falls silent.

mod journal;
mod lease;
mod snapshots;

use std::{str::FromStr, time::Duration};

use earnest_ports::{JournalError, JournalName, Position};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row, migrate::Migrator, postgres::PgConnectOptions,
};

use crate::{
    row::unavailable,
    slot::{Slot, Taken},
};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

const DUPLICATE_SCHEMA: &str = "42P06";

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
    connect: PgConnectOptions,
    writes: Slot<PgConnection>,
    reads: Slot<PgConnection>,
}

impl PostgresJournal {
    /// Opens a journal, and makes it where it is not there.
    ///
    /// # Errors
    /// Where the database is out of reach, does not sync what it commits, or holds something else.
    pub async fn open(options: PostgresOptions, name: JournalName) -> Result<Self, JournalError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let (schema, length) = (&options.schema, options.schema.len());
        if !(1..=63).contains(&length) || !schema.bytes().all(plain) || schema.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(JournalError::Damaged(format!("{schema:?} where the name of a schema was expected")));
        }
        let connect = PgConnectOptions::from_str(&options.url).map_err(unavailable)?;
        let connect = connect
            .application_name("earnest journal")
            // A lock that is not granted within a second is held by a process that is stuck, or far away.
            .options([("search_path", schema.as_str()), ("lock_timeout", "1000")]);
        let (writes, reads) = (Slot::empty(), Slot::empty());
        let journal = Self { name, options, connect, writes, reads };
        journal.prepare().await?;
        Ok(journal)
    }

    async fn prepare(&self) -> Result<(), JournalError> {
        let mut taken = self.writes().await?;
        let connection = &mut taken.connection;
        // Two openers may both find that the schema is not there; to the second it is no error that it now is.
        let schema = AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS {}", self.options.schema));
        let made = match sqlx::query(schema).execute(&mut *connection).await {
            Err(sqlx::Error::Database(error))
                if error.is_unique_violation() || error.code().as_deref() == Some(DUPLICATE_SCHEMA) =>
            {
                Ok(())
            }
            other => other.map(|_| ()),
        };
        made.map_err(unavailable)?;
        // The migrations lock each other out, across processes too; how long that takes is not known beforehand.
        sqlx::query("SET lock_timeout = 0").execute(&mut *connection).await.map_err(unavailable)?;
        MIGRATIONS
            .run_direct(None, &mut *connection, false)
            .await
            .map_err(|error| JournalError::unavailable(Box::new(error)))?;
        sqlx::query("SET lock_timeout = 1000").execute(&mut *connection).await.map_err(unavailable)?;
        self.begin(connection).await?;
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
        self.writes.take(self.connect()).await
    }

    async fn reads(&self) -> Result<Taken<'_, PgConnection>, JournalError> {
        self.reads.take(self.connect()).await
    }

    async fn connect(&self) -> Result<PgConnection, JournalError> {
        let mut connection = self.connect.connect().await.map_err(unavailable)?;
        let synced = sqlx::query(
            "SELECT current_setting('fsync') = 'on', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
             THEN set_config('synchronous_commit', 'on', false) END",
        )
        .fetch_one(&mut connection)
        .await
        .map_err(unavailable)?;
        if synced.try_get(0).map_err(unavailable)? {
            Ok(connection)
        } else {
            Err(JournalError::Damaged("a PostgreSQL that does not sync what it commits (fsync = off)".to_owned()))
        }
    }
}
