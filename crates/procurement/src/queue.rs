//! A provider's queue of one offer: `queue/max-depth` counts active tasks, and nothing waits (decision E10).

use std::collections::BTreeMap;

use earnest_base::{OrderId, Timestamp};
use serde::{Deserialize, Serialize};

/// The active tasks of one offer: one slot per order, from its admission to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Queue {
    slots: BTreeMap<OrderId, Slot>,
}

/// What a slot is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// An admitted order whose hold is awaited.
    Reserved {
        /// When the acceptance lapses and the slot is free again.
        funding_by: Timestamp,
    },
    /// Work under a contract.
    Working,
}

/// The queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected fewer than {max_depth} active tasks, found {active}")]
pub struct SaturatedError {
    /// How many tasks may be active at once.
    pub max_depth: u64,
    /// How many are.
    pub active: u64,
}

impl Queue {
    /// No task.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many tasks are active.
    #[must_use]
    pub fn active(&self) -> u64 {
        u64::try_from(self.slots.len()).unwrap_or(u64::MAX)
    }

    /// The slot of an order.
    #[must_use]
    pub fn slot(&self, order: &OrderId) -> Option<Slot> {
        self.slots.get(order).copied()
    }

    /// Whether an order can be admitted: it has its slot already, or fewer tasks are active than may be.
    ///
    /// # Errors
    /// How many tasks are active.
    pub fn room_for(&self, order: &OrderId, max_depth: u64) -> Result<(), SaturatedError> {
        let active = self.active();
        if self.slots.contains_key(order) || active < max_depth {
            Ok(())
        } else {
            Err(SaturatedError { max_depth, active })
        }
    }

    /// Takes a slot for an order that is admitted. An order that has one keeps it as it is.
    ///
    /// # Errors
    /// Where no slot is free.
    pub fn reserve(&mut self, order: &OrderId, max_depth: u64, funding_by: Timestamp) -> Result<(), SaturatedError> {
        self.room_for(order, max_depth)?;
        self.slots.entry(order.clone()).or_insert(Slot::Reserved { funding_by });
        Ok(())
    }

    /// The order's hold is there: its slot no longer lapses. An order whose slot has lapsed takes one again, over the
    /// depth if need be, since the money is held and the work is owed (see [`Agreement`](crate::Agreement)).
    pub fn begin(&mut self, order: &OrderId) {
        self.slots.insert(order.clone(), Slot::Working);
    }

    /// Frees the slot of an order that has ended. Tells whether it had one.
    pub fn free(&mut self, order: &OrderId) -> bool {
        self.slots.remove(order).is_some()
    }

    /// The orders whose acceptance has lapsed at a moment.
    pub fn lapsed(&self, now: Timestamp) -> impl Iterator<Item = &OrderId> {
        let over = move |slot: &Slot| matches!(slot, Slot::Reserved { funding_by } if *funding_by <= now);
        self.slots.iter().filter(move |(_, slot)| over(slot)).map(|(order, _)| order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(number: u8) -> OrderId {
        format!("order:{number}").parse().unwrap()
    }

    fn at(minute: u8) -> Timestamp {
        format!("2026-04-01T06:{minute:02}:00Z").parse().unwrap()
    }

    #[test]
    fn six_orders_at_depth_three_are_two_batches() {
        let mut queue = Queue::new();
        let taken: Vec<bool> = (1..=6).map(|number| queue.reserve(&order(number), 3, at(5)).is_ok()).collect();
        assert_eq!(taken, [true, true, true, false, false, false]);
        (1..=3).for_each(|number| assert!(queue.free(&order(number))));
        assert!((4..=6).all(|number| queue.reserve(&order(number), 3, at(5)).is_ok()));
        assert_eq!(queue.reserve(&order(7), 3, at(5)), Err(SaturatedError { max_depth: 3, active: 3 }));
    }

    #[test]
    fn an_order_that_comes_twice_has_one_slot() {
        let mut queue = Queue::new();
        for _ in 0..2 {
            queue.reserve(&order(1), 1, at(5)).unwrap();
        }
        assert_eq!(queue.active(), 1);
        assert!(queue.free(&order(1)));
        assert!(!queue.free(&order(1)));
    }

    #[test]
    fn only_slots_without_a_hold_lapse_and_they_do_at_their_moment() {
        let mut queue = Queue::new();
        queue.reserve(&order(1), 3, at(5)).unwrap();
        queue.reserve(&order(2), 3, at(6)).unwrap();
        queue.reserve(&order(3), 3, at(5)).unwrap();
        queue.begin(&order(3));
        assert_eq!(queue.lapsed(at(4)).count(), 0);
        assert_eq!(queue.lapsed(at(5)).collect::<Vec<_>>(), [&order(1)]);
    }

    #[test]
    fn a_depth_of_zero_admits_nothing() {
        assert!(Queue::new().room_for(&order(1), 0).is_err());
    }
}
