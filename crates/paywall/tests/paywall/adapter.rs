//! The delivery rule, by the names of the approval matrix: confirmed, and nothing else, lets the result out.

use earnest_payment::{EarlyDelivery, EarlyState};
use earnest_paywall::Settling;
use earnest_x402::SettleResponse;

use crate::{
    buyer::get,
    market::{limits, market, market_with},
    settler::Play,
};

#[tokio::test]
async fn adapter_no_delivery_on_failed() {
    no_delivery_on("chain_abort").await;
}

#[tokio::test]
async fn adapter_no_delivery_on_replaced() {
    no_delivery_on("nonce_replacement").await;
}

#[tokio::test]
async fn adapter_no_delivery_on_not_found() {
    no_delivery_on("expired").await;
}

async fn no_delivery_on(reason: &'static str) {
    for early in [false, true] {
        let market = market_with(limits(), |route| if early { route.delivers_early(declared()) } else { route }).await;
        let wanted = get("/report");
        market.settler.plays([Play::Fail(reason)]);
        let payment = market.orc(1, &wanted, "a").await;
        // The same answer, however often it is asked for; the result is gone.
        for _ in 0..3 {
            let told = market.paid(&wanted, &payment).await;
            let settled = told.settled();
            assert_eq!((told.status.as_u16(), told.is_delivered(), settled.success), (402, false, false));
            assert_eq!(settled.error_reason.unwrap().as_str(), reason);
        }
        assert_eq!((market.runs(), market.till.fill().await.unwrap().kept_bytes), (1, 0));
        // Another payment is another purchase.
        let payment = market.orc(1, &wanted, "b").await;
        assert!(market.paid(&wanted, &payment).await.is_delivered());
    }
}

#[tokio::test]
async fn adapter_no_delivery_on_each_inflight_state() {
    for status in ["queued", "broadcasting", "mempool"] {
        let market = market().await;
        let wanted = get("/report");
        market.settler.plays([Play::Underway(status), Play::Underway(status), Play::Fail("chain_abort")]);
        let payment = market.orc(1, &wanted, "a").await;
        for _ in 0..2 {
            let told = market.paid(&wanted, &payment).await;
            assert_eq!((told.status.as_u16(), told.is_delivered()), (202, false), "{status}: {told:?}");
            assert_eq!(told.json()["status"], status);
            assert!(told.header("retry-after").is_some());
            assert!(!told.settled().success);
        }
        let told = market.paid(&wanted, &payment).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (402, false), "{status}");
    }
}

#[tokio::test]
async fn adapter_sender_vs_sponsor_errors_distinct() {
    let market = market().await;
    let wanted = get("/report");
    // The sender's fault is the sender's to hear; a sponsor's trouble is an outage, and the same payment may come again.
    market.settler.plays([Play::Refuse("sender_nonce_stale"), Play::Unavailable]);
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.settled().error_reason.unwrap().as_str()), (402, "sender_nonce_stale"));
    let payment = market.orc(1, &wanted, "b").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.header("retry-after")), (502, Some("2")));
    assert!(!told.text().contains("sender") && told.header("payment-response").is_none());
    assert!(market.paid(&wanted, &payment).await.is_delivered());
    assert_eq!(market.runs(), 2);
}

#[tokio::test]
async fn adapter_fails_closed_without_polling_identity() {
    let market = market().await;
    let wanted = get("/report");
    let settled = SettleResponse::settled(String::new(), "orc:fed-pl-main".to_owned(), String::new());
    market.settler.plays([Play::Blind, Play::Say(Box::new(Settling::Confirmed(settled))), Play::Unavailable]);
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.is_delivered()), (202, false));
    let body = told.json();
    assert!(body.get("paymentId").is_none() && body.get("checkStatusUrl").is_none(), "nothing is invented: {body}");
    for _ in 0..2 {
        let told = market.paid(&wanted, &payment).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (502, false), "{told:?}");
    }
    assert!(market.paid(&wanted, &payment).await.is_delivered());
}

fn declared() -> EarlyDelivery {
    let because = "a weather report of one cent, at most ten a minute".parse().unwrap();
    EarlyDelivery { route: "/report".parse().unwrap(), from: EarlyState::Mempool, because }
}

#[tokio::test]
async fn a_route_that_declares_it_delivers_early_once_and_no_earlier_than_declared() {
    let market = market_with(limits(), |route| route.delivers_early(declared())).await;
    let wanted = get("/report");
    market.settler.plays([Play::Underway("broadcasting"), Play::Underway("mempool"), Play::Underway("mempool")]);
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.is_delivered()), (202, false));
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.is_delivered(), told.settled().success), (200, true, false), "{told:?}");
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.is_delivered()), (202, false), "given out once: {told:?}");
    assert_eq!(market.paid(&wanted, &payment).await.error(), "payment-already-used");
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
}
