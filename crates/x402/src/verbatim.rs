//! A part of a message, read, together with the object that it was read from.

use earnest_signing::{Error, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

/// A part of a message: read, and as it arrived. Requirements are matched, digested and sent back as the object that
/// arrived, unknown members included; a type alone would drop them. What is written is always that object.
///
/// ```
/// use earnest_x402::{Verbatim, v2::PaymentRequirements};
///
/// let text = r#"{"amount": "1", "asset": "ORC", "maxTimeoutSeconds": 60, "network": "orc:main", "new": 1,
///     "payTo": "account:main:adam", "scheme": "exact"}"#;
/// let accepted: Verbatim<PaymentRequirements> = serde_json::from_str(text)?;
/// assert_eq!(accepted.value().network.as_str(), "orc:main");
/// assert!(accepted.original().members().get("new").is_some());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Verbatim<T> {
    value: T,
    original: JsonObject,
}

impl<T> Verbatim<T> {
    /// What was read.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// The object that it was read from.
    #[must_use]
    pub const fn original(&self) -> &JsonObject {
        &self.original
    }

    /// What was read, without its object.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// For values that write themselves: the object must be the value's own.
    pub(crate) const fn of_own(value: T, original: JsonObject) -> Self {
        Self { value, original }
    }
}

impl<T: DeserializeOwned> Verbatim<T> {
    /// Reads an object and keeps it.
    ///
    /// # Errors
    /// Names the member that does not fit.
    pub fn new(original: JsonObject) -> Result<Self, Error> {
        Ok(Self { value: original.decode()?, original })
    }
}

impl<T> Serialize for Verbatim<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.original.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Verbatim<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(JsonObject::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for Verbatim<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}
