//! `question-envelope.v1`: a question to the swarm, signed by the participant who asks (seed 001, steps 20 and 21).

use earnest_base::{
    Currency, FederationId, LanguageTag, MinorUnits, Name, NodeId, ParticipantId, QuestionId, Ratio, RoomId, Seconds,
    SubjectKind, Text, Timestamp,
};
use earnest_signing::{Breach, Check, Cond, Document, Lapse, Pointer, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family, List,
    published::{Published, question_envelope},
    vocabulary::{DeliveryScope, RoomPolicyProfile, is_room_of, words},
};

/// A question, how far it travels, and what an answer may cost.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionEnvelope {
    /// The question; also the id of its answer room.
    #[serde(rename = "question/id")]
    pub id: QuestionId,
    /// When it was asked.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The asker's node.
    #[serde(rename = "sender/node-id")]
    pub sender_node: NodeId,
    /// Who asks, and signs.
    #[serde(rename = "sender/participant-id")]
    pub sender: ParticipantId,
    /// The asker's federation.
    #[serde(rename = "sender/federation-id")]
    pub federation: Option<FederationId>,
    /// How long it stands after `created-at`, in seconds.
    #[serde(rename = "ttl-sec")]
    pub ttl: Seconds,
    /// The question itself.
    #[serde(rename = "question/text")]
    pub text: Text,
    /// What it is about.
    #[serde(rename = "question/tags")]
    pub tags: List<Name>,
    /// How urgent it is.
    #[serde(rename = "question/urgency")]
    pub urgency: Option<Urgency>,
    /// How far it travels.
    #[serde(rename = "delivery/scope")]
    pub scope: DeliveryScope,
    /// The room in which it is answered.
    #[serde(rename = "delivery/response-channel-id")]
    pub channel: RoomId,
    /// Whether debate may follow the answers.
    #[serde(rename = "follow-ups/allowed")]
    pub follow_ups: Option<bool>,
    /// To whom it is shown.
    #[serde(rename = "request/exposure-mode")]
    pub exposure: ExposureMode,
    /// What people may do in the answer room.
    #[serde(rename = "room-policy/profile")]
    pub room_policy: Option<RoomPolicyProfile>,
    /// The least reputation of a responder: from 0 to 1.
    #[serde(rename = "responder/min-reputation")]
    pub min_reputation: Option<Ratio>,
    /// Models of which a responder uses one.
    #[serde(rename = "models/require")]
    pub models_required: Option<Vec<Name>>,
    /// Models that a responder does not use.
    #[serde(rename = "models/exclude")]
    pub models_excluded: Option<Vec<Name>>,
    /// The languages of an answer.
    pub languages: Option<Vec<LanguageTag>>,
    /// What an answer is rewarded with.
    #[serde(rename = "reward/mode")]
    pub reward: RewardMode,
    /// The highest price, in minor units of the currency.
    #[serde(rename = "procurement/max-price-amount")]
    pub max_price: Option<MinorUnits>,
    /// The currency of the highest price.
    #[serde(rename = "procurement/price-currency")]
    pub currency: Option<Currency>,
    /// How long the asker waits for offers, in seconds.
    #[serde(rename = "procurement/max-wait-sec")]
    pub max_wait: Option<Seconds>,
}

words! {
    /// How urgent a question is.
    Urgency {
        /// It can wait.
        Low,
        /// As usual.
        Normal,
        /// Before others.
        High,
        /// Before everything.
        Critical,
    }
    /// To whom a question is shown.
    ExposureMode {
        /// To the asker's own swarm.
        PrivateToSwarm,
        /// To the asker's federation.
        FederationLocal,
        /// To one responder who was chosen already: for programs, never offered to people.
        SelectedResponder,
        /// To everybody who may help.
        PublicCallForHelp,
    }
    /// What an answer is rewarded with.
    RewardMode {
        /// With nothing.
        None,
        /// With help in return.
        Collaborative,
        /// With money, by contract.
        Procurement,
    }
}

impl QuestionEnvelope {
    /// When it ends: `created-at` + `ttl-sec`. `None` where that lies beyond the calendar, which no parsed question's does.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.created_at.after(self.ttl)
    }

    /// Whether a responder who uses these models may answer.
    #[must_use]
    pub fn admits_models(&self, used: &[Name]) -> bool {
        let among = |models: &[Name]| models.iter().any(|model| used.contains(model));
        let required = self.models_required.as_deref().unwrap_or_default();
        (required.is_empty() || among(required)) && !among(self.models_excluded.as_deref().unwrap_or_default())
    }
}

const FEDERATION: &[&str] = &["sender/federation-id"];

/// Where a question is shown decides how far it travels.
const fn exposed(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "exposure-scope-mismatch", says: "to whom a question is shown decides how far it travels", when, then }
}

/// A question within a federation names it.
const fn within_federation(when: &'static [Cond]) -> Rule {
    Rule {
        code: "federation-missing",
        says: "a question within a federation names it",
        when,
        then: &[Then::Has(FEDERATION)],
    }
}

impl Document for QuestionEnvelope {
    const KIND: &'static str = "question-envelope.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["sender/participant-id"], &[SubjectKind::Participant])];
    const RULES: &'static [Rule] = &[
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("private-to-swarm"))],
            &[Then::Is("delivery/scope", Value::Text("private-to-swarm"))],
        ),
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("federation-local"))],
            &[Then::Is("delivery/scope", Value::Text("federation-local"))],
        ),
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("selected-responder"))],
            &[Then::Is("delivery/scope", Value::Text("federation-local"))],
        ),
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("public-call-for-help"))],
            &[Then::OneOf("delivery/scope", &[Value::Text("cross-federation"), Value::Text("global")])],
        ),
        within_federation(&[Cond::Is("request/exposure-mode", Value::Text("federation-local"))]),
        within_federation(&[Cond::Is("request/exposure-mode", Value::Text("selected-responder"))]),
        Rule {
            code: "procurement-needs-limits",
            says: "who buys an answer states the highest price and the longest wait",
            when: &[Cond::Is("reward/mode", Value::Text("procurement"))],
            then: &[Then::Has(&[
                "procurement/max-price-amount",
                "procurement/price-currency",
                "procurement/max-wait-sec",
            ])],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "channel-mismatch",
            says: "a question is answered in its own room",
            test: |question| {
                if is_room_of(&question.channel, &question.id) {
                    return Ok(());
                }
                let message = format!("expected a room of {}, found {}", question.id, question.channel);
                Err(Breach::at("delivery/response-channel-id", message))
            },
        },
        Check {
            code: "model-filters-contradict",
            says: "no model is both required and excluded",
            test: |question| {
                let required = question.models_required.as_deref().unwrap_or_default();
                let mut excluded = question.models_excluded.iter().flatten().enumerate();
                excluded.find(|(_, model)| required.contains(model)).map_or(Ok(()), |(index, model)| {
                    let pointer = Pointer::member("models/exclude").join(&index.to_string());
                    Err(Breach { pointer, message: format!("expected no model of `models/require`, found {model}") })
                })
            },
        },
        Check {
            code: "expiry-out-of-range",
            says: "`created-at` + `ttl-sec` lies within the calendar",
            test: |question| match question.expires_at() {
                Some(_) => Ok(()),
                None => Err(Breach::at(
                    "ttl-sec",
                    format!("expected an end before the year 10000, found {} s", question.ttl.value()),
                )),
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        match self.expires_at() {
            _ if now < self.created_at => Err(Lapse::NotYet(self.created_at)),
            Some(end) if now >= end => Err(Lapse::Expired(end)),
            _ => Ok(()),
        }
    }
}

impl Family for QuestionEnvelope {
    const EXAMPLE: &'static str = r#"{
        "schema": "question-envelope.v1",
        "schema/v": 1,
        "question/id": "question:01JV-stm-under-load",
        "created-at": "2026-04-01T06:00:00Z",
        "sender/node-id": "node:did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x",
        "sender/participant-id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "sender/federation-id": "fed:pl-main",
        "ttl-sec": 1800,
        "question/text": "How should we handle STM failures in Clojure under load?",
        "question/tags": ["clojure", "stm"],
        "question/urgency": "normal",
        "delivery/scope": "federation-local",
        "delivery/response-channel-id": "question:01JV-stm-under-load",
        "follow-ups/allowed": true,
        "request/exposure-mode": "federation-local",
        "room-policy/profile": "mediated-only",
        "responder/min-reputation": 0.72,
        "models/require": ["model:large-1", "model:large-2"],
        "models/exclude": ["model:small-1"],
        "languages": ["en", "pl"],
        "reward/mode": "procurement",
        "procurement/max-price-amount": 1500,
        "procurement/price-currency": "ORC",
        "procurement/max-wait-sec": 3600
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&question_envelope::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn question() -> QuestionEnvelope {
        Draft::<QuestionEnvelope>::parse(QuestionEnvelope::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    #[test]
    fn a_question_stands_until_just_before_its_ttl_ends() {
        let at = |moment: &str| question().valid_at(moment.parse().unwrap());
        assert!(matches!(at("2026-04-01T05:59:59.999Z"), Err(Lapse::NotYet(_))));
        assert_eq!(at("2026-04-01T06:29:59.999Z"), Ok(()));
        assert!(matches!(at("2026-04-01T06:30:00Z"), Err(Lapse::Expired(_))));
    }

    #[test]
    fn a_responder_uses_a_model_that_is_required_and_none_that_is_excluded() {
        let admits = |models: &[&str]| {
            let models: Vec<Name> = models.iter().map(|model| model.parse().unwrap()).collect();
            question().admits_models(&models)
        };
        assert!(admits(&["model:large-2", "model:other"]));
        assert!(!admits(&["model:other"]));
        assert!(!admits(&["model:large-1", "model:small-1"]));
    }
}
