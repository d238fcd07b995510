//! Who signs a receipt: who decided signs, and for who did not, what was decided speaks (decision D9).

use earnest_artifacts::{procurement_receipt::ReleaseRef, vocabulary::ConfirmationMode};
use earnest_base::DecisionId;

use crate::{CancelCause, EndCause, Ended, FailureCause, Payout, RejectionCause, ReleaseCause, words::words};

words! {
    /// In which role a receipt is signed.
    Role {
        Escrow = "escrow", "The node that held the money.";
        Payer = "payer", "The buyer, or the custodian of the organisation that buys.";
        Payee = "payee", "The provider.";
        Arbiter = "arbiter", "The arbiter who decided.";
    }
}

/// How a side stands in a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// It signs.
    Signs,
    /// A transfer or a decision speaks for it.
    Reference(ReleaseRef),
}

impl Stand {
    pub(super) fn reference(&self) -> Option<ReleaseRef> {
        match self {
            Self::Signs => None,
            Self::Reference(reference) => Some(reference.clone()),
        }
    }
}

/// Who signs a receipt, and what speaks for who does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatories {
    /// Whether the escrow signs: always on the ledger.
    pub escrow: bool,
    /// The payer.
    pub payer: Stand,
    /// The payee.
    pub payee: Stand,
    /// The arbiter, where one decided or was to confirm.
    pub arbiter: Option<Stand>,
    /// What stands in for a side that does not sign; none where nothing was paid.
    stand_in: Option<ReleaseRef>,
}

impl Signatories {
    /// The signatories that follow from an end: the side whose own word ended it signs; where the other side, an arbiter or
    /// a timer did, their decision or the transfer speaks for it. What is free both sides sign.
    #[must_use]
    pub fn of(ended: &Ended<'_>) -> Self {
        let transfer = match ended.payout {
            Payout::Nothing => {
                return Self { escrow: false, payer: Stand::Signs, payee: Stand::Signs, arbiter: None, stand_in: None };
            }
            Payout::Released { transfer } | Payout::Refunded { transfer } | Payout::Split { release: transfer, .. } => {
                ReleaseRef::Transfer(transfer.clone())
            }
        };
        let by_timer = || Stand::Reference(transfer.clone());
        let by = |decision: &DecisionId| Stand::Reference(ReleaseRef::Decision(decision.clone()));
        let (payer, payee, arbiter_decided) = match ended.cause {
            EndCause::Released(ReleaseCause::Accepted { decision })
            | EndCause::Rejected(RejectionCause::ByBuyer { decision })
            | EndCause::Canceled(CancelCause::ByBuyer { decision } | CancelCause::WorkflowTimeout { decision }) => {
                (Stand::Signs, by(decision), false)
            }
            EndCause::Released(ReleaseCause::ByArbiter { decision })
            | EndCause::Rejected(RejectionCause::ByArbiter { decision }) => (by(decision), by(decision), true),
            EndCause::Failed(FailureCause::ByProvider) | EndCause::Rejected(RejectionCause::ByProvider) => {
                (by_timer(), Stand::Signs, false)
            }
            EndCause::Released(
                ReleaseCause::AutoReleased | ReleaseCause::ByOperator | ReleaseCause::Undecided | ReleaseCause::Free,
            )
            | EndCause::Failed(FailureCause::Voided)
            | EndCause::Rejected(RejectionCause::Undecided)
            | EndCause::Expired => (by_timer(), by_timer(), false),
        };
        let was_to_confirm = ended.terms.mode == ConfirmationMode::ArbiterConfirmed;
        let arbiter = match (arbiter_decided, was_to_confirm) {
            (true, _) => Some(Stand::Signs),
            (false, true) => Some(by_timer()),
            (false, false) => None,
        };
        Self { escrow: true, payer, payee, arbiter, stand_in: Some(transfer) }
    }

    /// The same without a signature that does not come: the transfer speaks for that side. The escrow's signature, and
    /// those under a contract that is free, cannot be done without.
    #[must_use]
    pub fn without(mut self, role: Role) -> Self {
        let Some(transfer) = self.stand_in.clone() else { return self };
        match role {
            Role::Escrow => {}
            Role::Payer => self.payer = Stand::Reference(transfer),
            Role::Payee => self.payee = Stand::Reference(transfer),
            Role::Arbiter => self.arbiter = self.arbiter.map(|_| Stand::Reference(transfer)),
        }
        self
    }

    /// The roles that sign, in the order of the document.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        let signs = [
            (Role::Escrow, self.escrow),
            (Role::Payer, self.payer == Stand::Signs),
            (Role::Payee, self.payee == Stand::Signs),
            (Role::Arbiter, self.arbiter == Some(Stand::Signs)),
        ];
        signs.into_iter().filter(|(_, signs)| *signs).map(|(role, _)| role).collect()
    }
}
