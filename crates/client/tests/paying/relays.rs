//! Payments under way: asked after at the seller or at the relay, within bounds, and what is made of how they end.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use earnest_base::PaymentId;
use earnest_client::{
    budget::Units,
    gateway::{Relay, RelayError, Told},
    paying::{Fault, Money},
};
use earnest_payment::{FailedReason, PaymentRequest, PaymentStatus, Reason, rpc::SubmitResult};
use earnest_ports::Clock;
use earnest_x402::ErrorReason;
use serde_json::{Value, json};

use crate::{
    buyer::{Buyer, named, noon},
    seller::{Answered, Asked, Shop, unsettled},
};

fn status(value: &Value) -> PaymentStatus {
    serde_json::from_value(value.clone()).unwrap()
}

fn queued(base: &str) -> Value {
    json!({ "status": "queued", "paymentId": "pay_01", "category": "in-flight",
        "checkStatusUrl": format!("{base}/payments/pay_01") })
}

fn confirmed() -> Value {
    json!({ "status": "confirmed", "paymentId": "pay_01", "category": "terminal-success", "txid": "ab".repeat(32),
        "blockHeight": 7, "confirmedAt": "2026-04-01T12:00:10Z" })
}

fn failed(reason: FailedReason) -> Value {
    let reason = Reason::from(reason);
    json!({ "status": "failed", "paymentId": "pay_01", "category": "terminal-failure",
        "terminalReason": reason.as_str(), "reasonCategory": reason.category(), "recoveryOwner": reason.owner(),
        "clientAction": reason.client_action(), "retryable": reason.retryable(), "error": reason.says(),
        "errorCode": reason.error_code() })
}

/// A relay that tells these statuses, the last of them for ever; an outage where there is none.
#[derive(Debug)]
struct Script {
    origin: String,
    statuses: Vec<PaymentStatus>,
    polls: AtomicUsize,
}

#[async_trait]
impl Relay for Script {
    fn origin(&self) -> &str {
        &self.origin
    }

    async fn submit(&self, _: &PaymentRequest) -> Result<SubmitResult, RelayError> {
        Err(RelayError::Other("request"))
    }

    async fn status(&self, _: &PaymentId) -> Result<Told, RelayError> {
        let poll = self.polls.fetch_add(1, Ordering::Relaxed);
        let status = self.statuses.get(poll).or(self.statuses.last()).cloned();
        let outage = || earnest_client::ClientError::Unreachable("no route".to_owned()).into();
        status.map(|status| Told { status, retry_after: None }).ok_or_else(outage)
    }
}

fn relay(origin: &str, statuses: &[Value]) -> Arc<Script> {
    let statuses = statuses.iter().map(status).collect();
    Arc::new(Script { origin: origin.to_owned(), statuses, polls: AtomicUsize::new(0) })
}

/// A seller whose payments go through a relay at another place. The first paid request is under way.
fn through(base: &'static str) -> impl Fn(&Shop, &Asked) -> Answered + Send + Sync + 'static {
    move |shop, asked| {
        let paid = shop.asked().iter().filter(|earlier| earlier.is_paid()).count();
        if asked.is_paid() && paid == 1 {
            return Answered::new(202, queued(base).to_string());
        }
        shop.honest(asked)
    }
}

#[tokio::test]
async fn a_payment_under_way_is_asked_after_at_the_seller_and_the_result_fetched_with_the_same_payment() {
    let clock = noon();
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = polls.clone();
    let shop = Shop::start(&clock, move |shop, asked| {
        if asked.path == "/payments/pay_01" {
            assert!(!asked.is_paid() && asked.headers.get("signature").is_none());
            let body = if counted.fetch_add(1, Ordering::Relaxed) < 3 { queued(&shop.base) } else { confirmed() };
            return Answered::new(200, body.to_string()).with("retry-after", "5");
        }
        if asked.is_paid() && counted.load(Ordering::Relaxed) == 0 {
            return Answered::new(202, queued(&shop.base).to_string());
        }
        shop.honest(asked)
    })
    .await;
    let buyer = Buyer::new(&clock).await;
    let bought = buyer.client().get(shop.url("/report")).await.unwrap();
    assert_eq!((&*bought.reply.body, polls.load(Ordering::Relaxed)), (&b"the report"[..], 4));
    assert_eq!((buyer.signed(), shop.payments(), buyer.spent().await), (vec![25], 1, 25));
    // It waited as it was asked to.
    assert!(clock.now() >= "2026-04-01T12:00:15Z".parse().unwrap());
}

#[tokio::test]
async fn a_payment_that_stays_under_way_is_asked_after_so_often_and_no_oftener() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match asked.path.as_str() {
        "/payments/pay_01" => Answered::new(200, queued(&shop.base).to_string()),
        _ if asked.is_paid() => Answered::new(202, queued(&shop.base).to_string()),
        _ => shop.honest(asked),
    })
    .await;
    let mut buyer = Buyer::new(&clock).await;
    buyer.policy.persistence.polls = 7;
    let error = buyer.client().get(shop.url("/report")).await.unwrap_err();
    assert_eq!((error.code(), error.fault()), ("payment-under-way", Fault::Relay));
    assert!(matches!(error.money, Money::MayMove(_)));
    assert_eq!((shop.asked().len(), shop.payments()), (2 + 7, 1));
}

#[tokio::test]
async fn without_an_identity_nothing_is_asked_after() {
    for body in ["", "{}", r#"{"paymentId": "pay_01"}"#, r#"{"checkStatusUrl": "http://127.0.0.1:1/payments/pay_01"}"#]
    {
        let clock = noon();
        let shop = Shop::start(&clock, move |shop, asked| match asked.payment() {
            None => shop.honest(asked),
            Some(_) => Answered::new(202, body),
        })
        .await;
        let buyer = Buyer::new(&clock).await;
        let error = buyer.client().get(shop.url("/report")).await.unwrap_err();
        assert_eq!((error.code(), shop.asked().len()), ("polling-identity-missing", 2), "{body}");
        assert!(matches!(error.money, Money::MayMove(_)));
    }
}

#[tokio::test]
async fn a_settlement_that_is_pending_is_asked_for_again_with_the_same_payment() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match (asked.payment(), asked.number) {
        (Some(_), 0..=2) => unsettled(ErrorReason::SETTLEMENT_PENDING, "0xabc"),
        _ => shop.honest(asked),
    })
    .await;
    let buyer = Buyer::new(&clock).await;
    buyer.client().get(shop.url("/report")).await.unwrap();
    assert_eq!((buyer.signed(), shop.payments(), shop.asked().len()), (vec![25], 1, 4));
}

const RELAY: &str = "https://relay.example";

#[tokio::test]
async fn a_relay_that_is_trusted_is_believed_about_the_end() {
    for (statuses, code, signed) in [
        (vec![queued(RELAY), confirmed()], "", 1),
        // It can never be carried out: another is signed within the same reservation.
        (vec![failed(FailedReason::SenderNonceStale)], "", 2),
        (vec![failed(FailedReason::InvalidTransaction)], "payment-ended", 1),
        (vec![failed(FailedReason::ChainAbort)], "payment-ended", 1),
        // The same payment is sent again, where the relay is at fault.
        (vec![failed(FailedReason::QueueUnavailable)], "", 1),
        (vec![], "relay-unreachable", 1),
    ] {
        let clock = noon();
        let shop = Shop::start(&clock, through(RELAY)).await;
        let mut buyer = Buyer::new(&clock).await;
        buyer.relay = Some(relay(RELAY, &statuses));
        let result = buyer.client().send(&named(shop.url("/report"), "one")).await;
        let found = result.as_ref().err().map_or("", |error| error.code());
        assert_eq!((found, buyer.signed().len(), shop.payments()), (code, signed, signed), "{statuses:?}");
        if let Err(error) = &result {
            assert!(matches!(error.money, Money::MayMove(_)), "{error}");
        }
        assert_eq!(buyer.spent().await, 25, "{statuses:?}");
    }
}

#[tokio::test]
async fn what_a_trusted_relay_refused_comes_free_once_it_has_lapsed() {
    let clock = noon();
    let shop = Shop::start(&clock, through(RELAY)).await;
    let mut buyer = Buyer::new(&clock).await;
    buyer.relay = Some(relay(RELAY, &[failed(FailedReason::ChainAbort)]));
    buyer.client().send(&named(shop.url("/report"), "one")).await.unwrap_err();
    assert_eq!(buyer.spent().await, 25);
    clock.set("2026-04-01T12:02:10Z".parse().unwrap());
    buyer.purse.ask(earnest_client::budget::BudgetCommand::Tick { call: "one".parse().unwrap() }).await.ok();
    assert_eq!(buyer.spent().await, 0);
}

#[tokio::test]
async fn a_seller_s_word_that_a_payment_ended_signs_nothing() {
    // The same words, at the seller's own place: whoever is paid by it has no say in whether it was carried out.
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match asked.path.as_str() {
        "/payments/pay_01" => Answered::new(200, failed(FailedReason::SenderNonceStale).to_string()),
        _ if asked.is_paid() => Answered::new(202, queued(&shop.base).to_string()),
        _ => shop.honest(asked),
    })
    .await;
    let buyer = Buyer::new(&clock).await;
    for _ in 0..3 {
        let error = buyer.client().send(&named(shop.url("/report"), "one")).await.unwrap_err();
        assert_eq!(error.code(), "payment-ended");
        assert!(matches!(error.money, Money::MayMove(_)));
    }
    assert_eq!((buyer.signed(), shop.payments(), buyer.spent().await), (vec![25], 1, 25));
}

#[tokio::test]
async fn the_order_of_a_sender_is_kept_and_recovered() {
    let clock = noon();
    let held = json!({ "status": "queued", "paymentId": "pay_01", "category": "in-flight",
        "checkStatusUrl": format!("{RELAY}/payments/pay_01"),
        "senderNonce": { "provided": 0, "expected": 4, "healthy": false } });
    let shop = Shop::start(&clock, through(RELAY)).await;
    let mut buyer = Buyer::new(&clock).await;
    buyer.is_ordered = true;
    buyer.relay = Some(relay(RELAY, &[held, failed(FailedReason::SenderNonceStale)]));
    buyer.client().get(shop.url("/one")).await.unwrap();
    buyer.client().get(shop.url("/two")).await.unwrap();
    let places: Vec<u64> = shop
        .asked()
        .iter()
        .filter_map(|asked| shop.verify(asked, asked.payment().map(|payment| payment.accepted.value())?).ok())
        .map(|verified| verified.sequence.unwrap().value())
        .collect();
    // The first place was used up by somebody else; the rail waits for the fourth.
    assert_eq!(places, [0, 4, 5]);
}

#[tokio::test]
async fn paid_by_word_of_the_relay_and_not_delivered_is_told_as_such() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match asked.payment() {
        None => shop.honest(asked),
        Some(_) if shop.asked().iter().filter(|earlier| earlier.is_paid()).count() == 1 => {
            Answered::new(202, queued(RELAY).to_string())
        }
        Some(_) => Answered::new(500, "the printer is on fire"),
    })
    .await;
    let mut buyer = Buyer::new(&clock).await;
    buyer.relay = Some(relay(RELAY, &[confirmed()]));
    let error = buyer.client().get(shop.url("/report")).await.unwrap_err();
    let Money::Moved(stake) = &error.money else { panic!("{error}") };
    assert_eq!((stake.amount, shop.payments(), buyer.spent().await), (Units(25), 1, 25));
}

#[tokio::test]
async fn work_that_takes_its_time_is_asked_for_again_as_often_as_a_status() {
    // As our own paywall answers: it works, then it settles, then it delivers.
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match (asked.payment(), asked.number) {
        (Some(_), 0..=12) => Answered { status: 202, ..unsettled(ErrorReason::SETTLEMENT_PENDING, "") },
        _ => shop.honest(asked),
    })
    .await;
    let mut buyer = Buyer::new(&clock).await;
    buyer.client().get(shop.url("/report")).await.unwrap();
    assert_eq!((buyer.signed(), shop.payments(), shop.asked().len()), (vec![25], 1, 14));
    buyer.policy.persistence.polls = 3;
    let slow = Shop::start(&clock, |shop, asked| match asked.payment() {
        Some(_) => Answered { status: 202, ..unsettled(ErrorReason::SETTLEMENT_PENDING, "") },
        None => shop.honest(asked),
    })
    .await;
    let error = buyer.client().get(slow.url("/report")).await.unwrap_err();
    assert_eq!((error.code(), slow.asked().len(), slow.payments()), ("payment-under-way", 1 + 4, 1));
}

#[tokio::test]
async fn a_seller_of_one_s_own_house_is_believed_about_the_end() {
    for trusted in [false, true] {
        let clock = noon();
        let shop = Shop::start(&clock, |shop, asked| match (asked.payment(), asked.number) {
            (Some(_), 1) => unsettled(ErrorReason::new("sender_nonce_stale"), ""),
            _ => shop.honest(asked),
        })
        .await;
        let mut buyer = Buyer::new(&clock).await;
        buyer.is_ordered = true;
        if trusted {
            buyer.policy.trusted_sellers.insert(shop.base.clone());
        }
        let result = buyer.client().get(shop.url("/report")).await.map(drop).map_err(|error| error.code());
        let expected = if trusted { Ok(()) } else { Err("payment-refused") };
        assert_eq!((result, buyer.signed().len()), (expected, 1 + usize::from(trusted)));
        assert_eq!(buyer.spent().await, 25);
    }
}
