//! What a payment in ORC carries.

use earnest_artifacts::{PaymentAuthorization, Verified};
use earnest_signing::{Error, Json, JsonObject, Limits, Object, read};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ErrorReason, scheme::SchemeError};

/// What a payment in ORC carries: the signed `payment-authorization.v1`, as an object. It is closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct OrcPayload {
    /// The document, with its signature.
    pub authorization: JsonObject,
}

impl OrcPayload {
    /// The payload that carries an authorization.
    ///
    /// # Errors
    /// None that a verified document can cause.
    pub fn new(authorization: &Verified<PaymentAuthorization>) -> Result<Self, Error> {
        read(authorization.bytes(), Limits::DOCUMENT)?.into_owned().decode().map(|authorization| Self { authorization })
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`ErrorReason::INVALID_PAYLOAD`].
    pub fn read(payload: &JsonObject) -> Result<Self, SchemeError> {
        payload.decode().map_err(|error| SchemeError::new(ErrorReason::INVALID_PAYLOAD, error.to_string()))
    }

    /// Verifies the document: its members as they arrived, none left out.
    ///
    /// # Errors
    /// As [`Verified::parse`].
    pub fn verify(&self) -> Result<Verified<PaymentAuthorization>, Error> {
        Verified::parse(self.authorization.canonical().as_bytes())
    }

    /// The object that goes into the payment.
    #[must_use]
    pub fn to_object(&self) -> JsonObject {
        let mut payload = Object::default();
        payload.insert("authorization", Json::Object(self.authorization.members().clone()));
        payload.into()
    }
}
