//! The attacks on a seller, by their numbers in the list of threats: what must not work, tried.

use std::sync::atomic::Ordering;

use earnest_paywall::Limits;
use earnest_x402::header as x402;

use crate::{
    buyer::{Buyer, encoded, get, post},
    market::{Script, limits, long, market, market_with, send},
    settler::Play,
};

/// Content before the settlement is final: whatever the settlement comes to but a confirmation, nothing is given out.
#[tokio::test]
async fn x01_a_payment_that_reverts_after_it_was_verified_buys_nothing() {
    let market = market().await;
    let wanted = get("/dear");
    market.settler.plays([Play::Underway("mempool"), Play::Fail("chain_abort")]);
    let payment = market.orc(1, &wanted, "a").await;
    let pending = market.paid(&wanted, &payment).await;
    let reverted = market.paid(&wanted, &payment).await;
    assert_eq!((pending.status.as_u16(), reverted.status.as_u16()), (202, 402));
    assert!(!pending.is_delivered() && !reverted.is_delivered());
    assert_eq!(market.till.fill().await.unwrap().kept_bytes, 0);
}

/// Somebody else brings the payment to the chain: the settler finds the nonce used, later by whom. It is granted once, and
/// not charged again.
#[tokio::test]
async fn x02_a_payment_that_another_brought_to_the_chain_is_granted_once_and_not_charged_again() {
    let market = market().await;
    let wanted = get("/report");
    market.settler.plays([Play::ConfirmAndLose, Play::Unavailable]);
    let demand = market.ask(&wanted).await;
    let payment = encoded(&Buyer(2).evm(&demand, 1, None, market.now()));
    for _ in 0..2 {
        let told = market.paid(&wanted, &payment).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (502, false));
    }
    assert!(market.paid(&wanted, &payment).await.is_delivered());
    assert_eq!(market.paid(&wanted, &payment).await.error(), "payment-already-used");
    assert_eq!((market.settler.count(), market.runs()), (1, 1));
}

#[tokio::test]
async fn x03_one_payload_shown_three_hundred_times_is_served_once() {
    let market = market().await;
    let wanted = get("/report");
    let payment = market.orc(1, &wanted, "a").await;
    let mut delivered = 0;
    for _ in 0..300 {
        let told = market.paid(&wanted, &payment).await;
        delivered += usize::from(told.is_delivered());
        assert!(told.is_delivered() || told.error() == "payment-already-used");
    }
    assert_eq!((delivered, market.runs(), market.settler.count()), (1, 1, 1));
}

/// A cache that ignores what it is told still keeps answers apart by what they vary on; one that listens keeps none.
#[tokio::test]
async fn x04_a_cache_in_front_serves_nobody_what_another_paid_for() {
    let market = market().await;
    let wanted = get("/report");
    let payment = market.orc(1, &wanted, "a").await;
    let sold = market.paid(&wanted, &payment).await;
    let demanded = market.send(&wanted, &[]).await;
    assert_eq!(demanded.header("cache-control"), Some("no-store"));
    assert!(sold.header("cache-control").unwrap().contains("private"));
    for told in [&sold, &demanded] {
        let vary = told.header("vary").unwrap();
        assert!(vary.contains("PAYMENT-SIGNATURE") && vary.contains("X-PAYMENT"));
    }
    assert_eq!(market.send(&wanted, &[]).await.status, 402);
}

/// The owner of a URL is who signs for it: an offer of somebody else's key is no offer of the seller's.
#[tokio::test]
async fn x05_a_demand_is_signed_by_the_seller_for_the_url_that_is_asked() {
    use earnest_x402::offer_receipt::{ArtifactSigner, Trust, offers_of};
    let market = market().await;
    let demand = market.ask(&get("/report")).await;
    let offers = offers_of(demand.extensions.as_ref().unwrap());
    let other = earnest_artifacts::SecretKey::from_seed(&[1; 32]);
    let strangers = [ArtifactSigner::Key(*other.public())].into();
    let owners = [ArtifactSigner::Key(*crate::market::seller_key().public())].into();
    for offer in offers {
        let offer = offer.unwrap();
        assert!(offer.verify(Trust::OneOf(&strangers)).is_err());
        let offer = offer.verify(Trust::OneOf(&owners)).unwrap();
        assert_eq!(offer.resource_url.as_str(), "https://api.example/report");
    }
    // A host that the client names is not believed.
    let told =
        market.send(&get("/report"), &[("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")]).await;
    assert_eq!(told.demand().resource.url.as_str(), "https://api.example/report");
}

/// The matrix of a payment for one request, shown for others of the same price: nobody is asked about it.
#[tokio::test]
async fn x06_a_payment_for_one_request_buys_no_other_of_the_same_price() {
    let market = market().await;
    let paid_for = post("/report?lang=pl", "{}");
    let demand = market.ask(&paid_for).await;
    let orc = encoded(&Buyer(1).orc(&demand, &paid_for, &long("a"), None, market.now()));
    let evm = encoded(&Buyer(2).evm(&demand, 1, None, market.now()));
    for other in [
        post("/sibling?lang=pl", "{}"),
        post("/report?lang=en", "{}"),
        post("/report", "{}"),
        post("/report?lang=pl", "{ }"),
        post("/report?lang=pl&", "{}"),
        get("/report?lang=pl"),
        post("/users/7", ""),
    ] {
        for payment in [&orc, &evm] {
            let told = market.paid(&other, payment).await;
            assert!(told.status == 402 || told.status == 405, "{other:?}: {told:?}");
        }
    }
    assert_eq!((market.settler.asked(), market.runs()), (0, 0));
    assert!(market.paid(&paid_for, &orc).await.is_delivered() && market.paid(&paid_for, &evm).await.is_delivered());
}

/// Where a chain's payment is not bound to its request, what it was shown for first is what it buys.
#[tokio::test]
async fn x06_an_unbound_payment_is_kept_to_the_request_that_it_was_shown_for_first() {
    let market = market_with(limits(), earnest_paywall::PaidRoute::unbound).await;
    let wanted = get("/report");
    let payment = x402::encode(&Buyer(2).evm_v1(100_000, 2, market.now()));
    market.settler.checks_play([Play::Refuse("insufficient_funds")]);
    let told = market.send(&wanted, &[(x402::X_PAYMENT, &payment)]).await;
    assert_eq!(told.error(), "insufficient_funds");
    let asked = market.settler.asked();
    for other in [get("/sibling"), get("/report?x"), post("/report", ""), get("/users/7")] {
        let told = market.send(&other, &[(x402::X_PAYMENT, &payment)]).await;
        assert_eq!(told.error(), "payment-other-request", "{other:?}");
    }
    assert_eq!(market.settler.asked(), asked);
    let told = market.send(&wanted, &[(x402::X_PAYMENT, &payment)]).await;
    assert!(told.is_delivered(), "{told:?}");
}

#[tokio::test]
async fn x07_a_race_of_one_payment_is_one_settlement_and_one_grant() {
    let market = market().await;
    crate::race::race(std::slice::from_ref(&market.app), &market, 100).await;
}

/// `upto`, whose amount a seller would name, is not taken.
#[tokio::test]
async fn x08_no_scheme_is_taken_whose_amount_is_named_afterwards() {
    let market = market().await;
    let wanted = get("/report");
    let demand = market.ask(&wanted).await;
    assert!(demand.accepts.iter().all(|offered| offered.value().scheme.as_str() == "exact"));
    market.script(Script::Header("settlement-overrides", r#"{"amount":"1"}"#));
    let payment = encoded(&Buyer(1).orc(&demand, &wanted, &long("a"), None, market.now()));
    assert!(market.paid(&wanted, &payment).await.is_delivered());
    let mut other = serde_json::to_value(Buyer(1).orc(&demand, &wanted, &long("b"), None, market.now())).unwrap();
    other["accepted"]["scheme"] = "upto".into();
    let other = encoded(&serde_json::from_value(other).unwrap());
    assert_eq!(market.paid(&wanted, &other).await.error(), "No matching payment requirements");
}

/// One payer's slow settlements are that payer's: others are served, and nobody works without a place to settle.
#[tokio::test]
async fn x09_slow_settlements_of_one_payer_do_not_starve_others() {
    let limits = Limits { open_at_most: 3, ..limits() };
    let market = market_with(limits, |route| route).await;
    market.settler.plays((0..3).map(|_| Play::Underway("queued")));
    for nonce in ["a", "b", "c"] {
        let wanted = get(&format!("/report?{nonce}"));
        let payment = market.orc(1, &wanted, nonce).await;
        assert_eq!(market.paid(&wanted, &payment).await.status, 202);
    }
    let wanted = get("/report");
    let greedy = market.orc(1, &wanted, "d").await;
    let told = market.paid(&wanted, &greedy).await;
    assert_eq!((told.status.as_u16(), told.json()["code"].as_str()), (429, Some("payments-too-many-open")));
    let honest = market.orc(3, &wanted, "a").await;
    assert!(market.paid(&wanted, &honest).await.is_delivered());
    assert_eq!(market.runs(), 4);
}

#[tokio::test]
async fn x09_without_a_place_to_settle_nothing_is_worked_on_or_reserved() {
    let market = market_with(Limits { at_once: 1, ..limits() }, |route| route).await;
    let gate = market.settler.gated();
    let wanted = get("/report");
    let (first, second) = (market.orc(1, &wanted, "a").await, market.orc(3, &wanted, "b").await);
    let (app, asked) = (market.app.clone(), wanted.clone());
    let slow = tokio::spawn(async move { send(&app, &asked, &[(x402::PAYMENT_SIGNATURE, &first)]).await });
    while market.settler.settles.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let told = market.paid(&wanted, &second).await;
    assert_eq!((told.status.as_u16(), told.json()["code"].as_str()), (503, Some("busy")));
    assert_eq!(market.till.fill().await.unwrap().payments, 1);
    gate.add_permits(10);
    assert!(slow.await.unwrap().is_delivered());
    assert!(market.paid(&wanted, &second).await.is_delivered());
}
