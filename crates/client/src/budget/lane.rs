//! The order of a payer's payments, where the rail has one: which place the next payment takes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The places of a payer's payments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lane {
    /// The first place that was never given.
    pub(super) next: u64,
    /// Places that were given and came back: they go first, so that no gap stays.
    pub(super) free: BTreeSet<u64>,
}

impl Lane {
    /// The place that the next payment takes.
    pub(super) fn first(&self) -> u64 {
        self.free.first().copied().unwrap_or(self.next)
    }

    pub(super) fn take(&mut self, place: u64) {
        if !self.free.remove(&place) {
            self.next = self.next.max(place.saturating_add(1));
        }
    }

    pub(super) fn give_back(&mut self, place: u64) {
        if place < self.next {
            self.free.insert(place);
        }
    }

    /// The rail expects this place next. What lies before it is used up; what lies after it and is in no payment's hand is
    /// free.
    pub(super) fn follow(&mut self, expected: u64, in_hand: &BTreeSet<u64>) {
        self.next = self.next.max(expected);
        let missing = (expected..self.next).filter(|place| !in_hand.contains(place));
        // No gap is wider than what a sender may have open; a rail that says otherwise is not followed for ever.
        self.free = missing.take(10_000).collect();
    }
}
