//! What crossed for each account on each day (UTC), as far back as a decision may still ask.

use std::collections::BTreeMap;

use earnest_base::{AccountId, Orc, Timestamp};
use serde::{Deserialize, Serialize};

/// A day since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub(crate) struct Day(pub(crate) i64);

impl Day {
    pub(crate) const fn of(moment: Timestamp) -> Self {
        Self(moment.unix_millis().div_euclid(86_400_000))
    }
}

/// The sums of the latest days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Daily(BTreeMap<Day, BTreeMap<AccountId, Orc>>);

/// How many days are kept: a clock that steps back finds yesterday.
const KEPT: i64 = 3;

impl Daily {
    pub(crate) fn sum(&self, day: Day, account: &AccountId) -> Orc {
        self.0.get(&day).and_then(|accounts| accounts.get(account)).copied().unwrap_or(Orc::ZERO)
    }

    pub(crate) fn add(&mut self, day: Day, account: &AccountId, amount: Orc) {
        let sum = self.0.entry(day).or_default().entry(account.clone()).or_insert(Orc::ZERO);
        // Beyond what can be counted nothing more is let through either.
        *sum = sum.plus(amount).unwrap_or(Orc::from_minor(earnest_base::MAX_SAFE_INTEGER).unwrap_or(*sum));
        let kept = self.0.keys().next_back().map_or(i64::MIN, |latest| latest.0 - KEPT);
        self.0.retain(|day, _| day.0 > kept);
    }

    /// Takes out again what did not cross after all.
    pub(crate) fn take(&mut self, day: Day, account: &AccountId, amount: Orc) {
        if let Some(sum) = self.0.get_mut(&day).and_then(|accounts| accounts.get_mut(account)) {
            *sum = sum.minus(amount).unwrap_or(Orc::ZERO);
        }
    }
}
