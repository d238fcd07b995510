//! What a rail in memory holds, and what it does with what it is sent.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use earnest_base::TransactionId;
use earnest_payment::FailedReason;
use earnest_relay::{Authorization, Fee, Finding, Nonce, Outcome, Place, Sender, Wallet};

use super::SendFault;
use crate::{Job, Sent, Sought, WalletSight};

#[derive(Debug)]
pub(super) struct State {
    pub(super) away: bool,
    pub(super) faults: VecDeque<SendFault>,
    pub(super) poor: BTreeSet<Sender>,
    pub(super) wallets: BTreeMap<Wallet, WalletState>,
    /// Which transaction carried an authorisation out, or used it up otherwise.
    pub(super) used: BTreeMap<Authorization, Use>,
    pub(super) transfers: Vec<(Authorization, TransactionId)>,
    known: BTreeMap<TransactionId, Known>,
    dropped: BTreeSet<TransactionId>,
    height: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Use {
    by: TransactionId,
    paid: bool,
    block: u64,
}

#[derive(Debug)]
pub(super) struct WalletState {
    pub(super) empty: bool,
    /// The first nonce that no block has used.
    next: Nonce,
    /// What is held, and what it pays.
    held: BTreeMap<Nonce, (TransactionId, Fee)>,
    /// What a block took, by its nonce.
    mined: BTreeMap<Nonce, (TransactionId, u64)>,
}

/// A transaction that the rail knows.
#[derive(Debug, Clone)]
struct Known {
    authorization: Option<Authorization>,
    sender_is_poor: bool,
    /// The block that it is in, and whether it was carried out there.
    block: Option<(u64, bool)>,
}

impl WalletState {
    const fn new() -> Self {
        Self { empty: false, next: Nonce(0), held: BTreeMap::new(), mined: BTreeMap::new() }
    }
}

impl State {
    pub(super) fn new(wallets: impl IntoIterator<Item = Wallet>) -> Self {
        Self {
            away: false,
            faults: VecDeque::new(),
            poor: BTreeSet::new(),
            wallets: wallets.into_iter().map(|wallet| (wallet, WalletState::new())).collect(),
            used: BTreeMap::new(),
            transfers: Vec::new(),
            known: BTreeMap::new(),
            dropped: BTreeSet::new(),
            height: 1,
        }
    }

    /// Takes a transaction, or says why not.
    pub(super) fn send(&mut self, job: &Job, txid: TransactionId, depth: u32) -> Sent {
        match &job.place {
            Place::Direct => self.commit(job, &txid, depth),
            Place::Slot { wallet, nonce } => {
                Sent { outcome: self.hold(job, txid, &wallet.clone(), *nonce), finding: None }
            }
        }
    }

    /// A ledger: what it takes is done, and what was done is answered as the first time.
    fn commit(&mut self, job: &Job, txid: &TransactionId, depth: u32) -> Sent {
        let refused = |reason, detail: &str| Sent {
            outcome: Outcome::Refused { reason, detail: detail.parse().ok() },
            finding: None,
        };
        let Some(payment) = &job.payment else {
            return refused(FailedReason::InternalError, "a ledger has no gaps to fill");
        };
        let authorization = &payment.submission.authorization;
        if !self.used.contains_key(authorization) {
            if self.poor.contains(&payment.submission.sender) {
                return refused(FailedReason::InvalidTransaction, "the payer has too little");
            }
            self.height += 1;
            self.use_up(authorization, txid, true);
        }
        let finding = self.used.get(authorization).map(|used| included(&used.by, used.block, depth, true));
        Sent { outcome: Outcome::Accepted, finding }
    }

    /// A chain: what it takes waits for a block.
    fn hold(&mut self, job: &Job, txid: TransactionId, wallet: &Wallet, nonce: Nonce) -> Outcome {
        if self.known.contains_key(&txid) {
            return Outcome::Accepted;
        }
        let Some(state) = self.wallets.get_mut(wallet) else { return Outcome::WalletEmpty };
        if let Some((by, _)) = state.mined.get(&nonce) {
            return Outcome::NonceOccupied { by: by.clone() };
        }
        if state.empty {
            return Outcome::WalletEmpty;
        }
        if let Some((before, paid)) = state.held.get(&nonce) {
            let required = Fee(paid.0.saturating_add(paid.0.div_ceil(10)).max(paid.0.saturating_add(1)));
            if job.fee < required {
                return Outcome::FeeTooLow { required };
            }
            self.known.remove(before);
        }
        state.held.insert(nonce, (txid.clone(), job.fee));
        let submission = job.payment.as_ref().map(|payment| &payment.submission);
        let known = Known {
            authorization: submission.map(|submission| submission.authorization.clone()),
            sender_is_poor: submission.is_some_and(|submission| self.poor.contains(&submission.sender)),
            block: None,
        };
        self.dropped.remove(&txid);
        self.known.insert(txid, known);
        Outcome::Accepted
    }

    pub(super) fn mine(&mut self, blocks: u32) {
        if blocks == 0 {
            return;
        }
        self.height += 1;
        let block = self.height;
        let mut taken = Vec::new();
        for wallet in self.wallets.values_mut() {
            while let Some((txid, _)) = wallet.held.remove(&wallet.next) {
                wallet.mined.insert(wallet.next, (txid.clone(), block));
                wallet.next = wallet.next.next();
                taken.push(txid);
            }
        }
        for txid in taken {
            self.carry_out(&txid, block);
        }
        self.height += u64::from(blocks - 1);
    }

    fn carry_out(&mut self, txid: &TransactionId, block: u64) {
        let Some(known) = self.known.get(txid).cloned() else { return };
        let success = match &known.authorization {
            Some(authorization) => !known.sender_is_poor && !self.used.contains_key(authorization),
            None => true,
        };
        if let (Some(authorization), true) = (&known.authorization, success) {
            self.use_up(authorization, txid, true);
        }
        self.known.insert(txid.clone(), Known { block: Some((block, success)), ..known });
    }

    pub(super) fn use_up(&mut self, authorization: &Authorization, by: &TransactionId, paid: bool) {
        if self.used.contains_key(authorization) {
            return;
        }
        self.used.insert(authorization.clone(), Use { by: by.clone(), paid, block: self.height });
        if paid {
            self.transfers.push((authorization.clone(), by.clone()));
        }
    }

    pub(super) fn occupy(&mut self, wallet: &Wallet, nonce: Nonce, by: &TransactionId) {
        let block = self.height;
        let Some(wallet) = self.wallets.get_mut(wallet) else { return };
        if let Some((held, _)) = wallet.held.remove(&nonce) {
            self.known.remove(&held);
            self.dropped.insert(held);
        }
        wallet.mined.insert(nonce, (by.clone(), block));
        wallet.next = wallet.next.max(nonce.next());
    }

    pub(super) fn forget(&mut self, txid: &TransactionId) {
        if self.known.get(txid).is_some_and(|known| known.block.is_none()) {
            self.known.remove(txid);
            self.dropped.insert(txid.clone());
            for wallet in self.wallets.values_mut() {
                wallet.held.retain(|_, (held, _)| held != txid);
            }
        }
    }

    pub(super) fn reorganise(&mut self, blocks: u32) {
        let last = self.height.saturating_sub(blocks.into());
        self.height = last.max(1);
        self.used.retain(|_, used| used.block <= last);
        let used = &self.used;
        self.transfers.retain(|(authorization, _)| used.contains_key(authorization));
        for wallet in self.wallets.values_mut() {
            let back: Vec<Nonce> =
                wallet.mined.iter().filter(|(_, (_, at))| *at > last).map(|(nonce, _)| *nonce).collect();
            for nonce in back {
                if let Some((txid, _)) = wallet.mined.remove(&nonce) {
                    wallet.next = wallet.next.min(nonce);
                    if let Some(known) = self.known.get_mut(&txid) {
                        known.block = None;
                        wallet.held.insert(nonce, (txid, Fee(0)));
                    }
                }
            }
        }
    }

    pub(super) fn look(&self, sought: &Sought) -> Finding {
        let depth = |block: u64| u32::try_from(self.height.saturating_sub(block) + 1).unwrap_or(u32::MAX);
        let submission = &sought.payment.submission;
        match self.used.get(&submission.authorization) {
            Some(used) if used.paid => return included(&used.by, used.block, depth(used.block), true),
            Some(used) => return Finding::Consumed { by: used.by.clone(), depth: depth(used.block) },
            None => {}
        }
        let known = |txid: &&TransactionId| self.known.contains_key(*txid);
        let latest = sought.txids.iter().rev().find(known);
        match latest.and_then(|txid| Some((txid, self.known.get(txid)?.block))) {
            Some((txid, Some((block, success)))) => included(txid, block, depth(block), success),
            _ if submission.lapses_at <= sought.now => Finding::Lapsed,
            Some((_, None)) => Finding::Pending,
            None if sought.txids.iter().any(|txid| self.dropped.contains(txid)) => Finding::Dropped,
            None => Finding::Missing,
        }
    }

    pub(super) fn sights(&self, depth: u32) -> Vec<WalletSight> {
        let final_below = self.height.saturating_sub(u64::from(depth.saturating_sub(1)));
        let sight = |(wallet, state): (&Wallet, &WalletState)| {
            let not_final = state.mined.iter().find(|(_, (_, block))| *block > final_below);
            let settled = not_final.map_or(state.next, |(nonce, _)| *nonce);
            let mut next = state.next;
            while state.held.contains_key(&next) {
                next = next.next();
            }
            WalletSight { wallet: wallet.clone(), settled, next }
        };
        self.wallets.iter().map(sight).collect()
    }
}

fn included(txid: &TransactionId, block: u64, depth: u32, success: bool) -> Finding {
    Finding::Included {
        txid: txid.clone(),
        block_height: crate::txid::height(block),
        depth,
        success,
        detail: if success { None } else { "the transaction was not carried out".parse().ok() },
        explorer_url: None,
    }
}
