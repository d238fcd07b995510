//! The binary, command by command, as a shell would run it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests fail the test that calls them")]

mod demo;
mod keys;
mod listing;
mod project;
mod sign;
mod support;
mod verify;
