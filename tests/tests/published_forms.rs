//! The published Orbiplex forms (decision D11): every projection keeps the published schema, every published example
//! keeps our statement of it, and both judge every mutation of the examples alike.

use std::collections::BTreeSet;

use earnest_artifacts::{
    Artifact, Kind, example,
    published::{check, from_published, to_published},
};
use earnest_signing::{Json, Limits, in_parallel, read};
use earnest_tests::{Mutation, Set, conformance, faults, mutations, published_validator, words};
use jsonschema::Validator;
use serde_json::Value;

/// Published examples of families that Earnest does not have.
const NOT_OURS: &[&str] = &["service-offer-relay.v1"];

/// The kind of a published example: the last part of its file's name.
fn kind_of(file: &str) -> String {
    let name = file.trim_end_matches(".json").rsplit('.').next().unwrap();
    let name = if name == "room-metadata" { "answer-room-metadata" } else { name };
    format!("{name}.v1")
}

/// The published examples of our kinds.
fn examples(set: &Set) -> Vec<(String, &'static Kind)> {
    let files = set.files("examples").into_iter();
    files.filter_map(|file| Kind::named(&kind_of(&file)).map(|kind| (file, kind))).collect()
}

#[test]
fn every_published_example_is_of_a_kind_of_ours_or_listed_as_not_ours() {
    let Some(set) = conformance("orbiplex") else { return };
    let kinds = set.files("examples").into_iter().map(|file| kind_of(&file));
    let without: BTreeSet<String> =
        kinds.filter(|name| Kind::named(name).and_then(Kind::published).is_none()).collect();
    assert_eq!(without, NOT_OURS.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn every_projection_keeps_the_published_schema() {
    let Some(set) = conformance("orbiplex") else { return };
    for kind in Kind::ALL {
        let Some(published) = kind.published() else { continue };
        let artifact = Artifact::verify(example(kind.name()).unwrap().as_bytes()).unwrap();
        let projected = to_published(&artifact).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        let projected: Value = serde_json::from_str(&projected.canonical()).unwrap();
        let found = faults(&published_validator(&set, published.name), &projected);
        assert!(found.is_empty(), "{}: {found:#?}", kind.name());
    }
}

#[test]
fn every_published_example_keeps_the_published_schema_and_our_statement_of_it() {
    let Some(set) = conformance("orbiplex") else { return };
    for (file, kind) in examples(&set) {
        let Some(published) = kind.published() else { panic!("expected a published form of {}", kind.name()) };
        let text = set.bytes(&format!("examples/{file}"));
        let found = faults(&published_validator(&set, published.name), &serde_json::from_slice(&text).unwrap());
        assert!(found.is_empty(), "{file}: {found:#?}");
        let json = read(&text, Limits::DOCUMENT).unwrap_or_else(|error| panic!("{file}: {error}"));
        check(published, &json).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

#[test]
fn every_published_example_is_converted_or_refused_by_name() {
    let Some(set) = conformance("orbiplex") else { return };
    let mut outcomes = String::new();
    for (file, kind) in examples(&set) {
        let outcome = match from_published(kind, &set.bytes(&format!("examples/{file}"))) {
            Ok(json) => format!("converted: {}", json.canonical()),
            Err(error) => error.to_string(),
        };
        outcomes += &format!("{file}\n    {outcome}\n");
    }
    insta::assert_snapshot!(outcomes);
}

/// Why the two may differ about a mutation; `None` where they may not. `ours` is our refusal, where it is one.
fn justified(changed: &str, ours: Option<&str>) -> Option<&'static str> {
    match ours {
        Some(error) if error.starts_with("number-range") || error.starts_with("number-precision") => {
            Some("what a double would round is refused by the reader, before any schema (decision D5)")
        }
        Some(error) if error.contains("a whole number") && changed.ends_with(" is 1e+21") => {
            Some("whole, but beyond 2^53 − 1")
        }
        _ => None,
    }
}

/// Judges a mutation by both; the name of a difference that nothing justifies.
fn difference(kind: &Kind, validator: &Validator, example: &Value, mutation: &Mutation) -> Option<String> {
    let mutant = mutation.of(example);
    let text = serde_json::to_vec(&mutant).unwrap();
    let ours = read(&text, Limits { max_bytes: 1 << 20, ..Limits::DOCUMENT })
        .and_then(|json: Json<'_>| check(kind.published().unwrap(), &json))
        .map_err(|error| error.to_string());
    let theirs: Vec<String> =
        faults(validator, &mutant).iter().map(|fault| fault.chars().take(200).collect()).collect();
    if ours.is_ok() == theirs.is_empty()
        || justified(&mutation.to_string(), ours.as_ref().err().map(String::as_str)).is_some()
    {
        return None;
    }
    Some(format!("{mutation}: ours {ours:?}, theirs {theirs:?}"))
}

#[test]
fn both_judge_every_mutation_alike() {
    let Some(set) = conformance("orbiplex") else { return };
    let mut differences = Vec::new();
    for (file, kind) in examples(&set) {
        let Some(published) = kind.published() else { continue };
        let validator = published_validator(&set, published.name);
        let words = words(&set.json(&format!("schemas/{}.schema.json", published.name)));
        let example = set.json(&format!("examples/{file}"));
        let mutations = mutations(&example, &words);
        let found = in_parallel(&mutations, None, |mutation| difference(kind, &validator, &example, mutation));
        differences.extend(found.into_iter().flatten().map(|difference| format!("{file} {difference}")));
    }
    let shown: Vec<&String> = differences.iter().take(40).collect();
    assert!(differences.is_empty(), "{} differences, the first: {shown:#?}", differences.len());
}
