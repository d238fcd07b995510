//! The rail to a federation's ledger over a real escrow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod outcomes;
#[path = "../shared/proxy.rs"]
mod proxy;
mod subject;

use subject::World;

earnest_rail::rail_contract!(async { Some(World::start().await) });
