//! A sponsor wallet: which of its nonces are given, free or used. Contiguous from `settled` to `next`.

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::{PaymentId, Timestamp};
use earnest_payment::Setback;
use serde::{Deserialize, Serialize};

use crate::{Nonce, Sender, SponsorTerms, agenda::Filed, transaction::Transaction};

/// A wallet and its nonces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct WalletState {
    /// The first nonce that no final transaction has used.
    pub(crate) settled: Nonce,
    /// The nonce to give next.
    pub(crate) next: Nonce,
    /// The nonces that are given.
    pub(crate) slots: BTreeMap<Nonce, Slot>,
    /// The nonces below `next` that were given back, and since when.
    pub(crate) gaps: BTreeMap<Nonce, Timestamp>,
    pub(crate) pause: Option<Pause>,
    /// Senders whose earlier payments it carries, and whose next wait for room here.
    pub(crate) parked: BTreeSet<Sender>,
    pub(crate) filed: Filed,
}

/// What a given nonce is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Slot {
    /// A payment, whose record holds the transaction.
    Payment(PaymentId),
    /// Nothing, so that those above can go on.
    Fill(Box<Transaction>),
}

/// A rest of a wallet or a rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) why: Setback,
    pub(crate) until: Timestamp,
}

impl WalletState {
    pub(crate) fn new(next: Nonce) -> Self {
        Self {
            settled: next,
            next,
            slots: BTreeMap::new(),
            gaps: BTreeMap::new(),
            pause: None,
            parked: BTreeSet::new(),
            filed: Filed::default(),
        }
    }

    /// How many payments it can carry beside those that it has.
    pub(crate) fn room(&self, terms: &SponsorTerms) -> usize {
        if self.pause.is_some() {
            return 0;
        }
        terms.chaining_limit.saturating_sub(terms.reserve).saturating_sub(self.slots.len())
    }

    /// Whether gaps are to be filled: there are some, and room for a filling.
    pub(crate) fn gap_to_fill(&self, terms: &SponsorTerms) -> Option<(Nonce, Timestamp)> {
        let (nonce, since) = self.gaps.first_key_value()?;
        (self.slots.len() < terms.chaining_limit).then_some((*nonce, *since))
    }

    /// Whether it cannot pay for transactions.
    pub(crate) fn is_unfunded(&self) -> bool {
        self.pause.is_some_and(|pause| pause.why == Setback::SponsorUnfunded)
    }

    /// The nonces for a run of payments: contiguous and above all others, so that the chain keeps their order.
    pub(crate) fn nonces(&self, payments: usize) -> Vec<Nonce> {
        let length = u64::try_from(payments).unwrap_or(u64::MAX);
        (self.next.0..self.next.0.saturating_add(length)).map(Nonce).collect()
    }

    /// The nonce for one payment without an order: a gap first.
    pub(crate) fn nonce(&self) -> Nonce {
        self.gaps.first_key_value().map_or(self.next, |(gap, _)| *gap)
    }

    /// Gives a nonce.
    pub(crate) fn give(&mut self, nonce: Nonce, slot: Slot) {
        self.gaps.remove(&nonce);
        self.next = self.next.max(nonce.next());
        self.slots.insert(nonce, slot);
    }

    /// Takes a nonce back that no node took: the last one as if it was never given, any other leaves a gap.
    pub(crate) fn take_back(&mut self, nonce: Nonce, at: Timestamp) {
        self.slots.remove(&nonce);
        if nonce < self.settled {
            return;
        }
        self.gaps.insert(nonce, at);
        while let Some((last, _)) = self.gaps.last_key_value() {
            if last.next() != self.next {
                break;
            }
            self.next = *last;
            self.gaps.pop_last();
        }
    }

    /// Hears how far the chain is.
    pub(crate) fn advance(&mut self, settled: Nonce, next: Nonce) {
        self.settled = self.settled.max(settled);
        self.next = self.next.max(next).max(self.settled);
        self.gaps.retain(|nonce, _| *nonce >= self.settled);
    }

    /// The fillings that the chain is done with.
    pub(crate) fn settled_fills(&self, settled: Nonce) -> Vec<Nonce> {
        let below = self.slots.range(..settled);
        below.filter(|(_, slot)| matches!(slot, Slot::Fill(_))).map(|(nonce, _)| *nonce).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        "2026-04-01T06:00:00Z".parse().unwrap()
    }

    fn with(nonces: u64) -> WalletState {
        let mut wallet = WalletState::new(Nonce(0));
        for nonce in 0..nonces {
            wallet.give(Nonce(nonce), Slot::Payment(format!("pay_{nonce}").parse().unwrap()));
        }
        wallet
    }

    #[test]
    fn the_last_nonce_given_back_leaves_no_gap() {
        let mut wallet = with(3);
        wallet.take_back(Nonce(1), at());
        assert_eq!((wallet.next, wallet.gaps.len()), (Nonce(3), 1));
        wallet.take_back(Nonce(2), at());
        assert_eq!((wallet.next, wallet.gaps.len()), (Nonce(1), 0));
    }

    #[test]
    fn one_payment_takes_a_gap_first_and_a_run_does_not() {
        let mut wallet = with(3);
        wallet.take_back(Nonce(0), at());
        assert_eq!(wallet.nonce(), Nonce(0));
        assert_eq!(wallet.nonces(2), [Nonce(3), Nonce(4)]);
    }

    #[test]
    fn what_others_used_is_no_gap_and_is_not_given() {
        let mut wallet = with(2);
        wallet.take_back(Nonce(0), at());
        wallet.advance(Nonce(1), Nonce(5));
        assert!(wallet.gaps.is_empty());
        assert_eq!(wallet.nonce(), Nonce(5));
    }
}
