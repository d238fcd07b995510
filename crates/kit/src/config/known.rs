//! The keys that a configuration knows, read from its type's schema.

use std::collections::BTreeMap;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

/// A key, and those below it.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) keys: BTreeMap<String, Known>,
    /// Whether it takes keys that are not listed.
    pub(super) is_open: bool,
    /// Whether its value is a text.
    pub(super) is_text: bool,
    /// Whether its value is not shown.
    pub(super) is_secret: bool,
}

impl Known {
    pub(super) fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let mut known = Self::default();
        known.read(settings.into_generator().into_root_schema_for::<T>().as_value());
        known
    }

    fn read(&mut self, schema: &Value) {
        let is_type = |named: &str| match &schema["type"] {
            Value::String(found) => found == named,
            Value::Array(found) => found.iter().any(|found| found == named),
            _ => false,
        };
        self.is_text |= is_type("string") || schema["enum"].is_array() || schema["const"].is_string();
        self.is_secret |= schema["writeOnly"] == true;
        self.is_open |= is_type("object") && !schema["properties"].is_object()
            || schema["additionalProperties"].is_object()
            || schema["additionalProperties"] == true
            || *schema == true;
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            self.keys.entry(name.clone()).or_default().read(member);
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            for part in schema[keyword].as_array().into_iter().flatten() {
                self.read(part);
            }
        }
    }

    /// The key at a path.
    pub(super) fn at<'k>(&'k self, path: &[&str]) -> Option<&'k Self> {
        path.iter().try_fold(self, |known, name| known.keys.get(*name))
    }

    /// The keys without keys below them: each with its path.
    pub(super) fn leaves(&self) -> Vec<(String, &Self)> {
        let below = |(name, known): (&String, &'_ Self)| {
            if known.keys.is_empty() {
                return vec![name.clone()];
            }
            known.leaves().into_iter().map(|(path, _)| format!("{name}.{path}")).collect()
        };
        let paths = self.keys.iter().flat_map(below);
        paths
            .filter_map(|path| {
                let known = self.at(&path.split('.').collect::<Vec<_>>())?;
                Some((path, known))
            })
            .collect()
    }
}

/// The name that is nearest to one that is not known, where one is near.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let scored = known.map(|known| (strsim::damerau_levenshtein(name, known), known));
    scored.filter(|(distance, known)| *distance <= known.len().max(3) / 2).min().map(|(_, known)| known)
}
