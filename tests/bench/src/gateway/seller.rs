//! Who sells: an escrow, a gateway, and one route behind two paywalls, one that settles on the ledger and one over a stub.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use earnest_base::SubjectKind;
use earnest_client::{Clock, EscrowClient, RequestSigner};
use earnest_escrow::Escrow;
use earnest_gateway::Gateway;
use earnest_kit::{ServerSettings, Stop, Stopper, keys};
use earnest_paywall::{FacilitatorSettler, Limits, Paywall, Settler, Till};
use earnest_ports::{Clock as _, SystemClock};
use earnest_rail::{OrcRail, Rail};
use earnest_relay::RailTerms;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::service::parties::{GATEWAY, PROVIDER, Parties, key};

/// What runs.
pub(super) struct Market {
    /// The route that is settled on the ledger.
    pub(super) ledger: SocketAddr,
    /// The route that is settled over the stub.
    pub(super) stubbed: SocketAddr,
    escrow: Escrow,
    gateway: Gateway,
    stopper: Stopper,
    routes: [JoinHandle<()>; 2],
}

const SIXTY_FOUR_KILO: usize = 65_536;

impl Market {
    /// Opens everything, on SQLite.
    pub(super) async fn open(folder: &Path, stub: &str) -> anyhow::Result<Self> {
        let (stopper, stop) = Stop::pair();
        let mut parties = Parties::new()?;
        let server = ServerSettings { max_connections: 2_048, ..ServerSettings::default() };
        let config = earnest_escrow::Config {
            federation: parties.federation.clone(),
            data: folder.join("escrow"),
            operators: vec![parties.operator()],
            gateways: vec![parties.gateway()],
            server: server.clone(),
            ..earnest_escrow::Config::default()
        };
        let mut escrow = Escrow::start(config, Arc::new(SystemClock), stop.clone()).await?;
        escrow.writes().await;
        // Signatures of the second in which a writer begins are refused.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        parties.meet(escrow.address()).await?;

        let key_file = folder.join("gateway.key");
        keys::write(&key_file, &key(GATEWAY), None)?;
        let signer = RequestSigner::new(SubjectKind::Node, key(GATEWAY), Clock::new(|| SystemClock.now()));
        let client = EscrowClient::new(&format!("http://{}", escrow.address()), Some(signer))?;
        let terms = RailTerms { sender_limit: SIXTY_FOUR_KILO, ..RailTerms::ledger() };
        let rail: Arc<dyn Rail> = Arc::new(OrcRail::new(parties.federation.clone(), client, terms));
        let config = earnest_gateway::Config {
            federation: parties.federation.clone(),
            data: folder.join("gateway"),
            key: key_file,
            operator: ServerSettings::default(),
            server,
            ..earnest_gateway::Config::default()
        };
        let mut gateway = Gateway::start(config, Arc::new(SystemClock), Some(vec![rail]), stop).await?;
        gateway.writes().await;

        let (ledger, one) = sell(&parties, Arc::new(gateway.settler()), &folder.join("till.sqlite")).await?;
        let stub = FacilitatorSettler::new(stub, Duration::from_secs(10))?;
        let (stubbed, other) = sell(&parties, Arc::new(stub), &folder.join("stubbed.sqlite")).await?;
        Ok(Self { ledger, stubbed, escrow, gateway, stopper, routes: [one, other] })
    }

    /// Closes it in good order.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.routes.iter().for_each(JoinHandle::abort);
        self.stopper.stop();
        self.gateway.ended().await?;
        Ok(self.escrow.ended().await?)
    }
}

/// A route behind a paywall.
async fn sell(
    parties: &Parties,
    settler: Arc<dyn Settler>,
    till: &Path,
) -> anyhow::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let till = Till::open(&format!("sqlite:{}", till.display())).await?;
    till.opened().await;
    let limits = Limits { open_at_most: 4_096, pay_within: 300, ..Limits::default() };
    let paywall = Paywall::at(&format!("http://{address}"))?.ledger(parties.federation.clone());
    let paywall = paywall.signed_by(key(PROVIDER)).limits(limits).open(settler, till)?;
    let paid = paywall.price("0.01 ORC")?.pay_to(&format!("account:fed-bench:party-{PROVIDER}"))?;
    let app = Router::new().route("/paid", get(async || "ok").layer(paid));
    Ok((address, serve(listener, app)))
}

/// The limit: a route that does nothing.
pub(super) async fn empty() -> anyhow::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((address, serve(listener, Router::new().route("/paid", get(async || "ok")))))
}

fn serve(listener: TcpListener, app: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        // It serves until the bench is over.
        let _ = axum::serve(listener, app).await;
    })
}
