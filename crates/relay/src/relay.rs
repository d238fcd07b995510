//! The relay's state, and what can be asked of it.

use std::{collections::BTreeMap, ops::Bound};

use earnest_base::{Network, PaymentId, Timestamp, TransactionId};
use earnest_payment::{Lookup, Payment};
use serde::{Deserialize, Serialize};

use crate::{
    Attempt, Fee, Place, Purpose, RailTerms, Work, agenda::Agenda, book::Book, rail::Rail, transaction::Transaction,
    wallet::Slot,
};

/// Everything that a relay knows. It changes by [`Relay::apply`] and in no other way, save for its terms, which are
/// configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Relay {
    pub(crate) rails: BTreeMap<Network, Rail>,
    pub(crate) book: Book,
    pub(crate) agenda: Agenda,
    #[cfg(test)]
    #[serde(skip)]
    pub(crate) planted: Option<crate::Planted>,
}

/// A transaction, for whoever signs and sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispatch<'a> {
    /// Where it is sent.
    pub network: &'a Network,
    /// Its place there.
    pub place: &'a Place,
    /// Which attempt is the latest.
    pub attempt: Attempt,
    /// What that attempt pays.
    pub fee: Fee,
    /// Its transaction id, once it is signed.
    pub txid: Option<&'a TransactionId>,
}

impl Relay {
    /// A relay on these rails, which knows no payment.
    #[must_use]
    pub fn new(rails: impl IntoIterator<Item = (Network, RailTerms)>) -> Self {
        let mut relay = Self::default();
        for (network, terms) in rails {
            relay.set_terms(network, terms);
        }
        relay
    }

    /// Gives a rail other terms, or adds it. Payments under way keep the deadlines that they have.
    pub fn set_terms(&mut self, network: Network, terms: RailTerms) {
        if let Some(rail) = self.rails.get_mut(&network) {
            rail.terms = terms;
        } else {
            self.rails.insert(network, Rail::new(terms));
        }
    }

    /// What stands under a payment's id.
    #[must_use]
    pub fn lookup<'a>(&'a self, payment_id: &'a PaymentId) -> Lookup<'a> {
        self.book.lookup(payment_id)
    }

    /// The records after this payment's, in the order of their ids; all of them where none is named.
    pub fn payments_after<'a>(&'a self, payment_id: Option<&PaymentId>) -> impl Iterator<Item = &'a Payment> {
        let from = payment_id.map_or(Bound::Unbounded, Bound::Excluded);
        self.book.records.range::<PaymentId, _>((from, Bound::Unbounded)).map(|(_, record)| &record.payment)
    }

    /// What is to be done outside. An entry stays until a command tells what came of it.
    pub fn works(&self) -> impl Iterator<Item = &Work> {
        self.agenda.works()
    }

    /// Whether [`Command::Advance`](crate::Command::Advance) would do something now.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next_due().is_some_and(|due| due <= now) || self.rails.values().any(Rail::can_dispatch)
    }

    /// When the next thing is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(due, _)| *due)
    }

    /// The transaction that serves a purpose, while one does.
    #[must_use]
    pub fn dispatch<'a>(&'a self, purpose: &'a Purpose) -> Option<Dispatch<'a>> {
        let (network, transaction) = self.transaction(purpose)?;
        let latest = &transaction.latest;
        let (attempt, fee, txid) = (latest.number, latest.fee, latest.phase.txid());
        Some(Dispatch { network, place: &transaction.place, attempt, fee, txid })
    }

    /// The transaction ids that a payment may be found under: of the latest attempt, and of those before it.
    #[must_use]
    pub fn txids(&self, payment_id: &PaymentId) -> Vec<TransactionId> {
        let transaction = self.book.records.get(payment_id).and_then(crate::record::Record::transaction);
        transaction.map(|transaction| transaction.txids().cloned().collect()).unwrap_or_default()
    }

    pub(crate) fn transaction<'a>(&'a self, purpose: &'a Purpose) -> Option<(&'a Network, &'a Transaction)> {
        match purpose {
            Purpose::Payment { payment_id } => {
                let record = self.book.records.get(payment_id)?;
                Some((&record.submission.network, record.transaction()?))
            }
            Purpose::Fill { network, wallet, nonce } => {
                match self.rails.get(network)?.wallets.get(wallet)?.slots.get(nonce)? {
                    Slot::Fill(transaction) => Some((network, transaction)),
                    Slot::Payment(_) => None,
                }
            }
        }
    }
}

impl Rail {
    /// Whether somebody is in line, and could go.
    pub(crate) fn can_dispatch(&self) -> bool {
        !self.rota.is_empty() && self.room() > 0
    }
}
