//! What an order is checked against.

use earnest_artifacts::{EscrowPolicy, OrganizationSubject, ParticipantCapabilityLimits, ServiceOffer, ServiceOrder};
use earnest_base::{Orc, Sha256Digest, Timestamp};
use earnest_procurement::{Admission, Blobs, OrderContext, Queue, Rejection, check_order};

use crate::support::{ESCROW, FEEDERS, at, example, orc, signed, signed_offer, signed_order};

/// Everything that an order is checked against, as it is before it is signed.
pub(super) struct Setup {
    pub(super) order: ServiceOrder,
    pub(super) offer: ServiceOffer,
    pub(super) is_known: bool,
    pub(super) organization: Option<OrganizationSubject>,
    pub(super) limits: Vec<ParticipantCapabilityLimits>,
    pub(super) blobs: Blobs,
    pub(super) queue: Queue,
    pub(super) available: Orc,
    pub(super) policy: EscrowPolicy,
    pub(super) admitted: Option<Sha256Digest>,
    pub(super) now: Timestamp,
}

impl Setup {
    pub(super) fn new(order: ServiceOrder, offer: ServiceOffer) -> Self {
        Self {
            order,
            offer,
            is_known: true,
            organization: Some(example()),
            limits: Vec::new(),
            blobs: Blobs::new(),
            queue: Queue::new(),
            available: orc(45_000),
            policy: example(),
            admitted: None,
            now: at("06:05:00"),
        }
    }

    pub(super) fn check(&self) -> Result<Admission, Rejection> {
        let order = signed_order(&self.order);
        let offer = signed_offer(&self.offer);
        let organization = self.organization.as_ref().map(|organization| signed(organization, FEEDERS));
        let limits: Vec<_> = self.limits.iter().map(|limits| signed(limits, ESCROW)).collect();
        let policy = signed(&self.policy, ESCROW);
        let context = OrderContext {
            offer: self.is_known.then_some(&offer),
            organization: organization.as_ref(),
            limits: &limits,
            blobs: &self.blobs,
            queue: &self.queue,
            available: self.available,
            policy: &policy,
            admitted: self.admitted.as_ref(),
        };
        check_order(&order, &context, self.now)
    }
}
