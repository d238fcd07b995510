//! An escrow that runs as a process of its own, and what parties do with it over the client.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use earnest_artifacts::{
    Family, GatewayReceipt, OrganizationSubject, ServiceOffer, ServiceOrder, ledger_account::AccountPurpose,
    service_offer::UnitKind,
};
use earnest_base::{CouncilId, MinorUnits, NodeId, Orc, ParticipantId, Subject, SubjectKind};
use earnest_client::{
    ClientError, Clock, EscrowClient, RequestSigner,
    escrow::{Deal, NewAccount, Receipt},
};
use earnest_kit::keys;
use earnest_procurement::{ContractIds, draft_contract};
use earnest_signing::{Document, Draft, SecretKey, Verified};
use serde_json::Value;

use crate::support::Place;

/// A provider, the custodian of an organisation that buys, that organisation, and a gateway, by the seeds of their keys.
pub(crate) const ADAM: u8 = 3;
pub(crate) const ROMAN: u8 = 5;
pub(crate) const FEEDERS: u8 = 7;
pub(crate) const GATEWAY: u8 = 8;

/// How every escrow of these tests is started, in the folder of its place.
pub(crate) const FLAGS: &str = "--set server.listen=127.0.0.1:0 --set federation=fed:pl-main --set log.filter=warn \
     --set gateways=[\"node:did:key:z6Mkfmm57fsb6VL7zVusP8zeA9SYkCKdvUhby2G7Yh8vvQ1P\"]";

/// An escrow that runs.
pub(crate) struct Running {
    child: Child,
    operator: SecretKey,
    /// What it said of itself when it was ready.
    pub(crate) card: Value,
}

impl Running {
    /// Starts an escrow, and waits until it says where it listens.
    pub(crate) fn start(place: &Place, more: &str) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("earnest"));
        command.current_dir(place.path("")).args(["escrow", "--json"]);
        command.args(FLAGS.split_whitespace()).args(more.split_whitespace());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let ended = child.wait_with_output().unwrap();
            panic!("{}: {}", ended.status, String::from_utf8_lossy(&ended.stderr));
        }
        let operator = place.path("earnest-escrow/operator.key");
        let operator = keys::read(&operator, || keys::read_passphrase(Path::new(""))).unwrap();
        Self { child, operator, card: serde_json::from_str(&line).unwrap() }
    }

    pub(crate) fn url(&self) -> &str {
        self.card["listens"].as_str().unwrap()
    }

    pub(crate) fn node(&self) -> NodeId {
        self.card["node"].as_str().unwrap().parse().unwrap()
    }

    /// Sends the signal by its name, and waits for the end.
    pub(crate) fn stop(mut self, signal: &str) -> ExitStatus {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self.child.wait().unwrap()
    }

    /// The escrow, as this subject calls it.
    pub(crate) fn client(&self, kind: SubjectKind, seed: u8) -> EscrowClient {
        self.called_by(RequestSigner::new(kind, key(seed), Clock::system()))
    }

    /// The escrow, as whoever operates it calls it.
    fn operator(&self) -> EscrowClient {
        let key = SecretKey::from_seed(&self.operator.seed());
        self.called_by(RequestSigner::new(SubjectKind::Participant, key, Clock::system()))
    }

    fn called_by(&self, signer: RequestSigner) -> EscrowClient {
        EscrowClient::new(self.url(), Some(signer)).unwrap().of_node(self.node())
    }

    pub(crate) fn participant(&self, seed: u8) -> EscrowClient {
        self.client(SubjectKind::Participant, seed)
    }

    /// Accounts for Adam and CasualFeeders, and 18.00 ORC for these.
    pub(crate) async fn open_accounts(&self) {
        let roman = self.participant(ROMAN);
        let said = OrganizationSubject { custodian: participant(ROMAN), ..example() };
        assert_eq!(effect(roman.post(&signed(&said, FEEDERS)).await), "custody-stated");
        let (org, council) = (subject(SubjectKind::Org, FEEDERS), CouncilId::new(*key(11).public()));
        for (name, owner, by, purpose, council) in [
            ("casualfeeders", org, roman, AccountPurpose::OrgSettlement, None),
            (
                "adam",
                subject(SubjectKind::Participant, ADAM),
                self.participant(ADAM),
                AccountPurpose::ParticipantSettlement,
                None,
            ),
            ("community-pool", org, self.operator(), AccountPurpose::CommunityPool, Some(council)),
        ] {
            let account = account(name).parse().unwrap();
            let new = NewAccount { account, owner, purpose, council, gateway_policy: None };
            assert_eq!(effect(by.open_account(&new).await), "account-opened");
        }
        let paid = GatewayReceipt {
            id: "gw:opening".parse().unwrap(),
            gateway_node: NodeId::new(*key(GATEWAY).public()),
            external_amount: "20".parse().unwrap(),
            fee_external: Some("2".parse().unwrap()),
            net_external: Some("18".parse().unwrap()),
            internal_amount: Orc::from_minor(1_800).unwrap(),
            internal_fee: Some(Orc::from_minor(200).unwrap()),
            payment_ref: "psp:opening".parse().unwrap(),
            ..example()
        };
        let gateway = self.client(SubjectKind::Node, GATEWAY);
        assert_eq!(effect(gateway.post(&signed(&paid, GATEWAY)).await), "topped-up");
    }

    /// Three news by Adam for 6.00 ORC, agreed on and held.
    pub(crate) async fn hold(&self, name: &str) -> Deal {
        let deal = self.agree(name).await;
        assert_eq!(effect(self.participant(ADAM).create_hold(&deal).await), "held");
        deal
    }

    /// Three news by Adam for 6.00 ORC, agreed on.
    pub(crate) async fn agree(&self, name: &str) -> Deal {
        let now = Clock::system().now();
        let ids = self.participant(ADAM);
        let policies = ids.policies().await.unwrap();
        let policy = ids.policy(&policies[0]).await.unwrap();
        let order: ServiceOrder = example();
        let offer = ServiceOffer {
            id: order.offer.clone(),
            ts: now,
            provider: order.provider,
            provider_node: order.provider_node,
            service_type: order.service_type.clone(),
            price: MinorUnits::from_minor(200).unwrap(),
            unit: "1 summary item".parse().unwrap(),
            unit_kind: UnitKind::PerItem,
            unit_size: None,
            input_constraints: None,
            output_constraints: None,
            auto_accept: true,
            hybrid: false,
            model_first: None,
            ..example()
        };
        let order = ServiceOrder {
            id: format!("order:{name}").parse().unwrap(),
            created_at: now,
            output_constraints: None,
            requested_by: None,
            ..order
        };
        let (order, offer) = (signed(&order, ROMAN), signed(&offer, ADAM));
        let ids = ContractIds {
            contract: format!("contract:{name}").parse().unwrap(),
            hold: format!("hold:{name}").parse().unwrap(),
        };
        let made_of = earnest_procurement::Deal { order: &order, offer: &offer, policy: &policy, accept_by: None };
        let draft = draft_contract(&made_of, &ids, now).unwrap();
        let draft = draft.sign(Some("responder"), &key(ADAM)).unwrap().sign(Some("asker"), &key(ROMAN)).unwrap();
        Deal { contract: draft.finish().unwrap().verify().unwrap(), order, offer }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs what is asynchronous.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

pub(crate) fn account(name: &str) -> String {
    format!("account:fed-pl-main:{name}")
}

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn participant(seed: u8) -> ParticipantId {
    ParticipantId::new(*key(seed).public())
}

fn subject(kind: SubjectKind, seed: u8) -> Subject {
    Subject::new(kind, *key(seed).public())
}

pub(crate) fn effect(receipt: Result<Receipt, ClientError>) -> String {
    receipt.unwrap_or_else(|error| panic!("{error}")).effect
}

/// The example of a family, before anybody signed it.
fn example<T: Family>() -> T {
    Draft::<T>::parse(T::EXAMPLE.as_bytes()).unwrap().document().clone()
}

/// A document with one signer.
fn signed<T: Document>(document: &T, seed: u8) -> Verified<T> {
    Draft::new(document).unwrap().sign(None, &key(seed)).unwrap().finish().unwrap().verify().unwrap()
}
