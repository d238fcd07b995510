//! The one projection: what a look-up finds becomes the domain answer, and every transport answers from that.

use earnest_base::{PaymentId, TransactionId};

use crate::{Confirmed, Failed, NotFoundReason, Payment, Reason, Replaced, State, Tombstone, Waits};

/// What a look-up of a payment's identity finds.
#[derive(Debug, Clone, Copy)]
pub enum Lookup<'a> {
    /// Its record.
    Record(&'a Payment),
    /// What outlived its record.
    Tombstone(&'a Tombstone),
    /// Nothing: the relay never gave this identity.
    Nothing(&'a PaymentId),
}

/// The store cannot be asked. That says nothing about any payment, so it is no [`Answer`]: HTTP answers 503, RPC an
/// error, and nobody may take it for an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected to reach the store of payments, found it out of reach")]
pub struct Outage;

/// What is true of a payment, for whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is under way.
    InFlight(InFlight),
    /// It is paid.
    Confirmed(Confirmed),
    /// It ended without a payment.
    Failed(Failed),
    /// Another transaction took its place.
    Replaced(Replaced),
    /// Nothing stands under its identity.
    NotFound(NotFound),
}

/// A payment under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFlight {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// How far it is.
    pub progress: Progress,
}

/// How far a payment under way is. `submitted` is told as `queued`, since nobody outside can act on the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It waits to be sent.
    Queued {
        /// What it waits for.
        waits: Waits,
    },
    /// It is being sent.
    Broadcasting,
    /// The rail has taken it.
    Mempool {
        /// The transaction.
        txid: TransactionId,
    },
}

/// An identity under which nothing stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// The identity that was asked for.
    pub payment_id: PaymentId,
    /// Whether it was ever given.
    pub reason: NotFoundReason,
}

/// Projects what a look-up finds to the answer. There is no other way to one.
///
/// ```
/// use earnest_payment::{Lookup, NotFoundReason, Reason, State, answer};
///
/// let unknown = "pay_01".parse()?;
/// let answer = answer(Lookup::Nothing(&unknown));
/// assert_eq!(answer.state(), State::NotFound);
/// assert_eq!(answer.reason(), Some(Reason::NotFound(NotFoundReason::UnknownPaymentIdentity)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn answer(found: Lookup<'_>) -> Answer {
    match found {
        Lookup::Record(payment) => of_record(payment),
        Lookup::Tombstone(Tombstone::Confirmed(confirmed)) => Answer::Confirmed(confirmed.clone()),
        Lookup::Tombstone(Tombstone::Unpaid { payment_id }) => {
            Answer::NotFound(NotFound { payment_id: payment_id.clone(), reason: NotFoundReason::Expired })
        }
        Lookup::Nothing(payment_id) => Answer::NotFound(NotFound {
            payment_id: payment_id.clone(),
            reason: NotFoundReason::UnknownPaymentIdentity,
        }),
    }
}

fn of_record(payment: &Payment) -> Answer {
    let progress = match payment {
        Payment::Submitted(_) => Progress::Queued { waits: Waits::Turn },
        Payment::Queued(queued) => Progress::Queued { waits: queued.waits },
        Payment::Broadcasting(_) => Progress::Broadcasting,
        Payment::Mempool(mempool) => Progress::Mempool { txid: mempool.txid.clone() },
        Payment::Confirmed(confirmed) => return Answer::Confirmed(confirmed.clone()),
        Payment::Failed(failed) => return Answer::Failed(failed.clone()),
        Payment::Replaced(replaced) => return Answer::Replaced(replaced.clone()),
    };
    Answer::InFlight(InFlight { payment_id: payment.payment_id().clone(), progress })
}

impl Answer {
    /// The state that it tells.
    #[must_use]
    pub const fn state(&self) -> State {
        match self {
            Self::InFlight(InFlight { progress: Progress::Queued { .. }, .. }) => State::Queued,
            Self::InFlight(InFlight { progress: Progress::Broadcasting, .. }) => State::Broadcasting,
            Self::InFlight(InFlight { progress: Progress::Mempool { .. }, .. }) => State::Mempool,
            Self::Confirmed(_) => State::Confirmed,
            Self::Failed(_) => State::Failed,
            Self::Replaced(_) => State::Replaced,
            Self::NotFound(_) => State::NotFound,
        }
    }

    /// Why it ended, where it ended without a payment.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::InFlight(_) | Self::Confirmed(_) => None,
            Self::Failed(failed) => Some(Reason::Failed(failed.reason)),
            Self::Replaced(replaced) => Some(Reason::Replaced(replaced.reason)),
            Self::NotFound(missing) => Some(Reason::NotFound(missing.reason)),
        }
    }

    /// The identity that it is about.
    #[must_use]
    pub const fn payment_id(&self) -> &PaymentId {
        match self {
            Self::InFlight(answer) => &answer.payment_id,
            Self::Confirmed(answer) => &answer.payment_id,
            Self::Failed(answer) => &answer.payment_id,
            Self::Replaced(answer) => &answer.payment_id,
            Self::NotFound(answer) => &answer.payment_id,
        }
    }
}
