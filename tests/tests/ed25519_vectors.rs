//! Ed25519 by the vectors of others: we are the strict verifier of `ed25519-dalek` 3, on every edge case on record.

use earnest_base::PublicKey;
use earnest_signing::SecretKey;
use earnest_tests::{conformance, hex};
use serde_json::Value;

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("expected {name:?} in {value}"))
}

/// A key that is refused verifies nothing; a signature of another length is none.
fn verdict(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = key.try_into().ok().and_then(|key| PublicKey::from_bytes(key).ok());
    match (key, signature.try_into()) {
        (Some(key), Ok(signature)) => key.verifies(message, signature),
        _ => false,
    }
}

#[test]
fn wycheproof_is_judged_as_it_says() {
    let Some(set) = conformance("wycheproof") else { return };
    let file = set.json("ed25519_test.json");
    let mut seen = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let key = hex(text(&group["publicKey"], "pk"));
        for test in group["tests"].as_array().unwrap() {
            let found = verdict(&key, &hex(text(test, "msg")), &hex(text(test, "sig")));
            assert_eq!(found, text(test, "result") == "valid", "{test}");
            seen += 1;
        }
    }
    assert_eq!(Some(seen), file["numberOfTests"].as_u64());
}

#[test]
fn the_known_answers_are_judged_as_they_say() {
    let Some(set) = conformance("rfc8032") else { return };
    for test in set.json("wycheproof_ktv_subset.json").as_array().unwrap() {
        let found = verdict(&hex(text(test, "pk")), &hex(text(test, "msg")), &hex(text(test, "sig")));
        assert_eq!(found, text(test, "result") == "valid", "{test}");
    }
}

#[test]
fn every_vector_of_the_authors_is_signed_again_to_the_same_bytes_and_verifies() {
    let Some(set) = conformance("rfc8032") else { return };
    let lines = set.text("ed25519_sign_input_TESTVECTORS.txt");
    let mut seen = 0;
    for line in lines.lines() {
        let fields: Vec<Vec<u8>> = line.split(':').take(4).map(hex).collect();
        let [secret, public, message, signed] = fields.as_slice() else { panic!("expected four fields in {line}") };
        let key = SecretKey::from_seed(secret[..32].try_into().unwrap());
        assert_eq!(key.public().as_bytes()[..], public[..]);
        assert_eq!(key.sign(message)[..], signed[..64], "{line}");
        assert!(verdict(public, message, &signed[..64]), "{line}");
        seen += 1;
    }
    assert_eq!(seen, 128);
}

/// Compares our verdicts with those on record for one set.
fn check_on_record(folder: &str, file: &str, names: [&str; 3], hex_message: bool, record: &str, count: usize) {
    let (Some(set), Some(root)) = (conformance(folder), conformance("")) else { return };
    let (cases, records) = (set.json(file), root.json("ed25519_measured_verdicts.json"));
    let (cases, records) = (cases.as_array().unwrap(), records[record].as_array().unwrap());
    assert_eq!((cases.len(), records.len()), (count, count));
    let [key, message, signature] = names;
    for (index, (case, record)) in cases.iter().zip(records).enumerate() {
        assert_eq!(record["id"].as_u64(), Some(index as u64));
        let message = text(case, message);
        let message = if hex_message { hex(message) } else { message.as_bytes().to_vec() };
        let found = verdict(&hex(text(case, key)), &message, &hex(text(case, signature)));
        assert_eq!(Some(found), record["dalek3_verify_strict"].as_bool(), "{file} {index}: {case}");
    }
}

#[test]
fn points_of_low_order_and_odd_encodings_are_judged_as_on_record() {
    check_on_record("cctv-ed25519", "ed25519vectors.json", ["key", "msg", "sig"], false, "cctv", 914);
}

#[test]
fn the_cases_on_which_verifiers_differ_are_judged_as_on_record() {
    let names = ["pub_key", "message", "signature"];
    check_on_record("ed25519-speccheck", "cases.json", names, true, "speccheck", 12);
    check_on_record("ed25519-speccheck", "scripts_cases.json", names, true, "speccheck_scripts", 15);
}
