//! Why a budget does nothing.

use earnest_base::Timestamp;

use super::Units;

/// Why a budget does nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BudgetRefusal {
    /// One payment may not be as much.
    #[error("expected at most {limit} atomic units for a call, found {found}")]
    OverCall {
        /// The limit.
        limit: Units,
        /// The price.
        found: Units,
    },
    /// The payee would get more than it may on a day.
    #[error("expected at most {limit} atomic units for one payee on a day, found {found} with this call")]
    OverPayee {
        /// The limit.
        limit: Units,
        /// What it would come to.
        found: Units,
    },
    /// More would be spent than may be on a day.
    #[error("expected at most {limit} atomic units on a day, found {found} with this call")]
    OverDay {
        /// The limit.
        limit: Units,
        /// What it would come to.
        found: Units,
    },
    /// The sum is beyond what can be told.
    #[error("expected an amount that can be added up, found one that cannot")]
    Overflow,
    /// The call stands for another request.
    #[error("expected a call for the request that it was made for, found another request")]
    OtherRequest,
    /// As many payments were signed for the call as may be.
    #[error("expected at most {0} payments to be signed for one call, found as many")]
    SignaturesSpent(usize),
    /// A seller's offers were signed by somebody else before.
    #[error("expected an offer signed by {expected}, as before, found one by {found}")]
    SignerChanged {
        /// Who signed before.
        expected: String,
        /// Who signed now.
        found: String,
    },
    /// There is no such call.
    #[error("expected a call that is known, found none")]
    UnknownCall,
    /// Nothing is reserved for the call.
    #[error("expected a reservation for the call, found none")]
    NotReserved,
    /// No payment of the call could be meant.
    #[error("expected a payment of the call that is under way, found none")]
    NotSigned,
    /// What was signed has lapsed already.
    #[error("expected a payment that has not lapsed, found one that lapsed at {0}")]
    Lapsed(Timestamp),
    /// Another call was paid by this transaction.
    #[error("expected a transaction of its own, found the one that paid another call")]
    TransactionReused,
    /// Nothing is due.
    #[error("expected a time that has come, found none")]
    NotDue,
}

impl BudgetRefusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OverCall { .. } => "budget-call",
            Self::OverPayee { .. } => "budget-payee",
            Self::OverDay { .. } => "budget-day",
            Self::Overflow => "budget-overflow",
            Self::OtherRequest => "call-conflict",
            Self::SignaturesSpent(_) => "signatures-spent",
            Self::SignerChanged { .. } => "offer-signer-changed",
            Self::UnknownCall => "call-unknown",
            Self::NotReserved => "reservation-missing",
            Self::NotSigned => "payment-missing",
            Self::Lapsed(_) => "payment-lapsed",
            Self::TransactionReused => "transaction-reused",
            Self::NotDue => "not-due",
        }
    }
}
