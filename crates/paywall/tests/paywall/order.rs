//! The way of a sale, step by step: what is asked, in which order, and what each step answers.

use earnest_paywall::Limits;
use earnest_x402::{
    header as x402,
    header::DEMAND_BUDGET,
    offer_receipt::{ArtifactSigner, KEY, Trust, offers_of, receipt_of},
};
use serde_json::json;
use std::{collections::BTreeSet, sync::atomic::Ordering, time::Duration};

use crate::{
    buyer::{Buyer, encoded, get, post},
    market::{Script, limits, long, market, market_with, seller_key},
    settler::Play,
};

#[tokio::test]
async fn a_report_is_paid_in_orc_and_delivered_with_a_receipt() {
    let market = market().await;
    let wanted = post("/report?lang=pl", "{}");
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.text()), (200, "report {}"), "{told:?}");
    let settled = told.settled();
    assert!(settled.success && settled.payer.as_deref() == Some(Buyer(1).account().as_str()), "{settled:?}");
    assert_eq!(told.header("cache-control"), Some("private"));
    assert!(told.header("vary").unwrap().contains("PAYMENT-SIGNATURE"));
    let receipt = receipt_of(settled.extensions.as_ref().unwrap()).unwrap().unwrap();
    let signers = BTreeSet::from([ArtifactSigner::Key(*seller_key().public())]);
    let receipt = receipt.verify(Trust::OneOf(&signers)).unwrap();
    assert_eq!(receipt.resource_url.as_str(), "https://api.example/report?lang=pl");
    assert_eq!(receipt.transaction.as_ref().map(ToString::to_string), Some(settled.transaction));
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
    assert_eq!(*market.work.payer.lock().unwrap(), Buyer(1).account());
}

#[tokio::test]
async fn a_report_is_paid_on_a_chain_in_either_version() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    let payment = encoded(&Buyer(2).evm(&demand, 1, None, market.now()));
    let told = market.paid(&wanted, &payment).await;
    assert!(told.status == 200 && told.is_delivered(), "{told:?}");
    let payment = x402::encode(&Buyer(2).evm_v1(100_000, 2, market.now()));
    let told = market.send(&wanted, &[(x402::X_PAYMENT, &payment)]).await;
    assert!(told.status == 200 && told.is_delivered(), "{told:?}");
    let settled: earnest_x402::SettleResponse = x402::decode(told.header(x402::X_PAYMENT_RESPONSE).unwrap()).unwrap();
    assert_eq!((settled.success, settled.network.as_str()), (true, "base-sepolia"));
    assert_eq!(market.settler.count(), 2);
}

#[tokio::test]
async fn one_demand_serves_both_versions_with_signed_offers_within_its_budget() {
    let market = market().await;
    let told = market.send(&get("/report"), &[]).await;
    assert_eq!((told.status.as_u16(), told.header("cache-control")), (402, Some("no-store")));
    assert!(told.header(x402::PAYMENT_REQUIRED).unwrap().len() < DEMAND_BUDGET);
    let demand = told.demand();
    assert_eq!((demand.accepts.len(), demand.resource.url.as_str()), (2, "https://api.example/report"));
    let body = told.json();
    assert_eq!((&body["x402Version"], &body["accepts"][0]["network"]), (&json!(1), &json!("base-sepolia")));
    assert_eq!(body["accepts"][0].get("outputSchema"), None);
    let offers = offers_of(demand.extensions.as_ref().unwrap());
    assert_eq!(offers.len(), 2);
    let signers = BTreeSet::from([ArtifactSigner::Key(*seller_key().public())]);
    for (offer, accept) in offers.into_iter().zip(&demand.accepts) {
        let offer = offer.unwrap().verify(Trust::OneOf(&signers)).unwrap();
        assert_eq!((&offer.pay_to, &offer.amount), (&accept.value().pay_to, &accept.value().amount));
        assert!(offer.check_time(market.now()).is_ok());
    }
}

#[tokio::test]
async fn a_long_url_costs_the_offers_and_not_the_budget() {
    let market = market().await;
    let told = market.send(&get(&format!("/report?q={}", "x".repeat(1_500))), &[]).await;
    assert!(told.header(x402::PAYMENT_REQUIRED).unwrap().len() < DEMAND_BUDGET);
    assert!(told.demand().extensions.unwrap().get(KEY).is_none());
    let told = market.send(&get(&format!("/report?q={}", "x".repeat(3_000))), &[]).await;
    assert_eq!(told.status, 414);
}

#[tokio::test]
async fn nothing_is_asked_of_the_settler_before_the_payment_is_good() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    let good = Buyer(1).orc(&demand, &wanted, &long("a"), None, market.now());
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = serde_json::to_value(&good).unwrap();
        change(&mut value);
        x402::encode(&serde_json::from_value::<earnest_x402::v2::PaymentPayload>(value).unwrap())
    };
    for (fault, payment, error) in [
        ("price", changed(&|value| value["accepted"]["amount"] = json!("1")), "No matching payment requirements"),
        (
            "payee",
            changed(&|value| value["accepted"]["payTo"] = json!("account:fed-pl-main:eve")),
            "No matching payment requirements",
        ),
        (
            "echo",
            changed(&|value| value["extensions"]["payment-identifier"]["info"]["required"] = json!(true)),
            "extension_echo_mismatch",
        ),
        (
            "resource",
            changed(&|value| value["resource"]["url"] = json!("https://api.example/other")),
            "resource_mismatch",
        ),
        (
            "signature",
            changed(&|value| value["payload"]["authorization"]["nonce"] = json!(long("b"))),
            "invalid_exact_orc_signature",
        ),
        ("payload", changed(&|value| value["payload"] = json!({})), "invalid_payload"),
    ] {
        let told = market.paid(&wanted, &payment).await;
        assert_eq!(told.error(), error, "{fault}");
    }
    assert_eq!((market.settler.asked(), market.runs()), (0, 0));
    assert_eq!(market.till.fill().await.unwrap().payments, 0, "junk reserves nothing");
    assert!(market.paid(&wanted, &encoded(&good)).await.is_delivered());
}

#[tokio::test]
async fn a_payer_without_money_costs_no_work_and_may_come_again() {
    let market = market_with(Limits { settle_within: Duration::from_millis(500), ..limits() }, |route| route).await;
    let wanted = get("/report");
    let payment = market.orc(1, &wanted, "a").await;
    market.settler.checks_play([Play::Refuse("insufficient_funds"), Play::Unavailable, Play::Hang]);
    assert_eq!(market.paid(&wanted, &payment).await.error(), "insufficient_funds");
    assert_eq!(market.paid(&wanted, &payment).await.status, 502);
    assert_eq!(market.paid(&wanted, &payment).await.status, 502, "a settler that does not answer is given up");
    assert_eq!((market.runs(), market.settler.count()), (0, 0));
    assert!(market.paid(&wanted, &payment).await.is_delivered());
}

#[tokio::test]
async fn headers_of_the_payment_stay_in_the_paywall() {
    let market = market().await;
    let wanted = get("/report");
    market.script(Script::Header("settlement-overrides", r#"{"amount":"1"}"#));
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.send(&wanted, &[(x402::PAYMENT_SIGNATURE, &payment), ("x-own", "1")]).await;
    assert!(told.is_delivered() && told.header("settlement-overrides").is_none(), "{told:?}");
    let seen = market.work.seen.lock().unwrap().clone();
    assert!(seen.contains_key("x-own") && !seen.contains_key("payment-signature"));
    market.script(Script::Header("payment-response", "forged"));
    let payment = market.orc(1, &wanted, "b").await;
    assert!(market.paid(&wanted, &payment).await.settled().success);
    market.script(Script::Header("cache-control", "public, max-age=60"));
    let payment = market.orc(1, &wanted, "c").await;
    assert_eq!(market.paid(&wanted, &payment).await.header("cache-control"), Some("max-age=60, private"));
}

#[tokio::test]
async fn a_client_that_goes_away_loses_neither_work_nor_settlement() {
    let market = market().await;
    let wanted = get("/report");
    let gate = market.settler.gated();
    let payment = market.orc_named(1, &wanted, "a", Some("report-of-adam-01")).await;
    let (app, value, asked) = (market.app.clone(), payment.clone(), wanted.clone());
    let client =
        tokio::spawn(async move { crate::market::send(&app, &asked, &[(x402::PAYMENT_SIGNATURE, &value)]).await });
    while market.settler.settles.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    while market.settler.count() == 0 || market.till.fill().await.unwrap().open > 0 {
        tokio::task::yield_now().await;
    }
    let told = market.paid(&wanted, &payment).await;
    assert!(told.status == 200 && told.is_delivered(), "{told:?}");
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
}

#[tokio::test]
async fn what_is_in_flight_is_withheld_and_fetched_once_it_is_confirmed_also_after_the_authorisation_ended() {
    let market = market().await;
    let wanted = get("/report");
    market.settler.plays([Play::Underway("queued"), Play::Underway("mempool")]);
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.header("retry-after")), (202, Some("5")), "{told:?}");
    assert_eq!(told.json()["checkStatusUrl"], "https://gateway.example/payments/pay_01");
    assert_eq!(told.json()["paymentId"], "pay_01");
    assert_eq!(told.json()["status"], "queued");
    let pending = told.settled();
    assert!(!pending.success && pending.error_reason.unwrap().as_str() == "settlement_pending");
    market.pass(600);
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.json()["status"].as_str()), (202, Some("mempool")), "{told:?}");
    let told = market.paid(&wanted, &payment).await;
    assert!(told.status == 200 && told.is_delivered(), "{told:?}");
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
    let told = market.paid(&wanted, &payment).await;
    assert_eq!(told.status, 402);
    assert_eq!(market.runs(), 1);
}

#[tokio::test]
async fn an_identifier_lets_the_answer_be_fetched_again_and_nothing_is_charged() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    let name = Some("report-of-adam-01");
    let first = encoded(&Buyer(1).orc(&demand, &wanted, &long("a"), name, market.now()));
    let told = market.paid(&wanted, &first).await;
    assert!(told.is_delivered());
    let again = market.paid(&wanted, &first).await;
    assert_eq!((again.status, &again.body, again.settled()), (told.status, &told.body, told.settled()));
    // Signed anew for the same, the payer is not charged again; the new authorisation stays unused.
    let anew = encoded(&Buyer(1).orc(&demand, &wanted, &long("b"), name, market.now()));
    let again = market.paid(&wanted, &anew).await;
    assert_eq!((again.status, &again.body), (told.status, &told.body));
    market.pass(3_600);
    assert!(market.paid(&wanted, &first).await.is_delivered(), "for the life of the record");
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
    market.pass(25 * 3_600);
    assert_eq!(market.paid(&wanted, &first).await.error(), "invalid_exact_orc_valid_before");
}

#[tokio::test]
async fn a_request_within_a_nested_router_is_sold_by_its_whole_url() {
    let market = market().await;
    let wanted = get("/nested/report");
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert!(told.is_delivered(), "{told:?}");
    assert_eq!(market.send(&get("/free"), &[]).await.text(), "free");
}

#[tokio::test]
async fn a_body_out_of_bounds_is_refused_before_anything() {
    let market = market().await;
    let long: &'static str = Box::leak("x".repeat(5_000).into_boxed_str());
    assert_eq!(market.send(&post("/report", long), &[]).await.status, 413);
    assert_eq!(market.settler.asked(), 0);
}
