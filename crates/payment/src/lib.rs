//! One payment truth: the states of a payment, why it ended, which transition follows which, when work may be
//! delivered, and the contract that HTTP and RPC serve over it. Pure: no clock, no I/O, no randomness.
//!
//! ```text
//! Payment ── apply(event) ──▶ Payment            what the relay stores; a struct per state
//!    │ Lookup (record, tombstone or nothing)
//!    ▼ answer
//! Answer ──▶ PaymentStatus ──▶ HTTP answer, RPC answer     one body, two framings
//!    │ state
//!    ▼ RoutePolicy::delivery
//! Delivery: ask, stage, deliver (only on `confirmed`), discard
//! ```
//!
//! ```
//! use earnest_payment::{Cause, Event, Payment, State, Waits, apply};
//!
//! let at = "2026-04-01T06:00:00Z".parse()?;
//! let later = "2026-04-01T06:05:00Z".parse()?;
//! let payment = Payment::submit("pay_01".parse()?, at, later, later)?;
//! let event = Event { payment_id: "pay_01".parse()?, at, cause: Cause::Enqueued { waits: Waits::Turn, deadline: later } };
//! let payment = apply(&payment, &event)?;
//! assert_eq!(payment.state(), State::Queued);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod code;
mod delivery;
mod edge;
mod event;
pub mod http;
mod payment;
mod rail;
mod reason;
mod reference;
mod refusal;
pub mod rpc;
mod schema;
mod state;
mod status;
mod submission;
mod tombstone;
mod transition;
mod url;

pub use answer::{Answer, InFlight, Lookup, NotFound, Outage, Progress, answer};
pub use code::{ErrorCode, Owner};
pub use delivery::{Delivery, EarlyDelivery, EarlyState, RoutePolicy, delivery};
pub use edge::{EDGES, Edge, is_allowed};
pub use event::{Cause, Event, NoNews, Setback, Waits};
pub use payment::{Broadcasting, Confirmed, Failed, Mempool, Payment, Queued, Replaced, Submitted};
pub use rail::{Rail, Reach, rails_markdown};
pub use reason::{ClientAction, FailedReason, NotFoundReason, Reason, ReasonCategory, ReplacedReason};
pub use reference::{diagram_mermaid, reasons_markdown, states_markdown, transition_table_markdown};
pub use refusal::Refusal;
pub use schema::schemas;
pub use state::{Category, State};
pub use status::{
    BroadcastingStatus, ConfirmedStatus, FailedStatus, FailureCategory, InFlightCategory, MempoolStatus,
    NotFoundStatus, PaymentStatus, QueuedStatus, ReplacedStatus, SenderNonce, SuccessCategory,
};
pub use submission::{PaymentRequest, RefusedSubmission, Submission};
pub use tombstone::Tombstone;
pub use transition::apply;
pub use url::{CheckStatusUrl, PublicUrl};

/// Reads a member that may be absent but is never null.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a text that says something.
pub(crate) fn not_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text: String = serde::Deserialize::deserialize(deserializer)?;
    if text.is_empty() { Err(serde::de::Error::custom("expected a text, found an empty one")) } else { Ok(text) }
}

/// Declares enums of words: variants with their wire word and what they mean, an `ALL`, `as_str` and `says`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $says:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[schemars(inline)]
        pub enum $name {
            $(#[doc = $says] #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}
pub(crate) use words;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
