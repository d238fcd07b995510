//! What a facilitator answers.

use earnest_signing::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{ErrorReason, Extensions};

/// Whether a payment is valid: the answer of `/verify`.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyResponse {
    /// Whether it is.
    pub is_valid: bool,
    /// Why it is not.
    pub invalid_reason: Option<ErrorReason>,
    /// The same in words.
    pub invalid_message: Option<String>,
    /// Who pays.
    pub payer: Option<String>,
    /// Extensions.
    pub extensions: Option<Extensions>,
    /// What the scheme adds.
    pub extra: Option<JsonObject>,
}

/// What became of a payment: the answer of `/settle`, and the header `PAYMENT-RESPONSE`.
///
/// Its texts stay open: an answer that says that money moved must be readable, whatever else it says.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettleResponse {
    /// Whether it is settled.
    pub success: bool,
    /// The transaction; empty where there is none.
    pub transaction: String,
    /// The network, as the version of the payment names it.
    pub network: String,
    /// Why it is not settled.
    pub error_reason: Option<ErrorReason>,
    /// The same in words.
    pub error_message: Option<String>,
    /// Who pays.
    pub payer: Option<String>,
    /// What was charged, in atomic units, where that may be less than was asked.
    pub amount: Option<String>,
    /// Extensions, such as a receipt.
    pub extensions: Option<Extensions>,
    /// What the scheme adds.
    pub extra: Option<JsonObject>,
}

crate::message::message!(VerifyResponse);
crate::message::message!(SettleResponse);
