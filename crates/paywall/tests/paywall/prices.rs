//! What routes may ask for: identifiers, prices that requests decide, answers that are long.

use std::sync::atomic::Ordering;

use earnest_x402::{header as x402, v2::PaymentRequired};

use crate::{
    buyer::{Buyer, encoded, get, post},
    market::{limits, long, market, market_with},
    settler::Play,
};

#[tokio::test]
async fn a_route_can_ask_for_identifiers_and_for_one_price_of_each_request() {
    let market = market_with(limits(), earnest_paywall::PaidRoute::identifier_required).await;
    let wanted = get("/report");
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.json()["code"].as_str()), (400, Some("payment-identifier-missing")));
    let payment = x402::encode(&Buyer(2).evm_v1(100_000, 2, market.now()));
    assert_eq!(market.send(&wanted, &[(x402::X_PAYMENT, &payment)]).await.status, 400);
    let payment = market.orc_named(1, &wanted, "a", Some("report-of-adam-01")).await;
    assert!(market.paid(&wanted, &payment).await.is_delivered());
}

#[tokio::test]
async fn a_price_that_the_request_decides_is_the_same_twice_or_nothing_is_sold() {
    use earnest_paywall::Quote;
    let market = market().await;
    let wall = crate::market::paywall(&market.till, market.settler.clone(), limits());
    let by_length = wall.priced_by(|ask| {
        let units = ask.body.len().div_ceil(10).max(1);
        vec![Quote { price: format!("{units} ORC"), pay_to: crate::market::SELLER.to_owned() }]
    });
    let calls = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(1));
    let by_whim = wall.priced_by(move |_| {
        let price = format!("{} ORC", calls.fetch_add(1, Ordering::SeqCst));
        vec![Quote { price, pay_to: crate::market::SELLER.to_owned() }]
    });
    let broken = wall.priced_by(|_| Vec::new());
    let handler = || async { "report" };
    let app = axum::Router::new()
        .route("/length", axum::routing::post(handler).layer(by_length))
        .route("/whim", axum::routing::post(handler).layer(by_whim))
        .route("/broken", axum::routing::post(handler).layer(broken));
    let pay = async |wanted: &crate::buyer::Wanted, nonce: &str| {
        let demand: PaymentRequired = crate::market::send(&app, wanted, &[]).await.demand();
        let payment = encoded(&Buyer(1).orc(&demand, wanted, &long(nonce), None, market.now()));
        (demand, crate::market::send(&app, wanted, &[(x402::PAYMENT_SIGNATURE, &payment)]).await)
    };
    let (demand, told) = pay(&post("/length", "some twenty-one chars"), "a").await;
    assert_eq!(demand.accepts[0].value().amount.as_str(), "300");
    assert!(told.is_delivered(), "{told:?}");
    let (_, told) = pay(&post("/whim", ""), "b").await;
    assert_eq!(told.error(), "No matching payment requirements");
    assert_eq!(crate::market::send(&app, &post("/broken", ""), &[]).await.status, 500);
}

#[tokio::test]
async fn a_long_answer_is_kept_as_a_blob_and_given_again() {
    let market = market().await;
    let app = {
        let wall = crate::market::paywall(&market.till, market.settler.clone(), limits());
        let paid = wall.price("0.25 ORC").unwrap().pay_to(crate::market::SELLER).unwrap();
        let handler = || async { format!("report {}", "long ".repeat(10_000)) };
        axum::Router::new().route("/long", axum::routing::get(handler).layer(paid))
    };
    let wanted = get("/long");
    market.settler.plays([Play::Underway("queued")]);
    let demand = crate::market::send(&app, &wanted, &[]).await.demand();
    let payment = encoded(&Buyer(1).orc(&demand, &wanted, &long("a"), Some("report-of-adam-01"), market.now()));
    let paid = async || crate::market::send(&app, &wanted, &[(x402::PAYMENT_SIGNATURE, &payment)]).await;
    assert_eq!(paid().await.status, 202);
    for _ in 0..2 {
        let told = paid().await;
        assert_eq!((told.status.as_u16(), told.body.len()), (200, 50_007));
    }
}

#[tokio::test]
async fn what_costs_nothing_or_cannot_be_paid_is_told_before_anybody_pays() {
    let market = market().await;
    let wall = crate::market::paywall(&market.till, market.settler.clone(), limits());
    assert!(wall.price("0 ORC").is_err());
    assert!(wall.price("1 EURC").is_err());
    for payee in ["0x209693Bc6afc0C5328bA36FaF03C514EF312287C", "account:fed-other:ola", ""] {
        assert!(wall.price("1 ORC").unwrap().pay_to(payee).is_err(), "{payee}");
    }
    assert!(wall.price("1 USDC").unwrap().pay_to("account:fed-pl-main:ola").is_err());
    assert!(earnest_paywall::Paywall::at("api.example").is_err());
    assert!(earnest_paywall::Paywall::at("https://api.example/?a=1").is_err());
}
