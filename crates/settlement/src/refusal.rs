//! Why an escrow refuses. The code is stable; what was found in somebody else's document is not repeated.

use earnest_base::Timestamp;
use earnest_ledger::Refusal as LedgerRefusal;
use earnest_procurement::{ContractCode, DeliveryCode, Refusal as ProcurementRefusal, RejectionCode};
use earnest_signing::Pointer;

/// Why an escrow refuses what it is asked. A refusal leaves no trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ledger refuses.
    #[error(transparent)]
    Ledger(#[from] LedgerRefusal),
    /// The contract is not the one that follows from its order and offer.
    #[error(transparent)]
    Contract(#[from] ProcurementRefusal<ContractCode>),
    /// The delivery is none.
    #[error(transparent)]
    Delivery(#[from] ProcurementRefusal<DeliveryCode>),
    /// The rejection is none.
    #[error(transparent)]
    Rejection(#[from] ProcurementRefusal<RejectionCode>),
    /// Somebody brings what somebody else signed.
    #[error("expected the caller to be the {0}, found somebody else")]
    NotCaller(&'static str),
    /// The participant does not act for the organisation.
    #[error("expected the organisation's custodian, found somebody else")]
    NotCustodian,
    /// The organisation has said something later of its custodian.
    #[error("expected a statement from {since} on, when the one in force was made, found an earlier one")]
    StatementSuperseded {
        /// When the statement in force was made.
        since: Timestamp,
    },
    /// The document is for another escrow, federation or hold.
    #[error("expected {expected}, found another")]
    Elsewhere {
        /// The member of the document that says so.
        pointer: Pointer,
        /// What it should be.
        expected: &'static str,
    },
    /// A contract that is free has no hold (T27).
    #[error("expected a contract that is paid on the ledger, found one that is free: nothing is held for it")]
    NothingToHold,
    /// Nobody could be paid.
    #[error("expected the provider to have an account, found none")]
    PayeeWithoutAccount,
    /// A gateway that this escrow does not know.
    #[error("expected a gateway of this escrow, found another node")]
    GatewayUnknown,
    /// The policy is not in force.
    #[error("expected a policy that is in force, found it {0}")]
    PolicyLapsed(&'static str),
    /// What is rejected, decided or asked for is not there.
    #[error("expected {0}, found none")]
    Unknown(&'static str),
    /// The decision names no response, or no hold.
    #[error("expected the decision to name {0}, found that it does not")]
    Incomplete(&'static str),
}

/// The refusals that are an escrow's own, with what each says, in their order.
pub const OWN: &[(&str, &str)] = &[
    ("not-caller", "Somebody brings what somebody else signed."),
    ("not-custodian", "The participant does not act for the organisation."),
    ("statement-superseded", "The organisation has said something later of its custodian."),
    ("elsewhere", "The document is for another escrow, federation or hold."),
    ("nothing-to-hold", "A contract that is free has no hold (T27)."),
    ("payee-without-account", "The provider has no account to be paid on."),
    ("gateway-unknown", "The gateway is none of this escrow's."),
    ("policy-lapsed", "The policy is not in force."),
    ("unknown", "What is decided about or asked for is not there."),
    ("incomplete", "The decision does not name what it is about."),
];

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ledger(refusal) => refusal.code(),
            Self::Contract(refusal) => refusal.code.as_str(),
            Self::Delivery(refusal) => refusal.code.as_str(),
            Self::Rejection(refusal) => refusal.code.as_str(),
            Self::NotCaller(_) => "not-caller",
            Self::NotCustodian => "not-custodian",
            Self::StatementSuperseded { .. } => "statement-superseded",
            Self::Elsewhere { .. } => "elsewhere",
            Self::NothingToHold => "nothing-to-hold",
            Self::PayeeWithoutAccount => "payee-without-account",
            Self::GatewayUnknown => "gateway-unknown",
            Self::PolicyLapsed(_) => "policy-lapsed",
            Self::Unknown(_) => "unknown",
            Self::Incomplete(_) => "incomplete",
        }
    }

    /// The member of the document at fault, where it is one.
    #[must_use]
    pub const fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::Contract(refusal) => Some(&refusal.pointer),
            Self::Delivery(refusal) => Some(&refusal.pointer),
            Self::Rejection(refusal) => Some(&refusal.pointer),
            Self::Elsewhere { pointer, .. } => Some(pointer),
            _ => None,
        }
    }
}
