//! Systematic mutations: every member of a document removed, replaced by values of every type, and spelt differently.

use std::fmt;

use serde_json::{Map, Value, json};

/// One change of a document.
#[derive(Debug, Clone)]
pub struct Mutation {
    pointer: String,
    /// What stands there instead; nothing, where it is removed.
    new: Option<Value>,
}

impl Mutation {
    /// The document with this change.
    ///
    /// # Panics
    /// Where it is a change of another document.
    #[must_use]
    pub fn of(&self, document: &Value) -> Value {
        let mut copy = document.clone();
        let place = "a pointer of the document";
        let Some(new) = &self.new else {
            let (parent, name) = self.pointer.rsplit_once('/').expect(place);
            match copy.pointer_mut(parent).expect(place) {
                Value::Object(members) => drop(members.remove(&unescape(name))),
                Value::Array(items) => drop(items.remove(name.parse::<usize>().expect(place))),
                _ => {}
            }
            return copy;
        };
        *copy.pointer_mut(&self.pointer).expect(place) = new.clone();
        copy
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.new.as_ref().map(|new| new.to_string().chars().take(60).collect::<String>());
        write!(f, "{} is {}", self.pointer, shown.as_deref().unwrap_or("removed"))
    }
}

/// One of every type, and the numbers and texts at which bounds lie.
fn replacements() -> Vec<Value> {
    let numbers = [
        json!(-1),
        json!(0),
        json!(1),
        json!(2),
        json!(1.0),
        json!(1e3),
        json!(0.5),
        json!(1.5),
        json!(-0.0),
        json!(9_007_199_254_740_991_u64),
        json!(9_007_199_254_740_992_u64),
        json!(1e21),
        json!(0.123_456_789_012_345_67),
    ];
    let texts = [
        "",
        " ",
        "a",
        "A",
        "zażółć",
        "ORC",
        "two words",
        "line\n",
        "a/b",
        "2026-04-01T06:00:00Z",
        "2026-04-01T06:00:00.5Z",
        "2026-04-01T06:00:00+02:00",
        "2016-12-31T23:59:60Z",
        "2026-02-30T06:00:00Z",
        "2026-04-01t06:00:00z",
        "2026-04-01 06:00:00Z",
        "2026-04-01",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "https://example.org/a",
        "node:did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH",
        "participant:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
        "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "council:did:key:z6MkmNL6xksdEJENGk9Z1qqGsY5njKQdjU1UhnUEUvWyQUVX",
        "participant:did:key:z6MkeXATEjyXENzBXBxgC5EHk2JE5aqd7qMGGtDpLUH1e2Sj",
        "node:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfL",
    ];
    let others = [Value::Null, json!(true), json!(false), json!([]), json!({}), json!(["a"]), json!({ "a": 1 })];
    numbers.into_iter().chain(texts.into_iter().map(Value::from)).chain(others).collect()
}

/// The texts that are near a text: longer, shorter, in another case, with another end.
fn near(text: &str) -> Vec<Value> {
    let long = "a".repeat(20_001);
    let swapped = text.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    let mut shorter = text.to_owned();
    shorter.pop();
    let other_prefix = text.split_once(':').map(|(_, rest)| format!("other:{rest}"));
    let texts = [
        Some(shorter),
        Some(swapped.collect()),
        Some(format!("{text}\n")),
        Some(format!(" {text}")),
        Some(format!("{text}/x")),
        Some(format!("{text}:x")),
        Some(format!("{text}ą")),
        Some(format!("{text}{}", &long[..300])),
        Some(format!("{text}{long}")),
        other_prefix,
    ];
    texts.into_iter().flatten().map(Value::from).collect()
}

/// Every mutation of a document: at each value, removal and replacement; in each object, a member more. `words` are
/// tried at every text, such as all the words of the enums of its schema.
#[must_use]
pub fn mutations(document: &Value, words: &[String]) -> Vec<Mutation> {
    let mut found = Vec::new();
    for pointer in pointers(document) {
        let old = document.pointer(&pointer).expect("a pointer of the document");
        let new = alternatives(old, words).into_iter().map(Some);
        let removed = if pointer.is_empty() { None } else { Some(None) };
        found.extend(new.chain(removed).map(|new| Mutation { pointer: pointer.clone(), new }));
    }
    found
}

fn alternatives(old: &Value, words: &[String]) -> Vec<Value> {
    let mut new = replacements();
    match old {
        Value::String(text) => {
            new.extend(near(text));
            new.extend(words.iter().cloned().map(Value::from));
        }
        Value::Object(members) => {
            for name in ["unknown", "x-note", "X-note", ""] {
                new.push(with(members, name, json!("note")));
            }
        }
        Value::Array(items) => {
            let doubled = items.iter().chain(items.first()).cloned().collect::<Vec<_>>();
            new.push(doubled.into());
        }
        _ => {}
    }
    new.retain(|value| value != old);
    new
}

fn with(members: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut members = members.clone();
    members.insert(name.to_owned(), value);
    members.into()
}

/// The pointers of all values, the document itself among them.
fn pointers(document: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut next = 0;
    while next < found.len() {
        let here = found[next].clone();
        match document.pointer(&here) {
            Some(Value::Object(members)) => {
                found.extend(members.keys().map(|name| format!("{here}/{}", escape(name))));
            }
            Some(Value::Array(items)) => found.extend((0..items.len()).map(|index| format!("{here}/{index}"))),
            _ => {}
        }
        next += 1;
    }
    found
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unescape(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}
