//! The transitions of an execution.

use earnest_artifacts::vocabulary::ConfirmationMode;

use super::{
    AwaitingAcceptance, AwaitingManualRelease, CancelCause, Contracted, Delivered, Dispatched, Disputed, End,
    Execution, ExecutionCommand, ExecutionEvent, ExecutionRefusal, FailureCause, Opened, Payout, ReceiptState,
    RefundCause, RejectionCause, ReleaseCause, Terms, Unfunded, Word,
};

/// Applies an event. Total, pure and replayable: it asks no clock, since the moment of an event was judged when it was
/// decided.
///
/// # Errors
/// Where the event is not one of this execution.
pub fn apply_execution(execution: &Execution, event: &ExecutionEvent) -> Result<Execution, ExecutionRefusal> {
    let next = match (execution, &event.command) {
        (Execution::CollectingOffers(_), ExecutionCommand::SelectOffer { order }) => {
            Some(Execution::Opened(Opened { order: order.clone() }))
        }
        (Execution::CollectingOffers(_), _) => None,
        (Execution::Opened(state), _) => state.apply(event)?,
        (Execution::Contracted(state), _) => state.apply(event)?,
        (Execution::Dispatched(state), _) => state.apply(event)?,
        (Execution::AwaitingAcceptance(state), _) => state.apply(event)?,
        (Execution::AwaitingManualRelease(state), _) => state.apply(event)?,
        (Execution::Disputed(state), _) => state.apply(event)?,
        (Execution::Released(end), _) => end.told(event).map(Execution::Released),
        (Execution::Failed(end), _) => end.told(event).map(Execution::Failed),
        (Execution::Rejected(end), _) => end.told(event).map(Execution::Rejected),
        (Execution::Expired(end), _) => end.told(event).map(Execution::Expired),
        (Execution::Canceled(end), _) => end.told(event).map(Execution::Canceled),
        (Execution::Unfunded(_), _) => None,
    };
    next.ok_or_else(|| {
        let (state, command) = (execution.state(), event.command.as_str());
        if state.is_terminal() {
            ExecutionRefusal::Terminal { state, command }
        } else {
            ExecutionRefusal::NoTransition { state, command }
        }
    })
}

impl Opened {
    fn apply(&self, event: &ExecutionEvent) -> Result<Option<Execution>, ExecutionRefusal> {
        match &event.command {
            ExecutionCommand::Contract { terms } if terms.order != self.order => Err(ExecutionRefusal::OtherContract),
            ExecutionCommand::Contract { terms } => {
                Ok(Some(Execution::Contracted(Contracted { terms: terms.clone() })))
            }
            ExecutionCommand::Abandon => {
                Ok(Some(Execution::Unfunded(Unfunded { order: self.order.clone(), at: event.at })))
            }
            _ => Ok(None),
        }
    }
}

impl Contracted {
    fn apply(&self, event: &ExecutionEvent) -> Result<Option<Execution>, ExecutionRefusal> {
        let terms = &self.terms;
        match &event.command {
            ExecutionCommand::Dispatch => Ok(Some(Execution::Dispatched(Dispatched { terms: terms.clone() }))),
            _ => undelivered(
                terms,
                event,
                |cause| !matches!(cause, RefundCause::Rejected(cause) if !matches!(cause, RejectionCause::ByProvider)),
            ),
        }
    }
}

impl Dispatched {
    fn apply(&self, event: &ExecutionEvent) -> Result<Option<Execution>, ExecutionRefusal> {
        let terms = self.terms.clone();
        match &event.command {
            ExecutionCommand::Deliver { delivered } => Ok(Some(awaiting(terms, delivered.clone(), event))),
            _ => undelivered(&self.terms, event, |cause| {
                matches!(
                    cause,
                    RefundCause::Failed(FailureCause::ByProvider)
                        | RefundCause::Rejected(RejectionCause::ByProvider)
                        | RefundCause::Expired(_)
                        | RefundCause::Canceled(CancelCause::WorkflowTimeout { .. })
                )
            }),
        }
    }
}

/// Where a delivery leads: who has the word is for the confirmation to say. What is free needs no word (T27).
fn awaiting(terms: Terms, delivered: Delivered, event: &ExecutionEvent) -> Execution {
    if terms.hold.is_none() {
        return Execution::Released(ended(&terms, Some(&delivered), ReleaseCause::Free, Payout::Nothing, event));
    }
    match terms.mode {
        ConfirmationMode::SelfConfirmed | ConfirmationMode::ArbiterConfirmed => {
            Execution::AwaitingAcceptance(AwaitingAcceptance { terms, delivered, word: Word::Silent })
        }
        ConfirmationMode::ManualReviewOnly => {
            Execution::AwaitingManualRelease(AwaitingManualRelease { terms, delivered })
        }
    }
}

/// The ends that nothing delivered can have.
fn undelivered(
    terms: &Terms,
    event: &ExecutionEvent,
    admits: impl Fn(&RefundCause) -> bool,
) -> Result<Option<Execution>, ExecutionRefusal> {
    match &event.command {
        ExecutionCommand::HoldRefunded { cause, transfer } if admits(cause) => {
            paid(terms)?;
            Ok(Some(refunded(terms, None, cause, Payout::Refunded { transfer: transfer.clone() }, event)))
        }
        ExecutionCommand::EndFree { cause } if admits(cause) => {
            if terms.hold.is_some() {
                return Err(ExecutionRefusal::OtherRail { paid: false });
            }
            Ok(Some(refunded(terms, None, cause, Payout::Nothing, event)))
        }
        _ => Ok(None),
    }
}

fn paid(terms: &Terms) -> Result<(), ExecutionRefusal> {
    if terms.hold.is_some() { Ok(()) } else { Err(ExecutionRefusal::OtherRail { paid: true }) }
}

impl AwaitingManualRelease {
    fn apply(&self, event: &ExecutionEvent) -> Result<Option<Execution>, ExecutionRefusal> {
        match &event.command {
            ExecutionCommand::HoldReleased { cause: ReleaseCause::ByOperator | ReleaseCause::Undecided, .. }
            | ExecutionCommand::HoldRefunded { cause: RefundCause::Rejected(RejectionCause::Undecided), .. } => {
                Ok(concluded(&self.terms, &self.delivered, event))
            }
            ExecutionCommand::RequestAccept { .. }
            | ExecutionCommand::RequestReject { .. }
            | ExecutionCommand::HoldDisputed { .. }
            | ExecutionCommand::HoldReleased { .. } => {
                Err(ExecutionRefusal::OtherMode { command: event.command.as_str() })
            }
            _ => Ok(None),
        }
    }
}

impl Disputed {
    fn apply(&self, event: &ExecutionEvent) -> Result<Option<Execution>, ExecutionRefusal> {
        match &event.command {
            ExecutionCommand::HoldReleased {
                cause: ReleaseCause::ByArbiter { .. } | ReleaseCause::Undecided, ..
            }
            | ExecutionCommand::HoldRefunded {
                cause: RefundCause::Rejected(RejectionCause::ByArbiter { .. } | RejectionCause::Undecided),
                ..
            }
            | ExecutionCommand::HoldSplit { .. } => Ok(concluded(&self.terms, &self.delivered, event)),
            _ => Ok(None),
        }
    }
}

/// The end of something delivered, as the escrow decided it.
pub(super) fn concluded(terms: &Terms, delivered: &Delivered, event: &ExecutionEvent) -> Option<Execution> {
    let delivered = Some(delivered);
    match &event.command {
        ExecutionCommand::HoldReleased { cause, transfer } => {
            let payout = Payout::Released { transfer: transfer.clone() };
            Some(Execution::Released(ended(terms, delivered, cause.clone(), payout, event)))
        }
        ExecutionCommand::HoldSplit { decision, release, refund } => {
            let payout = Payout::Split { release: release.clone(), refund: refund.clone() };
            let cause = ReleaseCause::ByArbiter { decision: decision.clone() };
            Some(Execution::Released(ended(terms, delivered, cause, payout, event)))
        }
        ExecutionCommand::HoldRefunded { cause, transfer } => {
            let payout = Payout::Refunded { transfer: transfer.clone() };
            Some(refunded(terms, delivered, cause, payout, event))
        }
        _ => None,
    }
}

fn refunded(
    terms: &Terms,
    delivered: Option<&Delivered>,
    cause: &RefundCause,
    payout: Payout,
    event: &ExecutionEvent,
) -> Execution {
    match cause {
        RefundCause::Failed(cause) => Execution::Failed(ended(terms, delivered, cause.clone(), payout, event)),
        RefundCause::Rejected(cause) => Execution::Rejected(ended(terms, delivered, cause.clone(), payout, event)),
        RefundCause::Expired(cause) => Execution::Expired(ended(terms, delivered, *cause, payout, event)),
        RefundCause::Canceled(cause) => Execution::Canceled(ended(terms, delivered, cause.clone(), payout, event)),
    }
}

fn ended<C>(terms: &Terms, delivered: Option<&Delivered>, cause: C, payout: Payout, event: &ExecutionEvent) -> End<C> {
    let (terms, delivered) = (terms.clone(), delivered.cloned());
    End { terms, delivered, cause, payout, at: event.at, receipt: ReceiptState::Due }
}

impl<C: Clone> End<C> {
    /// The end with its receipt. Nothing else changes it.
    fn told(&self, event: &ExecutionEvent) -> Option<Self> {
        match (&event.command, &self.receipt) {
            (ExecutionCommand::PersistReceipt { receipt }, ReceiptState::Due) => {
                Some(Self { receipt: ReceiptState::Persisted { receipt: receipt.clone() }, ..self.clone() })
            }
            _ => None,
        }
    }
}
