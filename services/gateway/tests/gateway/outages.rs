//! A store out of reach says nothing about any payment.

use earnest_ports::Journal;
use serde_json::json;

use crate::support::{Fate, Pay, World};

#[tokio::test]
async fn storage_outage_is_not_a_terminal_status() {
    let world = World::in_memory().await;
    let body = Pay::adams("pending-1").body(world.now());
    let payment_id = world.pay(&body).await;
    world.until(&payment_id, "mempool").await;
    world.rail.set("pending-1", Fate::Confirmed);
    // Another process takes the journal: this one serves, and knows nothing.
    let store = world.store.clone().unwrap();
    store.lapse();
    let other = store.open("another");
    let lease = other.acquire().await.unwrap();
    let unwritten = world.post(None, "/payments", &Pay::adams("pending-2").body(world.now())).await;
    assert_eq!(unwritten.status, 503, "{}", unwritten.text());
    world.stands_by().await;
    for answer in [world.ask(&format!("/payments/{payment_id}")).await, world.post(None, "/payments", &body).await] {
        let told = answer.json();
        assert_eq!((answer.status, told["code"].as_str()), (503, Some("INTERNAL_ERROR")), "{}", answer.text());
        assert!(answer.header("retry-after").is_some() && told["status"] == 503, "{}", answer.text());
        assert_eq!(told["retryable"], true);
        assert!(told.get("terminalReason").is_none() && told.get("paymentId").is_none(), "{}", answer.text());
    }
    for (method, params) in [("checkPayment", json!({ "paymentId": payment_id })), ("submitPayment", body.clone())] {
        let told = world.rpc(method, &params).await;
        assert_eq!(
            (told["error"]["code"].as_i64(), told["error"]["data"]["retryable"].as_bool()),
            (Some(-32001), Some(true))
        );
        assert!(told.get("result").is_none(), "{told}");
    }
    let settle = world.post(None, "/settle", &Pay::adams("confirmed-2").asked(world.now())).await;
    assert_eq!(settle.refusal(), (503, "outage".to_owned()));
    assert_eq!(world.ask("/health").await.status, 503);
    assert_eq!(world.ask("/health/live").await.status, 200);
    other.release(lease.fence).await.unwrap();
    world.writes().await;
    world.pass(20);
    assert_eq!(world.until_ended(&payment_id).await.last().unwrap().name, "confirmed");
}
