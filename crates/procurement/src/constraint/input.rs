//! What an offer takes: the length, language and form of an order's input (decision D17).

use earnest_artifacts::{ServiceOffer, ServiceOrder};
use earnest_signing::Json;

use super::{Broken, Constraint, value};
use crate::Blobs;

/// The member of an order's input that holds its text.
const TEXT: &str = "text";

/// How many characters the input has: those of its member `text`, and those of its blobs of text. `None` where it has
/// neither, or where a blob is not at hand, is not the size that it states, or is not UTF-8.
pub(crate) fn input_characters(order: &ServiceOrder, blobs: &Blobs) -> Option<u64> {
    let within = order.input.members().get(TEXT).and_then(Json::as_str).map(characters);
    let mut beside = None;
    for blob in order.blobs.iter().flat_map(|blobs| blobs.iter()) {
        if !blob.media_type.as_str().starts_with("text/") {
            continue;
        }
        let text = blobs.text(blob).filter(|text| u64::try_from(text.len()).ok() == Some(blob.size.value()))?;
        beside = Some(beside.unwrap_or(0) + characters(text));
    }
    match (within, beside) {
        (None, None) => None,
        (within, beside) => Some(within.unwrap_or(0) + beside.unwrap_or(0)),
    }
}

fn characters(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(u64::MAX)
}

/// Whether an order's input is one that the offer takes.
///
/// # Errors
/// The first of the offer's constraints that the input does not keep.
pub(crate) fn takes(offer: &ServiceOffer, order: &ServiceOrder, blobs: &Blobs) -> Result<(), Broken> {
    for taken in offer.input_constraints.iter().flat_map(|constraints| constraints.members()) {
        let name = taken.name.as_ref();
        match Constraint::named(name) {
            Some(Constraint::MaxInputCharacters) => {
                let found = input_characters(order, blobs);
                let limit = value::whole(&taken.value);
                if limit.zip(found).is_none_or(|(limit, found)| found > limit) {
                    let expected = format!("at most {} characters of text", taken.value.canonical());
                    return Err(Broken::new(name, expected, shown(found)));
                }
            }
            Some(Constraint::Language | Constraint::Format) => {
                let found = order.input.members().get(name);
                if found.is_some_and(|found| !admits(&taken.value, found)) {
                    let found = found.map(Json::canonical).unwrap_or_default();
                    return Err(Broken::new(name, taken.value.canonical(), found));
                }
            }
            Some(Constraint::MaxSizeMb) => {
                let sizes = order.blobs.iter().flat_map(|blobs| blobs.iter()).map(|blob| blob.size.value());
                let (limit, greatest) = (value::megabytes(&taken.value), sizes.max().unwrap_or(0));
                if limit.is_none_or(|limit| greatest > limit) {
                    let expected = format!("at most {} million bytes", taken.value.canonical());
                    return Err(Broken::new(name, expected, format!("{greatest} bytes")));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn shown(characters: Option<u64>) -> String {
    characters.map_or_else(|| "no text at hand".to_owned(), |characters| format!("{characters} characters"))
}

/// Whether a value is the one that is taken, or one of those.
fn admits(taken: &Json<'_>, found: &Json<'_>) -> bool {
    match taken {
        Json::Array(any) => any.contains(found),
        one => one == found,
    }
}
