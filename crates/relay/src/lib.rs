//! The decisions of a settlement relay: what to send next, in which order, from which wallet, and what became of it.
//! Pure: no clock, no I/O, no randomness.
//!
//! ```text
//! Command ── Relay::decide(now) ──▶ Decision { events } ── store them ──▶ Relay::apply(event), one by one
//!                                                                            │
//!              Command::Signed, Sent, Seen ◀── whoever does it ◀── Relay::works()
//! ```
//!
//! A relay serves rails. A rail's [`RailTerms`] say what it has (decision P11): an order of a sender's payments, wallets
//! that pay for transactions, a depth at which a block is final. Payments without an order go out as they come; ordered
//! ones wait in the sender's hand until they form a run without a gap, which goes whole to one wallet. Senders take turns.
//!
//! An attempt is signed and recorded before it is sent. After a crash it is sent again as it was, under the same
//! transaction id; nothing that may be on a rail is ever given another place.
mod agenda;
mod apply;
mod book;
mod check;
mod command;
mod decide;
mod event;
mod file;
mod health;
mod name;
mod planted;
mod rail;
mod record;
mod relay;
mod sender;
mod submission;
mod terms;
mod transaction;
mod wallet;

pub use agenda::Work;
pub use apply::ApplyError;
pub use check::Fault;
pub use command::{Command, Finding, Outcome};
pub use decide::Decision;
pub use event::{Event, Leaves};
pub use name::{Attempt, Authorization, Fee, Nonce, Scope, Sender, Sequence, Wallet};
pub(crate) use planted::Planted;
pub use relay::{Dispatch, Relay};
pub use submission::{Identifier, Submission};
pub use terms::{Order, RailTerms, SponsorTerms, Sponsors};
pub use transaction::{Place, Purpose, Sight};

#[cfg(test)]
mod tests;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
