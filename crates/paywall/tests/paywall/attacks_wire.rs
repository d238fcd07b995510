//! The attacks on a seller that are about headers, methods and words.

use earnest_x402::header as x402;

use crate::{
    buyer::{Buyer, Wanted, encoded, get},
    market::market,
};

/// Payments of both versions, one header twice, one that a proxy joined, a payment in the other version's header.
#[tokio::test]
async fn x34_headers_that_two_readers_could_take_for_two_payments_are_400() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    let new = encoded(&Buyer(2).evm(&demand, 1, None, market.now()));
    let old = x402::encode(&Buyer(2).evm_v1(100_000, 1, market.now()));
    let joined = format!("{new},{new}");
    let (sign, pay) = (x402::PAYMENT_SIGNATURE, x402::X_PAYMENT);
    for (headers, code) in [
        (vec![(sign, new.as_str()), (pay, old.as_str())], "payment-versions-mixed"),
        (vec![(sign, "?"), (pay, "?")], "payment-versions-mixed"),
        (vec![(sign, new.as_str()), (sign, new.as_str())], "payment-header-twice"),
        (vec![(pay, old.as_str()), (pay, old.as_str())], "payment-header-twice"),
        (vec![(sign, joined.as_str())], "payment-header-twice"),
        (vec![(sign, old.as_str())], "payment-version-mismatch"),
        (vec![(pay, new.as_str())], "payment-version-mismatch"),
    ] {
        let told = market.send(&wanted, &headers).await;
        assert_eq!((told.status.as_u16(), told.json()["code"].as_str()), (400, Some(code)));
        assert_eq!(told.header("cache-control"), Some("no-store"));
        assert!(told.header(x402::PAYMENT_REQUIRED).is_none());
    }
    assert_eq!((market.settler.asked(), market.till.fill().await.unwrap().payments), (0, 0));
}

/// L402's and MPP's headers are nothing here.
#[tokio::test]
async fn x34_another_protocol_s_payment_is_none() {
    let market = market().await;
    for (name, value) in [("authorization", "L402 AGIA:00"), ("authorization", "Payment abc"), ("payment", "abc")] {
        let told = market.send(&get("/report"), &[(name, value)]).await;
        assert_eq!((told.status.as_u16(), told.demand().error), (402, None), "{name}");
    }
}

/// A header that is larger than any payment is not decoded.
#[tokio::test]
async fn x04_a_header_without_end_is_a_demand() {
    let market = market().await;
    let long = "A".repeat(40_000);
    let told = market.paid(&get("/report"), &long).await;
    assert_eq!(told.error(), "invalid_payload");
    for value in ["eyJ4NDAyVmVyc2lvbiI6Mn0", "eyJ4NDAyVmVyc2lvbiI6Mn0=====", "_-_-", " e30="] {
        assert_eq!(market.paid(&get("/report"), value).await.status, 402, "{value}");
    }
}

/// Every method of a paid route is paid, and every spelling of its path is a route of its own or none.
#[tokio::test]
async fn x06_no_method_and_no_spelling_leads_around_the_price() {
    let market = market().await;
    for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
        let wanted = Wanted { method, target: "/report".to_owned(), body: "" };
        assert_eq!(market.send(&wanted, &[]).await.status, 402, "{method}");
    }
    let told = market.send(&Wanted { method: "M-SEARCH", target: "/report".to_owned(), body: "" }, &[]).await;
    assert_eq!(told.status, 400);
    let overridden = market.send(&get("/report"), &[("x-http-method-override", "OPTIONS")]).await;
    assert_eq!(overridden.status, 402);
    for path in ["//report", "/report/", "/REPORT", "/%72eport", "/report;x", "/./report", "/free/../report"] {
        let told = market.send(&get(path), &[]).await;
        assert!(told.status == 404 || told.status == 402, "{path}: {told:?}");
    }
    assert_eq!(market.runs(), 0);
}

/// Nobody's name, signature or payment stands in an answer to another.
#[tokio::test]
async fn x29_an_answer_repeats_nothing_of_the_payment() {
    let market = market().await;
    let wanted = get("/report?token=canary-token");
    let demand = market.ask(&wanted).await;
    let mut payment = Buyer(1).orc(&demand, &wanted, &crate::market::long("canary"), None, market.now());
    let authorization = serde_json::to_value(&payment.payload).unwrap();
    let signature = authorization["authorization"]["signature"]["value"].as_str().unwrap().to_owned();
    payment.accepted = serde_json::from_value({
        let mut accepted = serde_json::to_value(&payment.accepted).unwrap();
        accepted["amount"] = "1".into();
        accepted
    })
    .unwrap();
    let told = market.paid(&wanted, &encoded(&payment)).await;
    let shown = format!("{:?}{}", told.headers, told.text());
    for mark in [signature.as_str(), "canary-0", "0canary", &Buyer(1).account()] {
        assert!(!shown.contains(mark), "{mark}");
    }
    let demand = serde_json::to_string(&told.demand()).unwrap();
    assert!(!demand.contains(&signature) && !demand.contains(&Buyer(1).account()));
}
