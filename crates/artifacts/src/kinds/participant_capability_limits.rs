//! `participant-capability-limits.v1`: what a participant is restricted in (seed 002, "Participant Restrictions").

use earnest_base::{Name, NodeId, Operation, ParticipantId, PositiveRatio, Subject, SubjectKind, Text, Timestamp};
use earnest_signing::{Breach, Check, Document, Pointer, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Distinct, Family,
    published::{Published, participant_capability_limits},
};

/// What nobody can be barred from: to talk, to stay connected, to dispute, to claim, to signal.
const PROTECTED: &[&str] = &["core/messaging", "keepalive", "dispute/file", "ubc/claim", "signal-marker/send"];

/// The restrictions of one participant. A later `recorded-at` of the same issuer replaces them.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipantCapabilityLimits {
    /// Who is restricted.
    #[serde(rename = "participant/id")]
    pub participant: ParticipantId,
    /// The node that issues the restrictions, and signs.
    #[serde(rename = "issuer/node-id")]
    pub issuer: NodeId,
    /// When they were recorded, and begin.
    #[serde(rename = "recorded-at")]
    pub recorded_at: Timestamp,
    /// Always `capability_limited`.
    pub status: LimitsStatus,
    /// How the participant is slowed down.
    pub soft: SoftLimits,
    /// What the participant is barred from.
    pub hard: Option<HardLimits>,
    /// What people should know.
    pub notes: Option<Text>,
}

/// The one status of restrictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum LimitsStatus {
    /// The participant is restricted.
    #[serde(rename = "capability_limited")]
    CapabilityLimited,
}

/// How a participant is slowed down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct SoftLimits {
    /// What the participant's priority is multiplied with: above 0, at most 1.
    #[serde(rename = "priority-factor")]
    pub priority: PositiveRatio,
    /// What the participant's rate limit is multiplied with: above 0, at most 1.
    #[serde(rename = "rate-limit-factor")]
    pub rate: PositiveRatio,
}

/// What a participant is barred from, why, by whose decision, and until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct HardLimits {
    /// The operations.
    #[serde(rename = "blocked-operations")]
    pub operations: Distinct<Operation>,
    /// The reason: a review or a case.
    #[serde(rename = "reason/ref")]
    pub reason: Name,
    /// Who decided: a participant, an organisation or a council.
    #[serde(rename = "decision/author")]
    pub author: Subject,
    /// When the bar ends.
    #[serde(rename = "expires-at")]
    pub expires_at: Timestamp,
}

impl ParticipantCapabilityLimits {
    /// Whether the participant is barred from an operation at a moment.
    #[must_use]
    pub fn bars(&self, operation: &Operation, now: Timestamp) -> bool {
        let in_force = |hard: &&HardLimits| (self.recorded_at..hard.expires_at).contains(&now);
        self.hard.as_ref().filter(in_force).is_some_and(|hard| hard.operations.contains(operation))
    }

    /// Whether these restrictions replace others: the same participant and issuer, recorded later.
    #[must_use]
    pub fn supersedes(&self, other: &Self) -> bool {
        self.participant == other.participant && self.issuer == other.issuer && self.recorded_at > other.recorded_at
    }
}

impl Document for ParticipantCapabilityLimits {
    const KIND: &'static str = "participant-capability-limits.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["issuer/node-id"], &[SubjectKind::Node])];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "protected-operation",
            says: "nobody is barred from messages, keepalive, disputes, claims and signal markers",
            test: |limits| {
                let operations = limits.hard.iter().flat_map(|hard| hard.operations.iter()).enumerate();
                let found = operations.into_iter().find(|(_, operation)| is_protected(operation.as_str()));
                found.map_or(Ok(()), |(index, operation)| {
                    let pointer = Pointer::member("hard").join("blocked-operations").join(&index.to_string());
                    Err(Breach { pointer, message: format!("expected another operation, found {operation}") })
                })
            },
        },
        Check {
            code: "decision-author-kind",
            says: "a participant, an organisation or a council decides",
            test: |limits| match &limits.hard {
                Some(hard) if hard.author.kind() == SubjectKind::Node => {
                    let pointer = Pointer::member("hard").join("decision/author");
                    Err(Breach { pointer, message: format!("expected no node, found {}", hard.author) })
                }
                _ => Ok(()),
            },
        },
        Check {
            code: "expired-before-recorded",
            says: "a bar ends after it is recorded",
            test: |limits| match &limits.hard {
                Some(hard) if hard.expires_at <= limits.recorded_at => {
                    let pointer = Pointer::member("hard").join("expires-at");
                    let message = format!("expected a moment after {}, found {}", limits.recorded_at, hard.expires_at);
                    Err(Breach { pointer, message })
                }
                _ => Ok(()),
            },
        },
    ];

    fn id(&self) -> String {
        self.participant.to_string()
    }
}

/// Whether an operation is protected, or a part of one that is.
fn is_protected(operation: &str) -> bool {
    PROTECTED
        .iter()
        .any(|protected| operation.strip_prefix(protected).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

impl Family for ParticipantCapabilityLimits {
    const EXAMPLE: &'static str = r#"{
        "schema": "participant-capability-limits.v1",
        "schema/v": 1,
        "participant/id": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
        "issuer/node-id": "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3",
        "recorded-at": "2026-03-29T15:40:00Z",
        "status": "capability_limited",
        "soft": {"priority-factor": 0.45, "rate-limit-factor": 0.5},
        "hard": {
            "blocked-operations": ["procurement/offer", "response/deliver"],
            "reason/ref": "review:01JVSANCTION001",
            "decision/author": "council:did:key:z6MkmNL6xksdEJENGk9Z1qqGsY5njKQdjU1UhnUEUvWyQUVX",
            "expires-at": "2026-04-15T00:00:00Z"
        },
        "notes": "Layered restriction after repeated low-quality deliveries."
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&participant_capability_limits::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn limits() -> ParticipantCapabilityLimits {
        let example = ParticipantCapabilityLimits::EXAMPLE.as_bytes();
        Draft::<ParticipantCapabilityLimits>::parse(example).unwrap().document().clone()
    }

    #[test]
    fn a_bar_is_in_force_until_just_before_it_expires() {
        let bars = |operation: &str, now: &str| limits().bars(&operation.parse().unwrap(), now.parse().unwrap());
        assert!(bars("procurement/offer", "2026-03-29T15:40:00Z"));
        assert!(bars("procurement/offer", "2026-04-14T23:59:59.999Z"));
        assert!(!bars("procurement/offer", "2026-04-15T00:00:00Z"));
        assert!(!bars("procurement/offer", "2026-03-29T15:39:59Z"));
        assert!(!bars("procurement/request", "2026-04-01T00:00:00Z"));
    }

    #[test]
    fn the_protected_floor_and_what_is_below_it_cannot_be_barred() {
        for operation in ["core/messaging", "core/messaging/send", "dispute/file", "keepalive/answer", "ubc/claim"] {
            assert!(is_protected(operation), "{operation}");
        }
        for operation in ["core/messaging-archive", "dispute", "procurement/offer", "response/dispute/file"] {
            assert!(!is_protected(operation), "{operation}");
        }
    }
}
