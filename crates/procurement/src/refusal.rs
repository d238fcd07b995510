//! What is told to whoever is refused: a code of the step that refuses, the member at fault, what was expected and found.

use std::fmt;

use earnest_signing::Pointer;

/// A refusal: the code of the step, the member at fault, what was expected there and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {pointer}: expected {expected}, found {found}")]
pub struct Refusal<C: fmt::Display + fmt::Debug> {
    /// The stable code.
    pub code: C,
    /// The member at fault, of the document that was checked.
    pub pointer: Pointer,
    /// What would have passed.
    pub expected: String,
    /// What was there.
    pub found: String,
}

impl<C: fmt::Display + fmt::Debug> Refusal<C> {
    pub(crate) fn at(code: C, member: &str, expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        let pointer = Pointer::member(member);
        Self { code, pointer, expected: expected.to_string(), found: found.to_string() }
    }
}

/// Refuses a member that is not what it has to be.
pub(crate) fn same<C: fmt::Display + fmt::Debug, T: PartialEq + fmt::Display>(
    code: C,
    member: &str,
    expected: &T,
    found: &T,
) -> Result<(), Refusal<C>> {
    if expected == found { Ok(()) } else { Err(Refusal::at(code, member, expected, found)) }
}
