//! What a node answers: the few members that are looked at, as JSON-RPC writes them.

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use serde::Deserialize;

/// The latest block, or one by its number.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BlockWire {
    pub(super) number: Option<U64>,
    pub(super) hash: Option<B256>,
    pub(super) timestamp: U64,
    #[serde(default)]
    pub(super) base_fee_per_gas: Option<U256>,
}

/// A block that has its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) hash: B256,
    /// Seconds since 1970.
    pub(super) timestamp: u64,
    pub(super) base_fee: Option<U256>,
}

/// A block with its transactions.
#[derive(Debug, Deserialize)]
pub(super) struct FullBlock {
    pub(super) transactions: Vec<Transaction>,
}

/// A transaction, in a block or not.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transaction {
    pub(super) hash: B256,
    pub(super) from: Address,
    pub(super) nonce: U64,
    #[serde(default)]
    pub(super) to: Option<Address>,
    #[serde(default)]
    pub(super) input: Bytes,
}

/// What became of a transaction.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    pub(super) transaction_hash: B256,
    pub(super) block_hash: Option<B256>,
    pub(super) block_number: Option<U64>,
    #[serde(default)]
    pub(super) status: Option<U64>,
    #[serde(default)]
    pub(super) logs: Vec<Log>,
}

/// What a contract told while a transaction ran.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    pub(super) address: Address,
    pub(super) topics: Vec<B256>,
    pub(super) data: Bytes,
    #[serde(default)]
    pub(super) transaction_hash: Option<B256>,
    #[serde(default)]
    pub(super) removed: bool,
}

impl BlockWire {
    pub(super) fn whole(self) -> Option<Block> {
        let (number, hash) = (self.number?.to::<u64>(), self.hash?);
        Some(Block { number, hash, timestamp: self.timestamp.to(), base_fee: self.base_fee_per_gas })
    }
}

/// A number as JSON-RPC writes it.
pub(super) fn quantity(number: u64) -> String {
    format!("{number:#x}")
}
