//! The constraints that programs check: what an offer takes and promises, what an order asks for, what an answer keeps.
//!
//! The documents leave their constraint objects open. The names of [`Constraint`] are judged; every other name is for
//! people, and what it means is for a dispute (decisions E1, E7, E9).

mod answer;
mod input;
mod value;
mod wish;

use crate::words::words;

pub(crate) use answer::{answer_format, kept};
pub(crate) use input::{input_characters, takes};
pub(crate) use value::whole;
pub(crate) use wish::{promised, within};

words! {
    /// A constraint that programs check.
    Constraint {
        CharLimit = "char_limit", "The most characters of the text, or of each item's text.";
        ItemCount = "item_count", "How many items the answer has.";
        UrlsRequired = "urls_required", "Whether the answer, or each item, names at least one URL.";
        Format = "format", "The form of the answer (`markdown`, `json` …), or of its images (`png`, `jpeg`, `gif`).";
        MaxWidth = "max_width", "The greatest width of an image, in pixels.";
        MaxHeight = "max_height", "The greatest height of an image, in pixels.";
        MaxSizeMb = "max_size_mb", "The greatest size of a blob, in millions of bytes.";
        Language = "language", "The language of input or answer: agreed by name, and not measured.";
        MaxInputCharacters = "max_input_characters", "The most characters of the input.";
    }
}

impl Constraint {
    /// The constraint of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|constraint| constraint.as_str() == name)
    }
}

/// A constraint that is not kept: its name, what was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) name: String,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl Broken {
    pub(crate) fn new(name: &str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { name: name.to_owned(), expected: expected.into(), found: found.into() }
    }
}
