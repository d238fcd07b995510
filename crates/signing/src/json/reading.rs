//! A text together with the value that was read from it.

use super::{Json, Limits, ReadError, read};

/// A text and the value that was read from it. Only reading makes one, so the two cannot be of different origin.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    bytes: &'a [u8],
    json: Json<'a>,
}

impl<'a> Reading<'a> {
    /// Reads one JSON value and nothing after it.
    ///
    /// # Errors
    /// As [`read`].
    pub fn new(bytes: &'a [u8], limits: Limits) -> Result<Self, ReadError> {
        Ok(Self { bytes, json: read(bytes, limits)? })
    }

    /// The value.
    #[must_use]
    pub const fn json(&self) -> &Json<'a> {
        &self.json
    }

    /// The text.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn into_json(self) -> Json<'a> {
        self.json
    }
}
