//! Ed25519 public keys and their did:key form (did:key method, multicodec `ed25519-pub`).

use std::{cell::RefCell, fmt};

use ed25519_dalek::{Signature, VerifyingKey};

use crate::base58::decode_34;

/// The multicodec of an Ed25519 public key, as an unsigned varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];
/// The field prime 2^255 − 19, little-endian: a canonical y-coordinate is below it.
const FIELD_PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    prime[0] = 0xed;
    prime[31] = 0x7f;
    prime
};

/// Why a text or 32 bytes are no public key that Earnest takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not `z` and base58btc characters.
    #[error("expected `z` and base58btc characters")]
    Multibase,
    /// Another codec, or another length.
    #[error("expected the multicodec 0xed01 and 32 bytes of an Ed25519 key")]
    Codec,
    /// The coordinate is not below the field prime.
    #[error("expected a canonical encoding of a curve point")]
    NotCanonical,
    /// No point of the curve has this encoding.
    #[error("expected a point on the curve")]
    NotOnCurve,
    /// A point whose signatures bind nobody.
    #[error("expected a key of large order, found one of low order")]
    LowOrder,
}

/// An Ed25519 public key: a canonical encoding of a curve point that is not of low order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// How many keys a thread remembers.
const RECENT_KEYS: usize = 64;

thread_local! {
    /// Keys that were read before. A document names the same few keys again and again, as members and as signers, and seeking
    /// one on the curve takes a tenth of a verification.
    static RECENT: RefCell<[Option<PublicKey>; RECENT_KEYS]> = const { RefCell::new([None; RECENT_KEYS]) };
}

impl PublicKey {
    /// Takes 32 bytes that are a canonical, large-order curve point.
    ///
    /// # Errors
    /// Where they are not; see [`PublicKeyError`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, PublicKeyError> {
        RECENT.with_borrow_mut(|recent| {
            let slot = recent.get_mut(usize::from(bytes[0]) % RECENT_KEYS);
            match slot {
                Some(Some(key)) if key.as_bytes() == bytes => Ok(*key),
                Some(slot) => Self::on_curve(bytes).inspect(|key| *slot = Some(*key)),
                None => Self::on_curve(bytes),
            }
        })
    }

    fn on_curve(bytes: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let mut coordinate = *bytes;
        coordinate[31] &= 0x7f;
        if coordinate.iter().rev().ge(FIELD_PRIME.iter().rev()) {
            return Err(PublicKeyError::NotCanonical);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| PublicKeyError::NotOnCurve)?;
        if key.is_weak() { Err(PublicKeyError::LowOrder) } else { Ok(Self(key)) }
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Reads the part of a did:key after `did:key:`, such as `z6Mkon3N…`.
    ///
    /// # Errors
    /// Where it is another codec, another length, or no key; see [`PublicKeyError`].
    pub fn from_multibase(text: &str) -> Result<Self, PublicKeyError> {
        let base58 = text.strip_prefix('z').ok_or(PublicKeyError::Multibase)?;
        if let Some(bytes) = decode_34(base58) {
            return Self::from_multicodec(&bytes);
        }
        if base58.len() > 64 {
            return Err(PublicKeyError::Codec);
        }
        let mut bytes = [0_u8; 64];
        let length = bs58::decode(base58).onto(&mut bytes).map_err(|_| PublicKeyError::Multibase)?;
        Self::from_multicodec(&bytes[..length])
    }

    fn from_multicodec(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        match bytes.split_first_chunk::<2>() {
            Some((&ED25519_PUB, key)) => Self::from_bytes(key.try_into().map_err(|_| PublicKeyError::Codec)?),
            _ => Err(PublicKeyError::Codec),
        }
    }

    /// The part of a did:key after `did:key:`.
    #[must_use]
    pub fn to_multibase(&self) -> String {
        let mut bytes = [0_u8; 34];
        bytes[..2].copy_from_slice(&ED25519_PUB);
        bytes[2..].copy_from_slice(self.as_bytes());
        format!("z{}", bs58::encode(bytes).into_string())
    }

    /// Whether this key made this signature over these bytes, by the strict rules: the scalar is canonical, neither
    /// key nor commitment is of low order, and the equation holds without the cofactor.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl std::hash::Hash for PublicKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_multibase())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl std::str::FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        Self::from_multibase(text)
    }
}

crate::text::string_serde!(PublicKey);

impl schemars::JsonSchema for PublicKey {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PublicKey".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$" })
    }
}
