//! The client that pays, against sellers of every sort: what it pays for, what it refuses to sign, and what it says of the
//! money afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod attack_flows;
mod attacks;
mod buyer;
mod demands;
mod persistence;
mod relays;
mod seller;
