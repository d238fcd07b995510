//! `transcript-bundle.v1`: the segments of a room, by reference, in their order (seed 001, step 27).
//!
//! The published form also lets segments stand in the bundle. Ours refers to them: a segment is a signed document of its
//! own, is verified as one, and a bundle of references stays below 64 KiB.

use earnest_base::{BundleId, Name, NodeId, QuestionId, RoomId, SegmentId, Sha256Digest, SubjectKind, Timestamp};
use earnest_signing::{Breach, Check, Cond, Document, Pointer, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::TranscriptSegment;
use crate::{
    Distinct, Family, List,
    published::{Published, transcript_bundle},
    vocabulary::{ConsentBasis, DeliveryScope, RoomPolicyProfile, is_room_of, words},
};

/// The segments of a room, in their order. Signed by the first of its source nodes.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TranscriptBundle {
    /// The bundle.
    #[serde(rename = "bundle_id")]
    pub id: BundleId,
    /// The question that the room answers.
    #[serde(rename = "question_id")]
    pub question: QuestionId,
    /// The room.
    #[serde(rename = "channel_id")]
    pub channel: RoomId,
    /// How far what was said travelled.
    #[serde(rename = "source_scope")]
    pub scope: DeliveryScope,
    /// When the bundle was made.
    pub created_at: Timestamp,
    /// The nodes that recorded the segments; the first one made the bundle, and signs.
    pub source_nodes: Distinct<NodeId>,
    /// The segments, in their order.
    pub segments: List<SegmentRef>,
    /// Whether people had a part in any segment.
    pub contains_human_origin: bool,
    /// Whether people spoke live in any segment.
    pub contains_direct_human_live: bool,
    /// On what ground the bundle may be kept and shown.
    #[serde(rename = "consent_basis")]
    pub consent: ConsentBasis,
    /// How much was taken out.
    #[serde(rename = "redaction_status")]
    pub redaction: RedactionStatus,
    /// What shows that the list of segments is whole.
    #[serde(rename = "integrity_proof")]
    pub integrity: IntegrityProof,
    /// What people might do in the room.
    #[serde(rename = "room_policy_profile")]
    pub profile: Option<RoomPolicyProfile>,
    /// Summaries of the segments.
    pub summary_refs: Option<Vec<Name>>,
    /// How the segments reached the node.
    #[serde(rename = "source_transport")]
    pub transport: Option<Name>,
    /// How long the bundle is kept.
    #[serde(rename = "retention_profile")]
    pub retention: Option<Name>,
}

/// A segment, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct SegmentRef {
    /// The segment.
    #[serde(rename = "segment_ref")]
    pub segment: SegmentId,
    /// The digest of its content: its own `content_hash`, whether it states that or not.
    pub content_hash: Sha256Digest,
}

/// What shows that the list of segments is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct IntegrityProof {
    /// How the digest is made.
    pub alg: IntegrityAlgorithm,
    /// The digest of `segments`.
    pub manifest_hash: Sha256Digest,
}

words! {
    /// How much was taken out of a transcript.
    RedactionStatus {
        /// Nothing.
        None,
        /// Some of it.
        Partial,
        /// All that is left was derived from it.
        FullDerived,
    }
    /// How the digest of a list of segments is made.
    IntegrityAlgorithm {
        /// SHA-256 of the canonical form (RFC 8785) of `segments`.
        JcsSha256,
    }
}

impl TranscriptBundle {
    /// The digest that `integrity_proof` has to carry. `None` where the segments cannot be written, which no parsed
    /// bundle's do.
    #[must_use]
    pub fn manifest_hash(segments: &[SegmentRef]) -> Option<Sha256Digest> {
        let text = serde_json::to_vec(segments).ok()?;
        let json = earnest_signing::read(&text, Self::LIMITS).ok()?;
        Some(Sha256Digest::of(json.canonical().as_bytes()))
    }

    /// Whether a segment is one of the bundle's: listed with what it says, of the same room, recorded by a source node.
    #[must_use]
    pub fn lists(&self, segment: &TranscriptSegment) -> bool {
        let reference = SegmentRef { segment: segment.id.clone(), content_hash: segment.content.digest() };
        self.segments.contains(&reference)
            && self.question == segment.question
            && self.channel == segment.channel
            && self.source_nodes.contains(&segment.gateway_node)
    }
}

impl Document for TranscriptBundle {
    const KIND: &'static str = "transcript-bundle.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["source_nodes"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "live-needs-human",
            says: "where people speak live, people have a part",
            when: &[Cond::Is("contains_direct_human_live", Value::Bool(true))],
            then: &[Then::Is("contains_human_origin", Value::Bool(true))],
        },
        Rule {
            code: "profile-without-people",
            says: "a room without people holds nothing of people",
            when: &[Cond::Is("room_policy_profile", Value::Text("none"))],
            then: &[
                Then::Is("contains_human_origin", Value::Bool(false)),
                Then::Is("contains_direct_human_live", Value::Bool(false)),
            ],
        },
        Rule {
            code: "profile-without-live",
            says: "a room in which people speak through their node holds nothing that was said live",
            when: &[Cond::Is("room_policy_profile", Value::Text("mediated-only"))],
            then: &[Then::Is("contains_direct_human_live", Value::Bool(false))],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "segment-repeated",
            says: "no segment stands twice",
            test: |bundle| {
                let mut seen = std::collections::BTreeSet::new();
                let again = bundle.segments.iter().position(|reference| !seen.insert(&reference.segment));
                again.map_or(Ok(()), |index| {
                    let pointer = Pointer::member("segments").join(&index.to_string()).join("segment_ref");
                    Err(Breach { pointer, message: "expected another segment, found one again".to_owned() })
                })
            },
        },
        Check {
            code: "manifest-mismatch",
            says: "`manifest_hash` is the digest of `segments`",
            test: |bundle| match Self::manifest_hash(&bundle.segments) {
                Some(digest) if digest == bundle.integrity.manifest_hash => Ok(()),
                digest => {
                    let expected =
                        digest.map_or_else(|| "the digest of `segments`".to_owned(), |digest| digest.to_string());
                    let pointer = Pointer::member("integrity_proof").join("manifest_hash");
                    Err(Breach {
                        pointer,
                        message: format!("expected {expected}, found {}", bundle.integrity.manifest_hash),
                    })
                }
            },
        },
        Check {
            code: "room-mismatch",
            says: "a room's id is its question's, or begins with it",
            test: |bundle| {
                if is_room_of(&bundle.channel, &bundle.question) {
                    return Ok(());
                }
                let message = format!("expected a room of {}, found {}", bundle.question, bundle.channel);
                Err(Breach::at("channel_id", message))
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for TranscriptBundle {
    const EXAMPLE: &'static str = r#"{
        "schema": "transcript-bundle.v1",
        "schema/v": 1,
        "bundle_id": "bundle:01JV-stm",
        "question_id": "question:01JV-stm-under-load",
        "channel_id": "question:01JV-stm-under-load",
        "source_scope": "federation-local",
        "created_at": "2026-04-01T07:00:00Z",
        "source_nodes": ["node:did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP"],
        "segments": [
            {
                "segment_ref": "segment:01JV-stm-001",
                "content_hash": "sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"
            }
        ],
        "contains_human_origin": true,
        "contains_direct_human_live": false,
        "consent_basis": "operator-consultation",
        "redaction_status": "partial",
        "integrity_proof": {"alg": "jcs-sha256", "manifest_hash": "sha256:uBVb2Aq5wrN8oma6DzWOWYSmA4xcKoWpUucjQqjvELM"},
        "room_policy_profile": "mediated-only",
        "summary_refs": ["summary:01JV-stm"],
        "source_transport": "wss",
        "retention_profile": "federation-vault"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&transcript_bundle::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn bundle() -> TranscriptBundle {
        Draft::<TranscriptBundle>::parse(TranscriptBundle::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    #[test]
    fn a_bundle_lists_a_segment_by_what_it_says_not_by_its_id_alone() {
        let example = TranscriptSegment::EXAMPLE.as_bytes();
        let segment = Draft::<TranscriptSegment>::parse(example).unwrap().document().clone();
        assert!(bundle().lists(&segment));
        let other = TranscriptSegment { content: crate::Content::Text("hallo".to_owned()), ..segment };
        assert!(!bundle().lists(&other));
    }

    #[test]
    fn the_manifest_covers_the_order_of_the_segments() {
        let one = bundle().segments[0].clone();
        let other = SegmentRef { segment: "segment:01JV-stm-002".parse().unwrap(), ..one.clone() };
        let hash = |segments: &[SegmentRef]| TranscriptBundle::manifest_hash(segments).unwrap();
        assert_ne!(hash(&[one.clone(), other.clone()]), hash(&[other, one]));
    }
}
