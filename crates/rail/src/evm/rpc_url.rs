//! Where a node answers. Paths and queries of such URLs are often keys, so they are shown to nobody.

use std::{borrow::Cow, fmt, str::FromStr};

use earnest_base::InvalidError;
use reqwest::Url;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The URL of a node's JSON-RPC: over TLS, or on this machine. It is shown without path and query, which may be a key.
///
/// ```
/// use earnest_rail::evm::RpcUrl;
///
/// let url: RpcUrl = "https://rpc.example/v2/secret".parse()?;
/// assert_eq!(url.to_string(), "https://rpc.example/[redacted]");
/// assert!("http://rpc.example/".parse::<RpcUrl>().is_err());
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RpcUrl(Url);

impl RpcUrl {
    pub(super) fn to_url(&self) -> Url {
        self.0.clone()
    }
}

impl FromStr for RpcUrl {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        // What was found is not repeated: it may hold a key.
        let refused = || InvalidError::new("the URL of a node over https, or over http on this machine", "another");
        let url = Url::parse(text).map_err(|_| refused())?;
        let local =
            url.host_str().is_some_and(|host| matches!(host, "localhost" | "[::1]") || host.starts_with("127."));
        match url.scheme() {
            "https" if url.has_host() => Ok(Self(url)),
            "http" if local => Ok(Self(url)),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/[redacted]", self.0.origin().ascii_serialization())
    }
}

impl fmt::Debug for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RpcUrl({self})")
    }
}

impl Serialize for RpcUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RpcUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for RpcUrl {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "RpcUrl".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uri" })
    }
}
