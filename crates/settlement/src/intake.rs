//! Documents and requests made into commands: what is checked before the writer is asked. Whatever depends on the state
//! of the ledger is judged by the writer.

mod contract;
mod word;

use earnest_artifacts::{EscrowPolicy, GatewayReceipt, PaymentAuthorization, Verified};
use earnest_base::{CouncilId, DecisionId, FederationId, Name, Subject, Timestamp};
use earnest_ledger::{Act, Action, Adjust, Award, Command as LedgerCommand, OpenAccount, Pay, Policy};
use earnest_signing::{Document, Pointer};

pub use contract::DealDocuments;

use crate::{Callers, Command, Refusal, Roles, Settlement, Sides};

/// Where documents come in: at this escrow, of this federation, now.
#[derive(Debug, Clone, Copy)]
pub struct Intake<'a> {
    /// Who may do what.
    pub roles: &'a Roles,
    /// The federation whose ledger it is.
    pub federation: &'a FederationId,
    /// Who calls.
    pub caller: Subject,
    /// The escrow's clock.
    pub now: Timestamp,
}

impl Intake<'_> {
    /// The caller, and what the roles say of it.
    #[must_use]
    pub const fn callers(&self) -> Callers<'_> {
        Callers { roles: self.roles, caller: self.caller }
    }

    /// An account for its owner: asked for by the owner, its custodian, or an operator.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::NotCustodian`].
    pub fn account(&self, open: OpenAccount, settlement: &Settlement) -> Result<Command, Refusal> {
        if !self.callers().is_operator() {
            let caller = self.callers().participant()?;
            if !settlement.acts_for(&caller, &open.owner.into(), self.now) {
                return Err(Refusal::NotCustodian);
            }
            // A pool takes a federation's fees; who opens one is the operator's to decide.
            if open.council.is_some() {
                return Err(Refusal::NotCaller("operator of the escrow"));
            }
        }
        Ok(ledger(LedgerCommand::OpenAccount(open)))
    }

    /// Terms that this escrow signed, brought by its operator.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::Elsewhere`], [`Refusal::PolicyLapsed`].
    pub fn policy(&self, policy: &Verified<EscrowPolicy>) -> Result<Command, Refusal> {
        self.callers().operator()?;
        self.own_policy(policy)
    }

    /// Terms that this escrow signed, taken from its own configuration.
    ///
    /// # Errors
    /// [`Refusal::Elsewhere`], [`Refusal::PolicyLapsed`].
    pub fn own_policy(&self, policy: &Verified<EscrowPolicy>) -> Result<Command, Refusal> {
        here("escrow/node-id", "this escrow", policy.escrow_node == self.roles.escrow)?;
        here("federation/id", "the federation of this escrow", policy.federation == *self.federation)?;
        policy.valid_at(self.now).map_err(|_| Refusal::PolicyLapsed("not begun, suspended or retired"))?;
        let command = LedgerCommand::AdoptPolicy(Policy::from(policy));
        Ok(Command::Ledger { command, evidence: vec![policy.bytes().to_vec()] })
    }

    /// Money that crossed a gateway of this escrow, told by that gateway (T26).
    ///
    /// # Errors
    /// [`Refusal::GatewayUnknown`], [`Refusal::NotCaller`].
    pub fn crossing(&self, receipt: &Verified<GatewayReceipt>) -> Result<Command, Refusal> {
        if !self.roles.gateways.contains(&receipt.gateway_node) {
            return Err(Refusal::GatewayUnknown);
        }
        if self.caller != Subject::Node(receipt.gateway_node) {
            return Err(Refusal::NotCaller("gateway that signed the receipt"));
        }
        Ok(Command::Ledger { command: receipt.into(), evidence: vec![receipt.bytes().to_vec()] })
    }

    /// An x402 payment on the ledger: brought by the payer, or by a gateway of this escrow.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::Elsewhere`].
    pub fn payment(&self, authorization: &Verified<PaymentAuthorization>) -> Result<Command, Refusal> {
        if !self.callers().is_gateway() {
            self.callers().is(authorization.payer, "payer, or a gateway of the escrow")?;
        }
        here("federation/id", "the federation of this escrow", authorization.federation == *self.federation)?;
        let command = LedgerCommand::Pay(Pay::from(authorization));
        Ok(Command::Ledger { command, evidence: vec![authorization.bytes().to_vec()] })
    }

    /// Money set right in somebody's name: by the operator, or by the council of a community pool.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], [`Refusal::NotCustodian`].
    pub fn adjustment(&self, adjust: Adjust, settlement: &Settlement) -> Result<Command, Refusal> {
        let speaks = match adjust.author {
            Subject::Council(author) => self.caller == council(author),
            author => {
                let operator = self.callers().operator()?;
                settlement.acts_for(&operator, &author.into(), self.now)
            }
        };
        if speaks { Ok(ledger(LedgerCommand::Adjust(adjust))) } else { Err(Refusal::NotCaller("author it names")) }
    }

    /// The provider took the request.
    ///
    /// # Errors
    /// Where the caller is no participant.
    pub fn dispatch(&self, decision: DecisionId, sides: &Sides) -> Result<Command, Refusal> {
        self.act(decision, sides, sides.payee, Action::Dispatch)
    }

    /// The provider failed (T5).
    ///
    /// # Errors
    /// As [`Intake::dispatch`].
    pub fn fail(&self, decision: DecisionId, sides: &Sides) -> Result<Command, Refusal> {
        self.act(decision, sides, sides.payee, Action::Fail)
    }

    /// The provider declined (T6).
    ///
    /// # Errors
    /// As [`Intake::dispatch`].
    pub fn decline(&self, decision: DecisionId, sides: &Sides) -> Result<Command, Refusal> {
        self.act(decision, sides, sides.payee, Action::Decline)
    }

    /// The work could not be opened (T2): told by the provider, or by the operator for the escrow.
    ///
    /// # Errors
    /// As [`Intake::dispatch`].
    pub fn void(&self, decision: DecisionId, sides: &Sides) -> Result<Command, Refusal> {
        let told_for = if self.callers().is_operator() { sides.operator } else { sides.payee };
        self.act(decision, sides, told_for, Action::Void)
    }

    /// The buyer's workflow is over (T24).
    ///
    /// # Errors
    /// As [`Intake::dispatch`].
    pub fn end_workflow(&self, decision: DecisionId, sides: &Sides) -> Result<Command, Refusal> {
        self.act(decision, sides, sides.payer, Action::EndWorkflow)
    }

    /// The operator releases by hand, for the organisation that answers for the escrow (T8).
    ///
    /// # Errors
    /// [`Refusal::NotCaller`].
    pub fn release(&self, decision: DecisionId, sides: &Sides, reason: Name) -> Result<Command, Refusal> {
        self.callers().operator()?;
        self.act(decision, sides, sides.operator, Action::Release { reason })
    }

    /// An arbiter confirms, without a dispute, what becomes of the money.
    ///
    /// # Errors
    /// As [`Intake::dispatch`].
    pub fn confirm(&self, decision: DecisionId, sides: &Sides, award: Award) -> Result<Command, Refusal> {
        let arbiter = self.callers().participant()?;
        self.act(decision, sides, arbiter.into(), Action::Confirm(award))
    }

    fn act(&self, decision: DecisionId, sides: &Sides, acts_for: Subject, action: Action) -> Result<Command, Refusal> {
        let actor = self.callers().acting_for(acts_for)?;
        Ok(ledger(LedgerCommand::Act(Act { decision, hold: sides.hold.clone(), actor, action })))
    }
}

const fn ledger(command: LedgerCommand) -> Command {
    Command::Ledger { command, evidence: Vec::new() }
}

const fn council(author: CouncilId) -> Subject {
    Subject::Council(author)
}

/// Refuses a document that is for somewhere else.
fn here(member: &'static str, expected: &'static str, is: bool) -> Result<(), Refusal> {
    if is { Ok(()) } else { Err(Refusal::Elsewhere { pointer: Pointer::member(member), expected }) }
}
