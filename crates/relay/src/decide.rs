//! The decisions: a command and the present state make events, or a refusal. Pure and total.

mod dispatch;
mod due;
mod seen;
mod sent;
mod submit;
mod unsent;

use earnest_base::{Network, PaymentId, Timestamp};
use earnest_payment::{Cause, RefusedSubmission, Setback, State};

use crate::{
    Command, Event, Leaves, Nonce, Planted, Purpose, Relay, Sender, Sequence, Wallet, Work, rail::Rail, record::Record,
};

/// What follows from a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// What happened, to be stored all or none, and then applied in this order. Nothing where the command is an old one
    /// or tells nothing new.
    pub events: Vec<Event>,
    /// The payment that a submission is, new or known: its record, after the events, is the answer.
    pub payment_id: Option<PaymentId>,
}

impl Relay {
    /// Decides. The same relay, command and moment make the same decision.
    ///
    /// # Errors
    /// Where a submission is not taken; the order of the checks is that of [`Relay::submit_refusals`]. No other command
    /// is refused: what comes late, twice or out of order makes no events.
    pub fn decide(&self, command: &Command, now: Timestamp) -> Result<Decision, RefusedSubmission> {
        let events = match command {
            Command::Submit(submission) => return self.submit(submission, now),
            Command::Advance => self.advance(now),
            Command::Restart => self.restart(now),
            Command::Signed { purpose, attempt, txid } => self.signed_attempt(purpose, *attempt, txid, now),
            Command::Sent { purpose, attempt, outcome } => self.sent(purpose, *attempt, outcome, now),
            Command::Seen { payment_id, finding } => self.seen(payment_id, finding, now),
            Command::AddWallet { network, wallet, next } => self.add_wallet(network, wallet, *next),
            Command::SeenWallet { network, wallet, settled, next } => {
                self.seen_wallet(network, wallet, *settled, *next)
            }
            Command::SeenSender { network, sender, next } => self.seen_sender(network, sender, *next, now),
        };
        Ok(Decision { events, payment_id: None })
    }

    /// What was recorded as about to be sent may have been: it counts as taken, and is sent again as it is.
    fn restart(&self, now: Timestamp) -> Vec<Event> {
        let sends = self.works().filter_map(|work| match work {
            Work::Send { purpose } => Some(purpose),
            Work::Sign { .. } | Work::Look { .. } => None,
        });
        if self.has_planted(Planted::NoTwoPhaseRecord) {
            return sends.flat_map(|purpose| self.forget_send(purpose, now)).collect();
        }
        sends.flat_map(|purpose| self.unclear_send(purpose, now)).collect()
    }

    /// The planted fault: as if the record were only made after the sending.
    fn forget_send(&self, purpose: &Purpose, now: Timestamp) -> Vec<Event> {
        match purpose {
            Purpose::Payment { payment_id } => {
                let record = self.in_state(payment_id, State::Broadcasting);
                let back = |record| self.give_back(record, Setback::NodeUnavailable, Leaves::Free, now);
                record.map_or_else(Vec::new, back)
            }
            Purpose::Fill { .. } => self.unclear_send(purpose, now),
        }
    }

    fn add_wallet(&self, network: &Network, wallet: &Wallet, next: Nonce) -> Vec<Event> {
        let takes = |rail: &Rail| rail.terms.sponsors().is_some() && !rail.wallets.contains_key(wallet);
        if self.rails.get(network).is_some_and(takes) {
            vec![Event::WalletAdded { network: network.clone(), wallet: wallet.clone(), next }]
        } else {
            Vec::new()
        }
    }

    fn seen_wallet(&self, network: &Network, wallet: &Wallet, settled: Nonce, next: Nonce) -> Vec<Event> {
        let Some(state) = self.rails.get(network).and_then(|rail| rail.wallets.get(wallet)) else { return Vec::new() };
        if settled <= state.settled && next <= state.next {
            return Vec::new();
        }
        let (network, wallet) = (network.clone(), wallet.clone());
        let fills = state.settled_fills(settled).into_iter().map(|nonce| Event::FillSettled {
            network: network.clone(),
            wallet: wallet.clone(),
            nonce,
        });
        let moved = Event::WalletMoved { network: network.clone(), wallet: wallet.clone(), settled, next };
        fills.chain([moved]).collect()
    }

    fn seen_sender(&self, network: &Network, sender: &Sender, next: Sequence, now: Timestamp) -> Vec<Event> {
        let Some(rail) = self.rails.get(network) else { return Vec::new() };
        if rail.terms.order == crate::Order::Free {
            return Vec::new();
        }
        let Some(state) = rail.senders.get(sender) else {
            let (network, sender) = (network.clone(), sender.clone());
            return vec![Event::SenderMoved { network, sender, next }];
        };
        if next <= state.hand.next {
            return Vec::new();
        }
        let stale = state.hand.cards.range(..next).map(|(_, card)| {
            let reason = earnest_payment::FailedReason::SenderNonceStale;
            lifecycle(&card.payment_id, now, Cause::Failed { reason, detail: None })
        });
        let moved = Event::SenderMoved { network: network.clone(), sender: sender.clone(), next };
        stale.chain([moved]).collect()
    }

    /// The record of a payment that is in a state.
    fn in_state(&self, payment_id: &PaymentId, state: State) -> Option<&Record> {
        self.book.records.get(payment_id).filter(|record| record.payment.state() == state)
    }

    fn rail_of(&self, purpose: &Purpose) -> Option<(&Network, &Rail)> {
        let network = match purpose {
            Purpose::Payment { payment_id } => &self.book.records.get(payment_id)?.submission.network,
            Purpose::Fill { network, .. } => network,
        };
        self.rails.get_key_value(network)
    }
}

/// A step of a payment's lifecycle.
fn lifecycle(payment_id: &PaymentId, at: Timestamp, cause: Cause) -> Event {
    Event::Payment(earnest_payment::Event { payment_id: payment_id.clone(), at, cause })
}

/// A rest of the whole rail.
fn rail_rests(network: &Network, why: Setback, until: Timestamp) -> Event {
    Event::RailPaused { network: network.clone(), why, until }
}
