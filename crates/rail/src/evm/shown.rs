//! Which transactions a node has shown: what tells one that it dropped from one that it never had.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
};

use earnest_base::TransactionId;

/// So many are remembered.
const LIMIT: usize = 65_536;

/// The transactions that a node took or showed since this process started; the oldest are forgotten.
#[derive(Debug, Default)]
pub(super) struct Shown(Mutex<(BTreeSet<TransactionId>, VecDeque<TransactionId>)>);

impl Shown {
    pub(super) fn add(&self, txid: &TransactionId) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *shown;
        if !known.insert(txid.clone()) {
            return;
        }
        order.push_back(txid.clone());
        while order.len() > LIMIT {
            if let Some(oldest) = order.pop_front() {
                known.remove(&oldest);
            }
        }
    }

    pub(super) fn any(&self, txids: &[TransactionId]) -> bool {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        txids.iter().any(|txid| shown.0.contains(txid))
    }
}
