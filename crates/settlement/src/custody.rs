//! Who acts for an organisation: what it last said of it, over its own signature (decision D8).

use earnest_artifacts::{OrganizationSubject, Verified};
use earnest_base::{OrgId, ParticipantId, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};

use crate::fact::DecodeError;

/// What an organisation says of who acts for it, verified.
#[derive(Debug, Clone)]
pub struct Statement(pub Verified<OrganizationSubject>);

/// Who acts for an organisation, and the statement that says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Custody {
    /// The organisation.
    pub org: OrgId,
    /// Who acts for it.
    pub custodian: ParticipantId,
    /// From when.
    pub since: Timestamp,
    /// Until when, itself excluded, where it has ended.
    pub until: Option<Timestamp>,
    /// The content digest of the statement.
    pub digest: Sha256Digest,
    /// The statement as it was signed.
    pub statement: String,
}

impl Custody {
    /// What a statement says.
    #[must_use]
    pub fn of(Statement(said): &Statement) -> Self {
        let ended = [said.suspended_at, said.retired_at].into_iter().flatten().min();
        let active = said.status == earnest_artifacts::vocabulary::ServiceStatus::Active;
        Self {
            org: said.id,
            custodian: said.custodian,
            since: said.created_at,
            until: ended.filter(|_| !active),
            digest: said.content_digest(),
            statement: String::from_utf8_lossy(said.bytes()).into_owned(),
        }
    }

    /// Whether a participant may act for the organisation.
    #[must_use]
    pub fn may_act(&self, participant: &ParticipantId, now: Timestamp) -> bool {
        self.custodian == *participant && self.since <= now && self.until.is_none_or(|until| now < until)
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        // Nothing of it fails to be written: ids, moments and texts.
        bytes.extend_from_slice(&serde_json::to_vec(self).unwrap_or_default());
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        serde_json::from_slice(bytes).map_err(|error| DecodeError(format!("who acts for an organisation: {error}")))
    }
}
