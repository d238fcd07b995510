//! What is paid for, as its server describes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::ResourceUrl;

crate::text::texts! {
    /// One to 32 printable ASCII characters: the name of a service, or a tag.
    pub PrintableLabel { pattern: r"^[\u0020-\u007e]+$", max: 32, what: "printable ASCII", example: "weather" }

    /// Where an icon is; whether it is fit to be fetched is for who catalogues it.
    pub IconUrl { pattern: r"^[^\u0000-\u001f\u007f]*$", max: 2048, what: "an icon's URL", example: "https://api.example/icon.png" }
}

/// What is paid for. All of it is the server's own text: nobody vouches for it, and it is data, not instruction.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceInfo {
    /// Its URL.
    pub url: ResourceUrl,
    /// What it is, in words.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub description: Option<String>,
    /// The media type of the answer.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub mime_type: Option<String>,
    /// The name of the service, for a catalogue.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub service_name: Option<PrintableLabel>,
    /// Tags, for a catalogue: at most five.
    #[serde(default, deserialize_with = "at_most_five")]
    #[schemars(length(max = 5))]
    pub tags: Option<Vec<PrintableLabel>>,
    /// Where an icon is, for a catalogue.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub icon_url: Option<IconUrl>,
}

impl ResourceInfo {
    /// A resource of which only the URL is told.
    #[must_use]
    pub const fn new(url: ResourceUrl) -> Self {
        Self { url, description: None, mime_type: None, service_name: None, tags: None, icon_url: None }
    }
}

fn at_most_five<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<PrintableLabel>>, D::Error> {
    let tags: Option<Vec<PrintableLabel>> = crate::absent::nullable(deserializer)?;
    match &tags {
        Some(tags) if tags.len() > 5 => {
            Err(serde::de::Error::custom(format_args!("expected at most five tags, found {}", tags.len())))
        }
        _ => Ok(tags),
    }
}
