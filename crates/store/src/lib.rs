//! Stores: the journal in SQLite and in PostgreSQL, blobs in a folder and in PostgreSQL.
//!
//! A batch of facts is one row, so a commit is one write, whatever the batch. The row that an append adds, the fence that
//! allows it and the head that it follows are one statement: nothing can come between.

mod durable_file;
mod folder_blobs;
mod incoming;
mod inspect;
mod open;
mod postgres;
mod row;
mod slots;
mod sqlite;

pub use folder_blobs::FolderBlobs;
pub use inspect::{Inspected, inspect};
pub use open::{open, open_blobs};
pub use postgres::{PostgresBlobs, PostgresJournal, PostgresOptions};
pub use sqlite::SqliteJournal;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
