//! What a caller wants to buy.

use bytes::Bytes;
use earnest_x402::PayTo;
use http::{HeaderMap, Method};

use crate::budget::{CallId, Unit, Units};

/// A request that may be paid for.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// Headers. Those of payments are the client's own, and are left out.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The caller's name for the purchase: bought once, however often it is asked for. A new one where there is none.
    pub call: Option<CallId>,
    /// The most that the caller pays; it never raises what the policy allows.
    pub at_most: Option<Price>,
    /// The payee whom the caller expects.
    pub payee: Option<PayTo>,
}

/// A price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// In what.
    pub unit: Unit,
    /// How much, in atomic units.
    pub amount: Units,
}

impl Purchase {
    /// A request without a body.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url, Bytes::new())
    }

    /// A request with a body.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, url, body)
    }

    /// A request.
    pub fn new(method: Method, url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let (url, headers, body) = (url.into(), HeaderMap::new(), body.into());
        Self { method, url, headers, body, call: None, at_most: None, payee: None }
    }

    /// The same purchase under a name.
    #[must_use]
    pub fn called(self, call: CallId) -> Self {
        Self { call: Some(call), ..self }
    }

    /// The same purchase, for at most so much.
    #[must_use]
    pub fn at_most(self, unit: Unit, amount: Units) -> Self {
        Self { at_most: Some(Price { unit, amount }), ..self }
    }

    /// The same purchase, from this payee.
    #[must_use]
    pub fn from_payee(self, payee: PayTo) -> Self {
        Self { payee: Some(payee), ..self }
    }
}
