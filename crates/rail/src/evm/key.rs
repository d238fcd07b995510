//! The key of a wallet that pays for transactions.

use std::fmt;

use alloy_primitives::{Address, B256, Signature, U256};
use earnest_x402::evm::EvmAddress;
use secp256k1::{
    PublicKey, SecretKey,
    ecdsa::{RecoverableSignature, RecoveryId},
};
use zeroize::Zeroizing;

/// Why bytes are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 bytes that are a key on secp256k1, found others")]
pub struct SponsorKeyError;

/// The secret key of a wallet of the relay. It is wiped when it goes, and has no form that could be logged.
///
/// ```
/// use earnest_rail::evm::SponsorKey;
/// use zeroize::Zeroizing;
///
/// let mut bytes = Zeroizing::new([0; 32]);
/// bytes[31] = 1;
/// let key = SponsorKey::from_bytes(bytes)?;
/// assert_eq!(key.address().to_string(), "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
/// assert_eq!(format!("{key:?}"), "SponsorKey(0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf)");
/// # Ok::<(), earnest_rail::evm::SponsorKeyError>(())
/// ```
pub struct SponsorKey {
    bytes: Zeroizing<[u8; 32]>,
    address: EvmAddress,
}

impl SponsorKey {
    /// The key of these bytes.
    ///
    /// # Errors
    /// Where they are zero, or not below the order of the curve.
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Result<Self, SponsorKeyError> {
        let mut secret = SecretKey::from_secret_bytes(*bytes).map_err(|_| SponsorKeyError)?;
        let public = PublicKey::from_secret_key(&secret).serialize_uncompressed();
        secret.non_secure_erase();
        let address = EvmAddress::from_bytes(Address::from_raw_public_key(&public[1..]).into_array());
        Ok(Self { bytes, address })
    }

    /// The address of the wallet.
    #[must_use]
    pub const fn address(&self) -> EvmAddress {
        self.address
    }

    /// Signs a digest, the same way each time (RFC 6979), with `s` in its lower half.
    pub(super) fn sign(&self, digest: &B256) -> Result<Signature, SponsorKeyError> {
        let mut secret = SecretKey::from_secret_bytes(*self.bytes).map_err(|_| SponsorKeyError)?;
        let message = secp256k1::Message::from_digest(digest.0);
        let signature = RecoverableSignature::sign_ecdsa_recoverable(message, &secret);
        secret.non_secure_erase();
        let (recovery, compact) = signature.serialize_compact();
        let (mut r, mut s) = ([0; 32], [0; 32]);
        r.copy_from_slice(&compact[..32]);
        s.copy_from_slice(&compact[32..]);
        let odd = match recovery {
            RecoveryId::Zero => false,
            RecoveryId::One => true,
            // An r beyond the order of the curve, which no transaction can carry.
            RecoveryId::Two | RecoveryId::Three => return Err(SponsorKeyError),
        };
        Ok(Signature::new(U256::from_be_bytes(r), U256::from_be_bytes(s), odd))
    }
}

impl fmt::Debug for SponsorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SponsorKey({})", self.address)
    }
}
