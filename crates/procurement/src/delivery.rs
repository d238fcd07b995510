//! Deliveries: the response envelope, the escrow's check of it, and the check of a rejection (decisions E1, E7).

mod check;
mod criteria;
mod envelope;
mod rejection;

use earnest_artifacts::{ProcurementContract, ServiceOffer, ServiceOrder, Verified};

pub use check::check_delivery;
pub use envelope::{Answer, draft_response};
pub use rejection::{BrokenCriterion, check_rejection};

use crate::{Blobs, words::words};

words! {
    /// Why a delivery is none, in the order of the checks.
    DeliveryCode {
        ContractMismatch = "contract-mismatch", "It is for another contract, question, order or offer.";
        SourceMismatch = "source-mismatch", "Another participant or node answers than the responder of the contract.";
        WorkByPassed = "work-by-passed", "The time to deliver is over (T4).";
        BlobMissing = "blob-missing", "A blob that it names is not there.";
        BlobSize = "blob-size", "A blob has another size than it states.";
        ProvenanceMismatch = "provenance-mismatch", "Model and people took part in another way than the offer says.";
        FormatBroken = "format-broken", "The answer has another form than agreed.";
        TooShort = "too-short", "The answer has fewer characters than agreed.";
        TooLong = "too-long", "The answer has more characters than agreed.";
        ConstraintBroken = "constraint-broken", "The answer breaks a constraint of order or offer.";
    }

    /// Why a rejection is none. What is refused here may still be disputed.
    RejectionCode {
        NotARejection = "not-a-rejection", "The decision accepts or cancels.";
        OtherResponse = "other-response", "It is about another response than the one that was delivered.";
        AuthorMismatch = "author-mismatch", "It is not the buyer's word.";
        CriterionUnseen = "criterion-unseen", "The content is encrypted, and the escrow cannot see it: use dispute/file.";
        CriterionKept = "criterion-kept", "The answer keeps the criterion that the decision names: use dispute/file.";
    }
}

/// What a delivery is checked against, all of it verified.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryContext<'a> {
    /// The contract.
    pub contract: &'a Verified<ProcurementContract>,
    /// Its order.
    pub order: &'a Verified<ServiceOrder>,
    /// Its offer, at the terms that were ordered.
    pub offer: &'a Verified<ServiceOffer>,
    /// The blobs that came with the response.
    pub blobs: &'a Blobs,
}
