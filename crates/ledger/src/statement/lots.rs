//! Money in line: what came first is spent first.

use std::collections::BTreeMap;

use earnest_base::Orc;

use super::{Part, Source};
use crate::HoldNumber;

/// What an account has, by where it came from, in the order in which it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Lots {
    /// What came, by its place in line, and what is left of it.
    line: BTreeMap<usize, (Source, Orc)>,
    /// Everything that ever came has its place.
    came: usize,
    /// What holds that have not ended took, by the places in line.
    held: BTreeMap<HoldNumber, Vec<(usize, Source, Orc)>>,
}

impl Lots {
    pub(super) fn add(&mut self, source: Source, amount: Orc) {
        self.line.insert(self.came, (source, amount));
        self.came += 1;
    }

    /// Takes from the front of the line. `None` where there is not so much.
    pub(super) fn take(&mut self, amount: Orc, hold: Option<HoldNumber>) -> Option<Vec<Part>> {
        let (mut missing, mut taken) = (amount, Vec::new());
        while !missing.is_zero() {
            let mut first = self.line.first_entry()?;
            let (source, left) = first.get();
            let part = missing.min(*left);
            let rest = left.minus(part).ok()?;
            taken.push((*first.key(), source.clone(), part));
            missing = missing.minus(part).ok()?;
            if rest.is_zero() {
                first.remove();
            } else {
                first.get_mut().1 = rest;
            }
        }
        let parts = taken.iter().map(|(_, source, amount)| Part { source: source.clone(), amount: *amount });
        let parts = parts.collect();
        if let Some(hold) = hold {
            self.held.insert(hold, taken);
        }
        Some(parts)
    }

    /// Ends a hold: what the payee was paid is gone, first the money that came first; the rest goes back to its place.
    pub(super) fn settle(&mut self, hold: HoldNumber, amount: Orc, released: Orc) -> Option<()> {
        let mut gone = released;
        let mut sum = Orc::ZERO;
        for (place, source, part) in self.held.remove(&hold)? {
            sum = sum.plus(part).ok()?;
            let paid = gone.min(part);
            gone = gone.minus(paid).ok()?;
            let back = part.minus(paid).ok()?;
            if !back.is_zero() {
                let (_, left) = self.line.entry(place).or_insert((source, Orc::ZERO));
                *left = left.plus(back).ok()?;
            }
        }
        (sum == amount && gone.is_zero()).then_some(())
    }
}
