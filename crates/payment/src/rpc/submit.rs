//! The result of `submitPayment`: taken, with the payment's status, or refused.

use earnest_signing::{Json, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, json};

use crate::{PaymentStatus, RefusedSubmission};

/// The result of `submitPayment`, told apart by its member `accepted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitResult {
    /// The relay has the payment.
    Accepted(PaymentStatus),
    /// The relay does not take it.
    Refused(RefusedSubmission),
}

impl Serialize for SubmitResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a, T> {
            accepted: bool,
            #[serde(flatten)]
            rest: &'a T,
        }
        match self {
            Self::Accepted(rest) => Wire { accepted: true, rest }.serialize(serializer),
            Self::Refused(rest) => Wire { accepted: false, rest }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SubmitResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = JsonObject::deserialize(deserializer)?.members().clone();
        let accepted = members.remove("accepted");
        let rest = Json::Object(members);
        match accepted {
            Some(Json::Bool(true)) => match rest.decode().map_err(D::Error::custom)? {
                PaymentStatus::NotFound(_) => Err(D::Error::custom("expected a status of a payment, found not_found")),
                status => Ok(Self::Accepted(status)),
            },
            Some(Json::Bool(false)) => rest.decode().map(Self::Refused).map_err(D::Error::custom),
            _ => Err(D::Error::custom("expected the member \"accepted\" to be true or false")),
        }
    }
}

impl JsonSchema for SubmitResult {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SubmitResult".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let statuses = PaymentStatus::json_schema(generator).to_value();
        let stored = statuses["oneOf"].as_array().cloned().unwrap_or_default().into_iter();
        let stored = stored.filter(|branch| branch["properties"]["status"]["const"] != "not_found");
        let mut branches: Vec<Value> = stored.map(|branch| with_accepted(branch, true)).collect();
        branches.push(with_accepted(RefusedSubmission::json_schema(generator).to_value(), false));
        schemars::json_schema!({ "oneOf": branches })
    }
}

fn with_accepted(mut branch: Value, accepted: bool) -> Value {
    branch["properties"]["accepted"] =
        json!({ "type": "boolean", "const": accepted, "description": "Whether the relay has the payment." });
    if let Some(required) = branch["required"].as_array_mut() {
        required.push("accepted".into());
    }
    branch
}
