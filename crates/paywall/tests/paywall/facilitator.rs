//! A facilitator over HTTP, in every mood.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use earnest_paywall::{FacilitatorSettler, Till};
use earnest_ports::DrivenClock;
use earnest_x402::header as x402;
use serde_json::{Value, json};

use crate::{
    buyer::{Buyer, encoded, get},
    market::{Told, limits, memory_till, paywall, send, start},
    stub::{Heard, Says, Stub},
};

fn settled() -> String {
    json!({ "success": true, "transaction": format!("0x{}", "ab".repeat(32)), "network": "eip155:84532",
        "payer": Buyer(2).address().to_string() })
    .to_string()
}

fn failed(reason: &str, transaction: &str) -> String {
    json!({ "success": false, "errorReason": reason, "transaction": transaction, "network": "eip155:84532" })
        .to_string()
}

/// A facilitator that verifies everything, and says these in turn of settlements; the last one for ever.
async fn facilitator(settles: Vec<Says>) -> Stub {
    let next = AtomicUsize::new(0);
    Stub::start(move |heard: &Heard| {
        if heard.target == "/verify" {
            return Says::Json(200, json!({ "isValid": true, "payer": Buyer(2).address().to_string() }).to_string());
        }
        let index = next.fetch_add(1, Ordering::SeqCst);
        settles[index.min(settles.len() - 1)].clone()
    })
    .await
}

struct Shop {
    app: axum::Router,
    _till: Till,
}

async fn shop(facilitator: &Stub) -> Shop {
    let clock = Arc::new(DrivenClock::new(start()));
    let till = memory_till(&earnest_ports::MemoryStore::new("till".parse().unwrap()), &clock);
    assert!(till.opened().await);
    let settler =
        FacilitatorSettler::new(&facilitator.url, Duration::from_secs(5)).unwrap().authorized("Bearer key").unwrap();
    let wall = paywall(&till, Arc::new(settler), limits());
    let route = wall.price("0.10 USDC").unwrap().pay_to(crate::buyer::PAYEE).unwrap();
    let app = axum::Router::new().route("/report", axum::routing::get(|| async { "report" }).layer(route));
    Shop { app, _till: till }
}

async fn pay(shop: &Shop, nonce: u8) -> Told {
    let wanted = get("/report");
    let demand = send(&shop.app, &wanted, &[]).await.demand();
    let payment = encoded(&Buyer(2).evm(&demand, nonce, None, start()));
    send(&shop.app, &wanted, &[(x402::PAYMENT_SIGNATURE, &payment)]).await
}

#[tokio::test]
async fn any_facilitator_settles() {
    let stub = facilitator(vec![Says::Json(200, settled())]).await;
    let shop = shop(&stub).await;
    let told = pay(&shop, 1).await;
    assert!(told.is_delivered() && told.settled().success, "{told:?}");
    let heard = stub.heard();
    assert_eq!(heard.iter().map(|heard| heard.target.as_str()).collect::<Vec<_>>(), ["/verify", "/settle"]);
    assert_eq!(heard[0].body, heard[1].body);
    assert_eq!(heard[0].headers["authorization"], "Bearer key");
    let body: Value = serde_json::from_str(&heard[0].body).unwrap();
    assert_eq!((&body["x402Version"], &body["paymentPayload"]["x402Version"]), (&json!(2), &json!(2)));
    assert_eq!(body["paymentRequirements"]["amount"], "100000");
    serde_json::from_value::<earnest_x402::RequestV2>(body).unwrap();
}

#[tokio::test]
async fn what_is_pending_is_asked_once_more_with_the_same_body() {
    let pending = Says::Json(200, failed("settlement_pending", "0xab"));
    let stub = facilitator(vec![pending.clone(), Says::Json(200, settled())]).await;
    let told = pay(&shop(&stub).await, 1).await;
    assert!(told.is_delivered(), "{told:?}");
    let heard = stub.heard();
    assert_eq!(heard.len(), 3);
    assert_eq!(heard[1].body, heard[2].body);
    // Pending still: withheld, and fetched by the same payment.
    let stub = facilitator(vec![pending.clone(), pending, Says::Json(200, settled())]).await;
    let shop = shop(&stub).await;
    let told = pay(&shop, 1).await;
    assert_eq!((told.status.as_u16(), told.is_delivered()), (202, false));
    assert!(pay(&shop, 1).await.is_delivered());
}

/// Threat X11 over HTTP: what is no confirmation of this payment delivers nothing, and what decides nothing leaves it open.
#[tokio::test]
async fn x11_no_answer_of_a_facilitator_but_a_confirmation_delivers() {
    let with = |member: &str, value: Value| {
        let mut body: Value = serde_json::from_str(&settled()).unwrap();
        body[member] = value;
        body.to_string()
    };
    for (case, says, status) in [
        ("200 and false", Says::Json(200, failed("invalid_exact_evm_transaction_failed", "0x01")), 402),
        ("402 and false", Says::Json(402, failed("insufficient_funds", "")), 402),
        ("a used nonce", Says::Json(200, failed("invalid_exact_evm_nonce_already_used", "")), 502),
        ("an unexpected error", Says::Json(200, failed("unexpected_settle_error", "")), 502),
        ("pending without transaction", Says::Json(200, failed("settlement_pending", "")), 502),
        ("404", Says::Json(404, "{}".to_owned()), 502),
        ("429", Says::Json(429, "slow down".to_owned()), 502),
        ("500", Says::Json(500, "oops".to_owned()), 502),
        ("500 over a success", Says::Json(500, settled()), 502),
        ("a redirect", Says::With(302, vec![("location", "http://127.0.0.1:1/settle".to_owned())], settled()), 502),
        ("nothing", Says::Nothing, 502),
        ("malformed", Says::Json(200, "{\"success\": true".to_owned()), 502),
        (
            "twice said",
            Says::Json(200, "{\"success\":false,\"success\":true,\"transaction\":\"\",\"network\":\"\"}".to_owned()),
            502,
        ),
        ("endless", Says::Json(200, format!("{{\"x\":\"{}\"}}", "x".repeat(300_000))), 502),
        ("another payer", Says::Json(200, with("payer", json!(crate::buyer::PAYEE))), 502),
        ("another network", Says::Json(200, with("network", json!("eip155:8453"))), 502),
        ("more than asked", Says::Json(200, with("amount", json!("100001"))), 502),
        ("no transaction", Says::Json(200, with("transaction", json!(""))), 502),
        ("no hash", Says::Json(200, with("transaction", json!("0xab"))), 502),
    ] {
        let stub = facilitator(vec![says, Says::Json(200, settled())]).await;
        let shop = shop(&stub).await;
        let told = pay(&shop, 1).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (status, false), "{case}: {told:?}");
        assert_eq!(pay(&shop, 1).await.is_delivered(), status == 502, "{case}");
    }
}

#[tokio::test]
async fn a_verification_that_says_no_or_nothing_costs_no_work() {
    for (says, status) in [
        (Says::Json(200, json!({ "isValid": false, "invalidReason": "insufficient_funds" }).to_string()), 402),
        (Says::Json(400, json!({ "isValid": false, "invalidReason": "insufficient_funds" }).to_string()), 402),
        (Says::Json(200, json!({ "isValid": true, "payer": crate::buyer::PAYEE }).to_string()), 502),
        (Says::Json(503, "busy".to_owned()), 502),
        (Says::Json(200, "[]".to_owned()), 502),
    ] {
        let stub = Stub::start(move |_: &Heard| says.clone()).await;
        let shop = shop(&stub).await;
        let told = pay(&shop, 1).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (status, false), "{told:?}");
        assert!(stub.heard().iter().all(|heard| heard.target == "/verify"));
    }
}

#[tokio::test]
async fn a_facilitator_says_what_it_serves() {
    let kinds = json!({ "kinds": [{ "x402Version": 2, "scheme": "exact", "network": "eip155:84532" }] }).to_string();
    let stub = Stub::start(move |_: &Heard| Says::Json(200, kinds.clone())).await;
    let settler = FacilitatorSettler::new(&stub.url, Duration::from_secs(5)).unwrap();
    assert_eq!(settler.supported().await.unwrap().kinds.len(), 1);
    assert_eq!(stub.heard()[0].method, "GET");
    for url in ["", "ftp://a", "https://a:b@c", "https://a/?b", "a.example"] {
        assert!(FacilitatorSettler::new(url, Duration::from_secs(1)).is_err(), "{url}");
    }
}
