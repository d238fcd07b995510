//! The transition function: a payment and an event make the next payment, or a refusal (decision P2).

use earnest_base::{PaymentId, Text, Timestamp};

use crate::{
    Broadcasting, Cause, Confirmed, Event, Failed, FailedReason, Mempool, Payment, Queued, Refusal, Replaced, State,
    Submitted, Waits,
};

/// Applies an event to a payment. Total and pure: the same payment and event make the same result, for ever.
///
/// # Errors
/// Why the event does not apply; the order of [`Refusal`] is the precedence.
///
/// ```
/// use earnest_payment::{Cause, Event, Payment, Refusal, apply};
///
/// let at = "2026-04-01T06:00:00Z".parse()?;
/// let later = "2026-04-01T06:05:00Z".parse()?;
/// let payment = Payment::submit("pay_01".parse()?, at, later, later)?;
/// let event = Event { payment_id: "pay_01".parse()?, at, cause: Cause::Dispatched { deadline: later } };
/// assert_eq!(apply(&payment, &event).unwrap_err().code(), "no-transition");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(payment: &Payment, event: &Event) -> Result<Payment, Refusal> {
    if event.payment_id != *payment.payment_id() {
        return Err(Refusal::OtherPayment);
    }
    match payment {
        Payment::Submitted(state) => state.apply(event.at, &event.cause),
        Payment::Queued(state) => state.apply(event.at, &event.cause),
        Payment::Broadcasting(state) => state.apply(event.at, &event.cause),
        Payment::Mempool(state) => state.apply(event.at, &event.cause),
        Payment::Confirmed(_) | Payment::Failed(_) | Payment::Replaced(_) => {
            Err(Refusal::Terminal { state: payment.state(), event: event.cause.as_str() })
        }
    }
}

impl Submitted {
    fn apply(&self, at: Timestamp, cause: &Cause) -> Result<Payment, Refusal> {
        match cause {
            Cause::Enqueued { waits, deadline } => Ok(Payment::Queued(Queued {
                payment_id: self.payment_id.clone(),
                lapses_at: self.lapses_at,
                deadline: deadline_within(at, *deadline, self.lapses_at)?,
                waits: *waits,
            })),
            Cause::Failed { reason, detail } => {
                possible(*reason, State::Submitted)?;
                Ok(unsent(&self.payment_id, at, *reason, detail.as_ref()))
            }
            Cause::DeadlinePassed => {
                passed(self.deadline, at)?;
                Ok(unsent(&self.payment_id, at, FailedReason::QueueUnavailable, None))
            }
            Cause::Waiting { .. }
            | Cause::Dispatched { .. }
            | Cause::Returned { .. }
            | Cause::Accepted { .. }
            | Cause::Observed { .. }
            | Cause::Confirmed { .. }
            | Cause::Aborted { .. }
            | Cause::Replaced { .. } => no_transition(State::Submitted, cause),
        }
    }
}

impl Queued {
    fn apply(&self, at: Timestamp, cause: &Cause) -> Result<Payment, Refusal> {
        match cause {
            Cause::Waiting { waits, deadline } => Ok(Payment::Queued(Self {
                deadline: deadline_within(at, *deadline, self.lapses_at)?,
                waits: *waits,
                ..self.clone()
            })),
            Cause::Dispatched { deadline } => Ok(Payment::Broadcasting(Broadcasting {
                payment_id: self.payment_id.clone(),
                lapses_at: self.lapses_at,
                deadline: deadline_within(at, *deadline, self.lapses_at)?,
            })),
            Cause::Failed { reason, detail } => {
                possible(*reason, State::Queued)?;
                Ok(unsent(&self.payment_id, at, *reason, detail.as_ref()))
            }
            Cause::DeadlinePassed => {
                passed(self.deadline, at)?;
                Ok(unsent(&self.payment_id, at, self.waits.reason_at_deadline(), None))
            }
            Cause::Enqueued { .. }
            | Cause::Returned { .. }
            | Cause::Accepted { .. }
            | Cause::Observed { .. }
            | Cause::Confirmed { .. }
            | Cause::Aborted { .. }
            | Cause::Replaced { .. } => no_transition(State::Queued, cause),
        }
    }
}

impl Broadcasting {
    fn apply(&self, at: Timestamp, cause: &Cause) -> Result<Payment, Refusal> {
        match cause {
            Cause::Returned { setback, deadline } => Ok(Payment::Queued(Queued {
                payment_id: self.payment_id.clone(),
                lapses_at: self.lapses_at,
                deadline: deadline_within(at, *deadline, self.lapses_at)?,
                waits: Waits::Retry { after: *setback },
            })),
            Cause::Accepted { txid } => Ok(Payment::Mempool(Mempool {
                payment_id: self.payment_id.clone(),
                txid: txid.clone(),
                lapses_at: self.lapses_at,
            })),
            Cause::Failed { reason, detail } => {
                possible(*reason, State::Broadcasting)?;
                Ok(unsent(&self.payment_id, at, *reason, detail.as_ref()))
            }
            Cause::DeadlinePassed => {
                passed(self.deadline, at)?;
                Ok(unsent(&self.payment_id, at, FailedReason::BroadcastFailure, None))
            }
            Cause::Enqueued { .. }
            | Cause::Waiting { .. }
            | Cause::Dispatched { .. }
            | Cause::Observed { .. }
            | Cause::Confirmed { .. }
            | Cause::Aborted { .. }
            | Cause::Replaced { .. } => no_transition(State::Broadcasting, cause),
        }
    }
}

impl Mempool {
    fn apply(&self, at: Timestamp, cause: &Cause) -> Result<Payment, Refusal> {
        match cause {
            Cause::Observed { news: _, txid } => Ok(Payment::Mempool(Self { txid: txid.clone(), ..self.clone() })),
            Cause::Confirmed { txid, block_height, explorer_url } => Ok(Payment::Confirmed(Confirmed {
                payment_id: self.payment_id.clone(),
                txid: txid.clone(),
                block_height: *block_height,
                confirmed_at: at,
                explorer_url: explorer_url.clone(),
            })),
            Cause::Failed { reason, .. } => Err(Refusal::ReasonNotOfState { state: State::Mempool, reason: *reason }),
            Cause::Aborted { detail } => Ok(self.aborted(at, detail.as_ref())),
            Cause::DeadlinePassed => {
                passed(self.lapses_at, at)?;
                Ok(self.aborted(at, None))
            }
            Cause::Replaced { reason, by } => Ok(Payment::Replaced(Replaced {
                payment_id: self.payment_id.clone(),
                reason: *reason,
                txid: self.txid.clone(),
                replaced_at: at,
                replaced_by: by.clone(),
            })),
            Cause::Enqueued { .. }
            | Cause::Waiting { .. }
            | Cause::Dispatched { .. }
            | Cause::Returned { .. }
            | Cause::Accepted { .. } => no_transition(State::Mempool, cause),
        }
    }

    fn aborted(&self, at: Timestamp, detail: Option<&Text>) -> Payment {
        let txid = Some(self.txid.clone());
        let payment_id = self.payment_id.clone();
        let reason = FailedReason::ChainAbort;
        Payment::Failed(Failed { payment_id, reason, failed_at: at, txid, detail: detail.cloned() })
    }
}

/// A failure of a payment that the rail never took.
fn unsent(payment_id: &PaymentId, at: Timestamp, reason: FailedReason, detail: Option<&Text>) -> Payment {
    let payment_id = payment_id.clone();
    Payment::Failed(Failed { payment_id, reason, failed_at: at, txid: None, detail: detail.cloned() })
}

fn no_transition(state: State, cause: &Cause) -> Result<Payment, Refusal> {
    Err(Refusal::NoTransition { state, event: cause.as_str() })
}

fn possible(reason: FailedReason, state: State) -> Result<(), Refusal> {
    if reason.is_possible_in(state) { Ok(()) } else { Err(Refusal::ReasonNotOfState { state, reason }) }
}

fn passed(deadline: Timestamp, at: Timestamp) -> Result<(), Refusal> {
    if at >= deadline { Ok(()) } else { Err(Refusal::DeadlineAhead { deadline, at }) }
}

/// A deadline that lies ahead, and not beyond the authorisation's end.
pub(crate) fn deadline_within(at: Timestamp, deadline: Timestamp, lapses_at: Timestamp) -> Result<Timestamp, Refusal> {
    if deadline <= at {
        Err(Refusal::DeadlineNotAhead { deadline, at })
    } else if deadline > lapses_at {
        Err(Refusal::DeadlineBeyondLapse { deadline, lapses_at })
    } else {
        Ok(deadline)
    }
}
