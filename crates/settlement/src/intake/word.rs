//! Deliveries, and what buyers and arbiters say of them (decisions E1, E7, E8).

use super::{Intake, here};
use crate::{Agreed, Command, Refusal, Sides};
use earnest_artifacts::{DisputeCase, DisputeDecision, ResponseDecision, ResponseEnvelope, Verified};
use earnest_base::HoldId;
use earnest_ledger::{Act, Actor, Command as LedgerCommand, Deliver, Dispute, Finding, Resolve};
use earnest_procurement::{Blobs, DeliveryContext, RejectionCode, check_delivery, check_rejection};

impl Intake<'_> {
    /// A response with its blobs: brought by the provider, and checked against contract, order and offer (E1).
    ///
    /// Whether it is in time is the writer's to say, so that a delivery that stands already is answered as it was then.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::Delivery`].
    pub fn delivery(
        &self,
        response: &Verified<ResponseEnvelope>,
        hold: HoldId,
        agreed: &Agreed,
        blobs: &Blobs,
    ) -> Result<Command, Refusal> {
        self.callers().is(response.source, "provider who signed the response")?;
        let context = context(agreed, blobs);
        let in_time = agreed.contract.created_at;
        check_delivery(response, &context, in_time)?;
        let payee = agreed.payee().map_err(|_| Refusal::Unknown("who is paid"))?;
        let actor = Actor { participant: response.source, acts_for: payee };
        let command = LedgerCommand::Deliver(Deliver::of_response(response, hold, actor));
        Ok(Command::Ledger { command, evidence: vec![response.bytes().to_vec()] })
    }

    /// The buyer's word: accept, reject or cancel. `finding` is what [`Intake::finding`] found of a rejection; the others
    /// need none.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::Elsewhere`], [`Refusal::Incomplete`].
    pub fn word(
        &self,
        decision: &Verified<ResponseDecision>,
        sides: &Sides,
        finding: Finding,
    ) -> Result<Command, Refusal> {
        self.callers().is(decision.author, "buyer who signed the decision")?;
        here("contract/id", "the contract of the hold", decision.contract == sides.contract)?;
        let incomplete = Refusal::Incomplete("its response and its hold");
        let act = Act::of_decision(decision, sides.payer, finding).ok_or(incomplete)?;
        Ok(Command::Ledger { command: LedgerCommand::Act(act), evidence: vec![decision.bytes().to_vec()] })
    }

    /// What the escrow finds when it checks the criterion of a rejection again (E7): of the response that stands under the
    /// hold, with its blobs.
    ///
    /// # Errors
    /// [`Refusal::Rejection`], where it cannot be checked or is no rejection of this response.
    pub fn finding(
        &self,
        decision: &Verified<ResponseDecision>,
        agreed: &Agreed,
        response: &Verified<ResponseEnvelope>,
        blobs: &Blobs,
    ) -> Result<Finding, Refusal> {
        match check_rejection(decision, response, &context(agreed, blobs)) {
            Ok(_) => Ok(Finding::Broken),
            // The ledger says so, once it knows that the hold still waits for a word.
            Err(refusal) if refusal.code == RejectionCode::CriterionKept => Ok(Finding::Met),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// A dispute, filed by the buyer or its custodian (T12).
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::Elsewhere`].
    pub fn dispute(&self, case: &Verified<DisputeCase>, sides: &Sides) -> Result<Command, Refusal> {
        self.callers().is(case.filed_by, "participant who signed the dispute")?;
        here("contract/id", "the contract of the hold", case.contract == sides.contract)?;
        let command = LedgerCommand::Dispute(Dispute::of_case(case, sides.payer));
        Ok(Command::Ledger { command, evidence: vec![case.bytes().to_vec()] })
    }

    /// An arbiter's decision of a dispute (T19 to T21).
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::Elsewhere`].
    pub fn resolution(&self, decision: &Verified<DisputeDecision>, sides: &Sides) -> Result<Command, Refusal> {
        self.callers().is(decision.author, "arbiter who signed the decision")?;
        here("contract/id", "the contract of the hold", decision.contract == sides.contract)?;
        let command = LedgerCommand::Resolve(Resolve::from(decision));
        Ok(Command::Ledger { command, evidence: vec![decision.bytes().to_vec()] })
    }
}

fn context<'a>(agreed: &'a Agreed, blobs: &'a Blobs) -> DeliveryContext<'a> {
    DeliveryContext { contract: &agreed.contract, order: &agreed.order, offer: &agreed.offer, blobs }
}
