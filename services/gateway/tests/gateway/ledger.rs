//! A gateway as its configuration makes it: payments in ORC at a real escrow, and outside money beside them.

use std::sync::Arc;

use earnest_artifacts::{Draft, Family, GatewayReceipt, ledger_account::AccountPurpose};
use earnest_base::{CouncilId, NodeId, Orc, Subject, SubjectKind};
use earnest_client::{Clock, EscrowClient, RequestSigner, escrow::NewAccount};
use earnest_escrow::Escrow;
use earnest_gateway::Gateway;
use earnest_kit::{ServerSettings, Stop, Stopper, keys};
use earnest_ports::{Clock as _, DrivenClock};
use earnest_signing::SecretKey;
use http::{Method, Request};
use serde_json::Value;

use crate::support::{ADAM, Answer, NEWS, OPERATOR, Pay, Person, STRANGER, at, config, exchange_within};

/// So long that only a fault lets it pass.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

struct World {
    clock: Arc<DrivenClock>,
    escrow: Escrow,
    gateway: Gateway,
    /// Both end with the test.
    _stoppers: [Stopper; 2],
    _folder: tempfile::TempDir,
}

fn client(escrow: &Escrow, clock: &Arc<DrivenClock>, by: Person) -> EscrowClient {
    let told = Arc::clone(clock);
    let signer = RequestSigner::new(by.kind, by.key(), Clock::new(move || told.now()));
    EscrowClient::new(&format!("http://{}", escrow.address()), Some(signer)).unwrap()
}

/// Adam has 18.00 ORC; a stranger and Ola have accounts.
async fn endow(escrow: &Escrow, clock: &Arc<DrivenClock>) {
    for (name, owner) in [("adam", ADAM), ("poor", STRANGER), ("ola", OPERATOR)] {
        let account = format!("account:fed-pl-main:{name}").parse().unwrap();
        let purpose = AccountPurpose::ParticipantSettlement;
        let new = NewAccount { account, owner: owner.subject(), purpose, council: None, gateway_policy: None };
        client(escrow, clock, owner).open_account(&new).await.unwrap();
    }
    let pool = NewAccount {
        account: "account:fed-pl-main:community-pool".parse().unwrap(),
        owner: Subject::new(SubjectKind::Org, *SecretKey::from_seed(&[7; 32]).public()),
        purpose: AccountPurpose::CommunityPool,
        council: Some(CouncilId::new(*SecretKey::from_seed(&[11; 32]).public())),
        gateway_policy: None,
    };
    client(escrow, clock, OPERATOR).open_account(&pool).await.unwrap();
    let example = Draft::<GatewayReceipt>::parse(GatewayReceipt::EXAMPLE.as_bytes()).unwrap().document().clone();
    let orc = |minor| Orc::from_minor(minor).unwrap();
    let receipt = GatewayReceipt {
        id: "gw:opening".parse().unwrap(),
        gateway_node: NodeId::new(*NEWS.key().public()),
        account: "account:fed-pl-main:adam".parse().unwrap(),
        external_amount: "20".parse().unwrap(),
        fee_external: Some("2".parse().unwrap()),
        net_external: Some("18".parse().unwrap()),
        internal_amount: orc(1_800),
        internal_fee: Some(orc(200)),
        payment_ref: "psp:opening".parse().unwrap(),
        ..example
    };
    let receipt = Draft::new(&receipt).unwrap().sign(None, &NEWS.key()).unwrap().finish().unwrap().verify().unwrap();
    client(escrow, clock, NEWS).post(&receipt).await.unwrap();
}

impl World {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(DrivenClock::new(at("06:00:00")));
        let (escrow_stopper, stop) = Stop::pair();
        let settings = earnest_escrow::Config {
            federation: "fed:pl-main".parse().unwrap(),
            data: folder.path().join("escrow"),
            operators: vec![OPERATOR.participant()],
            gateways: vec![NodeId::new(*NEWS.key().public())],
            server: ServerSettings { stop_within_ms: 500, ..ServerSettings::default() },
            ..earnest_escrow::Config::default()
        };
        let mut escrow = Escrow::start(settings, clock.clone(), stop).await.unwrap();
        escrow.writes().await;
        endow(&escrow, &clock).await;
        let mut config = config(&folder);
        config.escrow.url = format!("http://{}", escrow.address());
        config.funding_open = true;
        config.key = folder.path().join("node.key");
        keys::write(&config.key, &NEWS.key(), None).unwrap();
        let (gateway_stopper, stop) = Stop::pair();
        let mut gateway = Gateway::start(config, clock.clone(), None, stop).await.unwrap();
        assert!(gateway.writes().await);
        Self { clock, escrow, gateway, _stoppers: [escrow_stopper, gateway_stopper], _folder: folder }
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let address = self.gateway.address();
        let builder = Request::builder().method(method).uri(format!("http://{address}{path}"));
        let request = builder.header("content-type", "application/json").body(body).unwrap();
        exchange_within(address, &request, PATIENCE).await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body.to_string().into_bytes()).await
    }

    async fn available(&self, name: &str, owner: Person) -> u64 {
        let account = format!("account:fed-pl-main:{name}").parse().unwrap();
        client(&self.escrow, &self.clock, owner).balance(&account).await.unwrap().available.minor()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_in_orc_moves_money_at_the_escrow_once() {
    let world = World::open().await;
    let asked = Pay::adams("one").asked(world.clock.now());
    let verdict = world.post("/verify", &asked).await;
    assert_eq!(verdict.json()["isValid"], true, "{}", verdict.text());
    let settled = world.post("/settle", &asked).await;
    assert_eq!((settled.status, settled.json()["success"].as_bool()), (200, Some(true)), "{}", settled.text());
    assert_eq!(world.post("/settle", &asked).await.json(), settled.json());
    let submitted = world.post("/payments", &Pay::adams("one").body(world.clock.now())).await.json();
    assert_eq!((submitted["status"].as_str(), &submitted["txid"]), (Some("confirmed"), &settled.json()["transaction"]));
    assert_eq!((world.available("adam", ADAM).await, world.available("ola", OPERATOR).await), (1_775, 25));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_nothing_pays_nothing() {
    let world = World::open().await;
    let poor = Pay { by: STRANGER, account: "poor".to_owned(), ..Pay::adams("two") };
    let asked = poor.asked(world.clock.now());
    let verdict = world.post("/verify", &asked).await.json();
    assert_eq!(
        (verdict["isValid"].as_bool(), verdict["invalidReason"].as_str()),
        (Some(false), Some("insufficient_funds"))
    );
    let settled = world.post("/settle", &asked).await;
    assert_eq!((settled.status, settled.json()["success"].as_bool()), (200, Some(false)), "{}", settled.text());
    assert_eq!((world.available("adam", ADAM).await, world.available("ola", OPERATOR).await), (1_800, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_money_is_served_beside_the_relay() {
    let world = World::open().await;
    let document = world.send(Method::GET, "/openapi.json", Vec::new()).await.json();
    let paths = document["paths"].as_object().unwrap();
    for path in ["/payments", "/settle", "/top-ups"] {
        assert!(paths.contains_key(path), "{path} in {:?}", paths.keys());
    }
}
