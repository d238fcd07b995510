//! The did:key method by its own vectors, and by forms that must be refused.

use earnest_base::{NodeId, PublicKey, Subject};
use earnest_signing::SecretKey;
use earnest_tests::{conformance, hex};

#[test]
fn the_keys_of_the_method_are_read_and_written() {
    let Some(set) = conformance("did-key") else { return };
    let file = set.json("ed25519_did_key.json");
    let cases = file["positive"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let field = |name: &str| case[name].as_str().unwrap();
        let seed: [u8; 32] = hex(field("seed_hex")).try_into().unwrap();
        let did = field("did");
        let key = PublicKey::from_multibase(did.strip_prefix("did:key:").unwrap()).unwrap();
        assert_eq!(&key, SecretKey::from_seed(&seed).public());
        assert_eq!(key.as_bytes()[..], hex(field("public_key_hex"))[..]);
        assert_eq!(format!("did:key:{key}"), did);
        assert_eq!(format!("node:{did}").parse::<NodeId>().unwrap().to_string(), format!("node:{did}"));
    }
}

#[test]
fn every_other_form_is_refused() {
    let Some(set) = conformance("did-key") else { return };
    let file = set.json("ed25519_did_key.json");
    let cases = file["derived_negative"].as_array().unwrap();
    assert_eq!(cases.len(), 15);
    for case in cases {
        let did = case["did"].as_str().unwrap();
        assert!(format!("node:{did}").parse::<NodeId>().is_err(), "{case}");
        assert!(format!("participant:{did}").parse::<Subject>().is_err(), "{case}");
        if let Some(multibase) = did.strip_prefix("did:key:") {
            assert!(PublicKey::from_multibase(multibase).is_err(), "{case}");
        }
    }
}
