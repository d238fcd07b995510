//! What a seller's book of payments is told.

use std::sync::Arc;

use earnest_base::{Seconds, Timestamp};
use earnest_payment::{Category, PaymentStatus};

use crate::{Identified, Kept, PayerKey, PayloadKey, PaymentKey, RequestKey, Worker};

/// What the book is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A payment, its signature verified, is shown for a request.
    Show(Box<Show>),
    /// The work was not done, or failed: nothing is settled, and the payment may be tried again on its request.
    Leave(Step),
    /// The work is done, and this is its result; whoever did it goes on to settle.
    Stage {
        /// The payment, and who worked.
        step: Step,
        /// The result.
        kept: Arc<Kept>,
        /// The seller's terms.
        terms: Terms,
    },
    /// The settlement is not at its end, or nothing is known of it: whoever shows the payment next asks again.
    Rest {
        /// The payment, and who asked for its settlement.
        step: Step,
        /// How far the settlement is, where that is known.
        underway: Option<Arc<Underway>>,
        /// Whether the route gave the result out before the end, as it declared.
        is_delivered: bool,
    },
    /// The payment is settled.
    Grant {
        /// The payment, and who asked for its settlement.
        step: Step,
        /// The transaction, as its network names it.
        transaction: Box<str>,
        /// The seller's terms.
        terms: Terms,
    },
    /// The payment is not settled, and will not be.
    Discard {
        /// The payment, and who asked for its settlement.
        step: Step,
        /// Why.
        failure: Failure,
        /// The seller's terms.
        terms: Terms,
    },
    /// Time passes: what is over goes.
    Sweep,
}

/// A payment that is shown. Its signature was verified by its scheme: the key cannot be made otherwise than from a
/// [`VerifiedPayment`](earnest_x402::scheme::VerifiedPayment)'s reservation by who follows the rules of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Show {
    /// The payment.
    pub payment: PaymentKey,
    /// What it is shown for.
    pub request: RequestKey,
    /// The payload, as it arrived.
    pub payload: PayloadKey,
    /// Who pays.
    pub payer: PayerKey,
    /// From this moment on it can no longer be settled.
    pub lapses_at: Timestamp,
    /// The client's name for it, where there is one.
    pub identified: Option<Identified>,
    /// Who would work on it.
    pub worker: Worker,
    /// The seller's terms.
    pub terms: Terms,
}

/// A payment, and who works on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The payment.
    pub payment: PaymentKey,
    /// Who works on it.
    pub worker: Worker,
}

/// A seller's terms: times and bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// After so long, who works is taken for dead. The work itself must be bounded below it.
    pub work_lease: Seconds,
    /// After so long, who settles is taken for dead. Settling twice is one settlement, so this bounds nothing else.
    pub settle_lease: Seconds,
    /// How long an outcome is kept.
    pub life: Seconds,
    /// How many payments the book holds.
    pub payments_at_most: usize,
    /// How many payment identifiers it holds.
    pub identifiers_at_most: usize,
    /// How many bytes of results it holds.
    pub kept_bytes_at_most: u64,
    /// How many payments of one payer may be open at once: worked on, or not settled to the end.
    pub open_at_most: u32,
}

/// How far a settlement is, as the relay tells it: always a status in flight, with an identity to ask after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Underway(PaymentStatus);

impl Underway {
    /// Takes a status in flight; `None` for every other.
    #[must_use]
    pub fn new(status: PaymentStatus) -> Option<Self> {
        (status.state().category() == Category::InFlight).then_some(Self(status))
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> &PaymentStatus {
        &self.0
    }
}

/// Why a payment was not settled, in the words of who was to settle it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The word for the wire.
    pub reason: Box<str>,
    /// The transaction, where one was sent.
    pub transaction: Box<str>,
}
