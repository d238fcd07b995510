//! A gateway that runs, and what tests ask of it.

use std::{net::SocketAddr, sync::Arc};

use earnest_base::{Seconds, Timestamp};
use earnest_gateway::{Config, FacilitatorKey, Gateway};
use earnest_kit::{Clock, RequestSigner, ServerSettings, Stop, Stopper};
use earnest_ports::{Clock as _, DrivenClock, MemoryStore};
use earnest_rail::Rail;
use http::{Method, Request};
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{
    NEWS, OPERATOR, Person, TestRail, at,
    wire::{Answer, Event, Events, exchange},
};

/// A gateway under test.
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) clock: Arc<DrivenClock>,
    /// The ledger's rail, and one whose transactions the relay's wallets pay for.
    pub(crate) rail: Arc<TestRail>,
    pub(crate) sponsored: Arc<TestRail>,
    /// The journal that it writes; one in memory, which a test can take away.
    pub(crate) store: Option<MemoryStore>,
    running: Option<Running>,
    /// It goes with the test.
    _folder: TempDir,
}

/// A gateway on threads of its own, so that it can end as a process does: without a word.
struct Running {
    gateway: Option<Gateway>,
    stopper: Stopper,
    threads: Option<Runtime>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// The bearer token that the gateway knows.
pub(crate) const TOKEN: &str = "a-token-of-a-resource-server";

/// The configuration of a gateway in this folder.
pub(crate) fn config(folder: &TempDir) -> Config {
    let listen = ServerSettings { stop_within_ms: 2_000, ..ServerSettings::default() };
    let mut config = Config {
        federation: "fed:pl-main".parse().unwrap(),
        data: folder.path().join("gateway"),
        operators: vec![OPERATOR.participant()],
        server: listen.clone(),
        operator: listen,
        funding_open: false,
        ..Config::default()
    };
    config.rpc.callers = vec![NEWS.subject()];
    config.public_url = "http://gateway.example".to_owned();
    config.facilitator.settle_within_ms = 5_000;
    config.facilitator.keys = vec![FacilitatorKey {
        name: "resource-server".parse().unwrap(),
        digest: earnest_base::Sha256Digest::of(TOKEN.as_bytes()),
    }];
    config
}

impl World {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::over(None, change).await
    }

    /// A gateway whose journal is in memory.
    pub(crate) async fn in_memory() -> Self {
        let store = MemoryStore::new("relay:test".parse().unwrap());
        Self::over(Some(store), |_| {}).await
    }

    async fn over(store: Option<MemoryStore>, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&folder);
        change(&mut config);
        let mut world = Self {
            config,
            clock: Arc::new(DrivenClock::new(at("06:00:00"))),
            rail: TestRail::ledger("fed:pl-main"),
            sponsored: TestRail::sponsored("fed:sponsored"),
            store,
            running: None,
            _folder: folder,
        };
        world.up().await;
        world
    }

    pub(crate) async fn up(&mut self) {
        let (stopper, stop) = Stop::pair();
        let (clock, config): (Arc<dyn earnest_ports::Clock>, _) = (self.clock.clone(), self.config.clone());
        let rails: Vec<Arc<dyn Rail>> = vec![self.rail.clone(), self.sponsored.clone()];
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let store = self.store.clone();
        let started = threads.spawn(async move {
            match store {
                Some(store) => {
                    let journal = Arc::new(store.open("gateway"));
                    Gateway::start_over(journal, config, clock, Some(rails), stop).await
                }
                None => Gateway::start(config, clock, Some(rails), stop).await,
            }
        });
        let mut gateway = started.await.unwrap().unwrap();
        gateway.writes().await;
        self.running = Some(Running { gateway: Some(gateway), stopper, threads: Some(threads) });
    }

    /// Stops in good order.
    pub(crate) async fn down(&mut self) {
        let mut running = self.running.take().unwrap();
        running.stopper.stop();
        let threads = running.threads.take();
        running.gateway.take().unwrap().ended().await.unwrap();
        drop(running);
        threads.unwrap().shutdown_background();
    }

    /// Ends it without a word, as a process that is killed.
    pub(crate) fn abandon(&mut self) {
        self.running = None;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// So many seconds later.
    pub(crate) fn pass(&self, seconds: u64) {
        self.set(self.now().after(Seconds::<1>::new(seconds).unwrap()).unwrap());
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        self.running.as_ref().unwrap().gateway.as_ref().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway().address()
    }

    /// A request to one of the listeners that this person signed, or nobody.
    pub(crate) fn request_to(
        &self,
        address: SocketAddr,
        by: Option<Person>,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Request<Vec<u8>> {
        let uri = format!("http://{address}{path}");
        let builder = Request::builder().method(method).uri(uri).header("content-type", "application/json");
        let mut request = builder.body(body).unwrap();
        if let Some(by) = by {
            let clock = Arc::clone(&self.clock);
            let signer = RequestSigner::new(by.kind, by.key(), Clock::new(move || clock.now()));
            signer.sign(&mut request).unwrap();
        }
        request
    }

    pub(crate) fn request(&self, by: Option<Person>, method: Method, path: &str, body: Vec<u8>) -> Request<Vec<u8>> {
        self.request_to(self.address(), by, method, path, body)
    }

    pub(crate) async fn send(&self, request: &Request<Vec<u8>>) -> Answer {
        let authority = request.uri().authority().unwrap().as_str().parse().unwrap();
        exchange(authority, request).await
    }

    /// What anybody may read.
    pub(crate) async fn ask(&self, path: &str) -> Answer {
        self.send(&self.request(None, Method::GET, path, Vec::new())).await
    }

    pub(crate) async fn post(&self, by: Option<Person>, path: &str, body: &impl Serialize) -> Answer {
        self.send(&self.request(by, Method::POST, path, serde_json::to_vec(body).unwrap())).await
    }

    /// Posts with a bearer token.
    pub(crate) async fn post_with(&self, token: &str, path: &str, body: &impl Serialize) -> Answer {
        let mut request = self.request(None, Method::POST, path, serde_json::to_vec(body).unwrap());
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        self.send(&request).await
    }

    /// What an operator reads.
    pub(crate) async fn operate(&self, by: Option<Person>, path: &str) -> Answer {
        let address = self.gateway().operator_address();
        self.send(&self.request_to(address, by, Method::GET, path, Vec::new())).await
    }

    /// Waits until it writes no more.
    pub(crate) async fn stands_by(&self) {
        self.until_health(503).await;
    }

    /// Waits until it writes again.
    pub(crate) async fn writes(&self) {
        self.until_health(200).await;
    }

    async fn until_health(&self, status: u16) {
        while self.ask("/health").await.status != status {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Waits until the relay knows the wallets of the sponsored rail.
    pub(crate) async fn wallets_seen(&self) {
        while self.operate(Some(OPERATOR), "/relay").await.json()["rails"][1]["walletsSeenAt"].is_null() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Submits over HTTP, and answers the payment's id.
    pub(crate) async fn pay(&self, body: &Value) -> String {
        let answer = self.post(None, "/payments", body).await;
        assert!(matches!(answer.status, 200 | 202), "{}", answer.text());
        answer.json()["paymentId"].as_str().unwrap().to_owned()
    }

    /// The status over HTTP.
    pub(crate) async fn status(&self, payment_id: &str) -> Value {
        self.ask(&format!("/payments/{payment_id}")).await.json()
    }

    /// A call, signed by the service that may.
    pub(crate) async fn rpc(&self, method: &str, params: &Value) -> Value {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = self.post(Some(NEWS), "/rpc", &call).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The statuses of a payment from now on, or after an event.
    pub(crate) async fn events(&self, payment_id: &str, after: Option<u64>) -> Result<Events, Answer> {
        let mut request = self.request(None, Method::GET, &format!("/payments/{payment_id}/events"), Vec::new());
        request.headers_mut().insert("connection", "close".parse().unwrap());
        if let Some(after) = after {
            request.headers_mut().insert("last-event-id", after.into());
        }
        Events::open(self.address(), &request).await
    }

    /// The status of a stream's head.
    pub(crate) async fn stream_of(&self, request: &Request<Vec<u8>>) -> u16 {
        Events::open(self.address(), request).await.map_or_else(|refused| refused.status, |_| 200)
    }

    /// Every status of a payment until it has ended.
    pub(crate) async fn until_ended(&self, payment_id: &str) -> Vec<Event> {
        let mut events = self.events(payment_id, None).await.unwrap_or_else(|refused| panic!("{}", refused.text()));
        let mut all = Vec::new();
        while let Some(event) = events.next().await {
            all.push(event);
        }
        all
    }

    /// Waits until a payment has this status, and answers the event that says so.
    pub(crate) async fn until(&self, payment_id: &str, status: &str) -> Event {
        let mut events = self.events(payment_id, None).await.unwrap_or_else(|refused| panic!("{}", refused.text()));
        loop {
            let event = events.next().await.unwrap_or_else(|| panic!("expected {payment_id} to become {status}"));
            if event.name == status {
                return event;
            }
        }
    }
}
