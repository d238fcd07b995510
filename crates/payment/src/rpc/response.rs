//! What is answered: a JSON-RPC 2.0 response with a result or an error.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};

use super::RpcId;
use crate::{
    ErrorCode, Outage,
    submission::{check_retryable, retryable_rules},
};

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcResponse<T> {
    /// The request's id; none where it could not be read, which JSON-RPC writes as null.
    pub id: Option<RpcId>,
    /// The result, or why there is none.
    pub outcome: Result<T, RpcError>,
}

/// Why a call could not be served. It says nothing about any payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct RpcError {
    /// The JSON-RPC code.
    pub code: i64,
    /// What happened, in words.
    pub message: String,
    /// The contract's code, and whether to try again.
    pub data: RpcErrorData,
}

/// What the contract says of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "DataWire", try_from = "DataWire")]
pub struct RpcErrorData {
    /// What went wrong. Whether to try again follows from it.
    pub code: ErrorCode,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DataWire {
    /// What went wrong.
    code: ErrorCode,
    /// Whether the same call may be made again as it is.
    retryable: bool,
}

impl From<RpcErrorData> for DataWire {
    fn from(data: RpcErrorData) -> Self {
        Self { code: data.code, retryable: data.code.retryable() }
    }
}

impl TryFrom<DataWire> for RpcErrorData {
    type Error = crate::submission::RetryableError;

    fn try_from(wire: DataWire) -> Result<Self, Self::Error> {
        check_retryable(wire.code, wire.retryable)?;
        Ok(Self { code: wire.code })
    }
}

impl JsonSchema for RpcErrorData {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RpcErrorData".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = DataWire::json_schema(generator);
        schema.insert("allOf".into(), retryable_rules());
        schema
    }
}

/// The faults of a call, each with its JSON-RPC code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RpcFault {
    /// The text is not strict JSON.
    Parse,
    /// It is no request.
    InvalidRequest,
    /// There is no such method.
    MethodNotFound,
    /// The parameters are not the method's.
    InvalidParams,
    /// The store is out of reach.
    Outage,
}

impl RpcFault {
    /// The JSON-RPC code.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Parse => -32700,
            Self::InvalidRequest => -32600,
            Self::MethodNotFound => -32601,
            Self::InvalidParams => -32602,
            Self::Outage => -32001,
        }
    }
}

impl RpcError {
    /// An error with its message.
    pub fn new(fault: RpcFault, message: impl Into<String>) -> Self {
        let code = match fault {
            RpcFault::Outage => ErrorCode::InternalError,
            RpcFault::Parse | RpcFault::InvalidRequest | RpcFault::MethodNotFound | RpcFault::InvalidParams => {
                ErrorCode::InvalidTransaction
            }
        };
        Self { code: fault.code(), message: message.into(), data: RpcErrorData { code } }
    }

    /// The error of a store that is out of reach.
    #[must_use]
    pub fn outage(outage: Outage) -> Self {
        Self::new(RpcFault::Outage, outage.to_string())
    }
}

impl<T: Serialize> Serialize for RpcResponse<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("jsonrpc", "2.0")?;
        map.serialize_entry("id", &self.id)?;
        match &self.outcome {
            Ok(result) => map.serialize_entry("result", result)?,
            Err(error) => map.serialize_entry("error", error)?,
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for RpcResponse<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, bound = "T: Deserialize<'de>")]
        struct Wire<T> {
            jsonrpc: String,
            id: Option<RpcId>,
            #[serde(default, deserialize_with = "crate::present")]
            result: Option<T>,
            #[serde(default, deserialize_with = "crate::present")]
            error: Option<RpcError>,
        }
        let Wire { jsonrpc, id, result, error } = Wire::<T>::deserialize(deserializer)?;
        let outcome = match (result, error) {
            (Some(result), None) => Ok(result),
            (None, Some(error)) => Err(error),
            _ => return Err(serde::de::Error::custom("expected a result or an error, found both or neither")),
        };
        if jsonrpc == "2.0" {
            Ok(Self { id, outcome })
        } else {
            Err(serde::de::Error::custom("expected the member \"jsonrpc\" to be \"2.0\""))
        }
    }
}

/// The schema of a response with one of these results.
pub(crate) fn response_schema(results: &[Value], error: &Value) -> Value {
    let version = json!({ "type": "string", "const": "2.0", "description": "The version of JSON-RPC." });
    json!({ "type": "object", "oneOf": [
        {
            "required": ["jsonrpc", "id", "result"],
            "additionalProperties": false,
            "properties": {
                "jsonrpc": version,
                "id": { "type": ["integer", "string"], "description": "The request's id." },
                "result": { "anyOf": results },
            },
        },
        {
            "required": ["jsonrpc", "id", "error"],
            "additionalProperties": false,
            "properties": {
                "jsonrpc": version,
                "id": {
                    "type": ["integer", "string", "null"],
                    "description": "The request's id; null where it could not be read, as JSON-RPC 2.0 has it.",
                },
                "error": error,
            },
        },
    ] })
}
