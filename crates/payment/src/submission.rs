//! A submission, the same over HTTP and RPC: what is sent, and how it is taken or refused.

use earnest_base::{PaymentIdentifier, Sha256Digest};
use earnest_signing::{Json, JsonObject, Object};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{ErrorCode, Payment};

/// What is submitted: the body of `POST /payments`, and the parameters of `submitPayment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentRequest {
    /// The x402 payment payload, as the client signed it.
    pub payment: JsonObject,
    /// The x402 payment requirements that it answers.
    pub requirements: JsonObject,
    /// The client's key for this submission: sent again with the same payload it names the same payment, with another
    /// it is a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    pub payment_identifier: Option<PaymentIdentifier>,
}

impl PaymentRequest {
    /// What makes two submissions the same: the SHA-256 of the canonical form of payload and requirements, whatever
    /// identifier, spelling and order of members they were sent with.
    ///
    /// ```
    /// use earnest_payment::PaymentRequest;
    ///
    /// let one: PaymentRequest = serde_json::from_str(r#"{"payment": {"a": 1, "b": 2}, "requirements": {}}"#)?;
    /// let same: PaymentRequest = serde_json::from_str(r#"{"requirements": {}, "payment": {"b": 2, "a": 1.0}}"#)?;
    /// assert_eq!(one.digest(), same.digest());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let mut members = Object::default();
        members.insert("payment", Json::Object(self.payment.members().clone()));
        members.insert("requirements", Json::Object(self.requirements.members().clone()));
        Sha256Digest::of(Json::Object(members).canonical().as_bytes())
    }
}

/// How a submission is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// The relay has it: this is the record, of a new payment or of the one that it was already.
    Accepted(Payment),
    /// The relay does not take it, and gives it no identity.
    Refused(RefusedSubmission),
}

/// Why a submission is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "RefusedWire", try_from = "RefusedWire")]
pub struct RefusedSubmission {
    /// What went wrong. Whether to try again follows from it.
    pub code: ErrorCode,
    /// What happened, in words.
    pub error: String,
    /// What the client can do about it.
    pub help: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RefusedWire {
    /// What went wrong.
    code: ErrorCode,
    /// What happened, in words.
    #[schemars(length(min = 1))]
    #[serde(deserialize_with = "crate::not_empty")]
    error: String,
    /// Whether the same submission may be sent again as it is.
    retryable: bool,
    /// What the client can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    help: Option<String>,
}

/// A `retryable` that is not its code's.
#[derive(Debug, thiserror::Error)]
#[error("expected the member \"retryable\" to be {} for {code}, found {}", code.retryable(), !code.retryable())]
pub(crate) struct RetryableError {
    code: ErrorCode,
}

/// Refuses a `retryable` that is not its code's.
pub(crate) fn check_retryable(code: ErrorCode, retryable: bool) -> Result<(), RetryableError> {
    if code.retryable() == retryable { Ok(()) } else { Err(RetryableError { code }) }
}

/// The condition that a schema states for `retryable` beside `code`.
pub(crate) fn retryable_rules() -> Value {
    let words: Vec<ErrorCode> = ErrorCode::ALL.iter().copied().filter(|code| code.retryable()).collect();
    let is = |value: bool| json!({ "properties": { "retryable": { "const": value } } });
    json!([{ "if": { "properties": { "code": { "enum": words } } }, "then": is(true), "else": is(false) }])
}

impl From<RefusedSubmission> for RefusedWire {
    fn from(refused: RefusedSubmission) -> Self {
        let RefusedSubmission { code, error, help } = refused;
        Self { code, error, retryable: code.retryable(), help }
    }
}

impl TryFrom<RefusedWire> for RefusedSubmission {
    type Error = RetryableError;

    fn try_from(wire: RefusedWire) -> Result<Self, RetryableError> {
        check_retryable(wire.code, wire.retryable)?;
        Ok(Self { code: wire.code, error: wire.error, help: wire.help })
    }
}

impl JsonSchema for RefusedSubmission {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RefusedSubmission".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = RefusedWire::json_schema(generator);
        schema.insert("allOf".into(), retryable_rules());
        schema
    }
}
