//! Offers, orders and the contracts that follow from them, signed by their sides.

use earnest_artifacts::{
    Draft, EscrowPolicy, Family, ProcurementContract, ServiceOffer, ServiceOrder, Verified, service_offer::UnitKind,
    vocabulary::ConfirmationMode,
};
use earnest_base::{MinorUnits, Timestamp};
use earnest_procurement::{ContractIds, Deal, draft_contract};
use earnest_signing::{Json, JsonObject, Limits, read};
use serde_json::{Value, json};

use super::people::{ADAM, MARCIN, OLA, Person, ROMAN, at, count, secs, signed};

/// The example of a family, before anybody signed it.
pub(super) fn example<T: Family>() -> T {
    Draft::<T>::parse(T::EXAMPLE.as_bytes()).unwrap().document().clone()
}

pub(crate) fn object(text: &str) -> JsonObject {
    match read(text.as_bytes(), Limits::DOCUMENT).unwrap().into_owned() {
        Json::Object(object) => object.into(),
        other => panic!("{other:?}"),
    }
}

fn money(minor: u64) -> MinorUnits {
    MinorUnits::from_minor(minor).unwrap()
}

/// Ola's redaction, as the seed has it.
pub(crate) fn redaction() -> ServiceOffer {
    example()
}

/// Adam's news, as the seed has it.
pub(crate) fn news() -> ServiceOffer {
    ServiceOffer {
        id: "offer:adam-news-01".parse().unwrap(),
        provider: ADAM.participant(),
        provider_node: ADAM.node(),
        service_type: "research/topical".parse().unwrap(),
        price: money(200),
        unit: "1 summary item".parse().unwrap(),
        unit_kind: UnitKind::PerItem,
        unit_size: None,
        max_duration: secs(1_800),
        auto_accept: true,
        max_depth: count(5),
        input_constraints: None,
        output_constraints: Some(object(r#"{"char_limit": 1000, "urls_required": true}"#)),
        hybrid: false,
        model_first: None,
        ..redaction()
    }
}

/// Marcin's illustrations, as the seed has them.
pub(crate) fn illustration() -> ServiceOffer {
    ServiceOffer {
        id: "offer:marcin-illust-01".parse().unwrap(),
        provider: MARCIN.participant(),
        provider_node: MARCIN.node(),
        service_type: "image/generation".parse().unwrap(),
        price: money(500),
        unit: "1 illustration".parse().unwrap(),
        max_duration: secs(900),
        max_depth: count(3),
        output_constraints: Some(object(r#"{"max_width": 1920, "max_height": 1080, "max_size_mb": 10}"#)),
        ..news()
    }
}

/// An agreement: order, offer and contract.
pub(crate) struct Papers {
    pub(crate) order: Verified<ServiceOrder>,
    pub(crate) offer: Verified<ServiceOffer>,
    pub(crate) contract: Verified<ProcurementContract>,
    pub(crate) provider: Person,
}

impl Papers {
    /// What CasualFeeders agrees with a provider on, by Roman, now: so many units of an offer.
    pub(crate) fn new(
        offer: &ServiceOffer,
        name: &str,
        units: u64,
        policy: &Verified<EscrowPolicy>,
        now: Timestamp,
    ) -> Self {
        let provider = provider(offer);
        let order = ServiceOrder {
            id: format!("order:{name}").parse().unwrap(),
            created_at: now,
            provider: offer.provider,
            provider_node: offer.provider_node,
            offer: offer.id.clone(),
            offer_seq: offer.seq,
            service_type: offer.service_type.clone(),
            units: count(units),
            input: object(r#"{"text": "breakfast news"}"#),
            output_constraints: None,
            max_amount: offer.total(units).unwrap(),
            requested_by: None,
            buyer_node: ROMAN.node(),
            ..example()
        };
        let (order, offer) = (signed(&order, ROMAN), signed(offer, provider));
        let ids = ContractIds {
            contract: format!("contract:{name}").parse().unwrap(),
            hold: format!("hold:{name}").parse().unwrap(),
        };
        let deal = Deal { order: &order, offer: &offer, policy, accept_by: Some(at("08:00:00")) };
        let draft = draft_contract(&deal, &ids, now).unwrap();
        let contract = countersigned(draft, provider);
        Self { order, offer, contract, provider }
    }

    pub(crate) fn hold(&self) -> &str {
        self.contract.hold.as_ref().unwrap().as_str()
    }

    /// The part of the ids that is its own.
    pub(crate) fn name(&self) -> &str {
        self.contract.id.as_str().trim_start_matches("contract:")
    }

    /// A path below the contract's.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/contracts/{}{rest}", self.contract.id)
    }

    /// The body that asks for the hold.
    pub(crate) fn body(&self) -> Value {
        json!({
            "contract": json_of(self.contract.bytes()),
            "order": json_of(self.order.bytes()),
            "offer": json_of(self.offer.bytes()),
        })
    }
}

fn countersigned(draft: Draft<ProcurementContract>, provider: Person) -> Verified<ProcurementContract> {
    let draft = draft.sign(Some("responder"), &provider.key()).unwrap();
    draft.sign(Some("asker"), &ROMAN.key()).unwrap().finish().unwrap().verify().unwrap()
}

fn provider(offer: &ServiceOffer) -> Person {
    [OLA, ADAM, MARCIN].into_iter().find(|person| person.participant() == offer.provider).unwrap()
}

/// An offer whose outcome is confirmed in this way.
pub(crate) fn confirmed(offer: ServiceOffer, mode: ConfirmationMode) -> ServiceOffer {
    ServiceOffer { confirmation: Some(mode), ..offer }
}

pub(super) fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// An offer that costs nothing.
pub(crate) fn free(offer: ServiceOffer) -> ServiceOffer {
    ServiceOffer { price: money(0), ..offer }
}
