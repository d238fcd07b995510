//! The x402 wire, versions 2 and 1: headers, messages, matching, extensions, and what a paid route and a facilitator
//! answer. Pure: no clock, no I/O, no randomness.

mod amount;
pub mod evm;
pub mod exact;
mod extensions;
mod facilitator;
mod network;
pub mod offer_receipt;
mod reason;
mod resource;
pub mod scheme;
mod text;
mod timeout;
pub mod v2;
mod verbatim;
mod version;

pub use amount::Amount;
pub use extensions::Extensions;
pub use facilitator::{SettleResponse, VerifyResponse};
pub use network::Network;
pub use reason::ErrorReason;
pub use resource::{IconUrl, PrintableLabel, ResourceInfo};
pub use text::{AssetId, PayTo, ResourceUrl, SchemeName};
pub use timeout::TimeoutSeconds;
pub use verbatim::Verbatim;
pub use version::Version;

/// Reads a member that may be absent but is never null.
#[allow(dead_code, reason = "version 1 asks for it")]
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a list that is not empty.
pub(crate) fn at_least_one<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    let items: Vec<T> = serde::Deserialize::deserialize(deserializer)?;
    if items.is_empty() { Err(serde::de::Error::custom("expected at least one item, found none")) } else { Ok(items) }
}

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
