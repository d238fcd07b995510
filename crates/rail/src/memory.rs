//! A rail in memory, for tests of whoever drives one: a ledger or a chain, with faults that a test sets.

mod fault;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use earnest_base::{Network, Sha256Digest, TransactionId};
use earnest_relay::{Authorization, Finding, Nonce, Outcome, Place, RailTerms, Sender, Sponsors, Wallet};
use earnest_x402::{ErrorReason, scheme::Scheme};

pub use fault::SendFault;
use state::State;

use crate::{Carried, CheckError, Job, Rail, RailOutage, Sent, Signed, Sought, WalletSight};

/// A rail in memory. Clones share what they carry, as processes share a ledger.
///
/// Where its terms name no wallets it is a ledger: what it takes is final at once. Else it is a chain: what it takes is
/// held until [`MemoryRail::mine`].
#[derive(Debug, Clone)]
pub struct MemoryRail {
    network: Network,
    scheme: Arc<dyn Scheme>,
    terms: RailTerms,
    state: Arc<Mutex<State>>,
}

impl MemoryRail {
    /// A rail on a network, with these wallets where it needs some. The scheme judges payments on it; the rail itself
    /// goes by what the relay knows of a payment.
    #[must_use]
    pub fn new(
        network: Network,
        scheme: Arc<dyn Scheme>,
        terms: RailTerms,
        wallets: impl IntoIterator<Item = Wallet>,
    ) -> Self {
        let state = Arc::new(Mutex::new(State::new(wallets)));
        Self { network, scheme, terms, state }
    }

    /// How the next sends go, one entry for each job; all go well once the list is empty.
    pub fn fail_sends(&self, faults: impl IntoIterator<Item = SendFault>) {
        self.lock().faults.extend(faults);
    }

    /// Puts the rail out of reach, or back within it.
    pub fn set_away(&self, away: bool) {
        self.lock().away = away;
    }

    /// Leaves a payer with nothing.
    pub fn impoverish(&self, sender: &Sender) {
        self.lock().poor.insert(sender.clone());
    }

    /// Leaves a wallet of the relay without what it pays fees with, or gives it some again.
    pub fn set_empty(&self, wallet: &Wallet, empty: bool) {
        if let Some(wallet) = self.lock().wallets.get_mut(wallet) {
            wallet.empty = empty;
        }
    }

    /// Makes so many blocks. The first takes what is held, as far as the wallets' nonces go without a gap.
    pub fn mine(&self, blocks: u32) {
        self.lock().mine(blocks);
    }

    /// Forgets a transaction that is in no block, as a node does that has too many.
    pub fn forget(&self, txid: &TransactionId) {
        self.lock().forget(txid);
    }

    /// Takes the latest blocks back: what was in them is held again.
    pub fn reorganise(&self, blocks: u32) {
        self.lock().reorganise(blocks);
    }

    /// Lets a stranger bring an authorisation to the rail, before the relay does: a payment all the same.
    pub fn preempt(&self, authorization: &Authorization) -> TransactionId {
        let txid = txid_of(&["stranger", authorization.as_str()]);
        self.lock().use_up(authorization, &txid, true);
        txid
    }

    /// Lets a stranger use up an authorisation for something else.
    pub fn consume(&self, authorization: &Authorization) -> TransactionId {
        let txid = txid_of(&["other", authorization.as_str()]);
        self.lock().use_up(authorization, &txid, false);
        txid
    }

    /// Lets a stranger use a nonce of a wallet.
    pub fn occupy(&self, wallet: &Wallet, nonce: Nonce) -> TransactionId {
        let txid = txid_of(&["occupant", wallet.as_str(), &nonce.to_string()]);
        self.lock().occupy(wallet, nonce, &txid);
        txid
    }

    /// What was carried out, in its order: each authorisation with the transaction that did it.
    #[must_use]
    pub fn transfers(&self) -> Vec<(Authorization, TransactionId)> {
        self.lock().transfers.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn outage(&self) -> RailOutage {
        RailOutage { network: self.network.clone(), reason: "a fault on demand".to_owned() }
    }

    fn reached(&self) -> Result<MutexGuard<'_, State>, RailOutage> {
        let state = self.lock();
        if state.away { Err(self.outage()) } else { Ok(state) }
    }

    fn txid(&self, job: &Job) -> TransactionId {
        let carried = job.payment.as_ref().map_or("", |payment| payment.submission.authorization.as_str());
        match &job.place {
            Place::Direct => txid_of(&[self.network.as_str(), carried]),
            Place::Slot { wallet, nonce } => {
                txid_of(&[self.network.as_str(), wallet.as_str(), &nonce.to_string(), &job.fee.to_string(), carried])
            }
        }
    }

    fn send_one(&self, job: &Job) -> Sent {
        let fault = self.lock().faults.pop_front().unwrap_or(SendFault::None);
        let alone = |outcome| Sent { outcome, finding: None };
        match (fault, self.reached()) {
            (SendFault::Answer(outcome), _) => alone(outcome),
            (SendFault::Lost, _) => alone(Outcome::Unclear),
            (_, Err(_)) => alone(Outcome::Unavailable),
            (SendFault::None, Ok(mut state)) => state.send(job, self.txid(job), self.terms.finality_depth),
            (SendFault::TakenAndLost, Ok(mut state)) => {
                state.send(job, self.txid(job), self.terms.finality_depth);
                alone(Outcome::Unclear)
            }
        }
    }
}

#[async_trait]
impl Rail for MemoryRail {
    fn network(&self) -> &Network {
        &self.network
    }

    fn scheme(&self) -> &dyn Scheme {
        &*self.scheme
    }

    fn terms(&self) -> RailTerms {
        self.terms.clone()
    }

    async fn wallets(&self) -> Result<Vec<WalletSight>, RailOutage> {
        match self.terms.sponsors {
            Sponsors::None { .. } => Ok(Vec::new()),
            Sponsors::Wallets(_) => Ok(self.reached()?.sights(self.terms.finality_depth)),
        }
    }

    async fn check(&self, payments: &[Arc<Carried>]) -> Vec<Result<(), CheckError>> {
        let checked = |payment: &Arc<Carried>| {
            let state = self.reached()?;
            let refused = |reason, expected: &str| {
                Err(CheckError::Refused { reason, message: format!("expected {expected}, found another") })
            };
            if state.poor.contains(&payment.submission.sender) {
                return refused(ErrorReason::INSUFFICIENT_FUNDS, "a payer who has the amount");
            }
            if state.used.contains_key(&payment.submission.authorization) {
                return refused(ErrorReason::INVALID_TRANSACTION_STATE, "an authorisation that was not used");
            }
            Ok(())
        };
        payments.iter().map(checked).collect()
    }

    async fn sign(&self, job: &Job) -> Result<Signed, RailOutage> {
        // Signing asks nobody.
        Ok(Signed { txid: self.txid(job) })
    }

    async fn send(&self, jobs: &[Job]) -> Vec<Sent> {
        jobs.iter().map(|job| self.send_one(job)).collect()
    }

    async fn look(&self, sought: &[Sought]) -> Vec<Result<Finding, RailOutage>> {
        let look = |sought: &Sought| Ok(self.reached()?.look(sought));
        sought.iter().map(look).collect()
    }
}

fn txid_of(parts: &[&str]) -> TransactionId {
    let digest = Sha256Digest::of(parts.join("\n").as_bytes());
    crate::txid::of_bytes(&digest.to_bytes())
}
