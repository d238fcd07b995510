//! What happened to payments. Facts are small: a payment is paid by three of them, some 300 bytes beside the result.

mod bytes;

pub use bytes::DecodeError;
pub(crate) use bytes::{Reader, Writer};

use std::sync::Arc;

use earnest_base::Timestamp;

use crate::{
    Failure, Identified, Kept, PayerKey, PayloadKey, PaymentKey, RequestKey, Settled, Step, Underway, Worker,
    record::Second,
};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A payment was reserved for its request, once, and somebody works on it.
    Reserved(Box<Reserved>),
    /// Somebody works on a reserved payment, again.
    Resumed {
        /// The payment, and who works.
        step: Step,
        /// When who works is taken for dead.
        until: Timestamp,
    },
    /// The work was not done.
    Unserved {
        /// The payment.
        payment: PaymentKey,
    },
    /// The work was done, and who did it settles.
    Staged {
        /// The payment, and who settles.
        step: Step,
        /// When who settles is taken for dead.
        until: Timestamp,
        /// Until which second the record is kept.
        kept_until: KeptUntil,
        /// The result.
        kept: Arc<Kept>,
    },
    /// Somebody asks for the settlement, again.
    TakenUp {
        /// The payment, and who settles.
        step: Step,
        /// When who settles is taken for dead.
        until: Timestamp,
    },
    /// The settlement is left to whoever shows the payment next.
    Rested {
        /// The payment.
        payment: PaymentKey,
        /// How far the settlement is, where that is known.
        underway: Option<Arc<Underway>>,
        /// Whether the result was given out.
        is_delivered: bool,
    },
    /// The payment is settled.
    Granted {
        /// The payment, and who settled it.
        step: Step,
        /// Until which second the record is kept.
        kept_until: KeptUntil,
        /// What became of it.
        settled: Settled,
    },
    /// The payment is not settled, and will not be.
    Discarded {
        /// The payment.
        payment: PaymentKey,
        /// Until which second the record is kept.
        kept_until: KeptUntil,
        /// Why.
        failure: Failure,
    },
    /// What is over by this second is gone.
    Swept {
        /// The second.
        by: KeptUntil,
    },
}

/// A payment that is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    /// The payment.
    pub payment: PaymentKey,
    /// What it was shown for.
    pub request: RequestKey,
    /// Its payload.
    pub payload: PayloadKey,
    /// Who pays.
    pub payer: PayerKey,
    /// When it was reserved.
    pub at: Timestamp,
    /// From this moment on it can no longer be settled.
    pub lapses_at: Timestamp,
    /// The client's name for it.
    pub identified: Option<Identified>,
    /// Who works on it.
    pub worker: Worker,
    /// When who works is taken for dead.
    pub until: Timestamp,
}

/// A whole second since 1970, until which something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeptUntil(pub(crate) Second);

const RESERVED: u8 = 1;
const RESUMED: u8 = 2;
const UNSERVED: u8 = 3;
const STAGED: u8 = 4;
const TAKEN_UP: u8 = 5;
const RESTED: u8 = 6;
const GRANTED: u8 = 7;
const DISCARDED: u8 = 8;
const SWEPT: u8 = 9;

impl Fact {
    /// Writes the fact.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        let mut out = Writer::new(bytes);
        match self {
            Self::Reserved(reserved) => out.byte(RESERVED).reserved(reserved),
            Self::Resumed { step, until } => out.byte(RESUMED).step(step).time(*until),
            Self::Unserved { payment } => out.byte(UNSERVED).fixed(payment.as_bytes()),
            Self::Staged { step, until, kept_until, kept } => {
                out.byte(STAGED).step(step).time(*until).second(kept_until.0).kept(kept)
            }
            Self::TakenUp { step, until } => out.byte(TAKEN_UP).step(step).time(*until),
            Self::Rested { payment, underway, is_delivered } => {
                out.byte(RESTED).fixed(payment.as_bytes()).underway(underway.as_deref()).flag(*is_delivered)
            }
            Self::Granted { step, kept_until, settled } => {
                out.byte(GRANTED).step(step).second(kept_until.0).settled(settled)
            }
            Self::Discarded { payment, kept_until, failure } => {
                out.byte(DISCARDED).fixed(payment.as_bytes()).second(kept_until.0).failure(failure)
            }
            Self::Swept { by } => out.byte(SWEPT).second(by.0),
        };
    }

    /// Reads a fact.
    ///
    /// # Errors
    /// Where the bytes are none, or more than one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(bytes);
        let fact = match from.byte()? {
            RESERVED => Self::Reserved(Box::new(from.reserved()?)),
            RESUMED => Self::Resumed { step: from.step()?, until: from.time()? },
            UNSERVED => Self::Unserved { payment: PaymentKey::from_bytes(from.fixed()?) },
            STAGED => Self::Staged {
                step: from.step()?,
                until: from.time()?,
                kept_until: KeptUntil(from.second()?),
                kept: Arc::new(from.kept()?),
            },
            TAKEN_UP => Self::TakenUp { step: from.step()?, until: from.time()? },
            RESTED => Self::Rested {
                payment: PaymentKey::from_bytes(from.fixed()?),
                underway: from.underway()?.map(Arc::new),
                is_delivered: from.flag()?,
            },
            GRANTED => {
                Self::Granted { step: from.step()?, kept_until: KeptUntil(from.second()?), settled: from.settled()? }
            }
            DISCARDED => Self::Discarded {
                payment: PaymentKey::from_bytes(from.fixed()?),
                kept_until: KeptUntil(from.second()?),
                failure: from.failure()?,
            },
            SWEPT => Self::Swept { by: KeptUntil(from.second()?) },
            _ => return Err(from.expected("a fact")),
        };
        from.end()?;
        Ok(fact)
    }
}
