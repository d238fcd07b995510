//! Plans, schedules, the table of states and events, and histories that were written once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod golden;
mod plans;
mod samples;
mod schedules;
mod table;
