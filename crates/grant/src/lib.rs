//! One payment, one grant: what a seller keeps of every payment that was shown to them (decisions P10 and X4). Pure: no
//! clock, no I/O, no randomness.
//!
//! ```text
//!            Show                 Stage                     Grant
//! (nothing) ─────▶ working ───────────────▶ settling ───────────────▶ granted
//!                   │  ▲                     │   ▲  │
//!             Leave │  │ Show           Rest │   │  │ Discard
//!                   ▼  │                     ▼   │  ▼
//!                  unserved                staged ┘ discarded          Sweep: what is over goes
//! ```
//!
//! A payment is reserved, durably and once, before anything is executed. One worker at a time has it, under a lease; the
//! same payment, shown again for the same request, takes over from one that died. What it is shown for first it is bound
//! to. The result is kept before the payment is settled, and leaves only once it is.

mod answer;
mod apply;
mod book;
mod command;
mod decide;
mod fact;
mod kept;
mod key;
mod record;
mod snapshot;

pub use answer::{Answer, Doing, Refusal, Settled};
pub use apply::ApplyError;
pub use book::{Fill, Grants};
pub use command::{Command, Failure, Show, Step, Terms, Underway};
pub use decide::Decision;
pub use fact::{DecodeError, Fact, KeptUntil, Reserved};
pub use kept::{Kept, KeptBody, KeptError, MAX_HEAD_BYTES, MAX_INLINE_BYTES};
pub use key::{BoundTo, Identified, IdentifierKey, PayerKey, PayloadKey, PaymentKey, RequestKey, Worker};

#[cfg(test)]
mod tests;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
