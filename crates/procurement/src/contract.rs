//! The contract of an order: drafted by the provider, checked by the buyer and by the escrow (decisions D9, D16, E2 to E4).

mod check;
mod draft;

use earnest_artifacts::{
    EscrowPolicy, ServiceOffer, ServiceOrder, Verified,
    vocabulary::{ConfirmationMode, SettlementRail},
};
use earnest_base::{ContractId, HoldId, ParticipantId, Seconds, Timestamp};

pub use check::{HoldTerms, check_contract, check_hold};
pub use draft::draft_contract;

use crate::words::words;

words! {
    /// Why a contract is not the one that follows from its order and offer.
    ContractCode {
        OrderMismatch = "order-mismatch", "The order names another offer, or other terms of it.";
        SignatureMismatch = "signature-mismatch", "A signature that has to stand already does not, or is somebody else's.";
        AcceptedOutOfTime = "accepted-out-of-time", "It was accepted before the order was made, after now, or while the offer was not in force.";
        AcceptanceLapsed = "acceptance-lapsed", "The time to fund it is over: a new order is needed.";
        QuestionMismatch = "question-mismatch", "Question or room are not those of the order.";
        OfferMismatch = "offer-mismatch", "It names another offer, other terms of it, or another order.";
        PartyMismatch = "party-mismatch", "Asker or responder are not the sides of the order.";
        PriceMismatch = "price-mismatch", "The price is not units × price, or the currency another.";
        AccountMismatch = "account-mismatch", "Payer or payee are not the sides of the order.";
        EscrowMismatch = "escrow-mismatch", "Rail, escrow, policy or hold are not those agreed on.";
        DeadlineMismatch = "deadline-mismatch", "A deadline is not the one that follows from the acceptance.";
        AcceptanceMismatch = "acceptance-mismatch", "The acceptance criteria are not those of offer and order.";
        ArbiterMismatch = "arbiter-mismatch", "The arbiters are not the policy's without the two sides, or there are none.";
        ConfirmationMismatch = "confirmation-mismatch", "The outcome would be confirmed in another way than offered.";
        EncryptionMismatch = "encryption-mismatch", "Content would travel in another way than agreed.";
        ExtensionUnexpected = "extension-unexpected", "It says something that order and offer do not.";
        CustodianMismatch = "custodian-mismatch", "Who signed for the buyer may not act for the payer.";
        DraftInvalid = "draft-invalid", "Order, offer and policy make no valid contract.";
    }
}

/// How far two clocks may differ before a moment counts as being in the future.
pub const CLOCK_SKEW_SECS: u64 = 30;

/// What a contract is made of, all of it verified.
#[derive(Debug, Clone, Copy)]
pub struct Deal<'a> {
    /// The order.
    pub order: &'a Verified<ServiceOrder>,
    /// The offer, at the terms that were ordered.
    pub offer: &'a Verified<ServiceOffer>,
    /// The terms of the escrow.
    pub policy: &'a Verified<EscrowPolicy>,
    /// An earlier end of the buyer's time to reject, where the two sides agree on one; else it is `dispute-by` (E3).
    pub accept_by: Option<Timestamp>,
}

/// The ids that a contract is given by its maker. They are idempotency keys: one contract and one hold per order (E2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractIds {
    /// The contract.
    pub contract: ContractId,
    /// The hold that the escrow is to create for it.
    pub hold: HoldId,
}

/// How a contract of an offer is confirmed: as the offer says, else by the buyer.
pub(crate) fn confirmation(offer: &ServiceOffer) -> ConfirmationMode {
    offer.confirmation.unwrap_or(ConfirmationMode::SelfConfirmed)
}

/// Who may decide a dispute: the policy's arbiters who are no side of the order.
pub(crate) fn arbiters(order: &ServiceOrder, policy: &EscrowPolicy) -> Vec<ParticipantId> {
    let is_side = |arbiter: &ParticipantId| *arbiter == order.provider || order.signatory() == Some(*arbiter);
    policy.arbiters.iter().filter(|arbiter| !is_side(arbiter)).copied().collect()
}

/// How a price is paid: nothing is not paid at all (T27), anything else on the ledger.
pub(crate) const fn rail(is_free: bool) -> SettlementRail {
    if is_free { SettlementRail::None } else { SettlementRail::HostLedger }
}

/// A moment with the tolerance that clocks are granted.
pub(crate) fn with_skew(moment: Timestamp) -> Timestamp {
    let later = Seconds::<0>::new(CLOCK_SKEW_SECS).ok().and_then(|skew| moment.after(skew));
    later.unwrap_or(moment)
}
