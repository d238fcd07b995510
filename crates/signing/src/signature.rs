//! The form of a signature: `{"alg": "ed25519", "value": …}`.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The algorithm of a signature. There is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(inline)]
pub enum SignatureAlgorithm {
    /// Ed25519 (RFC 8032), verified strictly.
    #[serde(rename = "ed25519")]
    Ed25519,
}

/// The 64 bytes of a signature: 86 characters of unpadded base64url, no stray bits in the last one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SignatureBytes(pub [u8; 64]);

/// A signature as it stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Signature {
    /// The algorithm: always `ed25519`.
    pub alg: SignatureAlgorithm,
    /// The 64 bytes of the signature as unpadded base64url.
    pub value: SignatureBytes,
}

impl SignatureBytes {
    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0_u8; 64];
        let length = BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (length == 64 && text.len() == 86).then_some(Self(bytes))
    }
}

impl fmt::Display for SignatureBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for SignatureBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for SignatureBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SignatureBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl serde::de::Visitor<'_> for Reader {
            type Value = SignatureBytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("86 characters of unpadded base64url")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SignatureBytes, E> {
                SignatureBytes::parse(text).ok_or_else(|| {
                    let found: String = text.chars().take(100).collect();
                    E::custom(format_args!("expected 86 characters of unpadded base64url, found {found:?}"))
                })
            }
        }
        deserializer.deserialize_str(Reader)
    }
}

impl schemars::JsonSchema for SignatureBytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SignatureBytes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{85}[AQgw]$" })
    }
}
