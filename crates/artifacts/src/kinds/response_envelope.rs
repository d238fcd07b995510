//! `response-envelope.v1`: what a provider delivers, and where it comes from (seed 002, "Delivery"; decisions D5, E1).

use earnest_base::{
    ContractId, Name, NodeId, ParticipantId, QuestionId, Ratio, ReceiptId, ResponseId, RoomId, SubjectKind, Timestamp,
};
use earnest_signing::{Breach, Check, Cond, Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Content, Family, List,
    payload::fits_inline,
    published::{Published, response_envelope},
    vocabulary::{AnswerFormat, BlobRef, OriginClass, words},
};

/// An answer: its content, what it is sure of, and who or what made it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseEnvelope {
    /// The response.
    #[serde(rename = "response/id")]
    pub id: ResponseId,
    /// The question that it answers.
    #[serde(rename = "question/id")]
    pub question: QuestionId,
    /// The room in which it was worked out.
    #[serde(rename = "room/id")]
    pub room: Option<RoomId>,
    /// The contract that it fulfils.
    #[serde(rename = "contract/id")]
    pub contract: Option<ContractId>,
    /// The receipt of the contract, where the response is published after it.
    #[serde(rename = "receipt/id")]
    pub receipt: Option<ReceiptId>,
    /// The room's summary that the response is taken from.
    #[serde(rename = "accepted-summary/id")]
    pub summary: Option<Name>,
    /// When it was made.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// When it was delivered, by the provider's clock. The escrow's own clock rules deadlines.
    #[serde(rename = "delivery/ts")]
    pub delivered_at: Option<Timestamp>,
    /// The provider's node.
    #[serde(rename = "source/node-id")]
    pub source_node: NodeId,
    /// Who answers, and signs.
    #[serde(rename = "source/participant-id")]
    pub source: ParticipantId,
    /// The node through which a person's words came.
    #[serde(rename = "gateway/node-id")]
    pub gateway_node: Option<NodeId>,
    /// The answer itself: text or an object, of at most 16 KiB. Beside blobs it says what they are.
    #[serde(rename = "answer/content")]
    pub content: Content,
    /// What of the answer is binary or larger than 16 KiB, as blobs whose bytes verification hashes.
    #[serde(rename = "answer/blobs")]
    pub blobs: Option<List<BlobRef>>,
    /// The form of the answer.
    #[serde(rename = "answer/format")]
    pub format: AnswerFormat,
    /// How sure the answer is, from 0 to 1.
    #[serde(rename = "confidence/signal")]
    pub confidence: Ratio,
    /// How unsure it is, from 0 to 1, where that is told apart.
    #[serde(rename = "uncertainty/signal")]
    pub uncertainty: Option<Ratio>,
    /// Whether a person took part.
    #[serde(rename = "human-linked-participation")]
    pub human_linked: bool,
    /// Where the content comes from.
    #[serde(rename = "provenance/origin-classes")]
    pub origins: List<OriginClass>,
    /// Who made it: a model, a person, or both.
    #[serde(rename = "provenance/type")]
    pub provenance: Provenance,
    /// The model that took part.
    #[serde(rename = "provenance/model")]
    pub model: Option<Name>,
    /// Whether a person took part; the same as `human-linked-participation`, where it is there.
    #[serde(rename = "provenance/human")]
    pub human: Option<bool>,
    /// In which order model and person worked, such as `model-draft`, `human-refinement`.
    #[serde(rename = "provenance/sequence")]
    pub sequence: Option<List<Name>>,
}

words! {
    /// Who made an answer.
    Provenance {
        /// A model alone.
        ModelOnly,
        /// A model and a person.
        Hybrid,
        /// A person alone.
        HumanOnly,
    }
}

impl ResponseEnvelope {
    /// How many characters the answer has, for the lengths of a contract's acceptance criteria; the blobs beside it
    /// not counted.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.content.characters()
    }

    /// How many bytes the blobs have together.
    #[must_use]
    pub fn blob_bytes(&self) -> u64 {
        self.blobs.iter().flat_map(|blobs| blobs.iter()).fold(0, |sum, blob| sum.saturating_add(blob.size.value()))
    }
}

const ORIGINS: &str = "provenance/origin-classes";
const NODE: &[Value] = &[Value::Text("node-generated")];
const PEOPLE: &[Value] = &[Value::Text("node-mediated-human"), Value::Text("human-live")];

const fn made_by(provenance: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule {
        code: "provenance-mismatch",
        says: "a model alone means no person, a person alone no model, and both mean both",
        when: provenance,
        then,
    }
}

impl Document for ResponseEnvelope {
    const KIND: &'static str = "response-envelope.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["source/participant-id"], &[SubjectKind::Participant])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "human-without-origin",
            says: "where a person took part, content comes from a person",
            when: &[Cond::Is("human-linked-participation", Value::Bool(true))],
            then: &[Then::Any(ORIGINS, PEOPLE), Then::Is("provenance/human", Value::Bool(true))],
        },
        Rule {
            code: "origin-without-human",
            says: "where no person took part, all content comes from nodes",
            when: &[Cond::Is("human-linked-participation", Value::Bool(false))],
            then: &[Then::Each(ORIGINS, NODE), Then::Is("provenance/human", Value::Bool(false))],
        },
        made_by(
            &[Cond::Is("provenance/type", Value::Text("model-only"))],
            &[Then::Is("human-linked-participation", Value::Bool(false))],
        ),
        made_by(
            &[Cond::Is("provenance/type", Value::Text("hybrid"))],
            &[Then::Is("human-linked-participation", Value::Bool(true)), Then::Any(ORIGINS, NODE)],
        ),
        made_by(
            &[Cond::Is("provenance/type", Value::Text("human-only"))],
            &[
                Then::Is("human-linked-participation", Value::Bool(true)),
                Then::Each(ORIGINS, PEOPLE),
                Then::Lacks(&["provenance/model"]),
            ],
        ),
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "content-too-large",
            says: "content over 16 KiB travels as blobs",
            test: |response| fits_inline("answer/content", response.content.bytes()),
        },
        Check {
            code: "delivered-before-created",
            says: "an answer is made before it is delivered",
            test: |response| match response.delivered_at {
                Some(found) if found < response.created_at => {
                    let message = format!("expected a moment not before {}, found {found}", response.created_at);
                    Err(Breach::at("delivery/ts", message))
                }
                _ => Ok(()),
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for ResponseEnvelope {
    const EXAMPLE: &'static str = r#"{
        "schema": "response-envelope.v1",
        "schema/v": 1,
        "response/id": "response:01JV-ola-001",
        "question/id": "question:01JV-ph2-redaction",
        "room/id": "question:01JV-ph2-redaction",
        "contract/id": "contract:01JV-ph2-redaction",
        "created-at": "2026-04-01T06:40:00Z",
        "delivery/ts": "2026-04-01T06:41:00Z",
        "source/node-id": "node:did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH",
        "source/participant-id": "participant:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
        "answer/content": "Śniadanie, które zmienia poranek.",
        "answer/blobs": [{"digest": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "media-type": "text/markdown", "size": 0}],
        "answer/format": "markdown",
        "confidence/signal": 0.9,
        "human-linked-participation": true,
        "provenance/origin-classes": ["node-generated", "node-mediated-human"],
        "provenance/type": "hybrid",
        "provenance/model": "bielik",
        "provenance/human": true,
        "provenance/sequence": ["model-draft", "human-refinement"]
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&response_envelope::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn with_content(content: &str) -> Result<ResponseEnvelope, String> {
        let text = ResponseEnvelope::EXAMPLE.replace("\"Śniadanie, które zmienia poranek.\"", content);
        let draft = Draft::<ResponseEnvelope>::parse(text.as_bytes());
        draft.map(|draft| draft.document().clone()).map_err(|error| format!("{} {}", error.code(), error.pointer()))
    }

    #[test]
    fn content_is_text_or_an_object_and_never_empty() {
        assert_eq!(with_content("\"śćż\"").unwrap().characters(), 3);
        assert_eq!(with_content("{\"b\": 1, \"a\": []}").unwrap().characters(), "{\"a\":[],\"b\":1}".len());
        for (wrong, code) in
            [("\"\"", "invalid-value"), ("{}", "invalid-value"), ("[]", "wrong-type"), ("null", "wrong-type")]
        {
            assert_eq!(with_content(wrong).unwrap_err(), format!("{code} /answer~1content"), "{wrong}");
        }
    }

    #[test]
    fn content_is_at_most_16_kib_however_few_characters_that_is() {
        let text = |letter: &str, count: usize| format!("\"{}\"", letter.repeat(count));
        assert!(with_content(&text("a", 16_384)).is_ok());
        assert!(with_content(&text("ś", 8_192)).is_ok());
        assert!(with_content(&text("ś", 8_193)).unwrap_err().starts_with("content-too-large"));
        assert!(with_content(&text("a", 16_385)).unwrap_err().starts_with("invalid-value"));
        let object = format!("{{\"a\": {}}}", text("a", 16_384));
        assert!(with_content(&object).unwrap_err().starts_with("content-too-large"));
    }

    #[test]
    fn an_object_that_looks_like_a_blob_is_an_object() {
        let response = with_content("{\"digest\": \"sha256:x\", \"media-type\": \"image/png\", \"size\": 7}").unwrap();
        assert!(matches!(response.content, Content::Object(_)));
        assert_eq!(response.blob_bytes(), 0);
    }
}
