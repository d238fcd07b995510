//! Trace events: each derives from one transition, and so is written once (seed 002, "Trace Events").

mod derive;

use earnest_base::Timestamp;
use serde::{Deserialize, Serialize};

pub use derive::{trace_agreement, trace_execution, trace_listing, trace_run, trace_submission};

use crate::{Correlation, words::words};

words! {
    /// What happened, in the seed's words.
    TraceEvent {
        OfferPublication = "offer/publication", "A standing offer was published, or replaced by new terms.";
        OfferExpiration = "offer/expiration", "A standing offer's time is over, or it was withdrawn.";
        OrderSubmitted = "order/submitted", "The buyer submitted an order.";
        OrderAccepted = "order/accepted", "The provider admitted it, by itself or by hand.";
        OrderRejected = "order/rejected", "The provider refused it.";
        ExecutionTransition = "execution/transition", "The execution moved from state to state.";
        ResponseDelivered = "response/delivered", "A delivery passed the escrow's check.";
        ResponseAcceptRequested = "response/accept-requested", "The buyer accepted the delivery.";
        ResponseRejectRequested = "response/reject-requested", "The buyer rejected it.";
        DisputeOpened = "dispute/opened", "The buyer disputes it.";
        HoldCreated = "settlement/hold-created", "The escrow reserved the price.";
        HoldReleased = "settlement/hold-released", "The escrow paid the provider.";
        HoldRefunded = "settlement/hold-refunded", "The escrow paid the buyer back.";
        ReceiptPersisted = "settlement/receipt-persisted", "The receipt was stored.";
        PhaseStarted = "workflow/phase-started", "A phase of a run began.";
        PhaseCompleted = "workflow/phase-completed", "A phase of a run was completed.";
        PhaseFailed = "workflow/phase-failed", "A phase of a run failed; it is tried again, or the run ends.";
        WorkflowCompleted = "workflow/completed", "A run was completed.";
        WorkflowTimeout = "workflow/timeout", "A run was out of time.";
    }
}

/// A trace: what happened, when, and to which order, contract, hold, receipt, run and phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// What happened.
    pub event: TraceEvent,
    /// When.
    pub at: Timestamp,
    /// Whom it is about.
    pub correlation: Correlation,
    /// More about it, in one word: the states of a transition, a classifier, why something ended, an attempt.
    pub detail: Option<String>,
}
