//! An escrow from its start to its end: it serves at once, and writes while it has the lease of its journal.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use earnest_base::{EscrowPolicyId, NodeId, OrgId, ParticipantId};
use earnest_kit::{
    App, Clock as KitClock, MemoryNonces, Metrics, Server, ServerError, Stop, Unready, Verifier, keys::KeyFileError,
};
use earnest_ports::{
    Clock, JournalError, Running, StartError as WriterError, Stopped, Writer, WriterOptions, stand_by,
};
use earnest_settlement::Roles;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    Config,
    bootstrap::bootstrap,
    keys::Keys,
    machine::Escrowed,
    office::{Inner, Office},
    routes,
};

/// Why an escrow does not start, or stops by itself.
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
    /// The listener cannot be had.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The journal cannot be opened.
    #[error(transparent)]
    Store(#[from] JournalError),
    /// The blobs cannot be kept.
    #[error("expected a place for blobs: {0}")]
    Blobs(#[from] earnest_ports::BlobError),
    /// The journal makes no state of this escrow.
    #[error(transparent)]
    Writer(#[from] WriterError),
    /// The journal did not take what the escrow says of itself.
    #[error("expected the journal to take what the escrow says of itself, found {0}")]
    Journal(&'static str),
    /// What the escrow says of itself is refused.
    #[error("expected terms that can be adopted: {0}")]
    Refused(String),
    /// What the escrow says of itself breaks a rule of its kind.
    #[error(transparent)]
    Document(#[from] earnest_signing::Error),
    /// A name of the configuration is no name.
    #[error(transparent)]
    Name(#[from] earnest_base::InvalidError),
    /// Nobody operates the escrow.
    #[error("expected at least one operator, found none")]
    OperatorMissing,
    /// Terms that were used were changed.
    #[error(
        "expected the terms of {0} as they were adopted, found others: give the new terms an id of their own (policy.id)"
    )]
    PolicyChanged(EscrowPolicyId),
    /// The writer broke what it promises.
    #[error("expected the writer to go on, found {0:?}")]
    Stopped(Stopped),
}

/// Who an escrow is, and who answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The node that signs policies, holds, transfers and accounts.
    pub node: NodeId,
    /// The organisation that answers for it.
    pub organisation: OrgId,
    /// The participants who operate it.
    pub operators: Vec<ParticipantId>,
}

/// An escrow that listens.
#[derive(Debug)]
pub struct Escrow {
    address: SocketAddr,
    identity: Identity,
    writing: watch::Receiver<bool>,
    task: JoinHandle<Result<(), StartError>>,
}

impl Escrow {
    /// Starts an escrow: it listens when this answers, and writes as soon as it has the lease.
    ///
    /// # Errors
    /// [`StartError`], before anything is served.
    pub async fn start(config: Config, clock: Arc<dyn Clock>, stop: Stop) -> Result<Self, StartError> {
        let keys = Keys::open(&config)?;
        let journal = earnest_store::open(&config.journal_url(), config.journal_name()?).await?;
        let blobs = earnest_store::open_blobs(&config.journal_url(), config.data.join("blobs")).await?;
        let roles = Roles {
            escrow: keys.node_id(),
            gateways: config.gateways.iter().copied().collect(),
            operators: keys.operators.iter().copied().collect(),
        };
        let app = App::new("escrow", env!("CARGO_PKG_VERSION"));
        let office = Office::new(Inner {
            journal,
            blobs,
            clock: Arc::clone(&clock),
            federation: config.federation.clone(),
            roles,
            key: earnest_signing::SecretKey::from_seed(&keys.node.seed()),
            writer: watch::Sender::new(None),
            end: watch::Sender::new(0),
            metrics: app.metrics(),
            beside: crate::beside::Beside::default(),
            before: crate::office::Before::default(),
        });
        let told = Arc::clone(&clock);
        let kit_clock = KitClock::new(move || told.now());
        let nonces = Arc::new(MemoryNonces::new(kit_clock.clone()));
        let app = with_routes(app, &office, &Verifier::new(Arc::clone(&nonces) as _, kit_clock));
        let server = Server::bind(&config.server).await?;
        let address = server.address();
        let (node, organisation) = (keys.node_id(), keys.org_id());
        let identity = Identity { node, organisation, operators: keys.operators.clone() };
        let (told, writing) = watch::channel(false);
        let serving = tokio::spawn(server.serve(app, stop.clone()));
        let task = tokio::spawn(async move {
            let lead = Lead { office: office.clone(), config, keys, nonces, told };
            let led = lead.until(stop).await;
            let written = serving.abort_unless_stopped(led).await?;
            // Nobody asks any more: the writer ends with what it was asked, and gives the lease back.
            office.writer.send_replace(None);
            if let Some(written) = written {
                let _ = written.await;
            }
            Ok(())
        });
        Ok(Self { address, identity, writing, task })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who it is.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
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

/// The routes, with what is checked before the service calls itself ready.
fn with_routes(app: App, office: &Office, verifier: &Verifier) -> App {
    let asked = office.clone();
    let app = app.check("writer", move || {
        let office = asked.clone();
        async move {
            let alive = office.read(|settlement, _| settlement.seq()).await;
            alive.map(|_| ()).map_err(|_| Unready("this escrow stands by, or its journal is out of reach"))
        }
    });
    routes::add(app, office, verifier)
}

/// The OpenAPI document of the escrow: what it serves, without what every service does.
///
/// # Errors
/// Where the routes are not fit to be served, which a test excludes.
pub fn openapi() -> Result<serde_json::Value, StartError> {
    let app = App::new("escrow", env!("CARGO_PKG_VERSION"));
    let app = with_routes(app, &Office::for_description()?, &Verifier::in_memory());
    Ok(app.openapi().map_err(ServerError::App)?)
}

/// The end of a writer that still writes; none where this process does not have the lease.
type Written = Option<JoinHandle<Stopped>>;

trait Ending {
    async fn abort_unless_stopped(self, led: Result<Written, StartError>) -> Result<Written, StartError>;
}

impl Ending for JoinHandle<Result<(), ServerError>> {
    /// Where leading ended by itself, nothing is served any more; where the service was stopped, it finishes its requests.
    async fn abort_unless_stopped(self, led: Result<Written, StartError>) -> Result<Written, StartError> {
        if led.is_err() {
            self.abort();
            return led;
        }
        match self.await {
            Ok(Ok(())) => led,
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(StartError::Stopped(Stopped::Fault("the server's task panicked".to_owned()))),
        }
    }
}

/// Who writes while this process has the lease.
struct Lead {
    office: Office,
    config: Config,
    keys: Keys,
    nonces: Arc<MemoryNonces>,
    told: watch::Sender<bool>,
}

impl Lead {
    async fn until(self, stop: Stop) -> Result<Written, StartError> {
        loop {
            let waiting = stand_by(
                Arc::clone(&self.office.journal),
                Arc::clone(&self.office.clock),
                Escrowed::genesis(self.config.federation.clone()),
                WriterOptions::default(),
            );
            let (writer, running) = tokio::select! {
                biased;
                () = stop.requested() => return Ok(None),
                started = waiting => started?,
            };
            match self.write(writer, running, &stop).await? {
                Led::Asked(written) => return Ok(Some(written)),
                Led::Ended(Stopped::Fault(fault)) => return Err(StartError::Stopped(Stopped::Fault(fault))),
                Led::Ended(stopped) => tracing::warn!(?stopped, "the writer stopped; standing by"),
            }
        }
    }

    /// Writes until the service stops, or the lease is lost.
    async fn write(&self, writer: Writer<Escrowed>, running: Running, stop: &Stop) -> Result<Led, StartError> {
        // What was signed before may have been used at the writer before this one.
        self.nonces.refuse_before(self.office.now());
        let (told, metrics) = (self.office.end.clone(), self.office.metrics.clone());
        let following = tokio::spawn(follow_end(writer.end(), told, metrics));
        // Nobody else is served before the escrow's own terms stand.
        bootstrap(&self.office, &writer, &self.config, &self.keys).await?;
        self.office.writer.send_replace(Some(writer));
        self.told.send_replace(true);
        tracing::info!("writing");
        let mut running = tokio::spawn(running.ended());
        let led = tokio::select! {
            biased;
            stopped = &mut running => Led::Ended(stopped.unwrap_or_else(|error| Stopped::Fault(error.to_string()))),
            // Requests that are under way are answered before the writer goes.
            () = stop.requested() => Led::Asked(running),
        };
        self.told.send_replace(false);
        if matches!(led, Led::Ended(_)) {
            self.office.writer.send_replace(None);
            following.abort();
        }
        Ok(led)
    }
}

/// How leading ended.
enum Led {
    /// The service stops; the writer goes on until nobody asks it any more.
    Asked(JoinHandle<Stopped>),
    /// The writer ended by itself.
    Ended(Stopped),
}

/// Tells the streams, and the metrics, where the journal ends.
async fn follow_end(mut end: watch::Receiver<earnest_ports::Position>, told: watch::Sender<u64>, metrics: Metrics) {
    loop {
        let seq = end.borrow_and_update().seq.value();
        told.send_replace(seq);
        #[expect(clippy::cast_precision_loss, reason = "numbers of facts stay below 2^53")]
        metrics.set("earnest_escrow_facts", &[], seq as f64);
        if end.changed().await.is_err() {
            return;
        }
    }
}
