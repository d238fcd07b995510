//! What counts against a day in a unit.

use std::collections::BTreeMap;

use earnest_x402::PayTo;
use serde::{Deserialize, Serialize};

use super::Units;

/// What counts against a day in a unit: in all, and by payee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Used {
    pub(super) all: Units,
    #[serde(with = "super::pairs")]
    by_payee: BTreeMap<PayTo, Units>,
}

impl Default for Used {
    fn default() -> Self {
        Self { all: Units::ZERO, by_payee: BTreeMap::new() }
    }
}

impl Used {
    pub(super) fn of(&self, payee: &PayTo) -> Units {
        self.by_payee.get(payee).copied().unwrap_or(Units::ZERO)
    }

    /// Counts an amount; false where the sum cannot be told.
    pub(super) fn add(&mut self, payee: &PayTo, amount: Units) -> bool {
        let (Some(all), Some(one)) = (self.all.plus(amount), self.of(payee).plus(amount)) else { return false };
        self.all = all;
        self.by_payee.insert(payee.clone(), one);
        true
    }

    pub(super) fn take(&mut self, payee: &PayTo, amount: Units) {
        self.all = self.all.less(amount);
        let left = self.of(payee).less(amount);
        if left == Units::ZERO {
            self.by_payee.remove(payee);
        } else {
            self.by_payee.insert(payee.clone(), left);
        }
    }
}
