//! Every byte counts: a change of any byte that alters a signed document's value makes verification fail, and a change
//! that does not alter it does not.

use earnest_artifacts::{Artifact, Kind, example};
use earnest_signing::{Limits, in_parallel, read};

/// What a byte is replaced by: itself with bits flipped, a blank, a digit.
fn replacements(byte: u8) -> impl Iterator<Item = u8> {
    [byte ^ 1, byte ^ 2, byte ^ 0x20, byte ^ 0x80, b' ', b'0', b'"'].into_iter().filter(move |new| *new != byte)
}

/// The faults of all changes of the byte at a place, and how many changes kept the value.
fn change(text: &[u8], canonical: &str, place: usize) -> (Vec<String>, usize) {
    let mut faults = Vec::new();
    let mut harmless = 0;
    let mut changed = text.to_vec();
    for new in replacements(text[place]) {
        changed[place] = new;
        let same = read(&changed, Limits::BUNDLE).is_ok_and(|value| value.canonical() == canonical);
        let verified = Artifact::verify(&changed);
        harmless += usize::from(same);
        if verified.is_ok() != same {
            faults.push(format!("byte {place} as {new:#04x}: same value {same}, {:?}", verified.err()));
        }
    }
    (faults, harmless)
}

/// Changes every byte of a text; gives how many changes kept the value.
fn check(kind: &Kind, text: &str) -> usize {
    let canonical = read(text.as_bytes(), Limits::BUNDLE).unwrap().canonical();
    Artifact::verify(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
    let places: Vec<usize> = (0..text.len()).collect();
    let outcomes = in_parallel(&places, None, |place| change(text.as_bytes(), &canonical, *place));
    let faults: Vec<&String> = outcomes.iter().flat_map(|(faults, _)| faults).collect();
    assert!(faults.is_empty(), "{}: {faults:#?}", kind.name());
    outcomes.iter().map(|(_, harmless)| harmless).sum()
}

#[test]
fn no_byte_of_a_canonical_document_can_be_changed() {
    for kind in Kind::ALL {
        let harmless = check(kind, &example(kind.name()).unwrap());
        assert_eq!(harmless, 0, "{}: canonical form has one spelling", kind.name());
    }
}

#[test]
fn only_the_white_space_of_a_printed_document_can_be_changed() {
    for kind in Kind::ALL.iter().filter(|kind| !kind.canonical()) {
        let value: serde_json::Value = serde_json::from_str(&example(kind.name()).unwrap()).unwrap();
        let harmless = check(kind, &serde_json::to_string_pretty(&value).unwrap());
        assert!(harmless > 0, "{}: a line's end can become a blank", kind.name());
    }
}
