//! The ids that join the traces of one order (seed 002, "Audit Trail").

use earnest_artifacts::ServiceOrder;
use earnest_base::{ContractId, Count, HoldId, Name, OfferId, OrderId, ReceiptId};
use serde::{Deserialize, Serialize};

/// An order, where it comes from and what it is part of: what every step of it refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderRef {
    /// The order.
    pub order: OrderId,
    /// The offer.
    pub offer: OfferId,
    /// The `seq` of the terms that were ordered.
    pub offer_seq: Count,
    /// The run of the buyer's workflow.
    pub run: Option<Name>,
    /// The phase of that run.
    pub phase: Option<Name>,
}

impl From<&ServiceOrder> for OrderRef {
    fn from(order: &ServiceOrder) -> Self {
        Self {
            order: order.id.clone(),
            offer: order.offer.clone(),
            offer_seq: order.offer_seq,
            run: order.run.clone(),
            phase: order.phase.clone(),
        }
    }
}

/// The ids that a trace carries, so far as they exist when it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Correlation {
    /// The offer.
    pub offer: Option<OfferId>,
    /// The `seq` of its terms.
    pub offer_seq: Option<Count>,
    /// The order.
    pub order: Option<OrderId>,
    /// The contract.
    pub contract: Option<ContractId>,
    /// The hold.
    pub hold: Option<HoldId>,
    /// The receipt.
    pub receipt: Option<ReceiptId>,
    /// The run.
    pub run: Option<Name>,
    /// The phase.
    pub phase: Option<Name>,
}

impl From<&OrderRef> for Correlation {
    fn from(order: &OrderRef) -> Self {
        Self {
            offer: Some(order.offer.clone()),
            offer_seq: Some(order.offer_seq),
            order: Some(order.order.clone()),
            run: order.run.clone(),
            phase: order.phase.clone(),
            ..Self::default()
        }
    }
}
