//! The digest of bytes that travel beside a document.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::text::string_types;

string_types! {
    /// A SHA-256 digest: `sha256:` and 43 characters of unpadded base64url.
    Sha256Digest { pattern: r"^sha256:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$", max: 50, what: "a SHA-256 digest", example: "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" }
}

impl Sha256Digest {
    /// The digest of these bytes.
    ///
    /// ```
    /// use earnest_base::Sha256Digest;
    ///
    /// assert_eq!(Sha256Digest::of(b"").as_str(), "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    /// ```
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_bytes(&Sha256::digest(bytes).into())
    }

    /// The digest whose 32 bytes these are.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut text = String::from("sha256:");
        BASE64_URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        Self::from_valid(text)
    }

    /// The 32 bytes of the digest: for what counts bytes, such as a ledger's journal.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // The pattern admits 43 characters without stray bits and nothing else, so that this reads all 32 bytes.
        let read = BASE64_URL_SAFE_NO_PAD.decode_slice(&self.as_str()["sha256:".len()..], &mut bytes);
        debug_assert_eq!(read, Ok(32));
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_32_bytes_and_is_read_back_from_them() {
        for text in ["", "a", "earnest"] {
            let digest = Sha256Digest::of(text.as_bytes());
            assert_eq!(Sha256Digest::from_bytes(&digest.to_bytes()), digest);
            assert_eq!(digest.to_bytes().as_slice(), Sha256::digest(text.as_bytes()).as_slice());
        }
    }
}
