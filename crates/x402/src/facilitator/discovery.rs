//! What a facilitator catalogues, and how it is asked for that.

use earnest_base::{Count, InvalidError, Timestamp};
use earnest_signing::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extensions, IconUrl, PrintableLabel};

/// The answer of `GET /discovery/resources`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiscoveryResources {
    /// The version of x402.
    pub x402_version: Count,
    /// The resources of this page.
    pub items: Vec<DiscoveredResource>,
    /// Which page it is.
    pub pagination: Pagination,
}

/// The place of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pagination {
    /// The greatest number of resources of a page.
    pub limit: Count,
    /// How many resources come before it.
    pub offset: Count,
    /// How many there are in all.
    pub total: Count,
}

/// The answer of `GET /discovery/search`.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiscoverySearch {
    /// The version of x402.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub x402_version: Option<Count>,
    /// The resources that were found.
    pub resources: Vec<DiscoveredResource>,
    /// Whether there are more than are told.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub partial_results: Option<bool>,
    /// The page, where the answer has pages.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub pagination: Option<SearchPagination>,
}

/// The place of a page of found resources.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SearchPagination {
    /// The greatest number of resources of a page.
    pub limit: Count,
    /// What asks for the next page; absent on the last.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub cursor: Option<String>,
}

/// One resource of a catalogue.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiscoveredResource {
    /// Its URL.
    pub resource: String,
    /// The protocol that it speaks, such as `http` or `mcp`.
    pub r#type: String,
    /// The version of x402.
    pub x402_version: Count,
    /// The ways in which it can be paid, as that version has them.
    pub accepts: Vec<JsonObject>,
    /// When it was last seen.
    pub last_updated: LastUpdated,
    /// What it is, in words.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub description: Option<String>,
    /// The media type of its answer.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub mime_type: Option<String>,
    /// The name of its service.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub service_name: Option<PrintableLabel>,
    /// Its tags.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub tags: Option<Vec<PrintableLabel>>,
    /// Its icon.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub icon_url: Option<IconUrl>,
    /// The extensions of the payment that it was catalogued by.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extensions: Option<Extensions>,
    /// What the catalogue adds.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub metadata: Option<JsonObject>,
}

/// When a resource was last seen. The specification's example has seconds, the published package text; text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUpdated(pub Timestamp);

impl Serialize for LastUpdated {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LastUpdated {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Seconds(Count),
            Text(String),
        }
        let moment = match Wire::deserialize(deserializer)? {
            Wire::Seconds(seconds) => {
                let millis = i64::try_from(seconds.value()).ok().and_then(|seconds| seconds.checked_mul(1000));
                millis
                    .and_then(Timestamp::from_unix_millis)
                    .ok_or_else(|| InvalidError::new("seconds since 1970 up to the year 9999", &seconds.to_string()))
                    .map_err(serde::de::Error::custom)
            }
            Wire::Text(text) => Timestamp::from_rfc3339(&text).map_err(serde::de::Error::custom),
        };
        moment.map(Self)
    }
}

impl JsonSchema for LastUpdated {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LastUpdated".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Timestamp::json_schema(generator)
    }
}

crate::message::message!(DiscoveryResources);
crate::message::message!(DiscoverySearch);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_both_forms() {
        for text in ["1703123456", r#""2023-12-21T01:50:56.000Z""#, r#""2023-12-21T02:50:56+01:00""#] {
            let moment: LastUpdated = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&moment).unwrap(), r#""2023-12-21T01:50:56Z""#);
        }
    }
}
