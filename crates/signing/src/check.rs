//! Checks: what a document means beyond its schema, each with a code, a sentence and a function.

use crate::{Code, Error, Pointer};

/// Where a document contradicts itself, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The member at fault.
    pub pointer: Pointer,
    /// What was expected and what was found.
    pub message: String,
}

impl Breach {
    /// A contradiction at a member of the document itself.
    pub fn at(member: &str, message: impl Into<String>) -> Self {
        Self { pointer: Pointer::member(member), message: message.into() }
    }
}

/// A check: a stable code, what it says, and the function that tells.
#[derive(Debug)]
pub struct Check<T> {
    /// The stable code of its refusal.
    pub code: &'static str,
    /// What it says, as a sentence.
    pub says: &'static str,
    /// Tells whether the document keeps it.
    pub test: fn(&T) -> Result<(), Breach>,
}

impl<T> Check<T> {
    pub(crate) fn apply(&self, document: &T) -> Result<(), Error> {
        (self.test)(document).map_err(|breach| {
            Error::new(Code::check(self.code), breach.pointer, format!("{} ({})", breach.message, self.says))
        })
    }
}
