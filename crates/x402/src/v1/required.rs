//! A demand for payment of version 1.

use earnest_signing::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::NetworkName;
use crate::{Amount, AssetId, Extensions, PayTo, ResourceUrl, SchemeName, TimeoutSeconds, Version};

/// A demand for payment: the body of a 402 answer.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequired {
    /// The version: 1.
    pub x402_version: Version<1>,
    /// Why the request is not served.
    #[serde(default, deserialize_with = "crate::absent::present")]
    pub error: Option<String>,
    /// The ways in which it can be paid, at least one.
    #[serde(deserialize_with = "crate::absent::at_least_one")]
    #[schemars(length(min = 1))]
    pub accepts: Vec<PaymentRequirements>,
    /// Extensions. The published schema drops them; the text of `offer-receipt` puts its offers here.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extensions: Option<Extensions>,
}

/// One way in which a server takes a payment.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequirements {
    /// How it is paid.
    pub scheme: SchemeName,
    /// Where it is settled.
    pub network: NetworkName,
    /// How much at most, in atomic units of the asset.
    pub max_amount_required: Amount,
    /// What is paid for.
    pub resource: ResourceUrl,
    /// What that is, in words.
    pub description: String,
    /// The media type of the answer. The last client of version 1 wants it to be there.
    #[serde(default, deserialize_with = "crate::absent::present")]
    pub mime_type: Option<String>,
    /// The form of request and answer. Read where it is null, and never written so: the specification's own example
    /// `"outputSchema": null` makes the last client of version 1 throw.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub output_schema: Option<JsonObject>,
    /// Who is paid.
    pub pay_to: PayTo,
    /// How long the server waits for the payment to be carried out.
    pub max_timeout_seconds: TimeoutSeconds,
    /// What it is paid with.
    pub asset: AssetId,
    /// What the scheme adds.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extra: Option<JsonObject>,
}

crate::message::message!(PaymentRequired);
crate::message::message!(PaymentRequirements);
