//! Decisions: what each command comes to in each state. Pure and total; refusals come in a fixed order.

mod show;

use std::sync::Arc;

use earnest_base::{Seconds, Timestamp};

use crate::{
    Answer, Command, Fact, Failure, Grants, Kept, KeptUntil, Refusal, Settled, Step, Terms, Underway,
    record::{Record, Second, Stage},
};

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happens; nothing where it has happened already.
    pub facts: Vec<Fact>,
    /// What is to be done next.
    pub answer: Answer,
}

impl Decision {
    fn of(fact: Fact, answer: Answer) -> Self {
        Self { facts: vec![fact], answer }
    }

    const fn nothing(answer: Answer) -> Self {
        Self { facts: Vec::new(), answer }
    }
}

impl Grants {
    /// Decides a command, changing nothing.
    ///
    /// # Errors
    /// Why nothing happens: see [`Refusal`].
    pub fn decide(&self, command: &Command, now: Timestamp) -> Result<Decision, Refusal> {
        match command {
            Command::Show(show) => self.show(show, now),
            Command::Leave(step) => self.leave(*step),
            Command::Stage { step, kept, terms } => self.stage_result(*step, kept, *terms, now),
            Command::Rest { step, underway, is_delivered } => self.rest(*step, underway.as_ref(), *is_delivered),
            Command::Grant { step, transaction, terms } => self.grant(*step, transaction, *terms, now),
            Command::Discard { step, failure, terms } => self.discard(*step, failure, *terms, now),
            Command::Sweep => Ok(self.sweep(now)),
        }
    }

    /// The record that a worker speaks of.
    fn worked(&self, step: Step) -> Result<&Record, Refusal> {
        self.records.get(&step.payment).ok_or(Refusal::Superseded)
    }

    fn leave(&self, step: Step) -> Result<Decision, Refusal> {
        match &self.worked(step)?.stage {
            Stage::Working { worker, .. } if *worker == step.worker => {
                Ok(Decision::of(Fact::Unserved { payment: step.payment }, Answer::Noted))
            }
            Stage::Unserved => Ok(Decision::nothing(Answer::Noted)),
            _ => Err(Refusal::Superseded),
        }
    }

    /// What comes after the lease counts for nothing: somebody else may be at it already, under another payment of the
    /// same identifier too.
    fn stage_result(&self, step: Step, kept: &Arc<Kept>, terms: Terms, now: Timestamp) -> Result<Decision, Refusal> {
        let record = self.worked(step)?;
        match &record.stage {
            Stage::Working { worker, until } if *worker == step.worker && now < *until => {
                let (until, kept_until) = (after(now, terms.settle_lease), later(record, now, terms));
                let staged = Fact::Staged { step, until, kept_until, kept: Arc::clone(kept) };
                Ok(Decision::of(staged, Answer::Noted))
            }
            Stage::Settling { worker, .. } if *worker == step.worker => Ok(Decision::nothing(Answer::Noted)),
            _ => Err(Refusal::Superseded),
        }
    }

    fn rest(&self, step: Step, underway: Option<&Arc<Underway>>, is_delivered: bool) -> Result<Decision, Refusal> {
        match &self.worked(step)?.stage {
            Stage::Settling { worker, is_delivered: before, underway: known, .. } if *worker == step.worker => {
                let rested = Fact::Rested {
                    payment: step.payment,
                    // What was known of it stays known where nothing is known now.
                    underway: underway.or(known.as_ref()).cloned(),
                    is_delivered: is_delivered || *before,
                };
                Ok(Decision::of(rested, Answer::Noted))
            }
            Stage::Staged { .. } => Ok(Decision::nothing(Answer::Noted)),
            _ => Err(Refusal::Superseded),
        }
    }

    fn grant(&self, step: Step, transaction: &str, terms: Terms, now: Timestamp) -> Result<Decision, Refusal> {
        let record = self.worked(step)?;
        match &record.stage {
            Stage::Settling { worker, kept, is_delivered, .. } if *worker == step.worker => {
                let settled = Settled { transaction: transaction.into(), at: now };
                let kept_until = match record.identified {
                    Some(_) => later(record, now, terms),
                    None => KeptUntil(Second::not_before(record.lapses_at)),
                };
                let (kept, is_delivered) = (Arc::clone(kept), *is_delivered);
                let granted = Fact::Granted { step, kept_until, settled: settled.clone() };
                Ok(Decision::of(granted, Answer::Deliver { kept, settled, is_delivered }))
            }
            Stage::Granted { worker, kept: Some((kept, settled)) } if *worker == step.worker => {
                Ok(Decision::nothing(Answer::Again { kept: Arc::clone(kept), settled: settled.clone() }))
            }
            // Its own word once more, of a result that is not kept any longer: who says it has the result at hand.
            Stage::Granted { worker, kept: None } if *worker == step.worker => Ok(Decision::nothing(Answer::Noted)),
            _ => Err(Refusal::Superseded),
        }
    }

    fn discard(&self, step: Step, failure: &Failure, terms: Terms, now: Timestamp) -> Result<Decision, Refusal> {
        let record = self.worked(step)?;
        match &record.stage {
            Stage::Settling { worker, .. } if *worker == step.worker => {
                let (payment, kept_until) = (step.payment, later(record, now, terms));
                let discarded = Fact::Discarded { payment, kept_until, failure: failure.clone() };
                Ok(Decision::of(discarded, Answer::Noted))
            }
            Stage::Discarded { failure: known } if known == failure => Ok(Decision::nothing(Answer::Noted)),
            _ => Err(Refusal::Superseded),
        }
    }

    fn sweep(&self, now: Timestamp) -> Decision {
        let by = Second::passed(now);
        match self.timers.first() {
            Some((second, _)) if *second <= by => Decision::of(Fact::Swept { by: KeptUntil(by) }, Answer::Noted),
            _ => Decision::nothing(Answer::Noted),
        }
    }
}

/// How long an outcome is kept: for its life, and never shorter than its authorisation could be shown anew.
fn later(record: &Record, now: Timestamp, terms: Terms) -> KeptUntil {
    KeptUntil(Second::not_before(after(now, terms.life).max(record.lapses_at)))
}

/// A moment later; where time ends, the last one.
fn after(now: Timestamp, span: Seconds) -> Timestamp {
    now.after(span).unwrap_or(Timestamp::LAST)
}
