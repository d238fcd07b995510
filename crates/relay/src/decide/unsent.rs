//! Payments that did not go out: given back, ended, and what that means for those after them in a sender's order.

use earnest_base::{Seconds, Timestamp};
use earnest_payment::{Cause, Setback, State, Waits};

use super::{lifecycle, submit::gap};
use crate::{Event, Leaves, Order, Relay, Sequence, file::after, rail::Rail, record::Record, sender::SenderState};

impl Relay {
    /// A payment that is being sent goes back to the queue: nothing of it is on the rail. Its place becomes what
    /// `leaves` says.
    pub(super) fn give_back(&self, record: &Record, setback: Setback, leaves: Leaves, now: Timestamp) -> Vec<Event> {
        let Some(rail) = self.rails.get(&record.submission.network) else { return Vec::new() };
        if record.submission.lapses_at <= now {
            return self.end_unsent(record, Cause::DeadlinePassed, now);
        }
        let payment_id = &record.submission.payment_id;
        let deadline = after(now, rail.terms.queue_time).min(record.submission.lapses_at);
        let until = after(now, rail.terms.rest(record.given_back));
        let mut events = self.recall_later(rail, record, now);
        events.push(Event::Vacated { payment_id: payment_id.clone(), leaves, at: now });
        events.push(lifecycle(payment_id, now, Cause::Returned { setback, deadline }));
        events.push(Event::Rests { payment_id: payment_id.clone(), until });
        events
    }

    /// A payment of which nothing is on the rail ends. Those after it in its sender's order wait for another in its place.
    pub(super) fn end_unsent(&self, record: &Record, cause: Cause, now: Timestamp) -> Vec<Event> {
        let Some(rail) = self.rails.get(&record.submission.network) else { return Vec::new() };
        let payment_id = record.submission.payment_id.clone();
        let mut events = Vec::new();
        if record.payment.state() == State::Broadcasting {
            events = self.recall_later(rail, record, now);
            if record.transaction().is_some() {
                events.push(Event::Vacated { payment_id: payment_id.clone(), leaves: Leaves::Free, at: now });
            }
        }
        events.push(lifecycle(&payment_id, now, cause));
        if let (Some(place), Some(sender)) = (record.submission.sequence, rail.senders.get(&record.submission.sender)) {
            events.extend(self.wait_for(rail, sender, place, now));
        }
        events
    }

    /// Takes back what was to be sent after this payment, the last first, so that the nonces shrink without gaps. None of
    /// it has been sent: of a sender's ordered payments only the first that the rail has not taken ever is.
    fn recall_later(&self, rail: &Rail, record: &Record, now: Timestamp) -> Vec<Event> {
        let (Some(place), Some(sender)) = (record.submission.sequence, rail.senders.get(&record.submission.sender))
        else {
            return Vec::new();
        };
        let mut events = Vec::new();
        for later in sender.hand.sending.range(place.next()..).rev() {
            let Some(payment_id) = sender.hand.riding.get(later) else { continue };
            let Some(record) = self.book.records.get(payment_id) else { continue };
            let deadline = after(now, hand_time(rail)).min(record.submission.lapses_at);
            let cause = if deadline > now {
                Cause::Returned { setback: Setback::EarlierPayment, deadline }
            } else {
                Cause::DeadlinePassed
            };
            events.push(Event::Vacated { payment_id: payment_id.clone(), leaves: Leaves::Free, at: now });
            events.push(lifecycle(payment_id, now, cause));
        }
        events
    }

    /// Tells the payments that had their turn behind this place that they wait for another in it.
    fn wait_for(&self, rail: &Rail, sender: &SenderState, place: Sequence, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        let mut next = place.next();
        loop {
            if let Some(card) = sender.hand.cards.get(&next) {
                let lapses_at = self.book.records.get(&card.payment_id).map(|record| record.submission.lapses_at);
                let deadline = lapses_at.map(|lapses_at| after(now, hand_time(rail)).min(lapses_at));
                if let (Some(waits @ Waits::SenderGap { .. }), Some(deadline)) = (gap(next, place), deadline)
                    && deadline > now
                {
                    events.push(lifecycle(&card.payment_id, now, Cause::Waiting { waits, deadline }));
                }
            } else if !sender.hand.sending.contains(&next) {
                return events;
            }
            next = next.next();
        }
    }
}

const fn hand_time(rail: &Rail) -> Seconds {
    match rail.terms.order {
        Order::BySequence { hand_time, .. } => hand_time,
        Order::Free => rail.terms.queue_time,
    }
}
