//! Receipts: how a contract ended, told once, by who decided it (decisions D9, D16).

mod plan;
mod status;

use earnest_artifacts::{
    Draft, List, ProcurementContract, ProcurementReceipt, Verified, procurement_receipt::Outcome,
    vocabulary::SettlementRail,
};
use earnest_base::{Name, ReceiptId, Text, Timestamp, TransferId};

pub use plan::{Role, Signatories, Stand};
pub use status::{ContractStatus, StatusError, contract_status};

use crate::{EndCause, Ended, Execution, Payout, Refusal, words::words};

words! {
    /// Why no receipt can be made, or one does not belong to its contract.
    ReceiptCode {
        NotEnded = "not-ended", "The execution has not ended under a contract.";
        ContractMismatch = "contract-mismatch", "Contract and execution, or contract and receipt, are not each other's.";
        DraftInvalid = "draft-invalid", "No valid receipt can be made.";
    }
}

/// A receipt in the making, and who has to sign it.
#[derive(Debug, Clone)]
pub struct ReceiptDraft {
    /// The receipt.
    pub draft: Draft<ProcurementReceipt>,
    /// Who signs, and what speaks for who does not.
    pub signatories: Signatories,
}

/// Drafts the receipt of an execution that has ended, with the signatories that follow from how it ended.
///
/// # Errors
/// [`ReceiptCode`], with the member at fault.
pub fn draft_receipt(
    contract: &Verified<ProcurementContract>,
    execution: &Execution,
    id: ReceiptId,
    now: Timestamp,
) -> Result<ReceiptDraft, Refusal<ReceiptCode>> {
    let ended = conclusion(contract, execution)?;
    draft_receipt_of(contract, &ended, Signatories::of(&ended), id, now)
}

/// The same with other signatories: where somebody who acted does not sign in time, what was decided stands in
/// ([`Signatories::without`]).
///
/// # Errors
/// As [`draft_receipt`].
pub fn draft_receipt_signed_by(
    contract: &Verified<ProcurementContract>,
    execution: &Execution,
    signatories: Signatories,
    id: ReceiptId,
    now: Timestamp,
) -> Result<ReceiptDraft, Refusal<ReceiptCode>> {
    draft_receipt_of(contract, &conclusion(contract, execution)?, signatories, id, now)
}

/// The same of an end that is told without an execution: by the escrow, which keeps holds and mirrors none.
///
/// # Errors
/// As [`draft_receipt`].
pub fn draft_receipt_of(
    contract: &Verified<ProcurementContract>,
    ended: &Ended<'_>,
    signatories: Signatories,
    id: ReceiptId,
    now: Timestamp,
) -> Result<ReceiptDraft, Refusal<ReceiptCode>> {
    is_end_of(contract, ended)?;
    let outcome = outcome(ended.cause);
    let settled = outcome == Outcome::Settled;
    let free = ended.terms.hold.is_none();
    let transfers = transfers(ended.payout);
    let invalid = |member: &'static str| {
        move |error: earnest_base::InvalidError| {
            Refusal::at(ReceiptCode::DraftInvalid, member, "a value that can be made", error)
        }
    };
    let concluding: Option<Name> =
        transfers.first().map(|transfer| transfer.as_str().parse()).transpose().map_err(invalid("settlement/ref"))?;
    let receipt = ProcurementReceipt {
        id,
        contract: contract.id.clone(),
        question: contract.question.clone(),
        created_at: now,
        payer: contract.asker,
        payee: contract.responder,
        escrow_node: contract.escrow_node,
        settled_at: settled.then_some(ended.at),
        outcome,
        confirmation: contract.confirmation,
        accepted: settled.then_some(true),
        payer_release: signatories.payer.reference(),
        payee_release: signatories.payee.reference(),
        arbiter_release: signatories.arbiter.as_ref().and_then(Stand::reference),
        rail: Some(if free { SettlementRail::None } else { SettlementRail::HostLedger }),
        settlement: concluding,
        hold: ended.terms.hold.clone(),
        transfers: match transfers.is_empty() {
            true => None,
            false => Some(List::new(transfers).map_err(invalid("settlement/transfer-refs"))?),
        },
        reason: reason(ended, settled).map_err(invalid("rejection/reason"))?,
    };
    let draft = Draft::new(&receipt).map_err(|error| Refusal {
        code: ReceiptCode::DraftInvalid,
        pointer: error.pointer().clone(),
        expected: "a receipt that keeps its rules".to_owned(),
        found: error.message().to_owned(),
    })?;
    Ok(ReceiptDraft { draft, signatories })
}

/// The end of this contract's execution.
fn conclusion<'a>(contract: &ProcurementContract, execution: &'a Execution) -> Result<Ended<'a>, Refusal<ReceiptCode>> {
    let Some(ended) = execution.ended() else {
        let expected = "an execution that has ended under a contract";
        return Err(Refusal::at(ReceiptCode::NotEnded, "contract/id", expected, execution.state()));
    };
    is_end_of(contract, &ended)?;
    Ok(ended)
}

fn is_end_of(contract: &ProcurementContract, ended: &Ended<'_>) -> Result<(), Refusal<ReceiptCode>> {
    if ended.terms.contract == contract.id && ended.terms.hold == contract.hold {
        return Ok(());
    }
    let expected = format!("the execution of {}", contract.id);
    Err(Refusal::at(ReceiptCode::ContractMismatch, "contract/id", expected, &ended.terms.contract))
}

/// The outcome that a receipt tells. A provider's failure cancels the contract (T5).
const fn outcome(cause: EndCause<'_>) -> Outcome {
    match cause {
        EndCause::Released(_) => Outcome::Settled,
        EndCause::Rejected(_) => Outcome::Rejected,
        EndCause::Expired => Outcome::Expired,
        EndCause::Failed(_) | EndCause::Canceled(_) => Outcome::Canceled,
    }
}

/// The transfers, the one that concludes it first.
fn transfers(payout: &Payout) -> Vec<TransferId> {
    match payout {
        Payout::Nothing => Vec::new(),
        Payout::Released { transfer } | Payout::Refunded { transfer } => vec![transfer.clone()],
        Payout::Split { release, refund } => vec![release.clone(), refund.clone()],
    }
}

/// Why it was not settled, or not in full.
fn reason(ended: &Ended<'_>, settled: bool) -> Result<Option<Text>, earnest_base::InvalidError> {
    if settled && !matches!(ended.payout, Payout::Split { .. }) {
        return Ok(None);
    }
    ended.cause.as_str().parse().map(Some)
}
