//! What is sent again, what is signed again and when, across failures and restarts.

use std::{sync::Arc, time::Duration};

use earnest_client::{
    budget::{Purse, Standing, Units},
    paying::{CircuitTerms, Money, Purchase},
};
use earnest_ports::{Clock, MemoryStore};
use earnest_x402::ErrorReason;

use crate::{
    buyer::{Buyer, named, noon},
    seller::{Answered, Shop, demanded, unsettled},
};

#[tokio::test]
async fn a_process_that_comes_back_sends_the_same_payment() {
    let clock = noon();
    let store = MemoryStore::new("budget".parse().unwrap());
    let shop = Shop::start(&clock, |shop, asked| match asked.number {
        // The first process never hears of its payment.
        1..=5 => Answered::lost(),
        _ => shop.honest(asked),
    })
    .await;
    for process in ["first", "second"] {
        let journal = Arc::new(store.open(process));
        let (purse, running) = Purse::start(journal, clock.clone() as Arc<dyn Clock>).await.unwrap();
        let buyer = Buyer::over(&clock, purse);
        let client = buyer.client();
        let url = shop.url("/report");
        if process == "first" {
            let error = client.send(&named(url, "one")).await.unwrap_err();
            assert_eq!((error.code(), buyer.signed(), buyer.spent().await), ("answer-lost", vec![25], 25));
        } else {
            let open = client.open_call(&http::Method::GET, &url, b"").await.unwrap();
            assert_eq!(open, Some("one".parse().unwrap()));
            assert_eq!(client.open_call(&http::Method::GET, &shop.url("/two"), b"").await.unwrap(), None);
            let bought = client.send(&named(url, "one")).await.unwrap();
            assert_eq!((&*bought.reply.body, buyer.signed()), (&b"the report"[..], Vec::new()));
            assert_eq!((shop.payments(), buyer.spent().await), (1, 25));
        }
        drop((client, buyer));
        running.ended().await;
        store.lapse();
    }
}

#[tokio::test]
async fn another_payment_is_signed_only_after_the_first_has_lapsed_and_both_are_counted() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match (asked.payment(), asked.number) {
        (Some(_), 0..=3) => unsettled(ErrorReason::INVALID_TRANSACTION_STATE, ""),
        _ => shop.honest(asked),
    })
    .await;
    let mut buyer = Buyer::new(&clock).await;
    let purchase = named(shop.url("/report"), "one");
    for _ in 0..2 {
        let error = buyer.client().send(&purchase).await.unwrap_err();
        assert_eq!(error.code(), "payment-refused");
        let Money::MayMove(stake) = &error.money else { panic!("{error}") };
        assert_eq!(stake.until.to_string(), "2026-04-01T12:02:00Z");
    }
    assert_eq!((buyer.signed(), shop.payments()), (vec![25], 1));
    // A caller who has the patience waits for the lapse.
    buyer.policy.persistence.waits_for_lapse = Duration::from_secs(600);
    buyer.client().send(&purchase).await.unwrap();
    assert!(buyer.clock.now() >= "2026-04-01T12:02:00Z".parse().unwrap());
    assert_eq!((buyer.signed(), shop.payments(), buyer.spent().await), (vec![25, 25], 2, 50));
}

#[tokio::test]
async fn no_call_is_signed_for_without_end() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| demanded(&shop.demand(&asked.path, vec![shop.orc_price(25)]))).await;
    let mut buyer = Buyer::new(&clock).await;
    buyer.policy.persistence.waits_for_lapse = Duration::from_secs(600);
    let error = buyer.client().send(&named(shop.url("/report"), "one")).await.unwrap_err();
    assert_eq!((error.code(), buyer.signed()), ("signatures-spent", vec![25, 25]));
}

#[tokio::test]
async fn what_never_left_comes_free() {
    let clock = noon();
    let shop = Shop::start(&clock, Shop::honest).await;
    let mut buyer = Buyer::new(&clock).await;
    // The purse signs for a seller who is gone when the payment is to be sent.
    let silent = "http://127.0.0.1:1/report";
    buyer.policy.persistence.circuit = CircuitTerms { failures: 100, open_secs: 30 };
    let error = buyer.client().get(silent).await.unwrap_err();
    assert_eq!((error.code(), error.money, buyer.signed()), ("seller-unreachable", Money::Untouched, Vec::new()));
    buyer.client().get(shop.url("/report")).await.unwrap();
    assert_eq!(buyer.spent().await, 25);
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_left_alone() {
    let clock = noon();
    let mut buyer = Buyer::new(&clock).await;
    buyer.policy.persistence.sends = 2;
    let client = buyer.client();
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(client.get("http://127.0.0.1:1/").await.unwrap_err().code());
    }
    assert_eq!(codes, ["seller-unreachable", "seller-unreachable", "circuit-open", "circuit-open"]);
    // Others are not concerned, and the host is tried again after a while.
    let shop = Shop::start(&clock, Shop::honest).await;
    client.get(shop.url("/report")).await.unwrap();
    clock.set("2026-04-01T12:01:00Z".parse().unwrap());
    assert_eq!(client.get("http://127.0.0.1:1/").await.unwrap_err().code(), "circuit-open");
}

#[tokio::test]
async fn spenders_of_one_purse_share_its_budget() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| shop.sells(asked, vec![shop.orc_price(30)])).await;
    let buyer = Buyer::new(&clock).await;
    let spenders: Vec<_> = (0..16)
        .map(|spender| {
            let (client, url) = (buyer.client(), shop.url(&format!("/report/{spender}")));
            tokio::spawn(async move { client.get(url).await.map(drop).map_err(|error| error.code()) })
        })
        .collect();
    let mut paid = 0;
    for spender in spenders {
        match spender.await.unwrap() {
            Ok(()) => paid += 1,
            Err(code) => assert_eq!(code, "budget-payee"),
        }
    }
    assert_eq!((paid, shop.payments(), buyer.spent().await), (8, 8, 240));
}

#[tokio::test]
async fn one_call_from_several_tasks_is_paid_once() {
    let clock = noon();
    let shop = Shop::start(&clock, Shop::honest).await;
    let buyer = Buyer::new(&clock).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (client, purchase) = (buyer.client(), named(shop.url("/report"), "one"));
            tokio::spawn(async move { client.send(&purchase).await.unwrap().payment.unwrap().transaction })
        })
        .collect();
    let mut transactions = std::collections::BTreeSet::new();
    for task in tasks {
        transactions.insert(task.await.unwrap().unwrap());
    }
    assert_eq!((transactions.len(), shop.payments(), buyer.spent().await), (1, 1, 25));
    let call = buyer.purse.call(&"one".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(call.standing(), Standing::Paid);
}

#[tokio::test]
async fn a_limit_of_the_caller_only_lowers_that_of_the_policy() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| shop.sells(asked, vec![shop.orc_price(101)])).await;
    let buyer = Buyer::new(&clock).await;
    let purchase = Purchase::get(shop.url("/report")).at_most(crate::buyer::orc_unit(), Units(u128::MAX));
    assert_eq!(buyer.client().send(&purchase).await.unwrap_err().code(), "price-above-maximum");
}

#[tokio::test]
async fn a_seller_who_forgets_what_was_paid_is_not_paid_again() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match asked.number {
        0 | 1 => shop.honest(asked),
        _ => demanded(&shop.demand(&asked.path, vec![shop.orc_price(25)])),
    })
    .await;
    let buyer = Buyer::new(&clock).await;
    let purchase = named(shop.url("/report"), "one");
    buyer.client().send(&purchase).await.unwrap();
    clock.set("2026-04-01T13:00:00Z".parse().unwrap());
    for _ in 0..3 {
        let error = buyer.client().send(&purchase).await.unwrap_err();
        assert_eq!(error.code(), "paid-not-delivered");
        assert!(matches!(error.money, Money::Moved(_)));
    }
    assert_eq!((shop.payments(), buyer.signed(), buyer.spent().await), (1, vec![25], 25));
}
