//! Signatures against another implementation, and that nothing signed can be changed.

use earnest_x402::{
    ErrorReason,
    evm::{EvmNonce, EvmSignature, TransferAuthorization, TypedDataDigest},
};
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::eip155_samples::{address_of, authorization, payload, reason, sign};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn another_implementation_signs_what_is_recovered_here(seed: [u8; 32], digest: [u8; 32]) {
        let Ok(key) = SigningKey::from_slice(&seed) else { return Ok(()) };
        let digest = TypedDataDigest::from_bytes(digest);
        prop_assert_eq!(sign(&key, &digest).recover(&digest).unwrap(), address_of(key.verifying_key()));
    }

    #[test]
    fn any_65_bytes_name_whom_another_implementation_names(
        bytes in prop::collection::vec(any::<u8>(), 64), odd: bool, digest: [u8; 32],
    ) {
        let mut signature = [0; 65];
        signature[..64].copy_from_slice(&bytes);
        signature[32] &= 0x3f;
        signature[64] = 27 + u8::from(odd);
        let ours = EvmSignature::from_bytes(&signature).unwrap().recover(&TypedDataDigest::from_bytes(digest)).ok();
        let theirs = Signature::from_slice(&signature[..64]).ok().and_then(|parsed| {
            VerifyingKey::recover_from_prehash(&digest, &parsed, RecoveryId::new(odd, false)).ok()
        });
        prop_assert_eq!(ours, theirs.map(|key| address_of(&key)));
    }

    #[test]
    fn the_high_twin_of_a_signature_is_refused(nonce: [u8; 32]) {
        let mut twin = payload(TransferAuthorization { nonce: EvmNonce::from_bytes(nonce), ..authorization() });
        prop_assert_eq!(reason(twin.clone()), None);
        let low = twin["signature"].as_str().unwrap().parse::<EvmSignature>().unwrap().to_bytes();
        let parsed = Signature::from_slice(&low[..64]).unwrap();
        let high = Signature::from_scalars(parsed.r().to_bytes(), (-parsed.s()).to_bytes()).unwrap();
        let digits: String = high.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        twin["signature"] = json!(format!("0x{digits}{:02x}", if low[64] == 27 { 28 } else { 27 }));
        prop_assert_eq!(reason(twin), Some(ErrorReason::INVALID_EXACT_EVM_SIGNATURE));
    }

    #[test]
    fn any_flipped_bit_of_what_is_signed_is_refused(at in 0_usize..2048, bit in 0_u8..8) {
        let text = serde_json::to_vec(&payload(authorization())).unwrap();
        let mut flipped = text.clone();
        let at = at % flipped.len();
        flipped[at] ^= 1 << bit;
        let Ok(read) = serde_json::from_slice::<Value>(&flipped) else { return Ok(()) };
        // The case of a hexadecimal digit is no part of what is signed, where no checksum hangs on it.
        let same = flipped.eq_ignore_ascii_case(&text);
        prop_assert!(same || reason(read).is_some(), "{}", String::from_utf8_lossy(&flipped));
    }
}
