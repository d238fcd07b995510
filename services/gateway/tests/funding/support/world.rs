//! An escrow, a gateway's funding on two listeners, a provider, and what tests ask of them.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use earnest_artifacts::{Draft, Family, OrganizationSubject};
use earnest_base::{SubjectKind, Timestamp};
use earnest_client::{Clock, EscrowClient, RequestSigner};
use earnest_escrow::{Config, Escrow};
use earnest_gateway::funding::{
    Funding, FundingParts, FundingSettings, PolicySettings, ProviderSettings, journal_name, operator_routes,
    public_routes,
};
use earnest_kit::{App, MemoryNonces, Secret, Server, ServerSettings, Stop, Stopper, Verifier};
use earnest_ports::{Clock as _, DrivenClock};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::{
    Proxy, SECRET, Stub, at, header,
    people::{COUNCIL, FEEDERS, GATEWAY, OLA, OPERATOR, Person, ROMAN, signed},
};

/// So long that only a fault lets it pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// The id of an account.
pub(crate) fn account(name: &str) -> String {
    format!("account:fed-pl-main:{name}")
}

struct Running {
    public: SocketAddr,
    operators: SocketAddr,
    funding: Funding,
    servers: Vec<JoinHandle<()>>,
    stopper: Stopper,
}

/// Everything.
pub(crate) struct World {
    pub(crate) clock: Arc<DrivenClock>,
    pub(crate) provider: Stub,
    pub(crate) wire: Proxy,
    pub(crate) settings: FundingSettings,
    pub(crate) folder: TempDir,
    escrow: SocketAddr,
    gateway: Option<Running>,
    client: reqwest::Client,
    _stoppers: Vec<Stopper>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A gateway with changed settings, an escrow where CasualFeeders and Ola have accounts, and a provider.
    pub(crate) async fn with(change: impl FnOnce(&mut FundingSettings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(DrivenClock::new(at("06:00:00")));
        let (wire, own) = (Proxy::start().await, Proxy::start().await);
        let escrow_stopper = escrow(&folder, &clock, &[&wire, &own]).await;
        let escrow = own.address;
        let (provider, provider_address, provider_stopper) = Stub::start().await;
        let psp = ProviderSettings::Webhook {
            secrets: vec![Secret::new(SECRET.to_owned())],
            payout_url: format!("http://{provider_address}/payouts"),
            window_secs: 300,
        };
        let bank = ProviderSettings::File { folder: PathBuf::new() };
        let mut settings = FundingSettings {
            policy: PolicySettings { payout_review: false, ..PolicySettings::default() },
            providers: BTreeMap::from([("psp".to_owned(), psp), ("bank".to_owned(), bank)]),
            retry_first_ms: 5,
            retry_most_ms: 50,
            ask_every_ms: 20,
        };
        change(&mut settings);
        let tls = earnest_client::tls_config().unwrap();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
        let _stoppers = vec![escrow_stopper, provider_stopper];
        let mut world = Self { clock, provider, wire, settings, folder, escrow, gateway: None, client, _stoppers };
        world.accounts().await;
        world.up().await;
        world
    }

    async fn accounts(&self) {
        let said = Draft::<OrganizationSubject>::parse(OrganizationSubject::EXAMPLE.as_bytes()).unwrap();
        let said = OrganizationSubject { id: FEEDERS.org(), custodian: ROMAN.participant(), ..said.document().clone() };
        let said = signed(&said, FEEDERS).bytes().to_vec();
        assert_eq!(self.send(self.escrow, Some(ROMAN), Method::POST, "/organisations", said).await.0, 200);
        for (name, owner, by, purpose) in [
            ("casualfeeders", FEEDERS, ROMAN, "org-settlement"),
            ("ola", OLA, OLA, "participant-settlement"),
            ("community-pool", FEEDERS, OPERATOR, "community-pool"),
        ] {
            let mut body = json!({ "account": account(name), "owner": owner.subject(), "purpose": purpose });
            if name == "community-pool" {
                body["council"] = json!(COUNCIL.subject());
            }
            let (status, told) =
                self.send(self.escrow, Some(by), Method::POST, "/accounts", body.to_string().into_bytes()).await;
            assert_eq!(status, 200, "{told}");
        }
    }

    /// Starts the gateway's funding.
    pub(crate) async fn up(&mut self) {
        let data = self.folder.path().join("gateway");
        std::fs::create_dir_all(&data).unwrap();
        let url = format!("sqlite:{}", data.join("funding.sqlite").display());
        let journal = earnest_store::open(&url, journal_name(&GATEWAY.node()).unwrap()).await.unwrap();
        let told = Arc::clone(&self.clock);
        let clock = Clock::new(move || told.now());
        let signer = RequestSigner::new(SubjectKind::Node, GATEWAY.key(), clock.clone());
        let escrow = EscrowClient::new(&format!("http://{}", self.wire.address), Some(signer)).unwrap();
        let (stopper, stop) = Stop::pair();
        let mut funding = Funding::start(FundingParts {
            settings: self.settings.clone(),
            federation: "fed:pl-main".parse().unwrap(),
            data,
            key: GATEWAY.key(),
            operators: vec![OPERATOR.participant()],
            escrow,
            clock: Arc::<DrivenClock>::clone(&self.clock),
            journal,
            stop: stop.clone(),
        })
        .unwrap();
        assert!(funding.writes().await);
        let verifier = Verifier::new(Arc::new(MemoryNonces::new(clock.clone())), clock);
        let settings = ServerSettings { stop_within_ms: 2_000, ..ServerSettings::default() };
        let (mut servers, mut addresses) = (Vec::new(), Vec::new());
        for app in [
            public_routes(App::new("gateway", "0"), &funding, &verifier),
            operator_routes(App::new("gateway-operators", "0"), &funding, &verifier),
        ] {
            let server = Server::bind(&settings).await.unwrap();
            addresses.push(server.address());
            let serving = server.serve(app, stop.clone());
            servers.push(tokio::spawn(async move { serving.await.unwrap() }));
        }
        let (public, operators) = (addresses[0], addresses[1]);
        self.gateway = Some(Running { public, operators, funding, servers, stopper });
    }

    /// Stops it.
    pub(crate) async fn down(&mut self) {
        let running = self.gateway.take().unwrap();
        running.stopper.stop();
        for server in running.servers {
            server.await.unwrap();
        }
        running.funding.ended().await.unwrap();
    }

    async fn send(
        &self,
        address: SocketAddr,
        by: Option<Person>,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> (u16, Value) {
        let uri = format!("http://{address}{path}");
        let builder = http::Request::builder().method(method).uri(uri).header("content-type", "application/json");
        let mut request = builder.body(body).unwrap();
        if let Some(by) = by {
            let clock = Arc::clone(&self.clock);
            RequestSigner::new(by.kind, by.key(), Clock::new(move || clock.now())).sign(&mut request).unwrap();
        }
        let answer = self.client.execute(request.try_into().unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    fn running(&self) -> &Running {
        self.gateway.as_ref().unwrap()
    }

    pub(crate) async fn post(&self, by: Person, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.running().public, Some(by), Method::POST, path, body.to_string().into_bytes()).await
    }

    pub(crate) async fn get(&self, by: Person, path: &str) -> (u16, Value) {
        self.send(self.running().public, Some(by), Method::GET, path, Vec::new()).await
    }

    pub(crate) async fn ask(&self, path: &str) -> (u16, Value) {
        self.send(self.running().public, None, Method::GET, path, Vec::new()).await
    }

    /// A request to the operators' listener.
    pub(crate) async fn operate(&self, by: Option<Person>, method: Method, path: &str, body: &str) -> (u16, Value) {
        self.send(self.running().operators, by, method, path, body.as_bytes().to_vec()).await
    }

    /// What an operator decides.
    pub(crate) async fn rule(&self, path: &str, body: &Value) -> (u16, Value) {
        self.operate(Some(OPERATOR), Method::POST, path, &body.to_string()).await
    }

    /// What an operator reads.
    pub(crate) async fn look(&self, path: &str) -> Value {
        let (status, found) = self.operate(Some(OPERATOR), Method::GET, path, "").await;
        assert_eq!(status, 200, "{found}");
        found
    }

    /// A message of the provider, signed.
    pub(crate) async fn callback(&self, body: &str) -> (u16, Value) {
        self.callback_as("psp", &header(SECRET, body.as_bytes(), self.clock.now()), body).await
    }

    pub(crate) async fn callback_as(&self, provider: &str, header: &str, body: &str) -> (u16, Value) {
        let request = self
            .client
            .post(format!("http://{}/webhooks/{provider}", self.running().public))
            .header("webhook-signature", header)
            .header("content-type", "application/json")
            .body(body.to_owned());
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What an account has, by the escrow itself.
    pub(crate) async fn balance(&self, name: &str) -> u64 {
        let path = format!("/accounts/{}/balance", account(name));
        let (status, told) = self.send(self.escrow, Some(OPERATOR), Method::GET, &path, Vec::new()).await;
        assert_eq!(status, 200, "{told}");
        told["available"].as_u64().unwrap()
    }

    /// What CasualFeeders and the pool have.
    pub(crate) async fn money(&self) -> (u64, u64) {
        (self.balance("casualfeeders").await, self.balance("community-pool").await)
    }

    /// The number of the escrow's latest fact.
    pub(crate) async fn head(&self) -> u64 {
        self.send(self.escrow, None, Method::GET, "/head", Vec::new()).await.1["seq"].as_u64().unwrap()
    }

    /// An adjustment at the escrow, by its operator for the organisation that answers for it.
    pub(crate) async fn escrow_post(&self, by: Person, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.escrow, Some(by), Method::POST, path, body.to_string().into_bytes()).await
    }

    /// Asks again and again until the answer is as it should be.
    pub(crate) async fn until<T: std::fmt::Debug>(&self, what: &str, ask: impl AsyncFn() -> Result<T, T>) -> T {
        let waiting = async {
            loop {
                if let Ok(found) = ask().await {
                    return found;
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(found) => found,
            Err(_) => panic!("expected {what}, found {:?}", ask().await),
        }
    }

    /// Waits until a payout of Roman's stands so.
    pub(crate) async fn payout_until(&self, own: &str, state: &str) -> Value {
        let path = format!("/payouts/payout:{own}");
        let asked = async || {
            let (_, found) = self.get(ROMAN, &path).await;
            if found["state"]["state"] == state { Ok(found) } else { Err(found) }
        };
        self.until(state, asked).await
    }

    /// Waits until the first payment of Roman's top-up stands so.
    pub(crate) async fn top_up_until(&self, own: &str, state: &str) -> Value {
        let path = format!("/top-ups/top-up:{own}");
        let asked = async || {
            let (_, found) = self.get(ROMAN, &path).await;
            if found["payments"][0]["state"] == state { Ok(found) } else { Err(found) }
        };
        self.until(state, asked).await
    }

    /// Announces a top-up of Roman's for CasualFeeders.
    pub(crate) async fn announce(&self, own: &str, amount: &str) -> Value {
        let amount: Value = serde_json::from_str(amount).unwrap();
        let body = json!({
            "id": format!("top-up:{own}"), "account": account("casualfeeders"), "provider": "psp", "amount": amount,
            "currency": "PLN",
        });
        let (status, told) = self.post(ROMAN, "/top-ups", &body).await;
        assert_eq!(status, 200, "{told}");
        told
    }

    /// CasualFeeders gets 450.00 ORC.
    pub(crate) async fn funded(&self) {
        self.announce("funds", "500.00").await;
        let paid = json!({ "id": "pi_funds", "reference": "top-up:funds", "amount": "500.00", "currency": "PLN" });
        let body = super::message("evt_funds", "payment.confirmed", self.now(), &paid);
        assert_eq!(self.callback(&body).await.0, 200);
        self.top_up_until("funds", "credited").await;
    }
}

/// An escrow that takes this gateway's receipts.
async fn escrow(folder: &TempDir, clock: &Arc<DrivenClock>, wires: &[&Proxy]) -> Stopper {
    let config = Config {
        federation: "fed:pl-main".parse().unwrap(),
        data: folder.path().join("escrow"),
        operators: vec![OPERATOR.participant()],
        gateways: vec![GATEWAY.node()],
        server: ServerSettings {
            // Requests come under the names of the wires between.
            authorities: wires.iter().map(|wire| wire.address.to_string()).collect(),
            stop_within_ms: 2_000,
            ..ServerSettings::default()
        },
        ..Config::default()
    };
    let (stopper, stop) = Stop::pair();
    let mut escrow = Escrow::start(config, Arc::<DrivenClock>::clone(clock), stop).await.unwrap();
    assert!(escrow.writes().await);
    wires.iter().for_each(|wire| wire.leads_to(escrow.address()));
    stopper
}
