//! A budget: what may be spent on calls, and what was signed for each. A [`Machine`](earnest_ports::Machine) over facts, so
//! that a [`Writer`](earnest_ports::Writer) over any journal holds it, and a process that comes back knows what it signed.
//!
//! ```text
//! Reserve ──▶ Keep ──▶ Pay                 counted for ever
//!    │          ├────▶ Retire ──▶ (lapse)  counted until it can no longer be carried out
//!    │          ├────▶ (lapse)             counted for ever: it may have been carried out
//!    └──────────┴────▶ Unsent              not counted: nobody has seen it
//! ```
//!
//! Invariant: whatever was signed and may be, or become, a transfer is counted against the day and the payee for which it
//! was reserved, and their sums stay within the limits.

mod call;
mod command;
mod decide;
mod fact;
mod lane;
mod machine;
mod pairs;
mod purse;
mod refusal;
mod unit;
mod used;

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::{Network, Timestamp};
use serde::{Deserialize, Serialize};

pub use call::{Call, CallId, KeptPayment, KeptState, SignedPayment, Standing};
pub use command::{BudgetAnswer, BudgetCommand, LaneKey, Reserve, Retirement};
pub use fact::BudgetFact;
pub use purse::{Purse, PurseError};
pub use refusal::BudgetRefusal;
pub use unit::{Day, Limits, Unit, Units};

use lane::Lane;
use used::Used;

/// What was spent, and on what. Only facts change it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    #[serde(with = "pairs")]
    calls: BTreeMap<CallId, Call>,
    #[serde(with = "pairs")]
    used: BTreeMap<(Day, Unit), Used>,
    #[serde(with = "pairs")]
    lanes: BTreeMap<LaneKey, Lane>,
    /// Who signed the offers of a seller, by the seller's origin.
    pins: BTreeMap<String, String>,
    #[serde(with = "pairs")]
    transactions: BTreeMap<(Network, String), CallId>,
    timers: BTreeSet<(Timestamp, CallId)>,
}

impl Budget {
    /// A call, where it is not forgotten.
    #[must_use]
    pub fn call(&self, call: &CallId) -> Option<&Call> {
        self.calls.get(call)
    }

    /// The calls, by their ids.
    pub fn calls(&self) -> impl Iterator<Item = (&CallId, &Call)> {
        self.calls.iter()
    }

    /// What counts against a day in a unit.
    #[must_use]
    pub fn spent(&self, day: Day, unit: &Unit) -> Units {
        self.used.get(&(day, unit.clone())).map_or(Units::ZERO, |used| used.all)
    }

    /// What of it counts against one payee.
    #[must_use]
    pub fn spent_on(&self, day: Day, unit: &Unit, payee: &earnest_x402::PayTo) -> Units {
        self.used.get(&(day, unit.clone())).map_or(Units::ZERO, |used| used.of(payee))
    }

    /// Whose signature on offers is remembered of a seller.
    #[must_use]
    pub fn pinned(&self, origin: &str) -> Option<&str> {
        self.pins.get(origin).map(String::as_str)
    }
}
