//! Funding that runs: it has the lease of its journal or stands by, puts its terms into force, and works.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use earnest_base::{FederationId, InvalidError, NodeId, ParticipantId};
use earnest_client::EscrowClient;
use earnest_funding::{Command, Gateway};
use earnest_kit::Stop;
use earnest_ports::{
    Clock, Journal, JournalName, Running, StartError as WriterError, Stopped, SubmitError, Writer, WriterOptions,
    stand_by,
};
use earnest_signing::SecretKey;
use tokio::{sync::watch, task::JoinHandle};

use super::{
    FileProvider, Funded, FundingSettings, Provider, ProviderError, ProviderSettings, WebhookProvider,
    counter::{Counter, Inner},
    settings::folder_of,
    worker,
};

/// Why funding does not start, or stops by itself.
#[derive(Debug, thiserror::Error)]
pub enum FundingError {
    /// A provider cannot be set up.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A name of the configuration is no name.
    #[error(transparent)]
    Name(#[from] InvalidError),
    /// The terms of the configuration break a rule of their kind.
    #[error(transparent)]
    Document(#[from] earnest_signing::Error),
    /// The journal makes no state of this gateway.
    #[error(transparent)]
    Writer(#[from] WriterError),
    /// The journal did not take the terms.
    #[error("expected the journal to take the terms, found {0}")]
    Journal(&'static str),
    /// Terms that were used were changed.
    #[error("expected the terms of {0} as they came into force, found others: give the new terms an id of their own")]
    PolicyChanged(earnest_base::GatewayPolicyId),
    /// The terms of the configuration are refused.
    #[error("expected terms that can come into force: {0}")]
    Refused(String),
    /// The writer broke what it promises.
    #[error("expected the writer to go on, found {0:?}")]
    Stopped(Stopped),
}

/// What funding is handed.
pub struct FundingParts {
    /// The configuration.
    pub settings: FundingSettings,
    /// The federation whose ledger the gateway serves.
    pub federation: FederationId,
    /// The gateway's data folder.
    pub data: PathBuf,
    /// The gateway's own key, which signs receipts and terms.
    pub key: SecretKey,
    /// Who operates the gateway.
    pub operators: Vec<ParticipantId>,
    /// The escrow, called by the gateway's node.
    pub escrow: EscrowClient,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The journal; see [`journal_name`].
    pub journal: Arc<dyn Journal>,
    /// Ends it.
    pub stop: Stop,
}

/// The name of the journal of a gateway's crossings.
///
/// # Errors
/// Never for a node's id.
pub fn journal_name(gateway: &NodeId) -> Result<JournalName, InvalidError> {
    format!("funding:{gateway}").parse()
}

/// Funding that runs.
pub struct Funding {
    counter: Counter,
    writing: watch::Receiver<bool>,
    task: JoinHandle<Result<(), FundingError>>,
}

impl Funding {
    /// Starts funding: it writes as soon as it has the lease of its journal.
    ///
    /// # Errors
    /// [`FundingError`], before anything is done.
    pub fn start(parts: FundingParts) -> Result<Self, FundingError> {
        let FundingParts { settings, federation, data, key, operators, escrow, clock, journal, stop } = parts;
        let gateway = Gateway { node: NodeId::new(*key.public()), federation };
        let (mut providers, mut banks) = (BTreeMap::<String, Arc<dyn Provider>>::new(), BTreeMap::new());
        for (name, provider) in &settings.providers {
            match provider {
                ProviderSettings::Webhook { secrets, payment_url, payout_url, window_secs } => {
                    let (urls, secrets) = ([payment_url.as_str(), payout_url.as_str()], secrets.clone());
                    let provider = WebhookProvider::new(name.parse()?, secrets, *window_secs, urls)?;
                    providers.insert(name.clone(), Arc::new(provider));
                }
                ProviderSettings::File { folder } => {
                    let bank = Arc::new(FileProvider::new(name.parse()?, folder_of(folder, &data, name))?);
                    providers.insert(name.clone(), Arc::<FileProvider>::clone(&bank));
                    banks.insert(name.clone(), bank);
                }
            }
        }
        let operators = operators.into_iter().collect();
        let writer = watch::Sender::new(None);
        let counter = Counter::new(Inner { settings, key, operators, escrow, clock, providers, banks, writer });
        let (told, writing) = watch::channel(false);
        let lead = Lead { counter: counter.clone(), gateway, journal, told };
        let task = tokio::spawn(lead.until(stop));
        Ok(Self { counter, writing, task })
    }

    pub(crate) fn counter(&self) -> &Counter {
        &self.counter
    }

    /// Whether it has the lease now, and serves.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        *self.writing.borrow()
    }

    /// Waits until it has the lease, or has ended: then `false`.
    pub async fn writes(&mut self) -> bool {
        self.writing.wait_for(|writing| *writing).await.is_ok()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// Why it ended by itself.
    pub async fn ended(self) -> Result<(), FundingError> {
        self.task.await.unwrap_or_else(|error| Err(FundingError::Stopped(Stopped::Fault(error.to_string()))))
    }
}

/// Who writes while this process has the lease.
struct Lead {
    counter: Counter,
    gateway: Gateway,
    journal: Arc<dyn Journal>,
    told: watch::Sender<bool>,
}

impl Lead {
    async fn until(self, stop: Stop) -> Result<(), FundingError> {
        loop {
            let (journal, clock) = (Arc::clone(&self.journal), Arc::clone(&self.counter.clock));
            let genesis = Funded::genesis(self.gateway.clone());
            let waiting = stand_by(journal, clock, genesis, WriterOptions::default());
            let (writer, running) = tokio::select! {
                biased;
                () = stop.requested() => return Ok(()),
                started = waiting => started?,
            };
            match self.write(writer, running, &stop).await? {
                None => return Ok(()),
                Some(Stopped::Fault(fault)) => return Err(FundingError::Stopped(Stopped::Fault(fault))),
                Some(stopped) => tracing::warn!(?stopped, "the writer of funding stopped; standing by"),
            }
        }
    }

    /// Writes until the service stops, or the lease is lost: then why.
    async fn write(
        &self,
        writer: Writer<Funded>,
        running: Running,
        stop: &Stop,
    ) -> Result<Option<Stopped>, FundingError> {
        self.publish(&writer).await?;
        let working = tokio::spawn(worker::work(self.counter.clone(), writer.clone()));
        self.counter.writer.send_replace(Some(writer));
        self.told.send_replace(true);
        let mut running = tokio::spawn(running.ended());
        let ended = tokio::select! {
            biased;
            stopped = &mut running => {
                Some(stopped.unwrap_or_else(|error| Stopped::Fault(error.to_string())))
            }
            () = stop.requested() => None,
        };
        // What is under way outside is done again by the next one; it is idempotent.
        working.abort();
        let _ = working.await;
        self.told.send_replace(false);
        self.counter.writer.send_replace(None);
        if ended.is_none() {
            // Nobody asks any more once the requests under way are answered: then the lease is given back.
            let _ = running.await;
        }
        Ok(ended)
    }

    /// Puts the terms of the configuration into force, where they never were.
    async fn publish(&self, writer: &Writer<Funded>) -> Result<(), FundingError> {
        let counter = &self.counter;
        let id = counter.settings.policy.id.clone();
        let known = writer.read(move |funded, _| funded.0.policy_of(&id).cloned()).await;
        let known = known.map_err(|outage| FundingError::Journal(outage.code()))?;
        let made = known.as_ref().map_or_else(|| counter.now(), |known| known.created_at);
        let policy = counter.settings.policy_at(self.gateway.node, &self.gateway.federation, made)?;
        if let Some(known) = known {
            // An operator may have suspended them meanwhile, or put others into force.
            let (status, suspended_at, retired_at) = (known.status, known.suspended_at, known.retired_at);
            let notes = known.notes.clone();
            let same = earnest_artifacts::GatewayPolicy { status, suspended_at, retired_at, notes, ..policy } == known;
            return if same { Ok(()) } else { Err(FundingError::PolicyChanged(known.id)) };
        }
        match writer.submit(Command::Publish(Box::new(counter.signed(&policy)?))).await {
            Ok(_) => Ok(()),
            Err(SubmitError::Refused(refusal)) => Err(FundingError::Refused(refusal.to_string())),
            Err(SubmitError::Outage(outage)) => Err(FundingError::Journal(outage.code())),
        }
    }
}
