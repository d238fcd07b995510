//! Money that comes in: what was announced, what its provider told, and where it stands.

use earnest_base::{
    AccountId, Currency, GatewayReceiptId, Name, ParticipantId, PositiveDecimal, Subject, Text, Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Bar, Named, TopUpId, daily::Day};

/// A top-up that somebody announced. Its id is the reference that the payment outside has to carry.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TopUp {
    /// The top-up.
    pub id: TopUpId,
    /// Who announced it.
    pub by: Subject,
    /// The account that is to be credited.
    pub account: AccountId,
    /// Through whom the money comes.
    pub provider: Name,
    /// How much, where that was said.
    pub amount: Option<PositiveDecimal>,
    /// In what.
    pub currency: Currency,
    /// When it was announced.
    pub at: Timestamp,
    /// The payments that came for it.
    pub payments: Vec<GatewayReceiptId>,
}

/// What came in, as its provider confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub struct Confirmed {
    /// How much.
    pub amount: PositiveDecimal,
    /// Of what.
    pub currency: Currency,
    /// When, as the provider says.
    pub at: Timestamp,
}

/// A payment outside, as its provider told of it. Its id is that of the receipt that it may come to.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Payment {
    /// The id, which follows from the gateway, the provider and the reference.
    pub id: GatewayReceiptId,
    /// Who told of it.
    pub provider: Name,
    /// What the provider calls it.
    pub reference: Name,
    /// What it says that it is for.
    pub names: Option<Named>,
    /// What came in, once it is confirmed.
    pub confirmed: Option<Confirmed>,
    /// When it failed the last time, as the provider says.
    pub failed_at: Option<Timestamp>,
    /// When it was taken back, as the provider says.
    pub reversed_at: Option<Timestamp>,
    /// Where it stands.
    pub standing: Standing,
}

/// Where a payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
#[schemars(inline)]
pub enum Standing {
    /// The provider knows of it.
    Pending,
    /// It failed outside.
    Failed,
    /// It was taken back before anything was credited.
    Reversed,
    /// An operator has to look.
    Held {
        /// Why.
        why: Why,
    },
    /// Its receipt is on the way to the escrow.
    Crediting {
        /// The account.
        account: AccountId,
        /// On which day it counts.
        #[schemars(with = "i64")]
        day: DayOfCrossing,
    },
    /// The escrow applied its receipt.
    Credited {
        /// The account.
        account: AccountId,
        /// The number of the ledger's fact.
        seq: u64,
    },
    /// An operator sent it back outside.
    SentBack {
        /// Who.
        by: ParticipantId,
        /// Why.
        reason: Text,
        /// When.
        at: Timestamp,
    },
}

/// A day since 1970 (UTC) on which a crossing counts for its account's daily limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DayOfCrossing(pub(crate) Day);

/// Why a payment is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Why {
    /// The provider says that it failed after it was confirmed.
    Contradicted,
    /// It names no top-up of this provider, and no account.
    AccountUnknown,
    /// The terms in force stand against it.
    Barred(Bar),
    /// The escrow refused its receipt, with this code.
    Declined(Name),
}

impl Why {
    /// The stable code; the escrow's own where it refused.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Contradicted => "contradicted",
            Self::AccountUnknown => "account-unknown",
            Self::Barred(bar) => bar.code(),
            Self::Declined(code) => code.as_str(),
        }
    }
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Reversed => "reversed",
            Self::Held { .. } => "held",
            Self::Crediting { .. } => "crediting",
            Self::Credited { .. } => "credited",
            Self::SentBack { .. } => "sent-back",
        }
    }

    /// Whether a receipt was made of it: from then on it counts as credited.
    #[must_use]
    pub const fn has_receipt(&self) -> bool {
        matches!(self, Self::Crediting { .. } | Self::Credited { .. })
    }
}
