//! Secret keys: held in memory that is wiped when they go, and never shown.

use std::fmt;

use earnest_base::PublicKey;
use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

/// An Ed25519 secret key. It is wiped when it is dropped, and has no form that could be logged.
///
/// ```
/// use earnest_signing::SecretKey;
///
/// let key = SecretKey::from_seed(&[1; 32]);
/// assert_eq!(key.public().to_string(), "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX");
/// assert_eq!(format!("{key:?}"), "SecretKey(z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX)");
/// ```
pub struct SecretKey {
    signing: SigningKey,
    public: PublicKey,
}

impl SecretKey {
    /// The key of a 32-byte seed (RFC 8032). Where the seed comes from is the caller's business: this crate knows no
    /// randomness.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        #[expect(
            clippy::expect_used,
            reason = "RFC 8032 clamps the scalar, so its point is canonical and of large order"
        )]
        let public = PublicKey::from_bytes(signing.verifying_key().as_bytes()).expect("a key of large order");
        Self { signing, public }
    }

    /// The seed, for a key file; wiped when it is dropped.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.signing.to_bytes())
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes as they are. Documents are signed by [`Draft::sign`](crate::Draft::sign), which adds the tag that
    /// keeps their signatures apart; this is for protocols that have a signing form of their own, such as RFC 9421.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public)
    }
}
