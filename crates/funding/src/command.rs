//! What a gateway is told, by its customers, its providers, its operators, and by whoever does its works.

use earnest_artifacts::{GatewayPolicy, Verified};
use earnest_base::{
    AccountId, Currency, GatewayReceiptId, Name, ParticipantId, PositiveDecimal, Sha256Digest, Subject, Text,
    Timestamp, TransferId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{CaseId, PayoutId, TopUpId};

/// What a gateway is told.
#[derive(Debug, Clone)]
pub enum Command {
    /// Terms that the gateway signed come into force.
    Publish(Box<Verified<GatewayPolicy>>),
    /// Somebody announces a top-up.
    Announce(Announcement),
    /// A provider tells of a payment.
    Report(Report),
    /// The owner of an account asks for a payout.
    AskPayout(PayoutRequest),
    /// A provider tells of a payout.
    ReportPayout(PayoutReport),
    /// An operator decides.
    Rule(Ruling),
    /// The escrow applied a receipt, or had applied it before.
    Applied {
        /// The receipt.
        receipt: GatewayReceiptId,
        /// The number of the ledger's fact.
        seq: u64,
    },
    /// The escrow refused a receipt; the same receipt again would be refused again.
    Declined {
        /// The receipt.
        receipt: GatewayReceiptId,
        /// The escrow's code.
        code: Name,
    },
    /// The provider took a payout.
    Instructed {
        /// The payout.
        payout: PayoutId,
        /// What the provider calls it.
        reference: Option<Name>,
    },
    /// The provider refused a payout for good.
    NotInstructed {
        /// The payout.
        payout: PayoutId,
        /// Why.
        code: Name,
    },
}

/// A top-up to come. Its id makes it good for once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The top-up.
    pub id: TopUpId,
    /// Who announces it: the owner of the account, or its custodian.
    pub by: Subject,
    /// The account that is to be credited.
    pub account: AccountId,
    /// Through whom the money comes.
    pub provider: Name,
    /// How much, where that is known.
    pub amount: Option<PositiveDecimal>,
    /// In what.
    pub currency: Currency,
}

/// What a provider tells of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who tells, verified.
    pub provider: Name,
    /// What the provider calls the payment.
    pub reference: Name,
    /// What the payment says that it is for.
    pub names: Option<Named>,
    /// When it happened, as the provider says.
    pub at: Timestamp,
    /// What happened.
    pub told: Told,
    /// The message, where it has an id.
    pub seen: Option<Seen>,
}

/// What a payment says that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Named {
    /// A top-up that was announced.
    TopUp(TopUpId),
    /// An account.
    Account(AccountId),
    /// Something else.
    Other(Name),
}

/// What happened to a payment.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "kebab-case")]
pub enum Told {
    /// It is under way.
    Pending,
    /// The money is here.
    Confirmed {
        /// How much.
        amount: PositiveDecimal,
        /// Of what.
        currency: Currency,
    },
    /// It will not come.
    Failed,
    /// It was taken back: a refund, a chargeback.
    Reversed {
        /// How much, where that is less than all.
        amount: Option<PositiveDecimal>,
    },
}

/// A message of a provider, so that it counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub event: Name,
    /// The digest of what it says.
    pub digest: Sha256Digest,
}

/// A payout that is asked for. Its id makes it good for once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PayoutRequest {
    /// The payout.
    pub id: PayoutId,
    /// Who asks: the owner of the account, or its custodian.
    pub by: ParticipantId,
    /// The account that is debited.
    pub account: AccountId,
    /// Through whom the money goes.
    pub provider: Name,
    /// Where it goes, as the provider calls it: an account of a bank, a token of a customer.
    pub destination: Name,
    /// How much the account is debited, in units of the currency: the fee is taken out of it.
    pub amount: PositiveDecimal,
    /// In what.
    pub currency: Currency,
}

/// What a provider tells of a payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutReport {
    /// Who tells, verified.
    pub provider: Name,
    /// The payout.
    pub payout: PayoutId,
    /// When it happened, as the provider says.
    pub at: Timestamp,
    /// What happened.
    pub told: PayoutTold,
    /// The message, where it has an id.
    pub seen: Option<Seen>,
}

/// What happened to a payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayoutTold {
    /// The money arrived.
    Paid,
    /// It will not arrive.
    Failed {
        /// Why.
        code: Name,
    },
}

/// What an operator decides, in their name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Who.
    pub by: ParticipantId,
    /// Why.
    pub reason: Text,
    /// What.
    pub verdict: Verdict,
}

/// What an operator may decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Credit a held payment to this account, limits or not.
    Release {
        /// The payment.
        payment: GatewayReceiptId,
        /// The account.
        account: AccountId,
    },
    /// Take note that a held payment was sent back outside.
    SendBack {
        /// The payment.
        payment: GatewayReceiptId,
    },
    /// Let a payout go.
    Approve {
        /// The payout.
        payout: PayoutId,
    },
    /// Refuse a payout.
    Refuse {
        /// The payout.
        payout: PayoutId,
    },
    /// Give the money of a payout back that failed outside, as the operator knows.
    GiveBack {
        /// The payout.
        payout: PayoutId,
    },
    /// Close a case.
    Resolve {
        /// The case.
        case: CaseId,
        /// The adjustment that was made at the escrow, where one was.
        adjustment: Option<TransferId>,
    },
}
