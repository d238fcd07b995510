//! The gateway as a service: real sockets, SQLite, signed requests, a clock and rails that the tests drive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod authority;
mod canary;
mod duplicates;
mod facilitator;
mod ledger;
mod lifecycle;
mod malformed;
mod operators;
mod order;
mod outages;
mod processes;
mod restarts;
mod settler;
mod support;
