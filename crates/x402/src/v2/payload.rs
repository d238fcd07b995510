//! A payment, as the client sends it.

use earnest_signing::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::PaymentRequirements;
use crate::{Extensions, ResourceInfo, Verbatim, Version};

/// A payment: the header `PAYMENT-SIGNATURE`.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPayload {
    /// The version: 2.
    pub x402_version: Version<2>,
    /// What the scheme signs.
    pub payload: JsonObject,
    /// The server's extensions, and what the client adds to them.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extensions: Option<Extensions>,
    /// What is paid for, as the server described it; read as [`ResourceInfo::sanitised`] does.
    #[serde(default, deserialize_with = "crate::bazaar::sanitised")]
    pub resource: Option<ResourceInfo>,
    /// The requirements that the client chose, as it sent them back.
    pub accepted: Verbatim<PaymentRequirements>,
}

/// The parts of a payment, by type alone.
#[derive(Debug, Deserialize)]
pub(crate) struct PaymentPayloadParts {
    #[serde(rename = "accepted")]
    _accepted: PaymentRequirements,
}

crate::message::message!(PaymentPayload, PaymentPayloadParts);
