//! What holds for every kind, shown by a walk over the table.

use earnest_artifacts::{Artifact, Kind, example, published};

#[test]
fn every_example_is_signed_and_verifies() {
    for kind in Kind::ALL {
        let text = example(kind.name()).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        let artifact = Artifact::verify(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        assert_eq!(artifact.kind().name(), kind.name());
    }
}

#[test]
fn every_example_keeps_its_schema() {
    for kind in Kind::ALL {
        let schema = kind.schema();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        let example: serde_json::Value = serde_json::from_str(&example(kind.name()).unwrap()).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&example).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", kind.name());
    }
}

#[test]
fn every_example_has_its_published_form() {
    for kind in Kind::ALL.iter().filter(|kind| kind.published().is_some()) {
        let artifact = Artifact::verify(example(kind.name()).unwrap().as_bytes()).unwrap();
        let projected = published::to_published(&artifact).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        published::check(kind.published().unwrap(), &projected).unwrap();
    }
}
