//! Why an order is refused: the classifiers of the bridge result, in the order of the checks (decision E9).

use earnest_base::Orc;
use earnest_signing::Pointer;

use crate::{Refusal, words::words};

words! {
    /// Why an order is refused. The order of the variants is the order of the checks: of two faults the earlier answers.
    Classifier {
        OfferNotFound = "offer-not-found", "No offer of this id stands: it is unknown, withdrawn, or not published yet.";
        OfferExpired = "offer-expired", "The offer's time is over.";
        OfferSeqMismatch = "offer-seq-mismatch", "The order names other terms of the offer than the latest.";
        ProviderMismatch = "provider-mismatch", "The order names another provider or node than the offer.";
        ServiceTypeMismatch = "service-type-mismatch", "The order names another service than the offer.";
        ConstraintViolated = "constraint-violated", "Input, wished output, time or units are not what the offer takes.";
        CurrencyMismatch = "currency-mismatch", "The order is in another currency than the offer, or than the ledger.";
        PriceExceeded = "price-exceeded", "The price is above the order's ceiling.";
        CustodianMismatch = "custodian-mismatch", "Who ordered may not act for the buyer, or the buyer is the provider.";
        ParticipantRestricted = "participant-restricted", "The buyer may not order, or the provider may not offer or deliver.";
        QueueSaturated = "queue-saturated", "As many tasks are active as the offer admits: try again later.";
        SettlementBlocked = "settlement-blocked", "The buyer's account does not cover the price, or the escrow's terms do not allow the hold.";
        OtherReason = "other-reason", "No execution can be opened: the order's id is in use for something else.";
    }
}

/// A refused order: the first check that it failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct Rejection {
    /// The classifier, the member of the order at fault, what was expected and what was found.
    pub refusal: Refusal<Classifier>,
    /// What is missing in the buyer's account, where that is the reason.
    pub deficit: Option<Orc>,
}

/// The most characters of a reason in a bridge result.
const MAX_REASON: usize = 1_024;

impl Rejection {
    /// The classifier.
    #[must_use]
    pub const fn classifier(&self) -> Classifier {
        self.refusal.code
    }

    /// The member of the order at fault.
    #[must_use]
    pub const fn pointer(&self) -> &Pointer {
        &self.refusal.pointer
    }

    /// The `rejected-reason` of a bridge result: at most 1,024 characters.
    #[must_use]
    pub fn reason(&self) -> String {
        self.to_string().chars().take(MAX_REASON).collect()
    }
}

impl From<Refusal<Classifier>> for Rejection {
    fn from(refusal: Refusal<Classifier>) -> Self {
        Self { refusal, deficit: None }
    }
}
