//! Who acts: a participant, for themselves or for the organisation whose custodian they are.

use earnest_base::{ParticipantId, PublicKey, PublicKeyError, Subject, SubjectKind};

/// Who gives a command. That the participant is the organisation's custodian is told by a verified
/// `organization-subject.v1`, before the ledger is asked; the ledger compares `acts_for` with the owner of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who signed.
    pub participant: ParticipantId,
    /// For whom: the participant, or an organisation of which they are the custodian.
    pub acts_for: Subject,
}

impl Actor {
    /// A participant who acts for themselves.
    #[must_use]
    pub fn own(participant: ParticipantId) -> Self {
        Self { participant, acts_for: participant.into() }
    }
}

/// A subject by the 32 bytes of its key, as facts and state hold it: small, and read without arithmetic on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectKey {
    kind: SubjectKind,
    key: [u8; 32],
}

impl SubjectKey {
    pub(crate) const fn new(kind: SubjectKind, key: [u8; 32]) -> Self {
        Self { kind, key }
    }

    /// What the subject is.
    #[must_use]
    pub const fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// The bytes of its key.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The subject.
    ///
    /// # Errors
    /// Where the bytes are no key, which no verified document brings in.
    pub fn to_subject(&self) -> Result<Subject, PublicKeyError> {
        PublicKey::from_bytes(&self.key).map(|key| Subject::new(self.kind, key))
    }
}

impl From<Subject> for SubjectKey {
    fn from(subject: Subject) -> Self {
        Self { kind: subject.kind(), key: *subject.key().as_bytes() }
    }
}

impl From<ParticipantId> for SubjectKey {
    fn from(participant: ParticipantId) -> Self {
        Self { kind: SubjectKind::Participant, key: *participant.key().as_bytes() }
    }
}

impl serde::Serialize for SubjectKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_subject().map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for SubjectKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Subject::deserialize(deserializer).map(Self::from)
    }
}
