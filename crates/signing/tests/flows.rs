//! The ways of a document from draft to verified, with one signer and with several.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail as its tests do")]

use std::num::NonZeroUsize;

use earnest_base::{ParticipantId, Subject, SubjectKind};
use earnest_signing::{
    Breach, Check, Code, Cond, Document, Draft, Error, Json, Need, Rule, SecretKey, Signed, Signer, Slot, Then, Value,
    Verified, in_parallel,
};
use serde::{Deserialize, Serialize};

/// A contract between two, which an umpire may sign too; a settled one needs the umpire.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deal {
    buyer: ParticipantId,
    seller: ParticipantId,
    price: u32,
    state: String,
}

const PARTICIPANT: &[SubjectKind] = &[SubjectKind::Participant];

const fn side(role: &'static str, slot: &'static str, by: &'static [&'static str]) -> Signer {
    Signer { slot: Slot::One(slot), role: Some(role), by, kinds: PARTICIPANT, need: Need::Always }
}

impl Document for Deal {
    const KIND: &'static str = "deal.v1";
    const SIGNERS: &'static [Signer] = &[
        side("buyer", "buyer/signature", &["buyer"]),
        side("seller", "seller/signature", &["seller"]),
        Signer {
            slot: Slot::Each("umpire/signatures", "umpire"),
            role: Some("umpire"),
            by: &[],
            kinds: PARTICIPANT,
            need: Need::When(Cond::Is("state", Value::Text("settled"))),
        },
    ];
    const RULES: &'static [Rule] = &[Rule {
        code: "state-known",
        says: "a deal is open or settled",
        when: &[],
        then: &[Then::OneOf("state", &[Value::Text("open"), Value::Text("settled")])],
    }];
    const CHECKS: &'static [Check<Self>] = &[Check {
        code: "two-sides",
        says: "nobody deals with themselves",
        test: |deal| {
            if deal.buyer == deal.seller {
                Err(Breach::at("seller", "expected another, found the buyer"))
            } else {
                Ok(())
            }
        },
    }];

    fn id(&self) -> String {
        "deal".to_owned()
    }
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn participant(seed: u8) -> ParticipantId {
    ParticipantId::new(*key(seed).public())
}

fn deal() -> Deal {
    Deal { buyer: participant(1), seller: participant(2), price: 7, state: "open".to_owned() }
}

fn draft(deal: &Deal) -> Draft<Deal> {
    Draft::new(deal).unwrap()
}

/// Checks that something was refused with this code at this pointer.
fn check<T: std::fmt::Debug>(outcome: Result<T, Error>, code: &str, pointer: &str) {
    let error = outcome.unwrap_err();
    assert_eq!((error.code().as_str(), error.pointer().as_str()), (code, pointer), "{error}");
}

#[test]
fn two_signers_sign_in_any_order_and_both_are_verified() {
    let orders = [["buyer", "seller"], ["seller", "buyer"]];
    let signed = orders.map(|roles| {
        let sign = |draft: Draft<Deal>, role: &str| {
            let draft = draft.sign(Some(role), &key(if role == "buyer" { 1 } else { 2 })).unwrap();
            Draft::parse(draft.to_json().canonical().as_bytes()).unwrap()
        };
        roles.into_iter().fold(draft(&deal()), sign).finish().unwrap().verify().unwrap()
    });
    assert_eq!(signed[0].bytes(), signed[1].bytes());
    let signings: Vec<_> = signed[0].signings().map(|signing| (signing.role, signing.subject)).collect();
    let sides = [("buyer", 1), ("seller", 2)].map(|(role, seed)| (Some(role), Subject::from(participant(seed))));
    assert_eq!(signings, sides);
    assert_eq!(signed[0].signers_in(Some("seller")).collect::<Vec<_>>(), [Subject::from(participant(2))]);
    assert_eq!(signed[0].signers_in(Some("umpire")).count(), 0);
}

#[test]
fn the_second_signer_can_verify_the_first() {
    let half = draft(&deal()).sign(Some("buyer"), &key(1)).unwrap();
    assert_eq!(half.verify_role(Some("buyer")).unwrap(), [Subject::from(participant(1))]);
    check(half.verify_role(Some("seller")), "signature-missing", "/seller~1signature");
    check(half.verify_role(Some("witness")), "role-unknown", "");
    check(half.clone().finish(), "signature-missing", "/seller~1signature");
    let text = half.to_json().canonical().replace("\"price\":7", "\"price\":8");
    let changed = Draft::<Deal>::parse(text.as_bytes()).unwrap();
    check(changed.verify_role(Some("buyer")), "signature-invalid", "/buyer~1signature");
}

#[test]
fn nobody_signs_for_another_or_in_a_role_that_there_is_not() {
    check(draft(&deal()).sign(Some("buyer"), &key(2)), "key-mismatch", "/buyer");
    check(draft(&deal()).sign(Some("witness"), &key(1)), "role-unknown", "");
    check(draft(&deal()).sign(None, &key(1)), "role-unknown", "");
}

#[test]
fn a_draft_keeps_rules_and_checks_from_the_start() {
    check(Draft::new(&Deal { state: "lost".to_owned(), ..deal() }), "state-known", "/state");
    check(Draft::new(&Deal { seller: participant(1), ..deal() }), "two-sides", "/seller");
    check(Draft::<Deal>::parse(b"[]"), "not-an-object", "");
    check(Draft::<Deal>::parse(b"{}"), "missing-member", "/schema");
    check(Draft::<Deal>::parse(br#"{"schema":"offer.v1"}"#), "kind-mismatch", "/schema");
    check(Draft::<Deal>::parse(br#"{"schema":"deal.v1","schema/v":2}"#), "invalid-value", "/schema~1v");
}

#[test]
fn a_settled_deal_needs_umpires_each_once_who_sign_for_themselves() {
    let settled = Deal { state: "settled".to_owned(), ..deal() };
    let sides = draft(&settled).sign(Some("buyer"), &key(1)).unwrap().sign(Some("seller"), &key(2)).unwrap();
    check(sides.clone().finish(), "signature-missing", "/umpire~1signatures");
    let one = sides.sign(Some("umpire"), &key(3)).unwrap();
    check(one.clone().sign(Some("umpire"), &key(3)), "invalid-value", "/umpire~1signatures/1");
    let two = one.sign(Some("umpire"), &key(4)).unwrap().finish().unwrap().verify().unwrap();
    let umpires: Vec<_> = two.signers_in(Some("umpire")).collect();
    assert_eq!(umpires, [3, 4].map(|seed| Subject::from(participant(seed))));

    let text = String::from_utf8(two.bytes().to_vec()).unwrap();
    let renamed = text.replace(&participant(4).to_string(), &participant(5).to_string());
    check(Verified::<Deal>::parse(renamed.as_bytes()), "signature-invalid", "/umpire~1signatures/1");
    let node = text.replace(
        &format!("\"umpire\":\"{}", participant(4)),
        &format!("\"umpire\":\"node{}", &participant(4).to_string()[11..]),
    );
    check(Signed::<Deal>::parse(node.as_bytes()), "invalid-value", "/umpire~1signatures/1/umpire");
}

#[test]
fn what_the_maker_adds_is_signed_and_kept() {
    let note = || Json::String("two lines".into());
    let extended = draft(&deal()).extend("x-note", note()).unwrap().sign(Some("buyer"), &key(1)).unwrap();
    check(extended.clone().extend("x-more", note()), "signature-unexpected", "/buyer~1signature");
    let verified = extended.sign(Some("seller"), &key(2)).unwrap().finish().unwrap().verify().unwrap();
    assert_eq!(verified.extensions().get("x-note"), Some(&note()));
    let text = String::from_utf8(verified.bytes().to_vec()).unwrap();
    let changed = text.replace("two lines", "two  lines");
    check(Verified::<Deal>::parse(changed.as_bytes()), "signature-invalid", "/buyer~1signature");
    let unknown = text.replace("x-note", "note");
    check(Verified::<Deal>::parse(unknown.as_bytes()), "unknown-member", "/note");
}

#[test]
fn a_refusal_names_line_and_column_of_the_member() {
    let text = "{\n  \"schema\": \"deal.v1\",\n  \"schema/v\": 1,\n  \"buyer\": 5\n}";
    let error = Signed::<Deal>::parse(text.as_bytes()).unwrap_err();
    assert_eq!(error.code(), Code::WRONG_TYPE);
    assert_eq!(error.position().map(|at| (at.line, at.column)), Some((4, 12)));
}

#[test]
fn work_in_parallel_answers_in_the_order_of_its_items() {
    for count in [0, 1, 15, 16, 17, 1_000] {
        let items: Vec<usize> = (0..count).collect();
        let expected: Vec<usize> = items.iter().map(|item| item * 3).collect();
        for threads in [None, NonZeroUsize::new(1), NonZeroUsize::new(2), NonZeroUsize::new(7)] {
            assert_eq!(in_parallel(&items, threads, |item| item * 3), expected);
        }
    }
}
