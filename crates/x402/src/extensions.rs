//! Extensions: what a message carries beyond the protocol, by key.

use earnest_signing::{Json, JsonObject, Object};
use serde::{Deserialize, Serialize};

/// The extensions of a message, by key. Most have `info` and `schema`; a key may hold any JSON.
///
/// ```
/// use earnest_x402::Extensions;
///
/// let extensions: Extensions = serde_json::from_str(r#"{"payment-identifier": {"info": {"required": true}}}"#)?;
/// assert!(extensions.info("payment-identifier").is_some());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Extensions(JsonObject);

impl Extensions {
    /// What stands under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json<'static>> {
        self.0.members().get(key)
    }

    /// The member `info` of what stands under a key.
    #[must_use]
    pub fn info(&self, key: &str) -> Option<&Json<'static>> {
        let Json::Object(extension) = self.get(key)? else { return None };
        extension.get("info")
    }

    /// The same extensions and this one, which replaces the one of its key.
    #[must_use]
    pub fn with(self, key: impl Into<String>, value: Json<'static>) -> Self {
        let mut members = self.0.members().clone();
        members.insert(key.into(), value);
        Self(members.into())
    }

    /// The keys, in canonical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.members().iter().map(|member| &*member.name)
    }

    /// The members, in canonical order.
    #[must_use]
    pub const fn members(&self) -> &Object<'static> {
        self.0.members()
    }

    /// The members, taken out.
    pub(crate) fn into_members(self) -> Object<'static> {
        self.0.members().clone()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }
}

impl From<JsonObject> for Extensions {
    fn from(object: JsonObject) -> Self {
        Self(object)
    }
}

impl schemars::JsonSchema for Extensions {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Extensions".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        JsonObject::json_schema(generator)
    }
}
