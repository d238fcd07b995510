//! What happened: the facts of the ledger, append only. State is what follows from them, and nothing else.

mod bytes;
pub(crate) mod read;
pub(crate) mod write;

pub use bytes::FACT_VERSION;
use earnest_artifacts::{ledger_account::AccountPurpose, response_decision::Criterion, vocabulary::ConfirmationMode};
use earnest_base::{
    AccountId, ContractId, DecisionId, DisputeId, GatewayPolicyId, GatewayReceiptId, HoldId, Name, Orc, PaymentId,
    ResponseId, Sha256Digest, Timestamp, TransferId,
};
use serde::{Deserialize, Serialize};

use crate::{AccountNumber, ContentDigest, Deadlines, HoldNumber, Policy, PolicyNumber, SubjectKey};

/// A fact: when, by the escrow's clock, and what. Its place in the ledger is its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// When. Never before the fact before it.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened. Accounts, holds and policies that stand already are named by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Event {
    /// An account was opened; it has the next number.
    AccountOpened(AccountOpened),
    /// A policy was taken into use; it has the next number.
    PolicyAdopted {
        /// What the ledger keeps of it.
        policy: Policy,
        /// The content of the command.
        content: ContentDigest,
    },
    /// Money came in through the gateway.
    ToppedUp(Crossed),
    /// Money went out through the gateway.
    PaidOut(Crossed),
    /// Somebody set an account right.
    Adjusted(Adjusted),
    /// An x402 payment was made, and its nonce is used.
    Paid(Paid),
    /// Money is held; the hold has the next number.
    HoldOpened(HoldOpened),
    /// Something happened to a hold.
    Hold {
        /// The hold.
        hold: HoldNumber,
        /// What.
        #[serde(flatten)]
        event: HoldEvent,
    },
}

/// An account was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountOpened {
    /// The account.
    pub account: AccountId,
    /// Who owns it.
    pub owner: SubjectKey,
    /// What it is for.
    pub purpose: AccountPurpose,
    /// The council that disburses it, where one does.
    pub council: Option<SubjectKey>,
    /// The gateway's terms under which it is topped up.
    pub gateway_policy: Option<GatewayPolicyId>,
    /// The content of the command.
    pub content: ContentDigest,
}

/// Money crossed the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Crossed {
    /// The gateway's receipt.
    pub receipt: GatewayReceiptId,
    /// The account.
    pub account: AccountNumber,
    /// What moved between it and the gateway's clearing account.
    pub amount: Orc,
    /// The fee, where there was one, and the account that has it.
    pub fee: Option<CrossedFee>,
    /// The content of the command.
    pub content: ContentDigest,
}

/// The fee of money that crossed the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossedFee {
    /// How much, above zero.
    pub amount: Orc,
    /// The account that has it.
    pub account: AccountNumber,
}

/// Somebody set an account right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// The transfer.
    pub transfer: TransferId,
    /// The account that was debited.
    pub from: AccountNumber,
    /// The account that was credited.
    pub to: AccountNumber,
    /// How much.
    pub amount: Orc,
    /// Who decided it.
    pub author: SubjectKey,
    /// On what ground.
    pub reason: Name,
    /// The content of the command.
    pub content: ContentDigest,
}

/// An x402 payment was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Paid {
    /// The account that was debited.
    pub payer: AccountNumber,
    /// The account that was credited.
    pub payee: AccountNumber,
    /// How much.
    pub amount: Orc,
    /// The nonce, which this account uses no more.
    pub nonce: Name,
    /// The content digest of the authorization.
    pub authorization: Sha256Digest,
    /// The payment's id, where it has one.
    pub payment: Option<PaymentId>,
    /// Its place among the payer's ordered payments, where it is one of them.
    pub payer_seq: Option<u64>,
    /// The content of the command.
    pub content: ContentDigest,
}

/// Money is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HoldOpened {
    /// The hold.
    pub id: HoldId,
    /// The contract that it pays.
    pub contract: ContractId,
    /// The account that was debited.
    pub payer: AccountNumber,
    /// The account that a release credits.
    pub payee: AccountNumber,
    /// How much.
    pub amount: Orc,
    /// The terms.
    pub policy: PolicyNumber,
    /// How the outcome is confirmed.
    pub mode: ConfirmationMode,
    /// The contract's arbiters, where they are not the policy's.
    pub arbiters: Option<Box<[SubjectKey]>>,
    /// The deadlines.
    pub deadlines: Deadlines,
    /// The content of the command.
    pub content: ContentDigest,
}

/// What happened to a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum HoldEvent {
    /// The provider took the request.
    Dispatched {
        /// By which command.
        by: Stamp,
    },
    /// A valid response was delivered.
    Delivered {
        /// The response.
        response: ResponseId,
        /// The content of the command: hold, response and the response's digest.
        content: ContentDigest,
    },
    /// The buyer disputed it.
    Disputed {
        /// The dispute.
        dispute: DisputeId,
        /// The content of the command.
        content: ContentDigest,
    },
    /// The buyer's time to reject is over, and nothing was said.
    Overdue,
    /// No arbiter confirmed in time.
    ReviewRequired,
    /// It ended, and the money moved.
    Ended {
        /// What the payee was paid; the payer got the rest back.
        released: Orc,
        /// Why.
        because: Because,
    },
}

/// By which command something happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The command's id.
    pub decision: DecisionId,
    /// The content of the command.
    pub content: ContentDigest,
}

/// Who decided, and on what ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// By which command.
    #[serde(flatten)]
    pub by: Stamp,
    /// Who.
    pub author: SubjectKey,
    /// On what ground.
    pub reason: Name,
}

/// Why a hold ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "by", rename_all = "kebab-case")]
pub enum Because {
    /// The buyer accepted.
    Accepted(Stamp),
    /// The buyer rejected, and the criterion was found broken.
    Rejected {
        /// By which command.
        by: Stamp,
        /// The criterion.
        criterion: Criterion,
    },
    /// The buyer canceled before the provider began.
    Canceled(Stamp),
    /// The buyer's workflow ended before a delivery.
    WorkflowEnded(Stamp),
    /// The provider failed.
    Failed(Stamp),
    /// The provider declined.
    Declined(Stamp),
    /// The work could not be opened.
    Voided(Stamp),
    /// An arbiter confirmed.
    Confirmed(Ruling),
    /// An arbiter decided the dispute.
    Decided(Ruling),
    /// The operator released it by hand.
    ReleasedByHand(Ruling),
    /// Nothing was delivered in time.
    Expired,
    /// The buyer was silent.
    AutoReleased,
    /// Nobody decided in time.
    Undecided,
}

impl Event {
    /// The name of the fact, as the seeds and sprint 3 have it where they name it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AccountOpened(_) => "ledger/account-opened.v1",
            Self::PolicyAdopted { .. } => "ledger/policy-adopted.v1",
            Self::ToppedUp(_) => "ledger/top-up-applied.v1",
            Self::PaidOut(_) => "ledger/payout-applied.v1",
            Self::Adjusted(_) => "ledger/adjustment-applied.v1",
            Self::Paid(_) => "ledger/payment-applied.v1",
            Self::HoldOpened(_) => "ledger/hold-created.v1",
            Self::Hold { event, .. } => match event {
                HoldEvent::Dispatched { .. } => "ledger/hold-dispatched.v1",
                HoldEvent::Delivered { .. } => "ledger/hold-delivered.v1",
                HoldEvent::Disputed { .. } => "ledger/hold-frozen.v1",
                HoldEvent::Overdue => "ledger/hold-overdue.v1",
                HoldEvent::ReviewRequired => "ledger/hold-review-required.v1",
                HoldEvent::Ended { because: Because::Voided(_), .. } => "ledger/hold-voided.v1",
                HoldEvent::Ended { released, .. } if released.is_zero() => "ledger/hold-refunded.v1",
                HoldEvent::Ended { .. } => "ledger/hold-released.v1",
            },
        }
    }
}
