//! Funding as a service: a real escrow beside it, real sockets, SQLite, a payment provider over HTTP, a clock that the
//! tests drive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod authority;
mod files;
mod outages;
mod payouts;
mod support;
mod top_ups;
