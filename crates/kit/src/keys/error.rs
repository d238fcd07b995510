//! Why a key file cannot be read or written.

use std::io;

/// Why a key file cannot be read or written. Nothing of its text is repeated: it may be a part of the seed.
#[derive(Debug, thiserror::Error)]
#[error("{}{message}", file.as_ref().map(|file| format!("{file}: ")).unwrap_or_default())]
pub struct KeyFileError {
    code: &'static str,
    message: String,
    file: Option<String>,
    hint: Option<String>,
}

impl KeyFileError {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), file: None, hint: None }
    }

    pub(super) fn io(code: &'static str, doing: &str, error: &io::Error) -> Self {
        Self::new(code, format!("cannot {doing}: {error}"))
    }

    pub(super) fn in_file(mut self, name: &str) -> Self {
        self.file.get_or_insert_with(|| name.to_owned());
        self
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What was expected and what was found, without the file's name.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The command that mends it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
