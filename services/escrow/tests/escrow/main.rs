//! The escrow as a service: real sockets, SQLite, signed requests, a clock that the tests drive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod authority;
mod malformed;
mod money;
mod payments;
mod processes;
mod reading;
mod repeats;
mod rows;
mod support;
