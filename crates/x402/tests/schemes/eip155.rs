//! `exact` on EVM chains: what is taken, what is refused and with which word.

use earnest_base::Sha256Digest;
use earnest_signing::Json;
use earnest_x402::{
    AssetId, ErrorReason,
    evm::{TransferAuthorization, Uint256},
    scheme::{Asked, Binding, PaidRequest, Scheme, Schemes, Tender, VerifiedPayment},
    v1,
    v2::PaymentRequirements,
};
use serde_json::{Value, json};

use crate::eip155_samples::{
    NOW, PAYEE, USDC, authorization, changed, demand, now, payload, reason, requirements, scheme, verify,
};

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
    let kinds = serde_json::to_value(schemes.kinds()).unwrap();
    let expected = json!([
        { "x402Version": 2, "scheme": "exact", "network": "eip155:84532" },
        { "x402Version": 1, "scheme": "exact", "network": "base-sepolia" },
    ]);
    assert_eq!(kinds, expected);
}

#[test]
fn a_payment_of_version_1_is_judged_by_what_was_demanded() {
    let paying = |scheme: &str, network: &str| -> Result<VerifiedPayment, ErrorReason> {
        let payment =
            json!({ "x402Version": 1, "scheme": scheme, "network": network, "payload": payload(authorization()) });
        let payment: v1::PaymentPayload = serde_json::from_value(payment).unwrap();
        let requirements = requirements();
        let tender = Tender::v1(&payment, &requirements, Asked::Elsewhere);
        tender.and_then(|tender| self::scheme().verify(&tender, now())).map_err(|error| error.reason().clone())
    };
    assert_eq!(paying("exact", "base-sepolia").unwrap().binding, Binding::Unbound);
    assert_eq!(paying("exact", "base").unwrap_err(), ErrorReason::INVALID_NETWORK);
    assert_eq!(paying("exact", "orc").unwrap_err(), ErrorReason::INVALID_NETWORK);
    assert_eq!(paying("upto", "base-sepolia").unwrap_err(), ErrorReason::INVALID_SCHEME);
}
