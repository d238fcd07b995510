//! The attacks on a seller that are about what is settled, charged and named.

use std::{sync::atomic::Ordering, time::Duration};

use axum::{Router, routing::get as on_get};
use earnest_paywall::{Limits, Settling};
use earnest_x402::{SettleResponse, header as x402};

use crate::{
    buyer::{Buyer, encoded, get, post},
    market::{SELLER, Script, limits, long, market, market_with, paywall, send},
    settler::{Play, txid},
};

/// What is charged is what was quoted, whatever the work says that it used.
#[tokio::test]
async fn x10_the_work_cannot_charge_more_than_was_signed() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    market.script(Script::Header("settlement-overrides", r#"{"amount":"999999"}"#));
    let payment = encoded(&Buyer(1).orc(&demand, &wanted, &long("a"), None, market.now()));
    let told = market.paid(&wanted, &payment).await;
    assert!(told.is_delivered() && told.settled().amount.is_none() && told.header("settlement-overrides").is_none());
}

/// Every word of a settler that is no confirmation of this very payment.
#[tokio::test]
async fn x11_no_word_of_a_settler_but_a_confirmation_of_this_payment_delivers() {
    let network = || "orc:fed-pl-main".to_owned();
    let payer = || Buyer(1).account();
    let right = || SettleResponse::settled(txid("a"), network(), payer());
    let amount = |amount: &str| SettleResponse { amount: Some(amount.to_owned()), ..right() };
    let confirmed = |settled| Play::Say(Box::new(Settling::Confirmed(settled)));
    let failed = |settled| Play::Say(Box::new(Settling::Failed(settled)));
    let pending = SettleResponse::failed(earnest_x402::ErrorReason::SETTLEMENT_PENDING, None, String::new(), network());
    for (case, play, status) in [
        ("success false as a confirmation", confirmed(SettleResponse { success: false, ..right() }), 502),
        ("success true as a failure", failed(right()), 502),
        ("another payer", confirmed(SettleResponse { payer: Some(Buyer(3).account()), ..right() }), 502),
        ("no payer", confirmed(SettleResponse { payer: Some(String::new()), ..right() }), 502),
        ("another network", confirmed(SettleResponse { network: "orc:fed-other".to_owned(), ..right() }), 502),
        ("no network", confirmed(SettleResponse { network: String::new(), ..right() }), 502),
        ("more than asked", confirmed(amount("26")), 502),
        ("no amount", confirmed(amount("-1")), 502),
        ("no transaction", confirmed(SettleResponse { transaction: String::new(), ..right() }), 502),
        ("no hash", confirmed(SettleResponse { transaction: "paid".to_owned(), ..right() }), 502),
        ("a failure that is pending", failed(pending), 502),
        (
            "another network's failure",
            failed(SettleResponse { success: false, network: "orc:x".to_owned(), ..right() }),
            502,
        ),
        ("out of reach", Play::Unavailable, 502),
        ("refused", Play::Refuse("insufficient_funds"), 402),
        ("failed", Play::Fail("chain_abort"), 402),
        ("in flight", Play::Underway("queued"), 202),
        ("in flight, blind", Play::Blind, 202),
    ] {
        let market = market().await;
        let wanted = get("/report");
        market.settler.plays([play]);
        let payment = market.orc(1, &wanted, "a").await;
        let told = market.paid(&wanted, &payment).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (status, false), "{case}: {told:?}");
        // What decided nothing is asked again; what decided stays.
        let told = market.paid(&wanted, &payment).await;
        assert_eq!(told.is_delivered(), status != 402, "{case}: {told:?}");
        assert_eq!(market.runs(), 1, "{case}");
    }
}

#[tokio::test]
async fn x11_a_settler_that_hangs_is_given_up_and_asked_again() {
    let market = market_with(Limits { settle_within: Duration::from_millis(500), ..limits() }, |route| route).await;
    let wanted = get("/report");
    market.settler.plays([Play::Hang]);
    let payment = market.orc(1, &wanted, "a").await;
    let told = market.paid(&wanted, &payment).await;
    assert_eq!((told.status.as_u16(), told.is_delivered()), (502, false));
    assert!(market.paid(&wanted, &payment).await.is_delivered());
}

/// Nothing is settled for work that failed; the payment may be tried again on its request.
#[tokio::test]
async fn x12_a_handler_that_fails_charges_nothing() {
    for (script, status) in [
        (Script::Status(400), 400),
        (Script::Status(404), 404),
        (Script::Status(500), 500),
        (Script::Panic, 500),
        (Script::Hang, 504),
        (Script::TooLong, 502),
    ] {
        let hangs = matches!(script, Script::Hang);
        let work_within = if hangs { Duration::from_secs(2) } else { limits().work_within };
        let market = market_with(Limits { work_within, ..limits() }, |route| route).await;
        let wanted = get("/report");
        market.script(script.clone());
        let payment = market.orc(1, &wanted, "a").await;
        let told = market.paid(&wanted, &payment).await;
        assert_eq!(told.status.as_u16(), status, "{script:?}: {told:?}");
        assert!(told.header("payment-response").is_none() && told.header("cache-control") == Some("no-store"));
        assert_eq!(market.settler.settles.load(Ordering::SeqCst), 0, "{script:?}");
        assert_eq!(market.paid(&get("/sibling"), &payment).await.status, 402, "{script:?}: for its own request only");
        assert!(market.paid(&wanted, &payment).await.is_delivered(), "{script:?}");
        assert_eq!(market.settler.count(), 1);
    }
}

/// A settler that breaks in the middle leaves one settlement to be asked for, once its lease is over.
#[tokio::test]
async fn x13_a_fault_while_settling_settles_once() {
    let market = market().await;
    let wanted = get("/report");
    market.settler.plays([Play::Panic]);
    let payment = market.orc(1, &wanted, "a").await;
    assert_eq!(market.paid(&wanted, &payment).await.status, 500);
    assert_eq!(market.paid(&wanted, &payment).await.status, 202, "somebody may still be at it");
    market.pass(30);
    assert!(market.paid(&wanted, &payment).await.is_delivered());
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
}

/// An identifier is a name, not a ticket: nobody gets an answer by it without the payment, and no other payer's.
#[tokio::test]
async fn x14_an_identifier_of_another_payment_is_a_conflict() {
    let market = market().await;
    let (wanted, name) = (get("/report"), Some("report-of-adam-01"));
    let demand = market.ask(&wanted).await;
    let payment = encoded(&Buyer(1).orc(&demand, &wanted, &long("a"), name, market.now()));
    assert!(market.paid(&wanted, &payment).await.is_delivered());
    let conflicts = async |case: &str, wanted: &crate::buyer::Wanted, buyer: u8| {
        let payment = market.orc_named(buyer, wanted, "c", name).await;
        let asked = market.settler.asked();
        let told = market.paid(wanted, &payment).await;
        assert_eq!(
            (told.status.as_u16(), told.json()["code"].as_str()),
            (409, Some("payment-identifier-conflict")),
            "{case}"
        );
        assert_eq!(market.settler.asked(), asked, "{case}");
    };
    conflicts("another payer", &wanted, 3).await;
    conflicts("another route", &get("/sibling"), 1).await;
    conflicts("another price", &get("/dear"), 1).await;
    conflicts("another query", &get("/report?lang=pl"), 1).await;
    conflicts("another method and body", &post("/report", "{}"), 1).await;
    // A payment that nobody signed finds nothing by the name of one that was.
    let mut forged = serde_json::to_value(Buyer(1).orc(&demand, &wanted, &long("a"), name, market.now())).unwrap();
    forged["payload"]["authorization"]["nonce"] = long("z").into();
    let forged = encoded(&serde_json::from_value(forged).unwrap());
    assert_eq!(market.paid(&wanted, &forged).await.error(), "invalid_exact_orc_signature");
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
}

#[tokio::test]
async fn x14_a_store_of_identifiers_that_is_full_refuses_before_it_charges() {
    let market = market_with(Limits { identifiers_at_most: 1, ..limits() }, |route| route).await;
    let wanted = get("/report");
    let first = market.orc_named(1, &wanted, "a", Some("report-of-adam-01")).await;
    assert!(market.paid(&wanted, &first).await.is_delivered());
    let asked = market.settler.asked();
    let second = market.orc_named(1, &wanted, "b", Some("report-of-adam-02")).await;
    let told = market.paid(&wanted, &second).await;
    assert_eq!((told.status.as_u16(), told.json()["code"].as_str()), (503, Some("payments-full")));
    assert!(told.header("retry-after").is_some());
    assert_eq!((market.settler.asked(), market.runs()), (asked, 1));
}

/// Nothing of a cheap payment is remembered as a permission.
#[tokio::test]
async fn x15_a_cheap_payment_opens_no_dear_route() {
    let market = market().await;
    let (cheap, dear) = (get("/report"), get("/dear"));
    let demand = market.ask(&cheap).await;
    let payments = [
        encoded(&Buyer(1).orc(&demand, &cheap, &long("a"), None, market.now())),
        encoded(&Buyer(2).evm(&demand, 1, None, market.now())),
    ];
    for payment in &payments {
        assert!(market.paid(&cheap, payment).await.is_delivered());
        assert_eq!(market.paid(&dear, payment).await.error(), "No matching payment requirements");
    }
    let relabelled = encoded(&Buyer(2).evm(&market.ask(&dear).await, 1, None, market.now()));
    let told = market.paid(&dear, &relabelled).await;
    assert_eq!(told.error(), "payment-other-request", "the same nonce, whatever the amount");
    assert_eq!(market.runs(), 2);
}

/// The amount is signed; what surrounds it is bounded; nothing is never sold.
#[tokio::test]
async fn x22_amounts_are_signed_extras_bounded_and_zero_refused() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    for amount in [0, 99_999, 100_001] {
        let mut payment = Buyer(2).evm(&demand, 1, None, market.now());
        let payload = serde_json::to_value(Buyer(2).evm_payload(amount, 1, market.now())).unwrap();
        payment.payload = serde_json::from_value(payload).unwrap();
        let error = market.paid(&wanted, &encoded(&payment)).await.error();
        assert_eq!(error, "invalid_exact_evm_authorization_value", "{amount}");
    }
    let mut bloated = serde_json::to_value(Buyer(1).orc(&demand, &wanted, &long("a"), None, market.now())).unwrap();
    bloated["accepted"]["extra"]["more"] = "x".repeat(30_000).into();
    let told = market.paid(&wanted, &encoded(&serde_json::from_value(bloated).unwrap())).await;
    assert_eq!(told.error(), "invalid_payload");
    assert_eq!((market.settler.asked(), market.till.fill().await.unwrap().payments), (0, 0));
}

/// The twin of a signature, another spelling of its last byte, another case of the hexadecimal: one payment.
#[tokio::test]
async fn x23_twins_of_a_signature_are_one_payment() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    let payment = serde_json::to_value(Buyer(2).evm(&demand, 1, None, market.now())).unwrap();
    assert!(market.paid(&wanted, &encoded(&serde_json::from_value(payment.clone()).unwrap())).await.is_delivered());
    let signature = payment["payload"]["signature"].as_str().unwrap();
    let (rest, last) = signature.split_at(130);
    let respelt = match last {
        "1b" => "00",
        "1c" => "01",
        "00" => "1b",
        _ => "1c",
    };
    let upper = format!("0x{}", signature[2..].to_uppercase());
    for twin in [format!("{rest}{respelt}"), upper] {
        let mut payment = payment.clone();
        payment["payload"]["signature"] = twin.clone().into();
        let told = market.paid(&wanted, &encoded(&serde_json::from_value(payment).unwrap())).await;
        assert_eq!(told.error(), "payment-already-used", "{twin}");
    }
    let mut high = payment.clone();
    high["payload"]["signature"] = high_s(signature).into();
    let told = market.paid(&wanted, &encoded(&serde_json::from_value(high).unwrap())).await;
    assert_eq!(told.error(), "invalid_exact_evm_signature");
    assert_eq!((market.runs(), market.settler.count()), (1, 1));
}

/// The signature with n − s and the other parity, which recovers the same key.
fn high_s(signature: &str) -> String {
    use alloy_primitives::U256;
    let n: U256 = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".parse().unwrap();
    let s: U256 = format!("0x{}", &signature[66..130]).parse().unwrap();
    let parity = if &signature[130..] == "1b" { "1c" } else { "1b" };
    format!("{}{:064x}{parity}", &signature[..66], n - s)
}

/// A header of nonsense is no payment, and there is no price of nothing.
#[tokio::test]
async fn x26_garbage_is_a_demand_and_nothing_is_free_by_accident() {
    let market = market().await;
    let wanted = get("/report");
    for garbage in ["?", "e30=", "AAAA", "free", "bnVsbA==", "W10=", "true", "0"] {
        let told = market.paid(&wanted, garbage).await;
        assert_eq!((told.status.as_u16(), told.error().as_str()), (402, "invalid_payload"), "{garbage}");
        let told = market.send(&wanted, &[(x402::X_PAYMENT, garbage)]).await;
        assert_eq!(told.status, 402, "{garbage}");
    }
    let wall = paywall(&market.till, market.settler.clone(), limits());
    assert!(wall.price("0.00 ORC").is_err());
    let quoted =
        wall.priced_by(|_| vec![earnest_paywall::Quote { price: "0 ORC".to_owned(), pay_to: SELLER.to_owned() }]);
    let app = Router::new().route("/free", on_get(|| async { "report" }).layer(quoted));
    assert_eq!(send(&app, &get("/free"), &[]).await.status, 500);
    assert_eq!((market.settler.asked(), market.runs()), (0, 0));
}
