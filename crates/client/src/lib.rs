//! Typed clients of the services: every request is signed, every answer is bounded, and every document that comes back is
//! verified before anybody sees it.
//!
//! ```text
//! EscrowClient, GatewayClient ── typed methods ──▶ Connection ── RequestSigner ──▶ HTTP ──▶ answer, or ClientError
//! PayingClient ── Policy, Purse, Wallet ──▶ a stranger's server ──▶ Bought, or PayError with what became of the money
//! ```
//!
//! Without the feature `http` only [`RequestSigner`] and [`Clock`] are left, which the services share.

#[cfg(feature = "http")]
pub mod budget;
mod clock;
#[cfg(feature = "http")]
mod connection;
#[cfg(feature = "http")]
mod error;
#[cfg(feature = "http")]
pub mod escrow;
#[cfg(feature = "http")]
mod events;
#[cfg(feature = "http")]
pub mod gateway;
#[cfg(feature = "http")]
pub mod paying;
mod signer;
#[cfg(feature = "http")]
mod tls;

pub use clock::Clock;
#[cfg(feature = "http")]
pub use connection::Connection;
#[cfg(feature = "http")]
pub use error::{ClientError, Refused};
#[cfg(feature = "http")]
pub use escrow::EscrowClient;
#[cfg(feature = "http")]
pub use events::{Event, Events};
#[cfg(feature = "http")]
pub use gateway::GatewayClient;
#[cfg(feature = "http")]
pub use paying::PayingClient;
pub use signer::{RequestSigner, SignError};
#[cfg(feature = "http")]
pub use tls::config as tls_config;

/// The example of the README, compiled.
#[cfg(all(doctest, feature = "http"))]
#[doc = include_str!("../README.md")]
struct Readme;
