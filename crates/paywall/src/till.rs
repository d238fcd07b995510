//! The till: where a seller keeps, durably, every payment that was shown to them.

mod machine;

use std::sync::{Arc, Weak};

use earnest_base::{Sha256Digest, Timestamp};
use earnest_grant::{Answer, Command, Fill, PayloadKey, Refusal};
use earnest_ports::{
    BlobError, Blobs, Clock, Journal, JournalError, MemoryBlobs, MemoryStore, Outage, Stopped, SubmitError,
    SystemClock, Writer, WriterOptions, stand_by,
};
use earnest_store::{FolderBlobs, PostgresBlobs, PostgresJournal, PostgresOptions, SqliteJournal};
use tokio::{sync::watch, task::JoinHandle};

pub use machine::Booked;

/// What a till's journal is called.
const NAME: &str = "till";
/// The schema of a till in PostgreSQL.
const SCHEMA: &str = "earnest_till";

/// A seller's till. Clones lead to the same one. Of several over one store, one writes and the others stand by.
#[derive(Clone)]
pub struct Till(Arc<Inner>);

struct Inner {
    writer: Arc<watch::Sender<Writing>>,
    blobs: Arc<dyn Blobs>,
    clock: Arc<dyn Clock>,
    keeper: JoinHandle<()>,
}

/// Whether this till writes.
#[derive(Clone)]
enum Writing {
    /// Another does, or the store is out of reach; it waits for its turn.
    NotYet,
    /// It does.
    Now(Writer<Booked>),
    /// It cannot any more: a person has to look.
    Never(String),
}

impl std::fmt::Debug for Till {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Till").field("is_open", &self.is_open()).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// Why a till does not open.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// The URL is of no store that there is.
    #[error("expected memory, sqlite:<path> or postgres://…, found the scheme {0:?}")]
    Url(String),
    /// The journal is out of reach, or another one.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Results cannot be kept.
    #[error(transparent)]
    Blobs(#[from] BlobError),
}

/// Why the till says nothing of a payment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TillOutage {
    /// Another till writes, or the store is out of reach.
    #[error("expected the till that writes, found one that stands by")]
    StandingBy,
    /// The writer cannot say or do it.
    #[error(transparent)]
    Writer(#[from] Outage),
}

impl Till {
    /// Opens a till by its URL: `sqlite:<path>` (results that are long lie in the folder `<path>-results`),
    /// `postgres://…`, or `memory`, which forgets with its process.
    ///
    /// # Errors
    /// [`TillError`]. A till whose turn has not come opens all the same, and stands by.
    pub async fn open(url: &str) -> Result<Self, TillError> {
        Self::open_with(url, Arc::new(SystemClock)).await
    }

    /// As [`Till::open`], by another clock.
    ///
    /// # Errors
    /// As [`Till::open`].
    pub async fn open_with(url: &str, clock: Arc<dyn Clock>) -> Result<Self, TillError> {
        let name = || NAME.parse().map_err(|_| TillError::Url(NAME.to_owned()));
        if url == "memory" {
            let store = MemoryStore::new(name()?);
            return Ok(Self::new(Arc::new(store.open("till")), Arc::new(MemoryBlobs::default()), clock));
        }
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let journal = SqliteJournal::open(path, name()?).await?;
            let blobs = FolderBlobs::open(format!("{path}-results"))?;
            return Ok(Self::new(Arc::new(journal), Arc::new(blobs), clock));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PostgresOptions { schema: SCHEMA.to_owned(), ..PostgresOptions::new(url) };
            let journal = PostgresJournal::open(options.clone(), name()?).await?;
            let blobs = PostgresBlobs::open(&options).await?;
            return Ok(Self::new(Arc::new(journal), Arc::new(blobs), clock));
        }
        Err(TillError::Url(url.split_once(':').map_or("none", |(scheme, _)| scheme).to_owned()))
    }

    /// A till over a journal and blobs that are at hand.
    #[must_use]
    pub fn new(journal: Arc<dyn Journal>, blobs: Arc<dyn Blobs>, clock: Arc<dyn Clock>) -> Self {
        let writer = Arc::new(watch::Sender::new(Writing::NotYet));
        let keeper = tokio::spawn(keep(Arc::downgrade(&writer), journal, Arc::clone(&clock)));
        Self(Arc::new(Inner { writer, blobs, clock, keeper }))
    }

    /// Whether it writes, rather than stands by.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(*self.0.writer.borrow(), Writing::Now(_))
    }

    /// Why it will never write, where that is so: a person has to look.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        match &*self.0.writer.borrow() {
            Writing::Never(fault) => Some(fault.clone()),
            Writing::NotYet | Writing::Now(_) => None,
        }
    }

    /// Waits until it writes; `false` where it never will.
    pub async fn opened(&self) -> bool {
        let mut writing = self.0.writer.subscribe();
        let waited = writing.wait_for(|writing| !matches!(writing, Writing::NotYet)).await;
        waited.is_ok_and(|writing| matches!(*writing, Writing::Now(_)))
    }

    /// How full its book is.
    ///
    /// # Errors
    /// [`TillOutage`].
    pub async fn fill(&self) -> Result<Fill, TillOutage> {
        Ok(self.writer()?.read(|booked, _| booked.0.fill()).await?)
    }

    /// The clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Has a command decided, and answers once that cannot be lost.
    ///
    /// An outcome that is unknown is asked after once by the same command: the book knows who asks.
    ///
    /// # Errors
    /// Where the book refuses, or cannot say.
    pub async fn tell(&self, command: Command) -> Result<Answer, SubmitError<Refusal>> {
        let writer = self.writer().map_err(|_| Outage::NotDone)?;
        match writer.submit(command.clone()).await {
            Err(SubmitError::Outage(Outage::Unknown)) => {
                let writer = self.writer().map_err(|_| Outage::Unknown)?;
                writer.submit(command).await.map(|committed| committed.answer)
            }
            told => told.map(|committed| committed.answer),
        }
    }

    /// When the payment of this payload was reserved, where its answer is kept.
    pub(crate) async fn reserved_at(&self, payload: PayloadKey) -> Option<Timestamp> {
        self.writer().ok()?.read(move |booked, _| booked.0.reserved_at(&payload)).await.ok()?
    }

    /// Keeps a long result.
    pub(crate) async fn put(&self, bytes: &[u8]) -> Result<Sha256Digest, BlobError> {
        self.0.blobs.put(bytes).await
    }

    /// A long result that is kept.
    pub(crate) async fn result(&self, digest: &Sha256Digest) -> Result<Option<Vec<u8>>, BlobError> {
        self.0.blobs.read(digest).await
    }

    fn writer(&self) -> Result<Writer<Booked>, TillOutage> {
        match &*self.0.writer.borrow() {
            Writing::Now(writer) => Ok(writer.clone()),
            Writing::NotYet | Writing::Never(_) => Err(TillOutage::StandingBy),
        }
    }
}

/// Stands by, writes, and stands by again, for as long as the till is there.
async fn keep(till: Weak<watch::Sender<Writing>>, journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) {
    loop {
        let options = WriterOptions::default();
        let started = stand_by(Arc::clone(&journal), Arc::clone(&clock), Booked::genesis(), options).await;
        let Some(writing) = till.upgrade() else { return };
        let running = match started {
            Ok((writer, running)) => {
                writing.send_replace(Writing::Now(writer));
                running
            }
            Err(error) => {
                tracing::error!(%error, "the till cannot be opened");
                writing.send_replace(Writing::Never(error.to_string()));
                return;
            }
        };
        drop(writing);
        let stopped = running.ended().await;
        let Some(writing) = till.upgrade() else { return };
        match stopped {
            Stopped::Unused => return,
            Stopped::Fault(fault) => {
                tracing::error!(fault, "the till stopped");
                writing.send_replace(Writing::Never(fault));
                return;
            }
            Stopped::Fenced | Stopped::OutOfReach(_) => {
                tracing::warn!(?stopped, "the till stands by");
                writing.send_replace(Writing::NotYet);
            }
        }
    }
}
