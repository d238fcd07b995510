//! An order against its offer: whether it stands, and whether the order is within it.

use std::fmt::Display;

use earnest_artifacts::{
    ServiceOffer, ServiceOrder, Verified,
    service_offer::{OfferStatus, UnitKind},
};
use earnest_base::{MinorUnits, Timestamp};
use earnest_signing::{Document, Lapse};

use crate::{
    Blobs, Classifier, Refusal,
    constraint::{self, Broken},
    refusal::same,
};

/// The offer that an order names, where it stands.
pub(super) fn standing<'a>(
    order: &ServiceOrder,
    offer: Option<&'a Verified<ServiceOffer>>,
    now: Timestamp,
) -> Result<&'a Verified<ServiceOffer>, Refusal<Classifier>> {
    let absent = |found: &dyn Display| Refusal::at(Classifier::OfferNotFound, "offer/id", &order.offer, found);
    let offer = offer.ok_or_else(|| absent(&"no such offer"))?;
    if offer.id != order.offer {
        return Err(absent(&offer.id));
    }
    if offer.status == Some(OfferStatus::Withdrawn) {
        return Err(absent(&"a withdrawn offer"));
    }
    match offer.valid_at(now) {
        Ok(()) => Ok(offer),
        Err(Lapse::NotYet(from)) => Err(absent(&format!("an offer that begins at {from}"))),
        Err(Lapse::Expired(since)) => {
            let expected = format!("an offer in force at {now}");
            Err(Refusal::at(Classifier::OfferExpired, "offer/id", expected, format!("one that expired at {since}")))
        }
    }
}

/// The terms, the provider and the service are those of the offer.
pub(super) fn as_offered(order: &ServiceOrder, offer: &ServiceOffer) -> Result<(), Refusal<Classifier>> {
    same(Classifier::OfferSeqMismatch, "offer/seq", &offer.seq, &order.offer_seq)?;
    same(Classifier::ProviderMismatch, "provider/participant-id", &offer.provider, &order.provider)?;
    same(Classifier::ProviderMismatch, "provider/node-id", &offer.provider_node, &order.provider_node)?;
    same(Classifier::ServiceTypeMismatch, "service/type", &offer.service_type, &order.service_type)
}

/// The input is taken, the units are right, the wishes are promised, and there is time.
pub(super) fn constraints(
    order: &ServiceOrder,
    offer: &ServiceOffer,
    blobs: &Blobs,
    now: Timestamp,
) -> Result<(), Refusal<Classifier>> {
    let below = |member: &'static str| {
        move |broken: Broken| {
            let mut refusal = Refusal::at(Classifier::ConstraintViolated, member, &broken.expected, &broken.found);
            refusal.pointer = refusal.pointer.join(&broken.name);
            refusal
        }
    };
    constraint::takes(offer, order, blobs).map_err(below("request/input"))?;
    units(order, offer, blobs)?;
    let items = (offer.unit_kind == UnitKind::PerItem).then(|| order.units.value());
    constraint::within(order.output_constraints.as_ref(), offer.output_constraints.as_ref(), items)
        .map_err(below("request/output-constraints"))?;
    match order.requested_by {
        Some(moment) if moment <= now => Err(Refusal::at(
            Classifier::ConstraintViolated,
            "delivery/requested-by",
            format!("a moment after {now}"),
            moment,
        )),
        _ => Ok(()),
    }
}

/// Blocks of characters are counted from the input, rounded up (D17); a flat price is for one unit.
fn units(order: &ServiceOrder, offer: &ServiceOffer, blobs: &Blobs) -> Result<(), Refusal<Classifier>> {
    let code = Classifier::ConstraintViolated;
    let expected = match offer.unit_kind {
        UnitKind::PerCharacterBlock => {
            let missing = || {
                let expected = "the text, in its member `text` or as blobs of text at hand";
                Refusal::at(code, "request/input", expected, "none")
            };
            let characters = constraint::input_characters(order, blobs).ok_or_else(missing)?;
            offer.units_of(characters)
        }
        UnitKind::Flat => Some(1),
        UnitKind::PerItem | UnitKind::PerRequest | UnitKind::PerTask => None,
    };
    expected.map_or(Ok(()), |expected| same(code, "request/units", &expected, &order.units.value()))
}

/// The price: in the offer's currency, which for what is paid on the ledger is ORC, and not above the ceiling.
pub(super) fn price(order: &ServiceOrder, offer: &ServiceOffer) -> Result<MinorUnits, Refusal<Classifier>> {
    same(Classifier::CurrencyMismatch, "pricing/currency", &offer.currency, &order.currency)?;
    let exceeded = |total: &dyn Display| {
        Refusal::at(Classifier::PriceExceeded, "pricing/max-amount", total, order.max_amount.minor())
    };
    let total = offer.total(order.units.value());
    if !offer.currency.is_orc() && !offer.price.is_zero() {
        return Err(Refusal::at(Classifier::CurrencyMismatch, "pricing/currency", "ORC", &offer.currency));
    }
    match total {
        Ok(total) if total <= order.max_amount => Ok(total),
        Ok(total) => Err(exceeded(&format!("at least {}", total.minor()))),
        Err(error) => Err(exceeded(&format!("a price that can be paid ({error})"))),
    }
}
