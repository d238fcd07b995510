//! The checks of an order, in their one order: the first that fails answers (decision E9, `classifier.rs`).

mod buyer;
mod settlement;
mod terms;

use earnest_artifacts::{
    EscrowPolicy, OrganizationSubject, ParticipantCapabilityLimits, ServiceOffer, ServiceOrder, Verified,
};
use earnest_base::{Count, MinorUnits, OfferId, Orc, OrderId, Sha256Digest, Timestamp};

use crate::{Blobs, Classifier, Queue, Refusal, Rejection};

/// What an order is checked against. Whoever checks looks these up; nothing here is the order's own claim.
#[derive(Debug, Clone, Copy)]
pub struct OrderContext<'a> {
    /// The latest terms of the offer that the order names, where there are any.
    pub offer: Option<&'a Verified<ServiceOffer>>,
    /// What the buying organisation says of itself, where an organisation buys.
    pub organization: Option<&'a Verified<OrganizationSubject>>,
    /// The limits of the buyer and the provider, by issuers that the checker trusts.
    pub limits: &'a [Verified<ParticipantCapabilityLimits>],
    /// The blobs that came with the order.
    pub blobs: &'a Blobs,
    /// The active tasks of the offer.
    pub queue: &'a Queue,
    /// What the buyer's account has available, in minor units of ORC. A missing account has nothing.
    pub available: Orc,
    /// The terms of the escrow that would hold the price.
    pub policy: &'a Verified<EscrowPolicy>,
    /// The digest of what was admitted under the order's id before.
    pub admitted: Option<&'a Sha256Digest>,
}

/// An order that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The order.
    pub order: OrderId,
    /// The offer.
    pub offer: OfferId,
    /// The `seq` of the terms.
    pub offer_seq: Count,
    /// What it costs: units × price, in minor units of ORC.
    pub price: MinorUnits,
    /// Who says yes.
    pub manner: Manner,
}

/// Who says yes to an order that passed every check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The provider's node, at once: the offer says `queue/auto-accept`.
    Automatic,
    /// The provider, in person. No slot is taken before that.
    ByHand,
}

/// Checks an order. The checks run in the order of [`Classifier`], and the first that fails answers.
///
/// An order that was admitted before, with the same content, passes the queue check by the slot that it has.
///
/// # Errors
/// The classifier of the check, the member of the order at fault, what was expected and what was found.
pub fn check_order(
    order: &Verified<ServiceOrder>,
    context: &OrderContext<'_>,
    now: Timestamp,
) -> Result<Admission, Rejection> {
    let offer = terms::standing(order, context.offer, now)?;
    terms::as_offered(order, offer)?;
    terms::constraints(order, offer, context.blobs, now)?;
    let price = terms::price(order, offer)?;
    buyer::may_order(order, context.organization, now)?;
    buyer::is_free(order, context.limits, now)?;
    settlement::queue(order, offer, context.queue)?;
    settlement::funding(order, price, context.available)?;
    settlement::hold(order, offer, price, context.policy, now)?;
    execution(order, context.admitted)?;
    let manner = if offer.auto_accept { Manner::Automatic } else { Manner::ByHand };
    Ok(Admission { order: order.id.clone(), offer: offer.id.clone(), offer_seq: offer.seq, price, manner })
}

/// The id of an order is its idempotency key: with other content it is a conflict.
fn execution(order: &Verified<ServiceOrder>, admitted: Option<&Sha256Digest>) -> Result<(), Refusal<Classifier>> {
    let digest = order.content_digest();
    match admitted {
        Some(known) if *known != digest => {
            Err(Refusal::at(Classifier::OtherReason, "order/id", format!("the order {known}"), digest))
        }
        _ => Ok(()),
    }
}
