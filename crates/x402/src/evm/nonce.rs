//! The nonce of an authorisation: 32 bytes that its payer chose.

use std::{fmt, str::FromStr};

use earnest_base::InvalidError;

use super::hex;

/// What sets an EIP-3009 authorisation apart from every other one of its payer: 32 bytes. The token remembers the ones
/// that were used. Read in any case, written in lower case, so that one nonce has one text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvmNonce([u8; 32]);

impl EvmNonce {
    /// The nonce of these bytes. They come from the payer's randomness.
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

impl FromStr for EvmNonce {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let bytes = hex::decode_exactly(text);
        bytes.map(Self).ok_or_else(|| InvalidError::new("a nonce of `0x` and 64 hexadecimal digits", text))
    }
}

impl fmt::Display for EvmNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

super::evm_text!(EvmNonce, "^0x[0-9a-fA-F]{64}$", "32 bytes in hexadecimal digits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_nonce_has_one_text() {
        let lower = format!("0x{}", "ab".repeat(32));
        let upper = format!("0x{}", "AB".repeat(32));
        assert_eq!(upper.parse::<EvmNonce>().unwrap().to_string(), lower);
        for wrong in [&lower[2..], &lower[..64], &format!("{lower}00"), &lower.replace('a', "g"), ""] {
            assert!(wrong.parse::<EvmNonce>().is_err(), "{wrong}");
        }
    }
}
