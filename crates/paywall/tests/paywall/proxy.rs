//! A price on somebody's endpoint: what is forwarded, what is not, and that nothing is settled for what is not answered.

use std::sync::{Arc, atomic::Ordering};

use axum::Router;
use earnest_paywall::Sell;
use earnest_ports::{DrivenClock, MemoryStore};
use earnest_x402::header as x402;
use serde_json::json;

use crate::{
    buyer::{Buyer, PAYEE, Wanted, encoded, get, post},
    market::{SELLER, Told, limits, long, memory_till, paywall, send, start},
    settler::Memory,
    stub::{Heard, Says, Stub},
};

struct Shop {
    app: Router,
    settler: Arc<Memory>,
}

async fn shop(upstream: &str, more: serde_json::Value) -> Shop {
    let clock = Arc::new(DrivenClock::new(start()));
    let till = memory_till(&MemoryStore::new("till".parse().unwrap()), &clock);
    assert!(till.opened().await);
    let settler = Arc::new(Memory::default());
    let wall = paywall(&till, settler.clone(), limits());
    let route = |path: &str, price: &str, more: &serde_json::Value| {
        let mut route = json!({ "path": path, "upstream": upstream, "price": price, "pay-to": SELLER,
            "methods": ["GET", "POST"], "accepts": [{ "price": "0.10 USDC", "pay-to": PAYEE }] });
        for (name, value) in more.as_object().unwrap() {
            route[name] = value.clone();
        }
        route
    };
    let sell = json!({ "routes": [
        route("/files/{*rest}", "0.01 ORC", &json!({})),
        route("/files/secret", "100.00 ORC", &json!({})),
        route("/report", "0.25 ORC", &more),
        route("/users/{id}", "0.25 ORC", &json!({})),
    ] });
    let sell: Sell = serde_json::from_value(sell).unwrap();
    Shop { app: sell.into_router(&wall).unwrap(), settler }
}

impl Shop {
    async fn pay(&self, wanted: &Wanted, headers: &[(&str, &str)]) -> Told {
        let demand = send(&self.app, wanted, &[]).await.demand();
        let payment = encoded(&Buyer(1).orc(&demand, wanted, &long("a"), None, start()));
        let mut all = vec![(x402::PAYMENT_SIGNATURE, payment.as_str())];
        all.extend_from_slice(headers);
        send(&self.app, wanted, &all).await
    }
}

#[tokio::test]
async fn somebodys_endpoint_is_sold_without_touching_it() {
    let stub = Stub::start(|heard: &Heard| {
        let headers = vec![
            ("content-type", "text/plain".to_owned()),
            ("connection", "x-hop".to_owned()),
            ("x-hop", "1".to_owned()),
        ];
        Says::With(200, headers, format!("report of {} {}", heard.target, heard.body))
    })
    .await;
    let shop = shop(&stub.url, json!({})).await;
    let told = shop
        .pay(
            &post("/report?lang=pl&lang=en", "{}"),
            &[
                ("authorization", "Bearer secret"),
                ("connection", "keep-alive, x-named"),
                ("x-named", "1"),
                ("x-forwarded-for", "10.0.0.1"),
                ("x-forwarded-proto", "https"),
                ("x-http-method-override", "DELETE"),
                ("x-original-url", "/files/secret"),
                ("if-none-match", "*"),
                ("sign-in-with-x", "e30="),
                ("te", "trailers"),
                ("x-own", "kept"),
                ("cookie", "session=1"),
            ],
        )
        .await;
    assert_eq!((told.status.as_u16(), told.text()), (200, "report of /report?lang=pl&lang=en {}"), "{told:?}");
    assert!(told.settled().success && told.header("x-hop").is_none());
    let heard = &stub.heard()[0];
    for name in [
        "payment-signature",
        "x-payment",
        "authorization",
        "x-named",
        "x-forwarded-for",
        "x-http-method-override",
        "x-original-url",
        "if-none-match",
        "sign-in-with-x",
        "te",
        "x-forwarded-proto",
    ] {
        assert!(!heard.headers.contains_key(name), "{name}");
    }
    assert_eq!(
        (heard.method.as_str(), &heard.headers["x-own"], &heard.headers["cookie"]),
        ("POST", &"kept".parse().unwrap(), &"session=1".parse().unwrap())
    );
    assert_eq!(heard.headers["x-forwarded-host"], "api.example");
    assert!(stub.url.ends_with(heard.headers["host"].to_str().unwrap()));
}

#[tokio::test]
async fn a_route_may_forward_authorization() {
    let stub = Stub::start(|_: &Heard| Says::With(200, Vec::new(), "report".to_owned())).await;
    let shop = shop(&stub.url, json!({ "forwards-authorization": true })).await;
    assert!(shop.pay(&get("/report"), &[("authorization", "Bearer own")]).await.is_delivered());
    assert_eq!(stub.heard()[0].headers["authorization"], "Bearer own");
}

#[tokio::test]
async fn what_the_endpoint_does_not_answer_is_not_settled() {
    let long = "x".repeat(200_000);
    for (case, says, status) in [
        ("an error", Says::Json(500, "{}".to_owned()), 500),
        ("a refusal", Says::Json(404, "{}".to_owned()), 404),
        ("a redirect", Says::With(302, vec![("location", "http://169.254.169.254/".to_owned())], String::new()), 502),
        ("nothing", Says::Nothing, 502),
        ("too much", Says::With(200, Vec::new(), long), 502),
    ] {
        let within = if matches!(says, Says::Nothing) { 1 } else { 15 };
        let stub = Stub::start(move |_: &Heard| says.clone()).await;
        let shop = shop(&stub.url, json!({ "answer-within-secs": within })).await;
        let told = shop.pay(&get("/report"), &[]).await;
        assert_eq!(told.status.as_u16(), status, "{case}: {told:?}");
        assert_eq!(shop.settler.settles.load(Ordering::SeqCst), 0, "{case}");
        assert!(told.header("location").is_none());
    }
    let shop = shop("http://127.0.0.1:1", json!({})).await;
    let told = shop.pay(&get("/report"), &[]).await;
    assert_eq!((told.status.as_u16(), shop.settler.count()), (502, 0), "{told:?}");
}

/// Threat X06 at a proxy: no spelling of a dear path passes as a cheap one, and what is not priced is not forwarded.
#[tokio::test]
async fn x06_no_spelling_of_a_path_leads_around_its_price() {
    let stub = Stub::start(|_: &Heard| Says::With(200, Vec::new(), "report".to_owned())).await;
    let shop = shop(&stub.url, json!({})).await;
    let asked = async |target: &str| send(&shop.app, &get(target), &[]).await;
    let price = async |target: &str| asked(target).await.demand().accepts[0].value().amount.to_string();
    assert_eq!(price("/files/secret").await, "10000");
    assert_eq!(price("/files/public").await, "1");
    assert_eq!(price("/files/secret/inside").await, "1");
    for target in [
        "/files/%73ecret",
        "//files/secret",
        "/files//secret",
        "/files/./secret",
        "/files/x/../secret",
        "/files/%2e%2e/files/secret",
        "/files/secret;x",
        "/files/secret%3Bx",
        "/files%2Fsecret",
        "/files/secret%00",
        "/files/SECRET",
        "/files/secret/",
        "/FILES/secret",
        "/report/",
        "/Report",
        "/other",
        "/",
        "/metrics",
    ] {
        let told = asked(target).await;
        assert!(matches!(told.status.as_u16(), 400 | 404), "{target}: {told:?}");
    }
    for method in ["HEAD", "OPTIONS", "DELETE", "TRACE"] {
        let told = send(&shop.app, &Wanted { method, target: "/report".to_owned(), body: "" }, &[]).await;
        assert_eq!(told.status, 405, "{method}");
    }
    assert!(stub.heard().is_empty());
}

#[test]
fn a_configuration_is_read_strictly_and_described_by_a_schema() {
    let schema = serde_json::to_value(schemars::schema_for!(Sell)).unwrap();
    let route = &schema["$defs"]["SellRoute"];
    assert_eq!(route["additionalProperties"], false);
    assert!(route["properties"]["pay-to"].is_object() && route["properties"]["early-delivery"].is_object());
    for wrong in [
        json!({ "routes": [{ "path": "/a", "upstream": "http://a", "price": "1 ORC" }] }),
        json!({ "routes": [{ "path": "/a", "upstream": "http://a", "price": "1 ORC", "pay-to": "x", "more": 1 }] }),
        json!({ "routes": [{ "path": "/a", "upstream": "ftp://a", "price": "1 ORC", "pay-to": "x" }] }),
        json!({ "routes": [{ "path": "/a", "upstream": "http://a", "price": "1 ORC", "pay-to": "x", "methods": ["BREW"] }] }),
    ] {
        assert!(serde_json::from_value::<Sell>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_route_that_cannot_be_sold_is_named() {
    let clock = Arc::new(DrivenClock::new(start()));
    let till = memory_till(&MemoryStore::new("till".parse().unwrap()), &clock);
    let wall = paywall(&till, Arc::new(Memory::default()), limits());
    for (path, price, payee, fault) in [
        ("a", "1 ORC", SELLER, "expected a path"),
        ("/a/../b", "1 ORC", SELLER, "expected a path"),
        ("/a", "0 ORC", SELLER, "above zero"),
        ("/a", "1 EURC", SELLER, "taken here"),
        ("/a", "1 ORC", PAYEE, "account"),
    ] {
        let route = json!({ "path": path, "upstream": "http://127.0.0.1:1", "price": price, "pay-to": payee });
        let sell: Sell = serde_json::from_value(json!({ "routes": [route] })).unwrap();
        let error = sell.into_router(&wall).unwrap_err().to_string();
        assert!(error.starts_with(&format!("route {path}: ")) && error.contains(fault), "{error}");
    }
}
