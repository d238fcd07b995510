//! Processes that die, freeze and come back: this program starts itself as a writer, and judges what is left.
//!
//! `EARNEST_KILLS` is how often a writer is killed on each store; 20 unless it says otherwise. `EARNEST_FAULTS` is how many
//! of its calls fail, one in each run; 100 unless it says otherwise, and `all` is every one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is test code")]

mod child;
mod faults;
mod flow;
mod frozen;
mod killed;
#[path = "../contract/schema.rs"]
mod schema;

use std::env;

use tempfile::TempDir;

fn main() {
    if let Some(url) = env::var_os(child::URL) {
        return child::run(url.to_str().unwrap());
    }
    if let Some(path) = env::var_os(flow::PATH) {
        return flow::run(path.to_str().unwrap());
    }
    if faults::strace() {
        test("sqlite_tells_the_truth_whichever_write_or_sync_fails", faults::check);
    }
    let folder = TempDir::new().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("journal.db").display());
    test("sqlite_loses_nothing_when_its_writer_is_killed", || killed::check(&sqlite));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fresh = || runtime.block_on(schema::postgres());
    if let Some(schema) = fresh() {
        test("postgres_loses_nothing_when_its_writer_is_killed", || killed::check(&format!("{}#one", schema.url())));
    }
    if let Some(schema) = fresh() {
        test("a_frozen_writer_is_taken_over_from_and_commits_nothing_when_it_thaws", || frozen::check(&schema));
    }
}

fn test(name: &str, check: impl FnOnce() -> String) {
    let said = check();
    println!("test {name} ... ok ({said})");
}
