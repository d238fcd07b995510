//! What the escrow made of a receipt.

use earnest_base::{GatewayReceiptId, Name, Timestamp};

use crate::{CaseKind, Crossings, Event, Of, PayoutStanding, Refusal, Standing};

impl Crossings {
    pub(super) fn applied(&self, receipt: &GatewayReceiptId, seq: u64, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        if !self.is_on_the_way(receipt)? {
            return Ok(Vec::new());
        }
        let mut events = vec![Event::ReceiptApplied { receipt: receipt.clone(), seq, at: now }];
        if let Some(Of::Return(payout)) = self.of(receipt)
            && self.payouts.get(payout).is_some_and(|payout| !payout.debit.fee().is_zero())
        {
            events.extend(self.case_event(CaseKind::FeeKept, payout.as_str(), None, now));
        }
        Ok(events)
    }

    pub(super) fn declined(
        &self,
        receipt: &GatewayReceiptId,
        code: &Name,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        if !self.is_on_the_way(receipt)? {
            return Ok(Vec::new());
        }
        let mut events = vec![Event::ReceiptDeclined { receipt: receipt.clone(), code: code.clone(), at: now }];
        if let Some(Of::Return(payout)) = self.of(receipt) {
            events.extend(self.case_event(CaseKind::ReturnDeclined, payout.as_str(), None, now));
        }
        Ok(events)
    }

    fn of(&self, receipt: &GatewayReceiptId) -> Option<&Of> {
        self.receipts.get(receipt).map(|drafted| &drafted.of)
    }

    /// Whether an answer of the escrow is still waited for.
    fn is_on_the_way(&self, receipt: &GatewayReceiptId) -> Result<bool, Refusal> {
        let of = self.of(receipt).ok_or(Refusal::Unknown("a receipt"))?;
        let payout = |payout| self.payouts.get(payout).map(|payout| &payout.standing);
        Ok(match of {
            Of::Payment => {
                let payment = self.payments.get(receipt);
                payment.is_some_and(|payment| matches!(payment.standing, Standing::Crediting { .. }))
            }
            Of::Debit(id) => matches!(payout(id), Some(PayoutStanding::Debiting)),
            Of::Return(id) => matches!(payout(id), Some(PayoutStanding::Returning { .. })),
        })
    }
}
