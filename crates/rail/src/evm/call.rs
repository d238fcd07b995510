//! The questions that the rail asks of a node.

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use earnest_base::TransactionId;
use earnest_x402::evm::{EvmAddress, TransferAuthorization};
use serde_json::{Value, json};

use super::{
    node::{Node, NodeError},
    token,
    wire::{Block, BlockWire, FullBlock, Log, Receipt, Transaction, quantity},
};

/// How many blocks back a node knows the nonces of accounts, whatever it was told to keep.
const KEPT: u64 = 128;

/// What came of a call that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Called {
    /// What the contract gave back.
    Done(Bytes),
    /// It reverted, for this reason.
    Reverted(String),
}

impl Node {
    /// The latest block.
    pub(super) async fn head(&self) -> Result<Block, NodeError> {
        let block: BlockWire = self.ask("eth_getBlockByNumber", json!(["latest", false])).await?;
        block.whole().ok_or_else(|| NodeError::Lost("the latest block has no number".to_owned()))
    }

    /// The block of a number, where the chain is that long.
    pub(super) async fn block(&self, number: u64) -> Result<Option<Block>, NodeError> {
        let block: Option<BlockWire> = self.find("eth_getBlockByNumber", json!([quantity(number), false])).await?;
        Ok(block.and_then(BlockWire::whole))
    }

    /// How many transactions of an account are in the chain up to a block, or, `pending`, known.
    pub(super) async fn nonce_of(&self, address: &str, block: &str) -> Result<u64, NodeError> {
        let nonce: U64 = self.ask("eth_getTransactionCount", json!([address, block])).await?;
        Ok(nonce.to())
    }

    pub(super) async fn receipt(&self, txid: &TransactionId) -> Result<Option<Receipt>, NodeError> {
        self.find("eth_getTransactionReceipt", json!([txid.as_str()])).await
    }

    pub(super) async fn transaction(&self, txid: &TransactionId) -> Result<Option<Transaction>, NodeError> {
        self.find("eth_getTransactionByHash", json!([txid.as_str()])).await
    }

    /// Hands a transaction over. The hash that comes back is the node's word for it.
    pub(super) async fn send_raw(&self, bytes: &[u8]) -> Result<B256, NodeError> {
        let hex = alloy_primitives::hex::encode_prefixed(bytes);
        self.ask("eth_sendRawTransaction", json!([hex])).await
    }

    /// Calls a contract without changing anything, at a block.
    pub(super) async fn call(&self, call: &Value, block: &str) -> Result<Called, NodeError> {
        let answer: Result<Bytes, NodeError> = self.ask("eth_call", json!([call, block])).await;
        match answer {
            Ok(bytes) => Ok(Called::Done(bytes)),
            Err(error) => reverted(error).map(Called::Reverted),
        }
    }

    /// How much gas a call needs; the reason where it would revert, or needs more than it is given.
    pub(super) async fn gas(&self, call: &Value) -> Result<Result<u64, String>, NodeError> {
        let answer: Result<U64, NodeError> = self.ask("eth_estimateGas", json!([call])).await;
        match answer {
            Ok(gas) => Ok(Ok(gas.to())),
            Err(error) => reverted(error).map(Err),
        }
    }

    /// Whether the token holds an authorisation's nonce for used up, at a block.
    pub(super) async fn is_used(
        &self,
        contract: EvmAddress,
        signed: &TransferAuthorization,
        block: &str,
    ) -> Result<bool, NodeError> {
        let called = self.call(&asked(contract, &token::state(signed)), block).await?;
        read(&called, contract, token::read_state)
    }

    /// What somebody has of a token.
    pub(super) async fn balance(&self, contract: EvmAddress, owner: EvmAddress) -> Result<U256, NodeError> {
        let called = self.call(&asked(contract, &token::balance(owner)), "latest").await?;
        read(&called, contract, token::read_balance)
    }

    /// The logs of a token in which an authorisation ends, between two blocks.
    pub(super) async fn ends(
        &self,
        contract: EvmAddress,
        signed: &TransferAuthorization,
        from: u64,
        to: u64,
    ) -> Result<Vec<Log>, NodeError> {
        let topics = json!([
            [token::USED, token::CANCELLED],
            token::address(signed.from).into_word(),
            B256::new(*signed.nonce.as_bytes()),
        ]);
        let filter = json!({
            "address": contract.to_string(), "topics": topics,
            "fromBlock": quantity(from), "toBlock": quantity(to),
        });
        self.ask("eth_getLogs", json!([filter])).await
    }

    /// The transaction that holds a nonce of an account while it is in no block, where the node tells.
    pub(super) async fn holder(&self, address: &str, nonce: u64) -> Option<B256> {
        let params = json!([address, quantity(nonce)]);
        let found = self.find::<Transaction>("eth_getTransactionBySenderAndNonce", params).await;
        found.ok().flatten().map(|transaction| transaction.hash)
    }

    /// The transaction that used a nonce of an account, where it is not too long ago.
    pub(super) async fn user(&self, wallet: &str, nonce: u64) -> Result<Option<B256>, NodeError> {
        if let Some(hash) = self.holder(wallet, nonce).await {
            return Ok(Some(hash));
        }
        let head = self.head().await?.number;
        let (mut below, mut at) = (head.saturating_sub(KEPT), head);
        let used = async |block: u64| Ok::<_, NodeError>(self.nonce_of(wallet, &quantity(block)).await? > nonce);
        if !used(at).await? || used(below).await? {
            return Ok(None);
        }
        while at - below > 1 {
            let between = below + (at - below) / 2;
            if used(between).await? {
                at = between;
            } else {
                below = between;
            }
        }
        let block: FullBlock = self.ask("eth_getBlockByNumber", json!([quantity(at), true])).await?;
        let sender: Option<Address> = wallet.parse().ok();
        let mut transactions = block.transactions.iter();
        let found = transactions.find(|found| Some(found.from) == sender && found.nonce.to::<u64>() == nonce);
        Ok(found.map(|transaction| transaction.hash))
    }
}

/// A question to a contract.
fn asked(contract: EvmAddress, data: &Bytes) -> Value {
    json!({ "to": contract.to_string(), "data": data })
}

/// The answer of a contract that is a token; anything else says nothing.
pub(super) fn read<T>(
    called: &Called,
    contract: EvmAddress,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<T, NodeError> {
    let found = match called {
        Called::Done(bytes) => read(bytes),
        Called::Reverted(_) => None,
    };
    found.ok_or_else(|| NodeError::Lost(format!("expected a token of EIP-3009 at {contract}, found another answer")))
}

/// The reason for which a call reverted; the error itself where it is about something else.
fn reverted(error: NodeError) -> Result<String, NodeError> {
    let NodeError::Said { code, message, data } = &error else { return Err(error) };
    let lower = message.to_lowercase();
    let known = ["revert", "out of gas", "gas required exceeds", "outofgas", "invalid opcode", "intrinsic gas"];
    if *code != 3 && !known.iter().any(|word| lower.contains(word)) {
        return Err(error);
    }
    let bytes = data.as_deref().and_then(|data| alloy_primitives::hex::decode(data).ok());
    let reason = bytes.and_then(|bytes| alloy_sol_types::decode_revert_reason(&bytes));
    Ok(reason.unwrap_or_else(|| message.clone()))
}
