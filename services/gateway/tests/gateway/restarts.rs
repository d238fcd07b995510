//! What a restart keeps, and what it does not do twice.

use serde_json::json;

use crate::support::{Fate, Pay, World};

#[tokio::test]
async fn e2e_restart_preserves_state() {
    let mut world = World::open().await;
    let now = world.now();
    let [confirmed, failed, held] = [
        world.pay(&Pay::adams("confirmed-1").body(now)).await,
        world.pay(&Pay::adams("refused-1").body(now)).await,
        world.pay(&Pay::adams("pending-1").under("order-0000000001", now)).await,
    ];
    world.until_ended(&confirmed).await;
    world.until_ended(&failed).await;
    world.until(&held, "mempool").await;
    let mut before = Vec::new();
    for payment_id in [&confirmed, &failed, &held] {
        before.push(world.status(payment_id).await);
    }
    for _ in 0..2 {
        world.down().await;
        world.up().await;
        for (payment_id, before) in [&confirmed, &failed, &held].into_iter().zip(&before) {
            assert_eq!(world.status(payment_id).await, *before);
        }
        assert_eq!(world.pay(&Pay::adams("confirmed-1").body(now)).await, confirmed);
        assert_eq!(world.pay(&Pay::adams("pending-1").body(now)).await, held);
        let other = world.post(None, "/payments", &Pay::adams("pending-2").under("order-0000000001", now)).await;
        assert_eq!(other.status, 409, "an identifier is remembered");
    }
    world.rail.set("pending-1", Fate::Confirmed);
    world.pass(20);
    assert_eq!(world.until_ended(&held).await.last().unwrap().name, "confirmed");
    assert_eq!(world.rail.sent("confirmed-1"), 1);
}

#[tokio::test]
async fn e2e_inflight_polling_identity_stable() {
    let mut world = World::open().await;
    let body = Pay::adams("pending-1").body(world.now());
    let payment_id = world.pay(&body).await;
    let url = format!("http://gateway.example/payments/{payment_id}");
    world.until(&payment_id, "mempool").await;
    for round in 0..4 {
        let polled = world.status(&payment_id).await;
        assert_eq!(
            (polled["paymentId"].as_str(), polled["checkStatusUrl"].as_str()),
            (Some(payment_id.as_str()), Some(url.as_str()))
        );
        let over_rpc = world.rpc("checkPayment", &json!({ "paymentId": payment_id })).await["result"].take();
        assert_eq!(over_rpc, polled);
        world.pass(5);
        if round % 2 == 1 {
            world.down().await;
            world.up().await;
        }
    }
    assert_eq!(world.pay(&body).await, payment_id);
}

/// The process ends after the rail took a payment, and before the relay was told: the one after it looks, and sends the
/// same transaction again, which the rail has already.
#[tokio::test]
async fn crash_between_broadcast_and_record_no_double_broadcast() {
    let mut world = World::open().await;
    world.rail.fall_silent(true);
    let body = Pay::adams("confirmed-1").body(world.now());
    let payment_id = world.pay(&body).await;
    world.rail.until_sent("confirmed-1", 1).await;
    assert_eq!(world.status(&payment_id).await["status"], "broadcasting");
    world.abandon();
    world.rail.fall_silent(false);
    world.up().await;
    let ended = world.until_ended(&payment_id).await;
    assert_eq!(ended.last().unwrap().name, "confirmed");
    assert_eq!(world.rail.paid("confirmed-1"), 1, "it was carried out once");
    assert_eq!(world.rail.transactions("confirmed-1"), 1, "and every attempt was the same transaction");
    assert_eq!(world.pay(&body).await, payment_id);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_looked_for_and_not_paid_twice() {
    let world = World::open().await;
    let payment_id = world.pay(&Pay::adams("unclear-1").body(world.now())).await;
    assert_eq!(world.until_ended(&payment_id).await.last().unwrap().name, "confirmed");
    assert_eq!((world.rail.paid("unclear-1"), world.rail.transactions("unclear-1")), (1, 1));
}

#[tokio::test]
async fn an_outage_of_a_rail_is_no_outcome() {
    let world = World::open().await;
    let payment_id = world.pay(&Pay::adams("away-1").body(world.now())).await;
    world.until(&payment_id, "queued").await;
    world.rail.until_sent("away-1", 1).await;
    assert_eq!(world.status(&payment_id).await["category"], "in-flight");
    world.rail.set("away-1", Fate::Confirmed);
    world.pass(30);
    assert_eq!(world.until_ended(&payment_id).await.last().unwrap().name, "confirmed");
    assert_eq!(world.rail.paid("away-1"), 1);
}
