//! A rejection needs a reason that a program can check again; anything else is a dispute (decision E7).

use earnest_artifacts::{
    ResponseDecision, ResponseEnvelope, Verified,
    response_decision::{Criterion, Decision},
};

use super::{DeliveryContext, RejectionCode, check::is_readable, criteria};
use crate::{DeliveryCode, Refusal, refusal::same};

/// A criterion that the escrow found broken: what a refund on a rejection rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenCriterion {
    criterion: Criterion,
    fault: Refusal<DeliveryCode>,
}

impl BrokenCriterion {
    /// The criterion.
    #[must_use]
    pub const fn criterion(&self) -> Criterion {
        self.criterion
    }

    /// What was expected and what was found.
    #[must_use]
    pub const fn fault(&self) -> &Refusal<DeliveryCode> {
        &self.fault
    }
}

/// Checks a rejection: the buyer's word, about just this delivery, naming a criterion that it breaks.
///
/// # Errors
/// The first check that fails, in the order of [`RejectionCode`].
pub fn check_rejection(
    decision: &Verified<ResponseDecision>,
    response: &Verified<ResponseEnvelope>,
    context: &DeliveryContext<'_>,
) -> Result<BrokenCriterion, Refusal<RejectionCode>> {
    let (Decision::Reject, Some(criterion)) = (decision.decision, decision.criterion) else {
        let found = format!("{:?}", decision.decision);
        return Err(Refusal::at(RejectionCode::NotARejection, "decision", "reject", found));
    };
    same(RejectionCode::OtherResponse, "contract/id", &context.contract.id, &decision.contract)?;
    if !decision.is_about(response) {
        let expected = format!("{} with the digest {}", response.id, response.content_digest());
        return Err(Refusal::at(RejectionCode::OtherResponse, "response/id", expected, "another response"));
    }
    same(RejectionCode::AuthorMismatch, "decision/author", &context.contract.asker, &decision.author)?;
    if !is_readable(context) {
        let expected = "content that the escrow can see";
        return Err(Refusal::at(RejectionCode::CriterionUnseen, "criterion/ref", expected, "encrypted content"));
    }
    match criteria::one(criterion, response, context) {
        Err(fault) => Ok(BrokenCriterion { criterion, fault }),
        Ok(()) => {
            let found = format!("an answer that keeps {criterion:?}");
            Err(Refusal::at(RejectionCode::CriterionKept, "criterion/ref", "a criterion that the answer breaks", found))
        }
    }
}
