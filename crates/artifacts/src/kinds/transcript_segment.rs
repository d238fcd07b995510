//! `transcript-segment.v1`: one message of a room, with where it comes from (seed 001, step 27). Its published names
//! have underscores, and so have ours (decision D1).

use earnest_base::{LanguageTag, Name, NodeId, QuestionId, RoomId, SegmentId, Sha256Digest, SubjectKind, Timestamp};
use earnest_signing::{Breach, Check, Cond, Document, JsonObject, Pointer, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Content, Family,
    payload::fits_inline,
    published::{Published, transcript_segment},
    vocabulary::{BlobRef, ConsentBasis, DeliveryScope, OriginClass, is_room_of, words},
};

/// One message of a room. Signed by the node that recorded it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TranscriptSegment {
    /// The segment.
    #[serde(rename = "segment_id")]
    pub id: SegmentId,
    /// The question that the room answers.
    #[serde(rename = "question_id")]
    pub question: QuestionId,
    /// The room.
    #[serde(rename = "channel_id")]
    pub channel: RoomId,
    /// The message in the room.
    #[serde(rename = "message_id")]
    pub message: Name,
    /// Who speaks, as the room knows them.
    #[serde(rename = "speaker_ref")]
    pub speaker: Name,
    /// The node that recorded the message, and signs.
    #[serde(rename = "gateway_node_ref")]
    pub gateway_node: NodeId,
    /// Where the content comes from: the two members below follow from it.
    #[serde(rename = "origin_class")]
    pub origin: OriginClass,
    /// How the operator took part.
    #[serde(rename = "operator_presence_mode")]
    pub operator_presence: OperatorPresence,
    /// Whether a person had a part in the content.
    pub human_origin: bool,
    /// When it was said.
    pub ts: Timestamp,
    /// What was said: text or an object, at most 16 KiB; what is longer travels as an attachment.
    pub content: Content,
    /// How far it travels.
    #[serde(rename = "visibility_scope")]
    pub visibility: DeliveryScope,
    /// On what ground it may be kept and shown.
    #[serde(rename = "consent_basis")]
    pub consent: ConsentBasis,
    /// What it rests on.
    #[serde(rename = "provenance_refs")]
    pub provenance: Vec<Name>,
    /// What was taken out or changed: objects with at least one member.
    #[serde(rename = "redaction_markers")]
    pub redactions: Option<Vec<JsonObject>>,
    /// The SHA-256 digest of the content: of the text's UTF-8, or of the object's canonical form.
    pub content_hash: Option<Sha256Digest>,
    /// The language of the content.
    pub language: Option<LanguageTag>,
    /// The message that it answers.
    pub reply_to: Option<Name>,
    /// Bytes that travel beside it.
    pub attachments: Option<Vec<BlobRef>>,
}

words! {
    /// How an operator took part in a message.
    OperatorPresence {
        /// Not at all.
        None,
        /// Through the node.
        Mediated,
        /// Live.
        DirectLive,
    }
}

/// The origin decides the two members that tell of people.
const fn origin(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "origin-mismatch", says: "where content comes from decides what is said of people", when, then }
}

impl Document for TranscriptSegment {
    const KIND: &'static str = "transcript-segment.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["gateway_node_ref"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[
        origin(
            &[Cond::Is("origin_class", Value::Text("node-generated"))],
            &[Then::Is("human_origin", Value::Bool(false)), Then::Is("operator_presence_mode", Value::Text("none"))],
        ),
        origin(
            &[Cond::Is("origin_class", Value::Text("node-mediated-human"))],
            &[Then::Is("human_origin", Value::Bool(true)), Then::Is("operator_presence_mode", Value::Text("mediated"))],
        ),
        origin(
            &[Cond::Is("origin_class", Value::Text("human-live"))],
            &[
                Then::Is("human_origin", Value::Bool(true)),
                Then::Is("operator_presence_mode", Value::Text("direct-live")),
            ],
        ),
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "content-too-large",
            says: "content over 16 KiB travels as an attachment",
            test: |segment| fits_inline("content", segment.content.bytes()),
        },
        Check {
            code: "content-hash-mismatch",
            says: "`content_hash` is the digest of the content",
            test: |segment| match (&segment.content_hash, segment.content.digest()) {
                (Some(found), digest) if *found != digest => {
                    Err(Breach::at("content_hash", format!("expected {digest}, found {found}")))
                }
                _ => Ok(()),
            },
        },
        Check {
            code: "marker-empty",
            says: "a redaction marker says something",
            test: |segment| {
                let mut markers = segment.redactions.iter().flatten();
                markers.position(|marker| marker.members().is_empty()).map_or(Ok(()), |index| {
                    let pointer = Pointer::member("redaction_markers").join(&index.to_string());
                    Err(Breach { pointer, message: "expected an object with members, found an empty one".to_owned() })
                })
            },
        },
        Check {
            code: "room-mismatch",
            says: "a room's id is its question's, or begins with it",
            test: |segment| {
                if is_room_of(&segment.channel, &segment.question) {
                    return Ok(());
                }
                let message = format!("expected a room of {}, found {}", segment.question, segment.channel);
                Err(Breach::at("channel_id", message))
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for TranscriptSegment {
    const EXAMPLE: &'static str = r#"{
        "schema": "transcript-segment.v1",
        "schema/v": 1,
        "segment_id": "segment:01JV-stm-001",
        "question_id": "question:01JV-stm-under-load",
        "channel_id": "question:01JV-stm-under-load",
        "message_id": "msg:01JV-stm-001",
        "speaker_ref": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
        "gateway_node_ref": "node:did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP",
        "origin_class": "node-mediated-human",
        "operator_presence_mode": "mediated",
        "human_origin": true,
        "ts": "2026-04-01T06:10:00Z",
        "content": "hello",
        "visibility_scope": "federation-local",
        "consent_basis": "operator-consultation",
        "provenance_refs": ["consultation:01JV-adam-001"],
        "redaction_markers": [{"kind": "name", "count": 1}],
        "content_hash": "sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ",
        "language": "en",
        "reply_to": "msg:01JV-stm-000",
        "attachments": [
            {"digest": "sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ", "media-type": "text/plain", "size": 5}
        ]
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&transcript_segment::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn code_with(from: &str, to: &str) -> Option<&'static str> {
        let text = TranscriptSegment::EXAMPLE.replace(from, to);
        Draft::<TranscriptSegment>::parse(text.as_bytes()).err().map(|error| error.code().as_str())
    }

    #[test]
    fn the_origin_decides_what_is_said_of_people() {
        assert_eq!(code_with("\"human_origin\": true", "\"human_origin\": false"), Some("origin-mismatch"));
        assert_eq!(code_with("\"mediated\"", "\"direct-live\""), Some("origin-mismatch"));
        assert_eq!(code_with("\"node-mediated-human\"", "\"human-live\""), Some("origin-mismatch"));
    }

    #[test]
    fn an_objects_hash_is_that_of_its_canonical_form() {
        let other = Sha256Digest::of(br#"{"a":1,"b":"x"}"#);
        let hashed = |text: &str| {
            let text = text.replace("\"hello\"", r#"{"b": "x", "a": 1.0}"#);
            text.replace(
                "\"content_hash\": \"sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ\"",
                &format!("\"content_hash\": \"{other}\""),
            )
        };
        let draft = Draft::<TranscriptSegment>::parse(hashed(TranscriptSegment::EXAMPLE).as_bytes());
        assert_eq!(draft.unwrap().document().content_hash, Some(other));
        assert_eq!(code_with("\"hello\"", "\"hallo\""), Some("content-hash-mismatch"));
    }

    #[test]
    fn content_of_more_than_16_kib_is_refused() {
        let long = format!("\"{}\"", "ą".repeat(crate::MAX_INLINE_BYTES / 2 + 1));
        assert_eq!(code_with("\"hello\"", &long), Some("content-too-large"));
    }
}
