//! The rail to chains of the Ethereum kind over a real chain: anvil, with a token of EIP-3009 and some with faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod answers;
mod chain;
mod looking;
mod payments;
#[path = "../shared/proxy.rs"]
mod proxy;
mod sending;
mod starting;
mod subject;
mod threats;

use subject::World;

earnest_rail::rail_contract!(World::start());
