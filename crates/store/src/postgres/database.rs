//! A schema of a PostgreSQL database, with our tables in it, and connections that lose nothing.

use std::str::FromStr;

use earnest_ports::JournalError;
use sqlx::{
    AssertSqlSafe, ConnectOptions, PgConnection, Row,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgSslMode},
};

use super::PostgresOptions;
use crate::row::unavailable;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// On one machine TLS hides nothing from anybody, and its records, sent one by one, wait for each other's acknowledgement: an
/// append of more than one record takes 40 ms. A URL that names an `sslmode` has it.
fn local(connect: PgConnectOptions, url: &str) -> PgConnectOptions {
    let here = matches!(connect.get_host(), "localhost" | "127.0.0.1" | "::1");
    if here && !url.contains("sslmode") && !url.contains("ssl-mode") {
        return connect.ssl_mode(PgSslMode::Disable);
    }
    connect
}

const DUPLICATE_SCHEMA: &str = "42P06";

/// Where the tables are.
#[derive(Debug)]
pub(super) struct Database {
    schema: String,
    connect: PgConnectOptions,
}

impl Database {
    /// A database for this purpose, whose connections have these settings.
    pub(super) fn new(
        options: &PostgresOptions,
        purpose: &str,
        settings: &[(&str, &str)],
    ) -> Result<Self, JournalError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let (schema, length) = (&options.schema, options.schema.len());
        if !(1..=63).contains(&length) || !schema.bytes().all(plain) || schema.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(JournalError::Damaged(format!("{schema:?} where the name of a schema was expected")));
        }
        let connect = local(PgConnectOptions::from_str(&options.url).map_err(unavailable)?, &options.url);
        let connect = connect.application_name(purpose).options([("search_path", schema)]);
        Ok(Self { schema: schema.clone(), connect: connect.options(settings.iter().copied()) })
    }

    /// A connection that loses nothing it has committed.
    pub(super) async fn connect(&self) -> Result<PgConnection, JournalError> {
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

    /// Makes the schema and the tables, where they are not there.
    pub(super) async fn prepare(&self, connection: &mut PgConnection) -> Result<(), JournalError> {
        // Two openers may both find that the schema is not there; to the second it is no error that it now is.
        let schema = AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS {}", self.schema));
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
        sqlx::query("RESET lock_timeout").execute(&mut *connection).await.map(drop).map_err(unavailable)
    }
}
