//! Applying facts. Total over the facts that decisions make; one that fits no state tells that what is replayed is not
//! what was stored.

use std::sync::Arc;

use earnest_base::Timestamp;

use crate::{
    Fact, Grants, Kept, KeptUntil, PaymentKey, Reserved, Settled, Step,
    record::{Record, Second, Stage},
};

/// A fact that does not follow from the state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {payment:?} otherwise")]
pub struct ApplyError {
    /// What should have been.
    pub expected: &'static str,
    /// The payment.
    pub payment: PaymentKey,
}

const fn misfit(expected: &'static str, payment: PaymentKey) -> ApplyError {
    ApplyError { expected, payment }
}

impl Grants {
    /// Takes a fact.
    ///
    /// # Errors
    /// [`ApplyError`]; the state is as it was.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), ApplyError> {
        match fact {
            Fact::Reserved(reserved) => self.reserved(reserved),
            Fact::Resumed { step, until } => self.resumed(*step, *until),
            Fact::Unserved { payment } => self.change(*payment, "a payment at work", |record| {
                matches!(record.stage, Stage::Working { .. }).then_some((Stage::Unserved, None))
            }),
            Fact::Staged { step, until, kept_until, kept } => self.staged(*step, *until, *kept_until, kept),
            Fact::TakenUp { step, until } => self.taken_up(*step, *until),
            Fact::Rested { payment, underway, is_delivered } => {
                let (underway, is_delivered) = (underway.clone(), *is_delivered);
                self.change(*payment, "a payment that is being settled", |record| match &record.stage {
                    Stage::Settling { kept, .. } => {
                        Some((Stage::Staged { kept: Arc::clone(kept), underway, is_delivered }, None))
                    }
                    _ => None,
                })
            }
            Fact::Granted { step, kept_until, settled } => self.granted(*step, *kept_until, settled),
            Fact::Discarded { payment, kept_until, failure } => {
                let stage = Stage::Discarded { failure: failure.clone() };
                self.change(*payment, "a payment that is being settled", |record| {
                    matches!(record.stage, Stage::Settling { .. }).then_some((stage, Some(kept_until.0)))
                })
            }
            Fact::Swept { by } => {
                self.swept(by.0);
                Ok(())
            }
        }
    }

    fn reserved(&mut self, reserved: &Reserved) -> Result<(), ApplyError> {
        let payment = reserved.payment;
        if self.records.contains_key(&payment) {
            return Err(misfit("a payment that was never shown", payment));
        }
        if let Some(identified) = &reserved.identified {
            self.identifiers.insert(identified.key, payment);
        }
        let record = Record {
            request: reserved.request,
            payload: reserved.payload,
            payer: reserved.payer,
            identified: reserved.identified,
            reserved_at: reserved.at,
            lapses_at: reserved.lapses_at,
            kept_until: Second::not_before(reserved.lapses_at),
            stage: Stage::Working { worker: reserved.worker, until: reserved.until },
        };
        self.enter(payment, record);
        Ok(())
    }

    fn resumed(&mut self, step: Step, until: Timestamp) -> Result<(), ApplyError> {
        self.change(step.payment, "a payment without a result", |record| {
            let is_free = matches!(record.stage, Stage::Unserved | Stage::Working { .. });
            is_free.then_some((Stage::Working { worker: step.worker, until }, None))
        })?;
        let identified = self.records.get(&step.payment).and_then(|record| record.identified);
        if let Some(identified) = identified {
            self.identifiers.insert(identified.key, step.payment);
        }
        Ok(())
    }

    fn staged(
        &mut self,
        step: Step,
        until: Timestamp,
        kept_until: KeptUntil,
        kept: &Arc<Kept>,
    ) -> Result<(), ApplyError> {
        self.change(step.payment, "a payment at work", |record| {
            let stage = Stage::Settling {
                worker: step.worker,
                until,
                kept: Arc::clone(kept),
                underway: None,
                is_delivered: false,
            };
            matches!(record.stage, Stage::Working { .. }).then_some((stage, Some(kept_until.0)))
        })
    }

    fn taken_up(&mut self, step: Step, until: Timestamp) -> Result<(), ApplyError> {
        self.change(step.payment, "a payment with a result", |record| match &record.stage {
            Stage::Staged { kept, underway, is_delivered } | Stage::Settling { kept, underway, is_delivered, .. } => {
                let (kept, underway, is_delivered) = (Arc::clone(kept), underway.clone(), *is_delivered);
                Some((Stage::Settling { worker: step.worker, until, kept, underway, is_delivered }, None))
            }
            _ => None,
        })
    }

    fn granted(&mut self, step: Step, kept_until: KeptUntil, settled: &Settled) -> Result<(), ApplyError> {
        self.change(step.payment, "a payment that is being settled", |record| match &record.stage {
            Stage::Settling { kept, .. } => {
                let kept = record.identified.map(|_| (Arc::clone(kept), settled.clone()));
                Some((Stage::Granted { worker: step.worker, kept }, Some(kept_until.0)))
            }
            _ => None,
        })
    }

    fn swept(&mut self, by: Second) {
        while let Some((second, payment)) = self.timers.first().copied()
            && second <= by
        {
            self.forget(&payment);
        }
    }

    /// Gives a payment another stage, where it fits, and another end, where one is named.
    fn change(
        &mut self,
        payment: PaymentKey,
        expected: &'static str,
        to: impl FnOnce(&Record) -> Option<(Stage, Option<Second>)>,
    ) -> Result<(), ApplyError> {
        let next = self.records.get(&payment).and_then(to);
        let (stage, kept_until) = next.ok_or_else(|| misfit(expected, payment))?;
        let mut record = self.take(&payment).ok_or_else(|| misfit(expected, payment))?;
        record.stage = stage;
        record.kept_until = kept_until.unwrap_or(record.kept_until);
        self.enter(payment, record);
        Ok(())
    }
}
