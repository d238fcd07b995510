//! Why an event does not apply to a payment.

use earnest_base::Timestamp;

use crate::{FailedReason, State};

/// Why an event does not apply. Where several hold, the first in this order is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The event is another payment's.
    #[error("expected an event of this payment, found one of another")]
    OtherPayment,
    /// The payment has ended: nothing changes it, the same event again included.
    #[error("expected a payment in flight, found {state}, which ends it; {event} changes nothing")]
    Terminal {
        /// The state that it ended in.
        state: State,
        /// The event's word.
        event: &'static str,
    },
    /// No transition leaves this state by this event.
    #[error("expected an event that {state} knows, found {event}")]
    NoTransition {
        /// The state.
        state: State,
        /// The event's word.
        event: &'static str,
    },
    /// The relay cannot find this reason on its own in this state.
    #[error("expected a reason that {state} can fail for, found {}", reason.as_str())]
    ReasonNotOfState {
        /// The state.
        state: State,
        /// The reason that was given.
        reason: FailedReason,
    },
    /// The payment's time is not over.
    #[error("expected the deadline {deadline} to have passed, found {at}")]
    DeadlineAhead {
        /// The payment's deadline.
        deadline: Timestamp,
        /// When the event says it is.
        at: Timestamp,
    },
    /// A new deadline must lie ahead.
    #[error("expected a deadline after {at}, found {deadline}")]
    DeadlineNotAhead {
        /// The deadline that was given.
        deadline: Timestamp,
        /// When the event says it is.
        at: Timestamp,
    },
    /// A new deadline must not outlast the authorisation.
    #[error("expected a deadline until {lapses_at}, when the authorisation ends, found {deadline}")]
    DeadlineBeyondLapse {
        /// The deadline that was given.
        deadline: Timestamp,
        /// When the authorisation ends.
        lapses_at: Timestamp,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherPayment => "other-payment",
            Self::Terminal { .. } => "terminal",
            Self::NoTransition { .. } => "no-transition",
            Self::ReasonNotOfState { .. } => "reason-not-of-state",
            Self::DeadlineAhead { .. } => "deadline-ahead",
            Self::DeadlineNotAhead { .. } => "deadline-not-ahead",
            Self::DeadlineBeyondLapse { .. } => "deadline-beyond-lapse",
        }
    }
}
