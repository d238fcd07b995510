//! From an offer to a receipt: the checks of an order, the order in which a contract is signed, the lifecycle of its
//! execution, deliveries, receipts, and which offer to choose. Pure: no clock, no I/O, no randomness.
//!
//! ```text
//! offer ── rank ──▶ order ── check_order ──▶ Admission, or Rejection with a classifier
//!   Agreement: submitted ─▶ admitted ─▶ countersigned ─▶ funded           who signs when, and what lapses
//!   Execution: opened ─▶ contracted ─▶ dispatched ─▶ awaiting … ─▶ end     mirrors what the escrow decides
//!   response ── check_delivery ──▶ Delivered        end ── draft_receipt ──▶ receipt, and who signs it
//! ```

mod agreement;
mod blobs;
mod classifier;
mod constraint;
mod contract;
mod correlation;
mod deadlines;
mod decision;
mod delivery;
mod execution;
mod image;
mod listing;
mod order;
mod queue;
mod receipt;
mod refusal;
mod restriction;
mod retry;
mod run;
mod scoring;
mod trace;
mod words;

pub use agreement::{
    Acceptance, Admitted, Agreement, AgreementCommand, AgreementEvent, AgreementRefusal, AgreementState, Countersigned,
    DeclinedOrder, Funded, LapsedOrder, RejectedOrder, Submitted, apply_agreement, decide_agreement,
};
pub use blobs::Blobs;
pub use classifier::{Classifier, Rejection};
pub use constraint::Constraint;
pub use contract::{
    CLOCK_SKEW_SECS, ContractCode, ContractIds, Deal, HoldTerms, check_contract, check_hold, draft_contract,
};
pub use correlation::{Correlation, OrderRef};
pub use deadlines::{CalendarError, Deadlines, funding_by};
pub use decision::Decision;
pub use delivery::{
    Answer, BrokenCriterion, DeliveryCode, DeliveryContext, RejectionCode, check_delivery, check_rejection,
    draft_response,
};
pub use execution::{
    AwaitingAcceptance, AwaitingManualRelease, CancelCause, CollectingOffers, Contracted, Delivered, Dispatched,
    Disputed, EXECUTION_COMMANDS, End, EndCause, Ended, Execution, ExecutionCommand, ExecutionEvent, ExecutionRefusal,
    ExecutionState, Expiry, FailureCause, Opened, Payout, ReceiptState, RefundCause, RejectionCause, ReleaseCause,
    Terms, Unfunded, Word, apply_execution, decide_execution,
};
pub use listing::{EndedOffer, Listed, Listing, ListingEvent, ListingRefusal};
pub use order::{Admission, Manner, OrderContext, check_order};
pub use queue::{Queue, SaturatedError, Slot};
pub use receipt::{
    ContractStatus, ReceiptCode, ReceiptDraft, Role, Signatories, Stand, StatusError, contract_status, draft_receipt,
    draft_receipt_of, draft_receipt_signed_by,
};
pub use refusal::Refusal;
pub use restriction::{ORDERING, PROVIDING, is_barred};
pub use retry::Backoff;
pub use run::{PhaseState, Run, RunCommand, RunEvent, RunRefusal, RunState};
pub use scoring::{Candidate, Reputation, Weights, rank};
pub use trace::{Trace, TraceEvent, trace_agreement, trace_execution, trace_listing, trace_run, trace_submission};

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
