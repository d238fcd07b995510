//! The extension `bazaar`: how a server describes a route for a catalogue, and what a facilitator takes of it.

mod entry;
mod route;
mod sanitise;
mod schema_check;

use earnest_signing::{Json, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

pub use entry::{CatalogueEntry, CatalogueError, SchemaError};
pub use route::is_route_template;
pub(crate) use sanitise::sanitised;

/// The extension's key.
pub const BAZAAR: &str = "bazaar";

/// How a route is called, and what it answers.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiscoveryInfo {
    /// How it is called.
    pub input: DiscoveryInput,
    /// What it answers.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub output: Option<DiscoveryOutput>,
}

/// How a route is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum DiscoveryInput {
    /// Over HTTP.
    Http(HttpInput),
    /// As a tool of an MCP server.
    Mcp(McpInput),
}

/// A route of HTTP.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HttpInput {
    /// The method; a server may leave it to its router, a catalogue may not.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub method: Option<Method>,
    /// An example of the query's parameters.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub query_params: Option<JsonObject>,
    /// An example of the path's parameters.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub path_params: Option<JsonObject>,
    /// An example of headers.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub headers: Option<JsonObject>,
    /// The form of the body: of `POST`, `PUT` and `PATCH` only.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub body_type: Option<BodyType>,
    /// An example of the body.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    #[schemars(with = "Option<AnyValue>")]
    pub body: Option<Json<'static>>,
}

/// A tool of an MCP server.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct McpInput {
    /// Its name. The specification's example calls the member `tool`.
    #[serde(alias = "tool", deserialize_with = "not_empty")]
    #[schemars(length(min = 1))]
    pub tool_name: String,
    /// The JSON Schema of its arguments.
    pub input_schema: JsonObject,
    /// What it does, in words.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub description: Option<String>,
    /// How the server is spoken to.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub transport: Option<McpTransport>,
    /// An example of its arguments.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub example: Option<JsonObject>,
}

/// What a route answers.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiscoveryOutput {
    /// What it is, such as `json`.
    pub r#type: String,
    /// Its form, in words.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub format: Option<String>,
    /// An example.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    #[schemars(with = "Option<AnyValue>")]
    pub example: Option<Json<'static>>,
}

/// Declares enums of the wire's words.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[schemars(inline)]
        #[allow(missing_docs, reason = "the words speak for themselves")]
        pub enum $name {
            $(#[serde(rename = $word)] $variant),*
        }

        impl $name {
            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    )*};
}

words! {
    /// A method of HTTP that a paid route may have.
    Method { Get = "GET", Head = "HEAD", Delete = "DELETE", Post = "POST", Put = "PUT", Patch = "PATCH" }

    /// The form of a body.
    BodyType { Json = "json", FormData = "form-data", Text = "text" }

    /// How an MCP server is spoken to.
    McpTransport { StreamableHttp = "streamable-http", Sse = "sse" }
}

impl Method {
    /// Whether its requests have a body.
    #[must_use]
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

/// Any JSON, for the schema.
struct AnyValue;

impl JsonSchema for AnyValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AnyValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

fn not_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text: String = Deserialize::deserialize(deserializer)?;
    if text.is_empty() { Err(serde::de::Error::custom("expected a name, found an empty one")) } else { Ok(text) }
}
