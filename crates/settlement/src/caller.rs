//! Who may call for what: the signer of a document, or whom the escrow's configuration names.

use std::collections::BTreeSet;

use earnest_base::{NodeId, ParticipantId, Subject, Timestamp};
use earnest_ledger::{Actor, SubjectKey};

use crate::{Refusal, Settlement};

/// Whom the escrow lets do what no document allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// The escrow itself, which signs its policies and reports.
    pub escrow: NodeId,
    /// The gateways whose receipts it takes.
    pub gateways: BTreeSet<NodeId>,
    /// The participants who operate it.
    pub operators: BTreeSet<ParticipantId>,
}

/// A caller, as far as it is settled who that is.
#[derive(Debug, Clone, Copy)]
pub struct Callers<'a> {
    /// The roles of the escrow.
    pub roles: &'a Roles,
    /// Who signed the request.
    pub caller: Subject,
}

impl Callers<'_> {
    /// Whether an operator calls.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        matches!(self.caller, Subject::Participant(caller) if self.roles.operators.contains(&caller))
    }

    /// Whether a gateway of this escrow calls.
    #[must_use]
    pub fn is_gateway(&self) -> bool {
        matches!(self.caller, Subject::Node(caller) if self.roles.gateways.contains(&caller))
    }

    /// The participant who calls.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`] where it is none.
    pub fn participant(&self) -> Result<ParticipantId, Refusal> {
        match self.caller {
            Subject::Participant(caller) => Ok(caller),
            _ => Err(Refusal::NotCaller("participant who asks")),
        }
    }

    /// Refuses who is no operator.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`].
    pub fn operator(&self) -> Result<ParticipantId, Refusal> {
        match self.caller {
            Subject::Participant(caller) if self.roles.operators.contains(&caller) => Ok(caller),
            _ => Err(Refusal::NotCaller("operator of the escrow")),
        }
    }

    /// Refuses who is no gateway of this escrow.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`].
    pub fn gateway(&self) -> Result<(), Refusal> {
        if self.is_gateway() { Ok(()) } else { Err(Refusal::NotCaller("gateway of the escrow")) }
    }

    /// Refuses who did not sign the document that they bring.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`], with who should have called.
    pub fn is(&self, signer: ParticipantId, who: &'static str) -> Result<(), Refusal> {
        if self.caller == Subject::Participant(signer) { Ok(()) } else { Err(Refusal::NotCaller(who)) }
    }

    /// The caller as an actor for a subject.
    ///
    /// # Errors
    /// [`Refusal::NotCaller`] where no participant calls.
    pub fn acting_for(&self, subject: Subject) -> Result<Actor, Refusal> {
        Ok(Actor { participant: self.participant()?, acts_for: subject })
    }

    /// Whether the caller may see what belongs to a subject: the subject itself, the custodian of an organisation, and
    /// whoever operates the escrow.
    #[must_use]
    pub fn may_see(&self, owner: &SubjectKey, settlement: &Settlement, now: Timestamp) -> bool {
        match self.caller {
            Subject::Participant(caller) => self.is_operator() || settlement.acts_for(&caller, owner, now),
            other => SubjectKey::from(other) == *owner,
        }
    }
}
