//! The exported JSON Schemas of the wire, by message. They say what is written; what is read may be null in places, and
//! may have members that nobody knows.

use earnest_artifacts::type_schema;
use serde_json::{Value, json};

use crate::{
    DiscoveryResources, DiscoverySearch, ExtensionResponses, RequestV1, RequestV2, SettleResponse, SupportedResponse,
    VerifyResponse, bazaar::DiscoveryInfo, v1, v2,
};

/// Every schema of the wire, each with its message. The number is x402's own version.
///
/// ```
/// let messages: Vec<&str> = earnest_x402::schemas().into_iter().map(|(message, _)| message).collect();
/// assert!(messages.contains(&"x402-payment-required.v2"));
/// ```
#[must_use]
pub fn schemas() -> Vec<(&'static str, Value)> {
    let all = [
        ("x402-bazaar-info.v2", type_schema::<DiscoveryInfo>()),
        ("x402-discovery-resources.v2", type_schema::<DiscoveryResources>()),
        ("x402-discovery-search.v2", type_schema::<DiscoverySearch>()),
        ("x402-extension-responses.v2", type_schema::<ExtensionResponses>()),
        ("x402-facilitator-request.v1", type_schema::<RequestV1>()),
        ("x402-facilitator-request.v2", type_schema::<RequestV2>()),
        ("x402-payment-payload.v1", type_schema::<v1::PaymentPayload>()),
        ("x402-payment-payload.v2", type_schema::<v2::PaymentPayload>()),
        ("x402-payment-required.v1", type_schema::<v1::PaymentRequired>()),
        ("x402-payment-required.v2", type_schema::<v2::PaymentRequired>()),
        ("x402-settle-response.v2", type_schema::<SettleResponse>()),
        ("x402-supported-response.v2", type_schema::<SupportedResponse>()),
        ("x402-verify-response.v2", type_schema::<VerifyResponse>()),
    ];
    all.into_iter().map(|(message, schema)| (message, headed(message, schema))).collect()
}

fn headed(message: &str, mut schema: Value) -> Value {
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(format!("urn:earnest:schema:{message}"));
    schema["title"] = json!(message);
    schema
}
