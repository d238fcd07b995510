//! Wallets: what signs payments. A key may live elsewhere; what a wallet hands out is verified before it is sent.

mod evm;
mod orc;

use std::fmt;

use async_trait::async_trait;
use earnest_base::{PaymentIdentifier, Timestamp};
use earnest_signing::JsonObject;
use earnest_x402::{
    Verbatim,
    scheme::{PaidRequest, Payer, Scheme},
    v2::PaymentRequirements,
};

pub use evm::{EvmKeyError, EvmWallet};
pub use orc::OrcWallet;

/// What signs payments of one scheme, as one payer.
#[async_trait]
pub trait Wallet: fmt::Debug + Send + Sync + 'static {
    /// What judges such payments: the client has it verify what the wallet signed.
    fn scheme(&self) -> &dyn Scheme;

    /// Who pays.
    fn payer(&self) -> Payer;

    /// Whether its payments are to be carried out in the order in which they were signed.
    fn is_ordered(&self) -> bool {
        false
    }

    /// Signs the payment of one request: the payload of the scheme. The client asks only after the price is reserved.
    async fn sign(&self, order: &SigningOrder) -> Result<JsonObject, WalletError>;
}

/// What is to be signed.
#[derive(Debug, Clone)]
pub struct SigningOrder {
    /// The requirements that are met, as they arrived.
    pub accepted: Verbatim<PaymentRequirements>,
    /// The request that is paid for.
    pub request: PaidRequest,
    /// The client's key for the payment, where the seller takes one.
    pub identifier: Option<PaymentIdentifier>,
    /// The payment's place among the payer's, where they are ordered.
    pub place: Option<u64>,
    /// Now.
    pub now: Timestamp,
}

/// Why a wallet does not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalletError {
    /// It cannot meet such requirements.
    #[error("expected requirements that the wallet can meet: {0}")]
    Unfit(String),
    /// It is out of reach, or refuses.
    #[error("expected the wallet to sign, found: {0}")]
    Unavailable(String),
    /// What it signed is not what it was asked to sign.
    #[error("expected the payment that was asked for, found another: {0}")]
    Other(String),
}

impl WalletError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unfit(_) => "wallet-unfit",
            Self::Unavailable(_) => "wallet-unavailable",
            Self::Other(_) => "wallet-signed-other",
        }
    }
}
