//! A schema of its own for each test, in the PostgreSQL that runs on this machine.

use std::{env, fmt::Write as _, io::Write as _};

use earnest_store::PostgresOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

/// Where PostgreSQL is, unless `EARNEST_POSTGRES` says otherwise.
const URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// A schema that goes with its test.
pub(crate) struct Schema {
    url: String,
    name: String,
}

/// A fresh schema. `None`, said on standard error past the capture of the test harness, where no PostgreSQL answers.
///
/// # Panics
/// Where none answers and `CI` is `true`.
pub(crate) async fn postgres() -> Option<Schema> {
    let url = env::var("EARNEST_POSTGRES").unwrap_or_else(|_| URL.to_owned());
    if let Err(error) = PgConnection::connect(&url).await {
        assert!(env::var("CI").as_deref() != Ok("true"), "expected PostgreSQL at {url}, found: {error}");
        let notice = format!(
            "SKIPPED: no PostgreSQL at {url} ({error}). On Debian: `apt install postgresql`, and `host all all 127.0.0.1/32 \
             trust` first in pg_hba.conf; or set EARNEST_POSTGRES to the URL of one where tests may make schemas\n"
        );
        std::io::stderr().write_all(notice.as_bytes()).unwrap();
        return None;
    }
    let mut name = String::from("test_");
    let mut random = [0; 8];
    getrandom::fill(&mut random).unwrap();
    random.iter().for_each(|byte| write!(name, "{byte:02x}").unwrap());
    Some(Schema { url, name })
}

#[allow(dead_code, reason = "the contract suites and the tests over several processes each use a part")]
impl Schema {
    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions { schema: self.name.clone(), ..PostgresOptions::new(&self.url) }
    }

    /// The URL, and the schema behind a `#`, for another process.
    pub(crate) fn url(&self) -> String {
        format!("{}#{}", self.url, self.name)
    }

    /// A connection to the schema that the journal knows nothing of.
    pub(crate) async fn connect(&self) -> PgConnection {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        raw_sql(AssertSqlSafe(format!("SET search_path = {}", self.name))).execute(&mut connection).await.unwrap();
        connection
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let (url, drop) = (self.url.clone(), format!("DROP SCHEMA IF EXISTS {} CASCADE", self.name));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let mut connection = PgConnection::connect(&url).await.unwrap();
                raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
            });
        });
        dropped.join().unwrap();
    }
}
