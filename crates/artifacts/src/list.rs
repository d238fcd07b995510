//! Lists that state how many items they have at least, and whether their items all differ.

use std::{borrow::Cow, collections::BTreeSet, ops::Deref};

use earnest_base::InvalidError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// A list of at least `MIN` items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct List<T, const MIN: usize = 1>(Vec<T>);

impl<T, const MIN: usize> List<T, MIN> {
    /// Takes a list that is long enough.
    ///
    /// # Errors
    /// Where it is shorter.
    pub fn new(items: Vec<T>) -> Result<Self, InvalidError> {
        if items.len() < MIN {
            return Err(InvalidError::new(format!("at least {MIN} items"), &items.len().to_string()));
        }
        Ok(Self(items))
    }
}

/// A list of at least `MIN` items, none of them twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Distinct<T, const MIN: usize = 1>(List<T, MIN>);

impl<T: Ord, const MIN: usize> Distinct<T, MIN> {
    /// Takes a list that is long enough and repeats nothing.
    ///
    /// # Errors
    /// Where it is shorter, or an item stands twice.
    pub fn new(items: Vec<T>) -> Result<Self, InvalidError> {
        let different = items.iter().collect::<BTreeSet<_>>().len();
        if different < items.len() {
            return Err(InvalidError::new(
                "items that all differ",
                &format!("{} items, {different} different", items.len()),
            ));
        }
        List::new(items).map(Self)
    }
}

impl<T, const MIN: usize> Deref for List<T, MIN> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MIN: usize> Deref for Distinct<T, MIN> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>, const MIN: usize> Deserialize<'de> for List<T, MIN> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de, T: Deserialize<'de> + Ord, const MIN: usize> Deserialize<'de> for Distinct<T, MIN> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<T: JsonSchema, const MIN: usize> JsonSchema for List<T, MIN> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("List_{MIN}_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": generator.subschema_for::<T>(), "minItems": MIN })
    }
}

impl<T: JsonSchema, const MIN: usize> JsonSchema for Distinct<T, MIN> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Distinct_{MIN}_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = List::<T, MIN>::json_schema(generator);
        schema.insert("uniqueItems".into(), true.into());
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_as_long_as_it_says_and_a_distinct_one_repeats_nothing() {
        assert!(List::<u8>::new(vec![]).is_err());
        assert!(List::<u8>::new(vec![1, 1]).is_ok());
        assert!(Distinct::<u8>::new(vec![]).is_err());
        assert!(Distinct::<u8, 0>::new(vec![]).is_ok());
        assert!(Distinct::<u8>::new(vec![1, 2, 1]).is_err());
    }
}
