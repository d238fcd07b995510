//! No signature verifies that nobody made: over random keys and messages, and over examples with bytes changed.
#![no_main]

use std::sync::LazyLock;

use earnest_artifacts::{Artifact, Kind, example};
use earnest_base::PublicKey;
use earnest_signing::{Limits, read};
use libfuzzer_sys::fuzz_target;

/// Every example with its signatures, and its canonical form.
static EXAMPLES: LazyLock<Vec<String>> =
    LazyLock::new(|| Kind::ALL.iter().map(|kind| example(kind.name()).expect("an example")).collect());

fuzz_target!(|input: &[u8]| {
    if let Some((key, rest)) = input.split_first_chunk::<32>()
        && let Some((signature, message)) = rest.split_first_chunk::<64>()
        && let Ok(key) = PublicKey::from_bytes(key)
    {
        // A forgery would need the key's secret. An input that holds a true signature would have to come from a seed,
        // and the seeds hold none.
        assert!(!key.verifies(message, signature));
    }
    let Some((first, edits)) = input.split_first() else { return };
    let example = &EXAMPLES[usize::from(*first) % EXAMPLES.len()];
    let mut text = example.clone().into_bytes();
    for edit in edits.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % text.len();
        text[place] = edit[2];
    }
    if Artifact::verify(&text).is_ok() {
        let value = read(&text, Limits::BUNDLE).expect("a verified document is readable");
        assert_eq!(&value.canonical(), example, "a changed document verifies");
    }
});
