//! The port to a rail.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use earnest_base::{Network, PaymentId, Timestamp, TransactionId};
use earnest_payment::PaymentRequest;
use earnest_relay::{Attempt, Fee, Finding, Nonce, Outcome, Place, Purpose, RailTerms, Submission, Wallet};
use earnest_x402::{ErrorReason, scheme::Scheme};

/// What carries payments on one network: a federation's ledger, a chain.
///
/// What is asked of it may be asked twice, and by a process that knows nothing of the one before: the same job gives the
/// same transaction, and a transaction that was sent before is not carried out again.
#[async_trait]
pub trait Rail: fmt::Debug + Send + Sync + 'static {
    /// The network.
    fn network(&self) -> &Network;

    /// What judges payments on it.
    fn scheme(&self) -> &dyn Scheme;

    /// What it has, for the relay.
    fn terms(&self) -> RailTerms;

    /// The relay's wallets on it, as the network sees them; none where it needs no wallets.
    async fn wallets(&self) -> Result<Vec<WalletSight>, RailOutage>;

    /// Whether payers have what they promise, and may spend it: asked before anything is executed, and promising
    /// nothing. An answer for each, in their order.
    async fn check(&self, payments: &[Arc<Carried>]) -> Vec<Result<(), CheckError>>;

    /// Builds and signs a transaction. The same job gives the same bytes.
    async fn sign(&self, job: &Job) -> Result<Signed, RailOutage>;

    /// Sends transactions, each as it was signed. An answer for each, in their order.
    async fn send(&self, jobs: &[Job]) -> Vec<Sent>;

    /// Looks for payments that were sent. An answer for each, in their order.
    async fn look(&self, sought: &[Sought]) -> Vec<Result<Finding, RailOutage>>;
}

/// A payment on its way: what the payer signed, and what the relay took it for.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// What was submitted, as it was.
    pub request: PaymentRequest,
    /// What the relay knows it by.
    pub submission: Submission,
}

/// A transaction to sign or to send.
#[derive(Debug, Clone)]
pub struct Job {
    /// What it is for.
    pub purpose: Purpose,
    /// Which attempt.
    pub attempt: Attempt,
    /// Its place.
    pub place: Place,
    /// What the attempt pays.
    pub fee: Fee,
    /// Its id, once it is signed.
    pub txid: Option<TransactionId>,
    /// The payment; none where it fills a gap.
    pub payment: Option<Arc<Carried>>,
}

/// A payment to look for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// The payment's id.
    pub payment_id: PaymentId,
    /// The payment.
    pub payment: Arc<Carried>,
    /// The ids under which it may be found, the latest attempt last.
    pub txids: Vec<TransactionId>,
    /// The moment of asking.
    pub now: Timestamp,
}

/// A signed transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Its id.
    pub txid: TransactionId,
}

/// What came of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// What the rail answered.
    pub outcome: Outcome,
    /// What it showed at once, where it did: a ledger is final with its answer.
    pub finding: Option<Finding>,
}

/// A wallet of the relay, as its network sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletSight {
    /// The wallet.
    pub wallet: Wallet,
    /// The first nonce that no final transaction has used.
    pub settled: Nonce,
    /// The first nonce that the node knows no transaction of.
    pub next: Nonce,
}

/// The rail is out of reach: nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the rail {network} to answer, found: {reason}")]
pub struct RailOutage {
    /// The network.
    pub network: Network,
    /// Why, for the log.
    pub reason: String,
}

/// Why a payment would not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The rail would refuse it.
    #[error("{reason}: {message}")]
    Refused {
        /// The word for the wire.
        reason: ErrorReason,
        /// What was expected and found.
        message: String,
    },
    /// The rail is out of reach: nothing is known.
    #[error(transparent)]
    Outage(#[from] RailOutage),
}
