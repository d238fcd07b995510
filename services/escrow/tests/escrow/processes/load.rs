//! Callers that open holds and end them, and remember what they were told.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use earnest_artifacts::{EscrowPolicy, ServiceOffer, Verified};
use earnest_kit::{Clock, RequestSigner};
use earnest_ports::{Clock as _, SystemClock};
use http::{Method, Request};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::{
    ADAM, COUNCIL, FEEDERS, GATEWAY, OPERATOR, Papers, Person, ROMAN, account, exchange_within, news, receipt,
    statement,
};

/// What comes in at first, the fee with it.
pub(super) const OPENING: u64 = 100_000_000;
/// What each hold holds.
pub(super) const PRICE: u64 = 200;
/// How many call at once.
const CALLERS: u64 = 8;
/// How long an answer may take before its caller gives up: a frozen escrow gives none.
const PATIENCE: Duration = Duration::from_secs(2);

/// A request that was sent, and may have been carried out.
#[derive(Debug, Clone)]
struct Sent {
    by: Person,
    path: String,
    body: Value,
    hold: String,
}

#[derive(Debug, Default)]
struct Told {
    opened: BTreeSet<String>,
    ended: BTreeSet<String>,
    /// Answers as they came, by what was asked.
    answers: BTreeMap<String, Value>,
    /// What was sent and not answered.
    open: Vec<Sent>,
}

/// The callers, and what they were told.
pub(super) struct Load {
    policy: Verified<EscrowPolicy>,
    offer: ServiceOffer,
    told: Mutex<Told>,
    next: AtomicU64,
    lost: AtomicU64,
}

impl Load {
    /// Accounts and money, at an escrow that has neither.
    pub(super) async fn begin(address: SocketAddr) -> Self {
        let now = SystemClock.now();
        let asked =
            Request::get(format!("http://{address}/policies/escrow-policy:standard-v1")).body(Vec::new()).unwrap();
        let policy = exchange_within(address, &asked, PATIENCE).await.unwrap();
        let offer = ServiceOffer {
            ts: earnest_base::Timestamp::from_unix_millis(now.unix_millis() - 60_000).unwrap(),
            ..news()
        };
        let load = Self {
            policy: Verified::parse(&policy.body).unwrap(),
            offer,
            told: Mutex::default(),
            next: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        };
        let said = statement(ROMAN, "2026-03-28T11:15:00Z");
        load.must(address, ROMAN, "/organisations", said.bytes()).await;
        for (name, owner, by, purpose) in
            [("casualfeeders", FEEDERS, ROMAN, "org-settlement"), ("adam", ADAM, ADAM, "participant-settlement")]
        {
            let body = json!({ "account": account(name), "owner": owner.subject(), "purpose": purpose });
            load.must(address, by, "/accounts", body.to_string().as_bytes()).await;
        }
        let pool = json!({
            "account": account("community-pool"), "owner": FEEDERS.subject(), "purpose": "community-pool",
            "council": COUNCIL.subject(),
        });
        load.must(address, OPERATOR, "/accounts", pool.to_string().as_bytes()).await;
        let paid = receipt("opening", OPENING / 100);
        load.must(address, GATEWAY, "/gateway-receipts", paid.bytes()).await;
        load
    }

    async fn must(&self, address: SocketAddr, by: Person, path: &str, body: &[u8]) {
        let answer = exchange_within(address, &request(address, by, path, body), PATIENCE).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }

    /// Calls until so many answers came, then does `strike`, and goes on until nobody answers any more or a moment passed.
    pub(super) async fn run(self: &Arc<Self>, address: SocketAddr, answers: u64, strike: impl FnOnce()) {
        let (count, struck) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (load, count, struck) = (Arc::clone(self), Arc::clone(&count), Arc::clone(&struck));
                tokio::spawn(async move {
                    // After the strike each caller asks once more at most: who is killed or frozen answers nobody.
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

    /// A hold and its end; whether both were answered.
    async fn one(&self, address: SocketAddr) -> bool {
        let number = self.next.fetch_add(1, SeqCst);
        let name = format!("load-{number}");
        let papers = Papers::new(&self.offer, &name, 1, &self.policy, SystemClock.now());
        let hold = papers.hold().to_owned();
        let open = Sent { by: ADAM, path: "/holds".to_owned(), body: papers.body(), hold: hold.clone() };
        if !self.ask(address, open).await {
            return false;
        }
        let end = Sent {
            by: ROMAN,
            path: format!("/holds/{hold}/actions"),
            body: json!({ "decision": format!("decision:{name}"), "action": "end-workflow" }),
            hold,
        };
        // Every third hold stays.
        number.is_multiple_of(3) || self.ask(address, end).await
    }

    /// Asks; whether an answer came. What was sent stays open until it is answered.
    async fn ask(&self, address: SocketAddr, sent: Sent) -> bool {
        let body = sent.body.to_string();
        let request = request(address, sent.by, &sent.path, body.as_bytes());
        let answer = exchange_within(address, &request, PATIENCE).await;
        let mut told = self.told.lock().unwrap();
        let Some(answer) = answer.filter(|answer| answer.status != 503) else {
            self.lost.fetch_add(1, SeqCst);
            told.open.push(sent);
            return false;
        };
        assert_eq!(answer.status, 200, "{}: {}", sent.path, answer.text());
        let key = format!("{} {}", sent.path, sent.hold);
        let first = told.answers.entry(key).or_insert_with(|| answer.json());
        assert_eq!(*first, answer.json(), "the same question, another answer");
        let set = if sent.path == "/holds" { &mut told.opened } else { &mut told.ended };
        set.insert(sent.hold);
        true
    }

    /// Asks again what was not answered, and some of what was: it is answered as the first time.
    pub(super) async fn again(&self, address: SocketAddr) {
        let open = std::mem::take(&mut self.told.lock().unwrap().open);
        for sent in open {
            assert!(self.ask(address, sent.clone()).await, "expected an answer now: {}", sent.path);
            assert!(self.ask(address, sent).await);
        }
    }

    pub(super) fn opened(&self) -> BTreeSet<String> {
        self.told.lock().unwrap().opened.clone()
    }

    pub(super) fn ended(&self) -> BTreeSet<String> {
        self.told.lock().unwrap().ended.clone()
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost.load(SeqCst)
    }

    pub(super) async fn status(&self, address: SocketAddr, path: &str) -> u16 {
        let asked = Request::get(format!("http://{address}{path}")).body(Vec::new()).unwrap();
        exchange_within(address, &asked, PATIENCE).await.map_or(0, |answer| answer.status)
    }
}

fn request(address: SocketAddr, by: Person, path: &str, body: &[u8]) -> Request<Vec<u8>> {
    let builder = Request::builder().method(Method::POST).uri(format!("http://{address}{path}"));
    let mut request = builder.header("content-type", "application/json").body(body.to_vec()).unwrap();
    let clock = Clock::new(|| SystemClock.now());
    RequestSigner::new(by.kind, by.key(), clock).sign(&mut request).unwrap();
    request
}
