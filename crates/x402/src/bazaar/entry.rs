//! What a facilitator catalogues of a payment.

use earnest_signing::{Error, Json};

pub use super::schema_check::SchemaError;
use super::{BAZAAR, DiscoveryInfo, DiscoveryInput, is_route_template, sanitise, schema_check};
use crate::{ExtensionResponse, ExtensionStatus, ResourceInfo, v2::PaymentPayload};

/// A resource as a catalogue keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueEntry {
    /// Its URL, without query and fragment, with the route's template for its path where there is one.
    pub url: String,
    /// The template of its route.
    pub route_template: Option<String>,
    /// How it is called, and what it answers.
    pub info: DiscoveryInfo,
    /// What its server says of it, sanitised.
    pub resource: ResourceInfo,
}

/// Why a resource is not catalogued. Its payment is not touched by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The extension has another form.
    #[error("expected the extension's form: {0}")]
    Form(Error),
    /// Members that contradict each other.
    #[error("expected {0}")]
    Contradiction(&'static str),
    /// The extension's schema is no good, or its `info` does not fit it.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The payment names no resource that a catalogue could lead to.
    #[error("expected a resource with an absolute URL over http or https, found {0:?}")]
    Resource(String),
}

impl CatalogueError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "bazaar-malformed",
            Self::Contradiction(_) => "bazaar-contradiction",
            Self::Schema(SchemaError::Misfit { .. }) => "bazaar-misfit",
            Self::Schema(_) => "bazaar-schema",
            Self::Resource(_) => "bazaar-resource",
        }
    }

    /// What the facilitator says of it in `EXTENSION-RESPONSES`.
    #[must_use]
    pub fn to_response(&self) -> ExtensionResponse {
        let rejected_reason = Some(format!("{}: {self}", self.code()));
        ExtensionResponse { status: ExtensionStatus::Rejected, rejected_reason }
    }
}

impl CatalogueEntry {
    /// What a payment says of its resource: `None` where it does not carry the extension. A client that leaves the
    /// extension out is not catalogued.
    ///
    /// # Errors
    /// Where the extension does not fit its own schema, or the payment names no resource.
    pub fn of(payment: &PaymentPayload) -> Result<Option<Self>, CatalogueError> {
        let Some(extension) = payment.extensions.as_ref().and_then(|extensions| extensions.get(BAZAAR)) else {
            return Ok(None);
        };
        let (info, schema) = parts(extension)?;
        let read: DiscoveryInfo = info.decode().map_err(|error| CatalogueError::Form(error.below("info")))?;
        check(&read)?;
        schema_check::check(&value(schema), &value(info))?;
        let template = match extension {
            Json::Object(members) => members.get("routeTemplate").and_then(Json::as_str),
            _ => None,
        };
        // A template that leads astray is passed over: the resource is kept under its own path.
        let template = template.filter(|template| is_route_template(template));
        let resource = payment.resource.clone().ok_or_else(|| CatalogueError::Resource(String::new()))?;
        let url = match &read.input {
            DiscoveryInput::Http(_) => sanitise::catalogue_url(&resource.url, template)
                .ok_or_else(|| CatalogueError::Resource(resource.url.to_string()))?,
            DiscoveryInput::Mcp(_) => resource.url.to_string(),
        };
        Ok(Some(Self { url, route_template: template.map(str::to_owned), info: read, resource }))
    }

    /// What sets the entry apart from others of a catalogue: the URL with the method, or with the tool's name.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        let second = match &self.info.input {
            DiscoveryInput::Http(input) => input.method.map_or("", super::Method::as_str).to_owned(),
            DiscoveryInput::Mcp(input) => input.tool_name.clone(),
        };
        (self.url.clone(), second)
    }
}

/// The members `info` and `schema`.
fn parts<'e>(extension: &'e Json<'static>) -> Result<(&'e Json<'static>, &'e Json<'static>), CatalogueError> {
    let missing = |name| CatalogueError::Form(Error::missing(name));
    let Json::Object(members) = extension else { return Err(missing("info")) };
    Ok((members.get("info").ok_or_else(|| missing("info"))?, members.get("schema").ok_or_else(|| missing("schema"))?))
}

fn check(info: &DiscoveryInfo) -> Result<(), CatalogueError> {
    let DiscoveryInput::Http(input) = &info.input else { return Ok(()) };
    let Some(method) = input.method else {
        return Err(CatalogueError::Contradiction("a method, found none"));
    };
    match (method.has_body(), input.body_type, &input.body) {
        (false, Some(_), _) | (false, _, Some(_)) => {
            Err(CatalogueError::Contradiction("a body of POST, PUT and PATCH only, found one of another method"))
        }
        (true, None, Some(_)) => Err(CatalogueError::Contradiction("a bodyType beside a body, found none")),
        _ => Ok(()),
    }
}

/// The same value for the validator.
fn value(json: &Json<'_>) -> serde_json::Value {
    serde_json::to_value(json).unwrap_or_default()
}
