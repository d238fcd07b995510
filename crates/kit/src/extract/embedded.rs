//! Signed documents inside a body: several that travel together.

use std::{borrow::Cow, marker::PhantomData};

use earnest_signing::{Document, Json, Verified};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::problem::Problem;

/// A signed document inside a body that was read strictly. Nothing of it is believed before [`Embedded::verify`].
#[derive(Debug, Clone)]
pub struct Embedded<T> {
    json: Json<'static>,
    kind: PhantomData<fn() -> T>,
}

impl<T: Document> Embedded<T> {
    /// Verifies the document. `member` names it in the body, for the place of a fault.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn verify(&self, member: &str) -> Result<Verified<T>, Problem> {
        Self::verify_bytes(&self.canonical(), member)
    }

    /// The document's bytes, unverified. A signature covers the canonical form, so that form is as good as the spelling that
    /// came.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        self.json.canonical().into_bytes()
    }

    /// Verifies the bytes of such a document, as [`Embedded::verify`] does.
    ///
    /// # Errors
    /// As [`Embedded::verify`].
    pub fn verify_bytes(bytes: &[u8], member: &str) -> Result<Verified<T>, Problem> {
        Verified::parse(bytes).map_err(|error| error.below(member).into())
    }
}

impl<'de, T> Deserialize<'de> for Embedded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            json @ Json::Object(_) => Ok(Self { json: json.into_owned(), kind: PhantomData }),
            other => Err(D::Error::custom(format_args!("expected an object, found {}", other.type_name()))),
        }
    }
}

impl<T: Document> JsonSchema for Embedded<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::KIND.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let about = format!("A signed {}: /schemas/{}.schema.json", T::KIND, T::KIND);
        json_schema!({ "type": "object", "description": about })
    }
}
