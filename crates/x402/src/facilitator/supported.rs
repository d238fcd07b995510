//! What a facilitator serves, and what it did with extensions.

use std::collections::BTreeMap;

use earnest_signing::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// What a facilitator serves: the answer of `GET /supported`. Version 1 has `kinds` only.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportedResponse {
    /// Schemes, each with a network.
    pub kinds: Vec<SupportedKind>,
    /// The keys of the extensions that it serves.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// The addresses that it signs with, by network or by family of networks (`eip155:*`).
    #[serde(default)]
    pub signers: BTreeMap<String, Vec<String>>,
}

/// A scheme on a network.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportedKind {
    /// The version of x402.
    pub x402_version: earnest_base::Count,
    /// The scheme.
    pub scheme: String,
    /// The network, as that version names it.
    pub network: String,
    /// What the scheme adds.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extra: Option<JsonObject>,
}

/// What a facilitator did with each extension of a payment, by key: its header `EXTENSION-RESPONSES`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ExtensionResponses(pub BTreeMap<String, ExtensionResponse>);

/// What a facilitator did with one extension.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionResponse {
    /// How far it is.
    pub status: ExtensionStatus,
    /// Why it was rejected.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub rejected_reason: Option<String>,
}

/// How far a facilitator is with an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum ExtensionStatus {
    /// It is done.
    Success,
    /// It is under way.
    Processing,
    /// It is refused.
    Rejected,
}

crate::message::message!(SupportedResponse);
crate::message::message!(ExtensionResponses);
