//! Submissions: is it one that is known, does it come in order, is there room (decision P7).

use earnest_base::{Count, PaymentId, Sha256Digest, Timestamp};
use earnest_payment::{Cause, ErrorCode, RefusedSubmission, Waits};

use super::{Decision, lifecycle};
use crate::{
    Event, Identifier, Order, Relay, Sequence, Submission, book::Found, file::after, rail::Rail, sender::SenderState,
};

/// Why a submission is not taken, in the order in which it is checked: the first that holds is the answer.
const REFUSALS: [(ErrorCode, &str); 10] = [
    (ErrorCode::InvalidTransaction, "the relay does not serve the network"),
    (ErrorCode::PaymentIdentifierConflict, "the payment identifier was used with another payload"),
    (ErrorCode::PaymentIdentifierConflict, "the payment id was used for another payment"),
    (ErrorCode::NonceConflict, "the authorisation is another payment's, which is under way or paid"),
    (ErrorCode::InvalidTransaction, "the authorisation has ended"),
    (ErrorCode::InvalidTransaction, "payments on this network have no order, and it names its place in one"),
    (ErrorCode::SenderNonceStale, "its place in the sender's order is past"),
    (ErrorCode::SenderNonceDuplicate, "its place in the sender's order is another payment's, which is under way"),
    (ErrorCode::SenderNonceGap, "as many payments are held for earlier ones as the relay holds"),
    (ErrorCode::OriginChainingLimit, "the sender has as many payments under way as the relay takes"),
];

impl Relay {
    /// Why a submission is not taken, with the code of each: the first that holds is the answer. Whether the relay takes
    /// any payment at all is asked last, and answered as [`Relay::health`] tells it.
    #[must_use]
    pub const fn submit_refusals() -> &'static [(ErrorCode, &'static str)] {
        &REFUSALS
    }

    /// The payment that a digest stands for, where one does that is under way or paid: what was taken once is the same
    /// payment later, also when its authorisation can be verified no more.
    ///
    /// # Errors
    /// Where the identifier was used with another payload.
    pub fn repeat(
        &self,
        identifier: Option<&Identifier>,
        digest: &Sha256Digest,
    ) -> Result<Option<&PaymentId>, RefusedSubmission> {
        if identifier.is_some_and(|identifier| self.book.conflicts(identifier, digest)) {
            return Err(refused(1));
        }
        match self.book.same_submission(digest) {
            Found::Holds(known) => Ok(Some(known)),
            Found::Free => Ok(None),
        }
    }

    pub(super) fn submit(&self, submission: &Submission, now: Timestamp) -> Result<Decision, RefusedSubmission> {
        let Submission { payment_id, network, digest, identifier, .. } = submission;
        let rail = self.rails.get(network).ok_or_else(|| refused(0))?;
        if identifier.as_ref().is_some_and(|identifier| self.book.conflicts(identifier, digest)) {
            return Err(refused(1));
        }
        if let Found::Holds(known) = self.same_submission(submission) {
            return Ok(Decision { events: Vec::new(), payment_id: Some(known.clone()) });
        }
        if self.book.has(payment_id) {
            return Err(refused(2));
        }
        if let Found::Holds(_) = self.same_authorization(submission) {
            return Err(refused(3));
        }
        if submission.lapses_at <= now {
            return Err(refused(4));
        }
        let sender = rail.senders.get(&submission.sender);
        let waits = place_in_order(rail, sender, submission.sequence)?;
        if sender.is_some_and(|sender| sender.open >= rail.terms.sender_limit) {
            return Err(refused(9));
        }
        rail.takes_payments()?;
        let events = self.take(submission, rail, sender, waits, now);
        Ok(Decision { events, payment_id: Some(payment_id.clone()) })
    }

    fn same_submission(&self, submission: &Submission) -> Found<'_> {
        if self.has_planted(crate::Planted::NoDedupe) {
            return Found::Free;
        }
        self.book.same_submission(&submission.digest)
    }

    fn same_authorization(&self, submission: &Submission) -> Found<'_> {
        if self.has_planted(crate::Planted::NoDedupe) {
            return Found::Free;
        }
        self.book.same_authorization(&submission.network, &submission.authorization)
    }

    /// The events of a new payment, and of those that it lets go on.
    fn take(
        &self,
        submission: &Submission,
        rail: &Rail,
        sender: Option<&SenderState>,
        waits: Waits,
        now: Timestamp,
    ) -> Vec<Event> {
        let Submission { payment_id, lapses_at, .. } = submission;
        let span = match (&rail.terms.order, waits) {
            (Order::BySequence { hand_time, .. }, Waits::SenderGap { .. }) => *hand_time,
            _ => rail.terms.queue_time,
        };
        let deadline = after(now, span).min(*lapses_at);
        let mut events = vec![
            Event::Received { submission: submission.clone(), at: now, deadline },
            lifecycle(payment_id, now, Cause::Enqueued { waits, deadline }),
        ];
        if let (Waits::Turn, Some(place), Some(sender)) = (waits, submission.sequence, sender) {
            events.extend(self.now_in_turn(rail, sender, place, now));
        }
        events
    }

    /// The payments that were held for this place, and for no other.
    fn now_in_turn(&self, rail: &Rail, sender: &SenderState, place: Sequence, now: Timestamp) -> Vec<Event> {
        let mut next = place.next();
        let mut events = Vec::new();
        while let Some(card) = sender.hand.cards.get(&next) {
            if let Some(record) = self.book.records.get(&card.payment_id) {
                let deadline = after(now, rail.terms.queue_time).min(record.submission.lapses_at);
                if deadline > now {
                    let cause = Cause::Waiting { waits: Waits::Turn, deadline };
                    events.push(lifecycle(&card.payment_id, now, cause));
                }
            }
            next = next.next();
        }
        events
    }
}

/// What a new payment waits for: its turn, or earlier ones of its sender.
fn place_in_order(
    rail: &Rail,
    sender: Option<&SenderState>,
    place: Option<Sequence>,
) -> Result<Waits, RefusedSubmission> {
    let Some(place) = place else { return Ok(Waits::Turn) };
    let Order::BySequence { first, hand_limit, .. } = rail.terms.order else { return Err(refused(5)) };
    let fresh = SenderState::new(first);
    let hand = &sender.unwrap_or(&fresh).hand;
    if hand.cards.contains_key(&place) || hand.riding.contains_key(&place) {
        return Err(refused(7));
    }
    if place < hand.next {
        return Err(refused(6));
    }
    if place == hand.reach() {
        return Ok(Waits::Turn);
    }
    if hand.held() >= hand_limit {
        return Err(refused(8));
    }
    gap(place, hand.reach()).ok_or_else(|| refused(8))
}

/// A wait for an earlier payment.
pub(super) fn gap(provided: Sequence, expected: Sequence) -> Option<Waits> {
    Some(Waits::SenderGap { provided: Count::new(provided.0).ok()?, expected: Count::new(expected.0).ok()? })
}

impl Rail {
    /// Whether the relay takes a payment on this rail now.
    pub(crate) fn takes_payments(&self) -> Result<(), RefusedSubmission> {
        if self.open >= self.terms.backlog_limit {
            let error = "the relay has as many payments under way as it takes";
            return Err(refusal(ErrorCode::TooMuchChaining, error));
        }
        if self.terms.sponsors().is_some() && self.wallets.values().all(crate::wallet::WalletState::is_unfunded) {
            return Err(refusal(ErrorCode::SponsorExhausted, "no wallet of the relay can pay for a transaction"));
        }
        Ok(())
    }
}

fn refused(row: usize) -> RefusedSubmission {
    let (code, error) = REFUSALS.get(row).copied().unwrap_or((ErrorCode::InternalError, "the relay failed"));
    refusal(code, error)
}

fn refusal(code: ErrorCode, error: &str) -> RefusedSubmission {
    let help = match code {
        ErrorCode::PaymentIdentifierConflict => Some("use a new identifier for another payment"),
        ErrorCode::NonceConflict => Some("ask for the payment that has this authorisation, or sign a new one"),
        ErrorCode::SenderNonceStale => Some("build the payment anew with the next place, and sign it"),
        ErrorCode::SenderNonceGap => Some("send the earlier payments first"),
        ErrorCode::OriginChainingLimit => Some("wait until some of the payments under way have ended"),
        ErrorCode::TooMuchChaining | ErrorCode::SponsorExhausted => Some("send the same payment again later"),
        _ => None,
    };
    RefusedSubmission { code, error: error.to_owned(), help: help.map(str::to_owned) }
}
