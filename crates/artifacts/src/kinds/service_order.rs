//! `service-order.v1`: a buyer's order of an offer (seed 002, "Service Order"; decisions D8, D17, E9).

use earnest_base::{
    Count, Currency, MinorUnits, Name, NodeId, OfferId, OrderId, OrgId, ParticipantId, Subject, SubjectKind, Timestamp,
};
use earnest_signing::{Breach, Check, Code, Cond, Document, Error, JsonObject, Pointer, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::ServiceOffer;
use crate::{
    Family, List,
    payload::fits_inline,
    published::{Published, service_order},
    vocabulary::{BlobRef, words},
};

/// An order of units of an offer, at the terms of one `seq`, up to an amount.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceOrder {
    /// The order.
    #[serde(rename = "order/id")]
    pub id: OrderId,
    /// When the buyer made it.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The buyer's node.
    #[serde(rename = "buyer/node-id")]
    pub buyer_node: NodeId,
    /// Whether a participant buys, or an organisation.
    #[serde(rename = "buyer/subject-kind")]
    pub buyer_kind: BuyerKind,
    /// Who buys. A participant signs.
    #[serde(rename = "buyer/subject-id")]
    pub buyer: Subject,
    /// The custodian who acts for the organisation that buys, and signs.
    #[serde(rename = "buyer/operator-participant-id")]
    pub operator: Option<ParticipantId>,
    /// The provider's node.
    #[serde(rename = "provider/node-id")]
    pub provider_node: NodeId,
    /// Who provides.
    #[serde(rename = "provider/participant-id")]
    pub provider: ParticipantId,
    /// The offer.
    #[serde(rename = "offer/id")]
    pub offer: OfferId,
    /// The `seq` of the terms that are ordered.
    #[serde(rename = "offer/seq")]
    pub offer_seq: Count,
    /// The category of the service, as the offer has it.
    #[serde(rename = "service/type")]
    pub service_type: Name,
    /// How many units are ordered.
    #[serde(rename = "request/units")]
    pub units: Count<1>,
    /// What the service is to work on: at most 16 KiB in canonical form.
    #[serde(rename = "request/input")]
    pub input: JsonObject,
    /// What of the input is binary or larger.
    #[serde(rename = "request/blobs")]
    pub blobs: Option<List<BlobRef>>,
    /// What the result has to keep: format, dimensions, size.
    #[serde(rename = "request/output-constraints")]
    pub output_constraints: Option<JsonObject>,
    /// The most that the buyer pays for all units, in minor units of the currency.
    #[serde(rename = "pricing/max-amount")]
    pub max_amount: MinorUnits,
    /// The currency that the buyer pays in.
    #[serde(rename = "pricing/currency")]
    pub currency: Currency,
    /// Until when the buyer needs the result.
    #[serde(rename = "delivery/requested-by")]
    pub requested_by: Option<Timestamp>,
    /// The run of the buyer's workflow that the order is part of.
    #[serde(rename = "workflow/run-id")]
    pub run: Option<Name>,
    /// The phase of that run.
    #[serde(rename = "workflow/phase-id")]
    pub phase: Option<Name>,
    /// What the order follows from: workflows, responses, receipts.
    #[serde(rename = "lineage/upstream-refs")]
    pub upstream: Option<Vec<Name>>,
}

words! {
    /// Who buys.
    BuyerKind {
        /// A participant, for themselves.
        Participant,
        /// An organisation, through its custodian.
        Org,
    }
}

impl ServiceOrder {
    /// Who signs: the participant who buys, or the custodian who acts for the organisation. `None` where the order names
    /// neither, which no order that was read does.
    #[must_use]
    pub const fn signatory(&self) -> Option<ParticipantId> {
        match (self.operator, self.buyer) {
            (Some(operator), _) => Some(operator),
            (None, Subject::Participant(buyer)) => Some(buyer),
            (None, _) => None,
        }
    }

    /// Whether this custodian orders for this organisation. Who an organisation's custodian is, its
    /// `organization-subject.v1` says.
    #[must_use]
    pub fn is_by_custodian(&self, org: &OrgId, custodian: &ParticipantId) -> bool {
        self.buyer == Subject::Org(*org) && self.operator == Some(*custodian)
    }

    /// What the order costs at the terms of an offer, whose input is so many characters long: units × price. Whether the
    /// offer stands, and whether its constraints are kept, is not asked here.
    ///
    /// # Errors
    /// The first of these that does not fit: `offer-not-found`, `offer-seq-mismatch`, `provider-mismatch`,
    /// `service-type-mismatch`, `units-mismatch` (blocks of characters: the length divided by the size, rounded up),
    /// `currency-mismatch`, `price-exceeded`.
    pub fn total_under(&self, offer: &ServiceOffer, input_characters: u64) -> Result<MinorUnits, Error> {
        let units = offer.units_of(input_characters).unwrap_or(self.units.value());
        fits("offer-not-found", "offer/id", &offer.id, &self.offer)?;
        fits("offer-seq-mismatch", "offer/seq", &offer.seq, &self.offer_seq)?;
        fits("provider-mismatch", "provider/participant-id", &offer.provider, &self.provider)?;
        fits("provider-mismatch", "provider/node-id", &offer.provider_node, &self.provider_node)?;
        fits("service-type-mismatch", "service/type", &offer.service_type, &self.service_type)?;
        fits("units-mismatch", "request/units", &units, &self.units.value())?;
        fits("currency-mismatch", "pricing/currency", &offer.currency, &self.currency)?;
        let place = || Pointer::member("pricing/max-amount");
        let code = Code::check("price-exceeded");
        let total = offer.total(units).map_err(|error| Error::new(code, place(), error.to_string()))?;
        if total <= self.max_amount {
            return Ok(total);
        }
        let message = format!("expected at least {} minor units, found {}", total.minor(), self.max_amount.minor());
        Err(Error::new(code, place(), message))
    }
}

/// Refuses a member of an order that is not as the offer has it.
fn fits<T: PartialEq + std::fmt::Display>(
    code: &'static str,
    member: &str,
    expected: &T,
    found: &T,
) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    Err(Error::new(Code::check(code), Pointer::member(member), format!("expected {expected}, found {found}")))
}

impl Document for ServiceOrder {
    const KIND: &'static str = "service-order.v1";
    const SIGNERS: &'static [Signer] =
        &[Signer::sole(&["buyer/operator-participant-id", "buyer/subject-id"], &[SubjectKind::Participant])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "org-needs-operator",
            says: "for an organisation its custodian orders",
            when: &[Cond::Is("buyer/subject-kind", Value::Text("org"))],
            then: &[Then::Has(&["buyer/operator-participant-id"])],
        },
        Rule {
            code: "participant-without-operator",
            says: "a participant orders in person",
            when: &[Cond::Is("buyer/subject-kind", Value::Text("participant"))],
            then: &[Then::Lacks(&["buyer/operator-participant-id"])],
        },
        Rule {
            code: "buyer-kind-mismatch",
            says: "the buyer is of the kind that the order names",
            when: &[Cond::Is("buyer/subject-kind", Value::Text("org"))],
            then: &[Then::StartsWith("buyer/subject-id", "org:")],
        },
        Rule {
            code: "buyer-kind-mismatch",
            says: "the buyer is of the kind that the order names",
            when: &[Cond::Is("buyer/subject-kind", Value::Text("participant"))],
            then: &[Then::StartsWith("buyer/subject-id", "participant:")],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "requested-before-created",
            says: "the result is needed after the order is made",
            test: |order| match order.requested_by {
                Some(moment) if moment <= order.created_at => {
                    let message = format!("expected a moment after {}, found {moment}", order.created_at);
                    Err(Breach::at("delivery/requested-by", message))
                }
                _ => Ok(()),
            },
        },
        Check {
            code: "input-too-large",
            says: "input over 16 KiB travels as blobs",
            test: |order| fits_inline("request/input", order.input.canonical().len()),
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for ServiceOrder {
    const EXAMPLE: &'static str = r#"{
        "schema": "service-order.v1",
        "schema/v": 1,
        "order/id": "order:01JV-ph1-breakfast",
        "created-at": "2026-04-01T06:00:00Z",
        "buyer/node-id": "node:did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x",
        "buyer/subject-kind": "org",
        "buyer/subject-id": "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "buyer/operator-participant-id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "provider/node-id": "node:did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP",
        "provider/participant-id": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
        "offer/id": "offer:adam-news-01",
        "offer/seq": 1,
        "service/type": "research/topical",
        "request/units": 3,
        "request/input": {"language": "pl", "topic": "breakfast news", "keywords": ["śniadanie", "brunch"]},
        "request/output-constraints": {"char_limit": 1000, "urls_required": true},
        "pricing/max-amount": 600,
        "pricing/currency": "ORC",
        "delivery/requested-by": "2026-04-01T06:35:00Z",
        "workflow/run-id": "arca-run:casualfeeders-morning-feed:2026-04-01",
        "workflow/phase-id": "phase-1-breakfast-research",
        "lineage/upstream-refs": ["workflow:casualfeeders-morning-feed"]
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&service_order::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn order() -> ServiceOrder {
        Draft::<ServiceOrder>::parse(ServiceOrder::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    /// An offer by blocks of 1800 characters at 1000, and an order of two of them.
    fn offer_and_order() -> (ServiceOffer, ServiceOrder) {
        let offer = Draft::<ServiceOffer>::parse(ServiceOffer::EXAMPLE.as_bytes()).unwrap().document().clone();
        let order = ServiceOrder {
            offer: offer.id.clone(),
            provider: offer.provider,
            provider_node: offer.provider_node,
            service_type: offer.service_type.clone(),
            units: Count::new(2).unwrap(),
            max_amount: MinorUnits::from_minor(2_000).unwrap(),
            ..order()
        };
        (offer, order)
    }

    #[test]
    fn an_order_costs_its_units_at_the_price_of_the_offer() {
        let (offer, order) = offer_and_order();
        assert_eq!(order.total_under(&offer, 1_801).unwrap().minor(), 2_000);
    }

    #[test]
    fn an_order_that_differs_from_the_offer_is_refused_with_the_first_difference() {
        let (offer, order) = offer_and_order();
        let cheap = MinorUnits::from_minor(1_999).unwrap();
        let wrong = [
            ("offer-not-found", ServiceOrder { offer: "offer:other".parse().unwrap(), ..order.clone() }),
            ("offer-seq-mismatch", ServiceOrder { offer_seq: Count::new(2).unwrap(), ..order.clone() }),
            ("provider-mismatch", ServiceOrder { provider: order.operator.unwrap(), ..order.clone() }),
            ("provider-mismatch", ServiceOrder { provider_node: order.buyer_node, ..order.clone() }),
            ("service-type-mismatch", ServiceOrder { service_type: "text/other".parse().unwrap(), ..order.clone() }),
            ("units-mismatch", ServiceOrder { units: Count::new(3).unwrap(), max_amount: cheap, ..order.clone() }),
            ("currency-mismatch", ServiceOrder { currency: "PLN".parse().unwrap(), ..order.clone() }),
            ("price-exceeded", ServiceOrder { max_amount: cheap, ..order }),
        ];
        for (code, order) in wrong {
            assert_eq!(order.total_under(&offer, 3_600).unwrap_err().code().as_str(), code);
        }
    }

    #[test]
    fn only_the_named_custodian_orders_for_the_named_organisation() {
        let order = order();
        let (Subject::Org(org), Some(custodian)) = (order.buyer, order.operator) else { panic!("an org's order") };
        assert!(order.is_by_custodian(&org, &custodian));
        assert!(!order.is_by_custodian(&org, &order.provider));
        assert!(!order.is_by_custodian(&OrgId::new(*custodian.key()), &custodian));
        assert_eq!(order.signatory(), Some(custodian));
    }
}
