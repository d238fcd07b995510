//! The binary, command by command, as a shell would run it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests fail the test that calls them")]

mod demo;
mod doctor;
mod escrow;
mod keys;
mod ledger;
mod listing;
mod pay;
mod postgres;
mod project;
mod running;
#[path = "../../../../crates/client/tests/paying/seller.rs"]
#[allow(dead_code, reason = "the tests of the client use more of it")]
mod seller;
mod sign;
mod support;
mod verify;
