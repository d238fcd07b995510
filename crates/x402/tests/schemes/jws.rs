//! Which JWS are taken, and what they may say.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use earnest_x402::offer_receipt::{ArtifactPayload, Offer, Receipt, SignedArtifact, Trust};
use serde_json::{Value, json};

use crate::artifact_samples::{did_of, key, offer, receipt};

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
