//! A buyer: a purse in memory, wallets that count what they sign, and a clock that nobody waits for.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use earnest_artifacts::SecretKey;
use earnest_base::{ParticipantId, Timestamp};
use earnest_client::{
    PayingClient,
    budget::{Limits, Purse, Unit, Units},
    gateway::Relay,
    paying::{
        AssetRule, EvmWallet, OfferSigner, OrcWallet, Policy, Purchase, Reach, SigningOrder, Wallet, WalletError,
    },
};
use earnest_ports::{Clock, DrivenClock};
use earnest_signing::JsonObject;
use earnest_x402::{
    exact::OrcPayer,
    scheme::{Payer, Scheme},
};

use crate::seller::token;

pub(crate) const ADAM: &str = "account:fed-local:adam";

/// A clock that is where it is waited for.
pub(crate) struct Leaping(pub(crate) Arc<DrivenClock>);

#[async_trait]
impl Clock for Leaping {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn until(&self, moment: Timestamp) {
        if self.0.now() < moment {
            self.0.set(moment);
        }
        tokio::task::yield_now().await;
    }
}

/// A wallet that counts.
#[derive(Debug)]
struct Counted {
    wallet: Box<dyn Wallet>,
    signed: Arc<Mutex<Vec<u128>>>,
}

#[async_trait]
impl Wallet for Counted {
    fn scheme(&self) -> &dyn Scheme {
        self.wallet.scheme()
    }

    fn payer(&self) -> Payer {
        self.wallet.payer()
    }

    fn is_ordered(&self) -> bool {
        self.wallet.is_ordered()
    }

    async fn sign(&self, order: &SigningOrder) -> Result<JsonObject, WalletError> {
        self.signed.lock().unwrap().push(order.accepted.value().amount.to_u128().unwrap());
        self.wallet.sign(order).await
    }
}

/// A buyer with 100 minor units of ORC for a call, 250 for a payee's day and 400 for a day; and a little USDC.
pub(crate) struct Buyer {
    pub(crate) clock: Arc<DrivenClock>,
    pub(crate) purse: Purse,
    pub(crate) policy: Policy,
    pub(crate) is_ordered: bool,
    pub(crate) relay: Option<Arc<dyn Relay>>,
    signed: Arc<Mutex<Vec<u128>>>,
}

pub(crate) fn noon() -> Arc<DrivenClock> {
    Arc::new(DrivenClock::new("2026-04-01T12:00:00Z".parse().unwrap()))
}

pub(crate) fn orc_unit() -> Unit {
    Unit { network: "orc:fed-local".parse().unwrap(), asset: "ORC".parse().unwrap() }
}

impl Buyer {
    pub(crate) async fn new(clock: &Arc<DrivenClock>) -> Self {
        let (purse, _) = Purse::in_memory(clock.clone() as Arc<dyn Clock>).await.unwrap();
        Self::over(clock, purse)
    }

    pub(crate) fn over(clock: &Arc<DrivenClock>, purse: Purse) -> Self {
        let orc = AssetRule::orc(&"fed:local".parse().unwrap(), Limits::new(Units(100), Units(250), Units(400)));
        let usdc = AssetRule::token(&token(), 6, Limits::new(Units(50_000), Units(50_000), Units(50_000)));
        let policy = Policy { reach: Reach::Loopback, ..Policy::new([orc, usdc]) };
        Self { clock: clock.clone(), purse, policy, is_ordered: false, relay: None, signed: Arc::default() }
    }

    pub(crate) fn client(&self) -> PayingClient {
        let key = SecretKey::from_seed(&[1; 32]);
        let participant = ParticipantId::new(*key.public());
        let payer = OrcPayer { participant, org: None, account: ADAM.parse().unwrap() };
        let orc = OrcWallet::new("fed:local".parse().unwrap(), payer, key);
        let orc = if self.is_ordered { orc.in_order() } else { orc };
        let usdc = EvmWallet::new(&[5; 32], [token()]).unwrap();
        let wallets: [Box<dyn Wallet>; 2] = [Box::new(orc), Box::new(usdc)];
        let counted = wallets.map(|wallet| {
            let signed = self.signed.clone();
            Arc::new(Counted { wallet, signed }) as Arc<dyn Wallet>
        });
        let client = PayingClient::new(self.purse.clone(), self.policy.clone(), counted.to_vec()).unwrap();
        let client = client.with_clock(Arc::new(Leaping(self.clock.clone())));
        match &self.relay {
            Some(relay) => client.trusting(relay.clone()),
            None => client,
        }
    }

    /// What the wallets signed: amounts, in their order.
    pub(crate) fn signed(&self) -> Vec<u128> {
        self.signed.lock().unwrap().clone()
    }

    /// What counts against today.
    pub(crate) async fn spent(&self) -> u128 {
        self.purse.spent(&orc_unit(), &crate::seller::OLA.parse().unwrap()).await.unwrap().0.0
    }

    pub(crate) fn trusts(&mut self, signer: OfferSigner) -> &mut Self {
        self.policy.assets[0].signer = signer;
        self
    }
}

/// A purchase under a name.
pub(crate) fn named(url: String, name: &str) -> Purchase {
    Purchase::get(url).called(name.parse().unwrap())
}
