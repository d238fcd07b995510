//! A rail in memory under test.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use earnest_base::{FederationId, Network, Sha256Digest, Timestamp};
use earnest_payment::PaymentRequest;
use earnest_rail::{
    Carried, MemoryRail, Rail,
    memory::SendFault,
    testing::{RailSubject, Reach},
};
use earnest_relay::{Fee, RailTerms, Sender, Sponsors, Submission, Wallet};
use earnest_x402::{exact::ExactOrc, scheme::Scheme};

pub(crate) struct Memory {
    pub(crate) rail: MemoryRail,
    now: Mutex<Timestamp>,
}

pub(crate) fn wallet() -> Wallet {
    "0x52908400098527886E0F7030069857D2E4169EE7".parse().unwrap()
}

impl Memory {
    pub(crate) fn ledger() -> Self {
        Self::with("orc:fed-pl-main".parse().unwrap(), RailTerms::ledger())
    }

    pub(crate) fn chain() -> Self {
        Self::with(Network::eip155(84_532), RailTerms::chain(Fee(100), Fee(1_000)))
    }

    fn with(network: Network, terms: RailTerms) -> Self {
        let federation: FederationId = "fed:pl-main".parse().unwrap();
        let scheme: Arc<dyn Scheme> = Arc::new(ExactOrc::new(federation));
        let rail = MemoryRail::new(network, scheme, terms, [wallet()]);
        Self { rail, now: Mutex::new("2026-04-01T06:00:00Z".parse().unwrap()) }
    }

    fn of(&self, sender: &str, name: &str) -> Arc<Carried> {
        let request: PaymentRequest = serde_json::from_str(r#"{"payment": {}, "requirements": {}}"#).unwrap();
        let submission = Submission {
            payment_id: format!("pay_{name}").parse().unwrap(),
            network: self.rail.network().clone(),
            sender: sender.parse().unwrap(),
            sequence: None,
            digest: Sha256Digest::of(name.as_bytes()),
            authorization: format!("ORC/{sender}/{name}").parse().unwrap(),
            identifier: None,
            lapses_at: "2026-04-01T06:05:00Z".parse().unwrap(),
        };
        Arc::new(Carried { request, submission })
    }
}

#[async_trait]
impl RailSubject for Memory {
    async fn rail(&self) -> Arc<dyn Rail> {
        Arc::new(self.rail.clone())
    }

    async fn payment(&self, name: &str) -> Arc<Carried> {
        self.of("adam", name)
    }

    async fn unfunded(&self, name: &str) -> Arc<Carried> {
        let poor: Sender = "poor".parse().unwrap();
        self.rail.impoverish(&poor);
        self.of("poor", name)
    }

    async fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    async fn reach(&self, reach: Reach) {
        self.rail.set_away(reach == Reach::Away);
        if reach == Reach::Deaf {
            self.rail.fail_sends([SendFault::TakenAndLost]);
        }
    }

    async fn disable_relay(&self) {
        match self.rail.terms().sponsors {
            Sponsors::Wallets(_) => self.rail.set_empty(&wallet(), true),
            Sponsors::None { .. } => self.rail.fail_sends([SendFault::Answer(earnest_relay::Outcome::Unavailable)]),
        }
    }

    async fn settle(&self) {
        self.rail.mine(self.rail.terms().finality_depth);
    }

    async fn lapse(&self, payment: &Carried) -> Timestamp {
        *self.now.lock().unwrap() = payment.submission.lapses_at;
        payment.submission.lapses_at
    }

    async fn paid(&self, payment: &Carried) -> usize {
        let transfers = self.rail.transfers();
        transfers.iter().filter(|(authorization, _)| *authorization == payment.submission.authorization).count()
    }
}
