//! The single writer: one task that owns a machine, decides in memory, writes a batch at a time, and answers afterwards.

mod limited;
mod options;
mod outcome;
mod queue;
mod recover;
mod run;
mod snapshots;
mod stand_by;

pub use options::WriterOptions;
pub use outcome::{Committed, Outage, Stopped, SubmitError};
pub use stand_by::stand_by;

use std::sync::Arc;

use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot, watch,
    },
    task::JoinHandle,
};

use crate::{Clock, Genesis, Journal, JournalError, Machine, Position, ReplayError, Replayed, replay};
use limited::Limited;
use queue::{Ask, Look, Reply, ReplyTo};
use run::Run;

/// A way to a running writer. Clones lead to the same one; when the last is dropped, it ends.
pub struct Writer<M: Machine> {
    queue: mpsc::Sender<Ask<M>>,
    end: watch::Receiver<Position>,
}

impl<M: Machine> Clone for Writer<M> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), end: self.end.clone() }
    }
}

/// Why a writer did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another holds the lease, or the store is out of reach.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal makes no state of this machine.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// The task of a writer.
#[derive(Debug)]
pub struct Running(JoinHandle<Stopped>);

impl Running {
    /// Waits for its end, and says why it came.
    pub async fn ended(self) -> Stopped {
        self.0.await.unwrap_or_else(|error| Stopped::Fault(error.to_string()))
    }
}

impl<M: Machine> Writer<M> {
    /// Makes the state from the journal, takes the lease, and starts.
    ///
    /// # Errors
    /// Where another holds the lease ([`stand_by`] waits for it), or the journal makes no state.
    pub async fn start(
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
        genesis: Genesis<M>,
        options: WriterOptions,
    ) -> Result<(Self, Running), StartError> {
        let journal = Limited::wrap(journal, options.write_within);
        let state = replay(&*journal, &genesis).await?;
        let lease = journal.acquire().await?;
        Ok(Self::run(Run::under(lease, journal, clock, genesis, options, state).await?))
    }

    fn run(run: Run<M>) -> (Self, Running) {
        let (queue, asks) = mpsc::channel(run.options.queue.max(1));
        let end = run.end.subscribe();
        (Self { queue, end }, Running(tokio::spawn(run.until_the_end(asks))))
    }

    /// Hears the end of the journal whenever a batch was committed, whoever asked for it, timers included.
    #[must_use]
    pub fn end(&self) -> watch::Receiver<Position> {
        self.end.clone()
    }

    /// Has a command decided, and answers once it cannot be lost. Waits where the queue is full.
    ///
    /// A caller that stops waiting does not take the command back.
    ///
    /// # Errors
    /// Where the machine refuses, or the writer cannot say or do it; what then holds of the command is the [`Outage`]'s.
    pub async fn submit(&self, command: M::Command) -> Result<Committed<M::Answer>, SubmitError<M::Refusal>> {
        let (to, reply) = ReplyTo::channel();
        self.queue.send(Ask::Command(command, to)).await.map_err(|_| Outage::NotDone)?;
        told(reply).await
    }

    /// Has several commands decided in their order, in as few batches as they fit. Each has an answer of its own: that one is
    /// refused keeps no other from being done.
    pub async fn submit_all(
        &self,
        commands: Vec<M::Command>,
    ) -> Vec<Result<Committed<M::Answer>, SubmitError<M::Refusal>>> {
        let mut replies = Vec::with_capacity(commands.len());
        let mut commands = commands.into_iter().peekable();
        while commands.peek().is_some() {
            // Room for many at once: none of another caller comes between.
            let room = commands.len().min(self.queue.max_capacity());
            let Ok(permits) = self.queue.reserve_many(room).await else { break };
            for (permit, command) in permits.zip(commands.by_ref()) {
                let (to, reply) = ReplyTo::channel();
                permit.send(Ask::Command(command, to));
                replies.push(reply);
            }
        }
        let mut results = Vec::with_capacity(replies.len());
        for reply in replies {
            results.push(told(reply).await);
        }
        // The writer has ended before it took these.
        results.extend(commands.map(|_| Err(Outage::NotDone.into())));
        results
    }

    /// As [`Writer::submit`], but refuses where the queue is full.
    ///
    /// # Errors
    /// As [`Writer::submit`]; [`Outage::Busy`] where the queue is full.
    pub async fn try_submit(&self, command: M::Command) -> Result<Committed<M::Answer>, SubmitError<M::Refusal>> {
        let (to, reply) = ReplyTo::channel();
        self.queue.try_send(Ask::Command(command, to)).map_err(|error| match error {
            TrySendError::Full(_) => Outage::Busy,
            TrySendError::Closed(_) => Outage::NotDone,
        })?;
        told(reply).await
    }

    /// Reads the state, as it is after every command that was queued before. What is seen is in the journal.
    ///
    /// The writer stands still meanwhile: take out what is needed, and work on it elsewhere.
    ///
    /// # Errors
    /// Where the writer has ended, or its state had to be made anew: ask again.
    pub async fn read<R: Send + 'static>(
        &self,
        see: impl FnOnce(&M, Position) -> R + Send + 'static,
    ) -> Result<R, Outage> {
        let (tell, told) = oneshot::channel();
        // Who asked may have left.
        let look = Look::new(move |state: Option<&Replayed<M>>| {
            let seen = state.map(|state| see(&state.machine, state.place));
            drop(tell.send(seen.ok_or(Outage::NotDone)));
        });
        self.queue.send(Ask::Look(look)).await.map_err(|_| Outage::NotDone)?;
        told.await.unwrap_or(Err(Outage::NotDone))
    }
}

/// What the writer tells. Where it went without a word, the outcome is not known.
async fn told<M: Machine>(reply: oneshot::Receiver<Reply<M>>) -> Result<Committed<M::Answer>, SubmitError<M::Refusal>> {
    reply.await.map_or_else(|_| Err(Outage::Unknown.into()), |Reply(reply)| reply)
}
