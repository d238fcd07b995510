//! What a writer does when a write fails: it learns what became of it before it decides anything else.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    Stopped,
    queue::Waiting,
    run::{Run, renewal},
};
use crate::{Batch, Journal, JournalError, Lease, Machine, ReplayError, Replayed, replay};

/// How long the writer waits between two questions to a journal that does not answer.
const PAUSE: Duration = Duration::from_millis(100);

/// What became of a batch.
struct Fate {
    committed: bool,
    /// The lease under which the writer goes on; none where another has taken over.
    lease: Option<Lease>,
}

impl<M: Machine> Run<M> {
    /// Takes the lease anew, which keeps every earlier append from committing, and only then reads whether the batch is in
    /// the journal. Where it is, callers get their answers. Where it is not, they are told so, and the state, which has
    /// facts that never happened, is made anew from the journal.
    pub(super) async fn recover(
        &mut self,
        batch: &Batch,
        waiting: Waiting<M>,
        error: JournalError,
    ) -> Result<(), Stopped> {
        tracing::warn!(%error, code = error.code(), "a write failed; asking the journal what became of it");
        let until = Instant::now() + self.options.recover_within;
        let fate = loop {
            match fate(&*self.journal, self.lease, batch).await {
                Ok(fate) => break fate,
                Err(error) if Instant::now() >= until => {
                    waiting.unknown();
                    return Err(Stopped::OutOfReach(error.to_string()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        };
        if fate.committed {
            self.stand_after(batch);
            waiting.done(&self.state);
        } else {
            waiting.not_done();
        }
        self.lease = fate.lease.ok_or(Stopped::Fenced)?;
        self.renewed = Instant::now();
        if !fate.committed {
            // Before the replay, so that the two never stand in memory together.
            self.state = Replayed::fresh(&*self.journal, &self.genesis);
        }
        self.catch_up(!fate.committed, until).await
    }

    /// Brings the state to the end of the journal. What another wrote between two leases of ours is among it.
    async fn catch_up(&mut self, anew: bool, until: Instant) -> Result<(), Stopped> {
        loop {
            let error = match self.renewing(anew).await? {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            match error {
                ReplayError::Journal(JournalError::Unavailable(_)) if Instant::now() < until => {
                    tokio::time::sleep(PAUSE).await;
                }
                ReplayError::Journal(JournalError::Unavailable(error)) => {
                    return Err(Stopped::OutOfReach(error.to_string()));
                }
                error => return Err(Stopped::Fault(error.to_string())),
            }
        }
    }

    /// Reads the journal, and renews the lease as often as that takes.
    async fn renewing(&mut self, anew: bool) -> Result<Result<(), ReplayError>, Stopped> {
        let (journal, genesis) = (self.journal.clone(), self.genesis.clone());
        let read = async move { if anew { replay(&*journal, &genesis).await.map(Some) } else { Ok(None) } };
        tokio::pin!(read);
        let replayed = loop {
            let (lease, since) = (self.lease, self.renewed);
            tokio::select! {
                biased;
                () = renewal(&lease, since) => self.renew().await?,
                replayed = &mut read => break replayed,
            }
        };
        Ok(match replayed {
            Err(error) => Err(error),
            Ok(Some(state)) => {
                self.state = state;
                Ok(())
            }
            Ok(None) => self.state.follow(&*self.journal).await,
        })
    }
}

async fn fate(journal: &dyn Journal, lease: Lease, batch: &Batch) -> Result<Fate, JournalError> {
    let lease = match journal.acquire().await {
        Ok(lease) => Some(lease),
        // The other holder's fence is greater: none of our appends can commit any more.
        Err(JournalError::Held { fence, .. }) if fence > lease.fence => None,
        Err(error) => return Err(error),
    };
    let found = journal.read(batch.before().seq, 1).await?;
    let found = found.into_iter().next().map(|stored| stored.verify(batch.before()));
    Ok(Fate { committed: matches!(found, Some(Ok(found)) if found == *batch), lease })
}
