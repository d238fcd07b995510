//! An escrow, a gateway and a shop in one process, and who has an account: Adam, who pays, Ola, who is paid, and Ewa, who
//! has nothing.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use earnest_artifacts::{Draft, Family, GatewayReceipt, ledger_account::AccountPurpose};
use earnest_base::{AccountId, CouncilId, NodeId, ParticipantId, Subject, SubjectKind};
use earnest_client::{
    Clock, EscrowClient, RequestSigner,
    escrow::{Balance, NewAccount},
};
use earnest_escrow::Escrow;
use earnest_gateway::Gateway;
use earnest_kit::{ServerSettings, Stop, Stopper, keys};
use earnest_ports::{Clock as _, SystemClock};
use earnest_rail::{OrcRail, Rail};
use earnest_relay::RailTerms;
use earnest_signing::SecretKey;
use serde_json::{Value, json};

use crate::{chain::Chain, shop};

pub(crate) const FEDERATION: &str = "fed:pl-main";
const NETWORK: &str = "orc:fed-pl-main";
/// Whose keys these are, by the byte that their seed repeats: `tests/vectors/README.md` lists them.
const ADAM: u8 = 3;
const OLA: u8 = 1;
const GATEWAY: u8 = 8;
const ORGANISATION: u8 = 7;
const COUNCIL: u8 = 11;
const OPERATOR: u8 = 12;
const EWA: u8 = 10;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn account(name: &str) -> anyhow::Result<AccountId> {
    Ok(format!("account:fed-pl-main:{name}").parse()?)
}

/// What runs.
pub(crate) struct Town {
    escrow: Escrow,
    gateway: Gateway,
    escrow_url: String,
    gateway_url: String,
    shop_url: String,
    folder: PathBuf,
    stopper: Stopper,
}

impl Town {
    /// Starts both, opens the accounts, and tops Adam's up.
    pub(crate) async fn start(folder: &Path, chain: Option<&Chain>) -> anyhow::Result<Self> {
        let (stopper, stop) = Stop::pair();
        let mut escrow = Escrow::start(escrow_config(folder)?, Arc::new(SystemClock), stop.clone()).await?;
        escrow.writes().await;
        // Whoever takes the lease refuses what was signed in that second or before.
        let second = earnest_base::Seconds::<1>::new(1)?;
        let next = SystemClock.now().after(second).unwrap_or_else(|| SystemClock.now());
        SystemClock.until(next).await;
        let escrow_url = format!("http://{}", escrow.address());
        for (name, owner) in [("adam", ADAM), ("ola", OLA), ("ewa", EWA)] {
            open(&escrow_url, name, owner).await?;
        }
        top_up(&escrow_url).await?;

        let client = client(&escrow_url, SubjectKind::Node, GATEWAY)?;
        let mut rails: Vec<Arc<dyn Rail>> =
            vec![Arc::new(OrcRail::new(FEDERATION.parse()?, client, RailTerms::ledger()))];
        if let Some(chain) = chain {
            rails.push(Arc::new(chain.rail().await?));
        }
        let config = gateway_config(folder, &escrow_url)?;
        let mut gateway = Gateway::start(config, Arc::new(SystemClock), Some(rails), stop).await?;
        gateway.writes().await;
        let gateway_url = format!("http://{}", gateway.address());
        let shop_url = shop::open(folder, &gateway_url, key(OLA), chain).await?;
        for (name, seed) in [("adam", ADAM), ("ewa", EWA)] {
            keys::write(&folder.join(format!("{name}.key")), &key(seed), None)?;
        }
        Ok(Self { escrow, gateway, escrow_url, gateway_url, shop_url, folder: folder.to_owned(), stopper })
    }

    /// Where everything is.
    pub(crate) fn card(&self) -> Value {
        json!({
            "escrow": self.escrow_url,
            "gateway": self.gateway_url,
            "shop": self.shop_url,
            "network": NETWORK,
            "adam": { "account": "account:fed-pl-main:adam", "keyFile": self.folder.join("adam.key") },
            "ewa": { "account": "account:fed-pl-main:ewa", "keyFile": self.folder.join("ewa.key") },
            "ola": { "account": "account:fed-pl-main:ola" },
        })
    }

    /// The key that pays.
    pub(crate) fn adam(&self) -> SecretKey {
        key(ADAM)
    }

    /// What an account holds.
    pub(crate) async fn balance(&self, account: &AccountId) -> anyhow::Result<Balance> {
        Ok(client(&self.escrow_url, SubjectKind::Participant, OPERATOR)?.balance(account).await?)
    }

    /// Stops both in good order.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stopper.stop();
        self.gateway.ended().await?;
        Ok(self.escrow.ended().await?)
    }
}

fn client(url: &str, kind: SubjectKind, seed: u8) -> anyhow::Result<EscrowClient> {
    let signer = RequestSigner::new(kind, key(seed), Clock::new(|| SystemClock.now()));
    Ok(EscrowClient::new(url, Some(signer))?)
}

fn escrow_config(folder: &Path) -> anyhow::Result<earnest_escrow::Config> {
    Ok(earnest_escrow::Config {
        federation: FEDERATION.parse()?,
        data: folder.join("escrow"),
        operators: vec![ParticipantId::new(*key(OPERATOR).public())],
        gateways: vec![NodeId::new(*key(GATEWAY).public())],
        server: anywhere()?,
        ..earnest_escrow::Config::default()
    })
}

fn gateway_config(folder: &Path, escrow: &str) -> anyhow::Result<earnest_gateway::Config> {
    let key_file = folder.join("gateway.key");
    keys::write(&key_file, &key(GATEWAY), None)?;
    let mut config = earnest_gateway::Config {
        federation: FEDERATION.parse()?,
        data: folder.join("gateway"),
        key: key_file,
        server: anywhere()?,
        operator: anywhere()?,
        ..earnest_gateway::Config::default()
    };
    escrow.clone_into(&mut config.escrow.url);
    config.facilitator.open = true;
    Ok(config)
}

fn anywhere() -> anyhow::Result<ServerSettings> {
    Ok(ServerSettings { listen: "127.0.0.1:0".parse()?, ..ServerSettings::default() })
}

async fn open(url: &str, name: &str, owner: u8) -> anyhow::Result<()> {
    let owned = Subject::new(SubjectKind::Participant, *key(owner).public());
    let purpose = AccountPurpose::ParticipantSettlement;
    let new = NewAccount { account: account(name)?, owner: owned, purpose, council: None, gateway_policy: None };
    client(url, SubjectKind::Participant, owner)?.open_account(&new).await?;
    Ok(())
}

/// Adam has what the example of a receipt brings in: 450.00 ORC.
async fn top_up(url: &str) -> anyhow::Result<()> {
    let pool = NewAccount {
        account: account("community-pool")?,
        owner: Subject::new(SubjectKind::Org, *key(ORGANISATION).public()),
        purpose: AccountPurpose::CommunityPool,
        council: Some(CouncilId::new(*key(COUNCIL).public())),
        gateway_policy: None,
    };
    client(url, SubjectKind::Participant, OPERATOR)?.open_account(&pool).await?;
    let example = Draft::<GatewayReceipt>::parse(GatewayReceipt::EXAMPLE.as_bytes())?.document().clone();
    let receipt = GatewayReceipt {
        id: "gw:opening".parse()?,
        gateway_node: NodeId::new(*key(GATEWAY).public()),
        account: account("adam")?,
        payment_ref: "psp:opening".parse()?,
        ..example
    };
    let receipt = Draft::new(&receipt)?.sign(None, &key(GATEWAY))?.finish()?.verify()?;
    client(url, SubjectKind::Node, GATEWAY)?.post(&receipt).await?;
    Ok(())
}
