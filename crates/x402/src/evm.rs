//! What a payment on an EVM chain is made of: addresses, 256-bit numbers, 65-byte signatures, and the EIP-712 digests
//! that they sign. No chain is asked: what a contract would say about a signature is not known here.

mod address;
mod eip3009;
mod hex;
mod nonce;
mod number;
mod signature;
mod typed_data;

pub use address::EvmAddress;
pub use eip3009::{TokenDomain, TransferAuthorization};
pub use nonce::EvmNonce;
pub use number::Uint256;
pub use signature::{EvmSignature, EvmSignatureError};
pub use typed_data::TypedDataDigest;
pub(crate) use typed_data::digest;

/// Gives a type that has a text its serialised form, its schema and its `Debug`.
macro_rules! evm_text {
    ($name:ident, $pattern:literal, $what:literal) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern, "$comment": $what })
            }
        }
    };
}
use evm_text;
