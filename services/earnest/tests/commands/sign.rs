//! `earnest sign`.

use earnest_artifacts::{Artifact, example};

use crate::support::Place;

#[test]
fn a_signed_document_is_the_one_that_the_library_signs() {
    let place = Place::new();
    place.fixture_key("ola.key", 1).unsigned("offer.json", "service-offer.v1");
    let canonical = example("service-offer.v1").unwrap();
    assert_eq!(place.run("sign --key ola.key --compact offer.json").ok().out.trim_end(), canonical);
    let pretty = place.run_with("sign --key ola.key -", &place.read("offer.json"), &[]).ok();
    assert!(pretty.out.starts_with("{\n  \"confirmation/mode\": "));
    Artifact::verify(pretty.out.as_bytes()).unwrap();
    assert_eq!(place.run("sign --key ola.key --json offer.json").ok().out, pretty.out);
}

#[test]
fn signers_sign_one_after_another() {
    let place = Place::new();
    place.fixture_key("roman.key", 5).fixture_key("adam.key", 3).unsigned("contract.json", "procurement-contract.v1");
    let half = place.run("sign --key roman.key --role asker contract.json").ok().out;
    let whole = place.run_with("sign --key adam.key --role responder -", &half, &[]).ok().out;
    Artifact::verify(whole.as_bytes()).unwrap();
    let value = half.split_once("\"value\": \"").unwrap().1.split_once('"').unwrap().0;
    let forged = half.replace(value, &"A".repeat(value.len()));
    let run = place.run_with("sign --key adam.key --role responder - --json", &forged, &[]);
    assert_eq!(run.exit, 1, "nobody signs beside a wrong signature");
    assert_eq!(run.error()["pointer"], "/asker~1signature");
}

#[test]
fn what_cannot_be_signed_is_refused_with_code_and_place() {
    let place = Place::new();
    place.fixture_key("ola.key", 1).fixture_key("node.key", 2);
    place.unsigned("offer.json", "service-offer.v1").unsigned("contract.json", "procurement-contract.v1");
    place.altered("negative.json", "offer.json", "\"pricing/amount\": 1000", "\"pricing/amount\": -1");
    place.altered("unknown.json", "offer.json", "service-offer.v1", "service-offer.v9");
    place.write("text.json", "no JSON");
    for (arguments, exit, code, pointer) in [
        ("--key node.key offer.json", 1, "key-mismatch", "/provider~1participant-id"),
        ("--key ola.key --role asker offer.json", 1, "role-unknown", ""),
        ("--key ola.key contract.json", 1, "role-unknown", ""),
        ("--key ola.key --role asker contract.json", 1, "key-mismatch", "/asker~1participant-id"),
        ("--key ola.key negative.json", 1, "invalid-value", "/pricing~1amount"),
        ("--key ola.key unknown.json", 1, "kind-unknown", "/schema"),
        ("--key ola.key text.json", 1, "syntax", ""),
        ("--key ola.key none.json", 2, "file-unreadable", ""),
        ("--key none.key offer.json", 2, "file-unreadable", ""),
    ] {
        let run = place.run(&format!("sign --json {arguments}"));
        assert_eq!((run.exit, run.out.as_str()), (exit, ""), "{arguments}");
        let error = run.error();
        assert_eq!((error["code"].as_str(), error["pointer"].as_str().unwrap_or("")), (Some(code), pointer));
    }
    let shown = place.run("sign --key ola.key negative.json");
    assert!(
        shown.err.starts_with("error: negative.json: invalid-value at /pricing~1amount (line 12, column "),
        "{}",
        shown.err
    );
}
