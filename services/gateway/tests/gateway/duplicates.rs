//! The same payment, submitted again: one payment, one answer (decision P7).

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Fate, Pay, World};

#[tokio::test]
async fn duplicate_submit_reuses_payment_id_until_terminal() {
    let world = World::open().await;
    let body = Pay::adams("pending-1").body(world.now());
    let first = world.pay(&body).await;
    assert_eq!(world.pay(&body).await, first);
    world.until(&first, "mempool").await;
    assert_eq!(world.pay(&body).await, first);
    world.rail.set("pending-1", Fate::Aborted);
    world.pass(2);
    world.until_ended(&first).await;
    world.rail.set("pending-1", Fate::Confirmed);
    let second = world.pay(&body).await;
    assert_ne!(second, first, "a payment that ended unpaid may be made anew");
    assert_eq!(world.until_ended(&second).await.last().unwrap().name, "confirmed");
    // Once it is paid it is that payment for ever, also when its authorisation has ended.
    world.pass(3_600);
    for _ in 0..2 {
        let answer = world.post(None, "/payments", &body).await;
        assert_eq!((answer.status, answer.json()["paymentId"].as_str()), (200, Some(second.as_str())));
    }
    assert_eq!(world.rail.paid("pending-1"), 1);
    assert_eq!(world.status(&first).await["status"], "failed");
}

#[tokio::test]
async fn duplicate_submit_returns_current_inflight_status() {
    let world = World::open().await;
    let body = Pay::adams("pending-1").body(world.now());
    let payment_id = world.pay(&body).await;
    world.until(&payment_id, "mempool").await;
    let again = world.post(None, "/payments", &body).await;
    assert_eq!((again.status, again.json()), (202, world.status(&payment_id).await));
    let over_rpc = world.rpc("submitPayment", &body).await["result"].take();
    assert_eq!(
        (over_rpc["accepted"].as_bool(), over_rpc["paymentId"].as_str()),
        (Some(true), Some(payment_id.as_str()))
    );
    assert_eq!(over_rpc["status"], "mempool");
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicate_submit_concurrent_single_payment() {
    let world = World::open().await;
    let body = Pay::adams("confirmed-1").body(world.now());
    let submissions = (0..32).map(|_| world.pay(&body));
    let ids: BTreeSet<String> = futures_util::future::join_all(submissions).await.into_iter().collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    world.until_ended(ids.first().unwrap()).await;
    assert_eq!((world.rail.sent("confirmed-1"), world.rail.paid("confirmed-1")), (1, 1));
}

#[tokio::test]
async fn the_spelling_of_a_payment_makes_no_other_payment() {
    let world = World::open().await;
    let pay = Pay::adams("pending-1");
    let first = world.pay(&pay.body(world.now())).await;
    // Members in another order, white space, and an extension that only the client wrote.
    let mut other = pay.body(world.now());
    other["payment"]["extensions"] = json!({ "note": { "info": { "said": "again" } } });
    let text = serde_json::to_string_pretty(&other).unwrap();
    let request = world.request(None, http::Method::POST, "/payments", text.into_bytes());
    assert_eq!(world.send(&request).await.json()["paymentId"], first.as_str());
}

#[tokio::test]
async fn same_identifier_other_payload_conflicts() {
    let world = World::open().await;
    let identifier = "order-2026-04-01-01";
    let first = Pay::adams("pending-1").under(identifier, world.now());
    let other = Pay::adams("pending-2").under(identifier, world.now());
    let payment_id = world.pay(&first).await;
    let conflict = world.post(None, "/payments", &other).await;
    let told = conflict.json();
    assert_eq!((conflict.status, told["code"].as_str()), (409, Some("PAYMENT_IDENTIFIER_CONFLICT")));
    assert_eq!(told["retryable"], false);
    assert_eq!(world.pay(&first).await, payment_id);
    // Another payer's identifiers are their own, and so are a service's.
    let stranger = Pay { account: "ewa".to_owned(), by: crate::support::STRANGER, ..Pay::adams("pending-3") };
    world.pay(&stranger.under(identifier, world.now())).await;
    let service = Pay::adams("pending-4").under(identifier, world.now());
    assert_eq!(world.rpc("submitPayment", &service).await["result"]["accepted"], true);
    let again = Pay::adams("pending-5").under(identifier, world.now());
    let refused = world.rpc("submitPayment", &again).await["result"].take();
    assert_eq!(
        (refused["accepted"].as_bool(), refused["code"].as_str()),
        (Some(false), Some("PAYMENT_IDENTIFIER_CONFLICT"))
    );
}

#[tokio::test]
async fn an_authorisation_in_another_wrapping_is_no_second_payment() {
    let world = World::open().await;
    let pay = Pay::adams("pending-1");
    world.pay(&pay.body(world.now())).await;
    // The same nonce, signed again for longer.
    let again = Pay { timeout: 500, ..pay };
    let refused = world.post(None, "/payments", &again.body(world.now())).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("NONCE_CONFLICT")));
}
