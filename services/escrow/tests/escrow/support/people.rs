//! Who takes part, each with a key that everybody may know.

use earnest_artifacts::{Draft, Verified};
use earnest_base::{Count, NodeId, Orc, OrgId, ParticipantId, Seconds, Subject, SubjectKind, Timestamp};
use earnest_signing::{Document, SecretKey};

/// Somebody, in one capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) kind: SubjectKind,
    pub(crate) seed: u8,
}

const fn participant(seed: u8) -> Person {
    Person { kind: SubjectKind::Participant, seed }
}

/// Providers.
pub(crate) const OLA: Person = participant(1);
pub(crate) const ADAM: Person = participant(3);
pub(crate) const MARCIN: Person = participant(13);
/// The custodian of the organisation that buys.
pub(crate) const ROMAN: Person = participant(5);
/// An arbiter.
pub(crate) const EWA: Person = participant(10);
/// Who operates the escrow.
pub(crate) const OPERATOR: Person = participant(15);
/// Nobody that the escrow knows.
pub(crate) const STRANGER: Person = participant(17);
/// The organisation that buys.
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

    /// The node that this subject is.
    pub(crate) fn as_node(self) -> NodeId {
        NodeId::new(*self.key().public())
    }

    /// The node of a participant: the next seed.
    pub(crate) fn node(self) -> NodeId {
        participant(self.seed + 1).as_node()
    }
}

/// A moment of the day.
pub(crate) fn at(text: &str) -> Timestamp {
    format!("2026-04-01T{text}Z").parse().unwrap()
}

pub(crate) fn orc(minor: u64) -> Orc {
    Orc::from_minor(minor).unwrap()
}

pub(crate) fn count<const LEAST: u64>(value: u64) -> Count<LEAST> {
    Count::new(value).unwrap()
}

pub(crate) fn secs<const LEAST: u64>(value: u64) -> Seconds<LEAST> {
    Seconds::new(value).unwrap()
}

/// A document with one signer.
pub(crate) fn signed<T: Document>(document: &T, by: Person) -> Verified<T> {
    Draft::new(document).unwrap().sign(None, &by.key()).unwrap().finish().unwrap().verify().unwrap()
}
