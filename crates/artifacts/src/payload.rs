//! Content that travels within a document: text or an object of at most 16 KiB (decision D5). What is binary or larger
//! travels beside it, as blobs.

use std::borrow::Cow;

use earnest_base::Sha256Digest;
use earnest_signing::{Breach, JsonObject};
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// The most bytes of content within a document: UTF-8 for text, the canonical form for an object.
pub const MAX_INLINE_BYTES: usize = 16 * 1024;

/// Content within a document: text or an object, neither of them empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// Text.
    Text(String),
    /// An object whose members the two sides agreed on.
    Object(JsonObject),
}

impl Content {
    /// How many bytes it is: as UTF-8, or in canonical form.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Object(object) => object.canonical().len(),
        }
    }

    /// The SHA-256 digest of the text's UTF-8, or of the object's canonical form.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        match self {
            Self::Text(text) => Sha256Digest::of(text.as_bytes()),
            Self::Object(object) => Sha256Digest::of(object.canonical().as_bytes()),
        }
    }

    /// How many characters it is: what the lengths of a contract's acceptance criteria count. An object counts in
    /// canonical form.
    #[must_use]
    pub fn characters(&self) -> usize {
        match self {
            Self::Text(text) => text.chars().count(),
            Self::Object(object) => object.canonical().chars().count(),
        }
    }
}

/// Refuses content that has to travel as a blob.
pub(crate) fn fits_inline(member: &str, bytes: usize) -> Result<(), Breach> {
    if bytes <= MAX_INLINE_BYTES {
        return Ok(());
    }
    Err(Breach::at(member, format!("expected at most {MAX_INLINE_BYTES} bytes, found {bytes}")))
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Content;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or an object")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
                match text.chars().count() {
                    1..=MAX_INLINE_BYTES => Ok(Content::Text(text.to_owned())),
                    found => Err(E::custom(format_args!("expected 1 to {MAX_INLINE_BYTES} characters, found {found}"))),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Content, A::Error> {
                let object = JsonObject::deserialize(MapAccessDeserializer::new(map))?;
                if object.members().is_empty() {
                    return Err(A::Error::custom("expected at least one member, found none"));
                }
                Ok(Content::Object(object))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for Content {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Content".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "oneOf": [
                { "type": "string", "minLength": 1, "maxLength": MAX_INLINE_BYTES },
                { "type": "object", "minProperties": 1, "additionalProperties": true },
            ]
        })
    }
}
