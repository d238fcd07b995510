//! The rail to chains of the Ethereum kind: EIP-3009 authorisations, which the relay's wallets bring to their tokens.
//!
//! A transaction is made of nothing but its job and the terms, and its signature is RFC 6979's, so the same job has the
//! same bytes and the same id. What a node says is believed only as far as it cannot cost money: a payment is carried out
//! where the token's `Transfer` event of this very payment stands in a block that is part of the chain.

mod call;
mod check;
mod key;
mod look;
mod node;
mod payment;
mod rpc_url;
mod send;
mod shown;
mod start;
mod terms;
mod token;
mod transaction;
mod wire;

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use earnest_base::{Network, TransactionId};
use earnest_relay::{Finding, Nonce, Place, RailTerms, Wallet};
use earnest_x402::{exact::ExactEip155, scheme::Scheme};
use futures_util::future::join_all;

pub use key::{SponsorKey, SponsorKeyError};
pub use rpc_url::RpcUrl;
pub use start::EvmStartError;
pub use terms::{EvmTerms, EvmToken, Overload};

use self::{
    node::{Node, NodeError},
    shown::Shown,
};
use crate::{Carried, CheckError, Job, Rail, RailOutage, Sent, Signed, Sought, WalletSight};

/// How many questions are asked of a node at a time.
const AT_ONCE: usize = 8;

/// A chain of the Ethereum kind.
pub struct EvmRail {
    terms: EvmTerms,
    chain_id: u64,
    scheme: ExactEip155,
    nodes: Vec<Node>,
    keys: BTreeMap<Wallet, SponsorKey>,
    shown: Shown,
}

impl EvmRail {
    /// The chain is out of reach, for this reason.
    fn outage(&self, reason: impl fmt::Display) -> RailOutage {
        RailOutage { network: self.terms.network.clone(), reason: reason.to_string() }
    }

    /// The addresses of the relay's wallets.
    pub fn sponsors(&self) -> impl Iterator<Item = &Wallet> {
        self.keys.keys()
    }

    async fn look_for(&self, sought: &Sought) -> Result<Finding, RailOutage> {
        let mut last = NodeError::Unreachable("no node is named".to_owned());
        for node in &self.nodes {
            match self.look_on(node, sought).await {
                Ok(finding) => return Ok(finding),
                Err(error) => last = error,
            }
        }
        Err(self.outage(last))
    }

    async fn check_one(&self, payment: &Carried) -> Result<(), CheckError> {
        let mut last = NodeError::Unreachable("no node is named".to_owned());
        for node in &self.nodes {
            match self.check_on(node, payment).await {
                Ok(checked) => return checked,
                Err(error) => last = error,
            }
        }
        Err(self.outage(last).into())
    }

    async fn wallets_on(&self, node: &Node) -> Result<Vec<WalletSight>, NodeError> {
        let head = node.head().await?;
        let last_final = self.last_final(head.number);
        let mut sights = Vec::with_capacity(self.keys.len());
        for wallet in self.keys.keys() {
            let settled = node.nonce_of(wallet.as_str(), &wire::quantity(last_final)).await?;
            let next = node.nonce_of(wallet.as_str(), "pending").await?;
            sights.push(WalletSight {
                wallet: wallet.clone(),
                settled: Nonce(settled),
                next: Nonce(next.max(settled)),
            });
        }
        Ok(sights)
    }

    /// The number of the last block that is final while this is the latest.
    fn last_final(&self, head: u64) -> u64 {
        (head + 1).saturating_sub(u64::from(self.terms.relay.finality_depth.max(1)))
    }

    /// Sends the jobs of one wallet, one after the other, so that their nonces come in order.
    async fn send_lane(&self, jobs: &[Job], lane: Vec<usize>) -> Vec<(usize, Sent)> {
        let mut sent = Vec::with_capacity(lane.len());
        for at in lane {
            if let Some(job) = jobs.get(at) {
                sent.push((at, Sent { outcome: self.send_job(job).await, finding: None }));
            }
        }
        sent
    }
}

#[async_trait]
impl Rail for EvmRail {
    fn network(&self) -> &Network {
        &self.terms.network
    }

    fn scheme(&self) -> &dyn Scheme {
        &self.scheme
    }

    fn terms(&self) -> RailTerms {
        self.terms.relay.clone()
    }

    async fn wallets(&self) -> Result<Vec<WalletSight>, RailOutage> {
        let mut last = NodeError::Unreachable("no node is named".to_owned());
        for node in &self.nodes {
            match self.wallets_on(node).await {
                Ok(sights) => return Ok(sights),
                Err(error) => last = error,
            }
        }
        Err(self.outage(last))
    }

    async fn check(&self, payments: &[Arc<Carried>]) -> Vec<Result<(), CheckError>> {
        let mut checked = Vec::with_capacity(payments.len());
        for some in payments.chunks(AT_ONCE) {
            checked.extend(join_all(some.iter().map(|payment| self.check_one(payment))).await);
        }
        checked
    }

    async fn sign(&self, job: &Job) -> Result<Signed, RailOutage> {
        let transaction = self.transaction(job).map_err(|unfit| self.outage(unfit))?;
        Ok(Signed { txid: transaction.txid })
    }

    async fn send(&self, jobs: &[Job]) -> Vec<Sent> {
        let mut lanes: BTreeMap<Option<&Wallet>, Vec<usize>> = BTreeMap::new();
        for (at, job) in jobs.iter().enumerate() {
            let wallet = match &job.place {
                Place::Slot { wallet, .. } => Some(wallet),
                Place::Direct => None,
            };
            lanes.entry(wallet).or_default().push(at);
        }
        let lanes = join_all(lanes.into_values().map(|lane| self.send_lane(jobs, lane))).await;
        let mut sent: Vec<(usize, Sent)> = lanes.into_iter().flatten().collect();
        sent.sort_by_key(|(at, _)| *at);
        sent.into_iter().map(|(_, sent)| sent).collect()
    }

    async fn look(&self, sought: &[Sought]) -> Vec<Result<Finding, RailOutage>> {
        let mut found = Vec::with_capacity(sought.len());
        for some in sought.chunks(AT_ONCE) {
            found.extend(join_all(some.iter().map(|sought| self.look_for(sought))).await);
        }
        found
    }
}

impl fmt::Debug for EvmRail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvmRail")
            .field("terms", &self.terms)
            .field("wallets", &self.keys.keys())
            .finish_non_exhaustive()
    }
}

/// The text of a transaction's hash.
fn txid(hash: &alloy_primitives::B256) -> TransactionId {
    crate::txid::marked(&hash.0)
}
