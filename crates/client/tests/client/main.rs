//! The clients against servers that do what servers should not.

#![cfg(feature = "http")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests fail the test that calls them")]

mod answers;
mod server;
