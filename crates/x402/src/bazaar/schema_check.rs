//! A stranger's JSON Schema, applied without harm: nothing is fetched, no pattern backtracks, and no reference makes a
//! small schema large.

use jsonschema::PatternOptions;
use serde_json::Value;

/// The greatest size of a schema, in values, each reference counted as what it refers to.
const MAX_EXPANDED: usize = 4096;

/// Why a schema is not applied, or what does not fit it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A reference out of the schema, or one that is found by a name.
    #[error("expected references within the schema, found {0:?}")]
    Reference(String),
    /// A schema that refers to itself, or grows too large by references.
    #[error("expected a schema of at most {MAX_EXPANDED} values with its references, found a larger one")]
    TooLarge,
    /// No JSON Schema.
    #[error("expected a JSON Schema, found another value: {0}")]
    NoSchema(String),
    /// The value does not fit.
    #[error("at {place}: {message}")]
    Misfit {
        /// The JSON pointer.
        place: String,
        /// What was expected and found.
        message: String,
    },
}

/// Checks a value against a stranger's schema (2020-12).
pub(super) fn check(schema: &Value, value: &Value) -> Result<(), SchemaError> {
    let mut left = MAX_EXPANDED;
    measure(schema, schema, &mut left, 0)?;
    let patterns = PatternOptions::regex().size_limit(1 << 20).dfa_size_limit(1 << 20);
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(patterns)
        .build(schema)
        .map_err(|error| SchemaError::NoSchema(cut(&error.to_string())))?;
    validator.validate(value).map_err(|error| SchemaError::Misfit {
        place: error.instance_path().to_string(),
        message: cut(&error.to_string()),
    })
}

/// Counts the values of a schema, going into references as the validator would. What refers to itself never ends, so it
/// is too large.
fn measure(root: &Value, at: &Value, left: &mut usize, depth: usize) -> Result<(), SchemaError> {
    *left = left.checked_sub(1).filter(|_| depth < 128).ok_or(SchemaError::TooLarge)?;
    match at {
        Value::Object(members) => members.iter().try_for_each(|(name, value)| match name.as_str() {
            "$ref" => measure(root, target(root, value)?, left, depth + 1),
            "$id" | "$dynamicRef" | "$recursiveRef" | "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" => {
                Err(SchemaError::Reference(cut(&format!("{name}: {value}"))))
            }
            _ => measure(root, value, left, depth + 1),
        }),
        Value::Array(items) => items.iter().try_for_each(|item| measure(root, item, left, depth + 1)),
        _ => Ok(()),
    }
}

fn target<'s>(root: &'s Value, reference: &Value) -> Result<&'s Value, SchemaError> {
    let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
    pointer.and_then(|pointer| root.pointer(pointer)).ok_or_else(|| SchemaError::Reference(cut(&reference.to_string())))
}

fn cut(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_would_do_harm_is_not_applied() {
        let doubling = |levels: usize| {
            let mut definitions = json!({});
            for level in 0..levels {
                let next = json!({ "$ref": format!("#/$defs/a{}", level + 1) });
                definitions[format!("a{level}")] = json!({ "allOf": [next, next] });
            }
            definitions[format!("a{levels}")] = json!({});
            json!({ "$defs": definitions, "$ref": "#/$defs/a0" })
        };
        for (schema, taken) in [
            (json!({ "$ref": "#" }), false),
            (
                json!({ "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } }, "$ref": "#/$defs/a" }),
                false,
            ),
            (json!({ "properties": { "child": { "$ref": "#" } } }), false),
            (doubling(4), true),
            (doubling(30), false),
            (json!({ "$ref": "http://169.254.169.254/latest" }), false),
            (json!({ "$ref": "file:///etc/passwd" }), false),
            (json!({ "$ref": "#name" }), false),
            (json!({ "$ref": "#/$defs/none" }), false),
            (json!({ "$ref": 1 }), false),
            (json!({ "$id": "https://a.example/b" }), false),
            (json!({ "type": "no-type" }), false),
            (json!({ "pattern": "(" }), false),
            (json!({ "pattern": "(?=a)b" }), false),
            (json!({ "$defs": { "a": { "type": "object" } }, "$ref": "#/$defs/a" }), true),
        ] {
            assert_eq!(check(&schema, &json!({})).is_ok(), taken, "{schema}: {:?}", check(&schema, &json!({})));
        }
    }

    #[test]
    fn a_pattern_that_makes_others_backtrack_is_answered() {
        let schema = json!({ "pattern": "^(a+)+$" });
        let error = check(&schema, &json!(format!("{}!", "a".repeat(20_000)))).unwrap_err();
        assert!(matches!(error, SchemaError::Misfit { .. }), "{error}");
    }
}
