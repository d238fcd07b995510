//! What happens to an execution: what the sides do, and what the escrow decided about the hold.

use earnest_base::{DecisionId, DisputeId, ReceiptId, Timestamp, TransferId};
use serde::{Deserialize, Serialize};

use super::{Delivered, RefundCause, ReleaseCause, Terms};
use crate::OrderRef;

/// What happens to an execution. An event is a command as it was taken, with its moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum ExecutionCommand {
    /// The buyer chose an offer and ordered it.
    SelectOffer {
        /// The order.
        order: OrderRef,
    },
    /// The escrow created the hold; for a free contract, both signatures stand.
    Contract {
        /// The terms.
        terms: Terms,
    },
    /// The order was rejected, declined, or lapsed without a hold.
    Abandon,
    /// The request was handed to the provider.
    Dispatch,
    /// A delivery passed the escrow's check.
    Deliver {
        /// What was delivered.
        delivered: Delivered,
    },
    /// The buyer accepts the delivery.
    RequestAccept {
        /// The decision.
        decision: DecisionId,
    },
    /// The buyer rejects it, for a criterion that the escrow found broken.
    RequestReject {
        /// The decision.
        decision: DecisionId,
    },
    /// The escrow froze the hold for a dispute.
    HoldDisputed {
        /// The dispute.
        dispute: DisputeId,
    },
    /// The escrow released the hold.
    HoldReleased {
        /// Why.
        cause: ReleaseCause,
        /// The transfer.
        transfer: TransferId,
    },
    /// The escrow split the hold, by an arbiter's decision.
    HoldSplit {
        /// The arbiter's decision.
        decision: DecisionId,
        /// The transfer to the provider.
        release: TransferId,
        /// The transfer to the buyer.
        refund: TransferId,
    },
    /// The escrow refunded the hold.
    HoldRefunded {
        /// Why.
        cause: RefundCause,
        /// The transfer.
        transfer: TransferId,
    },
    /// A contract that is free ended without a delivery.
    EndFree {
        /// Why.
        cause: RefundCause,
    },
    /// The receipt was stored.
    PersistReceipt {
        /// The receipt.
        receipt: ReceiptId,
    },
}

/// Every command of an execution by its word, with what it means, in the order of the reference.
pub const EXECUTION_COMMANDS: &[(&str, &str)] = &[
    ("select-offer", "The buyer chose an offer and ordered it."),
    ("contract", "The escrow created the hold; for a free contract, both signatures stand."),
    ("abandon", "The order was rejected, declined, or lapsed without a hold."),
    ("dispatch", "The request was handed to the provider."),
    ("deliver", "A delivery passed the escrow's check."),
    ("request-accept", "The buyer accepts the delivery."),
    ("request-reject", "The buyer rejects it, for a criterion that the escrow found broken."),
    ("hold-disputed", "The escrow froze the hold for a dispute."),
    ("hold-released", "The escrow released the hold."),
    ("hold-split", "The escrow split the hold, by an arbiter's decision."),
    ("hold-refunded", "The escrow refunded the hold."),
    ("end-free", "A contract that is free ended without a delivery."),
    ("persist-receipt", "The receipt was stored."),
];

impl ExecutionCommand {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::SelectOffer { .. } => "select-offer",
            Self::Contract { .. } => "contract",
            Self::Abandon => "abandon",
            Self::Dispatch => "dispatch",
            Self::Deliver { .. } => "deliver",
            Self::RequestAccept { .. } => "request-accept",
            Self::RequestReject { .. } => "request-reject",
            Self::HoldDisputed { .. } => "hold-disputed",
            Self::HoldReleased { .. } => "hold-released",
            Self::HoldSplit { .. } => "hold-split",
            Self::HoldRefunded { .. } => "hold-refunded",
            Self::EndFree { .. } => "end-free",
            Self::PersistReceipt { .. } => "persist-receipt",
        }
    }
}

/// A command that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExecutionEvent {
    /// When: for what the escrow decided, by the escrow's clock.
    pub at: Timestamp,
    /// What was taken.
    pub command: ExecutionCommand,
}
