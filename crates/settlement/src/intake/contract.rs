//! Contracts on their way to a hold (decision E4).

use std::sync::Arc;

use earnest_artifacts::{EscrowPolicy, OrganizationSubject, ProcurementContract, ServiceOffer, ServiceOrder, Verified};
use earnest_procurement::{Deal as ProcurementDeal, check_hold};

use super::{Intake, here};
use crate::{Deal, Refusal, decide::is_free};

/// What a hold follows from, all of it verified.
#[derive(Debug, Clone)]
pub struct DealDocuments {
    /// The contract, signed by both sides.
    pub contract: Verified<ProcurementContract>,
    /// Its order.
    pub order: Verified<ServiceOrder>,
    /// Its offer, at the terms that were ordered; many orders are of one.
    pub offer: Arc<Verified<ServiceOffer>>,
}

impl Intake<'_> {
    /// A contract to hold the money of: brought by one of its sides, both of which signed exactly what follows from order,
    /// offer and policy. `policy` is the one in use here that the contract names, `organization` what the organisation
    /// that pays last said of its custodian.
    ///
    /// # Errors
    /// [`Refusal`], in this order: who brings it, what it is, for whom, and what of it does not follow.
    pub fn deal(
        &self,
        documents: &DealDocuments,
        policy: Option<&Verified<EscrowPolicy>>,
        organization: Option<&Verified<OrganizationSubject>>,
    ) -> Result<Deal, Refusal> {
        let DealDocuments { contract, order, offer } = documents;
        if !self.callers().is_operator() && self.callers().is(contract.responder, "").is_err() {
            self.callers().is(contract.asker, "one of the contract's sides")?;
        }
        if is_free(contract) {
            return Err(Refusal::NothingToHold);
        }
        here("escrow/node-id", "this escrow", contract.escrow_node == Some(self.roles.escrow))?;
        let policy = policy.ok_or(Refusal::Unknown("the policy that the contract names"))?;
        let deal = ProcurementDeal { order, offer, policy, accept_by: None };
        check_hold(contract, &deal, organization, self.now)?;
        Ok(Deal::of(documents))
    }
}
