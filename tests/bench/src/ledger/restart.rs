//! A journal of ten million facts on a disk, and the time from opening it to the next command.

use std::path::Path;

use anyhow::ensure;
use earnest_ports::{Journal, Machine, Position, Snapshot, WriterOptions, replay};
use earnest_store::SqliteJournal;

use super::{
    drive::{Start, now},
    escrow::Escrow,
    market::Market,
    memory::Work,
};
use crate::report::{Measured, rounded};

const SMALL: u64 = 10_000;
const LARGE: u64 = 10_000_000;
/// How many operations there are in a batch, about.
const BATCH: usize = 2_048;
/// The seconds that a restart may take.
const RESTART: f64 = 10.0;

/// A small ledger, and a large one whose journal and snapshot are in the folder; and what the snapshot took.
pub(super) async fn grow(folder: &Path, market: &Market, start: &Start) -> anyhow::Result<(Work, Work, Vec<Measured>)> {
    let mut small = Work::new(market, start);
    // Beside those that opened the accounts.
    while small.place.seq.value() < start.place.seq.value() + SMALL {
        small.batch(BATCH)?;
    }
    let journal = journal(folder, start).await?;
    let fence = start.write(&journal).await?;
    let mut large = Work::new(market, start);
    let mut measured = Vec::new();
    for until in [LARGE - WriterOptions::default().snapshot_every, LARGE] {
        let mut at = None;
        while large.place.seq.value() < until {
            let batch = large.batch(BATCH)?;
            journal.append(fence, &batch).await?;
            at = Some(batch.at());
        }
        if let (Some(at), true) = (at, measured.is_empty()) {
            let begun = now();
            let bytes = large.escrow.save();
            let of = |name, unit, value| Measured { name, unit, value: rounded(value), ..Measured::default() };
            measured.push(of("snapshot", "MB", bytes.len() as f64 / 1e6));
            journal.save_snapshot(&Snapshot { place: large.place, at, bytes }).await?;
            measured.push(of("snapshot made and synced", "s", begun.elapsed().as_secs_f64()));
        }
    }
    Ok((small, large, measured))
}

async fn journal(folder: &Path, start: &Start) -> anyhow::Result<SqliteJournal> {
    Ok(SqliteJournal::open(folder.join("restart.db"), start.name.clone()).await?)
}

/// Seconds from opening the journal to a state that takes commands.
pub(super) async fn again(folder: &Path, start: &Start, end: Position) -> anyhow::Result<Measured> {
    let begun = now();
    let journal = journal(folder, start).await?;
    let state = replay(&journal, &Escrow::genesis()?).await?;
    journal.acquire().await?;
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(state.place == end, "expected every fact to be read");
    let measured = Measured { name: "restart", unit: "s", value: rounded(seconds), ..Measured::default() };
    Ok(measured.at_most(RESTART))
}
