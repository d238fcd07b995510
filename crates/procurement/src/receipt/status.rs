//! The status of a contract, derived from receipts and never written into it (decision D16).

use earnest_artifacts::{ProcurementContract, ProcurementReceipt, Verified, procurement_receipt::Outcome};
use earnest_base::ReceiptId;

use super::ReceiptCode;
use crate::{Refusal, refusal::same, words::words};

words! {
    /// Where a contract stands.
    ContractStatus {
        Pending = "pending", "Agreed, and no receipt tells its end.";
        Settled = "settled", "The provider was paid.";
        Rejected = "rejected", "The answer was rejected, or the provider refused the work.";
        Expired = "expired", "Nothing was delivered in time.";
        Canceled = "canceled", "It was ended before anything was delivered.";
    }
}

/// Why no status can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// A receipt is not this contract's.
    #[error("{0}")]
    Foreign(Refusal<ReceiptCode>),
    /// Two receipts tell its end: one of them is no receipt.
    #[error("expected one receipt, found {0} and {1}")]
    Several(ReceiptId, ReceiptId),
}

/// The status of a contract. The same receipt may come any number of times.
///
/// # Errors
/// Where a receipt is another contract's, or two different ones tell the end of this one.
pub fn contract_status(
    contract: &Verified<ProcurementContract>,
    receipts: &[Verified<ProcurementReceipt>],
) -> Result<ContractStatus, StatusError> {
    let mut told: Option<&Verified<ProcurementReceipt>> = None;
    for receipt in receipts {
        belongs(contract, receipt).map_err(StatusError::Foreign)?;
        match told {
            Some(first) if first.content_digest() != receipt.content_digest() => {
                return Err(StatusError::Several(first.id.clone(), receipt.id.clone()));
            }
            _ => told = Some(receipt),
        }
    }
    Ok(told.map_or(ContractStatus::Pending, |receipt| match receipt.outcome {
        Outcome::Settled => ContractStatus::Settled,
        Outcome::Rejected => ContractStatus::Rejected,
        Outcome::Expired => ContractStatus::Expired,
        Outcome::Canceled => ContractStatus::Canceled,
    }))
}

/// A receipt names the contract, its sides, its escrow and its hold; so nobody else's key makes one for it.
fn belongs(contract: &ProcurementContract, receipt: &ProcurementReceipt) -> Result<(), Refusal<ReceiptCode>> {
    let code = ReceiptCode::ContractMismatch;
    same(code, "contract/id", &contract.id, &receipt.contract)?;
    same(code, "question/id", &contract.question, &receipt.question)?;
    same(code, "payer/participant-id", &contract.asker, &receipt.payer)?;
    same(code, "payee/participant-id", &contract.responder, &receipt.payee)?;
    let shown = |present: Option<String>| present.unwrap_or_else(|| "none".to_owned());
    let node = |node: Option<earnest_base::NodeId>| shown(node.map(|node| node.to_string()));
    same(code, "escrow/node-id", &node(contract.escrow_node), &node(receipt.escrow_node))?;
    let hold = |hold: Option<&earnest_base::HoldId>| shown(hold.map(ToString::to_string));
    same(code, "settlement/hold-ref", &hold(contract.hold.as_ref()), &hold(receipt.hold.as_ref()))?;
    let rail = |rail| format!("{rail:?}");
    same(code, "settlement/rail", &rail(contract.rail), &rail(receipt.rail))?;
    // Where no escrow signs, both sides do: nothing else would bind the receipt to anybody.
    let unsigned = receipt.payer_release.is_some() || receipt.payee_release.is_some();
    if contract.escrow_node.is_none() && unsigned {
        return Err(Refusal::at(code, "payer/release-ref", "the signatures of both sides", "a reference"));
    }
    Ok(())
}
