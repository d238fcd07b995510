//! What carries a payment, or fills a gap: one place on the rail, and the attempts made there.

use earnest_base::{Network, PaymentId, Timestamp, TransactionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Attempt, Fee, Nonce, Wallet};

/// Where on a rail a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Place {
    /// Nowhere of its own: the rail needs no wallet.
    Direct,
    /// A nonce of a wallet.
    Slot {
        /// The wallet.
        wallet: Wallet,
        /// The nonce.
        nonce: Nonce,
    },
}

/// What a transaction is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Purpose {
    /// A payment.
    Payment {
        /// The payment.
        payment_id: PaymentId,
    },
    /// Nothing: it uses up a nonce, so that those above can go on.
    Fill {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// The nonce.
        nonce: Nonce,
    },
}

/// Where a payment's transaction was seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sight {
    /// Nowhere yet.
    Unseen,
    /// With the rail, in no block.
    Held,
    /// The node does not know it.
    Missing,
    /// The node dropped it.
    Dropped,
    /// In a block that is not final.
    InBlock,
}

/// A transaction in the making or under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Transaction {
    pub(crate) place: Place,
    /// What was tried before the latest attempt: any of them may still be the one that the chain carries out.
    pub(crate) earlier: Vec<Tried>,
    pub(crate) latest: Tried,
    pub(crate) sight: Sight,
}

/// One attempt: these bytes, this fee.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Tried {
    pub(crate) number: Attempt,
    pub(crate) fee: Fee,
    pub(crate) phase: Phase,
}

/// How far an attempt is. It is signed and recorded before it is sent, so after a crash it is sent again as it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Its place and fee are given. It has not been sent.
    Reserved,
    /// Its bytes are known, and it is to be sent.
    Recorded { txid: TransactionId, since: Timestamp },
    /// The rail took it.
    Taken { txid: TransactionId, since: Timestamp },
    /// It was sent, or may have been, and the rail may have it or not. It is sent again as it is.
    Unclear { txid: TransactionId, since: Timestamp, again_at: Timestamp },
}

impl Phase {
    pub(crate) const fn txid(&self) -> Option<&TransactionId> {
        match self {
            Self::Reserved => None,
            Self::Recorded { txid, .. } | Self::Taken { txid, .. } | Self::Unclear { txid, .. } => Some(txid),
        }
    }
}

impl Transaction {
    pub(crate) const fn first(place: Place, fee: Fee) -> Self {
        let latest = Tried { number: Attempt(0), fee, phase: Phase::Reserved };
        Self { place, earlier: Vec::new(), latest, sight: Sight::Unseen }
    }

    /// Goes on to a further attempt in the same place. The one before is kept where the rail may have it.
    pub(crate) fn raise(&mut self, fee: Fee, may_be_there: bool) {
        let number = Attempt(self.latest.number.0.saturating_add(1));
        let before = std::mem::replace(&mut self.latest, Tried { number, fee, phase: Phase::Reserved });
        if may_be_there && before.phase.txid().is_some() {
            self.earlier.push(before);
        }
    }

    /// Whether this is the id of one of its attempts.
    pub(crate) fn is_known_as(&self, txid: &TransactionId) -> bool {
        self.txids().any(|known| known == txid)
    }

    /// The ids of its attempts, the latest last.
    pub(crate) fn txids(&self) -> impl Iterator<Item = &TransactionId> {
        self.earlier.iter().chain([&self.latest]).filter_map(|tried| tried.phase.txid())
    }
}
