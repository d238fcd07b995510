//! Who orders: whether they may act for the buyer, and whether anything bars the two sides.

use earnest_artifacts::{OrganizationSubject, ParticipantCapabilityLimits, ServiceOrder, Verified};
use earnest_base::{Subject, Timestamp};

use crate::{
    Classifier, Refusal,
    refusal::same,
    restriction::{ORDERING, PROVIDING, first_barred},
};

const OPERATOR: &str = "buyer/operator-participant-id";
const BUYER: &str = "buyer/subject-id";

/// A participant who signed orders in person; for an organisation its custodian does, by the organisation's own word.
pub(super) fn may_order(
    order: &ServiceOrder,
    organization: Option<&Verified<OrganizationSubject>>,
    now: Timestamp,
) -> Result<(), Refusal<Classifier>> {
    let code = Classifier::CustodianMismatch;
    if order.buyer == Subject::Participant(order.provider) {
        return Err(Refusal::at(code, BUYER, "a buyer who is not the provider", order.buyer));
    }
    let (Subject::Org(org), Some(operator)) = (order.buyer, order.operator) else { return Ok(()) };
    let Some(organization) = organization else {
        return Err(Refusal::at(code, BUYER, "an organisation that has said who acts for it", org));
    };
    same(code, BUYER, &organization.id, &org)?;
    same(code, OPERATOR, &organization.custodian, &operator)?;
    if organization.may_act(&operator, now) {
        return Ok(());
    }
    Err(Refusal::at(code, BUYER, format!("an organisation that may act at {now}"), "one that may not"))
}

/// Neither side is barred from its part.
pub(super) fn is_free(
    order: &ServiceOrder,
    limits: &[Verified<ParticipantCapabilityLimits>],
    now: Timestamp,
) -> Result<(), Refusal<Classifier>> {
    let buyer = if order.operator.is_some() { OPERATOR } else { BUYER };
    let sides = [(buyer, order.signatory(), ORDERING), ("provider/participant-id", Some(order.provider), PROVIDING)];
    for (member, participant, operations) in sides {
        let barred = participant.and_then(|participant| first_barred(limits, &participant, operations, now));
        if let Some(operation) = barred {
            let expected = format!("a participant who is free to {operation}");
            return Err(Refusal::at(Classifier::ParticipantRestricted, member, expected, "one who is barred from it"));
        }
    }
    Ok(())
}
