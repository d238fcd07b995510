//! A call: what it costs, and what was signed for it.

use std::{fmt, str::FromStr};

use earnest_base::{InvalidError, Name, PaymentIdentifier, Sha256Digest, Timestamp};
use earnest_x402::{PayTo, Verbatim, scheme::Payer, v2::PaymentRequirements};
use serde::{Deserialize, Serialize};

use super::{Day, LaneKey, Unit, Units};

/// The buyer's name for a call. The same name is the same purchase: it is paid once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(Name);

impl CallId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for CallId {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallId({})", self.0)
    }
}

/// A payment as it was signed and goes over the wire, with what an answer to it is compared with. Whoever has it can have
/// it carried out; so it is never shown.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedPayment {
    /// The version of x402: 1 or 2.
    pub version: u8,
    /// The value of the payment's header.
    pub value: String,
    /// What it answers.
    pub requirements: Verbatim<PaymentRequirements>,
    /// Who pays.
    pub payer: Payer,
    /// From this moment on, by the rail's clock, it can no longer be carried out.
    pub lapses_at: Timestamp,
    /// Who signed the seller's offer, as a did:key or an address, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered_by: Option<String>,
}

// Requirements hold a number that JSON may write in several ways; it is finite, so equality is total.
impl Eq for SignedPayment {}

impl fmt::Debug for SignedPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedPayment")
            .field("version", &self.version)
            .field("payer", &self.payer)
            .field("lapses_at", &self.lapses_at)
            .finish_non_exhaustive()
    }
}

/// What may still become of a payment that was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptState {
    /// It may be carried out. It is sent again as it is; nothing else is signed meanwhile.
    Open,
    /// It was refused, by word of a relay that is trusted: it counts until it has lapsed.
    Refused,
    /// It was not and cannot be carried out.
    Dead,
    /// It has lapsed, and nobody said that it was not carried out before: it counts for ever.
    Doubtful,
    /// It was carried out.
    Paid,
}

/// A payment that was signed for a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPayment {
    /// What was signed.
    pub payment: SignedPayment,
    /// When it has lapsed by every clock that counts.
    pub over_at: Timestamp,
    /// The day that it counts against.
    pub day: Day,
    /// How much, in atomic units.
    pub amount: Units,
    /// Who is paid.
    pub payee: PayTo,
    /// Its place among the payer's payments, where they are ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u64>,
    /// What may still become of it.
    pub state: KeptState,
    /// Somebody else than who signed it was given it: nobody alone can say that it never left.
    #[serde(default)]
    pub is_shared: bool,
}

/// What is reserved for a call, before anything is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) day: Day,
    pub(super) amount: Units,
    pub(super) payee: PayTo,
    pub(super) place: Option<u64>,
    pub(super) until: Timestamp,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its price is reserved, and nothing is signed.
    Reserved,
    /// A payment is signed, and may be carried out.
    Signed,
    /// It is paid.
    Paid,
    /// Its payment was refused, and something else may be signed.
    Refused,
    /// Its payment has lapsed, and may have been carried out before.
    Doubtful,
    /// Nothing counts.
    Released,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What is bought: the digest of method, URL and body.
    pub request: Sha256Digest,
    /// In what it is paid.
    pub unit: Unit,
    /// The client's key for its payment.
    pub identifier: PaymentIdentifier,
    /// Whose order its payments keep, where they are ordered.
    pub lane: Option<LaneKey>,
    /// What was signed for it, the latest last.
    pub payments: Vec<KeptPayment>,
    /// The transaction that paid it, where one was named.
    pub transaction: Option<String>,
    pub(super) pending: Option<Pending>,
    pub(super) touched_at: Timestamp,
}

/// How long a call that is over is remembered: the same call is not paid twice within that time.
const REMEMBERED_MILLIS: i64 = 7 * 86_400_000;

impl Call {
    /// How far it is.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (&self.pending, self.payments.last().map(|kept| kept.state)) {
            (_, Some(KeptState::Open)) => Standing::Signed,
            (_, Some(KeptState::Paid)) => Standing::Paid,
            (Some(_), _) => Standing::Reserved,
            (None, Some(KeptState::Refused | KeptState::Dead)) => Standing::Refused,
            (None, Some(KeptState::Doubtful)) => Standing::Doubtful,
            (None, None) => Standing::Released,
        }
    }

    /// What was signed last, where it is to be sent as it is: it may be carried out, or was.
    #[must_use]
    pub fn payment(&self) -> Option<&SignedPayment> {
        let last = self.payments.last()?;
        matches!(last.state, KeptState::Open | KeptState::Paid).then_some(&last.payment)
    }

    /// When time changes something about it.
    pub(super) fn due_at(&self) -> Timestamp {
        let counts = |kept: &&KeptPayment| matches!(kept.state, KeptState::Open | KeptState::Refused);
        let over = self.payments.iter().filter(counts).map(|kept| kept.over_at).min();
        let pending = self.pending.as_ref().map(|pending| pending.until);
        let forgotten = self.touched_at.unix_millis().saturating_add(REMEMBERED_MILLIS);
        let forgotten = Timestamp::from_unix_millis(forgotten).unwrap_or(Timestamp::LAST);
        over.into_iter().chain(pending).min().unwrap_or(forgotten)
    }
}
