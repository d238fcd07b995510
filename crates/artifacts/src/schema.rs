//! The JSON Schema (2020-12) of a kind: its type's members, the envelope around them, and its rules.

use earnest_signing::{Need, Signature, Signer, Slot};
use schemars::{
    Schema,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Map, Value, json};

use crate::Family;

/// The schema of a family.
pub(crate) fn of<T: Family>() -> Value {
    let mut schema = plain::<T>();
    if let Some(object) = schema.as_object_mut() {
        envelope::<T>(object);
    }
    schema
}

/// The schema of a type, without `null` for what may be absent, and with each list of words as an `enum`.
pub fn plain<T: schemars::JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    AbsentNotNull.transform(&mut schema);
    WordsAsEnum.transform(&mut schema);
    schema.to_value()
}

fn envelope<T: Family>(schema: &mut Map<String, Value>) {
    schema.insert("$id".into(), format!("urn:earnest:schema:{}", T::KIND).into());
    schema.insert("title".into(), T::KIND.into());
    let mut required = vec![json!("schema"), json!("schema/v")];
    let mut rules: Vec<Value> = Vec::new();
    for signer in T::SIGNERS {
        match need(signer) {
            None => required.push(signer.member().into()),
            Some(rule) => rules.push(rule),
        }
    }
    if let Some(Value::Array(members)) = schema.get("required") {
        required.extend(members.iter().cloned());
    }
    rules.extend(T::RULES.iter().map(earnest_signing::Rule::to_schema));
    if !rules.is_empty() {
        schema.insert("allOf".into(), rules.into());
    }
    schema.insert("required".into(), required.into());
    schema.insert("patternProperties".into(), json!({ "^x-": true }));
    schema.insert("additionalProperties".into(), false.into());
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        envelope_properties::<T>(properties);
    }
    if let Ok(example) = crate::example(T::KIND)
        .and_then(|text| serde_json::from_str::<Value>(&text).map_err(crate::examples::unreadable))
    {
        schema.insert("examples".into(), json!([example]));
    }
}

fn envelope_properties<T: Family>(properties: &mut Map<String, Value>) {
    properties.insert(
        "schema".into(),
        json!({ "type": "string", "const": T::KIND, "description": "The kind of the document." }),
    );
    properties.insert(
        "schema/v".into(),
        json!({ "type": "integer", "const": 1, "description": "The version of the envelope: 1." }),
    );
    properties.insert(
        "policy_annotations".into(),
        json!({
            "type": "object",
            "additionalProperties": true,
            "description": "What the maker wants to note. The signature covers it; no rule reads it.",
        }),
    );
    for signer in T::SIGNERS {
        properties.insert(signer.member().into(), slot(signer));
    }
}

/// A signature, or a list of them, with who signs and what.
fn slot(signer: &Signer) -> Value {
    let mut one = plain::<Signature>();
    let who = signer.by.join(" or ");
    let tag = signer.role.map_or_else(|| "<kind>".to_owned(), |role| format!("<kind>:{role}"));
    let covers = format!("over {tag} ‖ 0x00 ‖ JCS of the document without its signature members");
    match (signer.slot, one.as_object_mut()) {
        (Slot::One(_), Some(object)) => {
            object.remove("$schema");
            object.insert(
                "description".into(),
                format!("The Ed25519 signature of the subject in `{who}` {covers}.").into(),
            );
            one
        }
        (Slot::Each(_, by), Some(object)) => {
            object.remove("$schema");
            let kinds: Vec<&str> = signer.kinds.iter().map(|kind| kind.as_str()).collect();
            let pattern = format!("^({}):did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{{44}}$", kinds.join("|"));
            if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
                properties
                    .insert(by.into(), json!({ "type": "string", "pattern": pattern, "description": "Who signed." }));
            }
            if let Some(required) = object.get_mut("required").and_then(Value::as_array_mut) {
                required.push(by.into());
            }
            json!({ "type": "array", "minItems": 1, "items": one, "description": format!("Ed25519 signatures {covers}.") })
        }
        (_, None) => one,
    }
}

/// The rule that asks for a signature in some documents only; `None` where every document needs it.
fn need(signer: &Signer) -> Option<Value> {
    let required = json!({ "required": [signer.member()] });
    match signer.need {
        Need::Always => None,
        Need::When(cond) => Some(json!({ "if": cond.to_schema(), "then": required })),
        Need::Unless(cond) => Some(json!({ "if": cond.to_schema(), "else": required })),
    }
}

/// What may be absent is never null: takes `null` out of every type.
#[derive(Debug, Clone)]
struct AbsentNotNull;

impl Transform for AbsentNotNull {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".into(), only);
            }
        }
        let null = json!({ "type": "null" });
        if let Some(Value::Array(choices)) = schema.get("anyOf")
            && let [choice, other] = choices.as_slice()
            && *other == null
            && let Some(choice) = choice.as_object().cloned()
        {
            schema.remove("anyOf");
            for (key, value) in choice {
                schema.ensure_object().entry(key).or_insert(value);
            }
        }
        if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            words.retain(|word| !word.is_null());
        }
        schema.remove("default");
        transform_subschemas(self, schema);
    }
}

/// A choice of described words becomes an `enum`, with the descriptions in one.
#[derive(Debug, Clone)]
struct WordsAsEnum;

impl Transform for WordsAsEnum {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::Array(choices)) = schema.get("oneOf") {
            let words: Vec<(Value, String)> = choices.iter().flat_map(words).collect();
            if choices.iter().all(|choice| choice.get("const").is_some() || choice.get("enum").is_some()) {
                let said: Vec<String> = words
                    .iter()
                    .filter(|(_, says)| !says.is_empty())
                    .map(|(word, says)| format!("`{}`: {says}", word.as_str().unwrap_or_default()))
                    .collect();
                let own = schema.get("description").and_then(Value::as_str).unwrap_or_default();
                let description = format!("{own} {}", said.join(" ")).trim().to_owned();
                let values: Vec<Value> = words.into_iter().map(|(word, _)| word).collect();
                schema.remove("oneOf");
                schema.insert("type".into(), "string".into());
                schema.insert("enum".into(), values.into());
                if !description.is_empty() {
                    schema.insert("description".into(), description.into());
                }
            }
        }
        transform_subschemas(self, schema);
    }
}

fn words(choice: &Value) -> Vec<(Value, String)> {
    let says = choice.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
    match (choice.get("const"), choice.get("enum").and_then(Value::as_array)) {
        (Some(word), _) => vec![(word.clone(), says)],
        (None, Some(words)) => words.iter().map(|word| (word.clone(), says.clone())).collect(),
        (None, None) => Vec::new(),
    }
}
