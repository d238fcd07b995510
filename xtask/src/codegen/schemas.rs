//! `schemas/`: the JSON Schema of every kind, and the index with what a verifier must know beyond it.

use std::{collections::BTreeSet, error::Error, fs};

use earnest_artifacts::Kind;
use earnest_base::Sha256Digest;
use earnest_signing::{Cond, Need, Signer, Slot, Value as Word};
use serde_json::{Map, Value, json};

use super::{Files, json::pretty, root};

const INDEX: &str = "schemas/index.json";

/// Writes the schemas and their index; gives the index.
pub(super) fn write(files: &mut Files) -> Result<Value, Box<dyn Error>> {
    let before: Value = match fs::read_to_string(root().join(INDEX)) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| format!("{INDEX}: {error}"))?,
        Err(_) => json!({}),
    };
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        let text = pretty(&kind.schema());
        let file = format!("{}.schema.json", kind.name());
        kinds.push(entry(kind, &file, &text));
        files.add(format!("schemas/{file}"), text);
    }
    let mut messages = Vec::new();
    for (name, schema) in self::messages() {
        let (text, file) = (pretty(&schema), format!("{name}.schema.json"));
        messages.push(json!({
            "message": name,
            "file": file,
            "$id": schema["$id"],
            "status": "draft",
            "sha256": Sha256Digest::of(text.as_bytes()).to_string(),
        }));
        files.add(format!("schemas/{file}"), text);
    }
    files.own("schemas", ".schema.json");
    keep_frozen(&before["kinds"], &mut kinds, "kind")?;
    keep_frozen(&before["messages"], &mut messages, "message")?;
    let index = json!({ "kinds": kinds, "messages": messages });
    files.add(INDEX, pretty(&index));
    Ok(index)
}

fn entry(kind: &Kind, file: &str, text: &str) -> Value {
    let limits = kind.limits();
    let schema = kind.schema();
    let mut keys = Vec::new();
    let rules: BTreeSet<&str> = kind.rules().iter().map(|rule| rule.code).collect();
    key_members(&schema, "", &mut keys);
    json!({
        "kind": kind.name(),
        "file": file,
        "$id": schema["$id"],
        "status": "draft",
        "sha256": Sha256Digest::of(text.as_bytes()).to_string(),
        "signers": kind.signers().iter().map(signer).collect::<Vec<_>>(),
        "keys": keys,
        "rules": rules,
        "max-bytes": limits.max_bytes,
        "max-depth": limits.max_depth,
        "canonical": kind.canonical(),
    })
}

/// Takes the status of each schema from the index as it stands, and refuses another text of a frozen one.
fn keep_frozen(before: &Value, schemas: &mut [Value], named: &str) -> Result<(), Box<dyn Error>> {
    let frozen = before.as_array().into_iter().flatten().filter(|schema| schema["status"] == "frozen");
    for old in frozen {
        let name = old[named].as_str().unwrap_or_default();
        let new = schemas.iter_mut().find(|schema| schema[named] == old[named]);
        match new {
            Some(new) if new["sha256"] == old["sha256"] => new["status"] = "frozen".into(),
            Some(_) => {
                return Err(format!(
                    "schemas/{name}.schema.json is frozen and would change: a new need is a new version in a new file"
                )
                .into());
            }
            None => {
                return Err(format!(
                    "expected {name}, whose schema is frozen, among those of this version, found none"
                )
                .into());
            }
        }
    }
    Ok(())
}

fn signer(signer: &Signer) -> Value {
    let mut entry = Map::new();
    entry.insert("member".into(), signer.member().into());
    if let Slot::Each(_, named) = signer.slot {
        entry.insert("each".into(), named.into());
    }
    if let Some(role) = signer.role {
        entry.insert("role".into(), role.into());
    }
    entry.insert("by".into(), json!(signer.by));
    entry.insert("kinds".into(), signer.kinds.iter().map(|kind| kind.as_str()).collect());
    let needed = match signer.need {
        Need::Always => json!("always"),
        Need::When(cond) => json!({ "when": condition(cond) }),
        Need::Unless(cond) => json!({ "unless": condition(cond) }),
    };
    entry.insert("needed".into(), needed);
    entry.into()
}

fn condition(cond: Cond) -> Value {
    match cond {
        Cond::Is(member, value) => json!({ "is": [member, word(value)] }),
        Cond::OneOf(member, values) => {
            json!({ "one-of": [member, values.iter().map(|value| word(*value)).collect::<Vec<_>>()] })
        }
        Cond::StartsWith(member, start) => json!({ "starts-with": [member, start] }),
        Cond::Has(member) => json!({ "has": member }),
        Cond::Lacks(member) => json!({ "lacks": member }),
        Cond::All(conds) => json!({ "all": conds.iter().map(|cond| condition(*cond)).collect::<Vec<_>>() }),
    }
}

fn word(value: Word) -> Value {
    match value {
        Word::Text(text) => text.into(),
        Word::Bool(flag) => flag.into(),
    }
}

/// The members that hold subjects, as JSON pointers with `*` for every item or member: that their keys are points of
/// large order is more than a schema can say.
fn key_members(schema: &Value, place: &str, found: &mut Vec<String>) {
    if !schema.is_object() {
        return;
    }
    let is_key = schema["pattern"].as_str().is_some_and(|pattern| pattern.contains(":did:key:z6Mk"));
    if is_key {
        found.push(place.to_owned());
    }
    if let Some(properties) = schema["properties"].as_object() {
        for (name, member) in super::json::members(properties) {
            key_members(member, &format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), found);
        }
    }
    for below in ["items", "additionalProperties"] {
        key_members(&schema[below], &format!("{place}/*"), found);
    }
    for choices in ["anyOf", "oneOf"] {
        for choice in schema[choices].as_array().into_iter().flatten() {
            key_members(choice, place, found);
        }
    }
}

/// Every message that is no document, by its name: about payments, and of x402.
pub(super) fn messages() -> Vec<(&'static str, Value)> {
    earnest_payment::schemas().into_iter().chain(earnest_x402::schemas()).collect()
}
