//! A chain as a relay's node shows it: transactions wait, enter blocks, leave them again, and become final.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use earnest_base::{PaymentId, TransactionId};

use crate::{Authorization, Fee, Nonce, Outcome, Place, Purpose, Wallet};

/// A transaction that reached the node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Tx {
    pub(super) txid: TransactionId,
    pub(super) fee: Fee,
    /// The payment and its authorisation; `None` of a filling, or of a stranger's transaction.
    pub(super) pays: Option<(PaymentId, Authorization)>,
}

/// What the chain did with a nonce.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Block {
    pub(super) tx: Tx,
    pub(super) success: bool,
    pub(super) is_final: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) waiting: BTreeMap<(Wallet, Nonce), Tx>,
    pub(super) blocks: BTreeMap<(Wallet, Nonce), Block>,
    /// Carried out, by which transaction.
    pub(super) carried_out: BTreeMap<Authorization, TransactionId>,
    /// Carried out, and final.
    pub(super) settled: BTreeSet<Authorization>,
    /// A stranger has used a wallet's nonce: then nonces keep no order.
    pub(super) intruded: bool,
    /// Every payment that a node ever took a transaction of, by nonce.
    pub(super) taken: BTreeMap<(Wallet, Nonce), BTreeSet<PaymentId>>,
}

/// The same attempt has the same bytes, and so the same id.
pub(super) fn txid(purpose: &Purpose, place: &Place, fee: Fee) -> TransactionId {
    let mut hasher = DefaultHasher::new();
    (purpose, place, fee).hash(&mut hasher);
    format!("{:064x}", hasher.finish()).parse().unwrap()
}

impl Node {
    /// The first nonce that no block holds.
    pub(super) fn next(&self, wallet: &Wallet) -> Nonce {
        let last = self.blocks.range((wallet.clone(), Nonce(0))..=(wallet.clone(), Nonce(u64::MAX))).next_back();
        last.map_or(Nonce(0), |((_, nonce), _)| nonce.next())
    }

    /// The first nonce that no final block holds.
    pub(super) fn settled_next(&self, wallet: &Wallet) -> Nonce {
        let all = self.blocks.range((wallet.clone(), Nonce(0))..=(wallet.clone(), Nonce(u64::MAX)));
        let open = all.clone().find(|(_, block)| !block.is_final).map(|((_, nonce), _)| *nonce);
        open.unwrap_or_else(|| self.next(wallet))
    }

    pub(super) fn send(&mut self, wallet: &Wallet, nonce: Nonce, tx: Tx) -> Outcome {
        let key = (wallet.clone(), nonce);
        if let Some(block) = self.blocks.get(&key) {
            if block.tx.txid == tx.txid {
                return Outcome::Accepted;
            }
            return Outcome::NonceOccupied { by: block.tx.txid.clone() };
        }
        if let Some(waiting) = self.waiting.get(&key) {
            let required = Fee(waiting.fee.0 + waiting.fee.0.div_ceil(10));
            if waiting.txid != tx.txid && tx.fee < required {
                return Outcome::FeeTooLow { required };
            }
        }
        if let Some((payment_id, _)) = &tx.pays {
            self.taken.entry(key.clone()).or_default().insert(payment_id.clone());
        }
        self.waiting.insert(key, tx);
        Outcome::Accepted
    }

    /// The wallets whose next transaction could enter a block.
    pub(super) fn minable(&self) -> Vec<(Wallet, Nonce)> {
        self.waiting.keys().filter(|(wallet, nonce)| self.next(wallet) == *nonce).cloned().collect()
    }

    pub(super) fn mine(&mut self, key: &(Wallet, Nonce), lapsed: impl Fn(&Authorization) -> bool) -> Option<Tx> {
        let tx = self.waiting.remove(key)?;
        let success = match &tx.pays {
            None => true,
            Some((_, authorization)) => {
                let free = !self.carried_out.contains_key(authorization) && !lapsed(authorization);
                if free {
                    self.carried_out.insert(authorization.clone(), tx.txid.clone());
                }
                free
            }
        };
        self.blocks.insert(key.clone(), Block { tx: tx.clone(), success, is_final: false });
        Some(tx)
    }

    /// A stranger uses the wallet's next nonce.
    pub(super) fn intrude(&mut self, wallet: &Wallet) {
        self.intruded = true;
        let key = (wallet.clone(), self.next(wallet));
        self.waiting.remove(&key);
        let place = Place::Slot { wallet: wallet.clone(), nonce: key.1 };
        let purpose = Purpose::Payment { payment_id: "pay_stranger".parse().unwrap() };
        let tx = Tx { txid: txid(&purpose, &place, Fee(0)), fee: Fee(0), pays: None };
        self.blocks.insert(key, Block { tx, success: true, is_final: true });
    }

    pub(super) fn finalise(&mut self, key: &(Wallet, Nonce)) {
        if let Some(block) = self.blocks.get_mut(key) {
            block.is_final = true;
            if let (true, Some((_, authorization))) = (block.success, &block.tx.pays) {
                self.settled.insert(authorization.clone());
            }
        }
    }

    /// The blocks that may leave the chain: each wallet's last, while it is not final.
    pub(super) fn loose(&self) -> Vec<(Wallet, Nonce)> {
        let last = |wallet: &Wallet, nonce: Nonce| self.next(wallet) == nonce.next();
        let loose = self.blocks.iter().filter(|((wallet, nonce), block)| !block.is_final && last(wallet, *nonce));
        loose.map(|(key, _)| key.clone()).collect()
    }

    /// The blocks that may become final: each wallet's first that is not.
    pub(super) fn ripe(&self) -> Vec<(Wallet, Nonce)> {
        let first = |(wallet, nonce): &(Wallet, Nonce)| self.settled_next(wallet) == *nonce;
        self.blocks.iter().filter(|(key, block)| !block.is_final && first(key)).map(|(key, _)| key.clone()).collect()
    }

    pub(super) fn reorganise(&mut self, key: &(Wallet, Nonce)) {
        if let Some(block) = self.blocks.remove(key) {
            if let (true, Some((_, authorization))) = (block.success, &block.tx.pays) {
                self.carried_out.remove(authorization);
            }
            self.waiting.insert(key.clone(), block.tx);
        }
    }

    /// Where a transaction is.
    pub(super) fn block_of(&self, txid: &TransactionId) -> Option<&Block> {
        self.blocks.values().find(|block| block.tx.txid == *txid)
    }
}
