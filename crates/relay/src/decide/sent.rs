//! What comes of signing and sending. Before the rail has a payment an outcome may send it back or end it; afterwards
//! nothing does but what is seen on the rail.

use earnest_base::{Seconds, Timestamp, TransactionId};
use earnest_payment::{Cause, FailedReason, NoNews, Payment, Setback, State};

use super::{lifecycle, rail_rests};
use crate::{
    Attempt, Event, Leaves, Outcome, Place, Purpose, RailTerms, Relay,
    file::after,
    rail::Rail,
    record::Record,
    transaction::{Phase, Transaction},
};

impl Relay {
    pub(super) fn signed_attempt(
        &self,
        purpose: &Purpose,
        attempt: Attempt,
        txid: &TransactionId,
        now: Timestamp,
    ) -> Vec<Event> {
        let latest = self.transaction(purpose).map(|(_, transaction)| &transaction.latest);
        match latest {
            Some(latest) if latest.number == attempt && latest.phase == Phase::Reserved => {
                vec![Event::Signed { purpose: purpose.clone(), attempt, txid: txid.clone(), at: now }]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn sent(&self, purpose: &Purpose, attempt: Attempt, outcome: &Outcome, now: Timestamp) -> Vec<Event> {
        let (Some((_, transaction)), Some((_, rail))) = (self.transaction(purpose), self.rail_of(purpose)) else {
            return Vec::new();
        };
        let Phase::Recorded { txid, .. } = &transaction.latest.phase else { return Vec::new() };
        if transaction.latest.number != attempt {
            return Vec::new();
        }
        match purpose {
            Purpose::Payment { payment_id } => match self.book.records.get(payment_id) {
                Some(record) if record.payment.state() == State::Broadcasting => {
                    self.first_send(rail, record, transaction, outcome, now)
                }
                Some(record) => sent_on(rail, purpose, transaction, outcome, now)
                    .into_iter()
                    .chain(replaced_by_own(record, txid, outcome, now))
                    .collect(),
                None => Vec::new(),
            },
            Purpose::Fill { network, wallet, nonce } => match outcome {
                Outcome::NonceOccupied { by } if !transaction.is_known_as(by) => {
                    vec![Event::FillSettled { network: network.clone(), wallet: wallet.clone(), nonce: *nonce }]
                }
                _ => sent_on(rail, purpose, transaction, outcome, now),
            },
        }
    }

    /// Of a payment that the rail did not have.
    fn first_send(
        &self,
        rail: &Rail,
        record: &Record,
        transaction: &Transaction,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Vec<Event> {
        let purpose = Purpose::Payment { payment_id: record.submission.payment_id.clone() };
        let back = |setback, leaves| self.give_back(record, setback, leaves, now);
        let then = |mut events: Vec<Event>, event: Event| {
            events.push(event);
            events
        };
        let pause = after(now, rail.terms.pause);
        match outcome {
            Outcome::Accepted => self.take_attempt(&purpose, now),
            Outcome::Unclear => self.unclear_send(&purpose, now),
            Outcome::NonceOccupied { by } => {
                if transaction.is_known_as(by) || transaction.place == Place::Direct {
                    return self.unclear_send(&purpose, now);
                }
                let why = Setback::SponsorNonceConflict;
                then(back(why, Leaves::Used), rests(record, transaction, why, pause))
            }
            Outcome::ChainingLimit => {
                let why = Setback::SponsorChainingLimit;
                then(back(why, Leaves::Free), rests(record, transaction, why, pause))
            }
            Outcome::WalletEmpty => {
                let why = Setback::SponsorUnfunded;
                then(back(why, Leaves::Free), rests(record, transaction, why, pause))
            }
            Outcome::FeeTooLow { required } => {
                let terms = rail.terms.sponsors();
                match terms.and_then(|terms| terms.raised(transaction.latest.fee, Some(*required))) {
                    Some(fee) => vec![Event::Raised { purpose, fee }],
                    None => back(Setback::FeeAboveCap, Leaves::Free),
                }
            }
            Outcome::RateLimited { retry_after } => {
                let why = Setback::RateLimited;
                let until = after(now, *retry_after);
                then(back(why, Leaves::Free), rail_rests(&record.submission.network, why, until))
            }
            Outcome::Unavailable => {
                let why = Setback::NodeUnavailable;
                then(back(why, Leaves::Free), rail_rests(&record.submission.network, why, pause))
            }
            Outcome::Refused { reason, detail } => {
                let possible = reason.is_possible_in(State::Broadcasting);
                let reason = if possible { *reason } else { FailedReason::InternalError };
                self.end_unsent(record, Cause::Failed { reason, detail: detail.clone() }, now)
            }
        }
    }

    fn take_attempt(&self, purpose: &Purpose, now: Timestamp) -> Vec<Event> {
        let Some((_, transaction)) = self.transaction(purpose) else { return Vec::new() };
        let attempt = transaction.latest.number;
        let mut events = vec![Event::Taken { purpose: purpose.clone(), attempt }];
        events.extend(self.accepted(purpose, transaction, now));
        events
    }

    /// An attempt that may have reached the rail counts as taken: the payment goes on, and the attempt is sent again.
    pub(super) fn unclear_send(&self, purpose: &Purpose, now: Timestamp) -> Vec<Event> {
        let (Some((_, transaction)), Some((_, rail))) = (self.transaction(purpose), self.rail_of(purpose)) else {
            return Vec::new();
        };
        let mut events = vec![unclear(purpose, transaction, &rail.terms, None, now)];
        events.extend(self.accepted(purpose, transaction, now));
        events
    }

    /// The step to `mempool`, where the purpose is a payment that is being sent.
    fn accepted(&self, purpose: &Purpose, transaction: &Transaction, now: Timestamp) -> Option<Event> {
        let Purpose::Payment { payment_id } = purpose else { return None };
        self.in_state(payment_id, State::Broadcasting)?;
        let txid = transaction.latest.phase.txid()?.clone();
        Some(lifecycle(payment_id, now, Cause::Accepted { txid }))
    }
}

/// Of a transaction that the rail had before, or that carries nothing.
fn sent_on(rail: &Rail, purpose: &Purpose, transaction: &Transaction, outcome: &Outcome, now: Timestamp) -> Vec<Event> {
    let attempt = transaction.latest.number;
    match outcome {
        Outcome::Accepted => vec![Event::Taken { purpose: purpose.clone(), attempt }],
        Outcome::FeeTooLow { required } => {
            let terms = rail.terms.sponsors();
            match terms.and_then(|terms| terms.raised(transaction.latest.fee, Some(*required))) {
                Some(fee) => vec![Event::Raised { purpose: purpose.clone(), fee }],
                None => vec![unclear(purpose, transaction, &rail.terms, None, now)],
            }
        }
        Outcome::RateLimited { retry_after } => {
            vec![unclear(purpose, transaction, &rail.terms, Some(*retry_after), now)]
        }
        _ => vec![unclear(purpose, transaction, &rail.terms, None, now)],
    }
}

fn unclear(
    purpose: &Purpose,
    transaction: &Transaction,
    terms: &RailTerms,
    rest: Option<Seconds>,
    now: Timestamp,
) -> Event {
    let again_at = after(now, rest.unwrap_or(terms.pause));
    Event::Unclear { purpose: purpose.clone(), attempt: transaction.latest.number, again_at }
}

/// The relay's own attempt took the place of its earlier one: told, and no end.
fn replaced_by_own(record: &Record, txid: &TransactionId, outcome: &Outcome, now: Timestamp) -> Option<Event> {
    match (&record.payment, outcome) {
        (Payment::Mempool(mempool), Outcome::Accepted) if mempool.txid != *txid => {
            let cause = Cause::Observed { news: NoNews::OwnReplacement, txid: txid.clone() };
            Some(lifecycle(&record.submission.payment_id, now, cause))
        }
        _ => None,
    }
}

/// The wallet rests, or the rail where it has none.
fn rests(record: &Record, transaction: &Transaction, why: Setback, until: Timestamp) -> Event {
    let network = record.submission.network.clone();
    match &transaction.place {
        Place::Slot { wallet, .. } => Event::WalletPaused { network, wallet: wallet.clone(), why, until },
        Place::Direct => Event::RailPaused { network, why, until },
    }
}
