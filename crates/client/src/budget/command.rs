//! What is asked of a budget, and what it answers.

use earnest_base::{Network, PaymentIdentifier, Sha256Digest, Timestamp};
use earnest_x402::{PayTo, scheme::Payer};
use serde::{Deserialize, Serialize};

use super::{CallId, Limits, SignedPayment, Unit, Units};

/// Whose payments keep an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LaneKey {
    /// The network.
    pub network: Network,
    /// The payer.
    pub payer: Payer,
}

/// What is to be reserved before anything is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserve {
    /// The call.
    pub call: CallId,
    /// What is bought: the digest of method, URL and body. The same call for something else is a conflict.
    pub request: Sha256Digest,
    /// In what it is paid.
    pub unit: Unit,
    /// Who is paid, in the one spelling that the network has for them.
    pub payee: PayTo,
    /// How much.
    pub amount: Units,
    /// What may be spent.
    pub limits: Limits,
    /// The client's key for the payment; the first one of a call stays.
    pub identifier: PaymentIdentifier,
    /// Whose order the payment keeps, where the rail has one.
    pub lane: Option<LaneKey>,
    /// A seller's origin and who signed its offer, where that signer is to be remembered and to stay.
    pub pin: Option<(String, String)>,
    /// How many payments may be signed for the call, one after the other.
    pub signatures: usize,
}

/// What is asked of a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BudgetCommand {
    /// Reserves the price of a call.
    Reserve(Box<Reserve>),
    /// Keeps what was signed for a reservation, before it is sent.
    Keep {
        /// The call.
        call: CallId,
        /// What was signed.
        payment: Box<SignedPayment>,
        /// When it has lapsed by every clock that counts.
        over_at: Timestamp,
    },
    /// Asks for the payment of a call for this request, whatever it may have become, to send it again.
    Resume {
        /// The call.
        call: CallId,
        /// What is bought.
        request: Sha256Digest,
    },
    /// Nothing left this process: the reservation goes, and what was signed for it last.
    Unsent {
        /// The call.
        call: CallId,
    },
    /// The payment was carried out.
    Pay {
        /// The call.
        call: CallId,
        /// The transaction, where one was named.
        transaction: Option<String>,
    },
    /// Somebody who is trusted says that the payment was not carried out.
    Retire {
        /// The call.
        call: CallId,
        /// Whether it still can be.
        why: Retirement,
    },
    /// Somebody who is trusted says which place of a payer's payments comes next.
    Follow {
        /// Whose payments.
        lane: LaneKey,
        /// The place.
        expected: u64,
    },
    /// Time has changed something about a call.
    Tick {
        /// The call.
        call: CallId,
    },
}

/// Why a payment is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retirement {
    /// It was refused; whoever has it could still have it carried out until it has lapsed. So it counts until then.
    Refused,
    /// Its place or its nonce was used up otherwise: it can never be carried out.
    UsedUp,
}

/// What a budget answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BudgetAnswer {
    /// The price is reserved: sign now.
    Reserved {
        /// The client's key for the payment.
        identifier: PaymentIdentifier,
        /// The place among the payer's payments, where they are ordered.
        place: Option<u64>,
    },
    /// This is what was just signed for the call, and it is kept.
    Kept,
    /// This is the payment of the call; nothing else is signed.
    Payment(Box<SignedPayment>),
    /// This is the payment of the call, and it was paid.
    Paid(Box<SignedPayment>),
    /// It is noted.
    Noted,
}
