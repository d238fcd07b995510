//! A rail whose payments end as their nonces say: `confirmed-1` is confirmed, `refused-1` is not.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use earnest_base::{Count, FederationId, Network, Sha256Digest, TransactionId};
use earnest_payment::FailedReason;
use earnest_rail::{Carried, CheckError, Job, Rail, RailOutage, Sent, Signed, Sought, WalletSight};
use earnest_relay::{Fee, Finding, Nonce, Outcome, Purpose, RailTerms};
use earnest_x402::{ErrorReason, exact::ExactOrc, scheme::Scheme};
use tokio::sync::watch;

/// What becomes of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is final with the answer.
    Confirmed,
    /// The rail will never take it.
    Refused,
    /// The rail takes it and shows nothing.
    Pending,
    /// The rail takes it; another transaction used its nonce.
    Replaced,
    /// The rail carries it out, and it fails.
    Aborted,
    /// No answer says whether the rail took it; it did.
    Unclear,
    /// The rail is out of reach.
    Away,
}

impl Fate {
    fn of(nonce: &str) -> Self {
        match nonce.split('-').next() {
            Some("refused") => Self::Refused,
            Some("pending") => Self::Pending,
            Some("replaced") => Self::Replaced,
            Some("aborted") => Self::Aborted,
            Some("unclear") => Self::Unclear,
            Some("away") => Self::Away,
            _ => Self::Confirmed,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    fates: BTreeMap<String, Fate>,
    /// How often each payment was sent, by its nonce.
    sent: BTreeMap<String, u32>,
    /// The transactions that were sent, by nonce.
    transactions: BTreeMap<String, BTreeSet<TransactionId>>,
    /// What was carried out, by its nonce: each once.
    paid: BTreeMap<String, u32>,
    poor: BTreeSet<String>,
}

/// A rail in memory.
#[derive(Debug)]
pub(crate) struct TestRail {
    network: Network,
    scheme: ExactOrc,
    terms: RailTerms,
    state: Mutex<State>,
    /// Whether what is sent is carried out and not answered.
    silent: watch::Sender<bool>,
    /// How many attempts were sent in all.
    sends: watch::Sender<u64>,
}

impl TestRail {
    /// A rail of a ledger's terms.
    pub(crate) fn ledger(federation: &str) -> Arc<Self> {
        Self::new(federation, RailTerms::ledger())
    }

    /// A rail whose transactions the relay's wallets pay for.
    pub(crate) fn sponsored(federation: &str) -> Arc<Self> {
        Self::new(federation, RailTerms::chain(Fee(100), Fee(1_000)))
    }

    fn new(federation: &str, terms: RailTerms) -> Arc<Self> {
        let federation: FederationId = federation.parse().unwrap();
        let scheme = ExactOrc::new(federation);
        let network = scheme.network().clone();
        Arc::new(Self {
            network,
            scheme,
            terms,
            state: Mutex::default(),
            silent: watch::Sender::new(false),
            sends: watch::Sender::new(0),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Another fate than the nonce says.
    pub(crate) fn set(&self, nonce: &str, fate: Fate) {
        self.state().fates.insert(nonce.to_owned(), fate);
    }

    /// The payer has nothing.
    pub(crate) fn impoverish(&self, payer: &str) {
        self.state().poor.insert(payer.to_owned());
    }

    /// How often a payment was sent.
    pub(crate) fn sent(&self, nonce: &str) -> u32 {
        self.state().sent.get(nonce).copied().unwrap_or(0)
    }

    /// How often a payment was carried out.
    pub(crate) fn paid(&self, nonce: &str) -> u32 {
        self.state().paid.get(nonce).copied().unwrap_or(0)
    }

    /// How many transactions were sent for a payment.
    pub(crate) fn transactions(&self, nonce: &str) -> usize {
        self.state().transactions.get(nonce).map_or(0, BTreeSet::len)
    }

    /// Whether what is sent from now on is carried out without an answer.
    pub(crate) fn fall_silent(&self, silent: bool) {
        self.silent.send_replace(silent);
    }

    /// Waits until a payment was sent so often.
    pub(crate) async fn until_sent(&self, nonce: &str, times: u32) {
        self.sends.subscribe().wait_for(|_| self.sent(nonce) >= times).await.unwrap();
    }

    fn fate(&self, nonce: &str) -> Fate {
        self.state().fates.get(nonce).copied().unwrap_or_else(|| Fate::of(nonce))
    }

    /// Carries a payment out, once, whoever sends it.
    fn pay(&self, nonce: &str) -> Finding {
        self.state().paid.entry(nonce.to_owned()).or_insert(1);
        included(txid(nonce), true)
    }
}

fn included(txid: TransactionId, success: bool) -> Finding {
    let block_height = Count::new(7).unwrap();
    Finding::Included { txid, block_height, depth: 12, success, detail: None, explorer_url: None }
}

/// The nonce that a payer signed.
fn nonce(payment: &Carried) -> String {
    let payload: serde_json::Value = serde_json::to_value(&payment.request.payment).unwrap();
    payload["payload"]["authorization"]["nonce"].as_str().unwrap().to_owned()
}

fn txid(nonce: &str) -> TransactionId {
    let digest = Sha256Digest::of(nonce.as_bytes()).to_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().parse().unwrap()
}

#[async_trait]
impl Rail for TestRail {
    fn network(&self) -> &Network {
        &self.network
    }

    fn scheme(&self) -> &dyn Scheme {
        &self.scheme
    }

    fn terms(&self) -> RailTerms {
        self.terms.clone()
    }

    async fn wallets(&self) -> Result<Vec<WalletSight>, RailOutage> {
        let sight = |name: &str| WalletSight { wallet: name.parse().unwrap(), settled: Nonce(0), next: Nonce(0) };
        Ok(vec![sight("wallet-one"), sight("wallet-two")])
    }

    async fn check(&self, payments: &[Arc<Carried>]) -> Vec<Result<(), CheckError>> {
        let check = |payment: &Arc<Carried>| match self.fate(&nonce(payment)) {
            Fate::Away => {
                Err(CheckError::Outage(RailOutage { network: self.network.clone(), reason: "away".to_owned() }))
            }
            _ if self.state().poor.contains(payment.submission.sender.as_str()) => Err(CheckError::Refused {
                reason: ErrorReason::INSUFFICIENT_FUNDS,
                message: "expected enough on the account, found 0".to_owned(),
            }),
            _ => Ok(()),
        };
        payments.iter().map(check).collect()
    }

    async fn sign(&self, job: &Job) -> Result<Signed, RailOutage> {
        let txid = match &job.payment {
            Some(payment) => txid(&nonce(payment)),
            None => txid(&format!("{:?} {:?}", job.purpose, job.attempt)),
        };
        Ok(Signed { txid })
    }

    async fn send(&self, jobs: &[Job]) -> Vec<Sent> {
        let send = |job: &Job| {
            let (Purpose::Payment { .. }, Some(payment)) = (&job.purpose, &job.payment) else {
                return Sent { outcome: Outcome::Accepted, finding: None };
            };
            let nonce = nonce(payment);
            *self.state().sent.entry(nonce.clone()).or_default() += 1;
            self.state().transactions.entry(nonce.clone()).or_default().extend(job.txid.clone());
            match self.fate(&nonce) {
                Fate::Confirmed => Sent { outcome: Outcome::Accepted, finding: Some(self.pay(&nonce)) },
                Fate::Refused => {
                    let reason = FailedReason::InvalidTransaction;
                    Sent { outcome: Outcome::Refused { reason, detail: None }, finding: None }
                }
                Fate::Unclear => {
                    self.pay(&nonce);
                    Sent { outcome: Outcome::Unclear, finding: None }
                }
                Fate::Away => Sent { outcome: Outcome::Unavailable, finding: None },
                Fate::Pending | Fate::Replaced | Fate::Aborted => Sent { outcome: Outcome::Accepted, finding: None },
            }
        };
        let sent = jobs.iter().map(send).collect();
        self.sends.send_modify(|sends| *sends += 1);
        self.silent.subscribe().wait_for(|silent| !silent).await.unwrap();
        sent
    }

    async fn look(&self, sought: &[Sought]) -> Vec<Result<Finding, RailOutage>> {
        let look = |sought: &Sought| {
            let nonce = nonce(&sought.payment);
            match self.fate(&nonce) {
                Fate::Replaced => Ok(Finding::Consumed { by: txid("another's"), depth: 12 }),
                Fate::Aborted => Ok(included(txid(&nonce), false)),
                Fate::Confirmed | Fate::Unclear => Ok(self.pay(&nonce)),
                Fate::Pending | Fate::Refused => Ok(Finding::Pending),
                Fate::Away => Err(RailOutage { network: self.network.clone(), reason: "away".to_owned() }),
            }
        };
        sought.iter().map(look).collect()
    }
}
