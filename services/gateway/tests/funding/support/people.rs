//! Who takes part, each with a key that everybody may know.

use earnest_artifacts::{Draft, Verified};
use earnest_base::{NodeId, OrgId, ParticipantId, Subject, SubjectKind, Timestamp};
use earnest_signing::{Document, SecretKey};

/// Somebody, in one capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) kind: SubjectKind,
    seed: u8,
}

const fn participant(seed: u8) -> Person {
    Person { kind: SubjectKind::Participant, seed }
}

pub(crate) const OLA: Person = participant(1);
/// The custodian of the organisation.
pub(crate) const ROMAN: Person = participant(5);
/// Who operates the escrow and the gateway.
pub(crate) const OPERATOR: Person = participant(15);
pub(crate) const STRANGER: Person = participant(17);
pub(crate) const FEEDERS: Person = Person { kind: SubjectKind::Org, seed: 7 };
pub(crate) const GATEWAY: Person = Person { kind: SubjectKind::Node, seed: 8 };
pub(crate) const COUNCIL: Person = Person { kind: SubjectKind::Council, seed: 11 };

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

    pub(crate) fn org(self) -> OrgId {
        OrgId::new(*self.key().public())
    }

    pub(crate) fn node(self) -> NodeId {
        NodeId::new(*self.key().public())
    }
}

/// A moment of the day.
pub(crate) fn at(text: &str) -> Timestamp {
    format!("2026-04-01T{text}Z").parse().unwrap()
}

/// A document with one signer.
pub(crate) fn signed<T: Document>(document: &T, by: Person) -> Verified<T> {
    Draft::new(document).unwrap().sign(None, &by.key()).unwrap().finish().unwrap().verify().unwrap()
}
