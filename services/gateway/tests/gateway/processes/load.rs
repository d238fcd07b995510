//! Callers that pay, and remember what they were told.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use earnest_base::PaymentId;
use earnest_ports::{Clock, SystemClock};
use http::{Method, Request};
use serde_json::Value;
use tokio::sync::Notify;

use crate::support::{Answer, Pay, exchange_within};

/// How many call at once.
const CALLERS: u64 = 8;
/// How long an answer may take before its caller gives up.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Told {
    /// The id of each payment, by its nonce.
    ids: BTreeMap<String, PaymentId>,
    /// What was sent and not answered.
    open: Vec<(String, Value)>,
}

/// The callers, and what they were told.
#[derive(Debug, Default)]
pub(super) struct Load {
    told: Mutex<Told>,
    next: AtomicU64,
    lost: AtomicU64,
}

impl Load {
    /// Calls until so many answers came, then does `strike`, and goes on until nobody answers any more or a moment passed.
    pub(super) async fn run(self: &Arc<Self>, address: SocketAddr, answers: u64, strike: impl FnOnce()) {
        let (count, struck) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (load, count, struck) = (Arc::clone(self), Arc::clone(&count), Arc::clone(&struck));
                tokio::spawn(async move {
                    while count.load(SeqCst) < answers + CALLERS {
                        if !load.one(address).await {
                            return;
                        }
                        if count.fetch_add(1, SeqCst) + 1 >= answers {
                            struck.notify_one();
                        }
                    }
                })
            })
            .collect();
        if answers > 0 {
            struck.notified().await;
        }
        strike();
        for caller in callers {
            caller.await.unwrap();
        }
    }

    /// A payment of a payer of its own; whether it was answered.
    async fn one(&self, address: SocketAddr) -> bool {
        let number = self.next.fetch_add(1, SeqCst);
        let nonce = format!("load-{number}");
        let pay = Pay { account: format!("adam-{}", number % 32), timeout: 3_600, ..Pay::adams(&nonce) };
        self.ask(address, nonce, pay.body(SystemClock.now())).await
    }

    /// Submits; whether an answer came. What was sent stays open until it is answered, and is always the same payment.
    async fn ask(&self, address: SocketAddr, nonce: String, body: Value) -> bool {
        let answer = send(address, Method::POST, "/payments", body.to_string().into_bytes()).await;
        let mut told = self.told.lock().unwrap();
        let Some(answer) = answer.filter(|answer| answer.status != 503) else {
            self.lost.fetch_add(1, SeqCst);
            told.open.push((nonce, body));
            return false;
        };
        assert!(matches!(answer.status, 200 | 202), "{nonce}: {}", answer.text());
        let payment_id: PaymentId = answer.json()["paymentId"].as_str().unwrap().parse().unwrap();
        let first = told.ids.entry(nonce.clone()).or_insert_with(|| payment_id.clone());
        assert_eq!(*first, payment_id, "{nonce}: the same payment, another id");
        true
    }

    /// Submits again what was not answered, and some of what was: it is the payment that it was.
    pub(super) async fn again(&self, address: SocketAddr) {
        let open = std::mem::take(&mut self.told.lock().unwrap().open);
        for (nonce, body) in open {
            assert!(self.ask(address, nonce.clone(), body.clone()).await, "expected an answer now: {nonce}");
            assert!(self.ask(address, nonce, body).await);
        }
    }

    /// Waits until every payment has ended.
    pub(super) async fn until_all_ended(&self, address: SocketAddr) {
        for payment_id in self.told().into_values() {
            let path = format!("/payments/{payment_id}");
            let ended = async {
                while send(address, Method::GET, &path, Vec::new()).await.unwrap().json()["category"] == "in-flight" {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(60), ended).await.expect("a payment that ends");
        }
    }

    pub(super) fn told(&self) -> BTreeMap<String, PaymentId> {
        self.told.lock().unwrap().ids.clone()
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost.load(SeqCst)
    }

    pub(super) async fn status(&self, address: SocketAddr, path: &str) -> u16 {
        send(address, Method::GET, path, Vec::new()).await.map_or(0, |answer| answer.status)
    }
}

async fn send(address: SocketAddr, method: Method, path: &str, body: Vec<u8>) -> Option<Answer> {
    let builder = Request::builder().method(method).uri(format!("http://{address}{path}"));
    let request = builder.header("content-type", "application/json").body(body).unwrap();
    exchange_within(address, &request, PATIENCE).await
}
