//! From transitions to traces. Whoever stores an event stores its traces with it; an event that moves nothing has none.

use earnest_base::Timestamp;

use super::{Trace, TraceEvent};
use crate::{
    Agreement, AgreementCommand, AgreementEvent, Correlation, Execution, ExecutionCommand, ExecutionEvent, Listing,
    ListingEvent, OrderRef, RefundCause, RejectionCause, ReleaseCause, Run, RunCommand, RunEvent, Word,
};

/// The trace of an order that was submitted.
#[must_use]
pub fn trace_submission(order: &OrderRef, at: Timestamp) -> Trace {
    Trace { event: TraceEvent::OrderSubmitted, at, correlation: order.into(), detail: None }
}

/// The traces of a step of the signing order. The hold is traced by the execution.
#[must_use]
pub fn trace_agreement(after: &Agreement, event: &AgreementEvent) -> Vec<Trace> {
    let trace = |event_word: TraceEvent, detail: Option<String>| {
        let mut correlation = Correlation::from(after.order());
        if let AgreementCommand::Admit { acceptance } = &event.command {
            correlation.contract = Some(acceptance.contract.clone());
            correlation.hold = acceptance.hold.clone();
        }
        vec![Trace { event: event_word, at: event.at, correlation, detail }]
    };
    match &event.command {
        AgreementCommand::Admit { .. } => trace(TraceEvent::OrderAccepted, None),
        AgreementCommand::Reject { classifier } => trace(TraceEvent::OrderRejected, Some(classifier.to_string())),
        AgreementCommand::Countersign { .. }
        | AgreementCommand::Decline
        | AgreementCommand::Fund { .. }
        | AgreementCommand::Lapse => Vec::new(),
    }
}

/// The traces of a step of an execution: the transition where the state changes, and what the step itself is.
#[must_use]
pub fn trace_execution(before: &Execution, event: &ExecutionEvent, after: &Execution) -> Vec<Trace> {
    let trace = |word: TraceEvent, detail: Option<String>| Trace {
        event: word,
        at: event.at,
        correlation: after.correlation(),
        detail,
    };
    let mut traces: Vec<Trace> = words(before, event).into_iter().map(|word| trace(word, None)).collect();
    let (from, to) = (before.state(), after.state());
    if from != to {
        let why = after.ended().map(|ended| format!(" ({})", ended.cause.as_str())).unwrap_or_default();
        traces.push(trace(TraceEvent::ExecutionTransition, Some(format!("{from} to {to}{why}"))));
    }
    traces
}

/// What a step is, besides a transition. A release or refund that follows from a word of the buyer's which was not heard
/// before tells that word too.
fn words(before: &Execution, event: &ExecutionEvent) -> Vec<TraceEvent> {
    let silent = matches!(before, Execution::AwaitingAcceptance(state) if state.word == Word::Silent);
    match &event.command {
        ExecutionCommand::Contract { terms } if terms.hold.is_some() => vec![TraceEvent::HoldCreated],
        ExecutionCommand::Deliver { .. } => vec![TraceEvent::ResponseDelivered],
        ExecutionCommand::RequestAccept { .. } => vec![TraceEvent::ResponseAcceptRequested],
        ExecutionCommand::RequestReject { .. } => vec![TraceEvent::ResponseRejectRequested],
        ExecutionCommand::HoldDisputed { .. } => vec![TraceEvent::DisputeOpened],
        ExecutionCommand::HoldReleased { cause: ReleaseCause::Accepted { .. }, .. } if silent => {
            vec![TraceEvent::ResponseAcceptRequested, TraceEvent::HoldReleased]
        }
        ExecutionCommand::HoldRefunded { cause: RefundCause::Rejected(RejectionCause::ByBuyer { .. }), .. }
            if silent =>
        {
            vec![TraceEvent::ResponseRejectRequested, TraceEvent::HoldRefunded]
        }
        ExecutionCommand::HoldReleased { .. } => vec![TraceEvent::HoldReleased],
        ExecutionCommand::HoldSplit { .. } => vec![TraceEvent::HoldReleased, TraceEvent::HoldRefunded],
        ExecutionCommand::HoldRefunded { .. } => vec![TraceEvent::HoldRefunded],
        ExecutionCommand::PersistReceipt { .. } => vec![TraceEvent::ReceiptPersisted],
        ExecutionCommand::SelectOffer { .. }
        | ExecutionCommand::Contract { .. }
        | ExecutionCommand::Abandon
        | ExecutionCommand::Dispatch
        | ExecutionCommand::EndFree { .. } => Vec::new(),
    }
}

/// The trace of a step of an offer's listing.
#[must_use]
pub fn trace_listing(after: &Listing, event: &ListingEvent, at: Timestamp) -> Trace {
    let (word, detail) = match event {
        ListingEvent::Published { .. } => (TraceEvent::OfferPublication, None),
        ListingEvent::Withdrawn { .. } => (TraceEvent::OfferExpiration, Some("withdrawn".to_owned())),
        ListingEvent::Expired { .. } => (TraceEvent::OfferExpiration, Some("expired".to_owned())),
    };
    let correlation =
        Correlation { offer: Some(after.offer().clone()), offer_seq: Some(after.seq()), ..Correlation::default() };
    Trace { event: word, at, correlation, detail }
}

/// The trace of a step of a run.
#[must_use]
pub fn trace_run(after: &Run, event: &RunEvent) -> Trace {
    let (word, phase, detail) = match &event.command {
        RunCommand::StartPhase { phase, attempt } => {
            (TraceEvent::PhaseStarted, Some(phase.clone()), Some(format!("attempt {attempt}")))
        }
        RunCommand::CompletePhase { phase } => (TraceEvent::PhaseCompleted, Some(phase.clone()), None),
        RunCommand::FailPhase { phase, attempt } => {
            (TraceEvent::PhaseFailed, Some(phase.clone()), Some(format!("attempt {attempt}")))
        }
        RunCommand::Complete => (TraceEvent::WorkflowCompleted, None, None),
        RunCommand::TimeOut => (TraceEvent::WorkflowTimeout, None, None),
    };
    let correlation = Correlation { run: Some(after.run.clone()), phase, ..Correlation::default() };
    Trace { event: word, at: event.at, correlation, detail }
}
