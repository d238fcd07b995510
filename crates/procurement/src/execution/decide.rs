//! Whether a command moves an execution, was taken before, or is refused.

use earnest_base::Timestamp;

use super::{
    End, EndCause, Execution, ExecutionCommand, ExecutionEvent, ExecutionRefusal, Expiry, Payout, ReceiptState,
    RefundCause, ReleaseCause, Word, apply_execution,
};
use crate::Decision;

/// Decides a command. Total and pure: the same execution, command and moment make the same decision, for ever.
///
/// `at` is the moment by the clock that rules the command: the escrow's for what it decided or received (E11).
///
/// # Errors
/// Why it is not taken; the order of [`ExecutionRefusal`] is the precedence.
pub fn decide_execution(
    execution: &Execution,
    command: &ExecutionCommand,
    at: Timestamp,
) -> Result<Decision<ExecutionEvent>, ExecutionRefusal> {
    if is_present(execution, command)? {
        return Ok(Decision::AlreadyPresent);
    }
    let event = ExecutionEvent { at, command: command.clone() };
    apply_execution(execution, &event)?;
    in_time(execution, command, at)?;
    Ok(Decision::Moves(event))
}

/// Whether the same was taken before. What contradicts what was taken is refused here, in every state (T22, T23).
fn is_present(execution: &Execution, command: &ExecutionCommand) -> Result<bool, ExecutionRefusal> {
    let same = |present: bool, refusal: ExecutionRefusal| if present { Ok(true) } else { Err(refusal) };
    match command {
        ExecutionCommand::SelectOffer { order } => match execution.order() {
            Some(known) => same(known == order, ExecutionRefusal::OtherContract),
            None => Ok(false),
        },
        ExecutionCommand::Contract { terms } => match execution.terms() {
            Some(known) => same(known == terms, ExecutionRefusal::OtherContract),
            None => Ok(false),
        },
        ExecutionCommand::Abandon => Ok(matches!(execution, Execution::Unfunded(_))),
        ExecutionCommand::Dispatch => Ok(matches!(
            execution,
            Execution::Dispatched(_)
                | Execution::AwaitingAcceptance(_)
                | Execution::AwaitingManualRelease(_)
                | Execution::Disputed(_)
        )),
        ExecutionCommand::Deliver { delivered } => match execution.delivered() {
            Some(known) => same(
                known.digest == delivered.digest,
                ExecutionRefusal::OtherDelivery { expected: known.digest.clone(), found: delivered.digest.clone() },
            ),
            None => Ok(false),
        },
        ExecutionCommand::RequestAccept { decision } => Ok(matches!(execution, Execution::AwaitingAcceptance(state)
                if matches!(&state.word, Word::Accepted { decision: known } if known == decision))
            || matches!(execution, Execution::Released(End { cause: ReleaseCause::Accepted { decision: known }, .. })
                    if known == decision)),
        ExecutionCommand::RequestReject { decision } => Ok(matches!(execution, Execution::AwaitingAcceptance(state)
                if matches!(&state.word, Word::Rejected { decision: known } if known == decision))
            || matches!(execution.ended().map(|ended| ended.cause),
                    Some(EndCause::Rejected(super::RejectionCause::ByBuyer { decision: known })) if known == decision)),
        ExecutionCommand::HoldDisputed { dispute } => {
            Ok(matches!(execution, Execution::Disputed(state) if state.dispute == *dispute))
        }
        ExecutionCommand::HoldReleased { .. }
        | ExecutionCommand::HoldSplit { .. }
        | ExecutionCommand::HoldRefunded { .. }
        | ExecutionCommand::EndFree { .. } => Ok(is_this_end(execution, command)),
        ExecutionCommand::PersistReceipt { receipt } => match execution.ended().map(|ended| ended.receipt) {
            Some(ReceiptState::Persisted { receipt: known }) => same(
                known == receipt,
                ExecutionRefusal::OtherReceipt { expected: known.clone(), found: receipt.clone() },
            ),
            Some(ReceiptState::Due) | None => Ok(false),
        },
    }
}

/// Whether an execution ended by just this.
fn is_this_end(execution: &Execution, command: &ExecutionCommand) -> bool {
    let Some(ended) = execution.ended() else { return false };
    match (command, ended.payout) {
        (ExecutionCommand::HoldReleased { cause, transfer }, Payout::Released { transfer: known }) => {
            known == transfer && ended.cause == EndCause::Released(cause)
        }
        (
            ExecutionCommand::HoldSplit { release, refund, .. },
            Payout::Split { release: known_release, refund: known_refund },
        ) => (release, refund) == (known_release, known_refund),
        (ExecutionCommand::HoldRefunded { cause, transfer }, Payout::Refunded { transfer: known }) => {
            known == transfer && ended.cause == cause.seen()
        }
        (ExecutionCommand::EndFree { cause }, Payout::Nothing) => ended.cause == cause.seen(),
        _ => false,
    }
}

impl RefundCause {
    /// The same, as an end tells it.
    pub(super) const fn seen(&self) -> EndCause<'_> {
        match self {
            Self::Failed(cause) => EndCause::Failed(cause),
            Self::Rejected(cause) => EndCause::Rejected(cause),
            Self::Expired(Expiry) => EndCause::Expired,
            Self::Canceled(cause) => EndCause::Canceled(cause),
        }
    }
}

/// The windows of the contract: until when a side may speak, and from when on a timer does.
fn in_time(execution: &Execution, command: &ExecutionCommand, at: Timestamp) -> Result<(), ExecutionRefusal> {
    let Some(terms) = execution.terms() else { return Ok(()) };
    let deadlines = terms.deadlines;
    let passed = |deadline: Timestamp| {
        if at >= deadline { Ok(()) } else { Err(ExecutionRefusal::DeadlineAhead { deadline, at }) }
    };
    let until = |code: &'static str, deadline: Timestamp| {
        let late = ExecutionRefusal::TooLate { code, deadline, inclusive: true, at };
        if at <= deadline { Ok(()) } else { Err(late) }
    };
    let before = |code: &'static str, deadline: Timestamp, at: Timestamp| {
        let late = ExecutionRefusal::TooLate { code, deadline, inclusive: false, at };
        if at < deadline { Ok(()) } else { Err(late) }
    };
    match command {
        ExecutionCommand::Deliver { delivered } => before("work-by-passed", deadlines.work_by, delivered.at),
        ExecutionCommand::RequestAccept { .. } => before("auto-release-passed", deadlines.auto_release, at),
        ExecutionCommand::RequestReject { .. } => until("accept-by-passed", deadlines.accept_by),
        ExecutionCommand::HoldDisputed { .. } => until("dispute-window-closed", deadlines.dispute_by),
        ExecutionCommand::HoldReleased { cause: ReleaseCause::AutoReleased, .. } => passed(deadlines.auto_release),
        ExecutionCommand::HoldRefunded { cause: RefundCause::Expired(_), .. }
        | ExecutionCommand::EndFree { cause: RefundCause::Expired(_) } => passed(deadlines.work_by),
        _ => Ok(()),
    }
}
