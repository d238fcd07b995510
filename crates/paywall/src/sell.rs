//! What is sold, as a configuration says it: routes of somebody's endpoints, each with its price.

use std::time::Duration;

use axum::Router;
use earnest_base::{HttpUrl, Text};
use earnest_payment::EarlyDelivery;
use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Paywall, PriceError, Proxy, SetupError, Upstream};

/// What is sold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sell {
    /// The routes. What no route names is not forwarded.
    #[serde(default)]
    pub routes: Vec<SellRoute>,
}

/// A route of somebody's endpoint, with its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SellRoute {
    /// The path: `/report`, `/users/{id}`, `/files/{*rest}`.
    pub path: String,
    /// The methods that are sold.
    #[serde(default = "only_get")]
    pub methods: Vec<SellMethod>,
    /// Where its requests go; the path is added.
    pub upstream: HttpUrl,
    /// What one request costs, such as `0.25 ORC`.
    pub price: String,
    /// Whom it is paid to.
    pub pay_to: String,
    /// Other ways to pay.
    #[serde(default)]
    pub accepts: Vec<SellAccept>,
    /// What is sold, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// The media type of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<Text>,
    /// Whether a payment needs a payment identifier.
    #[serde(default)]
    pub identifier_required: bool,
    /// Whether the demand leaves the request's digest out, for clients that ask for the price with another body.
    #[serde(default)]
    pub unbound: bool,
    /// Whether the client's `Authorization` is forwarded.
    #[serde(default)]
    pub forwards_authorization: bool,
    /// How long the endpoint may take, in seconds.
    #[serde(default = "default_secs")]
    pub answer_within_secs: u32,
    /// That the route delivers before its payments are final, and why that is safe. None does unless it says so here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_delivery: Option<EarlyDelivery>,
}

/// Another way to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SellAccept {
    /// What one request costs.
    pub price: String,
    /// Whom it is paid to.
    pub pay_to: String,
}

/// A method of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the words speak for themselves")]
pub enum SellMethod {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

/// Why a configuration cannot be sold by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("route {path}: {fault}")]
pub struct SellError {
    /// The route.
    pub path: String,
    /// What is wrong with it.
    pub fault: SellFault,
}

/// What is wrong with a route.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SellFault {
    /// Not a pattern of paths.
    #[error("expected a path such as /report, /users/{{id}} or /files/{{*rest}}")]
    Path,
    /// No price, or nobody who can be paid.
    #[error(transparent)]
    Price(#[from] PriceError),
    /// No endpoint that can be called.
    #[error(transparent)]
    Upstream(#[from] SetupError),
}

fn only_get() -> Vec<SellMethod> {
    vec![SellMethod::Get]
}

const fn default_secs() -> u32 {
    15
}

impl Sell {
    /// The proxy that sells it.
    ///
    /// # Errors
    /// [`SellError`], for the first route that cannot be sold.
    pub fn into_router(self, paywall: &Paywall) -> Result<Router, SellError> {
        let mut proxy = Proxy::default();
        for route in self.routes {
            let path = route.path.clone();
            proxy = route.join(proxy, paywall).map_err(|fault| SellError { path, fault })?;
        }
        Ok(proxy.into_router())
    }
}

impl SellRoute {
    fn join(self, proxy: Proxy, paywall: &Paywall) -> Result<Proxy, SellFault> {
        let mut paid = paywall.price(&self.price)?.pay_to(&self.pay_to)?;
        for accept in &self.accepts {
            paid = paid.or(&accept.price)?.pay_to(&accept.pay_to)?;
        }
        if let Some(description) = &self.description {
            paid = paid.description(description.as_str());
        }
        if let Some(mime_type) = &self.mime_type {
            paid = paid.mime_type(mime_type.as_str());
        }
        if self.identifier_required {
            paid = paid.identifier_required();
        }
        if self.unbound {
            paid = paid.unbound();
        }
        if let Some(early) = self.early_delivery {
            paid = paid.delivers_early(early);
        }
        let limits = &paywall.0.limits;
        let within = Duration::from_secs(self.answer_within_secs.into()).min(limits.work_within);
        let mut upstream = Upstream::new(self.upstream.as_str(), within)?.answer_bytes(limits.answer_bytes);
        if self.forwards_authorization {
            upstream = upstream.forwarding_authorization();
        }
        let methods = self.methods.into_iter().map(SellMethod::method).collect();
        proxy.route(&self.path, methods, paid, upstream).ok_or(SellFault::Path)
    }
}

impl SellMethod {
    fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Head => Method::HEAD,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
            Self::Options => Method::OPTIONS,
        }
    }
}
