//! What a string that does not fit its type is told.

/// A string that is not of the form that its type asks for: what was expected, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found:?}")]
pub struct InvalidError {
    /// The form that the type asks for, in words and as a pattern.
    pub expected: String,
    /// The text that was given, cut to 80 characters.
    pub found: String,
}

impl InvalidError {
    /// Names what was expected and what was found; a long text is cut to 80 characters.
    pub fn new(expected: impl Into<String>, found: &str) -> Self {
        let mut cut: String = found.chars().take(80).collect();
        if cut.len() < found.len() {
            cut.push('…');
        }
        Self { expected: expected.into(), found: cut }
    }
}
