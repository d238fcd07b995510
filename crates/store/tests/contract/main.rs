//! The contract suites over SQLite, PostgreSQL and a folder.
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is test code")]

mod callers;
mod folder;
mod postgres;
mod postgres_blobs;
mod schema;
mod sqlite;
