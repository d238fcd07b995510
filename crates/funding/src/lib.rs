//! Top-ups and payouts under a gateway's terms (seed 002; decisions D6, E5, E14). Pure: no I/O, no clock, no randomness.
//!
//! ```text
//! Command ── Crossings::decide(now) ──▶ events ── store them ──▶ Crossings::apply(event), one by one
//!                                                                   │
//!          Command::Applied, Instructed, … ◀── whoever does it ◀── Crossings::works()
//! ```
//!
//! - A provider tells of a payment in any order and as often as it likes. The first time that it is confirmed makes one
//!   receipt, whose id follows from provider and payment, so there can never be two.
//! - Whatever breaks a limit or names nobody is held for an operator. Whatever contradicts what was done already opens a
//!   [`Case`], which somebody has to close with their name and a reason.
//! - A payout debits the account first and is instructed afterwards. Where it fails outside, a receipt that names the
//!   debit gives the money back.

mod agenda;
mod apply;
mod bar;
mod case;
mod command;
mod crossings;
mod daily;
mod decide;
mod event;
mod name;
mod owner;
mod payment;
mod payout;
mod quote;
mod receipt;
mod refusal;

pub use agenda::Work;
pub use apply::ApplyError;
pub use bar::Bar;
pub use case::{Case, CaseKind, Proposal, Resolution};
pub use command::{
    Announcement, Command, Named, PayoutReport, PayoutRequest, PayoutTold, Report, Ruling, Seen, Told, Verdict,
};
pub use crossings::{Crossings, Gateway};
pub use event::Event;
pub use name::{CaseId, PayoutId, TopUpId};
pub use owner::may_ask;
pub use payment::{Confirmed, Payment, Standing, TopUp, Why};
pub use payout::{Payout, PayoutStanding};
pub use quote::Quote;
pub use receipt::{Of, payment_id};
pub use refusal::{REFUSALS, Refusal};

#[cfg(test)]
mod tests;
