//! The ten pains of systems like this one (payment.md §7): each as the events that made it, and what happens here.

use std::collections::BTreeSet;

use earnest_payment::{
    Category, Delivery, ErrorCode, Owner, PublicUrl, State, delivery, http,
    rpc::{SponsorHealth, SponsorReason},
};
use earnest_relay::{Command, Finding, Nonce, Outcome, Purpose};

use crate::desk::{Desk, Wish, at, from, full, network, pays, wallet};

/// The hand's expiry forgot the payment, which stayed `queued` until its record was gone, and was then unknown.
#[test]
fn pain_01_a_payment_stays_queued_for_ever() {
    let mut desk = Desk::new(full(), 1);
    let held = desk.take(&at("a", 1));
    assert!(desk.record(&held).deadline().is_some());
    desk.later(900);
    assert_eq!((desk.state(&held), desk.reason(&held)), (State::Failed, "sender_hand_expired"));
    desk.later(31 * 86_400);
    assert_eq!((desk.state(&held), desk.reason(&held)), (State::NotFound, "expired"));
    let never = "pay_never".parse().unwrap();
    assert_eq!(desk.reason(&never), "unknown_payment_identity");
}

/// The money moved, the answer was lost, and so was what was paid for.
#[test]
fn pain_02_paid_and_not_delivered() {
    let mut desk = Desk::new(full(), 1);
    let wish = from("a", "one");
    let payment_id = desk.take(&wish);
    desk.settle();
    desk.sent(&pays(&payment_id), Outcome::Unclear);
    assert_eq!(desk.take(&wish), payment_id, "whoever asks again asks for the same payment");
    assert_eq!(delivery(desk.state(&payment_id)), Delivery::Stage);
    desk.included(&payment_id, 3, true);
    desk.later(365 * 86_400);
    assert_eq!(desk.take(&wish), payment_id);
    assert_eq!(delivery(desk.state(&payment_id)), Delivery::Deliver);
}

/// One missing sponsor nonce stopped all traffic for hours.
#[test]
fn pain_03_one_gap_blocks_everyone() {
    let mut desk = Desk::new(full(), 1);
    let ids = ["a", "b", "c", "d"].map(|sender| desk.take(&from(sender, sender)));
    desk.settle();
    let lowest = ids.iter().find(|id| desk.place(id).1 == Nonce(0)).unwrap().clone();
    for id in ids.iter().filter(|id| **id != lowest) {
        desk.sent(&pays(id), Outcome::Accepted);
    }
    let reason = earnest_payment::FailedReason::InvalidTransaction;
    desk.sent(&pays(&lowest), Outcome::Refused { reason, detail: None });
    let health = desk.relay.health(&network(), desk.now).unwrap();
    assert_eq!((health.status, health.reasons), (SponsorHealth::Degraded, vec![SponsorReason::HealInProgress]));
    let next = desk.take(&from("e", "e"));
    desk.settle();
    assert_eq!(desk.place(&next).1, Nonce(0), "the next payment takes the gap at once");
    desk.sent(&pays(&next), Outcome::Refused { reason, detail: None });
    desk.later(11);
    assert_eq!(desk.sends(), [Purpose::Fill { network: network(), wallet: wallet(0), nonce: Nonce(0) }]);
}

/// Sends at the same time took the same nonce.
#[test]
fn pain_04_concurrent_sends_collide() {
    let mut desk = Desk::new(full(), 3);
    let names: Vec<String> = (0..45).map(|number| format!("one-{number}")).collect();
    let ids: Vec<_> = names.iter().map(|name| desk.take(&from("a", name))).collect();
    desk.settle();
    let places: BTreeSet<_> = ids.iter().map(|id| desk.place(id)).collect();
    assert_eq!(places.len(), ids.len());
}

/// The relay replaced its own transaction, and took the notice for a failure.
#[test]
fn pain_05_its_own_replacement_is_a_failure() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.send_all();
    let first = desk.txid(&payment_id);
    desk.later(31);
    desk.send_all();
    desk.see(&payment_id, Finding::Dropped);
    desk.see(&payment_id, Finding::Consumed { by: first, depth: 9 });
    assert_eq!(desk.state(&payment_id), State::Mempool);
}

/// Whoever sent a payment again got the answer of one that had failed, as `pending`, for ever.
#[test]
fn pain_06_a_dead_result_is_replayed() {
    let mut desk = Desk::new(full(), 1);
    let wish = Wish { identifier: Some("research-2026-04-01"), ..from("a", "one") };
    let dead = desk.take(&wish);
    desk.send_all();
    desk.included(&dead, 3, false);
    assert_eq!(desk.reason(&dead), "chain_abort");
    let next = desk.take(&wish);
    assert_ne!(next, dead);
    assert_eq!((desk.state(&dead), desk.state(&next)), (State::Failed, State::Queued));
}

/// Each retry came under a new key, so the same payment was several.
#[test]
fn pain_07_a_new_key_for_each_retry() {
    let mut desk = Desk::new(full(), 1);
    let keys = ["first-key-of-the-client", "second-key-of-the-client", "third-key-of-the-client"];
    let ids: BTreeSet<_> =
        keys.iter().map(|key| desk.take(&Wish { identifier: Some(key), ..from("a", "one") })).collect();
    assert_eq!(ids.len(), 1);
}

/// What was held was told as delivered.
#[test]
fn pain_08_success_is_told_of_what_is_held() {
    let mut desk = Desk::new(full(), 1);
    let held = desk.take(&at("a", 1));
    assert_eq!(desk.answer(&held).state().category(), Category::InFlight);
    assert_eq!(delivery(desk.state(&held)), Delivery::Stage);
    let gateway = PublicUrl::new(&"https://gateway.example".parse().unwrap()).unwrap();
    let told = http::polled(&Ok(desk.answer(&held)), &gateway).body;
    let told = serde_json::to_value(told).unwrap();
    assert_eq!((told["status"].as_str(), &told["success"]), (Some("queued"), &serde_json::Value::Null));
    assert_eq!(
        (told["senderNonce"]["provided"].as_u64(), told["senderNonce"]["expected"].as_u64()),
        (Some(1), Some(0))
    );
}

/// Health was green while nothing could be sent.
#[test]
fn pain_09_health_is_green_while_broken() {
    let mut desk = Desk::new(full(), 1);
    let health = |desk: &Desk| desk.relay.health(&network(), desk.now).unwrap();
    assert_eq!(health(&desk).status, SponsorHealth::Healthy);
    let payment_id = desk.take(&from("a", "one"));
    desk.settle();
    desk.sent(&pays(&payment_id), Outcome::WalletEmpty);
    let broken = health(&desk);
    assert_eq!(broken.status, SponsorHealth::Unavailable);
    assert_eq!(broken.reasons, [SponsorReason::NoAvailableNonces, SponsorReason::AllWalletsDegraded]);
    assert_eq!(desk.submit(&from("b", "two")).unwrap_err().code, ErrorCode::SponsorExhausted);
    desk.later(10);
    desk.later(1);
    assert_eq!(health(&desk).status, SponsorHealth::Healthy);
}

/// A sender was told of a conflict that was the sponsor's, and could do nothing about it.
#[test]
fn pain_10_the_sender_is_blamed_for_the_sponsor() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&at("a", 0));
    desk.settle();
    let by = "ff".repeat(32).parse().unwrap();
    desk.sent(&pays(&payment_id), Outcome::NonceOccupied { by });
    assert_eq!(desk.state(&payment_id), State::Queued, "the relay heals it, and the client sees no conflict");
    while desk.state(&payment_id) != State::Failed {
        desk.now = desk.record(&payment_id).deadline().unwrap();
        desk.tell(&Command::Advance);
    }
    let answer = desk.answer(&payment_id);
    assert_eq!((desk.reason(&payment_id), answer.reason().unwrap().owner()), ("sponsor_nonce_conflict", Owner::Relay));
    assert_eq!(desk.take(&Wish { authorization: "built-anew".to_owned(), ..at("a", 0) }).as_str(), "pay_2");
}
