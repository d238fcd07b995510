//! Events that move a payment from state to state, and the line that it stands in.

use earnest_base::{PaymentId, Timestamp};
use earnest_payment::{Payment, State, Tombstone};

use super::ApplyError;
use crate::{
    Relay, Sequence, Submission,
    agenda::Filed,
    record::{Record, Stage},
    sender::{Hand, SenderState},
};

impl Relay {
    pub(super) fn received(
        &mut self,
        submission: &Submission,
        at: Timestamp,
        deadline: Timestamp,
    ) -> Result<(), ApplyError> {
        let Submission { payment_id, network, sender, lapses_at, .. } = submission;
        if self.book.has(payment_id) {
            return Err(ApplyError::PaymentExists(payment_id.clone()));
        }
        let payment = Payment::submit(payment_id.clone(), at, deadline, *lapses_at)?;
        let rail = self.rail(network)?;
        rail.open += 1;
        rail.sender(sender).open += 1;
        self.book.arrivals += 1;
        self.book.enter(Record {
            payment,
            submission: submission.clone(),
            arrival: self.book.arrivals,
            given_back: 0,
            stage: Stage::Still,
            filed: Filed::default(),
        });
        self.refile_payment(payment_id);
        Ok(())
    }

    pub(super) fn payment(&mut self, event: &earnest_payment::Event) -> Result<(), ApplyError> {
        let record = self.record(&event.payment_id)?;
        let before = record.payment.state();
        record.payment = earnest_payment::apply(&record.payment, event)?;
        let after = record.payment.state();
        if before == State::Broadcasting && after == State::Queued {
            record.given_back += 1;
        }
        let is_end = !record.is_open();
        if is_end {
            record.stage = Stage::Still;
        }
        let (submission, arrival) = (record.submission.clone(), record.arrival);
        let rail = self.rail(&submission.network)?;
        let went = |state| matches!(state, State::Broadcasting | State::Mempool);
        rail.with_rail = rail.with_rail + usize::from(went(after)) - usize::from(went(before));
        rail.open -= usize::from(is_end);
        let sender = rail.sender(&submission.sender);
        sender.open -= usize::from(is_end);
        match submission.sequence {
            None => sender.move_free(arrival, &event.payment_id, before, after),
            Some(place) => sender.hand.move_card(place, &event.payment_id, before, after),
        }
        let first_to_send = sender.hand.first_to_send().cloned();
        if before == State::Queued && after == State::Broadcasting {
            rail.back_in_line(&submission.sender);
        } else {
            rail.line_up(&submission.sender);
        }
        self.refile_payment(&event.payment_id);
        if let Some(first) = first_to_send {
            self.refile_payment(&first);
        }
        Ok(())
    }

    pub(super) fn rests(&mut self, payment_id: &PaymentId, until: Timestamp) -> Result<(), ApplyError> {
        self.set_rest(payment_id, Stage::Resting { until })
    }

    pub(super) fn rested(&mut self, payment_id: &PaymentId) -> Result<(), ApplyError> {
        self.set_rest(payment_id, Stage::Still)
    }

    /// A payment that rests is out of the line, and in a hand it holds those after it.
    fn set_rest(&mut self, payment_id: &PaymentId, stage: Stage) -> Result<(), ApplyError> {
        let rests = matches!(stage, Stage::Resting { .. });
        let record = self.record(payment_id)?;
        record.stage = stage;
        let (submission, arrival) = (record.submission.clone(), record.arrival);
        let rail = self.rail(&submission.network)?;
        let sender = rail.sender(&submission.sender);
        match submission.sequence {
            None if rests => {
                sender.free.remove(&arrival);
            }
            None => {
                sender.free.insert(arrival, payment_id.clone());
            }
            Some(place) => {
                if let Some(card) = sender.hand.cards.get_mut(&place) {
                    card.rests = rests;
                }
            }
        }
        rail.line_up(&submission.sender);
        self.refile_payment(payment_id);
        Ok(())
    }

    pub(super) fn retired(&mut self, payment_id: &PaymentId) -> Result<(), ApplyError> {
        let record = self.record(payment_id)?;
        let tombstone = Tombstone::of(&record.payment);
        let mut filed = std::mem::take(&mut record.filed);
        self.agenda.refile(&mut filed, Filed::default());
        if let Some(tombstone) = tombstone {
            self.book.bury(payment_id, tombstone);
        }
        Ok(())
    }
}

impl SenderState {
    /// A payment without an order went from one state to another: it waits, or does not.
    fn move_free(&mut self, arrival: u64, payment_id: &PaymentId, before: State, after: State) {
        match (before, after) {
            (State::Queued, State::Queued) => {}
            (_, State::Queued) => {
                self.free.insert(arrival, payment_id.clone());
            }
            (State::Queued, _) => {
                self.free.remove(&arrival);
            }
            _ => {}
        }
    }
}

impl Hand {
    /// An ordered payment went from one state to another: it is in the hand, under way, or neither.
    fn move_card(&mut self, place: Sequence, payment_id: &PaymentId, before: State, after: State) {
        if before == State::Broadcasting {
            self.sending.remove(&place);
        }
        match (before, after) {
            (State::Submitted, State::Queued) => self.put(place, payment_id.clone()),
            (State::Queued, State::Broadcasting) => self.play(place),
            (State::Queued, State::Failed) => self.drop(place),
            (State::Broadcasting, State::Queued) => {
                self.riding.remove(&place);
                self.put(place, payment_id.clone());
            }
            (State::Broadcasting, State::Failed) => {
                self.riding.remove(&place);
                self.set_next(place.min(self.next));
            }
            (State::Mempool, State::Confirmed | State::Failed | State::Replaced) => {
                self.riding.remove(&place);
            }
            _ => {}
        }
    }
}
