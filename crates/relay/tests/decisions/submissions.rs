//! Decision P7: the same submission is the same payment, until it ends unpaid.

use earnest_payment::{ErrorCode, State};
use earnest_relay::{Finding, Outcome, Relay};

use crate::desk::{Desk, Wish, at, from, full, pays};

fn refusal(desk: &mut Desk, wish: &Wish) -> ErrorCode {
    desk.submit(wish).unwrap_err().code
}

#[test]
fn duplicate_submit_reuses_payment_id_until_terminal() {
    let mut desk = Desk::new(full(), 1);
    let wish = from("a", "one");
    let first = desk.take(&wish);
    assert_eq!(desk.take(&wish), first, "queued");
    desk.settle();
    assert_eq!(desk.take(&wish), first, "broadcasting");
    desk.send_all();
    assert_eq!(desk.take(&wish), first, "mempool");
    desk.included(&first, 3, true);
    assert_eq!(desk.take(&wish), first, "confirmed");
    desk.later(31 * 86_400);
    assert_eq!(desk.take(&wish), first, "confirmed, and the record is over");
    assert_eq!(desk.state(&first), State::Confirmed);
}

#[test]
fn after_a_terminal_failure_the_same_submission_is_a_new_payment() {
    let mut desk = Desk::new(full(), 1);
    let wish = Wish { identifier: Some("research-2026-04-01"), ..from("a", "one") };
    let first = desk.take(&wish);
    desk.settle();
    desk.later(301);
    assert_eq!(desk.state(&first), State::Mempool, "it was signed in time, so it may have been sent");
    let refused = from("a", "two");
    let second = desk.take(&refused);
    desk.settle();
    let reason = earnest_payment::FailedReason::InvalidTransaction;
    desk.sent(&pays(&second), Outcome::Refused { reason, detail: None });
    assert_eq!(desk.reason(&second), "invalid_transaction");
    let third = desk.take(&refused);
    assert_ne!(third, second);
    assert_eq!(desk.state(&second), State::Failed, "the first stays what it was");
}

#[test]
fn duplicate_submit_returns_current_inflight_status() {
    let mut desk = Desk::new(full(), 1);
    let wish = from("a", "one");
    let mut told = Vec::new();
    for step in 0..3 {
        let payment_id = desk.take(&wish);
        told.push(desk.state(&payment_id));
        if step == 0 { desk.settle() } else { desk.send_all() }
    }
    assert_eq!(told, [State::Queued, State::Broadcasting, State::Mempool]);
}

#[test]
fn duplicate_submit_concurrent_single_payment() {
    let mut desk = Desk::new(full(), 2);
    let ids: std::collections::BTreeSet<_> = (0..64).map(|_| desk.take(&from("a", "one"))).collect();
    assert_eq!(ids.len(), 1);
    desk.settle();
    assert_eq!(desk.sends().len(), 1);
}

#[test]
fn same_identifier_other_payload_conflicts() {
    let mut desk = Desk::new(full(), 1);
    let key = Some("research-2026-04-01");
    let first = desk.take(&Wish { identifier: key, ..from("a", "one") });
    let other = Wish { identifier: key, ..from("a", "two") };
    assert_eq!(refusal(&mut desk, &other), ErrorCode::PaymentIdentifierConflict);
    assert_eq!(desk.take(&Wish { identifier: key, ..from("a", "one") }), first);
    assert_eq!(desk.take(&from("a", "one")), first, "with another identifier, or none, it is the same payment");
}

#[test]
fn an_identifier_is_free_again_when_its_unpaid_record_is_over() {
    let mut desk = Desk::new(full(), 1);
    let wish = Wish { identifier: Some("research-2026-04-01"), place: Some(5), ..from("a", "one") };
    let first = desk.take(&wish);
    desk.later(901);
    assert_eq!(desk.reason(&first), "sender_hand_expired");
    let other = Wish { identifier: wish.identifier, ..from("a", "two") };
    assert_eq!(refusal(&mut desk, &other), ErrorCode::PaymentIdentifierConflict);
    desk.now = "2026-05-02T06:00:00Z".parse().unwrap();
    desk.settle();
    assert_eq!(desk.reason(&first), "expired");
    assert_eq!(refusal(&mut desk, &other), ErrorCode::InvalidTransaction, "no conflict: its authorisation has ended");
}

#[test]
fn one_authorisation_in_two_wrappings_is_not_paid_twice() {
    let mut desk = Desk::new(full(), 1);
    desk.take(&from("a", "one"));
    let mut submission = None;
    for event in &desk.history {
        if let earnest_relay::Event::Received { submission: found, .. } = event {
            submission = Some(found.clone());
        }
    }
    let mut wrapped = submission.unwrap();
    wrapped.payment_id = "pay_wrapped".parse().unwrap();
    wrapped.digest = earnest_base::Sha256Digest::of(b"the same authorisation beside another member");
    let command = earnest_relay::Command::Submit(wrapped);
    assert_eq!(desk.relay.decide(&command, desk.now).unwrap_err().code, ErrorCode::NonceConflict);
}

/// Each refusal beside the one after it: the earlier answers.
#[test]
fn refusals_are_answered_in_their_order() {
    let codes: Vec<_> = Relay::submit_refusals().iter().map(|(code, _)| *code).collect();
    let mut desk = Desk::new(full(), 1);
    let key = Some("research-2026-04-01");
    for place in 0..2 {
        desk.take(&Wish { identifier: key.filter(|_| place == 0), ..at("a", place) });
    }
    desk.send_all();
    for (wish, code) in [
        (Wish { identifier: key, ..at("a", 9) }, codes[1]),
        (Wish { place: Some(0), ..at("a", 1) }, ErrorCode::SenderNonceStale),
        (Wish { authorization: "other".to_owned(), ..at("a", 1) }, ErrorCode::SenderNonceDuplicate),
    ] {
        let found = desk.submit(&wish).map_err(|refused| refused.code);
        match code {
            ErrorCode::SenderNonceStale => assert!(found.is_ok(), "a known submission is no conflict of order"),
            _ => assert_eq!(found, Err(code)),
        }
    }
    for place in [4, 5, 6] {
        desk.take(&at("a", place));
    }
    assert_eq!(refusal(&mut desk, &at("a", 8)), ErrorCode::SenderNonceGap);
    desk.now = "2026-04-01T08:00:00Z".parse().unwrap();
    assert_eq!(
        refusal(&mut desk, &at("a", 8)),
        ErrorCode::InvalidTransaction,
        "it has ended, and nothing else matters"
    );
}

#[test]
fn a_sender_may_not_fill_the_relay() {
    let mut desk = Desk::new(earnest_relay::RailTerms { sender_limit: 2, ..full() }, 1);
    desk.take(&from("a", "one"));
    desk.take(&from("a", "two"));
    assert_eq!(refusal(&mut desk, &from("a", "three")), ErrorCode::OriginChainingLimit);
    let other = desk.take(&from("b", "four"));
    desk.send_all();
    assert_eq!(desk.state(&other), State::Mempool);
}

#[test]
fn dropped_status_is_transient() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.send_all();
    for finding in [Finding::Dropped, Finding::Missing, Finding::Pending, Finding::Missing] {
        desk.see(&payment_id, finding);
        assert_eq!(desk.state(&payment_id), State::Mempool);
    }
    assert_eq!(desk.sends(), [pays(&payment_id)], "what the node lost is sent again, as it was");
    desk.send_all();
    desk.included(&payment_id, 3, true);
    assert_eq!(desk.state(&payment_id), State::Confirmed);
}

#[test]
fn success_needs_a_block_at_the_depth_of_finality() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.send_all();
    for depth in [1, 2] {
        desk.included(&payment_id, depth, true);
        assert_eq!(desk.state(&payment_id), State::Mempool, "{depth} deep");
    }
    desk.see(&payment_id, Finding::Missing);
    assert_eq!(desk.state(&payment_id), State::Mempool, "the block left the chain");
    desk.send_all();
    desk.included(&payment_id, 2, false);
    assert_eq!(desk.state(&payment_id), State::Mempool, "it failed in a block that may leave the chain");
    desk.included(&payment_id, 3, false);
    assert_eq!((desk.state(&payment_id), desk.reason(&payment_id)), (State::Failed, "chain_abort"));
}
