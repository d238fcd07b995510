//! Signed offers and receipts: which signatures count, and which offer is that of a demand.

#![allow(clippy::unwrap_used, reason = "all of this is test code")]

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use earnest_artifacts::SecretKey;
use earnest_base::{Count, Timestamp};
use earnest_x402::{
    Extensions, ResourceUrl,
    evm::EvmSignature,
    offer_receipt::{
        ArtifactPayload, ArtifactSigner, KEY, Offer, Receipt, SignedArtifact, Trust, find_offer, offers_extension,
        offers_of, receipt_extension, receipt_of,
    },
    v2::PaymentRequirements,
};
use k256::ecdsa::SigningKey;
use proptest::prelude::*;
use serde_json::{Value, json};

const USDC: &str = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
const UNTIL: i64 = 1_703_123_516;

fn key() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

fn did_of(seed: u8) -> String {
    format!("did:key:{}", SecretKey::from_seed(&[seed; 32]).public())
}

fn url() -> ResourceUrl {
    "https://api.example.com/premium-data".parse().unwrap()
}

fn requirements() -> PaymentRequirements {
    serde_json::from_value(json!({
        "scheme": "exact", "network": "eip155:84532", "asset": USDC, "payTo": PAYEE, "amount": "10000",
        "maxTimeoutSeconds": 60,
    }))
    .unwrap()
}

fn offer() -> Offer {
    Offer::new(url(), &requirements(), Count::new(UNTIL.unsigned_abs()).ok())
}

fn receipt() -> Receipt {
    serde_json::from_value(json!({
        "version": 1, "network": "orc:fed-pl-main", "resourceUrl": url(), "payer": "account:fed-pl-main:adam",
        "issuedAt": 1_703_123_456,
    }))
    .unwrap()
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_unix_millis(second * 1000).unwrap()
}

/// A JWS of any header and payload, signed by the key.
fn jws(header: &str, payload: &str) -> SignedArtifact<Receipt> {
    let covered = format!("{}.{}", BASE64.encode(header), BASE64.encode(payload));
    artifact(&format!("{covered}.{}", BASE64.encode(key().sign(covered.as_bytes()))))
}

fn artifact(signature: &str) -> SignedArtifact<Receipt> {
    serde_json::from_value(json!({ "format": "jws", "signature": signature })).unwrap()
}

fn header(alg: &str, kid: &str) -> String {
    format!(r#"{{"alg":{alg},"kid":"{kid}"}}"#)
}

fn kid() -> String {
    format!("{}#{}", did_of(7), key().public())
}

fn code(artifact: &SignedArtifact<Receipt>) -> Option<&'static str> {
    artifact.verify(Trust::Whoever).err().map(|error| error.code())
}

#[test]
fn a_header_says_eddsa_and_a_did_key_and_nothing_else() {
    let (kid, did, other) = (kid(), did_of(7), did_of(8));
    let stranger = format!("{other}#{}", other.trim_start_matches("did:key:"));
    let more = |member: &str| format!(r#"{{"alg":"EdDSA",{member},"kid":"{kid}"}}"#);
    for (header, expected) in [
        (header(r#""EdDSA""#, &kid), None),
        (format!(r#" {{ "kid": "{kid}", "alg": "EdDSA" }} "#), None),
        (header(r#""none""#, &kid), Some("algorithm-unsupported")),
        (header(r#""ES256K""#, &kid), Some("algorithm-unsupported")),
        (header(r#""ES256""#, &kid), Some("algorithm-unsupported")),
        (header(r#""HS256""#, &kid), Some("algorithm-unsupported")),
        (header(r#""eddsa""#, &kid), Some("algorithm-unsupported")),
        (header(r#"["EdDSA"]"#, &kid), Some("header-invalid")),
        (header("null", &kid), Some("header-invalid")),
        (format!(r#"{{"kid":"{kid}"}}"#), Some("header-invalid")),
        (r#"{"alg":"EdDSA"}"#.to_owned(), Some("header-invalid")),
        (more(r#""crit":["b64"],"b64":false"#), Some("header-invalid")),
        (more(r#""jwk":{}"#), Some("header-invalid")),
        (more(r#""alg":"none""#), Some("header-invalid")),
        ("[]".to_owned(), Some("header-invalid")),
        (header(r#""EdDSA""#, &did), Some("key-unsupported")),
        (header(r#""EdDSA""#, &format!("{did}#key-1")), Some("key-unsupported")),
        (header(r#""EdDSA""#, &format!("{kid}#")), Some("key-unsupported")),
        (header(r#""EdDSA""#, "did:web:api.example.com#key-1"), Some("key-unsupported")),
        (header(r#""EdDSA""#, &stranger), Some("signature-invalid")),
    ] {
        assert_eq!(code(&jws(&header, &receipt().to_object().canonical())), expected, "{header}");
    }
}

#[test]
fn a_jws_has_three_parts_of_strict_base64() {
    let signed = SignedArtifact::sign(&receipt(), &key()).signature;
    let (covered, signature) = signed.rsplit_once('.').unwrap();
    let (header, _) = covered.split_once('.').unwrap();
    for (text, expected) in [
        (String::new(), "jws-malformed"),
        (covered.to_owned(), "jws-malformed"),
        (format!("{signed}."), "jws-malformed"),
        (format!("{signed}=="), "jws-malformed"),
        (format!("{signed}\n"), "jws-malformed"),
        (format!(" {signed}"), "jws-malformed"),
        (format!("{covered}.+{}", &signature[1..]), "jws-malformed"),
        (format!("{header}==.{}", &signed[header.len() + 1..]), "jws-malformed"),
        (format!("{covered}."), "signature-invalid"),
        (format!("{covered}.{}", &signature[..84]), "signature-invalid"),
    ] {
        assert_eq!(code(&artifact(&text)), Some(expected), "{text}");
    }
    // The last of 86 characters carries two bits: the rest of it must be zero.
    for last in ('A'..='Z').chain('a'..='z').filter(|last| !['A', 'Q', 'g', 'w'].contains(last)) {
        assert_eq!(code(&artifact(&format!("{covered}.{}{last}", &signature[..85]))), Some("jws-malformed"), "{last}");
    }
}

#[test]
fn a_payload_is_version_1_and_closed_however_it_is_spelt() {
    let header = header(r#""EdDSA""#, &kid());
    let with = |change: &dyn Fn(&mut Value)| {
        let mut payload = serde_json::to_value(receipt()).unwrap();
        change(&mut payload);
        code(&jws(&header, &payload.to_string()))
    };
    let invalid = Some("payload-invalid");
    assert_eq!(code(&jws(&header, &serde_json::to_string_pretty(&receipt()).unwrap())), None);
    assert_eq!(with(&|p| p["transaction"] = json!("")), None);
    assert_eq!(with(&|p| p["version"] = json!(2)), invalid);
    assert_eq!(with(&|p| p["version"] = json!("1")), invalid);
    assert_eq!(with(&|p| p["network"] = json!("base-sepolia")), invalid);
    assert_eq!(with(&|p| p["issuedAt"] = json!(-1)), invalid);
    assert_eq!(with(&|p| p["issuedAt"] = json!(1.5)), invalid);
    assert_eq!(with(&|p| p["amount"] = json!("1")), invalid);
    assert_eq!(with(&|p| drop(p.as_object_mut().unwrap().remove("payer"))), invalid);
    assert_eq!(code(&jws(&header, &receipt().to_object().canonical().replace('{', r#"{"payer":"eve","#))), invalid);
    assert_eq!(code(&jws(&header, "[]")), invalid);
}

#[test]
fn no_text_with_a_control_character_is_signed_or_taken() {
    for control in ["\u{0}", "\u{8}", "\t", "\n", "\u{c}", "\r", "\u{1f}", "\u{7f}"] {
        for member in ["resourceUrl", "scheme", "network", "asset", "payTo", "amount"] {
            let mut value = serde_json::to_value(offer()).unwrap();
            let text = format!("{}{control}", value[member].as_str().unwrap());
            value[member] = json!(text);
            assert!(serde_json::from_value::<Offer>(value).is_err(), "{member} {control:?}");
        }
        for member in ["resourceUrl", "network", "payer", "transaction"] {
            let mut value = serde_json::to_value(receipt()).unwrap();
            value[member] = json!(format!("eip155:1{control}"));
            assert!(serde_json::from_value::<Receipt>(value).is_err(), "{member} {control:?}");
        }
    }
}

#[test]
fn a_format_has_its_payload_in_its_place() {
    let signed = SignedArtifact::sign(&receipt(), &key()).signature;
    for (value, expected) in [
        (json!({ "format": "jws", "signature": signed, "payload": {} }), "payload-place"),
        (json!({ "format": "eip712", "signature": signed }), "payload-place"),
        (json!({ "format": "eip712", "signature": signed, "payload": receipt() }), "signature-invalid"),
        (json!({ "format": "eip712", "signature": "0x", "payload": {} }), "payload-invalid"),
        (json!({ "format": "cose", "signature": signed }), "format-unsupported"),
    ] {
        let artifact: SignedArtifact<Receipt> = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(code(&artifact), Some(expected), "{value}");
    }
}

fn eip712(offer: &Offer) -> SignedArtifact<Offer> {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let (signature, recovery) = key.sign_prehash_recoverable(offer.digest().as_bytes());
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = recovery.to_byte();
    SignedArtifact::with_signature(offer, &EvmSignature::from_bytes(&bytes).unwrap())
}

#[test]
fn only_a_trusted_signer_counts() {
    let (signed, typed) = (SignedArtifact::sign(&offer(), &key()), eip712(&offer()));
    let address = *typed.verify(Trust::Whoever).unwrap().signer();
    let both: BTreeSet<ArtifactSigner> = [ArtifactSigner::Key(*key().public()), address].into();
    assert!(signed.verify(Trust::OneOf(&both)).is_ok());
    assert!(typed.verify(Trust::OneOf(&both)).is_ok());
    assert!(signed.verify(Trust::Payee(&did_of(7))).is_ok());
    assert!(typed.verify(Trust::Payee(&address.to_string())).is_ok());
    assert!(typed.verify(Trust::Payee(&address.to_string().to_lowercase())).is_ok());
    let nobody = BTreeSet::new();
    for trust in [Trust::OneOf(&nobody), Trust::Payee(PAYEE), Trust::Payee("merchant"), Trust::Payee("")] {
        assert_eq!(signed.verify(trust).unwrap_err().code(), "signer-untrusted", "{trust:?}");
        assert_eq!(typed.verify(trust).unwrap_err().code(), "signer-untrusted", "{trust:?}");
    }
}

#[test]
fn an_offer_is_found_by_what_it_says_not_by_where_it_stands() {
    let other = Offer { amount: "1".parse().unwrap(), ..offer() };
    // The hints are wrong: nothing follows them.
    let offers = [
        SignedArtifact::sign(&other, &key()).at(Count::new(0).unwrap()),
        SignedArtifact::sign(&offer(), &key()).at(Count::new(7).unwrap()),
    ];
    let extension = json!({ KEY: offers_extension(&offers) });
    assert!(extension[KEY]["schema"]["properties"]["offers"].is_object());
    let extensions: Extensions = serde_json::from_value(extension).unwrap();
    let read: Vec<SignedArtifact<Offer>> = offers_of(&extensions).into_iter().map(Result::unwrap).collect();
    assert_eq!(read, offers);

    let (did, stranger) = (did_of(7), did_of(8));
    let find = |requirements: &PaymentRequirements, trust: Trust<'_>, now: i64| {
        let found = find_offer(&read, &url(), requirements, trust, second(now));
        found.map(|offer| offer.amount.to_string()).map_err(|error| error.code())
    };
    let trust = Trust::Payee(&did);
    assert_eq!(find(&requirements(), trust, UNTIL).as_deref(), Ok("10000"));
    assert_eq!(find(&requirements(), trust, UNTIL + 1), Err("offer-expired"));
    assert_eq!(find(&requirements(), Trust::Payee(&stranger), UNTIL), Err("signer-untrusted"));
    let spelt = PaymentRequirements { asset: USDC.to_lowercase().parse().unwrap(), ..requirements() };
    assert_eq!(find(&spelt, trust, UNTIL).as_deref(), Ok("10000"));
    let dearer = PaymentRequirements { amount: "10001".parse().unwrap(), ..requirements() };
    assert_eq!(find(&dearer, trust, UNTIL), Err("offer-absent"));
}

#[test]
fn each_member_of_an_offer_is_compared() {
    for (member, value) in [
        ("resourceUrl", "https://api.example.com/other"),
        ("scheme", "upto"),
        ("network", "eip155:8453"),
        ("asset", PAYEE),
        ("payTo", USDC),
        ("amount", "1"),
    ] {
        let mut changed = serde_json::to_value(offer()).unwrap();
        changed[member] = json!(value);
        let changed: Offer = serde_json::from_value(changed).unwrap();
        let error = changed.check_terms(&url(), &requirements()).unwrap_err();
        assert_eq!(error.code(), "offer-differs");
        assert!(error.to_string().contains(member), "{error}");
    }
    let endless = Offer { valid_until: None, ..offer() };
    assert!(endless.check_time("9999-12-31T23:59:59Z".parse().unwrap()).is_ok());
}

#[test]
fn a_receipt_is_found_in_an_answer_and_what_is_broken_is_told() {
    let signed = SignedArtifact::sign(&receipt(), &key());
    let extension = json!({ KEY: receipt_extension(&signed) });
    assert!(extension[KEY]["schema"]["properties"]["receipt"].is_object());
    let extensions: Extensions = serde_json::from_value(extension).unwrap();
    let found = receipt_of(&extensions).unwrap().unwrap();
    assert_eq!(*found.verify(Trust::Payee(&did_of(7))).unwrap(), receipt());
    assert!(receipt_of(&Extensions::default()).is_none());
    let broken =
        json!({ KEY: { "info": { "receipt": 1, "offers": [{ "format": 1 }, { "format": "jws", "signature": "" }] } } });
    let broken: Extensions = serde_json::from_value(broken).unwrap();
    assert_eq!(receipt_of(&broken).unwrap().unwrap_err().code(), "artifact-invalid");
    let offers: Vec<bool> = offers_of(&broken).iter().map(Result::is_ok).collect();
    assert_eq!(offers, [false, true]);
}

#[test]
fn what_eip_712_signs_is_sent_with_every_member() {
    let endless = Offer { valid_until: None, ..offer() };
    let written = serde_json::to_value(eip712(&endless)).unwrap();
    assert_eq!(written["payload"]["validUntil"], 0);
    let read: SignedArtifact<Offer> = serde_json::from_value(written).unwrap();
    assert_eq!(*read.verify(Trust::Whoever).unwrap(), endless);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_changed_character_of_a_jws_is_refused(at in 0_usize..1024, character in "[A-Za-z0-9_.-]") {
        let signed = SignedArtifact::sign(&offer(), &key());
        let at = at % signed.signature.len();
        let mut changed = signed.clone();
        changed.signature.replace_range(at..=at, &character);
        prop_assume!(changed != signed);
        prop_assert!(changed.verify(Trust::Payee(&did_of(7))).is_err());
    }

    #[test]
    fn an_offer_changed_under_an_eip_712_signature_is_not_its_signer_s(amount: u64, until in 1_u64..9_007_199_254_740_991) {
        let signed = eip712(&offer());
        let signer = signed.verify(Trust::Whoever).unwrap().signer().to_string();
        let amount = amount.to_string().parse().unwrap();
        let changed = Offer { amount, valid_until: Count::new(until).ok(), ..offer() };
        prop_assume!(changed != offer());
        let mut twin = signed;
        twin.payload = Some(changed.to_full_object());
        // Another address signed it, or none could have.
        prop_assert!(twin.verify(Trust::Payee(&signer)).is_err());
    }
}
