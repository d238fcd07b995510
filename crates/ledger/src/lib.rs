//! The truth about money: double entry over append-only facts. Accounts, transfers, holds with their deadlines and
//! disputes, x402 payments. Pure: no I/O, no clock, no randomness.
//!
//! ```text
//! Command ── decide(&Ledger, now) ──▶ Decision { facts, answer }   or   Refusal
//!                                          │ Fact::to_bytes                     the journal commits and chains them
//!                                          ▼ Ledger::apply
//!                                       Ledger ── due(now) ──▶ timers, as commands
//! ```
//!
//! - A command is idempotent by its id: the same again is answered as the first time, without facts; other content
//!   under the same id is a conflict.
//! - Debits equal credits after every fact, and no account is below zero, the gateway's clearing account aside.
//! - Every hold ends: released, refunded, or split by somebody's decision; never twice, and never not at all.
//!
//! Decisions D6, D9, D12, D13, D16 and E1 to E14 say what is to hold; `docs/adr/0011-ledger.md` says why it is built so.

mod account;
mod actor;
mod answer;
mod codec;
mod command;
mod decide;
mod document;
mod fact;
#[doc(hidden)]
pub mod fault;
mod hold;
mod index;
mod key;
mod ledger;
mod movement;
mod number;
mod policy;
mod reference;
mod refusal;
mod statement;
mod words;

pub use account::Balance;
pub use actor::{Actor, SubjectKey};
pub use answer::{Answer, Decision, Done, Effect};
pub use codec::DecodeError;
pub use command::{
    Act, Action, Adjust, Award, Command, ContentDigest, Crossing, Deliver, Delivered, Dispute, Fee, Finding,
    OpenAccount, OpenHold, OpenHolds, Pay, Resolve, Timer, TimerKind,
};
pub use decide::{decide, due, may_debit};
pub use document::{DocumentError, Place, transaction_id, transaction_id_of_draft};
pub use fact::{
    AccountOpened, Adjusted, Because, Crossed, CrossedFee, Event, FACT_VERSION, Fact, HoldEvent, HoldOpened, Paid,
    Ruling, Stamp,
};
pub use hold::{Phase, Why};
pub use index::IndexSeed;
pub use ledger::{AccountView, ApplyError, AuditError, HoldView, Ledger};
pub use movement::Movement;
pub use number::{AccountNumber, HoldNumber, IdNumber, PolicyNumber};
pub use policy::{Deadlines, Policy};
pub use reference::{phases_markdown, reasons_markdown, refusals_markdown, timers_markdown};
pub use refusal::{Refusal, Role};
pub use statement::{Entry, Part, RunningStatement, Source, StatementError, statement};
pub(crate) use words::words;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
