//! An order may ask for what the offer promises, or for less.

use earnest_signing::{Json, JsonObject, Object};

use super::{Broken, Constraint, value};

/// What an answer has to keep: what the offer promises, and what the order asks for in its place.
pub(crate) fn promised(offer: Option<&JsonObject>, order: Option<&JsonObject>) -> Object<'static> {
    let mut all = offer.map(|promise| promise.members().clone()).unwrap_or_default();
    for wish in order.iter().flat_map(|wishes| wishes.members()) {
        all.insert(wish.name.clone(), wish.value.clone());
    }
    all
}

/// Whether all that an order asks for is within what the offer promises.
///
/// # Errors
/// The first constraint of the order that is not.
pub(crate) fn within(order: Option<&JsonObject>, offer: Option<&JsonObject>, items: Option<u64>) -> Result<(), Broken> {
    for wish in order.iter().flat_map(|wishes| wishes.members()) {
        let promise = offer.and_then(|offer| offer.members().get(&wish.name));
        if !is_within(&wish.name, &wish.value, promise, items) {
            let promise = match (Constraint::named(&wish.name), items) {
                (Some(Constraint::ItemCount), Some(items)) => items.to_string(),
                _ => promise.map_or_else(|| "nothing that the offer does not promise".to_owned(), Json::canonical),
            };
            let expected = format!("{promise}, or less");
            return Err(Broken::new(&wish.name, expected, wish.value.canonical()));
        }
    }
    Ok(())
}

fn is_within(name: &str, wish: &Json<'_>, promise: Option<&Json<'_>>, items: Option<u64>) -> bool {
    match Constraint::named(name) {
        Some(Constraint::CharLimit | Constraint::MaxWidth | Constraint::MaxHeight) => {
            value::whole(wish).zip(promise.and_then(value::whole)).is_some_and(|(wish, promise)| wish <= promise)
        }
        Some(Constraint::MaxSizeMb) => {
            let sizes = value::decimal(wish).zip(promise.and_then(value::decimal));
            sizes.is_some_and(|(wish, promise)| !wish.is_negative() && wish <= promise)
        }
        Some(Constraint::UrlsRequired) => match value::flag(wish) {
            Some(wish) => !wish || promise.and_then(value::flag) == Some(true),
            None => false,
        },
        // The units of an offer by the item are the items, promised or not.
        Some(Constraint::ItemCount) => value::whole(wish).is_some_and(|wish| match items {
            Some(items) => wish == items,
            None => promise.and_then(value::whole) == Some(wish),
        }),
        Some(Constraint::Format | Constraint::Language | Constraint::MaxInputCharacters) | None => {
            promise == Some(wish)
        }
    }
}

#[cfg(test)]
mod tests {
    use earnest_signing::{Limits, read};

    use super::*;

    fn object(text: &str) -> JsonObject {
        match read(text.as_bytes(), Limits::DOCUMENT).unwrap().into_owned() {
            Json::Object(object) => object.into(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_order_asks_for_what_is_promised_or_less() {
        let offer = object(
            r#"{"char_limit": 1000, "urls_required": true, "format": "markdown", "max_size_mb": 10, "tone": "dry"}"#,
        );
        for kept in [
            "{}",
            r#"{"char_limit": 1000}"#,
            r#"{"char_limit": 0}"#,
            r#"{"urls_required": true}"#,
            r#"{"urls_required": false}"#,
            r#"{"format": "markdown", "max_size_mb": 0.5, "tone": "dry", "item_count": 3}"#,
        ] {
            assert_eq!(within(Some(&object(kept)), Some(&offer), Some(3)), Ok(()), "{kept}");
        }
        for broken in [
            r#"{"char_limit": 1001}"#,
            r#"{"char_limit": -1}"#,
            r#"{"char_limit": 1.5}"#,
            r#"{"char_limit": "1000"}"#,
            r#"{"format": "json"}"#,
            r#"{"max_width": 10}"#,
            r#"{"max_size_mb": 10.000001}"#,
            r#"{"tone": "wet"}"#,
            r#"{"mood": "dry"}"#,
            r#"{"item_count": 4}"#,
            r#"{"urls_required": 1}"#,
        ] {
            let refusal = within(Some(&object(broken)), Some(&offer), Some(3)).unwrap_err();
            assert!(broken.contains(&refusal.name), "{broken}: {refusal:?}");
        }
        assert!(within(Some(&object(r#"{"urls_required": true}"#)), None, None).is_err());
    }
}
