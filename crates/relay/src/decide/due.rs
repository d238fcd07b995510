//! What time brings: the first thing on the agenda, else the next payment in line.

use earnest_base::{PaymentId, Timestamp};
use earnest_payment::{Cause, State};

use crate::{Event, Relay, agenda::Task, transaction::Phase};

impl Relay {
    pub(super) fn advance(&self, now: Timestamp) -> Vec<Event> {
        match self.agenda.first() {
            Some((due, task)) if *due <= now => self.due(task, now),
            _ => self.dispatch_next(now),
        }
    }

    fn due(&self, task: &Task, now: Timestamp) -> Vec<Event> {
        match task {
            Task::Deadline(payment_id) => self.deadline(payment_id, now),
            Task::Wake(payment_id) => vec![Event::Rested { payment_id: payment_id.clone() }],
            Task::Retire(payment_id) => vec![Event::Retired { payment_id: payment_id.clone() }],
            Task::Raise(purpose) => {
                let terms = self.rail_of(purpose).and_then(|(_, rail)| rail.terms.sponsors());
                let latest = self.transaction(purpose).map(|(_, transaction)| &transaction.latest);
                let fee = terms.zip(latest).and_then(|(terms, latest)| terms.raised(latest.fee, None));
                fee.map(|fee| Event::Raised { purpose: purpose.clone(), fee }).into_iter().collect()
            }
            Task::SendAgain(purpose) => {
                let latest = self.transaction(purpose).map(|(_, transaction)| &transaction.latest);
                latest
                    .map(|latest| Event::SendAgain { purpose: purpose.clone(), attempt: latest.number })
                    .into_iter()
                    .collect()
            }
            Task::Fill(network, wallet) => {
                let rail = self.rails.get(network);
                let found = rail.and_then(|rail| Some((rail.terms.sponsors()?, rail.wallets.get(wallet)?)));
                let gap = found.and_then(|(terms, state)| Some((terms, state.gap_to_fill(terms)?)));
                gap.map(|(terms, (nonce, _))| Event::FillReserved {
                    network: network.clone(),
                    wallet: wallet.clone(),
                    nonce,
                    fee: terms.first_fee,
                })
                .into_iter()
                .collect()
            }
            Task::ResumeWallet(network, wallet) => {
                vec![Event::WalletResumed { network: network.clone(), wallet: wallet.clone() }]
            }
            Task::ResumeRail(network) => vec![Event::RailResumed { network: network.clone() }],
        }
    }

    /// A payment that may be on the rail does not fail on time: it counts as taken, and what is seen decides.
    fn deadline(&self, payment_id: &PaymentId, now: Timestamp) -> Vec<Event> {
        let Some(record) = self.book.records.get(payment_id) else { return Vec::new() };
        let recorded =
            record.transaction().is_some_and(|transaction| matches!(transaction.latest.phase, Phase::Recorded { .. }));
        if record.payment.state() == State::Broadcasting && recorded && self.may_send(record) {
            return self.unclear_send(&crate::Purpose::Payment { payment_id: payment_id.clone() }, now);
        }
        self.end_unsent(record, Cause::DeadlinePassed, now)
    }

    /// Whether the payment may have been sent: it is not held back for an earlier one of its sender.
    fn may_send(&self, record: &crate::record::Record) -> bool {
        let rail = self.rails.get(&record.submission.network);
        let sender = rail.and_then(|rail| rail.senders.get(&record.submission.sender));
        sender.is_none_or(|sender| sender.may_send(record.submission.sequence))
    }
}
