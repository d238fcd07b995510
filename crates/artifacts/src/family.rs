//! What a family states beyond what every document does: its example, and its published form.

use earnest_signing::Document;
use schemars::JsonSchema;

use crate::published::Published;

/// A family of documents. One file holds the type with its members, and this implementation with everything else.
pub trait Family: Document + JsonSchema {
    /// An example without signatures: it stands in the schema and in the reference, signed with the published test
    /// keys ([`FIXTURES`](crate::FIXTURES)).
    const EXAMPLE: &'static str;
    /// Its form in the published Orbiplex schemas, where it has one.
    const PUBLISHED: Option<&'static Published> = None;
}
