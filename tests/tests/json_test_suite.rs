//! JSON by the suite of Nicolas Seriot, as RFC 7493 narrows it.

use std::collections::BTreeSet;

use earnest_signing::{Limits, read};
use earnest_tests::{Set, conformance};

/// What the reader makes of a file: its canonical form, cut, or the refusal.
fn outcome(set: &Set, file: &str) -> String {
    let bytes = set.bytes(file);
    match read(&bytes, Limits::I_JSON) {
        Ok(value) => format!("read: {}", value.canonical().chars().take(60).collect::<String>()),
        Err(error) => {
            let place = error.position().map_or_else(String::new, |at| format!(" {}:{}", at.line, at.column));
            format!("{}{place}", error.code())
        }
    }
}

/// The outcomes of the files of a folder whose names begin so, one a line.
fn outcomes(set: &Set, folder: &str, start: &str) -> Vec<(String, String)> {
    let files = set.files(folder).into_iter().filter(|file| file.starts_with(start));
    files.map(|file| (file.clone(), outcome(set, &format!("{folder}/{file}")))).collect()
}

fn listed(outcomes: &[(String, String)]) -> String {
    outcomes.iter().map(|(file, outcome)| format!("{file}\n    {outcome}\n")).collect()
}

#[test]
fn what_is_no_json_is_refused() {
    let Some(set) = conformance("JSONTestSuite") else { return };
    let refused = outcomes(&set, "test_parsing", "n_");
    assert_eq!(refused.len(), 188);
    let read: Vec<_> = refused.iter().filter(|(_, outcome)| outcome.starts_with("read")).collect();
    assert!(read.is_empty(), "{read:#?}");
}

#[test]
fn what_is_json_is_read_but_for_what_i_json_bars() {
    let Some(set) = conformance("JSONTestSuite") else { return };
    let overrides = set.json("ijson_policy_overrides.json");
    let barred: BTreeSet<&str> =
        overrides.as_array().unwrap().iter().map(|case| case["file"].as_str().unwrap()).collect();
    let outcomes = outcomes(&set, "test_parsing", "y_");
    assert_eq!((outcomes.len(), barred.len()), (95, 10));
    for (file, outcome) in outcomes {
        assert_eq!(outcome.starts_with("read"), !barred.contains(file.as_str()), "{file}: {outcome}");
    }
}

#[test]
fn what_json_leaves_open_is_decided() {
    let Some(set) = conformance("JSONTestSuite") else { return };
    let outcomes = outcomes(&set, "test_parsing", "i_");
    assert_eq!(outcomes.len(), 35);
    insta::assert_snapshot!(listed(&outcomes));
}

#[test]
fn what_readers_transform_is_decided() {
    let Some(set) = conformance("JSONTestSuite") else { return };
    insta::assert_snapshot!(listed(&outcomes(&set, "test_transform", "")));
}
