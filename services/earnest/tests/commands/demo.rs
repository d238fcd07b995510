//! `earnest demo`.

use crate::support::Place;

#[test]
fn the_demonstration_ends_as_it_should() {
    let place = Place::new();
    let text = place.run("demo").ok().out;
    assert!(text.ends_with("Every step ended as it should.\n"), "{text}");
    let json = place.run("demo --json").ok().json();
    let steps = json["steps"].as_array().unwrap();
    assert!(json["ok"] == true && steps.iter().all(|step| step["as-expected"] == true), "{json:#}");
    let refusals: Vec<(&str, &str)> = steps
        .iter()
        .filter(|step| step["accepted"] == false)
        .map(|step| (step["code"].as_str().unwrap(), step["pointer"].as_str().unwrap()))
        .collect();
    assert_eq!(
        refusals,
        [
            ("signature-invalid", "/signature"),
            ("signature-invalid", "/responder~1signature"),
            ("key-mismatch", "/provider~1participant-id"),
            ("invalid-value", "/provider~1participant-id"),
            ("expired", ""),
        ]
    );
}

#[test]
fn the_documents_that_it_keeps_are_judged_alike_by_verify() {
    let place = Place::new();
    let written = place.run("demo --dir kept --json").ok().json();
    for (file, exit) in [
        ("kept/offer.json", 0),
        ("kept/offer-tampered.json", 1),
        ("kept/contract.json", 0),
        ("kept/contract-borrowed-signature.json", 1),
        ("kept/offer-by-node.json", 1),
    ] {
        assert!(written["files"].as_array().unwrap().contains(&file.into()), "{file}");
        assert_eq!(place.run(&format!("verify {file}")).exit, exit, "{file}");
    }
    let again = place.run("demo --dir kept --json");
    assert_eq!((again.exit, again.error()["code"].as_str()), (2, Some("file-exists")));
}
