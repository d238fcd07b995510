//! The signing order as a state machine: order, admission, countersignature, hold (decision E4).
//!
//! Buyer, provider and escrow keep the same machine over the same documents, and none of them waits for ever: an order
//! that nobody answers and an acceptance that nobody funds lapse. The escrow's clock rules: a hold that it created in
//! time stands, also for a provider whose own clock has let the acceptance lapse.

mod apply;
mod command;
mod decide;

use earnest_base::{ContractId, HoldId, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};

pub use apply::apply_agreement;
pub use command::{Acceptance, AgreementCommand, AgreementEvent, AgreementRefusal};
pub use decide::decide_agreement;

use crate::{Classifier, OrderRef, words::words};

words! {
    /// Where the signing of a contract stands.
    AgreementState {
        Submitted = "submitted", "The buyer signed and sent the order.";
        Admitted = "admitted", "The provider gave it a slot and signed the contract.";
        Countersigned = "countersigned", "The buyer signed the contract too.";
        Funded = "funded", "The escrow created the hold, or nothing is to be paid: work may start.";
        Rejected = "rejected", "The provider refused the order, with a classifier.";
        Declined = "declined", "The buyer did not sign, or took the order back before it was admitted.";
        Lapsed = "lapsed", "Nobody answered, signed or funded it in time.";
    }
}

/// An order on its way to a contract that is funded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Agreement {
    /// The order is out.
    Submitted(Submitted),
    /// The provider said yes.
    Admitted(Admitted),
    /// Both signed.
    Countersigned(Countersigned),
    /// The money is held.
    Funded(Funded),
    /// The provider said no.
    Rejected(RejectedOrder),
    /// The buyer said no.
    Declined(DeclinedOrder),
    /// Nobody said anything in time.
    Lapsed(LapsedOrder),
}

/// An order that waits for the provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Submitted {
    /// The order.
    pub order: OrderRef,
    /// The digest of the order.
    pub digest: Sha256Digest,
    /// Until when the buyer waits for an answer.
    pub answer_by: Timestamp,
}

/// An order that the provider admitted: it has a slot, and a contract with the provider's signature.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Admitted {
    /// The order.
    pub order: OrderRef,
    /// What the provider signed.
    pub acceptance: Acceptance,
}

/// A contract that both sides signed and nobody has funded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Countersigned {
    /// The order.
    pub order: OrderRef,
    /// What both signed.
    pub acceptance: Acceptance,
}

/// A contract whose money is held, or that is free.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Funded {
    /// The order.
    pub order: OrderRef,
    /// The contract.
    pub contract: ContractId,
    /// Its hold; none where nothing is paid.
    pub hold: Option<HoldId>,
    /// The digest of the contract.
    pub digest: Sha256Digest,
}

/// An order that the provider refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RejectedOrder {
    /// The order.
    pub order: OrderRef,
    /// Why.
    pub classifier: Classifier,
}

/// An order that the buyer gave up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeclinedOrder {
    /// The order.
    pub order: OrderRef,
}

/// An order that lapsed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LapsedOrder {
    /// The order.
    pub order: OrderRef,
    /// What the provider had signed; nothing where it never answered.
    pub acceptance: Option<Acceptance>,
}

impl Agreement {
    /// An order that the buyer has signed.
    #[must_use]
    pub const fn submit(order: OrderRef, digest: Sha256Digest, answer_by: Timestamp) -> Self {
        Self::Submitted(Submitted { order, digest, answer_by })
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> AgreementState {
        match self {
            Self::Submitted(_) => AgreementState::Submitted,
            Self::Admitted(_) => AgreementState::Admitted,
            Self::Countersigned(_) => AgreementState::Countersigned,
            Self::Funded(_) => AgreementState::Funded,
            Self::Rejected(_) => AgreementState::Rejected,
            Self::Declined(_) => AgreementState::Declined,
            Self::Lapsed(_) => AgreementState::Lapsed,
        }
    }

    /// The order.
    #[must_use]
    pub const fn order(&self) -> &OrderRef {
        match self {
            Self::Submitted(state) => &state.order,
            Self::Admitted(state) => &state.order,
            Self::Countersigned(state) => &state.order,
            Self::Funded(state) => &state.order,
            Self::Rejected(state) => &state.order,
            Self::Declined(state) => &state.order,
            Self::Lapsed(state) => &state.order,
        }
    }

    /// Whether the order holds a slot of the provider's queue until it is funded.
    #[must_use]
    pub const fn holds_slot(&self) -> bool {
        matches!(self, Self::Admitted(_) | Self::Countersigned(_) | Self::Funded(_))
    }

    /// When it lapses, where it waits for somebody.
    #[must_use]
    pub const fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Submitted(state) => Some(state.answer_by),
            Self::Admitted(Admitted { acceptance, .. }) | Self::Countersigned(Countersigned { acceptance, .. }) => {
                Some(acceptance.funding_by)
            }
            Self::Funded(_) | Self::Rejected(_) | Self::Declined(_) | Self::Lapsed(_) => None,
        }
    }
}
