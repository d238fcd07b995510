//! A delivery that waits for a word: the buyer's where the buyer confirms, an arbiter's where an arbiter does.

use earnest_artifacts::vocabulary::ConfirmationMode;

use super::{
    AwaitingAcceptance, Disputed, Execution, ExecutionCommand, ExecutionEvent, ExecutionRefusal, RefundCause,
    RejectionCause, ReleaseCause, Word, apply::concluded,
};

impl AwaitingAcceptance {
    pub(super) fn apply(&self, event: &ExecutionEvent) -> Result<Option<Execution>, ExecutionRefusal> {
        let said = |word: Word| Some(Execution::AwaitingAcceptance(Self { word, ..self.clone() }));
        match &event.command {
            ExecutionCommand::RequestAccept { decision } => {
                self.may_speak(event)?;
                Ok(said(Word::Accepted { decision: decision.clone() }))
            }
            ExecutionCommand::RequestReject { decision } => {
                self.may_speak(event)?;
                Ok(said(Word::Rejected { decision: decision.clone() }))
            }
            ExecutionCommand::HoldDisputed { dispute } => Ok(Some(Execution::Disputed(Disputed {
                terms: self.terms.clone(),
                delivered: self.delivered.clone(),
                dispute: dispute.clone(),
            }))),
            ExecutionCommand::HoldReleased { cause, .. } => {
                self.admits_release(cause, event)?;
                Ok(concluded(&self.terms, &self.delivered, event))
            }
            ExecutionCommand::HoldRefunded { cause: RefundCause::Rejected(cause), .. } => {
                self.admits_refund(cause, event)?;
                Ok(concluded(&self.terms, &self.delivered, event))
            }
            ExecutionCommand::HoldSplit { .. } => {
                self.is_confirmed_by(ConfirmationMode::ArbiterConfirmed, event)?;
                Ok(concluded(&self.terms, &self.delivered, event))
            }
            _ => Ok(None),
        }
    }

    fn is_confirmed_by(&self, mode: ConfirmationMode, event: &ExecutionEvent) -> Result<(), ExecutionRefusal> {
        let other = || ExecutionRefusal::OtherMode { command: event.command.as_str() };
        if self.terms.mode == mode { Ok(()) } else { Err(other()) }
    }

    /// The buyer has the word where no arbiter has it, and has not used it.
    fn may_speak(&self, event: &ExecutionEvent) -> Result<(), ExecutionRefusal> {
        match self.word {
            Word::Silent => self.is_confirmed_by(ConfirmationMode::SelfConfirmed, event),
            Word::Accepted { .. } | Word::Rejected { .. } => Err(ExecutionRefusal::OtherWord),
        }
    }

    /// A release by the buyer's word may be heard before the word itself; it must not contradict one that was heard.
    fn admits_release(&self, cause: &ReleaseCause, event: &ExecutionEvent) -> Result<(), ExecutionRefusal> {
        match cause {
            ReleaseCause::Accepted { decision } => {
                self.is_confirmed_by(ConfirmationMode::SelfConfirmed, event)?;
                match &self.word {
                    Word::Silent => Ok(()),
                    Word::Accepted { decision: said } if said == decision => Ok(()),
                    Word::Accepted { .. } | Word::Rejected { .. } => Err(ExecutionRefusal::OtherWord),
                }
            }
            ReleaseCause::AutoReleased => self.is_confirmed_by(ConfirmationMode::SelfConfirmed, event),
            ReleaseCause::ByArbiter { .. } | ReleaseCause::Undecided => {
                self.is_confirmed_by(ConfirmationMode::ArbiterConfirmed, event)
            }
            ReleaseCause::ByOperator | ReleaseCause::Free => {
                Err(ExecutionRefusal::OtherMode { command: event.command.as_str() })
            }
        }
    }

    fn admits_refund(&self, cause: &RejectionCause, event: &ExecutionEvent) -> Result<(), ExecutionRefusal> {
        match cause {
            RejectionCause::ByBuyer { decision } => {
                self.is_confirmed_by(ConfirmationMode::SelfConfirmed, event)?;
                match &self.word {
                    Word::Silent => Ok(()),
                    Word::Rejected { decision: said } if said == decision => Ok(()),
                    Word::Accepted { .. } | Word::Rejected { .. } => Err(ExecutionRefusal::OtherWord),
                }
            }
            RejectionCause::ByArbiter { .. } | RejectionCause::Undecided => {
                self.is_confirmed_by(ConfirmationMode::ArbiterConfirmed, event)
            }
            RejectionCause::ByProvider => Err(ExecutionRefusal::OtherMode { command: event.command.as_str() }),
        }
    }
}
