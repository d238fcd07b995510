//! JSON as Earnest holds it: what I-JSON (RFC 7493) admits, members in canonical order.

mod canonical;
mod locate;
mod number;
mod object;
mod reader;
mod reading;
mod text;

use std::borrow::Cow;

pub(crate) use locate::locate;
pub use number::{Number, canonical_number};
pub use object::{JsonObject, Member, Object};
pub use reader::{Limits, ReadError, read};
pub use reading::Reading;

/// A JSON value that was read strictly. It borrows from the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number that a binary double holds.
    Number(Number<'a>),
    /// Text without lone surrogates and noncharacters.
    String(Cow<'a, str>),
    /// Values in their order.
    Array(Vec<Json<'a>>),
    /// Members, no name twice, in the order of their names' UTF-16 code units.
    Object(Object<'a>),
}

impl Json<'_> {
    /// What it is, in a word: for messages.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The text, where it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The members, where it is an object.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object<'_>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The canonical form (RFC 8785, JCS).
    ///
    /// ```
    /// use earnest_signing::{Limits, read};
    ///
    /// let value = read(br#"{"b": 1.50, "a": "\u00e9"}"#, Limits::DOCUMENT)?;
    /// assert_eq!(value.canonical(), r#"{"a":"é","b":1.5}"#);
    /// # Ok::<(), earnest_signing::Error>(())
    /// ```
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        canonical::write(self, &mut out);
        out
    }

    /// The same value, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(number.into_owned()),
            Self::String(text) => Json::String(Cow::Owned(text.into_owned())),
            Self::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(object) => Json::Object(object.into_owned()),
        }
    }
}
