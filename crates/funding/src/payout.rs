//! Money that goes out: what was asked, and how far it came.

use earnest_artifacts::GatewayReceipt;
use earnest_base::{Name, ParticipantId, Text, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{PayoutRequest, payment::DayOfCrossing};

/// A payout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Payout {
    /// What was asked.
    pub request: PayoutRequest,
    /// When.
    pub at: Timestamp,
    /// The receipt that debits the account, at the terms in force when it was asked.
    pub debit: GatewayReceipt,
    /// On which day it counts.
    #[schemars(with = "i64")]
    pub day: DayOfCrossing,
    /// Where it stands.
    pub standing: PayoutStanding,
}

/// Where a payout stands.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
#[schemars(inline)]
pub enum PayoutStanding {
    /// An operator has to approve or refuse it.
    AwaitingReview,
    /// An operator refused it; nothing moved.
    Refused {
        /// Who.
        by: ParticipantId,
        /// Why.
        reason: Text,
    },
    /// Its debit is on the way to the escrow.
    Debiting,
    /// The escrow refused the debit; nothing moved.
    Declined {
        /// The escrow's code.
        code: Name,
    },
    /// The account is debited, and the provider is to be told.
    Instructing,
    /// The provider has it.
    Instructed {
        /// What the provider calls it, where it says.
        reference: Option<Name>,
    },
    /// The money arrived.
    Paid {
        /// When, as the provider says.
        at: Timestamp,
    },
    /// It failed outside, and the receipt that gives the money back is on the way to the escrow.
    Returning {
        /// Why it failed.
        code: Name,
    },
    /// The escrow refused to give the money back; an operator has to look.
    ReturnDeclined {
        /// The escrow's code.
        code: Name,
    },
    /// The money is back on the account.
    Returned {
        /// The number of the ledger's fact.
        seq: u64,
    },
}

impl PayoutStanding {
    /// The word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::AwaitingReview => "awaiting-review",
            Self::Refused { .. } => "refused",
            Self::Debiting => "debiting",
            Self::Declined { .. } => "declined",
            Self::Instructing => "instructing",
            Self::Instructed { .. } => "instructed",
            Self::Paid { .. } => "paid",
            Self::Returning { .. } => "returning",
            Self::ReturnDeclined { .. } => "return-declined",
            Self::Returned { .. } => "returned",
        }
    }
}
