//! The catalogue as it is asked for: pages of what was paid for, and what is found by words.

use earnest_base::Count;
use earnest_x402::{
    DiscoveredResource, DiscoveryFilter, DiscoveryPage, DiscoveryResources, DiscoverySearch, DiscoverySearchQuery,
    Pagination, QueryError, SearchPagination,
};

use crate::{desk::Desk, problem};
use earnest_base::InvalidError;
use earnest_kit::{Problem, ServiceCode};
use earnest_signing::{Json, JsonObject};

/// The answer of `GET /discovery/resources`.
pub(crate) async fn page(desk: &Desk, query: &DiscoveryPage) -> Result<DiscoveryResources, Problem> {
    let found = found(desk, &query.filter, "").await?;
    let (offset, limit) = (at(query.offset.value()), at(query.limit.value()));
    let total = count(found.len());
    let items = found.into_iter().skip(offset).take(limit).collect();
    let pagination = Pagination { limit: count(limit), offset: query.offset, total };
    Ok(DiscoveryResources { x402_version: count(2), items, pagination })
}

/// The answer of `GET /discovery/search`.
pub(crate) async fn search(desk: &Desk, query: &DiscoverySearchQuery) -> Result<DiscoverySearch, Problem> {
    let from = query.cursor.as_deref().map_or(Some(0), |cursor| cursor.parse::<usize>().ok());
    let from = from.ok_or_else(|| refused(&QueryError { name: "cursor", error: InvalidError::new("a cursor", "") }))?;
    let found = found(desk, &query.filter, &query.query).await?;
    let limit = at(query.limit.value());
    let next = from.saturating_add(limit);
    let cursor = (next < found.len()).then(|| next.to_string());
    let resources = found.into_iter().skip(from).take(limit).collect();
    let pagination = Some(SearchPagination { limit: count(limit), cursor });
    Ok(DiscoverySearch { x402_version: Some(count(2)), resources, partial_results: None, pagination })
}

/// A query that cannot be read. What was found is the caller's, and stays out.
pub(crate) fn refused(error: &QueryError) -> Problem {
    let message = error.error.to_string();
    ServiceCode::QueryInvalid.problem().parameter(error.name).detail(crate::desk::expected(&message).to_owned())
}

async fn found(desk: &Desk, filter: &DiscoveryFilter, words: &str) -> Result<Vec<DiscoveredResource>, Problem> {
    let all = desk.read(|machine| machine.catalogue().all()).await.map_err(problem::outage)?;
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<&DiscoveredResource> =
        all.values().map(|resource| &**resource).filter(|resource| fits(resource, filter, &words)).collect();
    found.sort_by_key(|resource| std::cmp::Reverse(resource.last_updated.0));
    Ok(found.into_iter().cloned().collect())
}

fn fits(resource: &DiscoveredResource, filter: &DiscoveryFilter, words: &[String]) -> bool {
    let member = |way: &JsonObject, name: &str, asked: &Option<String>| {
        asked.as_deref().is_none_or(|asked| way.members().get(name).and_then(Json::as_str) == Some(asked))
    };
    let way = |way: &JsonObject| {
        member(way, "payTo", &filter.pay_to)
            && member(way, "scheme", &filter.scheme)
            && member(way, "network", &filter.network)
    };
    let extends = |key: &String| resource.extensions.as_ref().is_some_and(|extensions| extensions.get(key).is_some());
    filter.r#type.as_ref().is_none_or(|asked| resource.r#type == *asked)
        && resource.accepts.iter().any(way)
        && filter.extension.as_ref().is_none_or(extends)
        && words.iter().all(|word| says(resource).any(|text| text.to_lowercase().contains(word)))
}

/// The texts of a resource that are looked through.
fn says(resource: &DiscoveredResource) -> impl Iterator<Item = &str> {
    let tags = resource.tags.iter().flatten().map(earnest_x402::PrintableLabel::as_str);
    let name = resource.service_name.as_ref().map(earnest_x402::PrintableLabel::as_str);
    [resource.resource.as_str()].into_iter().chain(resource.description.as_deref()).chain(name).chain(tags)
}

fn at(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn count(number: usize) -> Count {
    #[expect(clippy::expect_used, reason = "fewer than 2^53 resources fit into memory")]
    u64::try_from(number).ok().and_then(|number| Count::new(number).ok()).expect("a number of things in memory")
}
