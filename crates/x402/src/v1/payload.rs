//! A payment of version 1.

use earnest_signing::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NetworkName;
use crate::{SchemeName, Version};

/// A payment: the header `X-PAYMENT`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPayload {
    /// The version: 1.
    pub x402_version: Version<1>,
    /// How it is paid.
    pub scheme: SchemeName,
    /// Where it is settled.
    pub network: NetworkName,
    /// What the scheme signs.
    pub payload: JsonObject,
}

crate::message::message!(PaymentPayload);
