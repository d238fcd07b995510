//! What the tests share: the conformance sets of others, signatures made by hand, mutations, and schemas as judges.

mod conformance;
mod mutation;
mod schemas;
mod signed;

pub use conformance::{Set, conformance, hex};
pub use mutation::{Mutation, mutations};
pub use schemas::{faults, published_validator, validator};
pub use signed::{covered, object, parse_verdict, signing_input, with_signature};

/// Every word that the enums and constants of a schema list, once.
#[must_use]
pub fn words(schema: &serde_json::Value) -> Vec<String> {
    fn collect(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, value) in members.iter().filter(|(name, _)| *name != "examples") {
                    match (name.as_str(), value) {
                        ("enum", serde_json::Value::Array(words)) => {
                            found.extend(words.iter().filter_map(|word| word.as_str().map(str::to_owned)));
                        }
                        ("const", serde_json::Value::String(word)) => drop(found.insert(word.clone())),
                        _ => collect(value, found),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = std::collections::BTreeSet::new();
    collect(schema, &mut found);
    found.into_iter().collect()
}
