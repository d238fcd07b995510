//! The id of a request: made here, told in every answer, written in every line of the log.

use std::{convert::Infallible, fmt};

use axum::extract::FromRequestParts;
use http::{HeaderValue, request::Parts};
use uuid::Uuid;

/// The header that tells it.
pub(crate) const HEADER: &str = "x-request-id";

/// The id of a request. It is always our own: what a caller sends under this name is not taken, since it would stand in
/// our log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(Uuid);

impl RequestId {
    /// A new one.
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }

    pub(crate) fn header(self) -> HeaderValue {
        let mut buffer = [0_u8; uuid::fmt::Hyphenated::LENGTH];
        let text: &str = self.0.hyphenated().encode_lower(&mut buffer);
        HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("none"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of the request; a new one where no layer of the kit gave it one.
impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_else(Self::new))
    }
}

impl aide::OperationInput for RequestId {}
