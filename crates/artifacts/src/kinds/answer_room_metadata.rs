//! `answer-room-metadata.v1`: what people may do in an answer room (seed 001, step 22).

use earnest_base::{Name, NodeId, QuestionId, RoomId, SubjectKind, Timestamp};
use earnest_signing::{Breach, Check, Cond, Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    published::{Published, answer_room_metadata},
    vocabulary::{DeliveryScope, RoomPolicyProfile, is_room_of},
};

/// The policy of an answer room. Signed by the node that hosts it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRoomMetadata {
    /// The room: the question's id, with a path below it where the room is narrower.
    #[serde(rename = "room/id")]
    pub id: RoomId,
    /// The question that is answered there.
    #[serde(rename = "question/id")]
    pub question: QuestionId,
    /// The node that hosts the room, and signs.
    #[serde(rename = "host/node-id")]
    pub host: NodeId,
    /// How far what is said travels.
    #[serde(rename = "delivery/scope")]
    pub scope: DeliveryScope,
    /// What people may do: the two flags below follow from it.
    #[serde(rename = "room-policy/profile")]
    pub profile: RoomPolicyProfile,
    /// Whether a node may consult its operator.
    #[serde(rename = "operator-consultation/allowed")]
    pub consultation: bool,
    /// Whether an operator may speak live.
    #[serde(rename = "operator-direct-live/allowed")]
    pub direct_live: bool,
    /// Whether what a person says live has to be marked as that.
    #[serde(rename = "human-live/origin-flag-required")]
    pub origin_flag: Option<bool>,
    /// Whether a summary says where people took part.
    #[serde(rename = "summary/human-provenance-required")]
    pub summary_provenance: bool,
    /// Whether a transcript keeps what came from people.
    #[serde(rename = "transcript/human-origin-preserved")]
    pub transcript_provenance: bool,
    /// Since when this policy holds.
    #[serde(rename = "room-policy/effective-at")]
    pub effective_at: Option<Timestamp>,
    /// Who changed the policy.
    #[serde(rename = "room-policy/changed-by")]
    pub changed_by: Option<Name>,
    /// Whether a moderator admits what is said.
    #[serde(rename = "moderation/approval-required")]
    pub moderated: Option<bool>,
    /// Whether a secretary has to be there while people speak live.
    #[serde(rename = "secretary/required-for-direct-live")]
    pub secretary: Option<bool>,
    /// How long what is said is kept.
    #[serde(rename = "retention/profile")]
    pub retention: Option<Name>,
}

const CONSULTATION: &str = "operator-consultation/allowed";
const DIRECT_LIVE: &str = "operator-direct-live/allowed";

/// The profile decides the flags.
const fn profile(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "profile-flags-mismatch", says: "the room's profile decides what its operators may do", when, then }
}

impl Document for AnswerRoomMetadata {
    const KIND: &'static str = "answer-room-metadata.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["host/node-id"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[
        profile(
            &[Cond::Is("room-policy/profile", Value::Text("none"))],
            &[Then::Is(CONSULTATION, Value::Bool(false)), Then::Is(DIRECT_LIVE, Value::Bool(false))],
        ),
        profile(
            &[Cond::Is("room-policy/profile", Value::Text("mediated-only"))],
            &[Then::Is(CONSULTATION, Value::Bool(true)), Then::Is(DIRECT_LIVE, Value::Bool(false))],
        ),
        profile(
            &[Cond::Is("room-policy/profile", Value::Text("direct-live-allowed"))],
            &[Then::Is(CONSULTATION, Value::Bool(true)), Then::Is(DIRECT_LIVE, Value::Bool(true))],
        ),
        Rule {
            code: "direct-live-needs-flag",
            says: "where people speak live, that is marked",
            when: &[Cond::Is("room-policy/profile", Value::Text("direct-live-allowed"))],
            then: &[
                Then::Has(&["human-live/origin-flag-required"]),
                Then::Is("human-live/origin-flag-required", Value::Bool(true)),
            ],
        },
        Rule {
            code: "global-never-direct-live",
            says: "nobody speaks live to everybody",
            when: &[Cond::Is("delivery/scope", Value::Text("global"))],
            then: &[Then::IsNot("room-policy/profile", Value::Text("direct-live-allowed"))],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[Check {
        code: "room-mismatch",
        says: "a room's id is its question's, or begins with it",
        test: |room| {
            if is_room_of(&room.id, &room.question) {
                return Ok(());
            }
            Err(Breach::at("room/id", format!("expected a room of {}, found {}", room.question, room.id)))
        },
    }];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for AnswerRoomMetadata {
    const EXAMPLE: &'static str = r#"{
        "schema": "answer-room-metadata.v1",
        "schema/v": 1,
        "room/id": "question:01JV-stm-under-load",
        "question/id": "question:01JV-stm-under-load",
        "host/node-id": "node:did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x",
        "delivery/scope": "federation-local",
        "room-policy/profile": "direct-live-allowed",
        "operator-consultation/allowed": true,
        "operator-direct-live/allowed": true,
        "human-live/origin-flag-required": true,
        "summary/human-provenance-required": true,
        "transcript/human-origin-preserved": true,
        "room-policy/effective-at": "2026-04-01T06:00:00Z",
        "room-policy/changed-by": "node:did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x",
        "moderation/approval-required": false,
        "secretary/required-for-direct-live": true,
        "retention/profile": "federation-vault"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&answer_room_metadata::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn code_with(from: &str, to: &str) -> Option<&'static str> {
        let text = AnswerRoomMetadata::EXAMPLE.replace(from, to);
        Draft::<AnswerRoomMetadata>::parse(text.as_bytes()).err().map(|error| error.code().as_str())
    }

    #[test]
    fn the_profile_decides_what_people_may_do() {
        assert_eq!(code_with("\"direct-live-allowed\"", "\"mediated-only\""), Some("profile-flags-mismatch"));
        assert_eq!(code_with("flag-required\": true", "flag-required\": false"), Some("direct-live-needs-flag"));
        assert_eq!(code_with("\"federation-local\"", "\"global\""), Some("global-never-direct-live"));
    }

    #[test]
    fn a_room_may_be_narrower_than_its_question() {
        let room = "\"room/id\": \"question:01JV-stm-under-load";
        assert_eq!(code_with(room, &format!("{room}/execution/A")), None);
        assert_eq!(code_with(room, &format!("{room}-2")), Some("room-mismatch"));
    }
}
