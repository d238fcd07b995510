//! What a state machine says to a command that it does not refuse.

/// A command that is taken: it moves something, or it was taken before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<E> {
    /// Something moves: the event is stored, and `apply` makes the next state of it.
    Moves(E),
    /// The same was taken before: nothing moves, nothing is traced, and the answer is the same.
    AlreadyPresent,
}

impl<E> Decision<E> {
    /// The event, where something moves.
    #[must_use]
    pub fn event(self) -> Option<E> {
        match self {
            Self::Moves(event) => Some(event),
            Self::AlreadyPresent => None,
        }
    }
}
