//! What a provider tells of a payment, and what follows.

use earnest_artifacts::{GatewayReceipt, gateway_receipt::Direction};
use earnest_base::{AccountId, BoundedDecimal, Currency, GatewayReceiptId, PositiveDecimal, Timestamp};

use super::Message;
use crate::{
    Bar, CaseKind, Confirmed, Crossings, Event, Named, Of, Payment, Proposal, Quote, Refusal, Report, Standing, Told,
    Why, daily::Day, payment_id, quote::in_force,
};

impl Crossings {
    pub(super) fn report(&self, report: &Report, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        let Message::New(mut events) = self.message(&report.provider, report.seen.as_ref(), now)? else {
            return Ok(Vec::new());
        };
        let id = payment_id(&self.gateway.node, &report.provider, &report.reference);
        let id = id.map_err(|_| Refusal::Unknown("a payment"))?;
        let known = self.payments.get(&id);
        if is_new(report, known) {
            events.push(told(report, &id));
        }
        events.extend(self.follow(report, &id, known, now));
        Ok(events)
    }

    /// What follows from a report, given what was known of the payment before.
    fn follow(&self, report: &Report, id: &GatewayReceiptId, known: Option<&Payment>, now: Timestamp) -> Vec<Event> {
        let has_receipt = known.is_some_and(|payment| payment.standing.has_receipt());
        let confirmed = known.and_then(|payment| payment.confirmed.as_ref());
        match &report.told {
            Told::Pending => Vec::new(),
            Told::Failed => {
                let later = confirmed.is_some_and(|confirmed| confirmed.at < report.at);
                let case = (has_receipt && later).then(|| self.payment_case(CaseKind::Contradicted, id, None, now));
                case.flatten().into_iter().collect()
            }
            Told::Reversed { amount } => {
                let case = has_receipt.then(|| self.payment_case(CaseKind::ChargedBack, id, *amount, now));
                case.flatten().into_iter().collect()
            }
            Told::Confirmed { amount, currency } => match confirmed {
                Some(first) if first.amount == *amount && first.currency == *currency => Vec::new(),
                Some(_) => {
                    let told = Confirmed { amount: *amount, currency: currency.clone(), at: report.at };
                    let opened = self.case_event(CaseKind::AmountDiffers, id.as_str(), None, now);
                    opened.map(|event| telling(event, told)).into_iter().collect()
                }
                None => self.confirm(report, id, known, (*amount, currency), now).into_iter().collect(),
            },
        }
    }

    /// The receipt of a payment that is confirmed for the first time, or why it is held.
    fn confirm(
        &self,
        report: &Report,
        id: &GatewayReceiptId,
        known: Option<&Payment>,
        (amount, currency): (PositiveDecimal, &Currency),
        now: Timestamp,
    ) -> Option<Event> {
        if known.is_some_and(|payment| payment.reversed_at.is_some()) {
            return None;
        }
        let names = known.and_then(|payment| payment.names.as_ref()).or(report.names.as_ref());
        let contradicted = known.and_then(|payment| payment.failed_at).is_some_and(|failed| failed > report.at);
        let confirmed = Confirmed { amount, currency: currency.clone(), at: report.at };
        let payment = Payment {
            id: id.clone(),
            provider: report.provider.clone(),
            reference: report.reference.clone(),
            names: names.cloned(),
            confirmed: Some(confirmed),
            failed_at: None,
            reversed_at: None,
            standing: Standing::Pending,
        };
        let receipt = match self.account_of(&payment) {
            _ if contradicted => Err(Why::Contradicted),
            None => Err(Why::AccountUnknown),
            Some(account) => self.receipt_of(&payment, &account, true, now).map_err(Why::Barred),
        };
        Some(match receipt {
            Ok(receipt) => Event::ReceiptDrafted { of: Of::Payment, receipt: Box::new(receipt), at: now },
            Err(why) => Event::PaymentHeld { payment: id.clone(), why },
        })
    }

    /// The account that a payment is for.
    fn account_of(&self, payment: &Payment) -> Option<AccountId> {
        match payment.names.as_ref()? {
            Named::Account(account) => self.of_federation(account).is_ok().then(|| account.clone()),
            Named::TopUp(id) => {
                let top_up = self.top_ups.get(id).filter(|top_up| top_up.provider == payment.provider)?;
                Some(top_up.account.clone())
            }
            Named::Other(_) => None,
        }
    }

    /// The receipt of a payment for an account, at the terms in force.
    pub(super) fn receipt_of(
        &self,
        payment: &Payment,
        account: &AccountId,
        limits: bool,
        now: Timestamp,
    ) -> Result<GatewayReceipt, Bar> {
        let confirmed = payment.confirmed.as_ref().ok_or(Bar::AmountInexact)?;
        // An operator who releases a payment has seen whose it is.
        let provider = limits.then_some(&payment.provider);
        let policy = in_force(self.policy(), Direction::Inbound, provider, now)?;
        let quote = Quote::of(policy, Direction::Inbound, confirmed.amount, &confirmed.currency, limits)?;
        if limits {
            self.within_the_day(policy.most_daily, account, &quote, now)?;
        }
        let outside = (&payment.provider, &payment.reference);
        let receipt = self.maker(policy, now).inbound(&payment.id, account, outside, &confirmed.currency, &quote);
        Ok(receipt)
    }

    pub(super) fn within_the_day(
        &self,
        most: Option<earnest_base::Orc>,
        account: &AccountId,
        quote: &Quote,
        now: Timestamp,
    ) -> Result<(), Bar> {
        let Some(most) = most else { return Ok(()) };
        let sum = self.daily.sum(Day::of(now), account);
        let after = quote.total().and_then(|total| sum.plus(total).ok());
        if after.is_some_and(|after| after <= most) { Ok(()) } else { Err(Bar::AboveDaily) }
    }

    /// A case about a payment that was credited; what would take it back again, where it is all of it.
    fn payment_case(
        &self,
        kind: CaseKind,
        id: &GatewayReceiptId,
        amount: Option<PositiveDecimal>,
        now: Timestamp,
    ) -> Option<Event> {
        let receipt = self.receipt(id)?;
        let whole = amount.is_none_or(|amount| amount.value() == receipt.external_amount.value());
        let proposal = if whole { self.taken_back(receipt) } else { None };
        self.case_event(kind, id.as_str(), proposal, now)
    }

    fn taken_back(&self, receipt: &GatewayReceipt) -> Option<Proposal> {
        let own = receipt.id.as_str().strip_prefix("gw:")?;
        Some(Proposal {
            transfer: format!("transfer:{own}:adjustment").parse().ok()?,
            from: receipt.account.clone(),
            to: self.clearing()?,
            amount: receipt.internal_amount,
        })
    }
}

/// The same case, with what the provider says now.
fn telling(event: Event, told: Confirmed) -> Event {
    match event {
        Event::CaseOpened { mut case } => {
            case.told = Some(told);
            Event::CaseOpened { case }
        }
        other => other,
    }
}

/// Whether a report says what was not known before.
fn is_new(report: &Report, known: Option<&Payment>) -> bool {
    let Some(payment) = known else { return true };
    let names = payment.names.is_none() && report.names.is_some() && !payment.standing.has_receipt();
    names
        || match &report.told {
            Told::Pending => false,
            Told::Confirmed { .. } => payment.confirmed.is_none(),
            Told::Failed => payment.failed_at.is_none_or(|failed| failed < report.at),
            Told::Reversed { .. } => payment.reversed_at.is_none(),
        }
}

fn told(report: &Report, id: &GatewayReceiptId) -> Event {
    Event::PaymentTold {
        payment: id.clone(),
        provider: report.provider.clone(),
        reference: report.reference.clone(),
        names: report.names.clone(),
        what: report.told.clone(),
        at: report.at,
    }
}
