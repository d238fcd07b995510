//! An offer and a receipt, and what is signed of them.

use earnest_artifacts::SecretKey;
use earnest_base::{Count, Timestamp};
use earnest_x402::{
    ResourceUrl,
    evm::EvmSignature,
    offer_receipt::{ArtifactPayload, Offer, Receipt, SignedArtifact},
    v2::PaymentRequirements,
};
use k256::ecdsa::SigningKey;
use serde_json::json;

pub(crate) const USDC: &str = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
pub(crate) const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
pub(crate) const UNTIL: i64 = 1_703_123_516;

pub(crate) fn key() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

pub(crate) fn did_of(seed: u8) -> String {
    format!("did:key:{}", SecretKey::from_seed(&[seed; 32]).public())
}

pub(crate) fn url() -> ResourceUrl {
    "https://api.example.com/premium-data".parse().unwrap()
}

pub(crate) fn requirements() -> PaymentRequirements {
    serde_json::from_value(json!({
        "scheme": "exact", "network": "eip155:84532", "asset": USDC, "payTo": PAYEE, "amount": "10000",
        "maxTimeoutSeconds": 60,
    }))
    .unwrap()
}

pub(crate) fn offer() -> Offer {
    Offer::new(url(), &requirements(), Count::new(UNTIL.unsigned_abs()).ok())
}

pub(crate) fn receipt() -> Receipt {
    serde_json::from_value(json!({
        "version": 1, "network": "orc:fed-pl-main", "resourceUrl": url(), "payer": "account:fed-pl-main:adam",
        "issuedAt": 1_703_123_456,
    }))
    .unwrap()
}

pub(crate) fn second(second: i64) -> Timestamp {
    Timestamp::from_unix_millis(second * 1000).unwrap()
}

pub(crate) fn eip712(offer: &Offer) -> SignedArtifact<Offer> {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let (signature, recovery) = key.sign_prehash_recoverable(offer.digest().as_bytes());
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = recovery.to_byte();
    SignedArtifact::with_signature(offer, &EvmSignature::from_bytes(&bytes).unwrap())
}
