//! Stores: the journal in SQLite and in PostgreSQL, blobs in a folder.
//!
//! A batch of facts is one row, so a commit is one write, whatever the batch. The row that an append adds, the fence that
//! allows it and the head that it follows are one statement: nothing can come between.

mod durable_file;
mod folder_blobs;
mod inspect;
mod open;
mod postgres;
mod row;
mod slot;
mod sqlite;

pub use folder_blobs::FolderBlobs;
pub use inspect::{Inspected, inspect};
pub use open::open;
pub use postgres::{PostgresJournal, PostgresOptions};
pub use sqlite::SqliteJournal;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
