//! What every rail does, as a suite that each rail runs: [`rail_contract!`](crate::rail_contract).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is test code, which other crates run too"
)]

mod rail_contract;
mod subject;

pub use rail_contract::cases;
pub use subject::{RailSubject, Reach};
