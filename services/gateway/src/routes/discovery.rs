//! `GET /discovery/resources` and `GET /discovery/search`: what was paid for through this gateway.

use aide::axum::{ApiRouter, routing::get};
use axum::{Json, extract::State};
use earnest_kit::{Problem, QueryParameters};
use earnest_x402::{DiscoveryPage, DiscoveryResources, DiscoverySearch, DiscoverySearchQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    facilitator::{page, refused, search},
    office::Office,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/discovery/resources", get(resources)).api_route("/discovery/search", get(find))
}

/// Which resources. Parameters that nobody knows are passed over, as x402 has it. Each filter, where it is there, must hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ResourcesQuery {
    /// The protocol, such as `http` or `mcp`.
    r#type: Option<String>,
    /// Who is paid.
    pay_to: Option<String>,
    /// The scheme.
    scheme: Option<String>,
    /// The network.
    network: Option<String>,
    /// The key of an extension.
    extensions: Option<String>,
    /// At most so many: 1 to 100, and 20 without it.
    limit: Option<String>,
    /// How many to pass over.
    offset: Option<String>,
}

/// Which resources, by words.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    /// What is looked for: every word must stand somewhere in what the resource says of itself.
    query: String,
    /// The protocol, such as `http` or `mcp`.
    r#type: Option<String>,
    /// Who is paid.
    pay_to: Option<String>,
    /// The scheme.
    scheme: Option<String>,
    /// The network.
    network: Option<String>,
    /// The key of an extension.
    extensions: Option<String>,
    /// At most so many: 1 to 100, and 20 without it.
    limit: Option<String>,
    /// What the last page said of the next.
    cursor: Option<String>,
}

/// The resources that were paid for here, the latest first.
async fn resources(
    State(office): State<Office>,
    QueryParameters(asked): QueryParameters<ResourcesQuery>,
) -> Result<Json<DiscoveryResources>, Problem> {
    let parameters = [
        ("type", &asked.r#type),
        ("payTo", &asked.pay_to),
        ("scheme", &asked.scheme),
        ("network", &asked.network),
        ("extensions", &asked.extensions),
        ("limit", &asked.limit),
        ("offset", &asked.offset),
    ];
    let query = DiscoveryPage::of(there(&parameters)).map_err(|error| refused(&error))?;
    page(&office.desk, &query).await.map(Json)
}

/// The resources that say these words of themselves.
async fn find(
    State(office): State<Office>,
    QueryParameters(asked): QueryParameters<SearchQuery>,
) -> Result<Json<DiscoverySearch>, Problem> {
    let words = Some(asked.query);
    let parameters = [
        ("query", &words),
        ("type", &asked.r#type),
        ("payTo", &asked.pay_to),
        ("scheme", &asked.scheme),
        ("network", &asked.network),
        ("extensions", &asked.extensions),
        ("limit", &asked.limit),
        ("cursor", &asked.cursor),
    ];
    let query = DiscoverySearchQuery::of(there(&parameters)).map_err(|error| refused(&error))?;
    search(&office.desk, &query).await.map(Json)
}

fn there<'q>(parameters: &'q [(&'q str, &'q Option<String>)]) -> impl Iterator<Item = (&'q str, &'q str)> {
    parameters.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)))
}
