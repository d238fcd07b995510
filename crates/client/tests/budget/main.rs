//! The budget: what counts, what comes free, and that it is never over, whoever races and whatever crashes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod decisions;
mod race;
mod support;
