//! A gateway from its start to its end: it serves at once, and writes while it has the lease of its journal.

mod crossing;
mod lead;

use std::{net::SocketAddr, path::PathBuf, pin::pin, sync::Arc};

use earnest_base::{NodeId, ParticipantId};
use earnest_kit::{
    App, Clock as KitClock, MemoryNonces, Server, ServerError, Stop, Unready, Verifier, keys::KeyFileError,
};
use earnest_payment::PublicUrl;
use earnest_ports::{Clock, Journal, JournalError, StartError as WriterError, Stopped};
use earnest_rail::Rail;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    Config, RelaySettler,
    desk::{Desk, Inner as DeskInner, Rails, Waiting},
    funding::FundingError,
    keys::Keys,
    office::Office,
    routes, selling, wiring,
};
use crossing::Crossing;
use lead::{Lead, Writing};

/// Why a gateway does not start, or stops by itself.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("expected to make the folder {folder}: {error}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// A key file is missing, exposed or not one.
    #[error("{}: {}", .0.file().unwrap_or("key"), .0.message())]
    Key(#[from] KeyFileError),
    /// A listener cannot be had.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The journal cannot be opened.
    #[error(transparent)]
    Store(#[from] JournalError),
    /// The journal makes no state of a relay.
    #[error(transparent)]
    Writer(#[from] WriterError),
    /// The journal did not take what a relay begins with.
    #[error("expected the journal to take what a relay begins with, found {0}")]
    Journal(&'static str),
    /// The escrow cannot be called.
    #[error(transparent)]
    Escrow(#[from] earnest_client::ClientError),
    /// A chain's rail does not start.
    #[error(transparent)]
    Chain(#[from] earnest_rail::evm::EvmStartError),
    /// The key of a chain's wallet is none.
    #[error("{file}: {error}")]
    Sponsor {
        /// Its file.
        file: PathBuf,
        /// What is wrong.
        error: earnest_rail::evm::SponsorKeyError,
    },
    /// The key of a chain's wallet is not encrypted.
    #[error("{0}: expected a key file that is encrypted, found a plain one")]
    SponsorPlain(PathBuf),
    /// Funding does not start, or stopped by itself.
    #[error(transparent)]
    Funding(#[from] FundingError),
    /// What is sold cannot be.
    #[error(transparent)]
    Sell(#[from] earnest_paywall::SellError),
    /// The till does not open.
    #[error(transparent)]
    Till(#[from] earnest_paywall::TillError),
    /// A name or a URL of the configuration is none.
    #[error(transparent)]
    Name(#[from] earnest_base::InvalidError),
    /// The writer broke what it promises.
    #[error("expected the writer to go on, found {0:?}")]
    Stopped(Stopped),
}

/// Who a gateway is, and who operates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The node that signs what the gateway asks of others.
    pub node: NodeId,
    /// The participants who operate it.
    pub operators: Vec<ParticipantId>,
}

/// A gateway that listens.
#[derive(Debug)]
pub struct Gateway {
    address: SocketAddr,
    operator_address: SocketAddr,
    identity: Identity,
    settler: RelaySettler,
    writing: watch::Receiver<bool>,
    task: JoinHandle<Result<(), StartError>>,
}

impl Gateway {
    /// Starts a gateway on the rails of its configuration, or on others that it is given: it listens when this answers, and
    /// writes as soon as it has the lease.
    ///
    /// # Errors
    /// [`StartError`], before anything is served.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        rails: Option<Vec<Arc<dyn Rail>>>,
        stop: Stop,
    ) -> Result<Self, StartError> {
        // The folder and its keys come first: the database may stand in it.
        Keys::open(&config)?;
        let journal = earnest_store::open(&config.journal_url(), config.journal_name()?).await?;
        Self::start_over(journal, config, clock, rails, stop).await
    }

    /// The same over a journal that the caller opened.
    ///
    /// # Errors
    /// As [`Gateway::start`].
    pub async fn start_over(
        journal: Arc<dyn Journal>,
        config: Config,
        clock: Arc<dyn Clock>,
        rails: Option<Vec<Arc<dyn Rail>>>,
        stop: Stop,
    ) -> Result<Self, StartError> {
        let keys = Keys::open(&config)?;
        let rails = match rails {
            Some(rails) => rails,
            None => wiring::rails(&config, &keys, &clock).await?,
        };
        let (server, operators) = (Server::bind(&config.server).await?, Server::bind(&config.operator).await?);
        let (address, operator_address) = (server.address(), operators.address());
        let app = App::new("gateway", env!("CARGO_PKG_VERSION"));
        let desk = Desk::new(DeskInner {
            rails: Rails::new(rails),
            clock: Arc::clone(&clock),
            writer: watch::Sender::new(None),
            waiting: Arc::new(Waiting::default()),
            url: public_url(&config, address)?,
            open: config.facilitator.open,
            metrics: app.metrics(),
            stop: stop.clone(),
        });
        let office = Office::new(&config, keys.operators.clone(), desk.clone());
        let told = Arc::clone(&clock);
        let kit_clock = KitClock::new(move || told.now());
        let nonces = Arc::new(MemoryNonces::new(kit_clock.clone()));
        let verifier = Verifier::new(Arc::clone(&nonces) as _, kit_clock);
        let funding = crossing::start(&config, &keys, &clock, &stop).await?;
        let (app, operator_app) = crossing::mount(
            with_routes(app, &office, &verifier),
            with_operator_routes(&office, &verifier),
            funding.as_ref(),
            &verifier,
        );
        let identity = Identity { node: keys.node_id(), operators: keys.operators.clone() };
        let settler = RelaySettler::new(desk.clone(), office.checks.clone());
        let app = match selling::routes(&config, &keys, &clock, settler.clone(), &desk.url).await? {
            Some(sold) => app.otherwise(selling::class(), sold),
            None => app,
        };
        // What cannot be described is not served: that is told here, not by a listener that has gone.
        for app in [&app, &operator_app] {
            app.openapi().map_err(ServerError::App)?;
        }
        let (told, writing) = watch::channel(false);
        let serving = tokio::spawn(server.serve(app, stop.clone()));
        let operating = tokio::spawn(operators.serve(operator_app, stop.clone()));
        let lead = Lead { office, journal, limits: config.payments, nonces, told };
        let task = tokio::spawn(until_the_end(lead, Crossing::of(funding, &stop), serving, operating, desk, stop));
        Ok(Self { address, operator_address, identity, settler, writing, task })
    }

    /// Where it listens for everybody.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens for its operators.
    #[must_use]
    pub const fn operator_address(&self) -> SocketAddr {
        self.operator_address
    }

    /// Who it is.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What a paid route in the same process settles through.
    #[must_use]
    pub fn settler(&self) -> RelaySettler {
        self.settler.clone()
    }

    /// Waits until it has the lease, or has ended: then `false`.
    pub async fn writes(&mut self) -> bool {
        self.writing.wait_for(|writing| *writing).await.is_ok()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// Why it ended by itself.
    pub async fn ended(self) -> Result<(), StartError> {
        self.task.await.unwrap_or(Err(StartError::Stopped(Stopped::Fault("its task panicked".to_owned()))))
    }
}

/// Leads, serves and lets money cross until the service stops, or one of these ends by itself.
async fn until_the_end(
    lead: Lead,
    mut crossing: Crossing,
    serving: Serving,
    operating: Serving,
    desk: Desk,
    stop: Stop,
) -> Result<(), StartError> {
    let mut leading = pin!(lead.until(stop));
    let led = tokio::select! {
        biased;
        led = &mut leading => led,
        ended = crossing.ended() => match ended {
            Ok(()) => leading.await,
            Err(error) => Err(error),
        },
    };
    let writing = finished(serving, operating, led).await?;
    // Nobody asks any more: the writer ends with what it was asked, and gives the lease back.
    desk.writer.send_replace(None);
    if let Some(writing) = writing {
        writing.end().await;
    }
    crossing.ended().await
}

/// Where others reach the gateway.
fn public_url(config: &Config, address: SocketAddr) -> Result<PublicUrl, StartError> {
    let url = if config.public_url.is_empty() { format!("http://{address}") } else { config.public_url.clone() };
    Ok(PublicUrl::new(&url.parse()?)?)
}

/// The routes for everybody, with what is checked before the service calls itself ready.
fn with_routes(app: App, office: &Office, verifier: &Verifier) -> App {
    let asked = office.clone();
    let app = app.check("writer", move || {
        let office = asked.clone();
        async move {
            let alive = office.desk.read(|_| ()).await;
            alive.map_err(|_| Unready("this gateway stands by, or its journal is out of reach"))
        }
    });
    routes::add(app, office, verifier)
}

fn with_operator_routes(office: &Office, verifier: &Verifier) -> App {
    routes::add_operators(App::new("gateway-operator", env!("CARGO_PKG_VERSION")), office, verifier)
}

/// The OpenAPI document of the public listener: what it serves, without what every service does.
///
/// # Errors
/// Where the routes are not fit to be served, which a test excludes.
pub fn openapi() -> Result<serde_json::Value, StartError> {
    let app = App::new("gateway", env!("CARGO_PKG_VERSION"));
    let app = with_routes(app, &Office::for_description()?, &Verifier::in_memory());
    Ok(app.openapi().map_err(ServerError::App)?)
}

/// The OpenAPI document of the operators' listener.
///
/// # Errors
/// As [`openapi`].
pub fn operator_openapi() -> Result<serde_json::Value, StartError> {
    let app = with_operator_routes(&Office::for_description()?, &Verifier::in_memory());
    Ok(app.openapi().map_err(ServerError::App)?)
}

type Serving = JoinHandle<Result<(), ServerError>>;

/// Where leading ended by itself, nothing is served any more; where the service was stopped, it finishes its requests.
async fn finished(
    serving: Serving,
    operating: Serving,
    led: Result<Option<Writing>, StartError>,
) -> Result<Option<Writing>, StartError> {
    if led.is_err() {
        serving.abort();
        operating.abort();
        return led;
    }
    let (serving, operating) = tokio::join!(serving, operating);
    for served in [serving, operating] {
        served.map_err(|_| StartError::Stopped(Stopped::Fault("a server's task panicked".to_owned())))??;
    }
    led
}
