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
        let mut text = String::from("sha256:");
        BASE64_URL_SAFE_NO_PAD.encode_string(Sha256::digest(bytes), &mut text);
        Self::from_valid(text)
    }
}
