//! A token, a payer and a payment on an EVM chain, signed by another implementation than the one that verifies.

use alloy_primitives::Address;
use earnest_base::Timestamp;
use earnest_signing::JsonObject;
use earnest_x402::{
    ErrorReason, TimeoutSeconds, Verbatim,
    evm::{EvmAddress, EvmNonce, EvmSignature, TokenDomain, TransferAuthorization, TypedDataDigest, Uint256},
    exact::{Eip3009Payload, ExactEip155},
    scheme::{Asked, Demand, Scheme, SchemeError, Tender, VerifiedPayment},
    v2::PaymentRequirements,
};
use k256::ecdsa::{SigningKey, VerifyingKey};
use serde_json::Value;

pub(crate) const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
pub(crate) const USDC: &str = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
pub(crate) const NOW: u64 = 1_740_672_100;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

pub(crate) fn address_of(key: &VerifyingKey) -> EvmAddress {
    let point = key.to_sec1_point(false);
    EvmAddress::from_bytes(Address::from_raw_public_key(&point.as_bytes()[1..]).into_array())
}

pub(crate) fn token() -> TokenDomain {
    TokenDomain { name: "USDC".to_owned(), version: "2".to_owned(), chain_id: 84_532, contract: USDC.parse().unwrap() }
}

pub(crate) fn scheme() -> ExactEip155 {
    ExactEip155::new([token()])
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix_millis(1000 * i64::try_from(NOW).unwrap()).unwrap()
}

pub(crate) fn demand() -> Demand {
    Demand {
        network: "eip155:84532".parse().unwrap(),
        asset: USDC.parse().unwrap(),
        amount: "10000".parse().unwrap(),
        pay_to: PAYEE.parse().unwrap(),
        max_timeout: TimeoutSeconds::new(60).unwrap(),
    }
}

pub(crate) fn requirements() -> PaymentRequirements {
    scheme().requirements(&demand(), None).unwrap()
}

pub(crate) fn changed(change: impl Fn(&mut Value)) -> PaymentRequirements {
    let mut value = serde_json::to_value(requirements()).unwrap();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

pub(crate) fn authorization() -> TransferAuthorization {
    TransferAuthorization {
        from: address_of(key().verifying_key()),
        to: PAYEE.parse().unwrap(),
        value: Uint256::from(10_000),
        valid_after: Uint256::from(NOW - 600),
        valid_before: Uint256::from(NOW + 60),
        nonce: EvmNonce::from_bytes([9; 32]),
    }
}

pub(crate) fn sign(key: &SigningKey, digest: &TypedDataDigest) -> EvmSignature {
    let (signature, recovery) = key.sign_prehash_recoverable(digest.as_bytes());
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = recovery.to_byte();
    EvmSignature::from_bytes(&bytes).unwrap()
}

pub(crate) fn payload(authorization: TransferAuthorization) -> Value {
    let signature = sign(&key(), &authorization.digest(&token()));
    serde_json::to_value(Eip3009Payload { signature, authorization }).unwrap()
}

pub(crate) fn verify(
    requirements: &PaymentRequirements,
    accepted: Option<&PaymentRequirements>,
    payload: Value,
    asked: Asked<'_>,
) -> Result<VerifiedPayment, SchemeError> {
    let accepted = accepted.map(|accepted| Verbatim::from(accepted.clone()));
    let payload: JsonObject = serde_json::from_value(payload).unwrap();
    let accepted = accepted.as_ref();
    scheme().verify(&Tender { requirements, accepted, payload: &payload, identifier: None, asked }, now())
}

/// Why a payload is refused that answers the requirements as they are.
pub(crate) fn reason(payload: Value) -> Option<ErrorReason> {
    let error = verify(&requirements(), Some(&requirements()), payload, Asked::Elsewhere).err()?;
    Some(error.reason().clone())
}
