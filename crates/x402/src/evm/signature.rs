//! Signatures of 65 bytes, and who made them.

use std::{fmt, str::FromStr};

use secp256k1::{
    Message,
    ecdsa::{RecoverableSignature, RecoveryId},
};

use super::{EvmAddress, TypedDataDigest, hex};

/// Half the order of the curve, rounded down: EIP-2 takes no greater `s`.
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e,
    0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];
/// What ends a signature that is wrapped for a contract that is not deployed yet (ERC-6492).
const ERC_6492_MARK: [u8; 32] = {
    let mut mark = [0; 32];
    let mut at = 0;
    while at < 32 {
        mark[at] = if at % 2 == 0 { 0x64 } else { 0x92 };
        at += 1;
    }
    mark
};

/// Why a text is no signature that is taken here, or names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvmSignatureError {
    /// No `0x`, no hexadecimal digits, or fewer than 65 bytes.
    #[error("expected `0x` and 130 hexadecimal digits")]
    Form,
    /// Wrapped for a contract that is not deployed yet. Whether it is good, only a chain could say.
    #[error("expected the signature of a key, found one wrapped for a contract (ERC-6492)")]
    Erc6492,
    /// More than 65 bytes: a contract's, which only that contract could judge (EIP-1271).
    #[error("expected the 65 bytes of a key's signature, found {0}")]
    Contract(usize),
    /// A last byte that is not 27, 28, 0 or 1.
    #[error("expected 27, 28, 0 or 1 as the last byte, found {0}")]
    RecoveryId(u8),
    /// The twin of a signature, which everybody can make of it without the key (EIP-2).
    #[error("expected an s of at most half the order of the curve")]
    HighS,
    /// No key could have made it over this digest.
    #[error("expected a signature from which a key can be recovered")]
    NoKey,
}

/// A signature of a key on secp256k1: r, s in its lower half, and which of two keys made it.
///
/// A last byte of 0 and 1 is read as 27 and 28, and 27 and 28 are written, as contracts ask for. So what is the same
/// signature compares equal; still, what was paid is remembered by payer and nonce, never by signature.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EvmSignature {
    r: [u8; 32],
    s: [u8; 32],
    odd: bool,
}

impl EvmSignature {
    /// Takes 65 bytes: r, s, v.
    ///
    /// # Errors
    /// [`EvmSignatureError::RecoveryId`] and [`EvmSignatureError::HighS`].
    pub fn from_bytes(bytes: &[u8; 65]) -> Result<Self, EvmSignatureError> {
        let (mut r, mut s) = ([0; 32], [0; 32]);
        r.copy_from_slice(&bytes[..32]);
        s.copy_from_slice(&bytes[32..64]);
        let odd = match bytes[64] {
            0 | 27 => false,
            1 | 28 => true,
            other => return Err(EvmSignatureError::RecoveryId(other)),
        };
        if s > HALF_ORDER {
            return Err(EvmSignatureError::HighS);
        }
        Ok(Self { r, s, odd })
    }

    /// The 65 bytes, the last of them 27 or 28.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        bytes[..32].copy_from_slice(&self.r);
        bytes[32..64].copy_from_slice(&self.s);
        bytes[64] = 27 + u8::from(self.odd);
        bytes
    }

    /// The address of the key that made it over a digest. Every signature is somebody's over any digest: whether it is
    /// that of the one who is meant, the caller compares.
    ///
    /// # Errors
    /// [`EvmSignatureError::NoKey`] where r or s is out of range or no point has this r.
    pub fn recover(&self, digest: &TypedDataDigest) -> Result<EvmAddress, EvmSignatureError> {
        let bytes = self.to_bytes();
        let recovery = if self.odd { RecoveryId::One } else { RecoveryId::Zero };
        let signature =
            RecoverableSignature::from_compact(&bytes[..64], recovery).map_err(|_| EvmSignatureError::NoKey)?;
        let message = Message::from_digest(*digest.as_bytes());
        let key = signature.recover_ecdsa(message).map_err(|_| EvmSignatureError::NoKey)?;
        Ok(EvmAddress::of_public_key(&key.serialize_uncompressed()))
    }
}

impl FromStr for EvmSignature {
    type Err = EvmSignatureError;

    fn from_str(text: &str) -> Result<Self, EvmSignatureError> {
        let bytes = hex::decode(text).ok_or(EvmSignatureError::Form)?;
        if bytes.ends_with(&ERC_6492_MARK) {
            return Err(EvmSignatureError::Erc6492);
        }
        if bytes.len() > 65 {
            return Err(EvmSignatureError::Contract(bytes.len()));
        }
        Self::from_bytes(&bytes.try_into().map_err(|_| EvmSignatureError::Form)?)
    }
}

impl fmt::Display for EvmSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.to_bytes()))
    }
}

super::evm_text!(EvmSignature, "^0x[0-9a-fA-F]{130}$", "the 65 bytes of a signature in hexadecimal digits");

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &str = "0x2d6a7588d6acca505cbf0d9a4a227e0c52c6c34008c8e8986a1283259764173608a2ce6496642e377d6da8dbbf5836e9bd15092f9ecab05ded3d6293af148b571c";

    #[test]
    fn the_last_byte_is_read_in_two_ways_and_written_in_one() {
        let signature: EvmSignature = SIGNATURE.parse().unwrap();
        assert_eq!(signature.to_string(), SIGNATURE);
        assert_eq!(format!("{}01", &SIGNATURE[..130]).parse(), Ok(signature));
        assert_eq!(format!("{}1b", &SIGNATURE[..130]).parse::<EvmSignature>().unwrap().to_bytes()[64], 27);
        for (last, wrong) in [("02", 2), ("1a", 26), ("1d", 29), ("25", 37), ("ff", 255)] {
            let found = format!("{}{last}", &SIGNATURE[..130]).parse::<EvmSignature>();
            assert_eq!(found, Err(EvmSignatureError::RecoveryId(wrong)), "{last}");
        }
    }

    #[test]
    fn each_fault_is_told_apart() {
        let wrapped = format!("0x{}{}", "00".repeat(200), "6492".repeat(16));
        let short = format!("0x{}", "6492".repeat(16));
        let beyond_half = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1";
        let high = format!("{}{beyond_half}1c", &SIGNATURE[..66]);
        for (text, fault) in [
            (&SIGNATURE[2..], EvmSignatureError::Form),
            (&SIGNATURE[..131], EvmSignatureError::Form),
            (&SIGNATURE[..130], EvmSignatureError::Form),
            ("", EvmSignatureError::Form),
            ("0x", EvmSignatureError::Form),
            (&wrapped, EvmSignatureError::Erc6492),
            (&short, EvmSignatureError::Erc6492),
            (&format!("{SIGNATURE}00"), EvmSignatureError::Contract(66)),
            (&high, EvmSignatureError::HighS),
        ] {
            assert_eq!(text.parse::<EvmSignature>(), Err(fault), "{text}");
        }
        let half = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";
        assert!(format!("{}{half}1c", &SIGNATURE[..66]).parse::<EvmSignature>().is_ok());
    }

    #[test]
    fn numbers_out_of_range_name_nobody() {
        let (zero, order) = ("00".repeat(32), "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        let digest = TypedDataDigest::from_bytes([7; 32]);
        for (r, s) in
            [(zero.as_str(), &SIGNATURE[66..130]), (&SIGNATURE[2..66], zero.as_str()), (order, &SIGNATURE[66..130])]
        {
            let signature: EvmSignature = format!("0x{r}{s}1b").parse().unwrap();
            assert_eq!(signature.recover(&digest), Err(EvmSignatureError::NoKey), "{r} {s}");
        }
    }
}
