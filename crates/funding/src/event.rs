//! What happened: the facts that a gateway's journal keeps for ever.

use earnest_artifacts::{GatewayPolicy, GatewayReceipt};
use earnest_base::{AccountId, GatewayReceiptId, Name, ParticipantId, Sha256Digest, Text, Timestamp, TransferId};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Case, CaseId, Named, Of, Payout, PayoutId, Told, TopUp, Why};

/// What happened.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Event {
    /// Terms came into force.
    PolicyPublished {
        /// The terms.
        policy: Box<GatewayPolicy>,
        /// The same, as the gateway signed them.
        document: String,
    },
    /// A top-up was announced.
    TopUpAnnounced {
        /// The top-up.
        top_up: Box<TopUp>,
    },
    /// A provider's message was taken.
    MessageSeen {
        /// Whose.
        provider: Name,
        /// Its id.
        event: Name,
        /// The digest of what it says.
        digest: Sha256Digest,
        /// When it came.
        at: Timestamp,
    },
    /// A provider told something new of a payment.
    PaymentTold {
        /// The payment.
        payment: GatewayReceiptId,
        /// Who told.
        provider: Name,
        /// What the provider calls it.
        reference: Name,
        /// What it says that it is for.
        names: Option<Named>,
        /// What happened.
        what: Told,
        /// When, as the provider says.
        at: Timestamp,
    },
    /// A payment waits for an operator.
    PaymentHeld {
        /// The payment.
        payment: GatewayReceiptId,
        /// Why.
        why: Why,
    },
    /// An operator let a held payment go to an account.
    PaymentReleased {
        /// The payment.
        payment: GatewayReceiptId,
        /// The account.
        account: AccountId,
        /// Who.
        by: ParticipantId,
        /// Why.
        reason: Text,
        /// When.
        at: Timestamp,
    },
    /// An operator sent a held payment back outside.
    PaymentSentBack {
        /// The payment.
        payment: GatewayReceiptId,
        /// Who.
        by: ParticipantId,
        /// Why.
        reason: Text,
        /// When.
        at: Timestamp,
    },
    /// A receipt was made: from now on it is signed and sent until the escrow answers.
    ReceiptDrafted {
        /// What it is for.
        of: Of,
        /// The receipt, before it is signed. The same key signs the same bytes every time.
        receipt: Box<GatewayReceipt>,
        /// When it was made.
        at: Timestamp,
    },
    /// The escrow applied a receipt.
    ReceiptApplied {
        /// The receipt.
        receipt: GatewayReceiptId,
        /// The number of the ledger's fact.
        seq: u64,
        /// When that was learnt.
        at: Timestamp,
    },
    /// The escrow refused a receipt.
    ReceiptDeclined {
        /// The receipt.
        receipt: GatewayReceiptId,
        /// The escrow's code.
        code: Name,
        /// When that was learnt.
        at: Timestamp,
    },
    /// A payout was asked for.
    PayoutAsked {
        /// The payout, which awaits review.
        payout: Box<Payout>,
    },
    /// An operator let a payout go.
    PayoutApproved {
        /// The payout.
        payout: PayoutId,
        /// Who.
        by: ParticipantId,
        /// Why.
        reason: Text,
        /// When.
        at: Timestamp,
    },
    /// An operator refused a payout.
    PayoutRefused {
        /// The payout.
        payout: PayoutId,
        /// Who.
        by: ParticipantId,
        /// Why.
        reason: Text,
        /// When.
        at: Timestamp,
    },
    /// The provider took a payout.
    PayoutInstructed {
        /// The payout.
        payout: PayoutId,
        /// What the provider calls it.
        reference: Option<Name>,
        /// When that was learnt.
        at: Timestamp,
    },
    /// The money of a payout arrived.
    PayoutPaid {
        /// The payout.
        payout: PayoutId,
        /// When, as the provider says.
        at: Timestamp,
    },
    /// A payout failed outside: its money is to be given back.
    PayoutFailed {
        /// The payout.
        payout: PayoutId,
        /// Why.
        code: Name,
        /// Who says so, where it is an operator.
        by: Option<ParticipantId>,
        /// The operator's reason.
        reason: Option<Text>,
        /// When, as who told it says.
        at: Timestamp,
    },
    /// Something has to be looked at.
    CaseOpened {
        /// The case.
        case: Box<Case>,
    },
    /// Somebody closed a case.
    CaseResolved {
        /// The case.
        case: CaseId,
        /// Who.
        by: ParticipantId,
        /// Why.
        reason: Text,
        /// The adjustment that was made at the escrow.
        adjustment: Option<TransferId>,
        /// When.
        at: Timestamp,
    },
}
