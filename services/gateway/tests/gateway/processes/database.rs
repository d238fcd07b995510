//! A database of its own in the PostgreSQL that runs on this machine.

use std::{env, io::Write as _};

use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

/// Where PostgreSQL is, unless `EARNEST_POSTGRES` says otherwise.
const URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

pub(super) struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// A fresh database. `None`, said on standard error past the capture of the test harness, where no PostgreSQL answers.
    ///
    /// # Panics
    /// Where none answers and `CI` is `true`.
    pub(super) async fn make() -> Option<Self> {
        let server = env::var("EARNEST_POSTGRES").unwrap_or_else(|_| URL.to_owned());
        let mut connection = match PgConnection::connect(&server).await {
            Ok(connection) => connection,
            Err(error) => {
                assert!(env::var("CI").as_deref() != Ok("true"), "expected PostgreSQL at {server}, found: {error}");
                let notice =
                    format!("SKIPPED: no PostgreSQL at {server} ({error}). On Debian: `apt install postgresql`\n");
                std::io::stderr().write_all(notice.as_bytes()).unwrap();
                return None;
            }
        };
        let mut random = [0; 8];
        getrandom::fill(&mut random).unwrap();
        let name = format!("test_gateway_{:016x}", u64::from_be_bytes(random));
        raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        let base = server.rsplit_once('/').unwrap().0;
        let url = format!("{base}/{name}");
        Some(Self { server, name, url })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) async fn drop(self) {
        let mut connection = PgConnection::connect(&self.server).await.unwrap();
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
    }
}
