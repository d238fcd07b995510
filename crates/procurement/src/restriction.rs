//! What participants are barred from, as checks ask it (seed 002, "Participant Restrictions").

use earnest_artifacts::{ParticipantCapabilityLimits, Verified};
use earnest_base::{Operation, ParticipantId, Timestamp};

/// What a buyer must be free to do for an order to be taken.
pub const ORDERING: &[&str] = &["procurement/request", "procurement/contract-accept"];

/// What a provider must be free to do for an order to be taken.
pub const PROVIDING: &[&str] = &["procurement/offer", "response/deliver"];

/// Whether a participant is barred from an operation at a moment, by any issuer's latest limits.
///
/// The limits are those of issuers that the caller trusts; whose node may restrict whom is the caller's to say. What
/// nobody can be barred from, such as `dispute/file`, no limits can name: their family refuses it.
#[must_use]
pub fn is_barred(
    limits: &[Verified<ParticipantCapabilityLimits>],
    participant: &ParticipantId,
    operation: &Operation,
    now: Timestamp,
) -> bool {
    let begun = || limits.iter().filter(|limit| limit.participant == *participant && limit.recorded_at <= now);
    begun().any(|limit| limit.bars(operation, now) && !begun().any(|other| other.supersedes(limit)))
}

/// The first of some operations that a participant is barred from.
pub(crate) fn first_barred(
    limits: &[Verified<ParticipantCapabilityLimits>],
    participant: &ParticipantId,
    operations: &[&'static str],
    now: Timestamp,
) -> Option<&'static str> {
    operations.iter().copied().find(|name| {
        let operation = name.parse::<Operation>();
        operation.is_ok_and(|operation| is_barred(limits, participant, &operation, now))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operations_that_checks_ask_for_have_the_form_of_operations() {
        for name in ORDERING.iter().chain(PROVIDING) {
            assert!(name.parse::<Operation>().is_ok(), "{name}");
        }
    }
}
