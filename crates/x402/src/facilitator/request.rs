//! What a facilitator is asked: `/verify` and `/settle` take the same body.

use earnest_signing::{Code, Error, Json, Pointer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Message, Verbatim, Version, v1, v2};

/// A payment with the requirements that it is to meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FacilitatorRequest {
    /// Of version 2.
    V2(Box<RequestV2>),
    /// Of version 1.
    V1(Box<RequestV1>),
}

/// A request of version 2.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestV2 {
    /// The version: 2.
    pub x402_version: Version<2>,
    /// The payment.
    pub payment_payload: v2::PaymentPayload,
    /// The requirements that it is to meet; for a scheme that charges less, with the amount that is charged.
    pub payment_requirements: Verbatim<v2::PaymentRequirements>,
}

/// A request of version 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestV1 {
    /// The version: 1.
    pub x402_version: Version<1>,
    /// The payment.
    pub payment_payload: v1::PaymentPayload,
    /// The requirements that it is to meet.
    pub payment_requirements: v1::PaymentRequirements,
}

/// The parts of a request, by type alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestParts {
    #[serde(rename = "paymentPayload")]
    _payload: PayloadParts,
    #[serde(rename = "paymentRequirements")]
    _requirements: v2::PaymentRequirements,
}

#[derive(Deserialize)]
struct PayloadParts {
    #[serde(rename = "accepted")]
    _accepted: v2::PaymentRequirements,
}

crate::message::message!(RequestV1);
crate::message::message!(RequestV2, RequestParts);

impl Message for FacilitatorRequest {
    fn from_json(json: &Json<'_>) -> Result<Self, Error> {
        let version = json.as_object().and_then(|members| members.get("x402Version"));
        match version {
            Some(Json::Number(number)) if number.to_i64() == Some(1) => {
                RequestV1::from_json(json).map(|request| Self::V1(Box::new(request)))
            }
            Some(Json::Number(number)) if number.to_i64() == Some(2) => {
                RequestV2::from_json(json).map(|request| Self::V2(Box::new(request)))
            }
            Some(other) => {
                let message = format!("expected version 1 or 2 of x402, found {}", other.canonical());
                Err(Error::new(Code::INVALID_VALUE, Pointer::member("x402Version"), message))
            }
            None if json.as_object().is_some() => Err(Error::missing("x402Version")),
            None => {
                let message = format!("expected an object, found {}", json.type_name());
                Err(Error::new(Code::NOT_AN_OBJECT, Pointer::ROOT, message))
            }
        }
    }
}
