//! What a command answers: a text for standard output, an exit code, and what failed beside it.

use std::borrow::Cow;

use crate::{failure::Failure, plain};

/// The answer of a command.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// What goes to standard output.
    pub(crate) text: String,
    /// Bytes that go to standard output in place of a text: what somebody else answered.
    pub(crate) raw: Option<Vec<u8>>,
    /// The exit code.
    pub(crate) exit: u8,
    /// What failed beside it, such as one file of several: goes to standard error.
    pub(crate) failures: Vec<Failure>,
}

impl Answer {
    /// A text, with which all is well.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A JSON value as text, without characters that a terminal obeys.
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Self::text(plain::in_json(&format!("{value:#}\n")))
    }

    /// The text as it may go to a terminal. Only canonical JSON can differ: it has one spelling, which files get.
    pub(crate) fn for_terminal(&self) -> Cow<'_, str> {
        if let Some(raw) = &self.raw {
            // A stranger's bytes: line by line, so that nothing in them is obeyed.
            return String::from_utf8_lossy(raw).split('\n').map(plain::text).collect::<Vec<_>>().join("\n").into();
        }
        if self.text.starts_with('{') { plain::in_json(&self.text).into() } else { self.text.as_str().into() }
    }
}
