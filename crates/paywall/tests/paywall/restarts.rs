//! Restarts over SQLite: at every step of a payment the process goes, and another one takes its place.

use std::sync::Arc;

use earnest_paywall::Till;
use earnest_ports::DrivenClock;

use crate::{
    buyer::get,
    market::{Market, Script, limits, market_over, start},
    settler::{Memory, Play},
};

struct Shop {
    folder: tempfile::TempDir,
    clock: Arc<DrivenClock>,
    settler: Arc<Memory>,
}

impl Shop {
    fn new() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(DrivenClock::new(start())));
        Self { folder, clock, settler: Arc::default() }
    }

    /// A process that has just started.
    async fn open(&self) -> Market {
        let url = format!("sqlite:{}", self.folder.path().join("till.db").display());
        let till = Till::open_with(&url, self.clock.clone()).await.unwrap();
        market_over(till, self.clock.clone(), self.settler.clone(), limits(), |route| route).await
    }
}

#[tokio::test]
async fn a_payment_that_was_used_is_used_after_a_restart() {
    let shop = Shop::new();
    let wanted = get("/report");
    let market = shop.open().await;
    let payment = market.orc(1, &wanted, "a").await;
    let named = market.orc_named(1, &wanted, "b", Some("report-of-adam-01")).await;
    assert!(market.paid(&wanted, &payment).await.is_delivered());
    let first = market.paid(&wanted, &named).await;
    drop(market);
    let market = shop.open().await;
    assert_eq!(market.paid(&wanted, &payment).await.error(), "payment-already-used");
    let again = market.paid(&wanted, &named).await;
    assert_eq!((again.status, &again.body, again.settled()), (first.status, &first.body, first.settled()));
    assert_eq!((market.runs(), shop.settler.count()), (0, 2));
}

#[tokio::test]
async fn a_result_that_was_staged_before_a_restart_is_settled_and_delivered_after_it_without_more_work() {
    let shop = Shop::new();
    let wanted = get("/report");
    let market = shop.open().await;
    shop.settler.plays([Play::Underway("mempool")]);
    let payment = market.orc(1, &wanted, "a").await;
    assert_eq!(market.paid(&wanted, &payment).await.status, 202);
    drop(market);
    let market = shop.open().await;
    let told = market.paid(&wanted, &payment).await;
    assert!(told.is_delivered(), "{told:?}");
    assert_eq!((market.runs(), shop.settler.count()), (0, 1));
}

/// The first process goes without a word: its runtime is dropped with everything that it was doing.
#[test]
fn work_that_a_death_cut_off_is_done_again_once_its_lease_is_over() {
    let shop = Shop::new();
    let wanted = get("/report");
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let first = runtime();
    let payment = first.block_on(async {
        let market = shop.open().await;
        market.script(Script::Hang);
        let payment = market.orc(1, &wanted, "a").await;
        let (app, value, asked) = (market.app.clone(), payment.clone(), wanted.clone());
        tokio::spawn(async move {
            crate::market::send(&app, &asked, &[(earnest_x402::header::PAYMENT_SIGNATURE, &value)]).await
        });
        while market.runs() == 0 {
            tokio::task::yield_now().await;
        }
        payment
    });
    first.shutdown_background();
    runtime().block_on(async {
        let market = shop.open().await;
        assert_eq!(market.paid(&wanted, &payment).await.status, 202, "whoever worked may still be at it");
        market.pass(limits_secs());
        let told = market.paid(&wanted, &payment).await;
        assert!(told.is_delivered(), "{told:?}");
        assert_eq!((market.runs(), shop.settler.count()), (1, 1));
    });
}

/// How long a lease on work lasts at most, in seconds.
fn limits_secs() -> i64 {
    let limits = limits();
    i64::try_from((2 * limits.settle_within + limits.work_within).as_secs()).unwrap() + 10
}

#[tokio::test]
async fn a_failure_is_told_the_same_after_a_restart() {
    let shop = Shop::new();
    let wanted = get("/report");
    let market = shop.open().await;
    shop.settler.plays([Play::Fail("chain_abort")]);
    let payment = market.orc(1, &wanted, "a").await;
    let first = market.paid(&wanted, &payment).await;
    drop(market);
    let market = shop.open().await;
    let again = market.paid(&wanted, &payment).await;
    assert_eq!((again.status, again.settled()), (first.status, first.settled()));
    assert_eq!((market.runs(), shop.settler.count()), (0, 0));
}
