//! An escrow whose journal is in PostgreSQL: run, examined and checked.

use std::{env, io::Write as _};

use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};

use crate::{
    running::{FLAGS, Running, block_on},
    support::Place,
};

/// Where PostgreSQL is, unless `EARNEST_POSTGRES` says otherwise.
const URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// A database that goes with its test.
struct Database {
    server: String,
    name: String,
}

impl Database {
    /// A fresh one. `None`, said on standard error, where no PostgreSQL answers.
    fn new() -> Option<Self> {
        let server = env::var("EARNEST_POSTGRES").unwrap_or_else(|_| URL.to_owned());
        let name = format!("test_commands_{}", std::process::id());
        match block_on(statement(&server, &format!("CREATE DATABASE {name}"))) {
            Ok(()) => Some(Self { server, name }),
            Err(error) => {
                assert!(env::var("CI").as_deref() != Ok("true"), "expected PostgreSQL at {server}, found: {error}");
                let notice = format!("SKIPPED: no PostgreSQL at {server} ({error})\n");
                std::io::stderr().write_all(notice.as_bytes()).unwrap();
                None
            }
        }
    }

    fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Where the server has gone, so has the database.
        let _ = block_on(statement(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)));
    }
}

async fn statement(server: &str, text: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut connection).await?;
    connection.close().await
}

#[test]
fn a_journal_in_postgresql_is_written_examined_and_checked() {
    let Some(database) = Database::new() else { return };
    let place = Place::new();
    let journal = format!("--set journal={}", database.url());
    let flags = format!("{FLAGS} {journal}");
    let before = place.run(&format!("doctor --json {flags} --escrow http://127.0.0.1:1")).json();
    let of = |findings: &serde_json::Value, check: &str| {
        findings.as_array().unwrap().iter().find(|finding| finding["check"] == check).unwrap().clone()
    };
    assert_eq!(of(&before, "journal")["ok"], true);
    assert!(of(&before, "journal")["finding"].as_str().unwrap().contains("not there yet"), "{before}");

    let escrow = Running::start(&place, &journal);
    assert_eq!((&escrow.card["writes"], &escrow.card["journal"]), (&true.into(), &"PostgreSQL".into()));
    let run = place.run(&format!("doctor --json {flags} --escrow {}", escrow.url())).ok();
    let lease = of(&run.json(), "lease")["finding"].as_str().unwrap().to_owned();
    assert!(lease.starts_with("process ") && lease.ends_with(" writes"), "{lease}");
    block_on(escrow.open_accounts());
    let end = block_on(escrow.participant(1).head()).unwrap();
    let kept = format!("--head {}:{}", end.seq, end.head);
    assert_eq!(place.run(&format!("escrow check --json {flags} {kept}")).ok().json()["seq"], end.seq);
    assert_eq!(escrow.stop("TERM").code(), Some(0));
    let run = place.run(&format!("doctor --json {flags} --escrow http://127.0.0.1:1"));
    assert!(of(&run.json(), "lease")["finding"].as_str().unwrap().starts_with("free"), "{}", run.out);
}
