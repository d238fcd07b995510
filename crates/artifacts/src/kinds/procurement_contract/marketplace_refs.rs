//! Where a contract comes from on the marketplace (seed 002, "Audit Trail").

use earnest_base::{Count, Name, OfferId, OrderId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a contract comes from: the offer at the terms that were ordered, and the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct MarketplaceRefs {
    /// The offer.
    #[serde(rename = "offer/id")]
    pub offer: OfferId,
    /// The `seq` of the terms that were ordered.
    #[serde(rename = "offer/seq")]
    pub offer_seq: Count,
    /// The order.
    #[serde(rename = "order/id")]
    pub order: OrderId,
    /// The catalogue in which the offer was found.
    #[serde(rename = "catalog/ref")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalog: Option<Name>,
}
