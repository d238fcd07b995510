//! Rows of disputes and of their decisions.

use earnest_artifacts::vocabulary::ConfirmationMode::{ArbiterConfirmed, SelfConfirmed};

use super::{End, check, check_open, refunded, refuses, released};
use crate::support::{Papers, ROMAN, World, accept, at, dispute, ruling};

/// A hold whose delivery the buyer disputes at once.
async fn disputed(world: &World) -> Papers {
    let papers = world.held("a", SelfConfirmed).await;
    world.delivered(&papers).await;
    assert_eq!(world.say(ROMAN, "/disputes", &dispute(&papers, world.now())).await.effect(), "disputed");
    papers
}

#[tokio::test]
async fn t12_a_dispute_at_dispute_by_freezes_the_hold_and_stops_the_release() {
    for mode in [SelfConfirmed, ArbiterConfirmed] {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        world.delivered(&papers).await;
        world.wait_until(at("09:00:00")).await;
        let (before, _) = world.head().await;
        assert_eq!(world.say(ROMAN, "/disputes", &dispute(&papers, world.now())).await.effect(), "disputed");
        assert_eq!(world.names(before).await, ["ledger/hold-frozen.v1"]);
        assert_eq!(world.hold(&papers).await["dispute/case-ref"], "dispute:a");
        world.wait_until(at("10:00:01")).await;
        check_open(&world, &papers, "disputed").await;
        assert_eq!(world.money().await, [1_200, 600, 0]);
    }
}

#[tokio::test]
async fn t13_a_dispute_after_dispute_by_is_refused() {
    for mode in [SelfConfirmed, ArbiterConfirmed] {
        let world = World::open().await;
        let papers = world.held("a", mode).await;
        world.delivered(&papers).await;
        world.wait_until(at("09:00:00.001")).await;
        let before = world.head().await;
        let late = world.say(ROMAN, "/disputes", &dispute(&papers, world.now())).await;
        refuses(&world, &before, late, (409, "dispute-window-closed")).await;
    }
}

#[tokio::test]
async fn t18_a_dispute_suspends_every_timer() {
    let world = World::open().await;
    let papers = disputed(&world).await;
    let before = world.head().await;
    for moment in ["06:35:00", "08:00:01", "09:00:01", "10:00:01", "23:59:59"] {
        world.wait_until(at(moment)).await;
    }
    // `decision-by` counts from the filing, and is itself excluded.
    world.wait_until("2026-04-08T06:04:59.999Z".parse().unwrap()).await;
    check_open(&world, &papers, "disputed").await;
    assert_eq!(world.head().await, before);
    world.wait_until("2026-04-08T06:05:00Z".parse().unwrap()).await;
    check(&world, &papers, &refunded("rejected", "undecided", &[])).await;
}

#[tokio::test]
async fn t19_an_arbiter_releases_all() {
    let world = World::open().await;
    let papers = disputed(&world).await;
    let (before, _) = world.head().await;
    let answer = world.say(crate::support::EWA, "/dispute-decisions", &ruling(&papers, 600, 0, world.now())).await;
    assert_eq!(answer.effect(), "released");
    assert_eq!(world.names(before).await, ["ledger/hold-released.v1"]);
    check(&world, &papers, &released(&["arbiter"])).await;
    let receipt = world.get(ROMAN, &papers.path("/receipt")).await.json()["receipt"].clone();
    assert_eq!(receipt["payer/release-ref"], "decision:a-ruling");
    assert_eq!(world.hold(&papers).await["dispute/case-ref"], "dispute:a");
    assert_eq!(world.money().await, [1_200, 0, 600]);
}

#[tokio::test]
async fn t20_an_arbiter_refunds_all() {
    let world = World::open().await;
    let papers = disputed(&world).await;
    let answer = world.say(crate::support::EWA, "/dispute-decisions", &ruling(&papers, 0, 600, world.now())).await;
    assert_eq!(answer.effect(), "refunded");
    check(&world, &papers, &refunded("rejected", "refunded-by-arbiter", &["arbiter"])).await;
    assert_eq!(world.money().await, [1_800, 0, 0]);
}

#[tokio::test]
async fn t21_an_arbiter_splits_where_the_policy_allows_it() {
    let world = World::open().await;
    let papers = disputed(&world).await;
    let before = world.head().await;
    let short = world.say(crate::support::EWA, "/dispute-decisions", &ruling(&papers, 200, 300, world.now())).await;
    refuses(&world, &before, short, (422, "award-mismatch")).await;
    let answer = world.say(crate::support::EWA, "/dispute-decisions", &ruling(&papers, 200, 400, world.now())).await;
    assert_eq!(answer.effect(), "partially-released");
    let end = End {
        hold: ("partially-released", 200, 400),
        outcome: ("settled", Some("released-by-arbiter")),
        transfers: &["partial-release", "refund"],
        due: &["arbiter"],
    };
    check(&world, &papers, &end).await;
    assert_eq!(world.money().await, [1_600, 0, 200]);

    let strict = World::with(|config| config.policy.partial_release = false).await;
    let papers = disputed(&strict).await;
    let before = strict.head().await;
    let split = strict.say(crate::support::EWA, "/dispute-decisions", &ruling(&papers, 200, 400, strict.now())).await;
    refuses(&strict, &before, split, (422, "partial-not-allowed")).await;
}

#[tokio::test]
async fn what_was_disputed_is_the_arbiters_alone() {
    let world = World::open().await;
    let papers = disputed(&world).await;
    let before = world.head().await;
    let delivered = crate::support::delivery(&papers, world.now());
    let accepted = world.say(ROMAN, "/decisions", &accept(&papers, &delivered, world.now())).await;
    refuses(&world, &before, accepted, (409, "wrong-phase")).await;
}
