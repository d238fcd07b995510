//! A client that pays: answers 402 within a budget, signs only what the buyer's policy allows, and signs it once.
//!
//! ```text
//! request ──▶ 402 ──▶ judge ──▶ Purse: reserve ──▶ Wallet: sign ──▶ verify ──▶ Purse: keep ──▶ request with payment
//!                                                                                                  │  the same again
//!   Bought, or PayError with Money ◀── Purse: pay ◀── settlement and receipt compared ◀────────────┴─ or its status
//! ```
//!
//! Invariant: nothing is signed before its price is reserved, nothing is sent before it is kept, and while a payment may be
//! carried out no other is signed for the same call. What a seller says in words decides nothing.

mod circuit;
mod demand;
mod ending;
mod error;
mod judge;
mod objection;
mod origin;
mod outcome;
mod persistence;
mod policy;
mod purchase;
mod run;
mod settled;
mod sign;
mod status;
mod wallet;
mod wire;

use std::{collections::BTreeMap, fmt, sync::Arc};

use earnest_ports::Clock;
use http::Method;

pub use circuit::CircuitTerms;
pub use demand::DemandError;
pub use error::{Cause, Fault, PayError};
pub use objection::Objection;
pub use origin::{AddressError, Reach, origin_of};
pub use outcome::{AtStake, Bought, Money, PaymentMade, Preview, Quote, ReceiptFault, ReceiptSeen, Reply};
pub use persistence::Persistence;
pub use policy::{AssetRule, OfferSigner, Policy};
pub use purchase::{Price, Purchase};
pub use wallet::{EvmKeyError, EvmWallet, OrcWallet, SigningOrder, Wallet, WalletError};

use crate::{
    ClientError,
    budget::{Call, CallId, Purse, PurseError},
    gateway::Relay,
};
use wire::Wire;

/// An HTTP client that pays. Clones of its purse spend from the same budget.
pub struct PayingClient {
    purse: Purse,
    policy: Policy,
    wallets: Vec<Arc<dyn Wallet>>,
    relay: Option<Arc<dyn Relay>>,
    clock: Arc<dyn Clock>,
    wire: Wire,
}

impl PayingClient {
    /// A client that spends from a purse what the policy allows. Without wallets it only asks for prices.
    ///
    /// # Errors
    /// Where the HTTP client cannot be made.
    pub fn new(purse: Purse, policy: Policy, wallets: Vec<Arc<dyn Wallet>>) -> Result<Self, ClientError> {
        let wire = Wire::new(policy.reach, policy.persistence, policy.answer_max_bytes)?;
        let clock = purse.clock().clone();
        Ok(Self { purse, policy, wallets, relay: None, clock, wire })
    }

    /// The same, that waits by another clock than the purse: for tests, in which nobody waits.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The same, with a relay whose word on the end of a payment is trusted. A seller's never is.
    #[must_use]
    pub fn trusting(self, relay: Arc<dyn Relay>) -> Self {
        Self { relay: Some(relay), ..self }
    }

    /// Requests a URL, and pays for it where that is demanded and allowed.
    ///
    /// # Errors
    /// [`PayError`], which says whether money may have moved.
    pub async fn get(&self, url: impl Into<String>) -> Result<Bought, PayError> {
        self.send(&Purchase::get(url)).await
    }

    /// The same, with a body.
    ///
    /// # Errors
    /// [`PayError`], which says whether money may have moved.
    pub async fn post(&self, url: impl Into<String>, body: impl Into<bytes::Bytes>) -> Result<Bought, PayError> {
        self.send(&Purchase::post(url, body)).await
    }

    /// The calls whose payment is signed and may be carried out: bought again under their names, they are not paid twice.
    ///
    /// # Errors
    /// Where the journal is out of reach.
    pub async fn open_calls(&self) -> Result<BTreeMap<CallId, Call>, PurseError> {
        self.purse.open_calls().await
    }

    /// The call of this very request whose payment is signed and may be carried out, where there is one: what a process
    /// that comes back goes on with.
    ///
    /// # Errors
    /// Where the request is none that can be paid for, or the journal is out of reach.
    pub async fn open_call(&self, method: &Method, url: &str, body: &[u8]) -> Result<Option<CallId>, PayError> {
        let target = self.target(method, url, body).map_err(PayError::untouched)?;
        let digest = target.request.digest();
        let open = self.purse.open_calls().await.map_err(PayError::untouched)?;
        Ok(open.into_iter().find(|(_, call)| call.request == digest).map(|(id, _)| id))
    }

    /// The purse.
    #[must_use]
    pub const fn purse(&self) -> &Purse {
        &self.purse
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl fmt::Debug for PayingClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayingClient")
            .field("policy", &self.policy)
            .field("wallets", &self.wallets)
            .finish_non_exhaustive()
    }
}
