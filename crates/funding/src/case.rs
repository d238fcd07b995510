//! What contradicts what was done already, and what nobody but a person can set right.

use earnest_base::{AccountId, Name, Orc, ParticipantId, Text, Timestamp, TransferId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{CaseId, Confirmed};

/// Something that an operator has to look at, until somebody closes it with their name and a reason.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Case {
    /// The case.
    pub id: CaseId,
    /// What it is.
    pub kind: CaseKind,
    /// The payment or the payout that it is about.
    pub about: Name,
    /// When it was opened.
    pub at: Timestamp,
    /// The adjustment that would set the ledger right, where it follows from what is known. The escrow takes it from its
    /// operator, in a person's name.
    pub proposal: Option<Proposal>,
    /// What the provider says now, where it is another amount than the one that counts.
    pub told: Option<Confirmed>,
    /// How it was closed.
    pub resolution: Option<Resolution>,
}

/// What a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum CaseKind {
    /// The payment was taken back after it was credited.
    ChargedBack,
    /// The payment failed, its provider says, after it was confirmed and credited.
    Contradicted,
    /// The payment was confirmed again, with another amount.
    AmountDiffers,
    /// The payout failed after it had arrived.
    FailedAfterPaid,
    /// The payout arrived after its money was given back.
    PaidAfterReturn,
    /// The escrow refused to give the money of a payout back.
    ReturnDeclined,
    /// The money of a payout was given back, and its fee stayed where it went: only its owner can return it.
    FeeKept,
}

impl CaseKind {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ChargedBack => "charged-back",
            Self::Contradicted => "contradicted",
            Self::AmountDiffers => "amount-differs",
            Self::FailedAfterPaid => "failed-after-paid",
            Self::PaidAfterReturn => "paid-after-return",
            Self::ReturnDeclined => "return-declined",
            Self::FeeKept => "fee-kept",
        }
    }
}

/// An adjustment that would set the ledger right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub struct Proposal {
    /// Its transfer.
    pub transfer: TransferId,
    /// The account that it debits.
    pub from: AccountId,
    /// The account that it credits.
    pub to: AccountId,
    /// How much, in minor units.
    pub amount: Orc,
}

/// How a case was closed.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub struct Resolution {
    /// Who closed it.
    pub by: ParticipantId,
    /// Why.
    pub reason: Text,
    /// The adjustment that was made at the escrow, where one was.
    pub adjustment: Option<TransferId>,
    /// When.
    pub at: Timestamp,
}
