//! Rows where the work was delivered, and nobody disputes it.

use earnest_artifacts::{
    Content,
    response_decision::Criterion,
    vocabulary::ConfirmationMode::{ArbiterConfirmed, ManualReviewOnly, SelfConfirmed},
};
use earnest_ledger::{Actor, Command as LedgerCommand, Deliver};
use earnest_ports::{DrivenClock, Writer, WriterOptions};
use earnest_settlement::Command;
use serde_json::json;

use super::{check, check_open, refunded, refuses, released};
use crate::support::{
    ADAM, EWA, OPERATOR, Papers, ROMAN, STRANGER, World, accept, action, at, delivery, dispute, items, reject, response,
};

#[tokio::test]
async fn t07_a_delivery_in_time_waits_for_the_buyer_or_the_arbiter() {
    for mode in [SelfConfirmed, ArbiterConfirmed] {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        world.wait_until(at("06:34:59.999")).await;
        let (before, _) = world.head().await;
        let delivered = world.delivered(&papers).await;
        check_open(&world, &papers, "active").await;
        assert_eq!(world.names(before).await, ["ledger/hold-delivered.v1"]);
        assert_eq!(world.get(ROMAN, &papers.path("/response")).await.body, delivered.bytes());
        assert_eq!(world.money().await, [1_200, 600, 0]);
        world.wait_until(at("06:35:00")).await;
        check_open(&world, &papers, "active").await;
    }
}

#[tokio::test]
async fn t08_under_manual_review_the_operator_releases_and_nobody_disputes() {
    let world = World::open().await;
    let papers = world.held("a", ManualReviewOnly).await;
    let delivered = world.delivered(&papers).await;
    check_open(&world, &papers, "active").await;
    let before = world.head().await;
    let release = json!({ "decision": "decision:by-hand", "action": "release", "reason": "reviewed" });
    let disputed = world.say(ROMAN, "/disputes", &dispute(&papers, world.now())).await;
    refuses(&world, &before, disputed, (409, "wrong-mode")).await;
    let accepted = world.say(ROMAN, "/decisions", &accept(&papers, &delivered, world.now())).await;
    refuses(&world, &before, accepted, (409, "wrong-mode")).await;
    for by in [STRANGER, ROMAN, ADAM, EWA] {
        refuses(&world, &before, world.act(by, &papers, &release).await, (403, "not-caller")).await;
    }
    assert_eq!(world.act(OPERATOR, &papers, &release).await.effect(), "released");
    check(&world, &papers, &released(&[])).await;
    assert_eq!(world.money().await, [1_200, 0, 600]);
}

#[tokio::test]
async fn t09_an_acceptance_before_auto_release_releases() {
    let world = World::open().await;
    let (papers, late) = (world.held("a", SelfConfirmed).await, world.held("b", SelfConfirmed).await);
    let (delivered, delivered_late) = (world.delivered(&papers).await, world.delivered(&late).await);
    world.wait_until(at("09:59:59.999")).await;
    let (before, _) = world.head().await;
    let accepted = world.say(ROMAN, "/decisions", &accept(&papers, &delivered, world.now())).await;
    assert_eq!(accepted.effect(), "released");
    assert_eq!(world.names(before).await, ["ledger/hold-released.v1"]);
    check(&world, &papers, &released(&["payer"])).await;
    let receipt = world.get(ROMAN, &papers.path("/receipt")).await.json()["receipt"].clone();
    assert_eq!((&receipt["answer/accepted"], receipt.get("payer/release-ref")), (&json!(true), None));
    assert_eq!(world.money().await, [600, 600, 600]);
    world.set(at("10:00:00"));
    let too_late = world.say(ROMAN, "/decisions", &accept(&late, &delivered_late, world.now())).await;
    assert_eq!(too_late.refusal(), (409, "hold-ended".to_owned()));
    check(&world, &late, &released(&[])).await;
}

/// The delivery of a response that an earlier, less strict check of the escrow let pass: put straight into the journal.
async fn delivered_under_an_earlier_check(
    world: &mut World,
    papers: &Papers,
    response: &earnest_artifacts::Verified<earnest_artifacts::ResponseEnvelope>,
) {
    world.down().await;
    let journal = earnest_store::open(&world.config.journal_url(), world.config.journal_name().unwrap()).await.unwrap();
    let clock: std::sync::Arc<dyn earnest_ports::Clock> = std::sync::Arc::new(DrivenClock::new(world.now()));
    let genesis = earnest_escrow::Escrowed::genesis(world.config.federation.clone());
    let (writer, running) = Writer::start(journal, clock, genesis, WriterOptions::default()).await.unwrap();
    let hold = papers.contract.hold.clone().unwrap();
    let command = LedgerCommand::Deliver(Deliver::of_response(response, hold, Actor::own(ADAM.participant())));
    let asked = Command::Ledger { command, evidence: vec![response.bytes().to_vec()] };
    writer.submit(asked).await.unwrap();
    drop(writer);
    running.ended().await;
    world.up().await;
}

#[tokio::test]
async fn t10_a_rejection_needs_a_criterion_that_the_escrow_finds_broken() {
    let mut world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    let kept = world.delivered(&papers).await;
    let before = world.head().await;
    let refused =
        world.say(ROMAN, "/decisions", &reject(&papers, &kept, Criterion::OutputConstraints, world.now())).await;
    refuses(&world, &before, refused, (409, "criterion-met")).await;

    let papers = world.held("b", SelfConfirmed).await;
    let without_sources = response(&papers, "b", Content::Text("No source.".to_owned()), None, world.now());
    let before = world.head().await;
    let refused = world.say(ADAM, "/deliveries", &without_sources).await;
    refuses(&world, &before, refused, (422, "constraint-broken")).await;
    delivered_under_an_earlier_check(&mut world, &papers, &without_sources).await;
    world.wait_until(at("08:00:00")).await;
    let rejection = reject(&papers, &without_sources, Criterion::OutputConstraints, world.now());
    assert_eq!(world.say(ROMAN, "/decisions", &rejection).await.effect(), "refunded");
    check(&world, &papers, &refunded("rejected", "rejected-by-buyer", &["payer"])).await;
    assert_eq!(world.money().await, [1_200, 600, 0]);
}

#[tokio::test]
async fn t11_silence_at_accept_by_moves_nothing_and_ends_the_time_to_reject() {
    let world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    let delivered = world.delivered(&papers).await;
    let (before, _) = world.head().await;
    world.wait_until(at("08:00:00")).await;
    assert!(world.names(before).await.is_empty());
    world.wait_until(at("08:00:00.001")).await;
    assert_eq!(world.names(before).await, ["ledger/hold-overdue.v1"]);
    check_open(&world, &papers, "active").await;
    assert_eq!(world.money().await, [1_200, 600, 0]);
    let before = world.head().await;
    let late = reject(&papers, &delivered, Criterion::OutputConstraints, world.now());
    refuses(&world, &before, world.say(ROMAN, "/decisions", &late).await, (409, "accept-by-passed")).await;
    assert_eq!(world.say(ROMAN, "/disputes", &dispute(&papers, world.now())).await.effect(), "disputed");
}

#[tokio::test]
async fn t14_delivered_work_of_a_silent_buyer_is_released_at_auto_release() {
    let world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    world.delivered(&papers).await;
    world.wait_until(at("09:59:59.999")).await;
    check_open(&world, &papers, "active").await;
    let (before, _) = world.head().await;
    world.wait_until(at("10:00:00")).await;
    check(&world, &papers, &released(&[])).await;
    assert_eq!(world.names(before).await, ["ledger/hold-released.v1"]);
    let receipt = world.get(ROMAN, &papers.path("/receipt")).await.json()["receipt"].clone();
    assert_eq!(receipt["payer/release-ref"], "transfer:a:release");
    assert_eq!(world.money().await, [1_200, 0, 600]);
}

#[tokio::test]
async fn t16_without_an_arbiters_word_nothing_is_released_and_a_review_is_asked_for() {
    let world = World::open().await;
    let papers = world.held("a", ArbiterConfirmed).await;
    world.delivered(&papers).await;
    let (before, _) = world.head().await;
    world.wait_until(at("10:00:00")).await;
    assert_eq!(world.names(before).await, ["ledger/hold-review-required.v1"]);
    check_open(&world, &papers, "active").await;
    let before = world.head().await;
    let mut confirm = action(&papers, "confirm");
    refuses(&world, &before, world.act(EWA, &papers, &confirm).await, (422, "incomplete")).await;
    confirm["reason"] = json!("checked");
    (confirm["released"], confirm["refunded"]) = (json!(600), json!(0));
    for by in [ROMAN, ADAM, OPERATOR, STRANGER] {
        refuses(&world, &before, world.act(by, &papers, &confirm).await, (403, "not-authorized")).await;
    }
    assert_eq!(world.act(EWA, &papers, &confirm).await.effect(), "released");
    check(&world, &papers, &released(&["arbiter"])).await;
}

#[tokio::test]
async fn t17_manual_review_never_releases_by_itself() {
    let world = World::open().await;
    let papers = world.held("a", ManualReviewOnly).await;
    world.delivered(&papers).await;
    let before = world.head().await;
    for moment in ["08:00:01", "10:00:00", "23:59:59"] {
        world.wait_until(at(moment)).await;
        check_open(&world, &papers, "active").await;
    }
    assert_eq!(world.head().await, before);
}

#[tokio::test]
async fn t22_the_same_result_again_is_already_present_and_moves_nothing() {
    let world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    let response = delivery(&papers, world.now());
    let first = world.say(ADAM, "/deliveries", &response).await;
    assert_eq!(first.effect(), "delivered");
    assert_eq!(world.say(ROMAN, "/decisions", &accept(&papers, &response, world.now())).await.effect(), "released");
    world.wait_until(at("23:00:00")).await;
    let before = world.head().await;
    let again = world.say(ADAM, "/deliveries", &response).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    assert_eq!(world.head().await, before);
    check(&world, &papers, &released(&["payer"])).await;
}

#[tokio::test]
async fn t23_another_result_under_the_same_contract_is_refused() {
    let world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    let delivered = world.delivered(&papers).await;
    let other = Content::Text("Another answer, https://example.org".to_owned());
    let same_id = response(&papers, "a", other, None, world.now());
    let other_id = response(&papers, "a2", items(), None, world.now());
    for (turn, codes) in [["id-conflict", "wrong-phase"], ["id-conflict", "hold-ended"]].into_iter().enumerate() {
        let before = world.head().await;
        for (response, code) in [&same_id, &other_id].into_iter().zip(codes) {
            refuses(&world, &before, world.say(ADAM, "/deliveries", response).await, (409, code)).await;
        }
        if turn == 0 {
            let accepted = accept(&papers, &delivered, world.now());
            assert_eq!(world.say(ROMAN, "/decisions", &accepted).await.effect(), "released");
        }
    }
    assert_eq!(world.money().await, [1_200, 0, 600]);
}
