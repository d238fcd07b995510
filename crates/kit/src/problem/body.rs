//! The body of a problem, as it is written and as the OpenAPI document describes it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Why a request was refused (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    /// The problem's type: `urn:earnest:problem:` and the code.
    pub r#type: String,
    /// What the code means.
    pub title: String,
    /// The HTTP status.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// What went wrong, as a stable word.
    pub code: String,
    /// What was expected this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The member of the body at fault, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The line of the body at fault, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The character of the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The parameter of path or query at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Whether the same request may be sent again as it is, after `Retry-After`.
    pub retryable: bool,
    /// The id under which the service logs the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What single codes add.
    #[serde(flatten)]
    #[schemars(skip)]
    pub more: Map<String, Value>,
}
