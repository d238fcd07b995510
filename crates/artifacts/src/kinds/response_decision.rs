//! `response-decision.v1`: what a buyer decides about a contract: accept, reject, cancel (decisions D8, E7).

use earnest_base::{
    ContractId, DecisionId, HoldId, ParticipantId, ResponseId, Sha256Digest, SubjectKind, Text, Timestamp,
};
use earnest_signing::{Cond, Document, Rule, Signer, Then, Value, Verified};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::ResponseEnvelope;
use crate::{Family, vocabulary::words};

/// A buyer's decision about a contract: about its response, or to end it before there is one.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseDecision {
    /// The decision.
    #[serde(rename = "decision/id")]
    pub id: DecisionId,
    /// The contract that it is about.
    #[serde(rename = "contract/id")]
    pub contract: ContractId,
    /// The hold of the contract, where there is one.
    #[serde(rename = "hold/id")]
    pub hold: Option<HoldId>,
    /// What is decided.
    pub decision: Decision,
    /// The response that is accepted or rejected.
    #[serde(rename = "response/id")]
    pub response: Option<ResponseId>,
    /// The SHA-256 digest of that response in canonical form without its signature: the decision is about what was
    /// delivered, and nothing else.
    #[serde(rename = "response/digest")]
    pub response_digest: Option<Sha256Digest>,
    /// Who decides, and signs: the buyer, or the custodian of the organisation that buys.
    #[serde(rename = "decision/author")]
    pub author: ParticipantId,
    /// When it was decided, by the buyer's clock.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The acceptance criterion that a rejected response breaks; the escrow checks it again.
    #[serde(rename = "criterion/ref")]
    pub criterion: Option<Criterion>,
    /// Why, for people.
    pub reason: Option<Text>,
}

words! {
    /// What a buyer decides.
    Decision {
        /// The response is accepted: the hold is released.
        Accept,
        /// The response is rejected: the hold is refunded, once the escrow finds the criterion broken.
        Reject,
        /// The contract ends before there is a response: the hold is refunded.
        Cancel,
    }
}

/// An acceptance criterion, by the member of the contract or of its order that states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Criterion {
    /// The answer has another form.
    #[serde(rename = "acceptance/answer-format")]
    AnswerFormat,
    /// The answer is too short.
    #[serde(rename = "acceptance/min-length")]
    MinLength,
    /// The answer is too long.
    #[serde(rename = "acceptance/max-length")]
    MaxLength,
    /// The answer breaks a constraint of the order.
    #[serde(rename = "request/output-constraints")]
    OutputConstraints,
}

impl ResponseDecision {
    /// Whether it is about this response, as it was delivered: same id, same contract, same content.
    #[must_use]
    pub fn is_about(&self, response: &Verified<ResponseEnvelope>) -> bool {
        self.response.as_ref() == Some(&response.id)
            && response.contract.as_ref() == Some(&self.contract)
            && self.response_digest == Some(response.content_digest())
    }
}

const RESPONSE: &[&str] = &["response/id", "response/digest"];

impl Document for ResponseDecision {
    const KIND: &'static str = "response-decision.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["decision/author"], &[SubjectKind::Participant])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "decision-needs-response",
            says: "what is accepted or rejected is named, with its digest",
            when: &[Cond::OneOf("decision", &[Value::Text("accept"), Value::Text("reject")])],
            then: &[Then::Has(RESPONSE)],
        },
        Rule {
            code: "cancel-without-response",
            says: "a contract is canceled before there is a response",
            when: &[Cond::Is("decision", Value::Text("cancel"))],
            then: &[Then::Lacks(RESPONSE)],
        },
        Rule {
            code: "reject-needs-criterion",
            says: "a rejection names the criterion that is broken, and says why; anything else is a dispute",
            when: &[Cond::Is("decision", Value::Text("reject"))],
            then: &[Then::Has(&["criterion/ref", "reason"])],
        },
        Rule {
            code: "criterion-without-reject",
            says: "only a rejection names a criterion",
            when: &[Cond::OneOf("decision", &[Value::Text("accept"), Value::Text("cancel")])],
            then: &[Then::Lacks(&["criterion/ref"])],
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for ResponseDecision {
    const EXAMPLE: &'static str = r#"{
        "schema": "response-decision.v1",
        "schema/v": 1,
        "decision/id": "decision:01JV-ph1-breakfast",
        "contract/id": "contract:01JV-ph1-breakfast",
        "hold/id": "hold:01JV-ph1-breakfast",
        "decision": "reject",
        "response/id": "response:01JV-adam-001",
        "response/digest": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "decision/author": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "created-at": "2026-04-01T06:30:00Z",
        "criterion/ref": "acceptance/max-length",
        "reason": "The answer has 3412 characters; the contract allows 3000."
    }"#;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    #[test]
    fn a_decision_is_about_one_response_as_it_was_delivered() {
        let text = crate::example(ResponseEnvelope::KIND).unwrap();
        let response: Verified<ResponseEnvelope> = Verified::parse(text.as_bytes()).unwrap();
        let draft = Draft::<ResponseDecision>::parse(ResponseDecision::EXAMPLE.as_bytes()).unwrap();
        let decision = ResponseDecision {
            contract: response.contract.clone().unwrap(),
            response: Some(response.id.clone()),
            response_digest: Some(response.content_digest()),
            ..draft.document().clone()
        };
        assert!(decision.is_about(&response));
        let other = Some(Sha256Digest::of(b"another delivery"));
        assert!(!ResponseDecision { response_digest: other, ..decision.clone() }.is_about(&response));
        assert!(
            !ResponseDecision { contract: draft.document().contract.clone(), ..decision.clone() }.is_about(&response)
        );
        assert!(!ResponseDecision { response: draft.document().response.clone(), ..decision }.is_about(&response));
    }
}
