//! What happens to a budget.

use earnest_base::{PaymentIdentifier, Sha256Digest, Timestamp};
use earnest_x402::PayTo;
use serde::{Deserialize, Serialize};

use super::{CallId, LaneKey, Retirement, SignedPayment, Unit, Units};

/// What happens to a budget, as its journal keeps it: JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum BudgetFact {
    /// A price was reserved.
    Reserved(Box<Reserved>),
    /// A reservation went without anything signed.
    Released {
        /// Of which call.
        call: CallId,
        /// When.
        at: Timestamp,
    },
    /// A payment was signed.
    Kept {
        /// For which call.
        call: CallId,
        /// When.
        at: Timestamp,
        /// What was signed.
        payment: Box<SignedPayment>,
        /// When it has lapsed.
        over_at: Timestamp,
    },
    /// What was signed last was given to somebody else than who signed it.
    Shared {
        /// Of which call.
        call: CallId,
        /// When.
        at: Timestamp,
    },
    /// What was signed last never left.
    Unsent {
        /// Of which call.
        call: CallId,
        /// When.
        at: Timestamp,
    },
    /// The payment was carried out.
    Paid {
        /// Of which call.
        call: CallId,
        /// When.
        at: Timestamp,
        /// The transaction, where one was named.
        transaction: Option<String>,
    },
    /// The payment was given up.
    Retired {
        /// Of which call.
        call: CallId,
        /// When.
        at: Timestamp,
        /// Why.
        why: Retirement,
    },
    /// Payments of a call lapsed.
    Lapsed {
        /// Of which call.
        call: CallId,
        /// When.
        at: Timestamp,
    },
    /// A call is over for so long that it is not remembered.
    Forgotten {
        /// Which.
        call: CallId,
    },
    /// A payer's payments go on from this place.
    Followed {
        /// Whose.
        lane: LaneKey,
        /// The place.
        expected: u64,
    },
}

/// A price that was reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    pub(super) call: CallId,
    pub(super) at: Timestamp,
    pub(super) until: Timestamp,
    pub(super) request: Sha256Digest,
    pub(super) unit: Unit,
    pub(super) payee: PayTo,
    pub(super) amount: Units,
    pub(super) identifier: PaymentIdentifier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lane: Option<LaneKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pin: Option<(String, String)>,
}
