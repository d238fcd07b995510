//! An escrow, a gateway's funding on two listeners, a provider, and what tests ask of them.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc};

use earnest_artifacts::{Draft, Family, OrganizationSubject};
use earnest_base::Timestamp;
use earnest_client::Clock;
use earnest_escrow::{Config, Escrow};
use earnest_gateway::funding::{FundingSettings, PolicySettings, ProviderSettings};
use earnest_kit::{RequestSigner, Secret, ServerSettings, Stop, Stopper};
use earnest_ports::{Clock as _, DrivenClock};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    Proxy, SECRET, Stub, at,
    gateway::Gateway,
    header,
    people::{COUNCIL, FEEDERS, GATEWAY, OLA, OPERATOR, Person, ROMAN, signed},
};

/// The id of an account.
pub(crate) fn account(name: &str) -> String {
    format!("account:fed-pl-main:{name}")
}

/// Everything.
pub(crate) struct World {
    pub(crate) clock: Arc<DrivenClock>,
    pub(crate) provider: Stub,
    pub(crate) wire: Proxy,
    pub(crate) settings: FundingSettings,
    pub(crate) folder: TempDir,
    pub(super) escrow: SocketAddr,
    gateway: Option<Gateway>,
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
            payment_url: format!("http://{provider_address}/payments"),
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
        let clock = Arc::<DrivenClock>::clone(&self.clock);
        self.gateway = Some(Gateway::start(self.settings.clone(), &self.data(), self.wire.address, clock).await);
    }

    /// Starts it in a process of its own.
    pub(crate) fn up_apart(&mut self) {
        self.gateway = Some(Gateway::apart(&self.settings, &self.data(), self.wire.address, self.now()));
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("gateway")
    }

    /// Stops it, or kills the process that it is.
    pub(crate) async fn down(&mut self) {
        self.gateway.take().unwrap().stop().await;
    }

    pub(super) async fn send(
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

    fn running(&self) -> &Gateway {
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
