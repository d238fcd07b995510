//! The test vectors: every implementation accepts the valid ones and refuses the invalid ones with the same code at the
//! same member.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use earnest_artifacts::{Artifact, Error, Kind};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn index() -> Vec<Value> {
    let text = fs::read_to_string(folder().join("index.json")).unwrap();
    let index: Value = serde_json::from_str(&text).unwrap();
    index["vectors"].as_array().unwrap().clone()
}

/// The verdict on a vector, where it is not the one that the index states.
fn disagreement(vector: &Value) -> Option<String> {
    let text = |name: &str| vector[name].as_str().unwrap_or_default();
    let found: Result<Artifact, Error> = Artifact::verify(&fs::read(folder().join(text("file"))).unwrap());
    match (vector["valid"].as_bool().unwrap(), found) {
        (true, Ok(artifact)) if artifact.kind().name() == text("kind") => None,
        (true, Ok(artifact)) => Some(format!("{}: verified as {}", text("file"), artifact.kind().name())),
        (true, Err(error)) => Some(format!("{}: refused with {error}", text("file"))),
        (false, Ok(_)) => Some(format!("{}: verified", text("file"))),
        (false, Err(error)) => {
            let stated = (text("code"), text("fault"), text("at"));
            let found = (error.code().as_str(), error.code().fault().as_str(), error.pointer().as_str());
            (stated != found).then(|| format!("{}: expected {stated:?}, found {found:?}: {error}", text("file")))
        }
    }
}

#[test]
fn every_vector_gets_the_verdict_that_the_index_states() {
    let disagreements: Vec<String> = index().iter().filter_map(disagreement).collect();
    assert!(disagreements.is_empty(), "{} disagree:\n{}", disagreements.len(), disagreements.join("\n"));
}

#[test]
fn every_rule_and_check_has_a_vector_that_breaks_it_and_every_kind_has_six_faults() {
    let index = index();
    let mut wanting = Vec::new();
    for kind in Kind::ALL {
        let of_kind = || index.iter().filter(|vector| vector["kind"] == kind.name());
        let own = format!("{}/", kind.name());
        let faults = of_kind().filter(|vector| vector["file"].as_str().unwrap().starts_with(&own));
        let faults = faults.filter(|vector| vector["valid"] == false).count();
        if faults < 6 {
            wanting.push(format!("{}: {faults} faults", kind.name()));
        }
        if !of_kind().any(|vector| vector["valid"] == true) {
            wanting.push(format!("{}: nothing valid", kind.name()));
        }
        let broken: BTreeSet<&str> = of_kind().filter_map(|vector| vector["code"].as_str()).collect();
        let stated = kind.rules().iter().map(|rule| rule.code).chain(kind.checks().into_iter().map(|(code, _)| code));
        let unbroken: BTreeSet<&str> = stated.filter(|code| !broken.contains(code)).collect();
        wanting.extend(unbroken.iter().map(|code| format!("{}: no vector for {code}", kind.name())));
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}
