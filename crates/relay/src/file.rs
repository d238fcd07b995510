//! What each record, wallet and rail has on the agenda, derived from its state and nothing else.

use earnest_base::{Network, PaymentId, Seconds, Timestamp};
use earnest_payment::{Payment, State, Waits};

use crate::{
    Nonce, Planted, Purpose, Relay, Sequence, SponsorTerms, Wallet, Work,
    agenda::{Filed, Task},
    record::{Record, Stage},
    sender::{Hand, SenderState},
    transaction::{Phase, Transaction},
    wallet::{Slot, WalletState},
};

/// The end of time: a moment that lies beyond it never comes.
pub(crate) fn after(at: Timestamp, span: Seconds) -> Timestamp {
    at.after(span).unwrap_or(at)
}

impl Hand {
    /// The ordered payment that may be sent: the first that the rail has not taken.
    pub(crate) fn first_to_send(&self) -> Option<&PaymentId> {
        self.sending.first().and_then(|place| self.riding.get(place))
    }
}

impl SenderState {
    /// Whether a payment in broadcasting may be sent now, or waits for an earlier one to go first.
    pub(crate) fn may_send(&self, place: Option<Sequence>) -> bool {
        place.is_none_or(|place| self.hand.sending.first().is_none_or(|first| place <= *first))
    }
}

impl Relay {
    pub(crate) fn refile(&mut self, purpose: &Purpose) {
        match purpose {
            Purpose::Payment { payment_id } => self.refile_payment(payment_id),
            Purpose::Fill { network, wallet, .. } => self.refile_wallet(network, wallet),
        }
    }

    pub(crate) fn refile_payment(&mut self, payment_id: &PaymentId) {
        let Some(record) = self.book.records.get(payment_id) else { return };
        let entries = self.entries_of(record);
        if let Some(record) = self.book.records.get_mut(payment_id) {
            self.agenda.refile(&mut record.filed, entries);
        }
    }

    /// What a payment has on the agenda.
    pub(crate) fn entries_of(&self, record: &Record) -> Filed {
        let mut filed = Filed::default();
        let payment_id = record.submission.payment_id.clone();
        let rail = self.rails.get(&record.submission.network);
        match &record.payment {
            Payment::Submitted(_) | Payment::Queued(_) | Payment::Broadcasting(_) => {
                let is_held = matches!(&record.payment, Payment::Queued(queued) if matches!(queued.waits, Waits::SenderGap { .. }));
                let forgotten = is_held && self.has_planted(Planted::ForgottenDeadline);
                if let Some(deadline) = record.payment.deadline().filter(|_| !forgotten) {
                    filed.tasks.push((deadline, Task::Deadline(payment_id.clone())));
                }
            }
            Payment::Mempool(_) => filed.works.push(Work::Look { payment_id: payment_id.clone() }),
            Payment::Confirmed(ended) => retire(&mut filed, self, record, ended.confirmed_at),
            Payment::Failed(ended) => retire(&mut filed, self, record, ended.failed_at),
            Payment::Replaced(ended) => retire(&mut filed, self, record, ended.replaced_at),
        }
        match &record.stage {
            Stage::Still => {}
            Stage::Resting { until } => filed.tasks.push((*until, Task::Wake(payment_id))),
            Stage::Going(transaction) => {
                let Some(rail) = rail else { return filed };
                let sender = rail.senders.get(&record.submission.sender);
                let may_send = record.payment.state() != State::Broadcasting
                    || sender.is_none_or(|sender| sender.may_send(record.submission.sequence));
                let is_there = record.payment.state() == State::Mempool;
                let purpose = Purpose::Payment { payment_id };
                let terms = rail.terms.sponsors();
                file_transaction(&mut filed, purpose, transaction, may_send, terms.filter(|_| is_there));
            }
        }
        filed
    }

    pub(crate) fn refile_wallet(&mut self, network: &Network, wallet: &Wallet) {
        let Some(rail) = self.rails.get_mut(network) else { return };
        let Some(state) = rail.wallets.get_mut(wallet) else { return };
        let entries = entries_of_wallet(network, wallet, state, rail.terms.sponsors());
        self.agenda.refile(&mut state.filed, entries);
    }

    pub(crate) fn refile_rail(&mut self, network: &Network) {
        let Some(rail) = self.rails.get_mut(network) else { return };
        let mut filed = Filed::default();
        if let Some(pause) = rail.pause {
            filed.tasks.push((pause.until, Task::ResumeRail(network.clone())));
        }
        self.agenda.refile(&mut rail.filed, filed);
    }
}

/// What a wallet has on the agenda.
pub(crate) fn entries_of_wallet(
    network: &Network,
    wallet: &Wallet,
    state: &WalletState,
    terms: Option<&SponsorTerms>,
) -> Filed {
    let mut filed = Filed::default();
    if let Some(pause) = state.pause {
        filed.tasks.push((pause.until, Task::ResumeWallet(network.clone(), wallet.clone())));
    }
    if let Some(terms) = terms
        && let Some((_, since)) = state.gap_to_fill(terms)
    {
        filed.tasks.push((after(since, terms.fill_after), Task::Fill(network.clone(), wallet.clone())));
    }
    for (nonce, slot) in &state.slots {
        if let Slot::Fill(transaction) = slot {
            file_transaction(&mut filed, fill(network, wallet, *nonce), transaction, true, terms);
        }
    }
    filed
}

pub(crate) fn fill(network: &Network, wallet: &Wallet, nonce: Nonce) -> Purpose {
    Purpose::Fill { network: network.clone(), wallet: wallet.clone(), nonce }
}

fn retire(filed: &mut Filed, relay: &Relay, record: &Record, ended: Timestamp) {
    if let Some(rail) = relay.rails.get(&record.submission.network) {
        let payment_id = record.submission.payment_id.clone();
        filed.tasks.push((after(ended, rail.terms.record_life), Task::Retire(payment_id)));
    }
}

/// What a transaction has on the agenda. With terms its fee may be raised.
fn file_transaction(
    filed: &mut Filed,
    purpose: Purpose,
    transaction: &Transaction,
    may_send: bool,
    terms: Option<&SponsorTerms>,
) {
    let latest = &transaction.latest;
    match &latest.phase {
        Phase::Reserved => filed.works.push(Work::Sign { purpose }),
        Phase::Recorded { .. } if may_send => filed.works.push(Work::Send { purpose }),
        Phase::Recorded { .. } => {}
        Phase::Taken { since, .. } | Phase::Unclear { since, .. } => {
            if let Phase::Unclear { again_at, .. } = &latest.phase {
                filed.tasks.push((*again_at, Task::SendAgain(purpose.clone())));
            }
            let in_block = transaction.sight == crate::Sight::InBlock;
            if let Some(terms) = terms
                && !in_block
                && terms.raised(latest.fee, None).is_some()
            {
                filed.tasks.push((after(*since, terms.raise_after), Task::Raise(purpose)));
            }
        }
    }
}
