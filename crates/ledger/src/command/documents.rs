//! Commands from verified documents: what is decided about came in signed.

use earnest_artifacts::{
    DisputeCase, DisputeDecision, GatewayReceipt, PaymentAuthorization, ProcurementContract, ResponseDecision,
    ResponseEnvelope, Verified, gateway_receipt::Direction, response_decision::Decision, vocabulary::SettlementRail,
};
use earnest_base::{AccountId, HoldId, Subject};

use super::{Act, Action, Award, Command, Crossing, Deliver, Delivered, Dispute, Fee, Finding, OpenHold, Pay, Resolve};
use crate::{Actor, Deadlines};

impl From<&Verified<GatewayReceipt>> for Command {
    fn from(receipt: &Verified<GatewayReceipt>) -> Self {
        let fee = match &receipt.fee_account {
            Some(account) if !receipt.fee().is_zero() => Some(Fee { amount: receipt.fee(), account: account.clone() }),
            _ => None,
        };
        let (amount, account) = (receipt.internal_amount, receipt.account.clone());
        let crossing = Crossing { receipt: receipt.id.clone(), account, amount, fee };
        match receipt.direction {
            Direction::Inbound => Self::TopUp(crossing),
            Direction::Outbound => Self::PayOut(crossing),
        }
    }
}

impl From<&Verified<PaymentAuthorization>> for Pay {
    fn from(authorization: &Verified<PaymentAuthorization>) -> Self {
        let participant = authorization.payer;
        Self {
            actor: Actor {
                participant,
                acts_for: authorization.payer_org.map_or_else(|| participant.into(), Subject::from),
            },
            payer_account: authorization.payer_account.clone(),
            nonce: authorization.nonce.clone(),
            payee_account: authorization.payee_account.clone(),
            amount: authorization.amount,
            authorization: authorization.content_digest(),
            payment: authorization.payment.clone(),
            payer_seq: authorization.payer_seq.map(earnest_base::Count::value),
            valid_after: authorization.valid_after,
            valid_before: authorization.valid_before,
        }
    }
}

impl OpenHold {
    /// The hold of a contract that both sides signed, paid from and to the accounts of the subjects that it names
    /// ([`crate::Ledger::account_of`]). `None` for a contract that is not settled on the ledger (T27), which has none.
    #[must_use]
    pub fn of_contract(contract: &Verified<ProcurementContract>, payer: AccountId, payee: AccountId) -> Option<Self> {
        if contract.rail != Some(SettlementRail::HostLedger) {
            return None;
        }
        Some(Self {
            hold: contract.hold.clone()?,
            contract: contract.id.clone(),
            payer_account: payer,
            payee_account: payee,
            amount: earnest_base::Orc::from_minor(contract.price.minor()).ok()?,
            policy: contract.escrow_policy.clone()?,
            mode: contract.confirmation,
            arbiters: contract.arbiters.as_ref()?.iter().map(|arbiter| (*arbiter).into()).collect(),
            accepted_at: contract.created_at,
            deadlines: Deadlines {
                work_by: contract.work_by?,
                accept_by: contract.accept_by?,
                dispute_by: contract.dispute_by?,
                auto_release_after: contract.auto_release?,
            },
        })
    }
}

impl Deliver {
    /// The delivery of a response that the escrow has checked (E1), under the hold of its contract.
    #[must_use]
    pub fn of_response(response: &Verified<ResponseEnvelope>, hold: HoldId, actor: Actor) -> Self {
        Self { response: response.id.clone(), hold, actor, digest: response.content_digest() }
    }
}

impl Act {
    /// A buyer's decision. `finding` is what the escrow found of the criterion of a rejection; a rejection that names
    /// none is `None`, since it goes through a dispute (E7), and so is a decision that names no response or hold.
    #[must_use]
    pub fn of_decision(decision: &Verified<ResponseDecision>, acts_for: Subject, finding: Finding) -> Option<Self> {
        let delivered = || {
            let (response, digest) = (decision.response.clone()?, decision.response_digest.clone()?);
            Some(Delivered { response, digest })
        };
        let action = match decision.decision {
            Decision::Accept => Action::Accept(delivered()?),
            Decision::Reject => Action::Reject { delivered: delivered()?, criterion: decision.criterion?, finding },
            Decision::Cancel => Action::Cancel,
        };
        let actor = Actor { participant: decision.author, acts_for };
        Some(Self { decision: decision.id.clone(), hold: decision.hold.clone()?, actor, action })
    }
}

impl Dispute {
    /// A dispute, filed for the subject that the filer acts for.
    #[must_use]
    pub fn of_case(case: &Verified<DisputeCase>, acts_for: Subject) -> Self {
        let actor = Actor { participant: case.filed_by, acts_for };
        Self { dispute: case.id.clone(), hold: case.hold.clone(), actor }
    }
}

impl From<&Verified<DisputeDecision>> for Resolve {
    fn from(decision: &Verified<DisputeDecision>) -> Self {
        Self {
            decision: decision.id.clone(),
            dispute: decision.dispute.clone(),
            hold: decision.hold.clone(),
            actor: Actor::own(decision.author),
            award: Award {
                released: decision.released,
                refunded: decision.refunded,
                reason: decision.reason_ref.clone(),
            },
        }
    }
}
