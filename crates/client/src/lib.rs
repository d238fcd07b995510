//! Typed clients of the services: every request is signed, every answer is bounded, and every document that comes back is
//! verified before anybody sees it.
//!
//! ```text
//! EscrowClient ── typed methods ──▶ Connection ── RequestSigner ──▶ HTTP ──▶ answer, or ClientError
//! ```
//!
//! Without the feature `http` only [`RequestSigner`] and [`Clock`] are left, which the services share.

mod clock;
#[cfg(feature = "http")]
mod connection;
#[cfg(feature = "http")]
mod error;
#[cfg(feature = "http")]
pub mod escrow;
#[cfg(feature = "http")]
mod events;
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
pub use signer::{RequestSigner, SignError};
#[cfg(feature = "http")]
pub use tls::config as tls_config;

/// The example of the README, compiled.
#[cfg(all(doctest, feature = "http"))]
#[doc = include_str!("../README.md")]
struct Readme;
