//! An escrow that runs, and what tests ask of it.

use std::{net::SocketAddr, sync::Arc};

use earnest_artifacts::{EscrowPolicy, LedgerHold, ServiceOffer, Verified, vocabulary::ConfirmationMode};
use earnest_base::Timestamp;
use earnest_escrow::{Config, Escrow, PolicySettings};
use earnest_kit::{Clock, RequestSigner, ServerSettings, Stop, Stopper};
use earnest_ports::{Clock as _, DrivenClock};
use earnest_signing::Document;
use http::{Method, Request};
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    papers::{Papers, confirmed, json_of, news},
    people::{ADAM, EWA, FEEDERS, GATEWAY, MARCIN, OLA, OPERATOR, Person, ROMAN, at, secs},
    said::{delivery, receipt, statement},
    wire::{Answer, Events, exchange},
};

/// After every deadline of a hold that was made in the morning, the policy's `decision-by` included.
pub(crate) const END: &str = "2026-05-01T00:00:00Z";

/// An escrow under test.
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) clock: Arc<DrivenClock>,
    running: Option<(Escrow, Stopper)>,
    /// It goes with the test.
    _folder: TempDir,
}

/// The id of an account.
pub(crate) fn account(name: &str) -> String {
    format!("account:fed-pl-main:{name}")
}

/// The configuration of an escrow in this folder.
pub(crate) fn config(folder: &TempDir) -> Config {
    Config {
        federation: "fed:pl-main".parse().unwrap(),
        data: folder.path().join("escrow"),
        operators: vec![OPERATOR.participant()],
        gateways: vec![GATEWAY.as_node()],
        policy: PolicySettings {
            arbiters: vec![EWA.participant()],
            dispute_window: secs(8_700),
            auto_release: secs(3_600),
            ..PolicySettings::default()
        },
        server: ServerSettings { stop_within_ms: 2_000, ..ServerSettings::default() },
        ..Config::default()
    }
}

impl World {
    /// An escrow with nothing in it but its own terms, at 06:00:00.
    pub(crate) async fn empty(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&folder);
        change(&mut config);
        let clock = Arc::new(DrivenClock::new(at("06:00:00")));
        let mut world = Self { config, clock, running: None, _folder: folder };
        world.up().await;
        world
    }

    /// An escrow where everybody has an account, and CasualFeeders 18.00 ORC, at 06:05:00.
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let world = Self::empty(change).await;
        world.accounts().await;
        let paid = receipt("opening", 20);
        assert_eq!(world.say(GATEWAY, "/gateway-receipts", &paid).await.effect(), "topped-up");
        world.set(at("06:05:00"));
        world
    }

    /// Who acts for CasualFeeders, and the accounts of the morning.
    pub(crate) async fn accounts(&self) {
        let said = statement(ROMAN, "2026-03-28T11:15:00Z");
        assert_eq!(self.say(ROMAN, "/organisations", &said).await.effect(), "custody-stated");
        for (name, owner, by, purpose) in [
            ("casualfeeders", FEEDERS, ROMAN, "org-settlement"),
            ("adam", ADAM, ADAM, "participant-settlement"),
            ("ola", OLA, OLA, "participant-settlement"),
            ("marcin", MARCIN, MARCIN, "participant-settlement"),
        ] {
            let body = json!({ "account": account(name), "owner": owner.subject(), "purpose": purpose });
            assert_eq!(self.post(by, "/accounts", &body).await.effect(), "account-opened");
        }
        let pool = json!({
            "account": account("community-pool"), "owner": FEEDERS.subject(), "purpose": "community-pool",
            "council": super::COUNCIL.subject(),
        });
        assert_eq!(self.post(OPERATOR, "/accounts", &pool).await.effect(), "account-opened");
    }

    pub(crate) async fn up(&mut self) {
        let (stopper, stop) = Stop::pair();
        let clock: Arc<dyn earnest_ports::Clock> = Arc::<DrivenClock>::clone(&self.clock);
        let mut escrow = Escrow::start(self.config.clone(), clock, stop).await.unwrap();
        escrow.writes().await;
        self.running = Some((escrow, stopper));
    }

    /// Stops in good order.
    pub(crate) async fn down(&mut self) {
        let (escrow, stopper) = self.running.take().unwrap();
        stopper.stop();
        escrow.ended().await.unwrap();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.clock.set(now);
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().0.address()
    }

    /// A request that this person signed, or nobody.
    pub(crate) fn request(&self, by: Option<Person>, method: Method, path: &str, body: Vec<u8>) -> Request<Vec<u8>> {
        let uri = format!("http://{}{path}", self.address());
        let builder = Request::builder().method(method).uri(uri).header("content-type", "application/json");
        let mut request = builder.body(body).unwrap();
        if let Some(by) = by {
            let clock = Arc::clone(&self.clock);
            let signer = RequestSigner::new(by.kind, by.key(), Clock::new(move || clock.now()));
            signer.sign(&mut request).unwrap();
        }
        request
    }

    pub(crate) async fn send(&self, request: &Request<Vec<u8>>) -> Answer {
        exchange(self.address(), request).await
    }

    pub(crate) async fn get(&self, by: Person, path: &str) -> Answer {
        self.send(&self.request(Some(by), Method::GET, path, Vec::new())).await
    }

    pub(crate) async fn post(&self, by: Person, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        self.send(&self.request(Some(by), Method::POST, path, body)).await
    }

    /// Posts a signed document.
    pub(crate) async fn say<T: Document>(&self, by: Person, path: &str, said: &Verified<T>) -> Answer {
        self.send(&self.request(Some(by), Method::POST, path, said.bytes().to_vec())).await
    }

    pub(crate) async fn put(&self, by: Person, path: &str, bytes: &[u8]) -> Answer {
        self.send(&self.request(Some(by), Method::PUT, path, bytes.to_vec())).await
    }

    /// What anybody may read.
    pub(crate) async fn ask(&self, path: &str) -> Answer {
        self.send(&self.request(None, Method::GET, path, Vec::new())).await
    }

    /// The number of the latest fact, with its head.
    pub(crate) async fn head(&self) -> (u64, String) {
        let head = self.ask("/head").await.json();
        (head["seq"].as_u64().unwrap(), head["head"].as_str().unwrap().to_owned())
    }

    /// The facts after this one: their names, without the evidence between them.
    pub(crate) async fn names(&self, after: u64) -> Vec<String> {
        let (last, _) = self.head().await;
        let mut events = self.stream(OPERATOR, after).await.unwrap_or_else(|refused| panic!("{}", refused.text()));
        let mut names = Vec::new();
        let mut seq = after;
        while seq < last {
            let event = events.next().await.unwrap();
            assert_eq!(event.id, seq + 1);
            seq = event.id;
            names.push(event.name);
        }
        names.retain(|name| name != "escrow/evidence.v1");
        names
    }

    pub(crate) async fn stream(&self, by: Person, after: u64) -> Result<Events, Answer> {
        let mut request = self.request(Some(by), Method::GET, "/facts", Vec::new());
        request.headers_mut().insert("last-event-id", after.into());
        Events::open(self.address(), &request).await
    }

    pub(crate) async fn policy(&self) -> Verified<EscrowPolicy> {
        let policy = self.ask(&format!("/policies/{}", self.config.policy.id)).await;
        Verified::parse(&policy.body).unwrap()
    }

    /// Three news by Adam for 6.00 ORC, agreed on and held.
    pub(crate) async fn held(&self, name: &str, mode: ConfirmationMode) -> Papers {
        self.held_of(&confirmed(news(), mode), name, 3).await
    }

    pub(crate) async fn agree(&self, offer: &ServiceOffer, name: &str, units: u64) -> Papers {
        Papers::new(offer, name, units, &self.policy().await, self.now())
    }

    pub(crate) async fn held_of(&self, offer: &ServiceOffer, name: &str, units: u64) -> Papers {
        let papers = self.agree(offer, name, units).await;
        assert_eq!(self.post(papers.provider, "/holds", &papers.body()).await.effect(), "held");
        papers
    }

    /// The response that keeps its promise, delivered.
    pub(crate) async fn delivered(&self, papers: &Papers) -> Verified<earnest_artifacts::ResponseEnvelope> {
        let response = delivery(papers, self.now());
        assert_eq!(self.say(papers.provider, "/deliveries", &response).await.effect(), "delivered");
        response
    }

    pub(crate) async fn act(&self, by: Person, papers: &Papers, body: &Value) -> Answer {
        self.post(by, &format!("/holds/{}/actions", papers.hold()), body).await
    }

    /// The hold as the escrow signs it.
    pub(crate) async fn hold(&self, papers: &Papers) -> Value {
        let answer = self.get(OPERATOR, &format!("/holds/{}", papers.hold())).await;
        let hold: Verified<LedgerHold> = Verified::parse(&answer.body).unwrap();
        json_of(hold.bytes())
    }

    /// What CasualFeeders has available and held, and what Adam has.
    pub(crate) async fn money(&self) -> [u64; 3] {
        let (feeders, adam) = (self.balance("casualfeeders").await, self.balance("adam").await);
        [feeders.0, feeders.1, adam.0]
    }

    /// What an account has available, and what it has held.
    pub(crate) async fn balance(&self, name: &str) -> (u64, u64) {
        let balance = self.get(OPERATOR, &format!("/accounts/{}/balance", account(name))).await.json();
        let [available, held, total] = ["available", "held", "total"].map(|sum| balance[sum].as_u64().unwrap());
        assert_eq!(available + held, total);
        (available, held)
    }

    /// Sets the clock, and waits until nothing happens by itself any more: every request lets what is due come first.
    pub(crate) async fn wait_until(&self, moment: Timestamp) {
        self.set(moment);
        let mut before = self.head().await;
        for _ in 0..100 {
            let after = self.head().await;
            if after == before {
                return;
            }
            before = after;
        }
        panic!("expected the timers to come to an end");
    }
}
