//! The x402 wire, versions 2 and 1: headers, messages, matching, extensions, and what a paid route and a facilitator
//! answer. Pure: no clock, no I/O, no randomness.

mod amount;
mod choice;
mod extensions;
mod facilitator;
mod flow;
pub mod header;
mod matching;
mod message;
mod network;
mod presented;
mod reason;
mod resource;
mod text;
mod timeout;
pub mod v1;
pub mod v2;
mod verbatim;
mod version;

pub use amount::Amount;
pub use choice::{ChoiceError, choose};
pub use extensions::Extensions;
pub use facilitator::{SettleResponse, VerifyResponse};
pub use flow::PaymentFlow;
pub use matching::{DYNAMIC_INFO, EchoError, check_echo, find_accepted, is_accepted};
pub use message::{MAX_BODY_BYTES, Message, read};
pub use network::Network;
pub use presented::{Confusion, Presented};
pub use reason::ErrorReason;
pub use resource::{IconUrl, PrintableLabel, ResourceInfo};
pub use text::{AssetId, PayTo, ResourceUrl, SchemeName};
pub use timeout::TimeoutSeconds;
pub use verbatim::Verbatim;
pub use version::Version;

/// Reads a member that may be absent but is never null.
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
