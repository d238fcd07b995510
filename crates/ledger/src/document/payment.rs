//! The transfer of a payment as a document, from the payment alone: who made one knows its transaction id without asking
//! the ledger again.

use earnest_artifacts::{Draft, LedgerTransfer, ledger_transfer::TransferKind};
use earnest_base::{Count, NodeId, OrcUnit, Timestamp};

use super::{DocumentError, Place};
use crate::{Pay, movement::of_payment};

impl Pay {
    /// The transfer of this payment, which was made at this moment and stands at this place: what
    /// [`crate::Ledger::transfer_documents`] makes of its fact.
    ///
    /// # Errors
    /// [`DocumentError`], for a payment that the ledger would have refused.
    pub fn transfer_document(
        &self,
        at: Timestamp,
        escrow: NodeId,
        place: &Place,
    ) -> Result<Draft<LedgerTransfer>, DocumentError> {
        let transfer = LedgerTransfer {
            id: of_payment(&self.authorization).parse()?,
            kind: TransferKind::Payment,
            from_account: self.payer_account.clone(),
            to_account: self.payee_account.clone(),
            amount: self.amount,
            unit: OrcUnit::Orc,
            created_at: at,
            escrow_node: escrow,
            hold: None,
            contract: None,
            gateway_receipt: None,
            payment: self.payment.clone(),
            authorization: Some(self.authorization.clone()),
            author: None,
            reason: None,
            fact_seq: Count::new(place.seq)?,
            fact_head: place.head.clone(),
            notes: None,
        };
        Ok(Draft::new(&transfer)?)
    }
}
