//! What callers of a writer are told, and what ends it.

use earnest_base::Timestamp;

use crate::Position;

/// An answer that stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed<A> {
    /// The machine's answer.
    pub answer: A,
    /// The place after the command's last fact; where it made none, the place that it was decided at.
    pub place: Position,
    /// The place of the command's first fact; none where it made none, since it was done before.
    pub first: Option<Position>,
    /// The moment that it was decided at: that of its facts.
    pub at: Timestamp,
}

/// Why a command has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError<R> {
    /// The machine refused it. What the refusal rests on is in the journal.
    #[error("the command was refused")]
    Refused(R),
    /// The machine was not asked, or what it said is not in the journal.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// Why nothing is told of a command. It says nothing about any account or payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// The queue is full. Nothing was done; try again later.
    #[error("expected room in the queue, found it full")]
    Busy,
    /// Nothing was done, and nothing will be; try again.
    #[error("expected the journal to take the command, found it out of reach; nothing was done")]
    NotDone,
    /// It may have been done. The same command again tells.
    #[error("expected the journal to answer, found it out of reach; the same command again tells what was done")]
    Unknown,
}

impl Outage {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Busy => "writer-busy",
            Self::NotDone => "writer-out-of-reach",
            Self::Unknown => "outcome-unknown",
        }
    }
}

/// Why a writer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// Nobody can ask it any more. The lease is given back.
    Unused,
    /// Another took the lease.
    Fenced,
    /// The journal was out of reach for longer than the writer waits.
    OutOfReach(String),
    /// The machine or the journal broke what it promises. A person has to look.
    Fault(String),
}
