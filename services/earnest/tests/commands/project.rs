//! `earnest project`, both ways.

use crate::support::Place;

#[test]
fn a_document_comes_back_from_its_published_form_unsigned() {
    let place = Place::new();
    place.signed("ours.json", "service-offer.v1");
    let published = place.run("project --to orbiplex ours.json").ok();
    assert_eq!(published.json()["expires-at"], "2026-04-02T05:30:00Z");
    place.write("published.json", &published.out);
    let back = place.run("project --from orbiplex --kind service-offer published.json").ok().json();
    let mut ours: serde_json::Value = serde_json::from_str(&place.read("ours.json")).unwrap();
    ours.as_object_mut().unwrap().remove("signature");
    ours["created-at"] = ours["ts"].clone();
    assert_eq!(back, ours);
    let again = place.run_with("project --from orbiplex --kind service-offer.v1 -", &published.out, &[]).ok().json();
    assert_eq!(again, ours);
}

#[test]
fn the_published_rules_alone_take_what_real_reading_refuses() {
    let place = Place::new();
    place.signed("ours.json", "service-offer.v1");
    place.write("published.json", &place.run("project --to orbiplex ours.json").ok().out);
    let node = "node:did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH";
    place.altered("placeholder.json", "published.json", node, "node:did:key:zPlaceholder");
    let check = "project --from orbiplex --kind service-offer --check placeholder.json";
    assert!(place.run(check).ok().out.starts_with("valid service-offer.v1 by the published rules"));
    assert_eq!(place.run(&format!("{check} --json")).ok().json()["valid"], true);
    let run = place.run("project --from orbiplex --kind service-offer placeholder.json --json");
    assert_eq!((run.exit, run.error()["pointer"].as_str()), (1, Some("/provider~1node-id")));
}

#[test]
fn what_cannot_be_projected_is_refused_with_code_and_place() {
    let place = Place::new();
    place.signed("ours.json", "service-offer.v1");
    place.altered("tampered.json", "ours.json", "\"seq\":1", "\"seq\":2");
    for (arguments, code, pointer) in [
        ("--to orbiplex tampered.json", "signature-invalid", "/signature"),
        ("--from orbiplex --kind service-offer ours.json", "missing-member", "/created-at"),
        ("--from orbiplex --kind service-offer --check ours.json", "missing-member", "/created-at"),
    ] {
        let run = place.run(&format!("project --json {arguments}"));
        let error = run.error();
        assert_eq!(
            (run.exit, error["code"].as_str(), error["pointer"].as_str()),
            (1, Some(code), Some(pointer)),
            "{arguments}"
        );
    }
    for wrong in ["ours.json", "--to orbiplex --from orbiplex --kind service-offer ours.json", "--to other ours.json"] {
        assert_eq!(place.run(&format!("project {wrong}")).exit, 2, "{wrong}");
    }
}
