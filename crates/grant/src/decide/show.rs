//! A payment is shown: the one command that strangers cause.

use std::sync::Arc;

use earnest_base::Timestamp;

use super::{Decision, after};
use crate::{
    Answer, Doing, Fact, Grants, Identified, PaymentKey, Refusal, Reserved, Show, Step,
    record::{Record, Stage},
};

impl Grants {
    /// The faults in their order: an identifier that names another payment; another request; what became of the payment;
    /// its end; room; the payer's share.
    pub(super) fn show(&self, show: &Show, now: Timestamp) -> Result<Decision, Refusal> {
        if let Some(decided) = self.named(show, now)? {
            return Ok(decided);
        }
        match self.records.get(&show.payment) {
            None => self.reserve(show, now),
            Some(record) => self.again(record, show, now),
        }
    }

    /// What the identifier says, where it names something: `None` where the payment itself is looked at.
    fn named(&self, show: &Show, now: Timestamp) -> Result<Option<Decision>, Refusal> {
        let Some(identified) = &show.identified else { return Ok(None) };
        let Some((payment, record)) = self.bound(identified) else { return Ok(None) };
        if record.identified.map(|named| named.bound) != Some(identified.bound) {
            return Err(Refusal::IdentifierConflict);
        }
        if *payment == show.payment {
            return Ok(None);
        }
        // The payer signed again for the same. Where the first payment may still come to something, this one is not used.
        let told = match &record.stage {
            Stage::Unserved | Stage::Discarded { .. } => return Ok(None),
            Stage::Working { until, .. } if *until <= now => return Ok(None),
            Stage::Working { .. } => Answer::Busy { doing: Doing::Working, underway: None },
            Stage::Staged { underway, .. } | Stage::Settling { underway, .. } => {
                Answer::Busy { doing: Doing::Settling, underway: underway.clone() }
            }
            Stage::Granted { kept: Some((kept, settled)), .. } => {
                Answer::Again { kept: Arc::clone(kept), settled: settled.clone() }
            }
            Stage::Granted { kept: None, .. } => return Err(Refusal::AlreadyUsed),
        };
        Ok(Some(Decision::nothing(told)))
    }

    fn bound(&self, identified: &Identified) -> Option<(&PaymentKey, &Record)> {
        let payment = self.identifiers.get(&identified.key)?;
        self.records.get_key_value(payment)
    }

    fn reserve(&self, show: &Show, now: Timestamp) -> Result<Decision, Refusal> {
        // Time does not run backwards here, so a payment whose record went is refused for ever.
        if show.lapses_at <= now {
            return Err(Refusal::Over);
        }
        let terms = &show.terms;
        let names_more = show.identified.is_some_and(|named| !self.identifiers.contains_key(&named.key));
        if self.records.len() >= terms.payments_at_most
            || self.kept_bytes >= terms.kept_bytes_at_most
            || (names_more && self.identifiers.len() >= terms.identifiers_at_most)
        {
            return Err(Refusal::Full);
        }
        self.check_share(show)?;
        let until = after(now, terms.work_lease);
        let reserved = Reserved {
            payment: show.payment,
            request: show.request,
            payload: show.payload,
            payer: show.payer,
            at: now,
            lapses_at: show.lapses_at,
            identified: show.identified,
            worker: show.worker,
            until,
        };
        Ok(Decision::of(Fact::Reserved(Box::new(reserved)), Answer::Work { until }))
    }

    fn check_share(&self, show: &Show) -> Result<(), Refusal> {
        let open = self.open.get(&show.payer).copied().unwrap_or_default();
        if open >= show.terms.open_at_most { Err(Refusal::TooManyOpen) } else { Ok(()) }
    }

    fn again(&self, record: &Record, show: &Show, now: Timestamp) -> Result<Decision, Refusal> {
        if record.identified.map(|named| named.key) != show.identified.map(|named| named.key) {
            return Err(Refusal::IdentifierConflict);
        }
        if record.request != show.request {
            return Err(Refusal::OtherRequest);
        }
        let (step, terms) = (Step { payment: show.payment, worker: show.worker }, &show.terms);
        let busy = |doing, underway| Ok(Decision::nothing(Answer::Busy { doing, underway }));
        match &record.stage {
            Stage::Working { worker, until } if *worker == show.worker && now < *until => {
                Ok(Decision::nothing(Answer::Work { until: *until }))
            }
            Stage::Working { until, .. } if now < *until => busy(Doing::Working, None),
            Stage::Unserved | Stage::Working { .. } => {
                if record.lapses_at <= now {
                    return Err(Refusal::Over);
                }
                // One whose worker died counts as open already.
                if !record.stage.is_open() {
                    self.check_share(show)?;
                }
                let until = after(now, terms.work_lease);
                Ok(Decision::of(Fact::Resumed { step, until }, Answer::Work { until }))
            }
            Stage::Settling { worker, until, underway, .. } if *worker != show.worker && now < *until => {
                busy(Doing::Settling, underway.clone())
            }
            Stage::Settling { kept, is_delivered, .. } | Stage::Staged { kept, is_delivered, .. } => {
                let until = after(now, terms.settle_lease);
                let settle = Answer::Settle { kept: Arc::clone(kept), is_delivered: *is_delivered };
                Ok(Decision::of(Fact::TakenUp { step, until }, settle))
            }
            Stage::Granted { kept: Some((kept, settled)), .. } => {
                Ok(Decision::nothing(Answer::Again { kept: Arc::clone(kept), settled: settled.clone() }))
            }
            Stage::Granted { kept: None, .. } => Err(Refusal::AlreadyUsed),
            Stage::Discarded { failure } => Err(Refusal::Failed(failure.clone())),
        }
    }
}
