//! What the relay takes on a chain, and what it spends there at most.

use std::collections::BTreeSet;

use earnest_base::{HttpUrl, Network};
use earnest_relay::{Fee, Order, RailTerms, Sponsors};
use earnest_x402::evm::{EvmAddress, TokenDomain};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RpcUrl;

/// What the relay takes on a chain, and what it spends there at most. The fees, their cap and the depth at which a block is
/// final stand in [`EvmTerms::relay`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EvmTerms {
    /// The chain: `eip155:` and its id.
    pub network: Network,
    /// The nodes that are asked, the first first; the next where it does not answer.
    pub rpc: Vec<RpcUrl>,
    /// The tokens that are taken. No other contract is ever called (threats X19, X20).
    pub tokens: Vec<EvmToken>,
    /// The payees for whose payments the relay pays the gas; everybody where none are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payees: Option<BTreeSet<EvmAddress>>,
    /// The gas limit of every transaction, payment or filling. A contract has no say in it.
    #[serde(default = "gas_limit")]
    pub gas_limit: u64,
    /// How much of a transaction's fee is offered to who makes the block, in thousandths of it. A raised fee raises both.
    #[serde(default = "tip_permille")]
    pub tip_permille: u32,
    /// How many blocks back an authorisation's use by somebody else is looked for.
    #[serde(default = "log_blocks")]
    pub log_blocks: u64,
    /// How many blocks a node searches at a time.
    #[serde(default = "log_range")]
    pub log_range: u64,
    /// Where people look at a transaction: what stands before its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explorer: Option<HttpUrl>,
    /// The relay's limits on the chain.
    pub relay: RailTerms,
}

/// A token that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EvmToken {
    /// Its contract.
    pub address: EvmAddress,
    /// The name that it signs with (EIP-712).
    pub name: String,
    /// The version that it signs with.
    pub version: String,
    /// How many decimals it is shown with.
    pub decimals: u8,
    /// How it takes a signature.
    #[serde(default)]
    pub overload: Overload,
}

/// Which of the two forms of `transferWithAuthorization` a token has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Overload {
    /// The signature in three parts, as EIP-3009 has it.
    #[default]
    Parts,
    /// The signature as bytes, as later versions of USDC have it too.
    Bytes,
}

const fn gas_limit() -> u64 {
    150_000
}

const fn tip_permille() -> u32 {
    100
}

const fn log_blocks() -> u64 {
    20_000
}

const fn log_range() -> u64 {
    2_000
}

impl EvmTerms {
    /// Terms for a chain with these nodes, tokens and fees, and the limits that [`RailTerms::chain`] has.
    #[must_use]
    pub fn new(network: Network, rpc: Vec<RpcUrl>, tokens: Vec<EvmToken>, first_fee: Fee, fee_cap: Fee) -> Self {
        Self {
            network,
            rpc,
            tokens,
            payees: None,
            gas_limit: gas_limit(),
            tip_permille: tip_permille(),
            log_blocks: log_blocks(),
            log_range: log_range(),
            explorer: None,
            relay: RailTerms::chain(first_fee, fee_cap),
        }
    }

    /// The chain's id, where these terms can be kept; else what is wrong with them.
    pub(super) fn check(&self) -> Result<u64, String> {
        let Some(chain_id) = self.network.eip155_chain_id() else {
            return Err(format!("network: expected a chain such as eip155:8453, found {}", self.network));
        };
        let Sponsors::Wallets(sponsors) = &self.relay.sponsors else {
            return Err("relay.sponsors: expected wallets, which pay for gas, found none".to_owned());
        };
        for (wrong, what) in [
            (self.rpc.is_empty(), "rpc: expected a node, found none"),
            (self.tokens.is_empty(), "tokens: expected a token, found none"),
            (self.gas_limit < 21_000, "gas-limit: expected 21000, which every transaction uses, or more"),
            (!(1..=1_000).contains(&self.tip_permille), "tip-permille: expected from 1 to 1000"),
            (self.log_range == 0, "log-range: expected 1 or more, found 0"),
            (self.relay.finality_depth == 0, "relay.finality-depth: expected 1 or more, found 0"),
            (self.relay.order != Order::Free, "relay.order: expected free: EIP-3009 knows no order"),
            (sponsors.first_fee.0 == 0, "relay.sponsors.first-fee: expected 1 or more, found 0"),
            (sponsors.first_fee > sponsors.fee_cap, "relay.sponsors: expected a first fee within the cap"),
        ] {
            if wrong {
                return Err(what.to_owned());
            }
        }
        Ok(chain_id)
    }

    /// The highest fee that is ever signed for.
    pub(super) fn fee_cap(&self) -> Fee {
        match &self.relay.sponsors {
            Sponsors::Wallets(sponsors) => sponsors.fee_cap,
            Sponsors::None { .. } => Fee(0),
        }
    }

    /// What payers sign for a token in.
    pub(super) fn domain(token: &EvmToken, chain_id: u64) -> TokenDomain {
        let (name, version, contract) = (token.name.clone(), token.version.clone(), token.address);
        TokenDomain { name, version, chain_id, contract }
    }
}
