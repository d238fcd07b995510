//! A demand for payment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::PaymentRequirements;
use crate::{Extensions, ResourceInfo, Verbatim, Version};

/// A demand for payment: the header `PAYMENT-REQUIRED`.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequired {
    /// The version: 2.
    pub x402_version: Version<2>,
    /// Why the request is not served.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub error: Option<String>,
    /// What is paid for.
    pub resource: ResourceInfo,
    /// The ways in which it can be paid, at least one.
    #[serde(deserialize_with = "crate::absent::at_least_one")]
    #[schemars(length(min = 1))]
    pub accepts: Vec<Verbatim<PaymentRequirements>>,
    /// Extensions.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extensions: Option<Extensions>,
}

/// The parts of a demand, by type alone.
#[derive(Debug, Deserialize)]
pub(crate) struct PaymentRequiredParts {
    #[serde(rename = "accepts")]
    _accepts: Vec<PaymentRequirements>,
}

crate::message::message!(PaymentRequired, PaymentRequiredParts);
