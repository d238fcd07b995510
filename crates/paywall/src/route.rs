//! A paid route: its prices, its description, and how it delivers. It is a layer, to be put on the route.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use earnest_payment::{EarlyDelivery, RoutePolicy};
use earnest_signing::Json;
use earnest_x402::{
    bazaar::{BAZAAR, DiscoveryInfo},
    scheme::Demand,
};
use http::request::Parts;

use crate::{Paywall, PriceError, price};

/// A price without a payee.
#[derive(Debug, Clone)]
#[must_use = "a price is no layer before it says whom it is paid to"]
pub struct Price {
    paywall: Paywall,
    text: String,
    others: Vec<Demand>,
}

/// A price for one request, made by a function of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The price, such as `0.25 ORC`.
    pub price: String,
    /// Whom it is paid to.
    pub pay_to: String,
}

/// A request whose price is asked for. Payment headers are not among its headers: the price must come out the same with and
/// without them.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Method, URL and headers.
    pub parts: &'a Parts,
    /// The body.
    pub body: &'a Bytes,
}

type Quoting = dyn Fn(Ask<'_>) -> Vec<Quote> + Send + Sync;

/// A paid route: a layer that lets a request through once it is paid, and its answer out once the payment is settled.
#[derive(Clone)]
pub struct PaidRoute {
    pub(crate) paywall: Paywall,
    pub(crate) demands: Vec<Demand>,
    pub(crate) quoting: Option<Arc<Quoting>>,
    pub(crate) description: Option<String>,
    pub(crate) mime_type: Option<String>,
    pub(crate) bazaar: Option<Json<'static>>,
    pub(crate) is_identifier_required: bool,
    pub(crate) is_bound: bool,
    pub(crate) policy: RoutePolicy,
    pub(crate) tenant: String,
    pub(crate) operation: Option<String>,
}

impl fmt::Debug for PaidRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaidRoute")
            .field("demands", &self.demands)
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

impl Price {
    pub(crate) fn new(paywall: &Paywall, text: &str, others: Vec<Demand>) -> Result<Self, PriceError> {
        price::read(&paywall.0.assets, text)?;
        Ok(Self { paywall: paywall.clone(), text: text.to_owned(), others })
    }

    /// Whom it is paid to: an account on a ledger, an address on a chain.
    ///
    /// # Errors
    /// Where the asset's network cannot pay it.
    pub fn pay_to(self, payee: &str) -> Result<PaidRoute, PriceError> {
        let mut demands = self.others;
        demands.push(self.paywall.demand(&self.text, payee)?);
        Ok(PaidRoute::new(self.paywall, demands))
    }
}

impl Paywall {
    /// A route whose price is a function of the request. The function must say the same for the same request, which is
    /// asked twice: for the demand, and when it is paid. Where it says nothing, or what is no price, the answer is 500.
    #[must_use]
    pub fn priced_by(&self, quoting: impl Fn(Ask<'_>) -> Vec<Quote> + Send + Sync + 'static) -> PaidRoute {
        PaidRoute { quoting: Some(Arc::new(quoting)), ..PaidRoute::new(self.clone(), Vec::new()) }
    }
}

impl PaidRoute {
    fn new(paywall: Paywall, demands: Vec<Demand>) -> Self {
        Self {
            paywall,
            demands,
            quoting: None,
            description: None,
            mime_type: None,
            bazaar: None,
            is_identifier_required: false,
            is_bound: true,
            policy: RoutePolicy::OnlyOnConfirmed,
            tenant: String::new(),
            operation: None,
        }
    }

    /// Another way to pay: this price instead.
    ///
    /// # Errors
    /// Where it is no price, or of an asset that is not taken here.
    pub fn or(self, text: &str) -> Result<Price, PriceError> {
        Price::new(&self.paywall, text, self.demands)
    }

    /// What is sold, in words.
    #[must_use]
    pub fn description(self, text: impl Into<String>) -> Self {
        Self { description: Some(text.into()), ..self }
    }

    /// The media type of the answer.
    #[must_use]
    pub fn mime_type(self, media_type: impl Into<String>) -> Self {
        Self { mime_type: Some(media_type.into()), ..self }
    }

    /// How the route is called and what it answers, for catalogues (the extension `bazaar`).
    #[must_use]
    pub fn listed_as(self, info: &DiscoveryInfo) -> Self {
        let schema = serde_json::json!({ "type": "object", "required": ["input"] });
        let extension = serde_json::json!({ "info": info, "schema": schema });
        Self { bazaar: serde_json::from_value(extension).ok(), ..self }
    }

    /// Refuses payments without a payment identifier: their clients can ask again for an answer that was lost.
    #[must_use]
    pub fn identifier_required(self) -> Self {
        Self { is_identifier_required: true, ..self }
    }

    /// Does not put the request's digest into what chains are asked for (`extra.binding`): for clients that ask for the
    /// price with another body, or none. Payments over the ledger are bound by their signature all the same.
    #[must_use]
    pub fn unbound(self) -> Self {
        Self { is_bound: false, ..self }
    }

    /// Delivers before the payment is final, as declared. The seller bears what is not paid in the end.
    #[must_use]
    pub fn delivers_early(self, declared: EarlyDelivery) -> Self {
        Self { policy: RoutePolicy::Early(declared), ..self }
    }

    /// Whose identifiers they are: two tenants' clients may choose the same.
    #[must_use]
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        Self { tenant: tenant.into(), ..self }
    }

    /// The application's name for the operation, to which identifiers are bound besides.
    #[must_use]
    pub fn operation(self, operation: impl Into<String>) -> Self {
        Self { operation: Some(operation.into()), ..self }
    }

    /// What is demanded for a request.
    pub(crate) fn demands_for(&self, ask: Ask<'_>) -> Result<Vec<Demand>, PriceError> {
        let Some(quoting) = &self.quoting else { return Ok(self.demands.clone()) };
        let quotes = quoting(ask);
        if quotes.is_empty() {
            return Err(PriceError::Nothing);
        }
        quotes.iter().map(|quote| self.paywall.demand(&quote.price, &quote.pay_to)).collect()
    }

    /// The extension for catalogues, under its key.
    pub(crate) fn listing(&self) -> Option<(&'static str, Json<'static>)> {
        Some((BAZAAR, self.bazaar.clone()?))
    }
}
