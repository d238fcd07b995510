//! `exact` on EVM chains: what is taken, what is refused and with which word, and that nothing signed can be changed.

#![allow(clippy::unwrap_used, reason = "all of this is test code")]

use alloy_primitives::Address;
use earnest_base::{Sha256Digest, Timestamp};
use earnest_signing::{Json, JsonObject};
use earnest_x402::{
    AssetId, ErrorReason, TimeoutSeconds, Verbatim,
    evm::{EvmAddress, EvmNonce, EvmSignature, TokenDomain, TransferAuthorization, TypedDataDigest, Uint256},
    exact::{Eip3009Payload, ExactEip155},
    scheme::{Asked, Binding, Demand, PaidRequest, Scheme, SchemeError, Schemes, Tender, VerifiedPayment},
    v2::PaymentRequirements,
};
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use proptest::prelude::*;
use serde_json::{Value, json};

const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
const USDC: &str = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const NOW: u64 = 1_740_672_100;

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn address_of(key: &VerifyingKey) -> EvmAddress {
    let point = key.to_sec1_point(false);
    EvmAddress::from_bytes(Address::from_raw_public_key(&point.as_bytes()[1..]).into_array())
}

fn token() -> TokenDomain {
    TokenDomain { name: "USDC".to_owned(), version: "2".to_owned(), chain_id: 84_532, contract: USDC.parse().unwrap() }
}

fn scheme() -> ExactEip155 {
    ExactEip155::new([token()])
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1000 * i64::try_from(NOW).unwrap()).unwrap()
}

fn demand() -> Demand {
    Demand {
        network: "eip155:84532".parse().unwrap(),
        asset: USDC.parse().unwrap(),
        amount: "10000".parse().unwrap(),
        pay_to: PAYEE.parse().unwrap(),
        max_timeout: TimeoutSeconds::new(60).unwrap(),
    }
}

fn requirements() -> PaymentRequirements {
    scheme().requirements(&demand(), None).unwrap()
}

fn changed(change: impl Fn(&mut Value)) -> PaymentRequirements {
    let mut value = serde_json::to_value(requirements()).unwrap();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

fn authorization() -> TransferAuthorization {
    TransferAuthorization {
        from: address_of(key().verifying_key()),
        to: PAYEE.parse().unwrap(),
        value: Uint256::from(10_000),
        valid_after: Uint256::from(NOW - 600),
        valid_before: Uint256::from(NOW + 60),
        nonce: EvmNonce::from_bytes([9; 32]),
    }
}

fn sign(key: &SigningKey, digest: &TypedDataDigest) -> EvmSignature {
    let (signature, recovery) = key.sign_prehash_recoverable(digest.as_bytes());
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = recovery.to_byte();
    EvmSignature::from_bytes(&bytes).unwrap()
}

fn payload(authorization: TransferAuthorization) -> Value {
    let signature = sign(&key(), &authorization.digest(&token()));
    serde_json::to_value(Eip3009Payload { signature, authorization }).unwrap()
}

fn verify(
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
fn reason(payload: Value) -> Option<ErrorReason> {
    let error = verify(&requirements(), Some(&requirements()), payload, Asked::Elsewhere).err()?;
    Some(error.reason().clone())
}

#[test]
fn what_is_verified_tells_the_relay_what_it_needs() {
    let payment = verify(&requirements(), Some(&requirements()), payload(authorization()), Asked::Elsewhere).unwrap();
    assert_eq!(payment.payer.as_str(), authorization().from.to_string());
    assert_eq!(payment.lapses_at.unix_millis(), now().unix_millis() + 60_000);
    assert_eq!((payment.sequence, payment.binding.clone()), (None, Binding::Unbound));
    let key = payment.reservation();
    assert_eq!((key.network.as_str(), key.asset.as_str()), ("eip155:84532", USDC));
    assert_eq!(key.nonce.as_str(), format!("0x{}", "09".repeat(32)));
}

#[test]
fn a_payment_is_the_same_however_it_is_spelt() {
    let mut twin = payload(authorization());
    for member in ["from", "to", "nonce"] {
        let lower = twin["authorization"][member].as_str().unwrap().to_lowercase();
        twin["authorization"][member] = json!(lower);
    }
    let signature = twin["signature"].as_str().unwrap().to_owned();
    let last = if signature.ends_with("1b") { "00" } else { "01" };
    twin["signature"] = json!(format!("{}{last}", &signature[..130]));
    let lower: AssetId = USDC.to_lowercase().parse().unwrap();
    let spelt = PaymentRequirements { asset: lower, ..requirements() };
    let one = verify(&requirements(), None, payload(authorization()), Asked::Elsewhere).unwrap();
    let other = verify(&spelt, None, twin, Asked::Elsewhere).unwrap();
    assert_eq!(one, other);
    assert_eq!(one.reservation(), other.reservation());
}

#[test]
fn each_fault_of_what_is_signed_has_the_word_of_the_reference_package() {
    const PAYEE_FAULT: ErrorReason = ErrorReason::INVALID_EXACT_EVM_RECIPIENT_MISMATCH;
    const VALUE: ErrorReason = ErrorReason::INVALID_EXACT_EVM_AUTHORIZATION_VALUE;
    const BEFORE: ErrorReason = ErrorReason::INVALID_EXACT_EVM_PAYLOAD_AUTHORIZATION_VALID_BEFORE;
    const AFTER: ErrorReason = ErrorReason::INVALID_EXACT_EVM_PAYLOAD_AUTHORIZATION_VALID_AFTER;
    let valid = authorization();
    let (value, before, after) = (
        |value: u64| TransferAuthorization { value: Uint256::from(value), ..authorization() },
        |second: u64| TransferAuthorization { valid_before: Uint256::from(second), ..authorization() },
        |second: u64| TransferAuthorization { valid_after: Uint256::from(second), ..authorization() },
    );
    for (name, authorization, expected) in [
        ("paid to another", TransferAuthorization { to: USDC.parse().unwrap(), ..valid }, Some(PAYEE_FAULT)),
        ("more", value(10_001), Some(VALUE)),
        ("less", value(9_999), Some(VALUE)),
        ("nothing", value(0), Some(VALUE)),
        ("over", before(NOW), Some(BEFORE)),
        ("over in five seconds", before(NOW + 5), Some(BEFORE)),
        ("over in six seconds", before(NOW + 6), None),
        ("ten minutes after the timeout", before(NOW + 660), None),
        ("later than that", before(NOW + 661), Some(BEFORE)),
        ("without end", TransferAuthorization { valid_before: Uint256::MAX, ..valid }, Some(BEFORE)),
        ("begun now", after(NOW), None),
        ("begun for ever", after(0), None),
        ("not begun", after(NOW + 1), Some(AFTER)),
        ("never to begin", TransferAuthorization { valid_after: Uint256::MAX, ..valid }, Some(AFTER)),
    ] {
        assert_eq!(reason(payload(authorization)), expected, "{name}");
    }
}

#[test]
fn a_payload_of_another_form_is_refused_by_what_it_is() {
    const FORM: ErrorReason = ErrorReason::INVALID_PAYLOAD;
    const METHOD: ErrorReason = ErrorReason::UNSUPPORTED_PAYLOAD_TYPE;
    const CONTRACT: ErrorReason = ErrorReason::INVALID_EXACT_EVM_CONTRACT_SIGNATURE;
    const UNREADABLE: ErrorReason = ErrorReason::INVALID_EXACT_EVM_FAILED_TO_PARSE_SIGNATURE;
    let signed = |signature: &str| {
        let mut payload = payload(authorization());
        payload["signature"] = json!(signature);
        payload
    };
    let with = |member: &str, value: Value| {
        let mut payload = payload(authorization());
        payload[member] = value;
        payload
    };
    let says = |member: &str, value: Value| {
        let mut payload = payload(authorization());
        payload["authorization"][member] = value;
        payload
    };
    let zero = "00".repeat(65);
    let wrapped = format!("0x{}{zero}{}", "11".repeat(96), "6492".repeat(16));
    for (name, payload, expected) in [
        ("ERC-6492 around a signature of zeros", signed(&wrapped), CONTRACT),
        ("EIP-1271", signed(&format!("0x{}", "22".repeat(97))), CONTRACT),
        ("EIP-2098", signed(&format!("0x{}", "22".repeat(64))), UNREADABLE),
        ("no signature", signed("0x"), UNREADABLE),
        ("zeros", signed(&format!("0x{zero}")), ErrorReason::INVALID_EXACT_EVM_SIGNATURE),
        ("nothing", json!({}), FORM),
        ("permit2", json!({ "signature": "0x", "permit2Authorization": {} }), METHOD),
        ("erc7710", json!({ "delegationManager": "0x", "permissionContext": "0x", "delegator": "0x" }), METHOD),
        ("two methods", with("permit2Authorization", json!({})), METHOD),
        ("unknown member", with("tip", json!("1")), FORM),
        ("unsigned member", says("chainId", json!(1)), FORM),
        ("number", says("value", json!(10_000)), FORM),
        ("leading zero", says("value", json!("010000")), FORM),
        ("hexadecimal", says("value", json!("0x2710")), FORM),
        ("short nonce", says("nonce", json!("0x09")), FORM),
        ("wrong checksum", says("to", json!(PAYEE.replace('C', "c"))), FORM),
    ] {
        assert_eq!(reason(payload), Some(expected), "{name}");
    }
}

#[test]
fn requirements_that_no_listed_token_can_meet_are_refused() {
    const UNFIT: ErrorReason = ErrorReason::INVALID_PAYMENT_REQUIREMENTS;
    const METHOD: ErrorReason = ErrorReason::UNSUPPORTED_PAYLOAD_TYPE;
    const DOMAIN: ErrorReason = ErrorReason::INVALID_EXACT_EVM_MISSING_EIP712_DOMAIN;
    for (name, requirements, expected) in [
        ("scheme", changed(|r| r["scheme"] = json!("upto")), ErrorReason::INVALID_EXACT_EVM_SCHEME),
        ("chain", changed(|r| r["network"] = json!("eip155:1")), ErrorReason::INVALID_NETWORK),
        (
            "another spelling of a chain",
            changed(|r| r["network"] = json!("eip155:084532")),
            ErrorReason::INVALID_NETWORK,
        ),
        ("no EVM chain", changed(|r| r["network"] = json!("solana:84532")), ErrorReason::INVALID_NETWORK),
        ("token", changed(|r| r["asset"] = json!(PAYEE)), UNFIT),
        ("no token", changed(|r| r["asset"] = json!("USD")), UNFIT),
        ("role", changed(|r| r["payTo"] = json!("merchant")), UNFIT),
        ("nothing to pay", changed(|r| r["amount"] = json!("0")), UNFIT),
        ("more than 256 bits", changed(|r| r["amount"] = json!("9".repeat(78))), UNFIT),
        ("permit2", changed(|r| r["extra"]["assetTransferMethod"] = json!("permit2")), METHOD),
        ("no method", changed(|r| r["extra"]["assetTransferMethod"] = json!(null)), METHOD),
        ("no extra", changed(|r| drop(r.as_object_mut().unwrap().remove("extra"))), DOMAIN),
        ("empty name", changed(|r| r["extra"]["name"] = json!("")), DOMAIN),
        (
            "name",
            changed(|r| r["extra"]["name"] = json!("USD Coin")),
            ErrorReason::INVALID_EXACT_EVM_TOKEN_NAME_MISMATCH,
        ),
        (
            "version",
            changed(|r| r["extra"]["version"] = json!("1")),
            ErrorReason::INVALID_EXACT_EVM_TOKEN_VERSION_MISMATCH,
        ),
    ] {
        let found = verify(&requirements, Some(&requirements), payload(authorization()), Asked::Elsewhere);
        assert_eq!(found.unwrap_err().reason(), &expected, "{name}");
    }
    let default_method = changed(|r| drop(r["extra"].as_object_mut().unwrap().remove("assetTransferMethod")));
    assert!(verify(&default_method, Some(&default_method), payload(authorization()), Asked::Elsewhere).is_ok());
}

#[test]
fn the_payer_has_no_say_in_what_was_demanded() {
    let accepting = |change: &dyn Fn(&mut Value)| {
        let found = verify(&requirements(), Some(&changed(change)), payload(authorization()), Asked::Elsewhere);
        found.map(|_| ()).map_err(|error| error.reason().clone())
    };
    let other = Err(ErrorReason::INVALID_PAYMENT_REQUIREMENTS);
    assert_eq!(accepting(&|r| r["scheme"] = json!("upto")), Err(ErrorReason::INVALID_EXACT_EVM_SCHEME));
    let network = Err(ErrorReason::INVALID_EXACT_EVM_NETWORK_MISMATCH);
    assert_eq!(accepting(&|r| r["network"] = json!("eip155:1")), network);
    assert_eq!(accepting(&|r| r["asset"] = json!(PAYEE)), other);
    assert_eq!(accepting(&|r| r["payTo"] = json!(USDC)), other);
    assert_eq!(accepting(&|r| r["amount"] = json!("1")), other);
    assert_eq!(accepting(&|r| r["maxTimeoutSeconds"] = json!(61)), other);
    // The name that the payer repeats is not the one that the signature is checked with.
    assert_eq!(accepting(&|r| r["extra"]["name"] = json!("USD Coin")), Ok(()));
}

#[test]
fn an_echoed_binding_is_held_against_the_request() {
    let asked = PaidRequest::new("GET", "https://api.example/report", Sha256Digest::of(b"")).unwrap();
    let other = PaidRequest::new("GET", "https://api.example/other", Sha256Digest::of(b"")).unwrap();
    let (plain, bound) = (requirements(), scheme().requirements(&demand(), Some(&asked)).unwrap());
    assert_eq!(bound.extra("binding").and_then(Json::as_str), Some(asked.digest().as_str()));
    let mismatch = Err(ErrorReason::INVALID_EXACT_EVM_BINDING_MISMATCH);
    for (name, demanded, accepted, asked, expected) in [
        ("echoed", &bound, Some(&bound), Asked::Here(&asked), Ok(Binding::Echoed)),
        ("echoed without being asked", &plain, Some(&bound), Asked::Here(&asked), Ok(Binding::Echoed)),
        ("for another request", &plain, Some(&bound), Asked::Here(&other), mismatch.clone()),
        ("demanded and echoed, for another request", &bound, Some(&bound), Asked::Here(&other), mismatch.clone()),
        ("demanded and not echoed", &bound, Some(&plain), Asked::Here(&asked), mismatch.clone()),
        ("the same at a facilitator", &bound, Some(&plain), Asked::Elsewhere, mismatch.clone()),
        ("echoed, and nobody knows the request", &bound, Some(&bound), Asked::Elsewhere, Ok(Binding::Unbound)),
        ("neither", &plain, Some(&plain), Asked::Here(&asked), Ok(Binding::Unbound)),
        ("version 1", &bound, None, Asked::Here(&asked), Ok(Binding::Unbound)),
    ] {
        let found = verify(demanded, accepted, payload(authorization()), asked);
        let found = found.map(|payment| payment.binding).map_err(|error| error.reason().clone());
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_refusal_names_the_payer_only_where_the_payer_signed() {
    let refused = |payload: Value| verify(&requirements(), None, payload, Asked::Elsewhere).unwrap_err();
    let mut forged = payload(authorization());
    forged["authorization"]["value"] = json!("1");
    assert_eq!(refused(forged).payer(), None);
    let signed = payload(TransferAuthorization { value: Uint256::from(1), ..authorization() });
    assert_eq!(refused(signed).payer().unwrap().as_str(), authorization().from.to_string());
}

#[test]
fn a_table_of_schemes_finds_the_one_that_is_asked_for() {
    let schemes = Schemes::new(vec![Box::new(scheme())]);
    let find = |name: &str, network: &str| {
        let found = schemes.find(&name.parse().unwrap(), &network.parse().unwrap());
        found.map(|scheme| scheme.kinds().len()).map_err(|error| error.reason().clone())
    };
    assert_eq!(find("exact", "eip155:84532"), Ok(1));
    assert_eq!(find("exact", "eip155:1"), Err(ErrorReason::INVALID_NETWORK));
    assert_eq!(find("upto", "eip155:84532"), Err(ErrorReason::UNSUPPORTED_SCHEME));
}

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
