//! The loop of a writer.

use std::{collections::VecDeque, sync::Arc};

use earnest_base::Timestamp;
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::{
    Committed, StartError, Stopped, WriterOptions,
    queue::{Ask, Decision, Waiting},
    snapshots::Snapshots,
};
use crate::{Batch, Clock, Decided, Genesis, Journal, JournalError, Lease, Machine, Position, Replayed};

/// A writer at work.
pub(super) struct Run<M: Machine> {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) genesis: Genesis<M>,
    pub(super) options: WriterOptions,
    pub(super) lease: Lease,
    /// The machine, and where it stands. Between two batches that is where the journal ends.
    pub(super) state: Replayed<M>,
    clock: Arc<dyn Clock>,
    pub(super) renewed: Instant,
    /// Where the journal ends, for those who follow it.
    pub(super) end: watch::Sender<Position>,
    snapshots: Snapshots,
    asks: VecDeque<Ask<M>>,
}

/// What woke the writer.
enum Woken {
    Work,
    Renewal,
    Nobody,
}

impl<M: Machine> Run<M> {
    /// A writer under a lease, from a state that it brings up to the end of the journal.
    pub(super) async fn under(
        lease: Lease,
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
        genesis: Genesis<M>,
        options: WriterOptions,
        state: Replayed<M>,
    ) -> Result<Self, StartError> {
        let (renewed, asks) = (Instant::now(), VecDeque::new());
        let snapshots = Snapshots::from(state.place);
        let end = watch::Sender::new(state.place);
        let mut run = Self { journal, genesis, options, lease, state, clock, renewed, end, snapshots, asks };
        run.state.follow(&*run.journal).await?;
        run.end.send_replace(run.state.place);
        Ok(run)
    }

    pub(super) async fn until_the_end(mut self, mut queue: mpsc::Receiver<Ask<M>>) -> Stopped {
        let stopped = loop {
            let worked = match self.wait(&mut queue).await {
                Woken::Nobody => Err(Stopped::Unused),
                Woken::Renewal => self.renew().await,
                Woken::Work => self.batch().await,
            };
            if let Err(stopped) = worked {
                break stopped;
            }
        };
        queue.close();
        self.asks.drain(..).for_each(Ask::not_done);
        while let Ok(ask) = queue.try_recv() {
            ask.not_done();
        }
        if stopped == Stopped::Unused {
            // Where this fails, the lease ends by itself.
            let _ = self.journal.release(self.lease.fence).await;
        }
        stopped
    }

    /// Waits for something to do, and takes as much of what is asked as a batch may have.
    async fn wait(&mut self, queue: &mut mpsc::Receiver<Ask<M>>) -> Woken {
        let (limit, left) = (self.options.batch.max(1), !self.asks.is_empty());
        let timer = due(&*self.clock, self.state.machine.next_due());
        let renewal = renewal(&self.lease, self.renewed);
        let mut first = None;
        // The order matters under load: a lease that is not renewed is lost.
        let woken = tokio::select! {
            biased;
            () = renewal => Woken::Renewal,
            () = std::future::ready(()), if left => Woken::Work,
            () = timer => Woken::Work,
            ask = queue.recv() => if ask.is_some() { first = ask; Woken::Work } else { Woken::Nobody },
        };
        self.asks.extend(first);
        while self.asks.len() < limit && matches!(woken, Woken::Work) {
            let Ok(ask) = queue.try_recv() else { break };
            self.asks.push_back(ask);
        }
        woken
    }

    /// Renews the lease. A store out of reach is tried again at the next term.
    pub(super) async fn renew(&mut self) -> Result<(), Stopped> {
        self.renewed = Instant::now();
        match self.journal.renew(self.lease.fence).await {
            Err(JournalError::Fenced { .. }) => Err(Stopped::Fenced),
            Err(error) => {
                tracing::warn!(%error, "the lease was not renewed");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Decides what has come due and what was asked, writes it once, and answers.
    async fn batch(&mut self) -> Result<(), Stopped> {
        // One moment for the whole batch, and never an earlier one than the facts before it have.
        let now = self.clock.now().max(self.state.at);
        let mut batch = Batch::new(self.state.place, now);
        let mut waiting = Waiting::with_capacity(self.asks.len());
        let decided = self.timers(now, &mut batch).and_then(|()| self.answers(now, &mut batch, &mut waiting));
        if let Err(stopped) = decided {
            waiting.not_done();
            return Err(stopped);
        }
        self.commit(&batch, waiting).await?;
        self.snapshots.make_where_due(self.state.place, self.options.snapshot_every, &self.journal, &self.genesis);
        Ok(())
    }

    /// Runs the timers that are due. One that an earlier one of the batch made moot is refused, which is no matter; where
    /// none makes a fact, they would be due for ever.
    fn timers(&mut self, now: Timestamp, batch: &mut Batch) -> Result<(), Stopped> {
        let due = self.state.machine.due(now, self.options.batch.max(1));
        for command in &due {
            // Nobody waits for the reply of a timer.
            drop(decide(&mut self.state, command, now, batch)?);
        }
        if due.is_empty() || !batch.is_empty() {
            return Ok(());
        }
        Err(Stopped::Fault(format!("expected {} timers that are due to make facts, found none", due.len())))
    }

    fn answers(&mut self, now: Timestamp, batch: &mut Batch, waiting: &mut Waiting<M>) -> Result<(), Stopped> {
        while batch.bytes().len() < self.options.batch_bytes.max(1) {
            match self.asks.pop_front() {
                None => break,
                Some(Ask::Look(look)) => waiting.look(look),
                Some(Ask::Command(command, to)) => match decide(&mut self.state, &command, now, batch) {
                    Ok(decision) => waiting.reply(to, decision),
                    Err(stopped) => {
                        Ask::<M>::Command(command, to).not_done();
                        return Err(stopped);
                    }
                },
            }
        }
        Ok(())
    }

    async fn commit(&mut self, batch: &Batch, waiting: Waiting<M>) -> Result<(), Stopped> {
        if !batch.is_empty() {
            if let Err(error) = self.journal.append(self.lease.fence, batch).await {
                return self.recover(batch, waiting, error).await;
            }
            self.stand_after(batch);
        }
        waiting.done(&self.state);
        Ok(())
    }

    /// The facts that the machine has taken are in the journal.
    pub(super) fn stand_after(&mut self, batch: &Batch) {
        (self.state.place, self.state.at) = (batch.end(), batch.at());
        self.end.send_replace(self.state.place);
    }
}

async fn due(clock: &dyn Clock, moment: Option<Timestamp>) {
    match moment {
        Some(moment) => clock.until(moment).await,
        None => std::future::pending().await,
    }
}

/// Returns when the lease is to be renewed.
pub(super) async fn renewal(lease: &Lease, renewed: Instant) {
    match lease.renew_every {
        Some(every) => tokio::time::sleep_until(renewed + every).await,
        None => std::future::pending().await,
    }
}

/// Decides a command, and takes its facts at once: the next one of the batch is decided after them. Until they are in the
/// journal, nobody sees them.
fn decide<M: Machine>(
    state: &mut Replayed<M>,
    command: &M::Command,
    now: Timestamp,
    batch: &mut Batch,
) -> Result<Decision<M>, Stopped> {
    let Decided { facts, answer } = match state.machine.decide(command, now) {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Decision(Err(refusal))),
    };
    let mut first = None;
    for fact in &facts {
        let place = batch.push(|bytes| M::encode(fact, bytes)).map_err(|error| Stopped::Fault(error.to_string()))?;
        // The fact is not in the journal yet: one that does not apply never gets there.
        first.get_or_insert(place);
        let applied = state.machine.apply(fact, &place);
        applied.map_err(|error| Stopped::Fault(format!("the machine refused its own fact {}: {error}", place.seq)))?;
    }
    Ok(Decision(Ok(Committed { answer, place: batch.end(), first, at: batch.at() })))
}
