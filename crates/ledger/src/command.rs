//! What is asked of the ledger. Every command carries an id that its author chose, and is idempotent by it (decision
//! D13): the same id with the same content is answered as the first time, with other content it is a conflict.

pub(crate) mod content;
mod documents;
mod timer;

pub use content::ContentDigest;
pub(crate) use content::delivery;
use earnest_artifacts::{ledger_account::AccountPurpose, response_decision::Criterion, vocabulary::ConfirmationMode};
use earnest_base::{
    AccountId, ContractId, CouncilId, DecisionId, DisputeId, EscrowPolicyId, GatewayPolicyId, GatewayReceiptId, HoldId,
    Name, Orc, PaymentId, ResponseId, Sha256Digest, Subject, Timestamp, TransferId,
};

pub use timer::{Timer, TimerKind};

use crate::{Actor, Deadlines, Policy, SubjectKey};

/// What is asked of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "commands are held one at a time")]
pub enum Command {
    /// Open an account for its owner.
    OpenAccount(OpenAccount),
    /// Take an escrow policy into use.
    AdoptPolicy(Policy),
    /// Credit money that came in through the gateway (T26).
    TopUp(Crossing),
    /// Debit money that goes out through the gateway.
    PayOut(Crossing),
    /// Set an account right, in somebody's name.
    Adjust(Adjust),
    /// Make an x402 payment from account to account (X2).
    Pay(Pay),
    /// Hold the money of one contract.
    OpenHold(OpenHold),
    /// Hold the money of several contracts.
    OpenHolds(OpenHolds),
    /// Take note that a valid response was delivered (E1).
    Deliver(Deliver),
    /// Do one of the things that a side, an arbiter or the operator may do about a hold.
    Act(Act),
    /// Dispute delivered work (T12).
    Dispute(Dispute),
    /// Decide a dispute (T19 to T21).
    Resolve(Resolve),
    /// Do what a hold's timer is set for. The ledger's own command: see [`crate::due`].
    Fire(Timer),
}

/// Opens an account. The account's id is the command's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAccount {
    /// The account.
    pub account: AccountId,
    /// Who owns it: a participant or an organisation.
    pub owner: Subject,
    /// What it is for. An owner has one account to settle with; community pools come on top.
    pub purpose: AccountPurpose,
    /// The council that disburses it; a community pool has one, no other account has.
    pub council: Option<CouncilId>,
    /// The gateway's terms under which it is topped up.
    pub gateway_policy: Option<GatewayPolicyId>,
}

/// Money that crosses the gateway. The receipt's id is the command's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// The gateway's receipt.
    pub receipt: GatewayReceiptId,
    /// The account that is credited or debited.
    pub account: AccountId,
    /// What it is credited, or what leaves the ledger: without the fee.
    pub amount: Orc,
    /// The fee, where there is one.
    pub fee: Option<Fee>,
}

/// A gateway's fee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// How much.
    pub amount: Orc,
    /// The account that is credited with it.
    pub account: AccountId,
}

/// Moves money because somebody says so, and says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjust {
    /// The transfer; its id ends with `:adjustment`, so that it is never one that the ledger makes up itself.
    pub transfer: TransferId,
    /// The account that is debited; the gateway's clearing account may be.
    pub from: AccountId,
    /// The account that is credited; the gateway's clearing account may be.
    pub to: AccountId,
    /// How much.
    pub amount: Orc,
    /// Who decided it. A community pool is debited by its council alone.
    pub author: Subject,
    /// On what ground.
    pub reason: Name,
}

/// An x402 payment. The payer's account and the nonce are the command's id: they are used once, for ever (X4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pay {
    /// Who authorised it.
    pub actor: Actor,
    /// The account that is debited.
    pub payer_account: AccountId,
    /// What sets the authorization apart.
    pub nonce: Name,
    /// The account that is credited.
    pub payee_account: AccountId,
    /// How much.
    pub amount: Orc,
    /// The content digest of the `payment-authorization.v1`.
    pub authorization: Sha256Digest,
    /// The payment's id, where it has one.
    pub payment: Option<PaymentId>,
    /// The place among the payer's ordered payments, where it is one of them (P11); the first is 0.
    pub payer_seq: Option<u64>,
    /// From when it may be made.
    pub valid_after: Timestamp,
    /// Until when it may be made; no longer at that moment.
    pub valid_before: Timestamp,
}

/// Holds the money of one contract, which both sides signed. The hold's id is the command's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenHold {
    /// The hold.
    pub hold: HoldId,
    /// The contract that it pays. A contract has one hold (E2).
    pub contract: ContractId,
    /// The account that is debited.
    pub payer_account: AccountId,
    /// The account that a release credits.
    pub payee_account: AccountId,
    /// How much.
    pub amount: Orc,
    /// The terms; they were adopted before.
    pub policy: EscrowPolicyId,
    /// How the outcome is confirmed.
    pub mode: ConfirmationMode,
    /// Who may decide a dispute: the contract's arbiters.
    pub arbiters: Vec<SubjectKey>,
    /// When the provider accepted the order: the policy's `funding-by` counts from then.
    pub accepted_at: Timestamp,
    /// The contract's deadlines.
    pub deadlines: Deadlines,
}

/// Opens several holds in one command. Each hold's own id makes it idempotent; the batch needs none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenHolds {
    /// The holds, at most [`OpenHolds::MOST`].
    pub holds: Vec<OpenHold>,
    /// Whether they stand and fall together. Where they do, the first refusal refuses all; where they do not, each is
    /// answered on its own, and one that is refused leaves its money to those after it. A hold that stands already,
    /// with the same content, counts as opened in both.
    pub linked: bool,
}

impl OpenHolds {
    /// The most holds of a batch.
    pub const MOST: usize = 8_190;
}

/// A response that the escrow has, with its blobs, and has checked: signature, contract, digests, acceptance criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliver {
    /// The response: the command's id.
    pub response: ResponseId,
    /// The hold of its contract.
    pub hold: HoldId,
    /// The provider.
    pub actor: Actor,
    /// The content digest of the response.
    pub digest: Sha256Digest,
}

/// Something that is done about a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The command's id.
    pub decision: DecisionId,
    /// The hold.
    pub hold: HoldId,
    /// Who does it.
    pub actor: Actor,
    /// What.
    pub action: Action,
}

/// What may be done about a hold, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The provider took the request: from now on the buyer can no longer cancel.
    Dispatch,
    /// The buyer accepts what was delivered (T9).
    Accept(Delivered),
    /// The buyer rejects what was delivered, naming a criterion that it breaks (T10, E7).
    Reject {
        /// What is rejected.
        delivered: Delivered,
        /// The criterion.
        criterion: Criterion,
        /// What the escrow found when it checked the criterion again.
        finding: Finding,
    },
    /// The buyer cancels before the provider took the request (T25).
    Cancel,
    /// The buyer's workflow is over: what is undelivered is refunded (T24, E12).
    EndWorkflow,
    /// The provider, or what executes for it, failed (T5).
    Fail,
    /// The provider will not do it (T6).
    Decline,
    /// The work could not be opened after the money was held (T2).
    Void,
    /// An arbiter confirms, without a dispute, what becomes of the money (mode `arbiter-confirmed`).
    Confirm(Award),
    /// The operator releases by hand (mode `manual-review-only`, T8).
    Release {
        /// On what ground.
        reason: Name,
    },
}

/// What a buyer's decision is about: the response as it was delivered, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The response.
    pub response: ResponseId,
    /// Its content digest.
    pub digest: Sha256Digest,
}

/// What the escrow found when it checked an acceptance criterion again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The response breaks it.
    Broken,
    /// The response meets it.
    Met,
}

/// How much of a hold goes to the payee and how much back to the payer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// What the payee is paid.
    pub released: Orc,
    /// What the payer gets back.
    pub refunded: Orc,
    /// On what ground.
    pub reason: Name,
}

/// Disputes delivered work. The dispute's id is the command's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The dispute.
    pub dispute: DisputeId,
    /// The hold.
    pub hold: HoldId,
    /// The buyer.
    pub actor: Actor,
}

/// Decides a dispute. The decision's id is the command's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    /// The decision.
    pub decision: DecisionId,
    /// The dispute.
    pub dispute: DisputeId,
    /// The hold.
    pub hold: HoldId,
    /// The arbiter.
    pub actor: Actor,
    /// What is decided.
    pub award: Award,
}
