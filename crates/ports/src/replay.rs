//! From the journal to the state: snapshot and tail, or every fact from the first.

use std::vec::IntoIter;

use earnest_base::Timestamp;

use crate::{Batch, FactError, Genesis, Journal, JournalError, Machine, Position, Seq, Snapshot, StoredBatch};

/// A machine, and where it stands.
#[derive(Debug)]
pub struct Replayed<M> {
    /// The machine.
    pub machine: M,
    /// The place after the last fact that it took.
    pub place: Position,
    /// The moment of that fact; 1970 where there is none.
    pub at: Timestamp,
}

/// Why a journal makes no state.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The journal did not answer, or its chain is broken.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A fact is not one of this machine, or does not follow from those before it.
    #[error("expected a fact that follows at {seq}, found: {error}")]
    Fact {
        /// Which.
        seq: Seq,
        /// What is wrong.
        error: FactError,
    },
}

/// How many facts are read at a time.
const PAGE: usize = 4_096;

/// The facts of a journal after a place, batch by batch, each verified.
pub struct Tail<'a> {
    journal: &'a dyn Journal,
    place: Position,
    page: IntoIter<StoredBatch>,
}

impl<'a> Tail<'a> {
    /// What follows this place.
    #[must_use]
    pub fn after(journal: &'a dyn Journal, place: Position) -> Self {
        Self { journal, place, page: Vec::new().into_iter() }
    }

    /// The next batch; none at the end of the journal.
    ///
    /// # Errors
    /// Where the journal does not answer, or the chain is broken.
    pub async fn next(&mut self) -> Result<Option<Batch>, JournalError> {
        if self.page.len() == 0 {
            self.page = self.journal.read(self.place.seq, PAGE).await?.into_iter();
            // A store that answers at once would otherwise keep the thread to itself.
            tokio::task::yield_now().await;
        }
        let Some(stored) = self.page.next() else { return Ok(None) };
        let batch = stored.verify(self.place)?;
        self.place = batch.end();
        Ok(Some(batch))
    }
}

impl<M: Machine> Replayed<M> {
    /// The machine before the first fact.
    pub(crate) fn fresh(journal: &dyn Journal, genesis: &Genesis<M>) -> Self {
        Self { machine: genesis.make(), place: Position::start(journal.name()), at: Timestamp::UNIX_EPOCH }
    }

    /// Takes the facts of a batch.
    pub(crate) fn take(&mut self, batch: &Batch) -> Result<(), ReplayError> {
        for (place, bytes) in batch.facts() {
            let fact = M::decode(bytes).and_then(|fact| self.machine.apply(&fact, &place));
            fact.map_err(|error| ReplayError::Fact { seq: place.seq, error })?;
        }
        (self.place, self.at) = (batch.end(), batch.at());
        Ok(())
    }

    /// Takes what the journal holds beyond its place.
    pub(crate) async fn follow(&mut self, journal: &dyn Journal) -> Result<(), ReplayError> {
        let mut tail = Tail::after(journal, self.place);
        while let Some(batch) = tail.next().await? {
            self.take(&batch)?;
        }
        Ok(())
    }
}

/// The state of a journal: from its snapshot where there is one that fits, else from its beginning. The chain of what is
/// read is verified.
///
/// # Errors
/// Where the journal does not answer, its chain is broken, or a fact does not follow.
pub async fn replay<M: Machine>(journal: &dyn Journal, genesis: &Genesis<M>) -> Result<Replayed<M>, ReplayError> {
    if let Some(snapshot) = journal.load_snapshot().await? {
        let place = snapshot.place;
        match resume(journal, snapshot).await {
            Ok(replayed) => return Ok(replayed),
            Err(ReplayError::Journal(error @ JournalError::Unavailable(_))) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(%place, %error, "snapshot passed over, reading the journal from its beginning");
            }
        }
    }
    let mut replayed = Replayed::fresh(journal, genesis);
    replayed.follow(journal).await?;
    Ok(replayed)
}

async fn resume<M: Machine>(journal: &dyn Journal, snapshot: Snapshot) -> Result<Replayed<M>, ReplayError> {
    let Snapshot { place, at, bytes } = snapshot;
    let machine = M::load(&bytes).map_err(|error| ReplayError::Fact { seq: place.seq, error })?;
    let mut replayed = Replayed { machine, place, at };
    replayed.follow(journal).await?;
    let end = journal.end().await?;
    // Where nothing follows the snapshot, nothing has compared its head with the journal's yet.
    if end.seq < replayed.place.seq || (end.seq == replayed.place.seq && end.head != replayed.place.head) {
        let (expected, found) = (Box::new(replayed.place), Box::new(end));
        return Err(JournalError::Conflict { expected, found }.into());
    }
    Ok(replayed)
}

/// Makes a snapshot of the journal as it stands, from the last one and what came since, and saves it. No writer takes part:
/// this may run beside it, or in another process.
///
/// # Errors
/// As [`replay`], and where the snapshot cannot be saved.
pub async fn snapshot<M: Machine>(journal: &dyn Journal, genesis: &Genesis<M>) -> Result<Position, ReplayError> {
    let Replayed { machine, place, at } = replay(journal, genesis).await?;
    let saved = tokio::task::spawn_blocking(move || machine.save()).await;
    let bytes = saved.map_err(|error| JournalError::Damaged(format!("a state that cannot be saved: {error}")))?;
    journal.save_snapshot(&Snapshot { place, at, bytes }).await?;
    Ok(place)
}
