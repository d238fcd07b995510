//! What the forms of providers' messages share: amounts as exact decimals, moments, references.

use earnest_base::{Name, Timestamp};
use earnest_funding::Named;
use earnest_signing::Json;

/// A member as a text: a string as it is, a number by the digits that were sent. An amount is never a binary float.
pub(crate) fn text<'a>(json: &'a Json<'_>) -> Option<&'a str> {
    match json {
        Json::String(text) => Some(text),
        Json::Number(number) => Some(number.as_str()),
        _ => None,
    }
}

/// What a payment says that it is for: the first top-up or account that it names, else what stands there.
pub(crate) fn named(reference: &str) -> Option<Named> {
    let mut words = reference.split_whitespace();
    let known = words.clone().find_map(|word| {
        let top_up = word.parse().ok().map(Named::TopUp);
        top_up.or_else(|| word.parse().ok().map(Named::Account))
    });
    known.or_else(|| words.next()?.parse().ok().map(Named::Other))
}

/// A moment, or the beginning of a day (UTC).
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| format!("{text}T00:00:00Z").parse().ok())
}

/// A code of somebody else's, or this one where it is none.
pub(crate) fn code(text: Option<&str>, own: &str) -> Option<Name> {
    text.and_then(|text| text.parse().ok()).or_else(|| own.parse().ok())
}
