//! A deterministic machine: what a writer drives and a journal remembers.

use std::sync::Arc;

use earnest_base::Timestamp;

use crate::Position;

/// State that only facts change. The same facts make the same state, for ever and on every computer: no clock, no
/// randomness, no order of a hash table.
///
/// Idempotence is the machine's: a command that it has seen answers as it did then, without facts. So a caller whose
/// answer was lost asks again.
pub trait Machine: Sized + Send + Sync + 'static {
    /// What is asked of it.
    type Command: Send + 'static;
    /// What happened.
    type Fact: Send;
    /// What a caller is told.
    type Answer: Send + 'static;
    /// Why nothing happened.
    type Refusal: Send + 'static;

    /// Decides a command, changing nothing.
    ///
    /// # Errors
    /// Why nothing happens.
    fn decide(
        &self,
        command: &Self::Command,
        now: Timestamp,
    ) -> Result<Decided<Self::Fact, Self::Answer>, Self::Refusal>;

    /// Takes a fact that stands at this place in the journal.
    ///
    /// # Errors
    /// Where the fact does not follow from the state. Of a fact that the machine has just decided that is a fault of its
    /// own; of one that was read, the journal is another machine's.
    fn apply(&mut self, fact: &Self::Fact, place: &Position) -> Result<(), FactError>;

    /// Writes a fact. The bytes are kept for ever: what was written once must be read by every later version.
    fn encode(fact: &Self::Fact, bytes: &mut Vec<u8>);

    /// Reads a fact.
    ///
    /// # Errors
    /// Where the bytes are no fact.
    fn decode(bytes: &[u8]) -> Result<Self::Fact, FactError>;

    /// Writes the state: the same state, the same bytes.
    fn save(&self) -> Vec<u8>;

    /// Reads a state.
    ///
    /// # Errors
    /// Where the bytes are no state of this version. The journal is then read from its beginning.
    fn load(bytes: &[u8]) -> Result<Self, FactError>;

    /// The commands whose time has come, the earliest first, at most `limit` of them. Deciding one must make facts after
    /// which it is no longer due.
    fn due(&self, now: Timestamp, limit: usize) -> Vec<Self::Command>;

    /// When the next timer is due, where there is one.
    fn next_due(&self) -> Option<Timestamp>;
}

/// What makes a machine before its first fact.
pub struct Genesis<M>(Arc<dyn Fn() -> M + Send + Sync>);

impl<M> Genesis<M> {
    /// Machines begin as this makes them, every time alike.
    pub fn new(make: impl Fn() -> M + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    pub(crate) fn make(&self) -> M {
        (self.0)()
    }
}

impl<M> Clone for Genesis<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided<F, A> {
    /// What happens; none where it has happened already.
    pub facts: Vec<F>,
    /// What the caller is told.
    pub answer: A,
}

/// A fact, or a state, that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FactError(pub String);
