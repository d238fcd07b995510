//! The PostgreSQL of the benches, and the schema that they make there.

use earnest_ports::JournalName;
use earnest_store::{PostgresJournal, PostgresOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

/// Where PostgreSQL is, unless `EARNEST_POSTGRES` says otherwise. Without TLS: over it sqlx 0.9.0 sends more than 16 KiB in
/// two parts, of which the second waits 40 ms, since the connection is without TCP_NODELAY (its issue 4335).
const URL: &str = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable";
/// The schema that a bench makes there, and makes anew each time.
const SCHEMA: &str = "earnest_bench";

/// A PostgreSQL that answers.
pub(crate) struct Postgres {
    url: String,
}

impl Postgres {
    /// Asks whether it is there, and clears what an earlier run left.
    pub(crate) async fn find() -> anyhow::Result<Self> {
        let found = Self { url: std::env::var("EARNEST_POSTGRES").unwrap_or_else(|_| URL.to_owned()) };
        found.forget().await?;
        Ok(found)
    }

    /// An empty journal.
    pub(crate) async fn journal(&self, name: JournalName) -> anyhow::Result<PostgresJournal> {
        self.forget().await?;
        let options = PostgresOptions { schema: SCHEMA.to_owned(), ..PostgresOptions::new(&self.url) };
        Ok(PostgresJournal::open(options, name).await?)
    }

    /// The schema, made anew by these statements.
    pub(crate) async fn schema(&self, statements: &'static str) -> anyhow::Result<()> {
        self.forget().await?;
        let mut connection = PgConnection::connect(&self.url).await?;
        raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {SCHEMA}; SET search_path = {SCHEMA}; {statements}")))
            .execute(&mut connection)
            .await?;
        Ok(connection.close().await?)
    }

    /// A connection to the schema.
    pub(crate) async fn connect(&self) -> anyhow::Result<PgConnection> {
        let mut connection = PgConnection::connect(&self.url).await?;
        raw_sql(AssertSqlSafe(format!("SET search_path = {SCHEMA}"))).execute(&mut connection).await?;
        Ok(connection)
    }

    /// Drops the schema.
    pub(crate) async fn forget(&self) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect(&self.url).await?;
        let drop = format!("SET client_min_messages = warning; DROP SCHEMA IF EXISTS {SCHEMA} CASCADE");
        raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}
