//! The subjects and documents of the morning run, signed with the published test keys.

use earnest_artifacts::{
    Draft, EscrowPolicy, Family, OrganizationSubject, SecretKey, ServiceOffer, ServiceOrder, Verified,
};
use earnest_base::{Count, MinorUnits, NodeId, Orc, ParticipantId, PublicKey, Seconds, Timestamp};
use earnest_procurement::{ContractIds, Deal};
use earnest_signing::{Document, Json, JsonObject, Limits, read};

/// The seeds of the fixtures, and of Marcin and his node, who are none.
pub(crate) const OLA: u8 = 1;
pub(crate) const ADAM: u8 = 3;
pub(crate) const ROMAN: u8 = 5;
pub(crate) const FEEDERS: u8 = 7;
pub(crate) const ESCROW: u8 = 9;
pub(crate) const EWA: u8 = 10;
pub(crate) const MARCIN: u8 = 13;

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

pub(crate) fn participant(seed: u8) -> ParticipantId {
    ParticipantId::new(*key(seed).public())
}

/// The node of a participant: the next seed.
pub(crate) fn node(seed: u8) -> NodeId {
    NodeId::new(*key(seed + 1).public())
}

/// The key of a subject whose key is one of the tests'.
fn key_of(public: &PublicKey) -> SecretKey {
    (1..=20).map(key).find(|key| key.public() == public).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    format!("2026-04-01T{text}Z").parse().unwrap()
}

pub(crate) fn orc(minor: u64) -> Orc {
    Orc::from_minor(minor).unwrap()
}

pub(crate) fn money(minor: u64) -> MinorUnits {
    MinorUnits::from_minor(minor).unwrap()
}

pub(crate) fn count<const MIN: u64>(value: u64) -> Count<MIN> {
    Count::new(value).unwrap()
}

pub(crate) fn secs<const MIN: u64>(value: u64) -> Seconds<MIN> {
    Seconds::new(value).unwrap()
}

pub(crate) fn object(text: &str) -> JsonObject {
    match read(text.as_bytes(), Limits::DOCUMENT).unwrap().into_owned() {
        Json::Object(object) => object.into(),
        other => panic!("{other:?}"),
    }
}

/// The example of a family, before anybody signed it.
pub(crate) fn example<T: Family>() -> T {
    Draft::<T>::parse(T::EXAMPLE.as_bytes()).unwrap().document().clone()
}

/// A document, signed in a role each by these seeds.
pub(crate) fn signed_by<T: Document>(draft: Draft<T>, roles: &[(Option<&str>, u8)]) -> Verified<T> {
    let signed = roles.iter().fold(draft, |draft, (role, seed)| draft.sign(*role, &key(*seed)).unwrap());
    signed.finish().unwrap().verify().unwrap()
}

/// A document with one signer.
pub(crate) fn signed<T: Document>(document: &T, seed: u8) -> Verified<T> {
    signed_by(Draft::new(document).unwrap(), &[(None, seed)])
}

pub(crate) fn signed_order(order: &ServiceOrder) -> Verified<ServiceOrder> {
    let key = key_of(order.signatory().unwrap().key());
    Draft::new(order).unwrap().sign(None, &key).unwrap().finish().unwrap().verify().unwrap()
}

pub(crate) fn signed_offer(offer: &ServiceOffer) -> Verified<ServiceOffer> {
    let key = key_of(offer.provider.key());
    Draft::new(offer).unwrap().sign(None, &key).unwrap().finish().unwrap().verify().unwrap()
}

pub(crate) fn policy() -> Verified<EscrowPolicy> {
    signed(&example::<EscrowPolicy>(), ESCROW)
}

pub(crate) fn feeders() -> Verified<OrganizationSubject> {
    signed(&example::<OrganizationSubject>(), FEEDERS)
}

/// Ola's redaction, as the seed has it: by hand, hybrid, three at once.
pub(crate) fn redaction() -> ServiceOffer {
    example()
}

/// Adam's news, as the seed has it: automatic, five at once.
pub(crate) fn news() -> ServiceOffer {
    ServiceOffer {
        id: "offer:adam-news-01".parse().unwrap(),
        provider: participant(ADAM),
        provider_node: node(ADAM),
        service_type: "research/topical".parse().unwrap(),
        price: money(200),
        unit: "1 summary item".parse().unwrap(),
        unit_kind: earnest_artifacts::service_offer::UnitKind::PerItem,
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

/// Marcin's illustrations, as the seed has them: automatic, three at once.
pub(crate) fn illustration() -> ServiceOffer {
    ServiceOffer {
        id: "offer:marcin-illust-01".parse().unwrap(),
        provider: participant(MARCIN),
        provider_node: node(MARCIN),
        service_type: "image/generation".parse().unwrap(),
        price: money(500),
        unit: "1 illustration".parse().unwrap(),
        max_duration: secs(900),
        max_depth: count(3),
        output_constraints: Some(object(r#"{"max_width": 1920, "max_height": 1080, "max_size_mb": 10}"#)),
        ..news()
    }
}

/// An order of CasualFeeders, by Roman, of so many units of an offer, at its price.
pub(crate) fn order_of(offer: &ServiceOffer, name: &str, units: u64, input: &str) -> ServiceOrder {
    ServiceOrder {
        id: format!("order:{name}").parse().unwrap(),
        created_at: at("06:00:00"),
        provider: offer.provider,
        provider_node: offer.provider_node,
        offer: offer.id.clone(),
        offer_seq: offer.seq,
        service_type: offer.service_type.clone(),
        units: count(units),
        input: object(input),
        output_constraints: None,
        max_amount: offer.total(units).unwrap(),
        requested_by: None,
        ..example()
    }
}

/// The breakfast research of the seed.
pub(crate) fn breakfast() -> ServiceOrder {
    let order = order_of(&news(), "breakfast", 3, r#"{"topic": "breakfast news", "keywords": ["brunch"]}"#);
    ServiceOrder { output_constraints: Some(object(r#"{"char_limit": 1000, "urls_required": true}"#)), ..order }
}

pub(crate) fn ids(name: &str) -> ContractIds {
    ContractIds { contract: format!("contract:{name}").parse().unwrap(), hold: format!("hold:{name}").parse().unwrap() }
}

/// An order, its offer and the policy, signed.
pub(crate) struct Papers {
    pub(crate) order: Verified<ServiceOrder>,
    pub(crate) offer: Verified<ServiceOffer>,
    pub(crate) policy: Verified<EscrowPolicy>,
}

impl Papers {
    pub(crate) fn new(order: &ServiceOrder, offer: &ServiceOffer) -> Self {
        Self { order: signed_order(order), offer: signed_offer(offer), policy: policy() }
    }

    pub(crate) fn breakfast() -> Self {
        Self::new(&breakfast(), &news())
    }

    pub(crate) fn deal(&self) -> Deal<'_> {
        Deal { order: &self.order, offer: &self.offer, policy: &self.policy, accept_by: None }
    }
}
