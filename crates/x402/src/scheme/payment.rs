//! A payment that its scheme has verified.

use earnest_base::{AccountId, Count, Name, Timestamp};

use super::PaidRequest;
use crate::{
    Amount, AssetId, Network, PayTo, SchemeName,
    evm::{EvmAddress, EvmNonce},
};

crate::text::texts! {
    /// Who pays, as the network names them: an account, an address. One payer has one text.
    pub Payer { pattern: r"^[^\u0000-\u0020\u007f]+$", max: 256, what: "a payer", example: "account:fed-pl-main:casualfeeders" }

    /// What sets an authorisation apart from every other one of its payer. One nonce has one text.
    pub PaymentNonce { pattern: r"^[^\u0000-\u0020\u007f]+$", max: 256, what: "a nonce", example: "3q2-7wABAgMEBQYHCAkKCw" }
}

impl From<&AccountId> for Payer {
    fn from(account: &AccountId) -> Self {
        Self::from_valid(account.to_string())
    }
}

impl From<EvmAddress> for Payer {
    /// With the checksum of EIP-55, however it was spelt.
    fn from(address: EvmAddress) -> Self {
        Self::from_valid(address.to_string())
    }
}

impl From<&Name> for PaymentNonce {
    fn from(nonce: &Name) -> Self {
        Self::from_valid(nonce.to_string())
    }
}

impl From<EvmNonce> for PaymentNonce {
    /// In lower case, however it was spelt.
    fn from(nonce: EvmNonce) -> Self {
        Self::from_valid(nonce.to_string())
    }
}

/// What is reserved durably before anything is executed, and never freed for another payment (decision X4).
///
/// It is made of what the payer signed, never of the signature, so that another spelling of the same authorisation, or
/// the twin of its signature, has the same key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReservationKey {
    /// The network.
    pub network: Network,
    /// The asset, in its one spelling.
    pub asset: AssetId,
    /// Who pays.
    pub payer: Payer,
    /// What the payer told this authorisation apart by.
    pub nonce: PaymentNonce,
}

/// What keeps a payment to the request that it is shown for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The payer signed for this very request.
    Signed,
    /// The payer signed for this request, and nobody has compared it with the one that was asked: whoever serves has
    /// to.
    SignedFor(PaidRequest),
    /// The client repeated the digest of this request, unsigned: it says what an honest client meant, and stops nobody
    /// who can change the payment.
    Echoed,
    /// Nothing: only the reservation keeps the payment from serving a second time.
    Unbound,
}

/// A payment whose signature is its payer's, and which pays what was demanded. A [`Scheme`](super::Scheme) makes it;
/// what follows (reserve, check the balance, execute, settle) takes nothing less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPayment {
    /// The scheme.
    pub scheme: SchemeName,
    /// Where it is settled.
    pub network: Network,
    /// What is paid with, in its one spelling.
    pub asset: AssetId,
    /// How much, in atomic units.
    pub amount: Amount,
    /// Who pays, and signed: the relay's sender.
    pub payer: Payer,
    /// Who is paid, in its one spelling.
    pub pay_to: PayTo,
    /// What sets the authorisation apart from the payer's others.
    pub nonce: PaymentNonce,
    /// The payment's place among the payer's, where the payer wants them in order (decision P11).
    pub sequence: Option<Count>,
    /// From this moment on it can no longer be settled.
    pub lapses_at: Timestamp,
    /// What keeps it to the request.
    pub binding: Binding,
}

impl VerifiedPayment {
    /// What is reserved for it, once and for ever.
    #[must_use]
    pub fn reservation(&self) -> ReservationKey {
        ReservationKey {
            network: self.network.clone(),
            asset: self.asset.clone(),
            payer: self.payer.clone(),
            nonce: self.nonce.clone(),
        }
    }
}
