//! What a buyer's workflow does next: plans, approvals, runs, retries, compensation, schedules, traces. Pure: no clock, no
//! I/O, no randomness.
//!
//! ```text
//! Definition ── Plan::new ──▶ Plan ── price, digest ──▶ workflow-approval.v1
//!
//! Command ── Workflows::decide(now) ──▶ Decision { facts } ── store them ──▶ Workflows::apply(fact), one by one
//!                                                                               │
//!            Command::Tell { item, news } ◀── whoever does it ◀── Workflows::works()
//! ```
//!
//! What is to be done is read off the state and kept nowhere else, so a process that restarts from its facts asks for the
//! same work again. An order's id follows from the run, the item and the number of the order, so doing work twice makes
//! one order, and nothing is paid twice. What an order may cost is reserved when it goes out, against the approval.

mod apply;
mod check;
mod codec;
mod command;
mod decide;
mod fact;
mod item;
mod plan;
mod planted;
mod progress;
mod quote;
mod refusal;
mod run;
mod schedule;
mod trace;
mod work;
mod workflows;

pub use apply::ApplyError;
pub use check::Fault;
pub use codec::CodecError;
pub use command::{Command, News, Saying};
pub use decide::Decision;
pub use fact::{Fact, ItemFact, RunFact, Then, What};
pub use item::{
    Asking, Cause, Contracted, Deal, Delivered, Disputed, Done, FailedItem, Held, Item, ItemId, ItemIdError, Local,
    Money, Order, Ordering, Resting, Retry, Room, Settled, Stage, Tries, Undoing, Undone, Word, WordRefusal, order_id,
};
pub use plan::{
    Acceptance, ApprovalCode, ApprovalError, Authority, Buyer, Definition, Estimate, Fallback, Items, ListedItem,
    LocalWork, PaidWork, Phase, Plan, PlanCode, PlanError, Price, ProviderLimit, Selection, Step, StepWork,
};
pub(crate) use planted::Planted;
pub use progress::{Progress, StepProgress};
pub use quote::Quote;
pub use refusal::Refusal;
pub use run::{
    Compensating, End, Left, LeftBecause, Notice, Pace, Run, RunState, Running, Sheet, WaitingForApproval, Why,
};
pub use schedule::{Day, Due, LocalTime, Missed, Occurrence, Schedule, Timetable, Zone};
pub use work::{Lookup, Work};
pub use workflows::Workflows;

#[cfg(test)]
mod tests;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
