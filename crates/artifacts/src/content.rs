//! What a message says: text, or an object.

use std::borrow::Cow;

use earnest_base::Sha256Digest;
use earnest_signing::{Json, JsonObject};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, Unexpected},
};

/// Text, or an object with at least one member.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// Text.
    Text(String),
    /// An object, not empty.
    Object(JsonObject),
}

impl Content {
    /// The most bytes that content may have inside a document (decision D5).
    pub const MAX_BYTES: usize = 16 * 1024;

    /// The text, or the object's canonical form.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => text.into(),
            Self::Object(object) => Json::Object(object.members().clone()).canonical().into(),
        }
    }

    /// The SHA-256 digest of the text's UTF-8, or of the object's canonical form.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.to_text().as_bytes())
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const EXPECTED: &str = "text or an object";
        match Json::deserialize(deserializer)? {
            Json::String(text) => Ok(Self::Text(text.into_owned())),
            Json::Object(object) if object.is_empty() => {
                Err(D::Error::custom("expected an object with members, found an empty one"))
            }
            Json::Object(object) => Ok(Self::Object(object.into())),
            Json::Array(_) => Err(D::Error::invalid_type(Unexpected::Seq, &EXPECTED)),
            Json::Bool(flag) => Err(D::Error::invalid_type(Unexpected::Bool(flag), &EXPECTED)),
            Json::Number(number) => Err(D::Error::invalid_type(Unexpected::Float(number.to_f64()), &EXPECTED)),
            Json::Null => Err(D::Error::invalid_type(Unexpected::Unit, &EXPECTED)),
        }
    }
}

impl JsonSchema for Content {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Content".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "object"],
            "maxLength": Self::MAX_BYTES,
            "minProperties": 1,
            "additionalProperties": true,
        })
    }
}
