//! The x402 wire, versions 2 and 1: headers, messages, matching, extensions, and what a paid route and a facilitator
//! answer. Pure: no clock, no I/O, no randomness.

mod absent;
mod amount;
pub mod bazaar;
mod choice;
pub mod evm;
pub mod exact;
mod extensions;
mod facilitator;
mod flow;
pub mod header;
mod matching;
mod message;
mod normal;
pub mod offer_receipt;
mod outcome;
mod payment_identifier;
mod presented;
mod reason;
mod reference;
mod resource;
mod schema;
pub mod scheme;
mod text;
mod timeout;
pub mod v1;
pub mod v2;
mod verbatim;
mod version;

pub use amount::Amount;
pub use choice::{ChoiceError, choose};
pub use earnest_base::Network;
pub use extensions::Extensions;
pub use facilitator::*;
pub use flow::PaymentFlow;
pub use matching::{DYNAMIC_INFO, EchoError, check_echo, find_accepted, is_accepted};
pub use message::{MAX_BODY_BYTES, Message, read};
pub use normal::NormalPayment;
pub use outcome::{OUTCOMES, Outcome, OutcomeAnswer, OutcomeRow, PaidBy};
pub use payment_identifier::{
    Fingerprint, IdentifierError, IdentifierUse, PAYMENT_IDENTIFIER, identifier_of, identifier_use,
    is_identifier_required,
};
pub use presented::{Confusion, Presented};
pub use reason::ErrorReason;
pub use reference::{error_reasons_markdown, headers_markdown, networks_markdown, outcomes_markdown};
pub use resource::{IconUrl, PrintableLabel, ResourceInfo};
pub use schema::schemas;
pub use text::{AssetId, PayTo, ResourceUrl, SchemeName};
pub use timeout::TimeoutSeconds;
pub use verbatim::Verbatim;
pub use version::Version;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
