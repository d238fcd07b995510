//! What is called: a JSON-RPC 2.0 request of one of three methods.

use earnest_base::PaymentId;
use earnest_signing::{Json, Limits, Object, read};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned, ser::SerializeMap};
use serde_json::json;

use super::{RpcError, RpcFault, RpcResponse};
use crate::PaymentRequest;

/// The caller's id of a request, told back in the response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum RpcId {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub struct RpcRequest {
    /// The caller's id of it.
    pub id: RpcId,
    /// What is called.
    pub call: RpcCall,
}

/// What is called, with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub enum RpcCall {
    /// `submitPayment`: the body of `POST /payments`.
    SubmitPayment(PaymentRequest),
    /// `checkPayment`: the status of a payment.
    CheckPayment(CheckPayment),
    /// `getSponsorStatus`: whether the relay could take a payment now. It has no parameters.
    GetSponsorStatus,
}

/// The parameters of `checkPayment`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckPayment {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
}

impl RpcRequest {
    /// Reads a request strictly.
    ///
    /// # Errors
    /// The response that refuses it, with the request's id where that could be read.
    ///
    /// ```
    /// use earnest_payment::rpc::{RpcCall, RpcRequest};
    ///
    /// let text = br#"{"jsonrpc": "2.0", "id": 7, "method": "checkPayment", "params": {"paymentId": "pay_01"}}"#;
    /// let request = RpcRequest::parse(text).map_err(|refusal| format!("{refusal:?}"))?;
    /// assert!(matches!(request.call, RpcCall::CheckPayment(_)));
    ///
    /// let refusal = RpcRequest::parse(br#"{"jsonrpc": "2.0", "id": 7, "method": "pay"}"#).unwrap_err();
    /// assert_eq!(refusal.outcome.unwrap_err().code, -32601);
    /// # Ok::<(), String>(())
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, RpcResponse<()>> {
        let refuse = |id: Option<RpcId>, error: RpcError| RpcResponse { id, outcome: Err(error) };
        let json = read(bytes, Limits::DOCUMENT)
            .map_err(|error| refuse(None, RpcError::new(RpcFault::Parse, error.to_string())))?;
        let Some(object) = json.as_object() else {
            let message = format!("expected one request object, found {}", json.type_name());
            return Err(refuse(None, RpcError::new(RpcFault::InvalidRequest, message)));
        };
        let Some(id) = object.get("id").and_then(|id| id.decode::<RpcId>().ok()) else {
            let message = "expected the member \"id\" to be a whole number or a text";
            return Err(refuse(None, RpcError::new(RpcFault::InvalidRequest, message)));
        };
        match call(object) {
            Ok(call) => Ok(Self { id, call }),
            Err(error) => Err(refuse(Some(id), error)),
        }
    }
}

fn call(object: &Object<'_>) -> Result<RpcCall, RpcError> {
    if object.get("jsonrpc").and_then(Json::as_str) != Some("2.0") {
        return Err(RpcError::new(RpcFault::InvalidRequest, "expected the member \"jsonrpc\" to be \"2.0\""));
    }
    let known = ["id", "jsonrpc", "method", "params"];
    if let Some(member) = object.iter().find(|member| !known.contains(&&*member.name)) {
        let message = format!("expected the members {}, found {:?}", known.join(", "), member.name);
        return Err(RpcError::new(RpcFault::InvalidRequest, message));
    }
    let Some(method) = object.get("method").and_then(Json::as_str) else {
        return Err(RpcError::new(RpcFault::InvalidRequest, "expected the member \"method\" to be a text"));
    };
    match method {
        "submitPayment" => params(object).map(RpcCall::SubmitPayment),
        "checkPayment" => params(object).map(RpcCall::CheckPayment),
        "getSponsorStatus" => match object.get("params") {
            None => Ok(RpcCall::GetSponsorStatus),
            Some(Json::Object(params)) if params.is_empty() => Ok(RpcCall::GetSponsorStatus),
            Some(_) => Err(RpcError::new(RpcFault::InvalidParams, "expected no parameters")),
        },
        other => {
            let other: String = other.chars().take(80).collect();
            let message = format!("expected submitPayment, checkPayment or getSponsorStatus, found {other:?}");
            Err(RpcError::new(RpcFault::MethodNotFound, message))
        }
    }
}

fn params<T: DeserializeOwned>(object: &Object<'_>) -> Result<T, RpcError> {
    let missing = || RpcError::new(RpcFault::InvalidParams, "expected the member \"params\" to be an object");
    let params = object.get("params").filter(|params| params.as_object().is_some()).ok_or_else(missing)?;
    params.decode().map_err(|error| RpcError::new(RpcFault::InvalidParams, error.below("params").to_string()))
}

impl Serialize for RpcRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("jsonrpc", "2.0")?;
        map.serialize_entry("id", &self.id)?;
        match &self.call {
            RpcCall::SubmitPayment(params) => {
                map.serialize_entry("method", "submitPayment")?;
                map.serialize_entry("params", params)?;
            }
            RpcCall::CheckPayment(params) => {
                map.serialize_entry("method", "checkPayment")?;
                map.serialize_entry("params", params)?;
            }
            RpcCall::GetSponsorStatus => map.serialize_entry("method", "getSponsorStatus")?,
        }
        map.end()
    }
}

impl JsonSchema for RpcRequest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RpcRequest".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let submit = PaymentRequest::json_schema(generator);
        let check = CheckPayment::json_schema(generator);
        let nothing = json!({ "type": "object", "additionalProperties": false });
        let of = |method: &str, params: serde_json::Value, required: &[&str]| {
            json!({
                "type": "object",
                "required": required,
                "additionalProperties": false,
                "properties": {
                    "jsonrpc": { "type": "string", "const": "2.0", "description": "The version of JSON-RPC." },
                    "id": { "type": ["integer", "string"], "description": "The caller's id of the request." },
                    "method": { "type": "string", "const": method, "description": "What is called." },
                    "params": params,
                },
            })
        };
        let all = ["jsonrpc", "id", "method", "params"];
        schemars::json_schema!({ "oneOf": [
            of("submitPayment", submit.to_value(), &all),
            of("checkPayment", check.to_value(), &all),
            of("getSponsorStatus", nothing, &all[..3]),
        ] })
    }
}
