//! Whether an answer keeps what was promised.

use earnest_artifacts::{Content, ResponseEnvelope, vocabulary::AnswerFormat};
use earnest_signing::{Json, Object};

use super::{Broken, Constraint, value};
use crate::{Blobs, image};

/// Whether an answer keeps the constraints. Every blob that the answer names is at hand: the caller has seen to that.
///
/// # Errors
/// The first constraint, by name, that it does not keep.
pub(crate) fn kept(constraints: &Object<'_>, response: &ResponseEnvelope, blobs: &Blobs) -> Result<(), Broken> {
    constraints.iter().try_for_each(|member| match Constraint::named(&member.name) {
        Some(constraint) => keeps(constraint, &member.value, response, blobs),
        None => Ok(()),
    })
}

fn keeps(name: Constraint, limit: &Json<'_>, response: &ResponseEnvelope, blobs: &Blobs) -> Result<(), Broken> {
    let broken = |expected: String, found: String| Err(Broken::new(name.as_str(), expected, found));
    let unreadable = || broken("a value that can be measured".to_owned(), limit.canonical());
    match name {
        Constraint::CharLimit => {
            let Some(limit) = value::whole(limit) else { return unreadable() };
            let longest = texts(response, blobs).iter().map(|text| text.chars().count()).max().unwrap_or(0);
            let fits = u64::try_from(longest).is_ok_and(|longest| longest <= limit);
            if fits { Ok(()) } else { broken(format!("at most {limit} characters"), longest.to_string()) }
        }
        Constraint::ItemCount => {
            let Some(count) = value::whole(limit) else { return unreadable() };
            let found = items(response).map_or_else(|| blob_count(response).max(1), <[Json<'_>]>::len);
            let fits = u64::try_from(found) == Ok(count);
            if fits { Ok(()) } else { broken(format!("{count} items"), found.to_string()) }
        }
        Constraint::UrlsRequired => match value::flag(limit) {
            Some(true) if !names_urls(response, blobs) => {
                broken("a URL in each item".to_owned(), "an item without one".to_owned())
            }
            Some(_) => Ok(()),
            None => unreadable(),
        },
        Constraint::Format => format_fits(limit, response, blobs),
        Constraint::MaxWidth | Constraint::MaxHeight => {
            let Some(limit) = value::whole(limit) else { return unreadable() };
            let size = |image: image::Image| if name == Constraint::MaxWidth { image.width } else { image.height };
            match greatest_image(response, blobs, size) {
                Some(found) if found <= limit => Ok(()),
                Some(found) => broken(format!("at most {limit} pixels"), found.to_string()),
                None => broken(format!("images of at most {limit} pixels"), "none that can be measured".to_owned()),
            }
        }
        Constraint::MaxSizeMb => {
            let Some(limit) = value::megabytes(limit) else { return unreadable() };
            let sizes = response.blobs.iter().flat_map(|blobs| blobs.iter()).map(|blob| blob.size.value());
            let greatest = sizes.max().unwrap_or(0);
            if greatest <= limit { Ok(()) } else { broken(format!("at most {limit} bytes"), greatest.to_string()) }
        }
        Constraint::Language | Constraint::MaxInputCharacters => Ok(()),
    }
}

fn blob_count(response: &ResponseEnvelope) -> usize {
    response.blobs.as_ref().map_or(0, |blobs| blobs.len())
}

/// The items of an answer that is an object with a member `items`.
fn items(response: &ResponseEnvelope) -> Option<&[Json<'static>]> {
    match &response.content {
        Content::Object(object) => match object.members().get("items") {
            Some(Json::Array(items)) => Some(items),
            _ => None,
        },
        Content::Text(_) => None,
    }
}

/// The text of an item: a string itself, the member `text` of an object, anything else in canonical form.
fn text_of(item: &Json<'_>) -> String {
    let member = item.as_object().and_then(|object| object.get("text"));
    member.unwrap_or(item).as_str().map_or_else(|| item.canonical(), str::to_owned)
}

/// The texts of an answer: its items' or its own, and those of its blobs of text.
fn texts(response: &ResponseEnvelope, blobs: &Blobs) -> Vec<String> {
    let mut texts: Vec<String> = match (items(response), &response.content) {
        (Some(items), _) => items.iter().map(text_of).collect(),
        (None, Content::Text(text)) => vec![text.clone()],
        (None, Content::Object(object)) => vec![text_of(&Json::Object(object.members().clone()))],
    };
    let beside = response.blobs.iter().flat_map(|blobs| blobs.iter());
    texts.extend(beside.filter_map(|blob| blobs.text(blob)).map(str::to_owned));
    texts
}

/// Whether each item, or the answer as a whole, names a URL: in a member `urls`, or within its text.
fn names_urls(response: &ResponseEnvelope, blobs: &Blobs) -> bool {
    let is_url = |text: &str| {
        let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        address.is_some_and(|address| address.starts_with(|letter: char| letter.is_ascii_alphanumeric()))
    };
    let in_text = |text: &str| text.match_indices("http").any(|(place, _)| text.get(place..).is_some_and(is_url));
    let listed = |item: &Json<'_>| match item.as_object().and_then(|object| object.get("urls")) {
        Some(Json::Array(urls)) => urls.iter().any(|url| url.as_str().is_some_and(is_url)),
        _ => in_text(&text_of(item)),
    };
    match (items(response), &response.content) {
        (Some(items), _) => !items.is_empty() && items.iter().all(listed),
        (None, Content::Object(object)) => listed(&Json::Object(object.members().clone())),
        (None, Content::Text(_)) => texts(response, blobs).iter().any(|text| in_text(text)),
    }
}

/// The greatest measure of the answer's images; `None` where there are none, or one cannot be measured or is not what
/// its media type says.
fn greatest_image(response: &ResponseEnvelope, blobs: &Blobs, size: impl Fn(image::Image) -> u64) -> Option<u64> {
    let named = response.blobs.iter().flat_map(|blobs| blobs.iter());
    let images: Vec<_> = named.filter(|blob| blob.media_type.as_str().starts_with("image/")).collect();
    let sizes: Option<Vec<u64>> = images
        .iter()
        .map(|blob| {
            let image = blobs.get(blob).and_then(image::header);
            image.filter(|image| image.media_type == blob.media_type.as_str()).map(&size)
        })
        .collect();
    sizes?.into_iter().max()
}

fn format_fits(wanted: &Json<'_>, response: &ResponseEnvelope, blobs: &Blobs) -> Result<(), Broken> {
    let name = Constraint::Format.as_str();
    let Some(word) = wanted.as_str() else {
        return Err(Broken::new(name, "a word", wanted.canonical()));
    };
    if let Some(format) = answer_format(word) {
        let fits = format == AnswerFormat::Mixed || format == response.format;
        let found = format!("{:?}", response.format);
        return if fits { Ok(()) } else { Err(Broken::new(name, word, found)) };
    }
    // Another form than these has no header that is read here: it is for people to judge.
    if !["png", "jpeg", "gif"].contains(&word) {
        return Ok(());
    }
    let media_type = format!("image/{word}");
    let mut named = response.blobs.iter().flat_map(|blobs| blobs.iter()).peekable();
    if named.peek().is_none() {
        return Err(Broken::new(name, media_type, "no blob"));
    }
    let other = named.find(|blob| {
        let is = blobs.get(blob).and_then(image::header).map(|image| image.media_type);
        blob.media_type.as_str() != media_type || is != Some(media_type.as_str())
    });
    match other {
        Some(blob) => Err(Broken::new(name, media_type, format!("{} in bytes of another form", blob.media_type))),
        None => Ok(()),
    }
}

/// The form of an answer by its word.
pub(crate) fn answer_format(word: &str) -> Option<AnswerFormat> {
    match word {
        "plain-text" => Some(AnswerFormat::PlainText),
        "markdown" => Some(AnswerFormat::Markdown),
        "json" => Some(AnswerFormat::Json),
        "edn" => Some(AnswerFormat::Edn),
        "mixed" => Some(AnswerFormat::Mixed),
        _ => None,
    }
}
