//! What the generators for other languages share: names, and a look at a schema that refuses what they cannot say.

use std::error::Error;

use serde_json::Value;

/// The keywords that the generators turn into types, or that carry no type.
const KNOWN: &[&str] = &[
    "$comment",
    "$id",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "description",
    "enum",
    "examples",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
];

/// A name for a type, from a kind or a member: `ServiceOfferV1` for `service-offer.v1`.
pub(super) fn type_name(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    words.map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

/// What a schema describes.
pub(super) enum Shape<'s> {
    /// One of these values.
    Words(Vec<&'s Value>),
    /// One of these schemas.
    Choice(Vec<Value>),
    /// A string.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A flag.
    Flag,
    /// Null.
    Nothing,
    /// Items of this schema.
    List(&'s Value),
    /// Members, each with its schema and whether it has to be there.
    Members(Vec<(&'s String, &'s Value, bool)>),
    /// Members of any name, each of this schema; of any value where there is none.
    Map(Option<&'s Value>),
    /// Anything.
    Any,
}

/// Looks at a schema.
pub(super) fn shape(schema: &Value) -> Result<Shape<'_>, Box<dyn Error>> {
    let Some(object) = schema.as_object() else { return Ok(Shape::Any) };
    if let Some(unknown) = object.keys().find(|keyword| !KNOWN.contains(&keyword.as_str())) {
        return Err(format!("expected a keyword that the type generators know, found {unknown:?}").into());
    }
    if let Some(value) = object.get("const") {
        return Ok(Shape::Words(vec![value]));
    }
    if let Some(Value::Array(words)) = object.get("enum") {
        return Ok(Shape::Words(words.iter().collect()));
    }
    if let Some(Value::Array(choices)) = object.get("oneOf").or_else(|| object.get("anyOf"))
        && choices.iter().all(says_a_type)
    {
        return Ok(Shape::Choice(choices.clone()));
    }
    let kind = match object.get("type") {
        Some(Value::Array(kinds)) => {
            let with = |kind: &Value| {
                let mut choice = object.clone();
                choice.insert("type".into(), kind.clone());
                Value::Object(choice)
            };
            return Ok(Shape::Choice(kinds.iter().map(with).collect()));
        }
        Some(Value::String(kind)) => kind.as_str(),
        // Its type stands above the choice that it is one of.
        None if object.contains_key("properties") => "object",
        _ => return Ok(Shape::Any),
    };
    Ok(match kind {
        "string" => Shape::Text,
        "integer" => Shape::Whole,
        "number" => Shape::Number,
        "boolean" => Shape::Flag,
        "null" => Shape::Nothing,
        "array" => Shape::List(object.get("items").unwrap_or(&Value::Null)),
        "object" => members(schema),
        other => return Err(format!("expected a type that the generators know, found {other:?}").into()),
    })
}

/// Whether one of several choices is a type of its own, and no mere condition on the members beside the choice.
fn says_a_type(choice: &Value) -> bool {
    let whole = choice["additionalProperties"] == false && choice["properties"].is_object();
    whole || ["type", "const", "oneOf", "anyOf"].iter().any(|keyword| choice.get(keyword).is_some())
}

fn members(schema: &Value) -> Shape<'_> {
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    match schema["properties"].as_object() {
        Some(properties) if !properties.is_empty() => Shape::Members(
            super::json::members(properties).into_iter().map(|(name, member)| (name, member, required(name))).collect(),
        ),
        _ => Shape::Map(Some(&schema["additionalProperties"]).filter(|items| items.is_object())),
    }
}

/// The description of a schema, on one line.
pub(super) fn description(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
