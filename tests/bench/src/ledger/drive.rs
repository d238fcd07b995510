//! Two ways to drive the ledger over a journal: the bare way of a batch, and the writer that services use.

use std::{sync::Arc, time::Instant};

use anyhow::{anyhow, ensure};
use earnest_base::Timestamp;
use earnest_ledger::Command;
use earnest_ports::{Batch, Clock, Fence, Journal, JournalName, Position, Stopped, SystemClock, Writer, WriterOptions};

use super::{Size, escrow::Escrow, market::Market};

/// How large the batches are that open the accounts.
const OPENING: usize = 2_048;

/// One measurement: operations per second, and the milliseconds of each commit.
pub(super) struct Cell {
    pub(super) rate: f64,
    pub(super) commits: Vec<f64>,
}

/// Where every measurement begins: a ledger with accounts that have money, and the batches that made it.
pub(super) struct Start {
    pub(super) name: JournalName,
    pub(super) escrow: Escrow,
    pub(super) place: Position,
    at: Timestamp,
    batches: Vec<Batch>,
}

impl Start {
    pub(super) fn new(market: &Market) -> anyhow::Result<Self> {
        let name: JournalName = "ledger:fed:pl-main".parse()?;
        let place = Position::start(&name);
        let escrow = Escrow::empty()?;
        let mut start = Self { name, escrow, place, at: market.at, batches: Vec::new() };
        for commands in market.opening()?.chunks(OPENING) {
            let batch = decided(&mut start.escrow, commands, start.place, start.at)?;
            start.place = batch.end();
            start.batches.push(batch);
        }
        Ok(start)
    }

    /// Writes the beginning to a journal.
    pub(super) async fn write(&self, journal: &dyn Journal) -> anyhow::Result<Fence> {
        let fence = journal.acquire().await?.fence;
        for batch in &self.batches {
            journal.append(fence, batch).await?;
        }
        Ok(fence)
    }

    /// The bytes that these commands come to, batch by batch, those left out that only warm up.
    pub(super) fn bytes(&self, commands: &[Command], size: &Size) -> anyhow::Result<Vec<Batch>> {
        let (mut escrow, mut place) = (self.escrow.clone(), self.place);
        let mut batches = Vec::with_capacity(size.commits);
        for (index, commands) in commands.chunks(size.batch).enumerate() {
            let batch = decided(&mut escrow, commands, place, SystemClock.now())?;
            place = batch.end();
            if index >= size.warm {
                batches.push(batch);
            }
        }
        Ok(batches)
    }
}

/// A batch of what these commands come to.
pub(super) fn decided(
    escrow: &mut Escrow,
    commands: &[Command],
    place: Position,
    at: Timestamp,
) -> anyhow::Result<Batch> {
    let mut batch = Batch::new(place, at);
    commands.iter().try_for_each(|command| escrow.carry_out(command, at, &mut batch))?;
    Ok(batch)
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

pub(super) fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// Decide, apply, write and chain a batch, and append it: nothing else.
pub(super) async fn bare(
    journal: &dyn Journal,
    start: &Start,
    commands: &[Command],
    size: &Size,
) -> anyhow::Result<Cell> {
    let fence = start.write(journal).await?;
    let (mut escrow, mut place) = (start.escrow.clone(), start.place);
    let (mut commits, mut begun) = (Vec::with_capacity(size.commits), now());
    for (index, commands) in commands.chunks(size.batch).enumerate() {
        if index == size.warm {
            commits.clear();
            begun = now();
        }
        let batch = decided(&mut escrow, commands, place, SystemClock.now())?;
        let sent = now();
        journal.append(fence, &batch).await?;
        commits.push(millis(sent));
        place = batch.end();
    }
    Ok(Cell { rate: rate(size, begun), commits })
}

/// Lists of commands through the writer, each after the one before is answered.
pub(super) async fn writer(
    journal: Arc<dyn Journal>,
    start: &Start,
    commands: &[Command],
    size: &Size,
) -> anyhow::Result<Cell> {
    start.write(&*journal).await?;
    let options = WriterOptions { snapshot_every: 0, batch: size.batch, ..WriterOptions::default() };
    let (writer, running) = Writer::start(journal, Arc::new(SystemClock), Escrow::genesis()?, options).await?;
    let lists: Vec<Vec<Command>> = commands.chunks(size.batch).map(<[Command]>::to_vec).collect();
    let (mut commits, mut begun) = (Vec::with_capacity(size.commits), now());
    for (index, list) in lists.into_iter().enumerate() {
        if index == size.warm {
            commits.clear();
            begun = now();
        }
        let sent = now();
        for told in writer.submit_all(list).await {
            told.map_err(|error| anyhow!("expected every command done, found {error:?}"))?;
        }
        commits.push(millis(sent));
    }
    let rate = rate(size, begun);
    drop(writer);
    let stopped = running.ended().await;
    ensure!(stopped == Stopped::Unused, "expected the writer to end in its time, found {stopped:?}");
    Ok(Cell { rate, commits })
}

fn rate(size: &Size, begun: Instant) -> f64 {
    (size.batch * size.commits) as f64 / begun.elapsed().as_secs_f64()
}
