//! Where offers and receipts stand in messages.

use earnest_signing::{Json, Limits, Object, read};

use super::{ArtifactError, ArtifactPayload, KEY, Offer, Receipt, SignedArtifact};
use crate::Extensions;

/// The JSON Schema of `info` in a demand, short enough for a header.
const OFFERS_SCHEMA: &str = r#"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": { "offers": { "type": "array", "items": {
        "type": "object",
        "properties": {
            "format": { "type": "string" }, "acceptIndex": { "type": "integer" },
            "payload": { "type": "object" }, "signature": { "type": "string" }
        },
        "required": ["format", "signature"]
    } } },
    "required": ["offers"]
}"#;
/// The JSON Schema of `info` in an answer to a settlement.
const RECEIPT_SCHEMA: &str = r#"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": { "receipt": {
        "type": "object",
        "properties": {
            "format": { "type": "string" }, "payload": { "type": "object" }, "signature": { "type": "string" }
        },
        "required": ["format", "signature"]
    } },
    "required": ["receipt"]
}"#;

/// The extension of a demand that carries signed offers, to stand under [`KEY`].
#[must_use]
pub fn offers_extension(offers: &[SignedArtifact<Offer>]) -> Json<'static> {
    let offers = offers.iter().map(SignedArtifact::to_json).collect();
    extension("offers", Json::Array(offers), OFFERS_SCHEMA)
}

/// The extension of a settlement's answer that carries a signed receipt, to stand under [`KEY`].
#[must_use]
pub fn receipt_extension(receipt: &SignedArtifact<Receipt>) -> Json<'static> {
    extension("receipt", receipt.to_json(), RECEIPT_SCHEMA)
}

/// The signed offers of a demand, none of them verified. One that cannot be read does not hide the others.
#[must_use]
pub fn offers_of(extensions: &Extensions) -> Vec<Result<SignedArtifact<Offer>, ArtifactError>> {
    match extensions.info(KEY).and_then(Json::as_object).and_then(|info| info.get("offers")) {
        Some(Json::Array(offers)) => offers.iter().map(artifact).collect(),
        _ => Vec::new(),
    }
}

/// The signed receipt of a settlement's answer, not verified.
#[must_use]
pub fn receipt_of(extensions: &Extensions) -> Option<Result<SignedArtifact<Receipt>, ArtifactError>> {
    let info = extensions.info(KEY).and_then(Json::as_object)?;
    info.get("receipt").map(artifact)
}

fn artifact<P: ArtifactPayload>(json: &Json<'_>) -> Result<SignedArtifact<P>, ArtifactError> {
    json.decode().map_err(ArtifactError::Artifact)
}

fn extension(member: &'static str, value: Json<'static>, schema: &'static str) -> Json<'static> {
    let (mut info, mut extension) = (Object::default(), Object::default());
    info.insert(member, value);
    extension.insert("info", Json::Object(info));
    if let Ok(schema) = read(schema.as_bytes(), Limits::DOCUMENT) {
        extension.insert("schema", schema);
    }
    Json::Object(extension)
}
