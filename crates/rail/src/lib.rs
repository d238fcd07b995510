//! Rails: what carries payments. The relay decides what is sent and when; a rail signs it, sends it and looks for it.
//!
//! ```text
//! Relay::works() ── Job ──▶ Rail::sign, Rail::send ──▶ Outcome ──▶ Command::Signed, Command::Sent
//!                └─ Sought ─▶ Rail::look ──▶ Finding ──▶ Command::Seen
//! ```

pub mod evm;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
pub mod orc;
mod rail;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod txid;

pub use evm::EvmRail;
#[cfg(any(test, feature = "testing"))]
pub use memory::MemoryRail;
pub use orc::OrcRail;
pub use rail::{Carried, CheckError, Job, Rail, RailOutage, Sent, Signed, Sought, WalletSight};

/// The example of the README, run.
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../README.md")]
struct Readme;
