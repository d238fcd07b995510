//! Whether an order can be carried out and paid: queue, funding, hold (decisions E5, E8, E10).

use earnest_artifacts::{EscrowPolicy, ServiceOffer, ServiceOrder, Verified};
use earnest_base::{MinorUnits, Orc, Timestamp};
use earnest_signing::Document;

use crate::{Classifier, Queue, Refusal, Rejection, contract};

pub(super) fn queue(order: &ServiceOrder, offer: &ServiceOffer, queue: &Queue) -> Result<(), Refusal<Classifier>> {
    queue.room_for(&order.id, offer.max_depth.value()).map_err(|full| {
        let expected = format!("fewer than {} active tasks", full.max_depth);
        Refusal::at(Classifier::QueueSaturated, "offer/id", expected, full.active)
    })
}

/// The buyer's account covers the price. What is missing is told exactly.
pub(super) fn funding(order: &ServiceOrder, price: MinorUnits, available: Orc) -> Result<(), Rejection> {
    let Ok(needed) = Orc::from_minor(price.minor()) else { return Ok(()) };
    let Ok(deficit) = needed.minus(available) else { return Ok(()) };
    if deficit.is_zero() {
        return Ok(());
    }
    let found = format!("{available} in the account of {}, {deficit} short", order.buyer);
    let refusal = Refusal::at(Classifier::SettlementBlocked, "buyer/subject-id", format!("{needed} available"), found);
    Err(Rejection { refusal, deficit: Some(deficit) })
}

/// The escrow's terms are in force and allow a hold for this order. What is free needs none.
pub(super) fn hold(
    order: &ServiceOrder,
    offer: &ServiceOffer,
    price: MinorUnits,
    policy: &Verified<EscrowPolicy>,
    now: Timestamp,
) -> Result<(), Refusal<Classifier>> {
    if price.is_zero() {
        return Ok(());
    }
    let blocked =
        |expected: &str, found: String| Err(Refusal::at(Classifier::SettlementBlocked, "offer/id", expected, found));
    if policy.valid_at(now).is_err() {
        return blocked("an escrow whose terms are in force", format!("{}, which are not", policy.id));
    }
    let mode = contract::confirmation(offer);
    if !policy.modes.contains(&mode) {
        return blocked("a confirmation that the escrow offers", format!("{mode:?}"));
    }
    match contract::arbiters(order, policy).is_empty() {
        true => blocked("an arbiter who is no side of the order", "none".to_owned()),
        false => Ok(()),
    }
}
