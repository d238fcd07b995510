//! What somebody who builds on Earnest writes: makes and signs an offer, and picks the cheapest of those that arrive. How
//! the answers about a payment are read is in [`payments`].

pub mod payments;

use earnest_artifacts::{Draft, Error, SecretKey, ServiceOffer, Signed, Verified};
use earnest_base::Timestamp;

/// Signs an offer in the name of its provider.
///
/// # Errors
/// Where the offer breaks its own rules, or the key is not the provider's.
pub fn publish(offer: &ServiceOffer, key: &SecretKey) -> Result<Signed<ServiceOffer>, Error> {
    Draft::new(offer)?.sign(None, key)?.finish()
}

/// The cheapest of the offers that are in force; what does not verify is not looked at.
#[must_use]
pub fn cheapest(texts: &[&[u8]], now: Timestamp) -> Option<Verified<ServiceOffer>> {
    use earnest_artifacts::Document as _;

    let verified = texts.iter().filter_map(|text| Verified::<ServiceOffer>::parse(text).ok());
    verified.filter(|offer| offer.valid_at(now).is_ok()).min_by_key(|offer| offer.price)
}
