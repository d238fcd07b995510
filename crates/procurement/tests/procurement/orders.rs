//! The checks of an order: every classifier, its member, and that of two faults the earlier answers.

mod setup;

use earnest_artifacts::{
    Distinct, List, ParticipantCapabilityLimits, ServiceOffer,
    participant_capability_limits::HardLimits,
    service_offer::{OfferStatus, UnitKind},
    vocabulary::{BlobRef, ConfirmationMode, ServiceStatus},
};
use earnest_base::{Orc, Sha256Digest, Subject};
use earnest_procurement::{Blobs, Classifier, Manner};

use setup::Setup;

use crate::support::{
    ADAM, ESCROW, OLA, ROMAN, at, breakfast, count, example, money, news, node, object, orc, order_of, participant,
    redaction, secs, signed_order,
};

fn setup() -> Setup {
    Setup::new(breakfast(), news())
}

/// Limits that bar a participant from an operation for the morning.
fn barred(seed: u8, operation: &str) -> ParticipantCapabilityLimits {
    let example: ParticipantCapabilityLimits = example();
    ParticipantCapabilityLimits {
        participant: participant(seed),
        issuer: earnest_base::NodeId::new(*crate::support::key(ESCROW).public()),
        recorded_at: at("05:00:00"),
        hard: Some(HardLimits {
            operations: Distinct::new(vec![operation.parse().unwrap()]).unwrap(),
            expires_at: at("12:00:00"),
            ..example.hard.clone().unwrap()
        }),
        ..example
    }
}

fn full(setup: &mut Setup) {
    for number in 0..setup.offer.max_depth.value() {
        let other = format!("order:other-{number}").parse().unwrap();
        setup.queue.reserve(&other, u64::MAX, at("06:10:00")).unwrap();
    }
}

/// A fault and the classifier that tells of it.
struct Fault(Classifier, fn(&mut Setup));

/// One fault for each classifier, in the order of the checks. No two of them touch the same thing.
const FAULTS: &[Fault] = &[
    Fault(Classifier::OfferNotFound, |setup| setup.offer.status = Some(OfferStatus::Withdrawn)),
    Fault(Classifier::OfferExpired, |setup| setup.offer.ttl = secs(60)),
    Fault(Classifier::OfferSeqMismatch, |setup| setup.order.offer_seq = count(2)),
    Fault(Classifier::ProviderMismatch, |setup| setup.order.provider_node = node(OLA)),
    Fault(Classifier::ServiceTypeMismatch, |setup| setup.order.service_type = "research/deep".parse().unwrap()),
    Fault(Classifier::ConstraintViolated, |setup| {
        setup.order.output_constraints = Some(object(r#"{"char_limit": 1001}"#));
    }),
    Fault(Classifier::CurrencyMismatch, |setup| setup.order.currency = "PLN".parse().unwrap()),
    Fault(Classifier::PriceExceeded, |setup| setup.order.max_amount = money(599)),
    Fault(Classifier::CustodianMismatch, |setup| setup.order.operator = Some(participant(OLA))),
    Fault(Classifier::ParticipantRestricted, |setup| setup.limits.push(barred(ADAM, "response/deliver"))),
    Fault(Classifier::QueueSaturated, full),
    Fault(Classifier::SettlementBlocked, |setup| setup.available = orc(599)),
    Fault(Classifier::OtherReason, |setup| setup.admitted = Some(Sha256Digest::of(b"another order"))),
];

#[test]
fn an_order_that_keeps_everything_is_admitted_at_its_price() {
    let admission = setup().check().unwrap();
    assert_eq!((admission.price, admission.manner), (money(600), Manner::Automatic));
    assert_eq!(admission.order.as_str(), "order:breakfast");
    let text = format!(r#"{{"language": "pl", "text": "{}"}}"#, "ą".repeat(1_800));
    let by_hand = Setup::new(order_of(&redaction(), "redaction", 1, &text), redaction()).check().unwrap();
    assert_eq!((by_hand.price, by_hand.manner), (money(1_000), Manner::ByHand));
}

#[test]
fn every_classifier_has_a_fault_and_the_order_of_the_checks_is_that_of_the_classifiers() {
    let classifiers: Vec<Classifier> = FAULTS.iter().map(|Fault(classifier, _)| *classifier).collect();
    assert_eq!(classifiers, Classifier::ALL);
    for Fault(classifier, fault) in FAULTS {
        let mut setup = setup();
        fault(&mut setup);
        assert_eq!(setup.check().unwrap_err().classifier(), *classifier);
    }
}

#[test]
fn of_any_two_faults_the_earlier_answers() {
    for (first, Fault(classifier, earlier)) in FAULTS.iter().enumerate() {
        for Fault(_, later) in FAULTS.iter().skip(first + 1) {
            for faults in [[earlier, later], [later, earlier]] {
                let mut setup = setup();
                faults.iter().for_each(|fault| fault(&mut setup));
                assert_eq!(setup.check().unwrap_err().classifier(), *classifier);
            }
        }
    }
}

/// A way to fail a check: the classifier, the member at fault, and the change.
struct Way(&'static str, &'static str, fn(&mut Setup));

/// Every way to fail a check.
const WAYS: &[Way] = &[
    Way("offer-not-found", "/offer~1id", |setup| setup.is_known = false),
    Way("offer-not-found", "/offer~1id", |setup| setup.offer.id = "offer:other".parse().unwrap()),
    Way("offer-not-found", "/offer~1id", |setup| setup.offer.ts = at("06:05:01")),
    Way("offer-expired", "/offer~1id", |setup| setup.now = "2026-04-02T05:30:00Z".parse().unwrap()),
    Way("provider-mismatch", "/provider~1participant-id", |setup| setup.order.provider = participant(OLA)),
    Way("provider-mismatch", "/provider~1node-id", |setup| setup.order.provider_node = node(OLA)),
    Way("constraint-violated", "/request~1output-constraints/tone", |setup| {
        setup.order.output_constraints = Some(object(r#"{"tone": "dry"}"#));
    }),
    Way("constraint-violated", "/request~1output-constraints/item_count", |setup| {
        setup.order.output_constraints = Some(object(r#"{"item_count": 2}"#));
    }),
    Way("constraint-violated", "/request~1input/language", |setup| {
        setup.offer.input_constraints = Some(object(r#"{"language": ["pl", "cs"]}"#));
        setup.order.input = object(r#"{"language": "de"}"#);
    }),
    Way("constraint-violated", "/request~1units", |setup| setup.offer.unit_kind = UnitKind::Flat),
    Way("constraint-violated", "/delivery~1requested-by", |setup| setup.order.requested_by = Some(at("06:05:00"))),
    Way("currency-mismatch", "/pricing~1currency", |setup| setup.offer.currency = "PLN".parse().unwrap()),
    Way("currency-mismatch", "/pricing~1currency", |setup| {
        setup.offer.currency = "PLN".parse().unwrap();
        setup.order.currency = "PLN".parse().unwrap();
    }),
    Way("price-exceeded", "/pricing~1max-amount", |setup| setup.order.units = count(4)),
    Way("price-exceeded", "/pricing~1max-amount", |setup| {
        setup.order.units = count(earnest_base::MAX_SAFE_INTEGER);
    }),
    Way("custodian-mismatch", "/buyer~1subject-id", |setup| setup.organization = None),
    Way("custodian-mismatch", "/buyer~1subject-id", |setup| {
        setup.order.buyer = Subject::Org(earnest_base::OrgId::new(*crate::support::key(12).public()));
    }),
    Way("custodian-mismatch", "/buyer~1operator-participant-id", |setup| {
        setup.order.operator = Some(participant(ADAM));
    }),
    Way("custodian-mismatch", "/buyer~1subject-id", |setup| {
        let organization = setup.organization.as_mut().unwrap();
        organization.status = ServiceStatus::Suspended;
        organization.suspended_at = Some(at("06:05:00"));
    }),
    Way("custodian-mismatch", "/buyer~1subject-id", |setup| {
        setup.order.buyer_kind = earnest_artifacts::service_order::BuyerKind::Participant;
        setup.order.buyer = Subject::Participant(participant(ADAM));
        setup.order.operator = None;
    }),
    Way("participant-restricted", "/buyer~1operator-participant-id", |setup| {
        setup.limits.push(barred(ROMAN, "procurement/request"));
    }),
    Way("participant-restricted", "/buyer~1operator-participant-id", |setup| {
        setup.limits.push(barred(ROMAN, "procurement/contract-accept"));
    }),
    Way("participant-restricted", "/provider~1participant-id", |setup| {
        setup.limits.push(barred(ADAM, "procurement/offer"));
    }),
    Way("queue-saturated", "/offer~1id", |setup| setup.offer.max_depth = count(0)),
    Way("settlement-blocked", "/buyer~1subject-id", |setup| setup.available = Orc::ZERO),
    Way("settlement-blocked", "/offer~1id", |setup| {
        setup.policy.status = ServiceStatus::Suspended;
        setup.policy.suspended_at = Some(at("06:00:00"));
    }),
    Way("settlement-blocked", "/offer~1id", |setup| {
        setup.offer.confirmation = Some(ConfirmationMode::ManualReviewOnly);
    }),
    Way("settlement-blocked", "/offer~1id", |setup| setup.policy.arbiters = vec![participant(ADAM)]),
    Way("other-reason", "/order~1id", |setup| setup.admitted = Some(Sha256Digest::of(b"another order"))),
];

#[test]
fn a_rejection_names_its_classifier_and_the_member_at_fault() {
    for (place, Way(classifier, pointer, way)) in WAYS.iter().enumerate() {
        let mut setup = setup();
        way(&mut setup);
        let rejection = setup.check().unwrap_err();
        let found = (rejection.classifier().as_str(), rejection.pointer().as_str());
        assert_eq!(found, (*classifier, *pointer), "way {place}: {rejection}");
        assert!(rejection.reason().chars().count() <= 1_024);
    }
}

#[test]
fn what_is_missing_in_the_account_is_told_exactly() {
    for (available, deficit) in [(0, Some(600)), (1, Some(599)), (599, Some(1)), (600, None), (45_000, None)] {
        let mut setup = setup();
        setup.available = orc(available);
        let found = setup.check().err().map(|rejection| rejection.deficit.unwrap().minor());
        assert_eq!(found, deficit, "{available}");
    }
}

#[test]
fn blocks_of_characters_are_counted_from_the_input_and_from_blobs_of_text() {
    let offer = ServiceOffer { input_constraints: None, ..redaction() };
    let blob = |setup: &mut Setup, text: &str, size: u64| {
        let digest = setup.blobs.insert(text.as_bytes().to_vec());
        let media_type = "text/markdown".parse().unwrap();
        setup.order.blobs = Some(List::new(vec![BlobRef { digest, media_type, size: count(size) }]).unwrap());
    };
    for (characters, units, kept) in
        [(1, 1, true), (1_800, 1, true), (1_801, 1, false), (1_801, 2, true), (9, 2, false)]
    {
        let text = "ż".repeat(characters);
        let input = format!(r#"{{"text": "{text}"}}"#);
        let within = Setup::new(order_of(&offer, "within", units, &input), offer.clone());
        assert_eq!(within.check().is_ok(), kept, "{characters} within");
        let mut beside = Setup::new(order_of(&offer, "beside", units, r#"{"title": "long"}"#), offer.clone());
        blob(&mut beside, &text, u64::try_from(text.len()).unwrap());
        assert_eq!(beside.check().is_ok(), kept, "{characters} beside");
        blob(&mut beside, &text, 1);
        assert_eq!(beside.check().unwrap_err().classifier(), Classifier::ConstraintViolated, "another size");
        beside.blobs = Blobs::new();
        assert_eq!(beside.check().unwrap_err().pointer().as_str(), "/request~1input", "not at hand");
    }
    let none = Setup::new(order_of(&offer, "none", 1, r#"{"title": "no text"}"#), offer.clone());
    assert_eq!(none.check().unwrap_err().pointer().as_str(), "/request~1input");
}

#[test]
fn what_is_free_needs_no_account_and_no_escrow() {
    let offer = ServiceOffer { price: money(0), ..news() };
    let mut setup = Setup::new(order_of(&offer, "free", 3, r#"{"topic": "lunch"}"#), offer);
    (setup.available, setup.policy.arbiters) = (Orc::ZERO, vec![participant(ADAM)]);
    assert_eq!(setup.check().unwrap().price, money(0));
}

#[test]
fn an_order_that_was_admitted_before_passes_a_full_queue_by_its_own_slot() {
    let mut setup = setup();
    setup.queue.reserve(&setup.order.id.clone(), 5, at("06:10:00")).unwrap();
    full(&mut setup);
    setup.admitted = Some(signed_order(&setup.order).content_digest());
    assert!(setup.check().is_ok());
}

#[test]
fn limits_bar_only_while_they_are_the_latest_and_in_force() {
    let mut setup = setup();
    setup.limits = vec![barred(ROMAN, "procurement/request")];
    assert!(setup.check().is_err());
    let lifted = ParticipantCapabilityLimits { recorded_at: at("05:30:00"), hard: None, ..barred(ROMAN, "a/b") };
    setup.limits.push(lifted.clone());
    assert!(setup.check().is_ok());
    setup.limits = vec![ParticipantCapabilityLimits { recorded_at: at("06:06:00"), ..lifted }];
    setup.limits.push(barred(ROMAN, "procurement/request"));
    assert!(setup.check().is_err(), "a later word that has not begun lifts nothing");
    setup.limits = vec![barred(ROMAN, "response/accept"), barred(ADAM, "procurement/request")];
    assert!(setup.check().is_ok(), "who buys may be barred from accepting, and who provides from buying");
}
