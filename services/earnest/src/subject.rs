//! The kinds of subject, as arguments name them.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use earnest_base::SubjectKind;

/// Reads a kind of subject.
pub(crate) fn subject_kinds() -> impl TypedValueParser<Value = SubjectKind> {
    PossibleValuesParser::new(SubjectKind::ALL.iter().map(|kind| kind.as_str())).try_map(|word| {
        SubjectKind::ALL.iter().find(|kind| kind.as_str() == word).copied().ok_or("expected a kind of subject")
    })
}
