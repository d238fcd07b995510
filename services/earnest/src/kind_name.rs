//! Kinds as arguments: `service-offer.v1`, or `service-offer` for the newest version.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use earnest_artifacts::Kind;

/// Reads the name of a kind; an unknown one is answered with those that are close to it.
pub(crate) fn parser() -> impl TypedValueParser<Value = &'static Kind> {
    let values = Kind::ALL.iter().map(|kind| PossibleValue::new(kind.name()).alias(stem(kind.name())));
    PossibleValuesParser::new(values).try_map(|name| called(&name).ok_or("expected a kind that `earnest kinds` lists"))
}

fn called(name: &str) -> Option<&'static Kind> {
    Kind::named(name).or_else(|| Kind::ALL.iter().rev().find(|kind| stem(kind.name()) == name))
}

/// The name without its version.
fn stem(name: &'static str) -> &'static str {
    name.rsplit_once(".v").map_or(name, |(stem, _)| stem)
}
