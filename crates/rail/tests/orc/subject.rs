//! A rail to a ledger, under test: an escrow with its own clock, who pays, who is paid, and the gateway.

use std::sync::Arc;

use async_trait::async_trait;
use earnest_artifacts::{
    Draft, Family, GatewayReceipt, PaymentAuthorization, Verified, ledger_account::AccountPurpose,
};
use earnest_base::{
    AccountId, CouncilId, NodeId, Orc, ParticipantId, Seconds, Sha256Digest, Subject, SubjectKind, Timestamp,
};
use earnest_client::{Clock, EscrowClient, RequestSigner, escrow::NewAccount};
use earnest_escrow::{Config, Escrow};
use earnest_kit::{ServerSettings, Stop, Stopper};
use earnest_payment::PaymentRequest;
use earnest_ports::{Clock as _, DrivenClock};
use earnest_rail::{
    Carried, Job, OrcRail, Rail,
    testing::{RailSubject, Reach},
};
use earnest_relay::{Attempt, Fee, Place, Purpose, RailTerms, Submission};
use earnest_signing::{Document, SecretKey};
use earnest_x402::exact::OrcPayload;
use serde_json::json;

use crate::proxy::Proxy;

/// The gateway, who operates the escrow, who pays, who has nothing, and who is paid: each by the seed of a key.
pub(crate) const GATEWAY: u8 = 8;
const OPERATOR: u8 = 15;
pub(crate) const ADAM: u8 = 3;
pub(crate) const POOR: u8 = 13;
const OLA: u8 = 1;
/// What every payment is of.
const AMOUNT: u64 = 25;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

pub(crate) fn account(name: &str) -> AccountId {
    format!("account:fed-pl-main:{name}").parse().unwrap()
}

fn signed<T: Document>(document: &T, by: u8) -> Verified<T> {
    Draft::new(document).unwrap().sign(None, &key(by)).unwrap().finish().unwrap().verify().unwrap()
}

fn example<T: Family>() -> T {
    Draft::<T>::parse(T::EXAMPLE.as_bytes()).unwrap().document().clone()
}

/// An escrow, what stands before it, and a rail to it.
pub(crate) struct World {
    pub(crate) clock: Arc<DrivenClock>,
    pub(crate) proxy: Proxy,
    began: Timestamp,
    /// Who the rail calls the escrow as.
    caller: std::sync::Mutex<u8>,
    running: Option<(Escrow, Stopper)>,
    /// It goes with the test.
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let proxy = Proxy::listening().await;
        let config = Config {
            federation: "fed:pl-main".parse().unwrap(),
            data: folder.path().join("escrow"),
            operators: vec![ParticipantId::new(*key(OPERATOR).public())],
            gateways: vec![NodeId::new(*key(GATEWAY).public())],
            server: ServerSettings {
                stop_within_ms: 2_000,
                authorities: vec![proxy.url().trim_start_matches("http://").to_owned()],
                ..ServerSettings::default()
            },
            ..Config::default()
        };
        let began: Timestamp = "2026-04-01T06:00:00Z".parse().unwrap();
        let clock = Arc::new(DrivenClock::new(began));
        let (stopper, stop) = Stop::pair();
        let driven: Arc<dyn earnest_ports::Clock> = Arc::<DrivenClock>::clone(&clock);
        let mut escrow = Escrow::start(config, driven, stop).await.unwrap();
        escrow.writes().await;
        proxy.lead_to(escrow.address());
        let running = Some((escrow, stopper));
        let caller = std::sync::Mutex::new(GATEWAY);
        let world = Self { clock, proxy, began, caller, running, _folder: folder };
        for (name, owner) in [("adam", ADAM), ("poor", POOR), ("ola", OLA)] {
            world.open(name, owner).await;
        }
        world.top_up().await;
        world
    }

    async fn open(&self, name: &str, owner: u8) {
        let owned = Subject::new(SubjectKind::Participant, *key(owner).public());
        let purpose = AccountPurpose::ParticipantSettlement;
        let new = NewAccount { account: account(name), owner: owned, purpose, council: None, gateway_policy: None };
        self.client(SubjectKind::Participant, owner).open_account(&new).await.unwrap();
    }

    /// Adam has 18.00 ORC: what is left of 20.00 after the fee.
    async fn top_up(&self) {
        let pool = NewAccount {
            account: account("community-pool"),
            owner: Subject::new(SubjectKind::Org, *key(7).public()),
            purpose: AccountPurpose::CommunityPool,
            council: Some(CouncilId::new(*key(11).public())),
            gateway_policy: None,
        };
        self.client(SubjectKind::Participant, OPERATOR).open_account(&pool).await.unwrap();
        let orc = |minor| Orc::from_minor(minor).unwrap();
        let receipt = GatewayReceipt {
            id: "gw:opening".parse().unwrap(),
            gateway_node: NodeId::new(*key(GATEWAY).public()),
            account: account("adam"),
            external_amount: "20".parse().unwrap(),
            fee_external: Some("2".parse().unwrap()),
            net_external: Some("18".parse().unwrap()),
            internal_amount: orc(1_800),
            internal_fee: Some(orc(200)),
            payment_ref: "psp:opening".parse().unwrap(),
            ..example()
        };
        let receipt = signed(&receipt, GATEWAY);
        self.client(SubjectKind::Node, GATEWAY).post(&receipt).await.unwrap();
    }

    pub(crate) fn client(&self, kind: SubjectKind, seed: u8) -> EscrowClient {
        let clock = Arc::clone(&self.clock);
        let signer = RequestSigner::new(kind, key(seed), Clock::new(move || clock.now()));
        EscrowClient::new(&self.proxy.url(), Some(signer)).unwrap()
    }

    pub(crate) fn orc(&self) -> OrcRail {
        let client = self.client(SubjectKind::Node, *self.caller.lock().unwrap());
        OrcRail::new("fed:pl-main".parse().unwrap(), client, RailTerms::ledger())
    }

    /// A payment as the payer signs it, after a change.
    pub(crate) fn pays(
        &self,
        from: (&str, u8),
        name: &str,
        change: impl FnOnce(&mut PaymentAuthorization),
    ) -> Arc<Carried> {
        let (payer, seed) = from;
        let mut authorization = PaymentAuthorization {
            payment: None,
            payer: ParticipantId::new(*key(seed).public()),
            payer_org: None,
            payer_account: account(payer),
            payee_account: account("ola"),
            amount: Orc::from_minor(AMOUNT).unwrap(),
            created_at: self.began,
            valid_after: self.began,
            valid_before: self.began.after(Seconds::<1>::new(300).unwrap()).unwrap(),
            nonce: name.parse().unwrap(),
            payer_seq: None,
            ..example()
        };
        change(&mut authorization);
        let lapses_at = authorization.valid_before;
        let payload = OrcPayload::new(&signed(&authorization, seed)).unwrap();
        let requirements = json!({ "scheme": "exact", "network": "orc:fed-pl-main" });
        let payment = json!({ "x402Version": 2, "payload": payload, "accepted": requirements });
        let request = json!({ "payment": payment, "requirements": requirements });
        let request: PaymentRequest = serde_json::from_value(request).unwrap();
        let submission = Submission {
            payment_id: format!("pay_{name}").parse().unwrap(),
            network: "orc:fed-pl-main".parse().unwrap(),
            sender: account(payer).as_str().parse().unwrap(),
            sequence: None,
            digest: Sha256Digest::of(name.as_bytes()),
            authorization: format!("ORC/{payer}/{name}").parse().unwrap(),
            identifier: None,
            lapses_at,
        };
        Arc::new(Carried { request, submission })
    }

    pub(crate) async fn job(&self, rail: &OrcRail, payment: &Arc<Carried>) -> Job {
        let purpose = Purpose::Payment { payment_id: payment.submission.payment_id.clone() };
        let job = Job {
            purpose,
            attempt: Attempt(0),
            place: Place::Direct,
            fee: Fee(0),
            txid: None,
            payment: Some(Arc::clone(payment)),
        };
        let txid = rail.sign(&job).await.unwrap().txid;
        Job { txid: Some(txid), ..job }
    }

    pub(crate) async fn available(&self, name: &str) -> u64 {
        self.client(SubjectKind::Participant, OPERATOR).balance(&account(name)).await.unwrap().available.minor()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some((_, stopper)) = self.running.take() {
            stopper.stop();
        }
    }
}

#[async_trait]
impl RailSubject for World {
    async fn rail(&self) -> Arc<dyn Rail> {
        Arc::new(self.orc())
    }

    async fn payment(&self, name: &str) -> Arc<Carried> {
        self.pays(("adam", ADAM), name, |_| {})
    }

    async fn unfunded(&self, name: &str) -> Arc<Carried> {
        self.pays(("poor", POOR), name, |_| {})
    }

    async fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn reach(&self, reach: Reach) {
        self.proxy.set(reach).await;
    }

    async fn disable_relay(&self) {
        // A node that the escrow does not know for a gateway.
        *self.caller.lock().unwrap() = 99;
    }

    async fn settle(&self) {
        // A ledger is final with its answer.
    }

    async fn lapse(&self, payment: &Carried) -> Timestamp {
        self.clock.set(payment.submission.lapses_at);
        payment.submission.lapses_at
    }

    async fn paid(&self, payment: &Carried) -> usize {
        let nonce = payment.submission.payment_id.as_str().trim_start_matches("pay_").to_owned();
        let payload = payment.request.payment.members().get("payload").unwrap();
        let text = payload.canonical();
        let payload: OrcPayload = serde_json::from_str(&text).unwrap();
        let digest = payload.verify().unwrap().content_digest().to_bytes();
        let transfer = format!("transfer:{}:payment", alloy_primitives::hex::encode(digest));
        let client = self.client(SubjectKind::Participant, OLA);
        let page = client.statement(&account("ola"), earnest_client::escrow::Page::default()).await.unwrap();
        let paid = page.entries.iter().filter(|entry| entry.transfer.as_str() == transfer).count();
        assert!(paid <= 1, "{nonce}");
        paid
    }
}
