//! Starting: the terms are whole, there is a key for every wallet, and a node of the right chain answers.

use std::collections::BTreeMap;

use earnest_relay::Wallet;
use earnest_x402::exact::ExactEip155;

use super::{
    EvmRail, EvmTerms, SponsorKey,
    node::{Node, NodeError},
    shown::Shown,
    token,
};
use crate::RailOutage;

/// Why a rail to a chain does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvmStartError {
    /// The terms cannot be kept.
    #[error("{0}")]
    Terms(String),
    /// No node of the chain answers.
    #[error(transparent)]
    Outage(#[from] RailOutage),
}

impl EvmRail {
    /// A rail under these terms, with the keys of the relay's wallets. A node has to answer, of this chain, and the tokens
    /// have to be there and sign in the domains that the terms name, where they tell.
    ///
    /// # Errors
    /// [`EvmStartError`].
    pub async fn start(terms: EvmTerms, keys: impl IntoIterator<Item = SponsorKey>) -> Result<Self, EvmStartError> {
        let chain_id = terms.check().map_err(EvmStartError::Terms)?;
        let mut wallets = BTreeMap::new();
        for key in keys {
            let wallet: Wallet = key
                .address()
                .to_string()
                .parse()
                .map_err(|_| EvmStartError::Terms("expected addresses that are names of wallets".to_owned()))?;
            wallets.insert(wallet, key);
        }
        if wallets.is_empty() {
            return Err(EvmStartError::Terms("expected the key of a wallet that pays for gas, found none".to_owned()));
        }
        let nodes = terms.rpc.iter().map(|url| Node::new(url.clone(), chain_id)).collect::<Result<Vec<Node>, String>>();
        let nodes = nodes.map_err(EvmStartError::Terms)?;
        let scheme = ExactEip155::new(terms.tokens.iter().map(|token| EvmTerms::domain(token, chain_id)));
        let rail = Self { terms, chain_id, scheme, nodes, keys: wallets, shown: Shown::default() };
        rail.meet().await?;
        Ok(rail)
    }

    /// Asks the nodes in their order; the first that answers is enough.
    async fn meet(&self) -> Result<(), EvmStartError> {
        let mut last = NodeError::Unreachable("no node is named".to_owned());
        for node in &self.nodes {
            match self.meet_node(node).await {
                Ok(met) => return met.map_err(EvmStartError::Terms),
                Err(error) => {
                    tracing::warn!(network = %self.terms.network, node = %node.url(), %error, "a node does not answer");
                    last = error;
                }
            }
        }
        Err(self.outage(last).into())
    }

    async fn meet_node(&self, node: &Node) -> Result<Result<(), String>, NodeError> {
        node.is_of_the_chain().await?;
        for listed in &self.terms.tokens {
            let contract = listed.address;
            let call = serde_json::json!({ "to": contract.to_string(), "data": token::domain() });
            // Not every token tells its domain; one that tells another takes no signature that is good here.
            let found = match node.call(&call, "latest").await? {
                super::call::Called::Done(bytes) => token::read_domain(&bytes),
                super::call::Called::Reverted(_) => continue,
            };
            let Some(found) = found else {
                return Ok(Err(format!("tokens: expected a token of EIP-3009 at {contract}, found none")));
            };
            if found.0 != *EvmTerms::domain(listed, self.chain_id).separator().as_bytes() {
                let (name, version) = (&listed.name, &listed.version);
                return Ok(Err(format!(
                    "tokens: expected {contract} to sign as {name:?} {version:?}, found another domain"
                )));
            }
        }
        Ok(Ok(()))
    }
}
