//! A rail to a chain, under test.

use std::sync::Arc;

use async_trait::async_trait;
use earnest_base::{Network, Timestamp};
use earnest_rail::{
    Carried, EvmRail, Job, Rail, Sought,
    evm::{EvmTerms, EvmToken, Overload, SponsorKey},
    testing::{RailSubject, Reach},
};
use earnest_relay::{Attempt, Fee, Finding, Nonce, Outcome, Place, Purpose, Wallet};
use earnest_x402::evm::EvmAddress;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    chain::Chain,
    payments::{Payment, payee},
    proxy::Proxy,
};

/// What a first attempt pays: twice what the first block asks for.
pub(crate) const FEE: Fee = Fee(2_000_000_000);
const CAP: Fee = Fee(100_000_000_000);
/// What every payment is of.
pub(crate) const VALUE: u64 = 10_000;
/// The account that pays for gas, and those that pay.
const SPONSOR: usize = 0;
pub(crate) const PAYER: usize = 1;
pub(crate) const STRANGER: usize = 2;

/// A chain, what stands before it, and a rail to it.
pub(crate) struct World {
    pub(crate) chain: Chain,
    pub(crate) proxy: Proxy,
    pub(crate) terms: EvmTerms,
    /// The second at which the test began.
    pub(crate) began: u64,
}

impl World {
    pub(crate) async fn start() -> Option<Self> {
        let chain = Chain::start().await?;
        let address = chain.told.rpc_url.trim_start_matches("http://").parse().unwrap();
        let proxy = Proxy::listening().await;
        proxy.lead_to(address);
        let others = &chain.told.others;
        let token = |address: EvmAddress, overload| EvmToken {
            address,
            name: "USDC".to_owned(),
            version: "2".to_owned(),
            decimals: 6,
            overload,
        };
        let tokens = [chain.told.token, others.forgiving, others.skimming, others.greedy];
        let mut tokens: Vec<EvmToken> = tokens.into_iter().map(|address| token(address, Overload::Parts)).collect();
        tokens.push(token(others.silent, Overload::Bytes));
        let network = Network::eip155(chain.told.chain_id);
        let mut terms = EvmTerms::new(network, vec![proxy.url().parse().unwrap()], tokens, FEE, CAP);
        terms.relay.finality_depth = 3;
        terms.explorer = Some("https://sepolia.basescan.org/tx/".parse().unwrap());
        let began = chain.seconds().await;
        Some(Self { chain, proxy, terms, began })
    }

    pub(crate) fn sponsor(&self) -> EvmAddress {
        self.chain.told.accounts[SPONSOR].address
    }

    pub(crate) fn key(&self) -> SponsorKey {
        SponsorKey::from_bytes(Zeroizing::new(self.chain.told.accounts[SPONSOR].key())).unwrap()
    }

    pub(crate) async fn evm(&self) -> EvmRail {
        EvmRail::start(self.terms.clone(), [self.key()]).await.unwrap()
    }

    /// Who pays, with their key.
    pub(crate) fn payer(&self) -> (EvmAddress, [u8; 32]) {
        let account = &self.chain.told.accounts[PAYER];
        (account.address, account.key())
    }

    pub(crate) fn stranger(&self) -> EvmAddress {
        self.chain.told.accounts[STRANGER].address
    }

    pub(crate) fn pays(&self, token: EvmAddress, name: &str) -> Payment {
        let (payer, key) = self.payer();
        Payment::new(token, (payer, &key), name, VALUE, self.began)
    }

    pub(crate) fn pays_usdc(&self, name: &str) -> Payment {
        self.pays(self.chain.told.token, name)
    }

    /// A signed job for a payment, or for nothing.
    pub(crate) async fn job(
        &self,
        rail: &EvmRail,
        payment: Option<&Arc<Carried>>,
        nonce: u64,
        attempt: u64,
        fee: Fee,
    ) -> Job {
        let wallet: Wallet = self.sponsor().to_string().parse().unwrap();
        let network = rail.network().clone();
        let purpose = match payment {
            Some(payment) => Purpose::Payment { payment_id: payment.submission.payment_id.clone() },
            None => Purpose::Fill { network, wallet: wallet.clone(), nonce: Nonce(nonce) },
        };
        let place = Place::Slot { wallet, nonce: Nonce(nonce) };
        let job = Job { purpose, attempt: Attempt(attempt), place, fee, txid: None, payment: payment.cloned() };
        let txid = rail.sign(&job).await.unwrap().txid;
        Job { txid: Some(txid), ..job }
    }

    /// The next nonce of the wallet.
    pub(crate) async fn next(&self) -> u64 {
        self.chain.nonce(self.sponsor(), "pending").await
    }

    /// A job at the next nonce, with the first fee.
    pub(crate) async fn next_job(&self, rail: &EvmRail, payment: &Arc<Carried>) -> Job {
        self.job(rail, Some(payment), self.next().await, 0, FEE).await
    }

    pub(crate) async fn found(&self, rail: &EvmRail, payment: &Arc<Carried>, jobs: &[&Job]) -> Finding {
        let payment_id = payment.submission.payment_id.clone();
        let txids = jobs.iter().filter_map(|job| job.txid.clone()).collect();
        let sought = Sought { payment_id, payment: Arc::clone(payment), txids, now: self.now().await };
        rail.look(&[sought]).await.remove(0).unwrap()
    }

    /// How many transfers of this amount this payee got.
    pub(crate) async fn transfers(&self, to: EvmAddress, value: u64) -> usize {
        let transfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
        let word = format!("0x{}{}", "0".repeat(24), to.to_string().trim_start_matches("0x").to_lowercase());
        let filter = json!({ "fromBlock": "0x0", "toBlock": "latest", "topics": [transfer, null, word] });
        let logs = self.chain.rpc("eth_getLogs", json!([filter])).await;
        let data = format!("0x{value:064x}");
        logs.as_array().unwrap().iter().filter(|log| log["data"] == data.as_str()).count()
    }
}

/// Sends a job that is taken, and waits until it is in a block.
pub(crate) async fn carry(world: &World, rail: &EvmRail, job: &Job) {
    assert_eq!(send(rail, job).await, Outcome::Accepted);
    world.chain.mined(job.txid.as_ref().unwrap().as_str()).await;
}

/// What came of sending one job.
pub(crate) async fn send(rail: &EvmRail, job: &Job) -> Outcome {
    rail.send(std::slice::from_ref(job)).await.remove(0).outcome
}

#[async_trait]
impl RailSubject for World {
    async fn rail(&self) -> Arc<dyn Rail> {
        Arc::new(self.evm().await)
    }

    async fn payment(&self, name: &str) -> Arc<Carried> {
        self.pays_usdc(name).carried(name)
    }

    async fn unfunded(&self, name: &str) -> Arc<Carried> {
        let key = SponsorKey::from_bytes(Zeroizing::new([9; 32])).unwrap();
        Payment::new(self.chain.told.token, (key.address(), &[9; 32]), name, VALUE, self.began).carried(name)
    }

    async fn now(&self) -> Timestamp {
        let millis = i64::try_from(self.chain.seconds().await * 1000).unwrap();
        Timestamp::from_unix_millis(millis).unwrap()
    }

    async fn reach(&self, reach: Reach) {
        self.proxy.set(reach).await;
    }

    async fn disable_relay(&self) {
        self.chain.rpc("anvil_setBalance", json!([self.sponsor().to_string(), "0x0"])).await;
    }

    async fn settle(&self) {
        self.chain.mine(self.terms.relay.finality_depth).await;
    }

    async fn lapse(&self, payment: &Carried) -> Timestamp {
        let end = payment.submission.lapses_at.unix_millis() / 1000;
        self.chain.set_seconds(u64::try_from(end).unwrap()).await;
        self.chain.mine(self.terms.relay.finality_depth).await;
        self.now().await
    }

    async fn paid(&self, payment: &Carried) -> usize {
        let name = payment.submission.payment_id.as_str().trim_start_matches("pay_").to_owned();
        self.transfers(payee(&name), VALUE).await
    }
}
