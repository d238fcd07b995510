//! Contracts: what follows from order and offer, and that nothing else passes.

use earnest_artifacts::{
    Draft, List, ProcurementContract, ServiceOffer, ServiceOrder, Verified,
    procurement_contract::EncryptionMode,
    vocabulary::{AnswerFormat, ConfirmationMode, SettlementRail},
};
use earnest_base::{Subject, Timestamp};
use earnest_procurement::{ContractCode, Deal, check_contract, check_hold, draft_contract};
use earnest_signing::Json;

use crate::support::{
    ADAM, EWA, OLA, Papers, ROMAN, at, breakfast, count, example, feeders, ids, key, money, news, node, object, orc,
    order_of, participant, redaction, secs, signed_by,
};

fn accepted() -> Timestamp {
    at("06:05:00")
}

fn draft(deal: &Deal<'_>) -> Draft<ProcurementContract> {
    draft_contract(deal, &ids("breakfast"), accepted()).unwrap()
}

/// A contract with a change, signed by the provider.
fn changed(papers: &Papers, change: fn(&mut ProcurementContract)) -> Draft<ProcurementContract> {
    let mut contract = draft(&papers.deal()).document().clone();
    change(&mut contract);
    let provider = if contract.responder == participant(ADAM) { ADAM } else { OLA };
    Draft::new(&contract).unwrap().sign(Some("responder"), &key(provider)).unwrap()
}

#[test]
fn the_contract_of_the_breakfast_order_has_the_deadlines_of_e3() {
    let papers = Papers::breakfast();
    let draft = draft(&papers.deal());
    let contract = draft.document();
    assert_eq!(contract.work_by, Some(at("06:35:00")));
    assert_eq!(contract.dispute_by, Some(at("09:00:00")));
    assert_eq!(contract.accept_by, contract.dispute_by);
    assert_eq!(contract.auto_release, Some(at("10:00:00")));
    assert_eq!((contract.price, contract.rail), (money(600), Some(SettlementRail::HostLedger)));
    assert_eq!(contract.payer, Some(Subject::Org(feeders().id)));
    assert_eq!(contract.asker, participant(ROMAN));
    assert_eq!(contract.arbiters.as_deref(), Some(&[participant(EWA)][..]));
    assert_eq!((contract.question.as_str(), contract.room.as_str()), ("question:breakfast", "question:breakfast"));
    insta::assert_snapshot!("contract", draft.to_json().canonical().replace(",\"", ",\n\""));
}

#[test]
fn work_is_due_no_later_than_the_buyer_needs_it() {
    let order = ServiceOrder { requested_by: Some(at("06:20:00")), ..breakfast() };
    let papers = Papers::new(&order, &news());
    assert_eq!(draft(&papers.deal()).document().work_by, Some(at("06:20:00")));
    let late = ServiceOrder { requested_by: Some(at("06:05:00")), ..order };
    let refusal = draft_contract(&Papers::new(&late, &news()).deal(), &ids("late"), accepted()).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_str()), (ContractCode::DraftInvalid, "/deadline-at"));
}

#[test]
fn text_is_as_long_as_its_limit_says_and_anything_else_as_fits() {
    let accept = |constraints: &str, units: u64| {
        let offer = ServiceOffer { output_constraints: Some(object(constraints)), ..news() };
        let papers = Papers::new(&order_of(&offer, "breakfast", units, r#"{"topic": "x"}"#), &offer);
        let draft = draft(&papers.deal());
        (draft.document().answer_format, draft.document().max_length.value())
    };
    assert_eq!(accept(r#"{"format": "markdown", "char_limit": 1000}"#, 3), (AnswerFormat::Markdown, 3_000));
    assert_eq!(accept(r#"{"format": "plain-text", "char_limit": 9000}"#, 3), (AnswerFormat::PlainText, 16_384));
    assert_eq!(accept(r#"{"format": "json", "char_limit": 1000}"#, 3), (AnswerFormat::Json, 16_384));
    assert_eq!(accept(r#"{"format": "png"}"#, 1), (AnswerFormat::Mixed, 16_384));
}

#[test]
fn the_contract_that_follows_passes_both_checks() {
    let papers = Papers::breakfast();
    let responder = draft(&papers.deal()).sign(Some("responder"), &key(ADAM)).unwrap();
    check_contract(&responder, &papers.deal(), at("06:06:00")).unwrap();
    let contract = signed_by(responder, &[(Some("asker"), ROMAN)]);
    let terms = check_hold(&contract, &papers.deal(), Some(&feeders()), at("06:07:00")).unwrap().unwrap();
    assert_eq!((terms.hold.as_str(), terms.contract.as_str()), ("hold:breakfast", "contract:breakfast"));
    assert_eq!((terms.amount, terms.deadlines.work_by), (orc(600), at("06:35:00")));
    assert_eq!(terms.payee, Subject::Participant(participant(ADAM)));
}

/// A change of a contract, the code that tells of it, and the member.
struct Change(&'static str, &'static str, fn(&mut ProcurementContract));

/// Every member that a provider could set otherwise.
const CHANGES: &[Change] = &[
    Change("question-mismatch", "/question~1id", |contract| contract.question = "question:other".parse().unwrap()),
    Change("question-mismatch", "/room~1id", |contract| contract.room = "question:breakfast/B".parse().unwrap()),
    Change("offer-mismatch", "/selected-offer~1id", |contract| {
        contract.offer = "offer:other".parse().unwrap();
        contract.source.as_mut().unwrap().offer = "offer:other".parse().unwrap();
    }),
    Change("offer-mismatch", "/source~1marketplace-refs", |contract| {
        contract.source.as_mut().unwrap().offer_seq = count(2);
    }),
    Change("offer-mismatch", "/source~1marketplace-refs", |contract| {
        contract.source.as_mut().unwrap().order = "order:other".parse().unwrap();
    }),
    Change("offer-mismatch", "/source~1marketplace-refs", |contract| contract.source = None),
    Change("party-mismatch", "/asker~1node-id", |contract| contract.asker_node = node(ADAM)),
    Change("party-mismatch", "/asker~1participant-id", |contract| contract.asker = participant(EWA)),
    Change("party-mismatch", "/responder~1node-id", |contract| contract.responder_node = node(OLA)),
    Change("party-mismatch", "/responder~1participant-id", |contract| contract.responder = participant(OLA)),
    Change("price-mismatch", "/payment~1amount", |contract| contract.price = money(601)),
    Change("price-mismatch", "/payment~1amount", |contract| contract.price = money(599)),
    Change("account-mismatch", "/payer~1account-ref", |contract| {
        contract.payer = Some(Subject::Participant(participant(ROMAN)));
    }),
    Change("account-mismatch", "/payee~1account-ref", |contract| {
        contract.payee = Some(Subject::Participant(participant(OLA)));
    }),
    Change("escrow-mismatch", "/settlement~1rail", |contract| contract.rail = Some(SettlementRail::ManualTransfer)),
    Change("escrow-mismatch", "/escrow~1node-id", |contract| contract.escrow_node = Some(node(ADAM))),
    Change("escrow-mismatch", "/escrow-policy~1ref", |contract| {
        contract.escrow_policy = Some("escrow-policy:other".parse().unwrap());
    }),
    Change("escrow-mismatch", "/escrow~1hold-ref", |contract| {
        (contract.rail, contract.hold) = (Some(SettlementRail::ManualTransfer), None);
    }),
    Change("deadline-mismatch", "/deadline-at", |contract| {
        (contract.work_by, contract.deadline_at) = (Some(at("06:36:00")), at("06:36:00"));
    }),
    Change("deadline-mismatch", "/deadlines~1accept-by", |contract| contract.accept_by = Some(at("08:00:00"))),
    Change("deadline-mismatch", "/deadlines~1auto-release", |contract| contract.auto_release = Some(at("09:00:00"))),
    Change("acceptance-mismatch", "/acceptance~1answer-format", |contract| contract.answer_format = AnswerFormat::Edn),
    Change("acceptance-mismatch", "/acceptance~1max-length", |contract| contract.max_length = count(16_383)),
    Change("acceptance-mismatch", "/acceptance~1max-length", |contract| contract.max_length = count(99_999)),
    Change("arbiter-mismatch", "/acceptance~1arbiter-set", |contract| {
        contract.arbiters = Some(List::new(vec![participant(ADAM)]).unwrap());
    }),
    Change("confirmation-mismatch", "/confirmation~1mode", |contract| {
        contract.confirmation = ConfirmationMode::ManualReviewOnly;
    }),
    Change("encryption-mismatch", "/transport~1encryption-mode", |contract| {
        contract.encryption = Some(EncryptionMode::RecipientKey);
    }),
    Change("accepted-out-of-time", "/created-at", |contract| contract.created_at = at("05:59:29")),
    Change("accepted-out-of-time", "/created-at", |contract| contract.created_at = at("06:06:31")),
];

#[test]
fn every_member_that_does_not_follow_is_refused_with_its_code() {
    let papers = Papers::breakfast();
    for (place, Change(code, pointer, change)) in CHANGES.iter().enumerate() {
        let refusal = check_contract(&changed(&papers, *change), &papers.deal(), at("06:06:00")).unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.pointer.as_str()), (*code, *pointer), "{place}: {refusal}");
    }
}

#[test]
fn a_member_that_nobody_agreed_on_is_refused() {
    let papers = Papers::breakfast();
    for name in ["x-tip", "policy_annotations"] {
        let value = Json::Object(object(r#"{"tip": 5}"#).members().clone());
        let extended = draft(&papers.deal()).extend(name, value).unwrap().sign(Some("responder"), &key(ADAM)).unwrap();
        let refusal = check_contract(&extended, &papers.deal(), at("06:06:00")).unwrap_err();
        assert_eq!(refusal.code, ContractCode::ExtensionUnexpected);
    }
}

#[test]
fn a_contract_is_checked_with_the_signatures_that_it_should_have() {
    let papers = Papers::breakfast();
    let refusal = check_contract(&draft(&papers.deal()), &papers.deal(), at("06:06:00")).unwrap_err();
    let expected = (ContractCode::SignatureMismatch, "/responder~1signature");
    assert_eq!((refusal.code, refusal.pointer.as_str()), expected);
}

#[test]
fn an_acceptance_lapses_at_the_policys_funding_by_and_never_after_work_by() {
    let papers = Papers::breakfast();
    let contract = changed(&papers, |_| {});
    assert!(check_contract(&contract, &papers.deal(), at("06:09:59")).is_ok());
    let refusal = check_contract(&contract, &papers.deal(), at("06:10:00")).unwrap_err();
    assert_eq!(refusal.code, ContractCode::AcceptanceLapsed);
    let quick = ServiceOffer { max_duration: secs(60), ..news() };
    let papers = Papers::new(&breakfast(), &quick);
    let contract = changed(&papers, |_| {});
    assert!(check_contract(&contract, &papers.deal(), at("06:05:59")).is_ok());
    assert!(check_contract(&contract, &papers.deal(), at("06:06:00")).is_err());
}

#[test]
fn an_offer_that_was_not_in_force_at_the_acceptance_makes_no_contract() {
    let papers = Papers::new(&breakfast(), &ServiceOffer { ttl: secs(2_099), ..news() });
    let refusal = check_contract(&changed(&papers, |_| {}), &papers.deal(), at("06:06:00")).unwrap_err();
    assert_eq!(refusal.code, ContractCode::AcceptedOutOfTime);
}

/// The contract that follows, with a change, signed by both sides.
fn both(papers: &Papers, change: fn(&mut ProcurementContract)) -> Verified<ProcurementContract> {
    signed_by(changed(papers, change), &[(Some("asker"), ROMAN)])
}

#[test]
fn the_escrow_checks_the_custodian_and_takes_an_earlier_accept_by_that_both_signed() {
    let papers = Papers::breakfast();
    let earlier = both(&papers, |contract| contract.accept_by = Some(at("08:00:00")));
    let terms = check_hold(&earlier, &papers.deal(), Some(&feeders()), at("06:06:00")).unwrap().unwrap();
    assert_eq!((terms.deadlines.accept_by, terms.deadlines.dispute_by), (at("08:00:00"), at("09:00:00")));
    let contract = both(&papers, |_| {});
    let unknown = check_hold(&contract, &papers.deal(), None, at("06:06:00")).unwrap_err();
    assert_eq!((unknown.code, unknown.pointer.as_str()), (ContractCode::CustodianMismatch, "/payer~1account-ref"));
    let mut other = example::<earnest_artifacts::OrganizationSubject>();
    other.custodian = participant(OLA);
    let other = crate::support::signed(&other, crate::support::FEEDERS);
    let refusal = check_hold(&contract, &papers.deal(), Some(&other), at("06:06:00")).unwrap_err();
    assert_eq!(refusal.pointer.as_str(), "/asker~1participant-id");
}

#[test]
fn what_is_free_has_a_contract_and_no_hold() {
    let papers = Papers::new(&breakfast(), &ServiceOffer { price: money(0), ..news() });
    let contract = both(&papers, |_| {});
    assert_eq!((contract.rail, &contract.hold), (Some(SettlementRail::None), &None));
    assert_eq!(check_hold(&contract, &papers.deal(), Some(&feeders()), at("06:06:00")), Ok(None));
}

#[test]
fn an_order_of_other_terms_and_arbiters_who_are_sides_make_no_contract() {
    let papers = Papers::new(&ServiceOrder { offer_seq: count(2), ..breakfast() }, &news());
    let refusal = draft_contract(&papers.deal(), &ids("x"), accepted()).unwrap_err();
    assert_eq!(refusal.code, ContractCode::OrderMismatch);
    let mut papers = Papers::new(&order_of(&redaction(), "r", 1, r#"{"text": "a"}"#), &redaction());
    let mut policy = (*papers.policy).clone();
    policy.arbiters = vec![participant(OLA), participant(ROMAN)];
    papers.policy = crate::support::signed(&policy, crate::support::ESCROW);
    let refusal = draft_contract(&papers.deal(), &ids("x"), accepted()).unwrap_err();
    assert_eq!(refusal.code, ContractCode::ArbiterMismatch);
}
