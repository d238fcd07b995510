//! What the sides say while a contract is signed, and why one is not heard.

use earnest_base::{ContractId, HoldId, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::AgreementState;
use crate::Classifier;

/// What a provider signs when it admits an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Acceptance {
    /// The contract.
    pub contract: ContractId,
    /// The hold that the escrow is to create; none where nothing is paid.
    pub hold: Option<HoldId>,
    /// The digest of the contract: what both sides sign is the same.
    pub digest: Sha256Digest,
    /// When it lapses unless it is funded.
    pub funding_by: Timestamp,
}

/// What a side says. An event is a command as it was taken, with its moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum AgreementCommand {
    /// The provider admits the order, with the contract that it signed.
    Admit {
        /// What it signed.
        acceptance: Acceptance,
    },
    /// The provider refuses the order.
    Reject {
        /// Why.
        classifier: Classifier,
    },
    /// The buyer signs the contract too.
    Countersign {
        /// The digest of what it signed.
        digest: Sha256Digest,
    },
    /// The buyer does not sign, or takes the order back.
    Decline,
    /// The escrow created the hold; for a free contract, both sides hold both signatures.
    Fund {
        /// The digest of the contract.
        digest: Sha256Digest,
        /// The hold; none where nothing is paid.
        hold: Option<HoldId>,
        /// When it was created, by the escrow's clock.
        created_at: Timestamp,
    },
    /// The time to answer, or to fund, is over.
    Lapse,
}

impl AgreementCommand {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Admit { .. } => "admit",
            Self::Reject { .. } => "reject",
            Self::Countersign { .. } => "countersign",
            Self::Decline => "decline",
            Self::Fund { .. } => "fund",
            Self::Lapse => "lapse",
        }
    }
}

/// A command that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AgreementEvent {
    /// When it was taken, by the clock of whoever keeps the record.
    pub at: Timestamp,
    /// What was taken.
    pub command: AgreementCommand,
}

/// Why a command is not taken. Where several hold, the first in this order is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgreementRefusal {
    /// It speaks of another contract than the one that was signed: there is one per order.
    #[error("expected the contract {expected}, found {found}")]
    OtherContract {
        /// The digest of the contract that stands.
        expected: Sha256Digest,
        /// The digest that was given.
        found: Sha256Digest,
    },
    /// It speaks of another hold than the one that was signed.
    #[error("expected the hold that the contract names, found another")]
    OtherHold,
    /// No transition leaves this state by this command.
    #[error("expected a command that {state} knows, found {command}")]
    NoTransition {
        /// The state.
        state: AgreementState,
        /// The command's word.
        command: &'static str,
    },
    /// The acceptance lapsed before.
    #[error("expected a moment before {funding_by}, when the acceptance lapses, found {at}")]
    AcceptanceLapsed {
        /// When it lapses.
        funding_by: Timestamp,
        /// When it was signed or funded.
        at: Timestamp,
    },
    /// The time is not over.
    #[error("expected the deadline {deadline} to have passed, found {at}")]
    DeadlineAhead {
        /// The deadline.
        deadline: Timestamp,
        /// When the command says it is.
        at: Timestamp,
    },
}

impl AgreementRefusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherContract { .. } => "other-contract",
            Self::OtherHold => "other-hold",
            Self::NoTransition { .. } => "no-transition",
            Self::AcceptanceLapsed { .. } => "acceptance-lapsed",
            Self::DeadlineAhead { .. } => "deadline-ahead",
        }
    }
}
