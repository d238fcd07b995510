//! `earnest verify`.

use crate::support::Place;

const OLA: &str = "participant:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";

#[test]
fn a_valid_document_is_one_line_with_its_signers() {
    let place = Place::new();
    place.signed("offer.json", "service-offer.v1").signed("contract.json", "procurement-contract.v1");
    let run = place.run("verify offer.json contract.json").ok();
    let offer = format!("valid service-offer.v1 offer:ola-redaction-01 signed by {OLA}\n");
    assert_eq!(
        run.out,
        offer.clone()
            + "valid procurement-contract.v1 contract:01JV-ph1-breakfast signed by \
               participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2 as asker, \
               participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2 as responder\n"
    );
    assert_eq!(place.run_with("verify -", &place.read("offer.json"), &[]).ok().out, offer);
    let json = place.run("verify --json contract.json").ok().json();
    assert_eq!((&json["valid"], &json["signed-by"][1]["role"]), (&true.into(), &"responder".into()));
}

#[test]
fn what_is_not_valid_is_named_with_file_code_and_place() {
    let place = Place::new();
    place.signed("offer.json", "service-offer.v1").unsigned("unsigned.json", "service-offer.v1");
    place.altered("tampered.json", "offer.json", "\"pricing/amount\":1000", "\"pricing/amount\":1001");
    place.altered("twice.json", "offer.json", "\"seq\":1", "\"seq\":1,\"se\\u0071\":1");
    place.altered("more.json", "offer.json", "\"seq\":1", "\"seq\":1,\"more\":1");
    for (file, code, pointer) in [
        ("tampered.json", "signature-invalid", "/signature"),
        ("unsigned.json", "signature-missing", "/signature"),
        ("twice.json", "duplicate-member", "/seq"),
        ("more.json", "unknown-member", "/more"),
    ] {
        let run = place.run(&format!("verify offer.json {file}"));
        assert_eq!((run.exit, run.err.as_str(), run.out.lines().count()), (1, "", 2));
        assert!(run.out.lines().nth(1).unwrap().starts_with(&format!("{file}: {code} at {pointer}")), "{}", run.out);
        let json = place.run(&format!("verify --json {file}")).json();
        assert_eq!(
            (json["valid"].as_bool(), json["code"].as_str(), json["pointer"].as_str(), json["file"].as_str()),
            (Some(false), Some(code), Some(pointer), Some(file))
        );
    }
}

#[test]
fn time_is_judged_only_where_it_is_asked_for() {
    let place = Place::new();
    place.signed("offer.json", "service-offer.v1").signed("contract.json", "procurement-contract.v1");
    for (moment, exit, starts) in [
        ("2026-04-01T05:29:59Z", 1, "offer.json: not-yet-valid: "),
        ("2026-04-01T05:30:00Z", 0, "valid service-offer.v1 "),
        ("2026-04-02T05:29:59Z", 0, "valid service-offer.v1 "),
        ("2026-04-02T05:30:00Z", 1, "offer.json: expired: "),
        ("yesterday", 2, ""),
    ] {
        let run = place.run(&format!("verify --at {moment} offer.json"));
        assert_eq!((run.exit, run.out.starts_with(starts)), (exit, true), "{moment}: {}{}", run.out, run.err);
    }
    place.run("verify offer.json").ok();
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let place = Place::new();
    place.signed("offer.json", "service-offer.v1").unsigned("unsigned.json", "service-offer.v1");
    let run = place.run("verify none.json offer.json unsigned.json");
    assert_eq!((run.exit, run.out.lines().count()), (2, 2));
    assert!(run.err.starts_with("error: none.json: cannot read it: "), "{}", run.err);
    assert_eq!(place.run("verify - -").exit, 2);
}

#[test]
fn many_files_are_answered_in_their_order() {
    let place = Place::new();
    place.signed("a.json", "service-offer.v1").altered("b.json", "a.json", "\"seq\":1", "\"seq\":2");
    let files: Vec<&str> = (0..200).map(|index| if index % 3 == 0 { "b.json" } else { "a.json" }).collect();
    let run = place.run(&format!("verify {}", files.join(" ")));
    let valid: Vec<bool> = run.out.lines().map(|line| line.starts_with("valid ")).collect();
    assert_eq!((run.exit, valid), (1, files.iter().map(|file| *file == "a.json").collect()));
}

#[test]
fn what_a_terminal_would_obey_is_spelt_out() {
    let place = Place::new();
    let name = "\\u001b[31m\\u009b\\u202e";
    place.signed("offer.json", "service-offer.v1");
    place.altered("escape.json", "offer.json", "\"seq\":1", &format!("\"seq\":1,\"{name}\":\"{name}\""));
    place.altered("kind.json", "offer.json", "service-offer.v1", "\u{9b}31m\u{202e}");
    for file in ["escape.json", "kind.json"] {
        for flag in ["", "--json"] {
            let run = place.run(&format!("verify {flag} {file}"));
            assert_eq!(run.exit, 1);
            let obeyed = |found: char| (found.is_control() && found != '\n') || found == '\u{202e}';
            assert!(!run.out.contains(obeyed) && run.err.is_empty(), "{:?}", run.out);
        }
    }
}
