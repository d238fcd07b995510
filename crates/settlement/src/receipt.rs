//! How a hold ended, told as a receipt (decision D9): from the ledger's last fact about it.

use earnest_artifacts::{ProcurementContract, Verified, ledger_transfer::TransferKind};
use earnest_base::{ReceiptId, TransferId};
use earnest_ledger::{Because, Event, Fact, HoldEvent, Movement};
use earnest_procurement::{
    CancelCause, Deadlines, EndCause, Ended, FailureCause, OrderRef, Payout, ReceiptCode, ReceiptDraft, ReceiptState,
    Refusal, RejectionCause, ReleaseCause, Signatories, Terms, draft_receipt_of,
};
use earnest_signing::Pointer;

use crate::Agreed;

/// The receipt of a hold that has ended, with who signs it. `fact` is the ledger's last one about the hold, `movements`
/// what it moved. It says the same every time, so that everybody signs the same bytes.
///
/// # Errors
/// [`ReceiptCode::NotEnded`] where the fact tells no end; else where no valid receipt can be made.
pub fn receipt_of(agreed: &Agreed, fact: &Fact, movements: &[Movement]) -> Result<ReceiptDraft, Refusal<ReceiptCode>> {
    let contract = &agreed.contract;
    let not_ended = || Refusal {
        code: ReceiptCode::NotEnded,
        pointer: Pointer::member("contract/id"),
        expected: "a hold that has ended".to_owned(),
        found: fact.event.name().to_owned(),
    };
    let Event::Hold { event: HoldEvent::Ended { released, because }, .. } = &fact.event else {
        return Err(not_ended());
    };
    let terms = terms(agreed).ok_or_else(not_ended)?;
    let payout = payout(movements).ok_or_else(not_ended)?;
    let cause = Cause::of(because, !released.is_zero());
    let ended = Ended {
        terms: &terms,
        delivered: None,
        cause: cause.seen(),
        payout: &payout,
        at: fact.at,
        receipt: &ReceiptState::Due,
    };
    let id = id_of(contract).ok_or_else(not_ended)?;
    draft_receipt_of(contract, &ended, Signatories::of(&ended), id, fact.at)
}

/// The id of a contract's receipt: `contract:x` has `receipt:x`.
fn id_of(contract: &Verified<ProcurementContract>) -> Option<ReceiptId> {
    let id = contract.id.as_str();
    format!("receipt:{}", id.strip_prefix("contract:").unwrap_or(id)).parse().ok()
}

fn terms(agreed: &Agreed) -> Option<Terms> {
    let contract = &agreed.contract;
    Some(Terms {
        order: OrderRef::from(&*agreed.order),
        contract: contract.id.clone(),
        hold: contract.hold.clone(),
        mode: contract.confirmation,
        deadlines: Deadlines {
            work_by: contract.work_by?,
            accept_by: contract.accept_by?,
            dispute_by: contract.dispute_by?,
            auto_release: contract.auto_release?,
        },
    })
}

fn payout(movements: &[Movement]) -> Option<Payout> {
    let of = |kind: TransferKind| -> Option<TransferId> {
        movements.iter().find(|movement| movement.kind == kind).map(|movement| movement.transfer.clone())
    };
    let release = of(TransferKind::Release).or_else(|| of(TransferKind::PartialRelease));
    Some(match (release, of(TransferKind::Refund)) {
        (Some(release), Some(refund)) => Payout::Split { release, refund },
        (Some(transfer), None) => Payout::Released { transfer },
        (None, Some(transfer)) => Payout::Refunded { transfer },
        (None, None) => return None,
    })
}

/// Why the hold ended, in the words of an execution.
enum Cause {
    Released(ReleaseCause),
    Failed(FailureCause),
    Rejected(RejectionCause),
    Expired,
    Canceled(CancelCause),
}

impl Cause {
    fn of(because: &Because, released: bool) -> Self {
        match because {
            Because::Accepted(by) => Self::Released(ReleaseCause::Accepted { decision: by.decision.clone() }),
            Because::AutoReleased => Self::Released(ReleaseCause::AutoReleased),
            Because::ReleasedByHand(_) => Self::Released(ReleaseCause::ByOperator),
            Because::Confirmed(ruling) | Because::Decided(ruling) => {
                let decision = ruling.by.decision.clone();
                if released {
                    Self::Released(ReleaseCause::ByArbiter { decision })
                } else {
                    Self::Rejected(RejectionCause::ByArbiter { decision })
                }
            }
            Because::Undecided if released => Self::Released(ReleaseCause::Undecided),
            Because::Undecided => Self::Rejected(RejectionCause::Undecided),
            Because::Rejected { by, .. } => Self::Rejected(RejectionCause::ByBuyer { decision: by.decision.clone() }),
            Because::Declined(_) => Self::Rejected(RejectionCause::ByProvider),
            Because::Failed(_) => Self::Failed(FailureCause::ByProvider),
            Because::Voided(_) => Self::Failed(FailureCause::Voided),
            Because::Expired => Self::Expired,
            Because::Canceled(by) => Self::Canceled(CancelCause::ByBuyer { decision: by.decision.clone() }),
            Because::WorkflowEnded(by) => {
                Self::Canceled(CancelCause::WorkflowTimeout { decision: by.decision.clone() })
            }
        }
    }

    const fn seen(&self) -> EndCause<'_> {
        match self {
            Self::Released(cause) => EndCause::Released(cause),
            Self::Failed(cause) => EndCause::Failed(cause),
            Self::Rejected(cause) => EndCause::Rejected(cause),
            Self::Expired => EndCause::Expired,
            Self::Canceled(cause) => EndCause::Canceled(cause),
        }
    }
}
