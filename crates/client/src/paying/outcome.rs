//! What became of a purchase: what was paid, to whom, for what; or why not, and whether money may have moved.

use bytes::Bytes;
use earnest_base::Timestamp;
use earnest_x402::{
    PayTo,
    offer_receipt::{ArtifactError, Receipt, VerifiedArtifact},
    scheme::Payer,
};
use http::HeaderMap;

use crate::budget::{CallId, Unit, Units};

/// A seller's answer, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What was bought.
#[derive(Debug)]
pub struct Bought {
    /// What the seller answered.
    pub reply: Reply,
    /// What was paid for it; nothing where nothing was demanded.
    pub payment: Option<Box<PaymentMade>>,
}

/// A payment that was made.
#[derive(Debug)]
pub struct PaymentMade {
    /// The call.
    pub call: CallId,
    /// The method of the request that was paid for.
    pub method: String,
    /// Its URL.
    pub url: String,
    /// In what it was paid.
    pub unit: Unit,
    /// How much at most, in atomic units: what was signed.
    pub amount: Units,
    /// Who was paid.
    pub payee: PayTo,
    /// Who paid.
    pub payer: Payer,
    /// The transaction, where the seller or the relay names it.
    pub transaction: Option<String>,
    /// Whether the seller says that it is settled; some deliver without a word.
    pub is_stated: bool,
    /// Who signed the seller's offer, where there was one.
    pub offered_by: Option<String>,
    /// The seller's receipt, and whether it holds.
    pub receipt: ReceiptSeen,
}

/// The receipt of a seller.
#[derive(Debug)]
pub enum ReceiptSeen {
    /// There is none.
    None,
    /// It holds: it is of this payment, signed by who signed the offer.
    Verified(Box<VerifiedArtifact<Receipt>>),
    /// It does not hold.
    Invalid(ReceiptFault),
}

/// Why a receipt does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFault {
    /// It is not signed as it should be.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// It is of another payment.
    #[error("expected a receipt of this payment, found another {0}")]
    Other(&'static str),
}

/// What is demanded for a request, before anything is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// In what it would be paid.
    pub unit: Unit,
    /// What people call that.
    pub symbol: String,
    /// How many decimals it has.
    pub decimals: u8,
    /// How much, in atomic units.
    pub amount: Units,
    /// Who would be paid.
    pub payee: PayTo,
    /// Who signed the offer, where there is one.
    pub offered_by: Option<String>,
    /// For how long the payment would be good, in seconds.
    pub lasts_secs: u64,
}

/// What a request would cost.
#[derive(Debug)]
pub enum Preview {
    /// Nothing: this is the answer.
    Free(Reply),
    /// So much.
    Priced(Box<Quote>),
}

/// Whether money may have moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Money {
    /// It has not, and will not: nothing was signed, or what was signed never left.
    Untouched,
    /// It may have, or may yet.
    MayMove(Box<AtStake>),
    /// It has.
    Moved(Box<AtStake>),
}

/// What is at stake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtStake {
    /// The call: bought again under this name, it is not paid twice while its payment is good.
    pub call: CallId,
    /// In what.
    pub unit: Unit,
    /// How much.
    pub amount: Units,
    /// To whom.
    pub payee: PayTo,
    /// From this moment on it can no longer begin to move.
    pub until: Timestamp,
}
