//! What an escrow takes, and from whom: verified documents made into commands of the ledger, and kept as its evidence.
//! Pure: no I/O, no clock, no randomness.
//!
//! ```text
//! document ── intake: signer, caller, criteria ──▶ Command ── Settlement::decide ──▶ facts, answer
//!                                                                │ Fact::encode ──▶ the journal
//!                                                                ▼ Settlement::apply
//! ```
//!
//! - Whoever brings a document is who signed it, or whom the escrow's [`Roles`] let.
//! - Who acts for an organisation is its custodian, by the latest [`Statement`] that the organisation signed.
//! - The documents that a fact of the ledger rests on stand right behind it in the journal: one write commits both.

mod caller;
mod command;
mod custody;
mod decide;
mod evidence;
mod fact;
mod intake;
mod receipt;
mod refusal;
mod settlement;
mod snapshot;

pub use caller::{Callers, Roles};
pub use command::{Answer, Command, Deal, Decision};
pub use custody::{Custody, Statement};
pub use evidence::{Agreed, EvidenceError};
pub use fact::{DecodeError, Evidence, Fact};
pub use intake::{DealDocuments, Intake};
pub use receipt::receipt_of;
pub use refusal::{OWN, Refusal, Sort, codes_markdown};
pub use settlement::{ApplyError, Settlement, Sides};

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
