//! The exported JSON Schemas of the contract, by kind.

use earnest_artifacts::type_schema;
use serde_json::{Value, json};

use crate::{
    Event, Payment, PaymentRequest, PaymentStatus, RefusedSubmission, Tombstone,
    http::Problem,
    rpc::{RpcError, RpcRequest, SponsorStatus, SubmitResult, response_schema},
};

/// Every schema of the contract, each with its kind.
///
/// ```
/// let kinds: Vec<&str> = earnest_payment::schemas().into_iter().map(|(kind, _)| kind).collect();
/// assert!(kinds.contains(&"payment-status.v1"));
/// ```
#[must_use]
pub fn schemas() -> Vec<(&'static str, Value)> {
    let results = [part::<SubmitResult>(), part::<PaymentStatus>(), part::<SponsorStatus>()];
    let response = response_schema(&results, &part::<RpcError>());
    let all = [
        ("payment-event.v1", part::<Event>()),
        ("payment-problem.v1", part::<Problem>()),
        ("payment-record.v1", part::<Payment>()),
        ("payment-refusal.v1", part::<RefusedSubmission>()),
        ("payment-request.v1", part::<PaymentRequest>()),
        ("payment-rpc-request.v1", part::<RpcRequest>()),
        ("payment-rpc-response.v1", response),
        ("payment-status.v1", part::<PaymentStatus>()),
        ("payment-tombstone.v1", part::<Tombstone>()),
        ("sponsor-status.v1", part::<SponsorStatus>()),
    ];
    all.into_iter().map(|(kind, schema)| (kind, headed(kind, schema))).collect()
}

/// The schema of a type, to stand in another.
fn part<T: schemars::JsonSchema>() -> Value {
    let mut schema = type_schema::<T>();
    if let Some(members) = schema.as_object_mut() {
        members.remove("$schema");
        members.remove("title");
    }
    schema
}

fn headed(kind: &str, mut schema: Value) -> Value {
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(format!("urn:earnest:schema:{kind}"));
    schema["title"] = json!(kind);
    schema
}
