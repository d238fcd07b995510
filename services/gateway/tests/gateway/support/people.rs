//! Who takes part, each with a key that everybody may know.

use earnest_base::{ParticipantId, Subject, SubjectKind, Timestamp};
use earnest_signing::SecretKey;

/// Somebody, in one capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) kind: SubjectKind,
    pub(crate) seed: u8,
}

const fn participant(seed: u8) -> Person {
    Person { kind: SubjectKind::Participant, seed }
}

/// Who pays.
pub(crate) const ADAM: Person = participant(3);
/// Who operates the gateway.
pub(crate) const OPERATOR: Person = participant(15);
/// Nobody that the gateway knows.
pub(crate) const STRANGER: Person = participant(17);
/// A service that calls the RPC.
pub(crate) const NEWS: Person = Person { kind: SubjectKind::Node, seed: 8 };

impl Person {
    pub(crate) fn key(self) -> SecretKey {
        SecretKey::from_seed(&[self.seed; 32])
    }

    pub(crate) fn subject(self) -> Subject {
        Subject::new(self.kind, *self.key().public())
    }

    pub(crate) fn participant(self) -> ParticipantId {
        ParticipantId::new(*self.key().public())
    }
}

/// A moment of the day.
pub(crate) fn at(text: &str) -> Timestamp {
    format!("2026-04-01T{text}Z").parse().unwrap()
}
