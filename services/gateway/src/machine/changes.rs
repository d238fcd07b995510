//! What changed of late: payments that went from state to state, for those who wait for them.

use std::collections::VecDeque;

use earnest_base::PaymentId;
use earnest_payment::Cause;

/// A payment that went from state to state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The fact that says so.
    pub(crate) seq: u64,
    /// The payment.
    pub(crate) payment_id: PaymentId,
    /// Whether that was its end.
    pub(crate) ended: bool,
}

/// The last changes. A replay makes them anew as far as it reads; what is missing before is told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    last: VecDeque<Change>,
    /// Changes up to this fact may be missing.
    missing_to: u64,
}

/// How many are kept: those of several writes, so that who follows misses none.
const KEPT: usize = 65_536;

impl Changes {
    /// None, in a state that stands at this fact.
    pub(crate) const fn from(seq: u64) -> Self {
        Self { last: VecDeque::new(), missing_to: seq }
    }

    pub(crate) fn push(&mut self, change: Change) {
        if self.last.len() == KEPT
            && let Some(oldest) = self.last.pop_front()
        {
            self.missing_to = oldest.seq;
        }
        self.last.push_back(change);
    }

    /// The changes after a fact; `None` where some of them are no longer kept.
    pub(crate) fn after(&self, seq: u64) -> Option<impl Iterator<Item = &Change>> {
        if seq < self.missing_to {
            return None;
        }
        let from = self.last.partition_point(|change| change.seq <= seq);
        Some(self.last.range(from..))
    }
}

/// Whether a step ends a payment.
pub(crate) const fn is_end(cause: &Cause) -> bool {
    match cause {
        Cause::Confirmed { .. }
        | Cause::Failed { .. }
        | Cause::Aborted { .. }
        | Cause::DeadlinePassed
        | Cause::Replaced { .. } => true,
        Cause::Enqueued { .. }
        | Cause::Waiting { .. }
        | Cause::Dispatched { .. }
        | Cause::Returned { .. }
        | Cause::Accepted { .. }
        | Cause::Observed { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_follows_learns_every_change_or_that_some_are_missing() {
        let mut changes = Changes::from(10);
        let change = |seq| Change { seq, payment_id: "pay_01".parse().unwrap(), ended: false };
        [11, 13].into_iter().for_each(|seq| changes.push(change(seq)));
        let after =
            |changes: &Changes, seq| changes.after(seq).map(|found| found.map(|one| one.seq).collect::<Vec<_>>());
        for (seq, expected) in
            [(9, None), (10, Some(vec![11, 13])), (11, Some(vec![13])), (12, Some(vec![13])), (13, Some(vec![]))]
        {
            assert_eq!(after(&changes, seq), expected, "{seq}");
        }
        (0..KEPT as u64).for_each(|seq| changes.push(change(20 + seq)));
        assert_eq!(after(&changes, 12), None);
        assert_eq!(after(&changes, 13).unwrap().len(), KEPT);
    }
}
