//! One rail: its terms, its wallets, its senders, and who of them is next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Order, RailTerms, Sender, Sequence, Sponsors, Wallet,
    agenda::Filed,
    sender::{SenderState, Standing},
    wallet::{Pause, WalletState},
};

/// A rail and what is under way on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Rail {
    pub(crate) terms: RailTerms,
    pub(crate) wallets: BTreeMap<Wallet, WalletState>,
    pub(crate) senders: BTreeMap<Sender, SenderState>,
    /// Senders that have something to send, each once. Whoever had its turn goes to the end, so none delays another.
    pub(crate) rota: BTreeMap<u64, Sender>,
    last_turn: u64,
    /// How many payments are not ended.
    pub(crate) open: usize,
    /// How many payments are being sent, or with the rail.
    pub(crate) with_rail: usize,
    pub(crate) pause: Option<Pause>,
    pub(crate) filed: Filed,
}

impl Rail {
    pub(crate) fn new(terms: RailTerms) -> Self {
        Self {
            terms,
            wallets: BTreeMap::new(),
            senders: BTreeMap::new(),
            rota: BTreeMap::new(),
            last_turn: 0,
            open: 0,
            with_rail: 0,
            pause: None,
            filed: Filed::default(),
        }
    }

    /// The place of a sender's first payment.
    const fn first(&self) -> Sequence {
        match self.terms.order {
            Order::BySequence { first, .. } => first,
            Order::Free => Sequence(0),
        }
    }

    pub(crate) fn sender(&mut self, sender: &Sender) -> &mut SenderState {
        let first = self.first();
        self.senders.entry(sender.clone()).or_insert_with(|| SenderState::new(first))
    }

    /// How many payments could go out now: as many as the roomiest wallet takes, or as the window leaves.
    pub(crate) fn room(&self) -> usize {
        if self.pause.is_some() {
            return 0;
        }
        match &self.terms.sponsors {
            Sponsors::None { window } => window.saturating_sub(self.with_rail),
            Sponsors::Wallets(terms) => self.wallets.values().map(|wallet| wallet.room(terms)).max().unwrap_or(0),
        }
    }

    /// Puts a sender where it belongs: in line while it has something to send, at the end where it was not.
    pub(crate) fn line_up(&mut self, sender: &Sender) {
        let first = self.first();
        let Some(state) = self.senders.get_mut(sender) else { return };
        match (state.standing, state.wants()) {
            (Standing::Away, true) => {
                self.last_turn += 1;
                state.standing = Standing::InLine(self.last_turn);
                self.rota.insert(self.last_turn, sender.clone());
            }
            (Standing::InLine(turn), false) => {
                state.standing = Standing::Away;
                self.rota.remove(&turn);
            }
            (Standing::Parked, false) => self.leave_line(sender),
            (Standing::Away, false) | (Standing::InLine(_) | Standing::Parked, true) => {}
        }
        let Some(state) = self.senders.get(sender) else { return };
        if state.open == 0 && state.hand.next == first {
            self.leave_line(sender);
            self.senders.remove(sender);
        }
    }

    /// Takes a sender out of line, and out of the wallet that it waits for.
    pub(crate) fn leave_line(&mut self, sender: &Sender) {
        let Some(state) = self.senders.get_mut(sender) else { return };
        match std::mem::replace(&mut state.standing, Standing::Away) {
            Standing::Away => {}
            Standing::InLine(turn) => {
                self.rota.remove(&turn);
            }
            Standing::Parked => {
                if let Some(wallet) = state.lane.as_ref().and_then(|lane| self.wallets.get_mut(&lane.wallet)) {
                    wallet.parked.remove(sender);
                }
            }
        }
    }

    /// Lets a sender that had its turn stand in line anew.
    pub(crate) fn back_in_line(&mut self, sender: &Sender) {
        self.leave_line(sender);
        self.line_up(sender);
    }

    /// Lets the senders that wait for a wallet stand in line again.
    pub(crate) fn unpark(&mut self, wallet: &Wallet) {
        let parked = self.wallets.get_mut(wallet).map(|wallet| std::mem::take(&mut wallet.parked));
        for sender in parked.unwrap_or_default() {
            if let Some(state) = self.senders.get_mut(&sender) {
                state.standing = Standing::Away;
            }
            self.line_up(&sender);
        }
    }
}
