//! `service-offer.v1`: a provider's standing, priced offer (seed 002, "Service Offer Artifact").

use earnest_base::{
    Count, Currency, MinorUnits, MoneyError, Name, NodeId, OfferId, ParticipantId, Seconds, SubjectKind, Text,
    Timestamp,
};
use earnest_signing::{Breach, Check, Cond, Document, JsonObject, Lapse, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    published::{Published, service_offer},
    vocabulary::{ConfirmationMode, words},
};

/// A standing, priced offer of one service. A higher `seq` of the same `offer/id` replaces it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceOffer {
    /// The offer; it stays the same when a higher `seq` replaces the terms.
    #[serde(rename = "offer/id")]
    pub id: OfferId,
    /// Whether the offer stands; absent means active. A withdrawn offer keeps the record and ends the offer.
    #[serde(rename = "offer/status")]
    pub status: Option<OfferStatus>,
    /// When the offer was first made, where that is not `ts`.
    #[serde(rename = "created-at")]
    pub created_at: Option<Timestamp>,
    /// The place of these terms among those of the offer: higher replaces lower.
    pub seq: Count,
    /// When these terms were published.
    pub ts: Timestamp,
    /// How long these terms stand after `ts`, in seconds.
    pub ttl: Seconds,
    /// The node that hosts the service.
    #[serde(rename = "provider/node-id")]
    pub provider_node: NodeId,
    /// Who provides the service, and signs.
    #[serde(rename = "provider/participant-id")]
    pub provider: ParticipantId,
    /// The category of the service, such as `text/redaction`.
    #[serde(rename = "service/type")]
    pub service_type: Name,
    /// What the service does, for people.
    #[serde(rename = "service/description")]
    pub description: Text,
    /// The price of one unit, in minor units of the currency.
    #[serde(rename = "pricing/amount")]
    pub price: MinorUnits,
    /// The currency of the price.
    #[serde(rename = "pricing/currency")]
    pub currency: Currency,
    /// One unit, in words. A label: no program reads it.
    #[serde(rename = "pricing/unit")]
    pub unit: Text,
    /// How units are counted.
    #[serde(rename = "pricing/unit-kind")]
    pub unit_kind: UnitKind,
    /// The characters of one unit, where units are blocks of characters: units are the length divided by it, rounded up.
    #[serde(rename = "pricing/unit-size")]
    pub unit_size: Option<Count<1>>,
    /// The longest time from acceptance to delivery, in seconds.
    #[serde(rename = "delivery/max-duration")]
    pub max_duration: Seconds,
    /// Whether orders are accepted without a person, up to the depth of the queue.
    #[serde(rename = "queue/auto-accept")]
    pub auto_accept: bool,
    /// How many tasks may be active at once.
    #[serde(rename = "queue/max-depth")]
    pub max_depth: Count,
    /// How many tasks were active when these terms were published.
    #[serde(rename = "queue/current-depth")]
    pub current_depth: Option<Count>,
    /// What the service takes: format, size, language.
    #[serde(rename = "constraints/input")]
    pub input_constraints: Option<JsonObject>,
    /// What the service promises: format, dimensions, size.
    #[serde(rename = "constraints/output")]
    pub output_constraints: Option<JsonObject>,
    /// Whether a person takes part beyond the model.
    pub hybrid: bool,
    /// Whether the model works before the person does.
    #[serde(rename = "model-first")]
    pub model_first: Option<bool>,
    /// How the provider wants the outcome confirmed.
    #[serde(rename = "confirmation/mode")]
    pub confirmation: Option<ConfirmationMode>,
}

words! {
    /// Whether an offer stands.
    OfferStatus {
        /// It stands.
        Active,
        /// It has ended.
        Withdrawn,
    }
    /// How the units of an offer are counted.
    UnitKind {
        /// By the item.
        PerItem,
        /// By blocks of characters of the input.
        PerCharacterBlock,
        /// By the request.
        PerRequest,
        /// By the task.
        PerTask,
        /// One price for all.
        Flat,
    }
}

impl ServiceOffer {
    /// When these terms end: `ts` + `ttl`. `None` where that lies beyond the calendar, which no parsed offer's does.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.ts.after(self.ttl)
    }

    /// The price of a number of units.
    ///
    /// # Errors
    /// Above 2^53 − 1 minor units.
    pub fn total(&self, units: u64) -> Result<MinorUnits, MoneyError> {
        self.price.times(units)
    }

    /// How many units an input of this many characters is; `None` where units are not counted by characters.
    #[must_use]
    pub fn units_of(&self, characters: u64) -> Option<u64> {
        let size = self.unit_size?.value();
        matches!(self.unit_kind, UnitKind::PerCharacterBlock).then(|| characters.div_ceil(size))
    }

    /// Whether these terms replace others: the same offer of the same provider, with a higher `seq`.
    #[must_use]
    pub fn supersedes(&self, other: &Self) -> bool {
        self.id == other.id && self.provider == other.provider && self.seq > other.seq
    }
}

impl Document for ServiceOffer {
    const KIND: &'static str = "service-offer.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["provider/participant-id"], &[SubjectKind::Participant])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "model-first-needs-hybrid",
            says: "where no person takes part, nothing comes before one",
            when: &[Cond::Is("hybrid", Value::Bool(false))],
            then: &[Then::Is("model-first", Value::Bool(false))],
        },
        Rule {
            code: "character-block-needs-size",
            says: "blocks of characters have a size",
            when: &[Cond::Is("pricing/unit-kind", Value::Text("per-character-block"))],
            then: &[Then::Has(&["pricing/unit-size"])],
        },
        Rule {
            code: "size-needs-character-block",
            says: "only blocks of characters have a size",
            when: &[Cond::Has("pricing/unit-size")],
            then: &[Then::Is("pricing/unit-kind", Value::Text("per-character-block"))],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "created-after-published",
            says: "an offer is made before it is published",
            test: |offer| match offer.created_at {
                Some(created) if created > offer.ts => {
                    Err(Breach::at("created-at", format!("expected a moment not after {}, found {created}", offer.ts)))
                }
                _ => Ok(()),
            },
        },
        Check {
            code: "expiry-out-of-range",
            says: "`ts` + `ttl` lies within the calendar",
            test: |offer| match offer.expires_at() {
                Some(_) => Ok(()),
                None => Err(Breach::at(
                    "ttl",
                    format!("expected an end before the year 10000, found {} s", offer.ttl.value()),
                )),
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        match self.expires_at() {
            _ if now < self.ts => Err(Lapse::NotYet(self.ts)),
            Some(end) if now >= end => Err(Lapse::Expired(end)),
            _ => Ok(()),
        }
    }
}

impl Family for ServiceOffer {
    const EXAMPLE: &'static str = r#"{
        "schema": "service-offer.v1",
        "schema/v": 1,
        "offer/id": "offer:ola-redaction-01",
        "seq": 1,
        "ts": "2026-04-01T05:30:00Z",
        "ttl": 86400,
        "provider/participant-id": "participant:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
        "provider/node-id": "node:did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH",
        "service/type": "text/redaction",
        "service/description": "Polish editorial redaction: a model drafts, Ola refines.",
        "pricing/amount": 1000,
        "pricing/currency": "ORC",
        "pricing/unit": "1800 input characters",
        "pricing/unit-kind": "per-character-block",
        "pricing/unit-size": 1800,
        "constraints/input": {"language": "pl", "max_input_characters": 1800},
        "constraints/output": {"language": "pl", "format": "markdown"},
        "delivery/max-duration": 3600,
        "queue/auto-accept": false,
        "queue/max-depth": 3,
        "queue/current-depth": 0,
        "hybrid": true,
        "model-first": true,
        "confirmation/mode": "self-confirmed"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&service_offer::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn offer() -> ServiceOffer {
        Draft::<ServiceOffer>::parse(ServiceOffer::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    #[test]
    fn an_offer_is_in_force_from_ts_until_just_before_ts_and_ttl() {
        let at = |moment: &str| offer().valid_at(moment.parse().unwrap());
        assert!(matches!(at("2026-04-01T05:29:59.999Z"), Err(Lapse::NotYet(_))));
        assert_eq!(at("2026-04-01T05:30:00Z"), Ok(()));
        assert_eq!(at("2026-04-02T05:29:59.999Z"), Ok(()));
        assert!(matches!(at("2026-04-02T05:30:00Z"), Err(Lapse::Expired(_))));
    }

    #[test]
    fn units_are_blocks_of_characters_rounded_up() {
        for (characters, units) in [(0, 0), (1, 1), (1_800, 1), (1_801, 2), (18_000, 10)] {
            assert_eq!(offer().units_of(characters), Some(units));
        }
    }

    #[test]
    fn only_a_higher_seq_of_the_same_offer_replaces_it() {
        let higher = ServiceOffer { seq: Count::new(2).unwrap(), ..offer() };
        assert!(higher.supersedes(&offer()));
        assert!(!offer().supersedes(&offer()));
        let other = ServiceOffer { id: "offer:other".parse().unwrap(), ..higher };
        assert!(!other.supersedes(&offer()));
    }
}
