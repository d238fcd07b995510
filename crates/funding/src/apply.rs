//! What happens to the state. Strict: it looks before it moves, so a journal that was tampered with does not replay.

use earnest_artifacts::GatewayReceipt;
use earnest_base::{GatewayReceiptId, Name, Timestamp};

use crate::{
    Confirmed, Crossings, Event, Named, Of, Payment, PayoutId, PayoutStanding, Standing, Told, Why, Work,
    case::Resolution,
    crossings::{Drafted, Published},
    daily::Day,
    payment::DayOfCrossing,
};

/// An event that does not follow on those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}, found otherwise")]
pub struct ApplyError(pub &'static str);

/// How long a provider's messages are remembered: longer than any of them may travel.
const REMEMBERED_MILLIS: i64 = 7 * 86_400_000;

impl Crossings {
    /// Applies an event.
    ///
    /// # Errors
    /// Where it does not follow on those before it; nothing is changed then.
    pub fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        match event.clone() {
            Event::PolicyPublished { policy, document } => {
                self.policies.insert(policy.id.clone(), policy.clone());
                self.published = Some(Published { policy, document });
            }
            Event::TopUpAnnounced { top_up } => {
                if self.top_ups.contains_key(&top_up.id) {
                    return Err(ApplyError("a new top-up"));
                }
                self.top_ups.insert(top_up.id.clone(), *top_up);
            }
            Event::MessageSeen { provider, event, digest, at } => {
                self.forget_messages(at);
                self.message_times.insert((at, provider.clone(), event.clone()));
                self.messages.entry(provider).or_default().insert(event, digest);
            }
            Event::PaymentTold { payment, provider, reference, names, what, at } => {
                self.tell(payment, (provider, reference), names, what, at);
            }
            Event::PaymentHeld { payment, why } => self.stands(&payment, Standing::Held { why })?,
            // The receipt that follows moves it.
            Event::PaymentReleased { payment, .. } => {
                self.payment_mut(&payment)?;
            }
            Event::PaymentSentBack { payment, by, reason, at } => {
                self.stands(&payment, Standing::SentBack { by, reason, at })?;
            }
            Event::ReceiptDrafted { of, receipt, at } => self.draft(of, receipt, at)?,
            Event::ReceiptApplied { receipt, seq, .. } => self.receipt_applied(&receipt, seq)?,
            Event::ReceiptDeclined { receipt, code, .. } => self.receipt_declined(&receipt, code)?,
            event @ (Event::PayoutAsked { .. }
            | Event::PayoutApproved { .. }
            | Event::PayoutRefused { .. }
            | Event::PayoutInstructed { .. }
            | Event::PayoutPaid { .. }
            | Event::PayoutFailed { .. }) => self.apply_payout(event)?,
            Event::CaseOpened { case } => {
                self.open_cases.insert(case.id.clone());
                self.cases.insert(case.id.clone(), *case);
            }
            Event::CaseResolved { case, by, reason, adjustment, at } => {
                let found = self.cases.get_mut(&case).ok_or(ApplyError("a known case"))?;
                found.resolution = Some(Resolution { by, reason, adjustment, at });
                self.open_cases.remove(&case);
            }
        }
        Ok(())
    }

    fn apply_payout(&mut self, event: Event) -> Result<(), ApplyError> {
        match event {
            Event::PayoutAsked { payout } => {
                let id = payout.request.id.clone();
                if self.payouts.contains_key(&id) {
                    return Err(ApplyError("a new payout"));
                }
                self.daily.add(payout.day.0, &payout.request.account, total(&payout.debit));
                self.payouts.insert(id.clone(), *payout);
                self.payout_stands(&id, PayoutStanding::AwaitingReview)?;
            }
            // The receipt that follows moves it.
            Event::PayoutApproved { payout, .. } => {
                self.known(&payout)?;
            }
            Event::PayoutRefused { payout, by, reason, .. } => {
                self.payout_stands(&payout, PayoutStanding::Refused { by, reason })?;
                self.uncount(&payout);
            }
            Event::PayoutInstructed { payout, reference, .. } => {
                self.payout_stands(&payout, PayoutStanding::Instructed { reference })?;
            }
            Event::PayoutPaid { payout, at } => self.payout_stands(&payout, PayoutStanding::Paid { at })?,
            Event::PayoutFailed { payout, code, .. } => {
                self.payout_stands(&payout, PayoutStanding::Returning { code })?;
            }
            // The others are not about payouts.
            _ => {}
        }
        Ok(())
    }

    fn payment_mut(&mut self, id: &GatewayReceiptId) -> Result<&mut Payment, ApplyError> {
        self.payments.get_mut(id).ok_or(ApplyError("a known payment"))
    }

    fn known(&self, id: &PayoutId) -> Result<(), ApplyError> {
        if self.payouts.contains_key(id) { Ok(()) } else { Err(ApplyError("a known payout")) }
    }

    fn tell(
        &mut self,
        id: GatewayReceiptId,
        (provider, reference): (Name, Name),
        names: Option<Named>,
        told: Told,
        at: Timestamp,
    ) {
        let payment = self.payments.entry(id.clone()).or_insert_with(|| Payment {
            id: id.clone(),
            provider,
            reference,
            names: None,
            confirmed: None,
            failed_at: None,
            reversed_at: None,
            standing: Standing::Pending,
        });
        if payment.names.is_none() {
            payment.names = names;
        }
        let named = payment.names.clone();
        let open = matches!(payment.standing, Standing::Pending | Standing::Failed);
        let standing = match told {
            Told::Pending => payment.standing.clone(),
            Told::Confirmed { amount, currency } => {
                payment.confirmed.get_or_insert(Confirmed { amount, currency, at });
                payment.standing.clone()
            }
            Told::Failed => {
                payment.failed_at = payment.failed_at.max(Some(at));
                if open { Standing::Failed } else { payment.standing.clone() }
            }
            Told::Reversed { .. } => {
                payment.reversed_at.get_or_insert(at);
                let held = matches!(payment.standing, Standing::Held { .. });
                if open || held { Standing::Reversed } else { payment.standing.clone() }
            }
        };
        self.file_payment(&id, standing);
        if let Some(Named::TopUp(top_up)) = named
            && let Some(top_up) = self.top_ups.get_mut(&top_up)
            && !top_up.payments.contains(&id)
        {
            top_up.payments.push(id);
        }
    }

    fn draft(&mut self, of: Of, receipt: Box<GatewayReceipt>, at: Timestamp) -> Result<(), ApplyError> {
        let id = receipt.id.clone();
        match &of {
            Of::Payment => {
                let (account, day) = (receipt.account.clone(), Day::of(at));
                self.stands(&id, Standing::Crediting { account: account.clone(), day: DayOfCrossing(day) })?;
                self.daily.add(day, &account, total(&receipt));
            }
            Of::Debit(payout) => self.payout_stands(payout, PayoutStanding::Debiting)?,
            Of::Return(payout) => self.known(payout)?,
        }
        self.works.insert(Work::Send(id.clone()));
        self.receipts.insert(id, Drafted { of, receipt });
        Ok(())
    }

    fn receipt_applied(&mut self, id: &GatewayReceiptId, seq: u64) -> Result<(), ApplyError> {
        let drafted = self.receipts.get(id).ok_or(ApplyError("a known receipt"))?;
        let account = drafted.receipt.account.clone();
        match drafted.of.clone() {
            Of::Payment => self.stands(id, Standing::Credited { account, seq })?,
            Of::Debit(payout) => self.payout_stands(&payout, PayoutStanding::Instructing)?,
            Of::Return(payout) => self.payout_stands(&payout, PayoutStanding::Returned { seq })?,
        }
        self.works.remove(&Work::Send(id.clone()));
        Ok(())
    }

    fn receipt_declined(&mut self, id: &GatewayReceiptId, code: Name) -> Result<(), ApplyError> {
        let drafted = self.receipts.get(id).ok_or(ApplyError("a known receipt"))?;
        match drafted.of.clone() {
            Of::Payment => {
                let (account, total) = (drafted.receipt.account.clone(), total(&drafted.receipt));
                if let Standing::Crediting { day, .. } = self.payment_mut(id)?.standing {
                    self.daily.take(day.0, &account, total);
                }
                self.stands(id, Standing::Held { why: Why::Declined(code) })?;
            }
            Of::Debit(payout) => {
                self.payout_stands(&payout, PayoutStanding::Declined { code })?;
                self.uncount(&payout);
            }
            Of::Return(payout) => self.payout_stands(&payout, PayoutStanding::ReturnDeclined { code })?,
        }
        self.works.remove(&Work::Send(id.clone()));
        Ok(())
    }

    fn stands(&mut self, id: &GatewayReceiptId, standing: Standing) -> Result<(), ApplyError> {
        self.payment_mut(id)?;
        self.file_payment(id, standing);
        Ok(())
    }

    fn file_payment(&mut self, id: &GatewayReceiptId, standing: Standing) {
        let Some(payment) = self.payments.get_mut(id) else { return };
        if let Some(ids) = self.payments_in.get_mut(payment.standing.word()) {
            ids.remove(id);
        }
        self.payments_in.entry(standing.word().to_owned()).or_default().insert(id.clone());
        payment.standing = standing;
    }

    fn payout_stands(&mut self, id: &PayoutId, standing: PayoutStanding) -> Result<(), ApplyError> {
        let payout = self.payouts.get_mut(id).ok_or(ApplyError("a known payout"))?;
        if let Some(ids) = self.payouts_in.get_mut(payout.standing.word()) {
            ids.remove(id);
        }
        self.payouts_in.entry(standing.word().to_owned()).or_default().insert(id.clone());
        for work in [Work::Instruct(id.clone()), Work::Ask(id.clone())] {
            self.works.remove(&work);
        }
        match standing {
            PayoutStanding::Instructing => drop(self.works.insert(Work::Instruct(id.clone()))),
            PayoutStanding::Instructed { .. } => drop(self.works.insert(Work::Ask(id.clone()))),
            _ => {}
        }
        payout.standing = standing;
        Ok(())
    }

    /// What did not cross does not count for its day.
    fn uncount(&mut self, id: &PayoutId) {
        if let Some(payout) = self.payouts.get(id) {
            self.daily.take(payout.day.0, &payout.request.account, total(&payout.debit));
        }
    }

    fn forget_messages(&mut self, now: Timestamp) {
        while let Some((at, provider, event)) = self.message_times.first().cloned()
            && at.unix_millis() < now.unix_millis() - REMEMBERED_MILLIS
        {
            self.message_times.remove(&(at, provider.clone(), event.clone()));
            if let Some(messages) = self.messages.get_mut(&provider) {
                messages.remove(&event);
            }
        }
    }
}

fn total(receipt: &GatewayReceipt) -> earnest_base::Orc {
    receipt.total().unwrap_or(receipt.internal_amount)
}
