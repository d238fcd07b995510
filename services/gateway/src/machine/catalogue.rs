//! What a facilitator catalogues: resources that were paid for, as their servers describe them.

use std::{collections::BTreeMap, sync::Arc};

use earnest_base::Timestamp;
use earnest_signing::{Json, JsonObject};
use earnest_x402::{DiscoveredResource, LastUpdated};
use serde::{Deserialize, Serialize};

/// What sets a resource apart: its URL, and its method or its tool.
pub(crate) type Key = (String, String);

/// A resource on its way into the catalogue: it is listed once its payment is confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listing {
    pub(crate) key: Key,
    pub(crate) resource: DiscoveredResource,
}

/// The resources by what sets them apart. It is copied where somebody reads it while it changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Catalogue(Arc<BTreeMap<Key, Arc<DiscoveredResource>>>);

/// How many resources are kept: beyond that, whichever was paid for the longest ago goes.
const KEPT: usize = 10_000;
/// How many ways of paying are kept of one resource.
const WAYS: usize = 10;

impl Catalogue {
    /// Takes a resource that was paid for now.
    pub(crate) fn list(&mut self, listing: &Listing, now: Timestamp) {
        let resources = Arc::make_mut(&mut self.0);
        let known = resources.get(&listing.key).map(|known| known.accepts.as_slice()).unwrap_or_default();
        let mut resource = listing.resource.clone();
        resource.last_updated = LastUpdated(now);
        let others = known.iter().filter(|way| !resource.accepts.iter().any(|own| same_way(own, way)));
        let kept: Vec<JsonObject> = others.take(WAYS.saturating_sub(resource.accepts.len())).cloned().collect();
        resource.accepts.extend(kept);
        resources.insert(listing.key.clone(), Arc::new(resource));
        if resources.len() > KEPT {
            let oldest =
                resources.iter().min_by_key(|(_, resource)| resource.last_updated.0).map(|(key, _)| key.clone());
            oldest.map(|oldest| resources.remove(&oldest));
        }
    }

    /// All of them, in the order of their keys, to be looked through elsewhere.
    pub(crate) fn all(&self) -> Arc<BTreeMap<Key, Arc<DiscoveredResource>>> {
        Arc::clone(&self.0)
    }

    /// The resources as a snapshot has them.
    pub(super) fn listings(&self) -> Vec<Listing> {
        let listing = |(key, resource): (&Key, &Arc<DiscoveredResource>)| Listing {
            key: key.clone(),
            resource: (**resource).clone(),
        };
        self.0.iter().map(listing).collect()
    }

    pub(super) fn of(listings: Vec<Listing>) -> Self {
        Self(Arc::new(listings.into_iter().map(|one| (one.key, Arc::new(one.resource))).collect()))
    }
}

/// Whether two requirements ask for the same way of paying, whatever the price.
fn same_way(one: &JsonObject, other: &JsonObject) -> bool {
    let member = |object: &JsonObject, name: &str| object.members().get(name).map(Json::canonical);
    ["scheme", "network", "asset", "payTo"].iter().all(|name| member(one, name) == member(other, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(url: &str, pay_to: &str, amount: &str) -> Listing {
        let resource = serde_json::json!({
            "resource": url, "type": "http", "x402Version": 2, "lastUpdated": "2026-04-01T06:00:00Z",
            "accepts": [{"scheme": "exact", "network": "orc:main", "asset": "ORC", "payTo": pay_to, "amount": amount}],
        });
        Listing { key: (url.to_owned(), "GET".to_owned()), resource: serde_json::from_value(resource).unwrap() }
    }

    #[test]
    fn a_resource_stands_once_with_its_latest_price_and_the_oldest_goes() {
        let mut catalogue = Catalogue::default();
        let at = |second: i64| Timestamp::from_unix_millis(second * 1000).unwrap();
        catalogue.list(&listing("https://a.example/", "account:main:adam", "1"), at(1));
        catalogue.list(&listing("https://a.example/", "account:main:ola", "2"), at(2));
        catalogue.list(&listing("https://a.example/", "account:main:adam", "3"), at(3));
        let all = catalogue.all();
        let [(_, only)] = all.iter().collect::<Vec<_>>().try_into().unwrap();
        let amounts: Vec<_> = only.accepts.iter().map(|way| way.members().get("amount").unwrap().canonical()).collect();
        assert_eq!((amounts, only.last_updated), (vec!["\"3\"".to_owned(), "\"2\"".to_owned()], LastUpdated(at(3))));
        for number in 0..KEPT {
            let second = i64::try_from(number).unwrap() + 4;
            catalogue.list(&listing(&format!("https://b.example/{number}"), "account:main:ola", "1"), at(second));
        }
        assert_eq!(catalogue.all().len(), KEPT);
        assert!(catalogue.all().keys().all(|(url, _)| !url.starts_with("https://a.")));
    }
}
