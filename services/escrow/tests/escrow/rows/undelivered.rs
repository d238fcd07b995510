//! Rows where nothing was delivered.

use earnest_artifacts::vocabulary::ConfirmationMode::SelfConfirmed;
use serde_json::json;

use super::{MODES, check, check_open, refunded, refuses};
use crate::support::{
    ADAM, OPERATOR, ROMAN, World, accept, action, at, cancel, confirmed, delivery, free, news, receipt, statement,
};

#[tokio::test]
async fn t01_a_hold_without_funds_is_settlement_blocked_with_the_deficit_and_leaves_nothing() {
    let world = World::open().await;
    for (turn, mode) in MODES.into_iter().enumerate() {
        let papers = world.agree(&confirmed(news(), mode), &format!("dear-{turn}"), 10).await;
        let before = world.head().await;
        let blocked = world.post(ADAM, "/holds", &papers.body()).await;
        assert_eq!(blocked.json()["deficit"], 200);
        refuses(&world, &before, blocked, (409, "settlement-blocked")).await;
        assert_eq!(world.get(ROMAN, &papers.path("/hold")).await.status, 404);
        assert_eq!(world.get(ROMAN, &papers.path("")).await.status, 404);
    }
    assert_eq!(world.money().await, [1_800, 0, 0]);

    let poor = World::empty(|_| {}).await;
    assert_eq!(poor.say(ROMAN, "/organisations", &statement(ROMAN, "2026-03-28T11:15:00Z")).await.status, 200);
    let papers = poor.agree(&news(), "poor", 3).await;
    let blocked = poor.post(ROMAN, "/holds", &papers.body()).await;
    assert_eq!((blocked.refusal(), &blocked.json()["deficit"]), ((409, "settlement-blocked".to_owned()), &json!(600)));
    assert_eq!(poor.balance("casualfeeders").await, (0, 0));
}

#[tokio::test]
async fn t02_work_that_cannot_be_opened_voids_the_hold() {
    for (mode, by) in MODES.into_iter().zip([ADAM, OPERATOR, ADAM]) {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        let (before, _) = world.head().await;
        assert_eq!(world.act(by, &papers, &action(&papers, "void")).await.effect(), "voided");
        let due = &[];
        check(&world, &papers, &refunded("canceled", "execution-not-opened", due)).await;
        assert_eq!(world.names(before).await, ["ledger/hold-voided.v1"]);
        assert_eq!(world.money().await, [1_800, 0, 0]);
    }
}

#[tokio::test]
async fn t03_work_by_passes_without_delivery_refunds() {
    for (mode, dispatched) in MODES.into_iter().zip([false, true, false]) {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        if dispatched {
            assert_eq!(world.act(ADAM, &papers, &action(&papers, "dispatch")).await.effect(), "dispatched");
        }
        let (before, _) = world.head().await;
        world.wait_until(at("06:34:59.999")).await;
        check_open(&world, &papers, "active").await;
        assert_eq!(world.money().await, [1_200, 600, 0]);
        world.wait_until(at("06:35:00")).await;
        check(&world, &papers, &refunded("expired", "work-by-expired", &[])).await;
        assert_eq!(world.names(before).await, ["ledger/hold-refunded.v1"]);
        assert_eq!(world.money().await, [1_800, 0, 0]);
        world.wait_until(at("23:00:00")).await;
        assert_eq!(world.names(before).await.len(), 1, "a timer fires once");
    }
}

#[tokio::test]
async fn t04_a_delivery_after_work_by_is_refused_and_changes_nothing() {
    for mode in MODES {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        world.wait_until(at("06:35:00")).await;
        let before = world.head().await;
        let late = world.say(ADAM, "/deliveries", &delivery(&papers, world.now())).await;
        refuses(&world, &before, late, (409, "hold-ended")).await;
        check(&world, &papers, &refunded("expired", "work-by-expired", &[])).await;
    }
}

#[tokio::test]
async fn t05_a_provider_that_fails_refunds() {
    for (mode, dispatched) in MODES.into_iter().zip([false, true, true]) {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        if dispatched {
            assert_eq!(world.act(ADAM, &papers, &action(&papers, "dispatch")).await.effect(), "dispatched");
        }
        assert_eq!(world.act(ADAM, &papers, &action(&papers, "fail")).await.effect(), "refunded");
        check(&world, &papers, &refunded("canceled", "failed-by-provider", &["payee"])).await;
        assert_eq!(world.money().await, [1_800, 0, 0]);
    }
}

#[tokio::test]
async fn t06_a_provider_that_declines_refunds() {
    for mode in MODES {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        assert_eq!(world.act(ADAM, &papers, &action(&papers, "decline")).await.effect(), "refunded");
        check(&world, &papers, &refunded("rejected", "rejected-by-provider", &["payee"])).await;
        assert_eq!(world.money().await, [1_800, 0, 0]);
    }
}

#[tokio::test]
async fn t15_an_escrow_that_was_down_at_work_by_applies_t3_and_never_t14() {
    let mut world = World::open().await;
    let (undelivered, delivered) = (world.held("a", SelfConfirmed).await, world.held("b", SelfConfirmed).await);
    world.delivered(&delivered).await;
    let (before, _) = world.head().await;
    world.down().await;
    world.set(at("10:30:00"));
    world.up().await;
    world.wait_until(at("10:30:00")).await;
    check(&world, &undelivered, &refunded("expired", "work-by-expired", &[])).await;
    check(&world, &delivered, &super::released(&[])).await;
    let names = world.names(before).await;
    assert_eq!(names, ["ledger/hold-refunded.v1", "ledger/hold-overdue.v1", "ledger/hold-released.v1"]);
    assert_eq!(world.money().await, [1_200, 0, 600]);
}

#[tokio::test]
async fn t24_a_workflow_that_ends_refunds_what_is_undelivered_and_leaves_the_rest_to_its_cascade() {
    let world = World::open().await;
    let (undelivered, delivered) = (world.held("a", SelfConfirmed).await, world.held("b", SelfConfirmed).await);
    world.delivered(&delivered).await;
    assert_eq!(world.act(ROMAN, &undelivered, &action(&undelivered, "end-workflow")).await.effect(), "refunded");
    check(&world, &undelivered, &refunded("canceled", "workflow-timeout", &["payer"])).await;
    let before = world.head().await;
    let answer = world.act(ROMAN, &delivered, &action(&delivered, "end-workflow")).await;
    refuses(&world, &before, answer, (409, "wrong-phase")).await;
    world.wait_until(at("10:00:00")).await;
    check(&world, &delivered, &super::released(&[])).await;
}

#[tokio::test]
async fn t25_the_buyer_cancels_before_the_work_is_dispatched_and_not_after() {
    let world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    assert_eq!(world.say(ROMAN, "/decisions", &cancel(&papers, world.now())).await.effect(), "refunded");
    check(&world, &papers, &refunded("canceled", "canceled-by-buyer", &["payer"])).await;
    let begun = world.held("b", SelfConfirmed).await;
    assert_eq!(world.act(ADAM, &begun, &action(&begun, "dispatch")).await.effect(), "dispatched");
    let before = world.head().await;
    let late = world.say(ROMAN, "/decisions", &cancel(&begun, world.now())).await;
    refuses(&world, &before, late, (409, "wrong-phase")).await;
    assert_eq!(world.money().await, [1_200, 600, 0]);
}

#[tokio::test]
async fn t26_a_gateway_receipt_credits_once() {
    let world = World::open().await;
    let again = receipt("opening", 20);
    let before = world.head().await;
    let first = world.say(crate::support::GATEWAY, "/gateway-receipts", &again).await;
    assert_eq!(first.effect(), "topped-up");
    assert_eq!(world.head().await, before);
    let other = world.say(crate::support::GATEWAY, "/gateway-receipts", &receipt("opening", 30)).await;
    refuses(&world, &before, other, (409, "id-conflict")).await;
    assert_eq!((world.balance("casualfeeders").await, world.balance("community-pool").await), ((1_800, 0), (200, 0)));
}

#[tokio::test]
async fn t27_nothing_is_held_for_what_is_free() {
    let world = World::open().await;
    let papers = world.agree(&free(news()), "free", 3).await;
    assert_eq!((papers.contract.hold.as_ref(), papers.contract.escrow_node), (None, None));
    let before = world.head().await;
    let answer = world.post(ADAM, "/holds", &papers.body()).await;
    refuses(&world, &before, answer, (422, "nothing-to-hold")).await;
    assert_eq!(world.get(ROMAN, &papers.path("/receipt")).await.status, 404);
}

#[tokio::test]
async fn e1_an_expired_hold_is_written_as_refunded_and_its_receipt_says_expired() {
    let world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    world.wait_until(at("06:35:00")).await;
    let hold = world.hold(&papers).await;
    let receipt = world.get(ROMAN, &papers.path("/receipt")).await.json();
    assert_eq!((hold["status"].as_str(), receipt["receipt"]["outcome"].as_str()), (Some("refunded"), Some("expired")));
    let response = delivery(&papers, world.now());
    let after = world.say(ROMAN, "/decisions", &accept(&papers, &response, world.now())).await;
    assert_eq!(after.refusal(), (409, "hold-ended".to_owned()));
}
