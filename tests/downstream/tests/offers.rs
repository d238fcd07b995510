//! An offer is made, signed, sent as text, and verified by the one who buys.

use downstream::{cheapest, publish};
use earnest_artifacts::{Artifact, Draft, FIXTURES, SecretKey, ServiceOffer};
use earnest_base::{MinorUnits, Timestamp};

fn ola() -> SecretKey {
    FIXTURES[0].secret_key()
}

/// A signed offer of Ola's at a price in minor units, as text.
fn offer(id: &str, price: u64) -> Vec<u8> {
    let text = earnest_artifacts::example("service-offer.v1").unwrap();
    let example = Draft::<ServiceOffer>::parse(text.as_bytes()).unwrap().document().clone();
    let offer = ServiceOffer { id: id.parse().unwrap(), price: MinorUnits::from_minor(price).unwrap(), ..example };
    publish(&offer, &ola()).unwrap().verify().unwrap().bytes().to_vec()
}

fn now() -> Timestamp {
    "2026-04-01T06:00:00Z".parse().unwrap()
}

#[test]
fn the_cheapest_offer_in_force_is_found() {
    let (dear, cheap) = (offer("offer:dear", 900), offer("offer:cheap", 700));
    let found = cheapest(&[&dear, &cheap], now()).unwrap();
    assert_eq!(found.id.as_str(), "offer:cheap");
    assert_eq!(found.total(3).unwrap().minor(), 2_100);
    let later = "2026-05-01T06:00:00Z".parse().unwrap();
    assert!(cheapest(&[&dear, &cheap], later).is_none());
}

#[test]
fn a_price_changed_on_the_way_is_refused() {
    let text = String::from_utf8(offer("offer:dear", 900)).unwrap().replace(":900,", ":1,");
    let error = Artifact::verify(text.as_bytes()).unwrap_err();
    assert_eq!(error.code().as_str(), "signature-invalid");
    assert!(cheapest(&[text.as_bytes()], now()).is_none());
}

#[test]
fn nobody_signs_for_somebody_else() {
    let text = earnest_artifacts::example("service-offer.v1").unwrap();
    let example = Draft::<ServiceOffer>::parse(text.as_bytes()).unwrap().document().clone();
    let error = publish(&example, &FIXTURES[2].secret_key()).unwrap_err();
    assert_eq!(error.code().as_str(), "key-mismatch");
}
