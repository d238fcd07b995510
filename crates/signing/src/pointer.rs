//! JSON pointers (RFC 6901): where in a document something stands.

use std::fmt;

/// The path to a value of a document: `/provider~1participant-id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer(String);

impl Pointer {
    /// The document itself.
    pub const ROOT: Self = Self(String::new());

    /// The pointer to a member of the document itself.
    #[must_use]
    pub fn member(name: &str) -> Self {
        Self::ROOT.join(name)
    }

    /// The pointer to a member or item below this one.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        Self(format!("{}/{}", self.0, escape(token)))
    }

    /// The pointer in its own notation; empty for the document itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The steps, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
    }

    /// This pointer, seen from the value around.
    pub(crate) fn below(&self, token: &str) -> Self {
        Self(format!("/{}{}", escape(token), self.0))
    }
}

fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
