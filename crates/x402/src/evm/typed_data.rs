//! EIP-712: the digest of a struct in a domain.

use std::fmt;

use alloy_sol_types::{Eip712Domain, SolStruct};

use super::hex;

/// The 32 bytes that a signature over typed data signs (EIP-712).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypedDataDigest([u8; 32]);

impl TypedDataDigest {
    /// The digest of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The digest of a struct in a domain.
pub(crate) fn digest(message: &impl SolStruct, domain: &Eip712Domain) -> TypedDataDigest {
    TypedDataDigest(message.eip712_signing_hash(domain).0)
}

impl fmt::Display for TypedDataDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for TypedDataDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedDataDigest({self})")
    }
}
