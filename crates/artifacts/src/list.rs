//! Lists that hold at least one item, as their schema says and their reader sees to.

use std::{borrow::Cow, ops::Deref};

use earnest_base::InvalidError;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// At least one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct NonEmpty<T>(Vec<T>);

impl<T> NonEmpty<T> {
    /// Takes items.
    ///
    /// # Errors
    /// Where there are none.
    pub fn new(items: Vec<T>) -> Result<Self, InvalidError> {
        if items.is_empty() { Err(InvalidError::new("at least one item", "none")) } else { Ok(Self(items)) }
    }
}

impl<T> Deref for NonEmpty<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for NonEmpty<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for NonEmpty<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("NonEmpty_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "array", "minItems": 1, "items": generator.subschema_for::<T>() })
    }
}
