//! `procurement-offer.v1`: a responder's offer to answer one question (seed 001, "Procurement").

use earnest_base::{
    Count, Currency, FederationId, MinorUnits, Name, NodeId, OfferId, ParticipantId, QuestionId, Ratio, SubjectKind,
    Timestamp,
};
use earnest_signing::{Breach, Check, Document, Lapse, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family, List,
    published::{Published, procurement_offer},
    vocabulary::{AnswerFormat, words},
};

/// An offer to answer one question, at one price.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcurementOffer {
    /// The offer.
    #[serde(rename = "offer/id")]
    pub id: OfferId,
    /// The question that it would answer.
    #[serde(rename = "question/id")]
    pub question: QuestionId,
    /// When the responder made it.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// Until when it can be taken; absent means until it is withdrawn from the question.
    #[serde(rename = "expires-at")]
    pub expires_at: Option<Timestamp>,
    /// The responder's node.
    #[serde(rename = "responder/node-id")]
    pub responder_node: NodeId,
    /// Who would answer, and signs.
    #[serde(rename = "responder/participant-id")]
    pub responder: ParticipantId,
    /// The responder's federation.
    #[serde(rename = "responder/federation-id")]
    pub federation: Option<FederationId>,
    /// A key of the responder for encrypted content.
    #[serde(rename = "responder/public-key-ref")]
    pub public_key: Option<Name>,
    /// The price of the answer, in minor units of the currency.
    #[serde(rename = "price/amount")]
    pub price: MinorUnits,
    /// The currency of the price.
    #[serde(rename = "price/currency")]
    pub currency: Currency,
    /// When the answer would be there.
    #[serde(rename = "deadline-at")]
    pub deadline_at: Timestamp,
    /// The fewest characters of the answer.
    #[serde(rename = "answer/min-length")]
    pub min_length: Count<1>,
    /// The most characters of the answer.
    #[serde(rename = "answer/max-length")]
    pub max_length: Count<1>,
    /// The form of the answer.
    #[serde(rename = "answer/format")]
    pub answer_format: Option<AnswerFormat>,
    /// How the answer would be worked out.
    #[serde(rename = "execution/mode")]
    pub execution: ExecutionMode,
    /// What the responder knows about.
    #[serde(rename = "specialization/tags")]
    pub tags: List<Name>,
    /// The models that would be used.
    #[serde(rename = "models/used")]
    pub models: Option<Vec<Name>>,
    /// Whether a person may take part.
    #[serde(rename = "operator-participation/may-occur")]
    pub operator_may_take_part: Option<bool>,
    /// How the responder wants the outcome confirmed.
    #[serde(rename = "confirmation/mode")]
    pub confirmation: Option<OfferedConfirmation>,
    /// What speaks for the responder.
    #[serde(rename = "reputation/evidence")]
    pub evidence: List<Evidence>,
}

/// Something that speaks for a responder.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Evidence {
    /// What it is, such as `receipt-history`.
    pub kind: Name,
    /// Where it is.
    #[serde(rename = "ref")]
    pub reference: Name,
    /// What it comes to, from 0 to 1.
    pub score: Option<Ratio>,
}

words! {
    /// How an answer is worked out.
    ExecutionMode {
        /// By several, in a room.
        RoomCollaboration,
        /// By one responder.
        SingleResponder,
    }
    /// How a responder wants the outcome confirmed.
    OfferedConfirmation {
        /// An arbiter of the contract decides.
        ArbiterConfirmed,
        /// The buyer decides; silence releases.
        SelfConfirmed,
        /// An operator releases by hand.
        ManualReviewOnly,
        /// Nobody does; for answers without a price.
        NoConfirmation,
    }
}

impl Document for ProcurementOffer {
    const KIND: &'static str = "procurement-offer.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["responder/participant-id"], &[SubjectKind::Participant])];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "length-order",
            says: "an answer's least length is not above its greatest",
            test: |offer| {
                if offer.min_length <= offer.max_length {
                    return Ok(());
                }
                let message = format!("expected at least {}, found {}", offer.min_length, offer.max_length);
                Err(Breach::at("answer/max-length", message))
            },
        },
        Check {
            code: "deadline-order",
            says: "what an offer promises lies after it",
            test: |offer| {
                let promised = [("deadline-at", Some(offer.deadline_at)), ("expires-at", offer.expires_at)];
                for (member, moment) in promised {
                    if let Some(found) = moment.filter(|moment| *moment <= offer.created_at) {
                        let message = format!("expected a moment after {}, found {found}", offer.created_at);
                        return Err(Breach::at(member, message));
                    }
                }
                Ok(())
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        match self.expires_at {
            _ if now < self.created_at => Err(Lapse::NotYet(self.created_at)),
            Some(end) if now >= end => Err(Lapse::Expired(end)),
            _ => Ok(()),
        }
    }
}

impl Family for ProcurementOffer {
    const EXAMPLE: &'static str = r#"{
        "schema": "procurement-offer.v1",
        "schema/v": 1,
        "offer/id": "offer:01JV-bakery:adam",
        "question/id": "question:01JV-bakery",
        "created-at": "2026-04-01T06:12:00Z",
        "expires-at": "2026-04-01T06:25:00Z",
        "responder/node-id": "node:did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP",
        "responder/participant-id": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
        "responder/federation-id": "fed:pl-main",
        "price/amount": 900,
        "price/currency": "ORC",
        "deadline-at": "2026-04-01T07:00:00Z",
        "answer/min-length": 400,
        "answer/max-length": 1400,
        "answer/format": "markdown",
        "execution/mode": "single-responder",
        "specialization/tags": ["news", "bakery"],
        "models/used": ["gpt-5"],
        "operator-participation/may-occur": true,
        "confirmation/mode": "arbiter-confirmed",
        "reputation/evidence": [{"kind": "receipt-history", "ref": "receipt-log:adam", "score": 0.87}]
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&procurement_offer::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    #[test]
    fn an_offer_can_be_taken_from_its_making_until_just_before_its_end() {
        let draft = Draft::<ProcurementOffer>::parse(ProcurementOffer::EXAMPLE.as_bytes()).unwrap();
        let at = |moment: &str| draft.document().valid_at(moment.parse().unwrap());
        assert!(matches!(at("2026-04-01T06:11:59.999Z"), Err(Lapse::NotYet(_))));
        assert_eq!(at("2026-04-01T06:12:00Z"), Ok(()));
        assert_eq!(at("2026-04-01T06:24:59.999Z"), Ok(()));
        assert!(matches!(at("2026-04-01T06:25:00Z"), Err(Lapse::Expired(_))));
        let open = ProcurementOffer { expires_at: None, ..draft.document().clone() };
        assert_eq!(open.valid_at("2027-04-01T06:25:00Z".parse().unwrap()), Ok(()));
    }
}
