//! Durable commands per second: a small machine under a writer, on SQLite and on PostgreSQL, beside a log file that is
//! written and synced with the same bytes.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use earnest_base::Timestamp;
use earnest_ports::{
    Batch, Genesis, Journal, Machine, Stopped, SystemClock, Writer, WriterOptions, replay, snapshot,
    testing::{Amount, Tally, TallyCommand, TallyFact},
};
use earnest_store::SqliteJournal;
use tokio::runtime::Builder;

use crate::{
    postgres::Postgres,
    report::{Measured, Report, machine, percentile, ratio, rounded},
};

/// What the results of a size are called.
struct Names {
    sqlite: &'static str,
    growing: &'static str,
    postgres: &'static str,
}

macro_rules! names {
    ($batch:literal) => {
        Names {
            sqlite: concat!("SQLite, batch ", $batch),
            growing: concat!("growing log, batch ", $batch),
            postgres: concat!("PostgreSQL, batch ", $batch),
        }
    };
}

/// The sizes of a batch, each with the share of the log's speed that the ledger on SQLite is to reach.
const BATCHES: [(usize, Names, Option<f64>); 4] = [
    (1, names!("1"), Some(0.77)),
    (32, names!("32"), Some(0.30)),
    (256, names!("256"), Some(0.33)),
    (2_048, names!("2048"), None),
];
/// How often everything is measured, one after the other, so that a slow moment of the machine hits all alike.
const ROUNDS: usize = 7;
/// How long a measurement lasts, about.
const LASTS: Duration = Duration::from_millis(700);
/// The bytes that a fact carries along: with its numbers and its length it then has 96, as a transfer of the ledger has.
const NOTE: usize = 96 - 25 - 4;
/// How many facts a restart reads.
const MANY: u64 = 10_000_000;

/// Commands per second, a value for each round.
#[derive(Default)]
struct Rates {
    /// A file whose blocks are there, overwritten and synced: the machine's own limit.
    log: Vec<f64>,
    /// A file that grows, synced.
    growing: Vec<f64>,
    sqlite: Vec<f64>,
    postgres: Vec<f64>,
}

/// Measures.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let folder = crate::root().join("target/bench-journal");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut notes = vec![
        "the log is a file whose blocks are already there; `growing log` appends to one, as the name says".to_owned(),
        "each command makes one fact of 96 bytes; a batch of n is a list of n, each after the one before is answered"
            .to_owned(),
    ];
    let postgres = runtime.block_on(Postgres::find());
    let postgres = postgres.map_err(|error| notes.push(format!("PostgreSQL is left out: {error:#}"))).ok();
    let mut results = Vec::new();
    for (batch, names, aim) in &BATCHES {
        let mut rates = Rates::default();
        for round in 0..ROUNDS {
            rates.log.push(log(&folder, *batch, true)?);
            rates.sqlite.push(runtime.block_on(sqlite(&folder.join(format!("{batch}-{round}.db")), *batch))?);
            rates.growing.push(log(&folder, *batch, false)?);
            if let Some(postgres) = &postgres {
                rates.postgres.push(runtime.block_on(on_postgres(postgres, *batch))?);
            }
        }
        results.extend(rates.results(names, *aim));
    }
    results.extend(runtime.block_on(restart(&folder.join("restart.db")))?);
    fs::remove_dir_all(&folder)?;
    Ok(Report { bench: "journal", machine: machine(), results, notes })
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

/// Writes batches of bytes to a file, each synced.
fn log(folder: &Path, batch: usize, preallocated: bool) -> anyhow::Result<f64> {
    let path = folder.join("log");
    let bytes = vec![7_u8; 96 * batch];
    let mut file = File::create(&path)?;
    let size = if preallocated { 64 << 20 } else { 0 };
    file.write_all(&vec![1; size])?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    let (start, mut written, mut count) = (now(), 0, 0_usize);
    while start.elapsed() < LASTS {
        if preallocated && written + bytes.len() > size {
            file.seek(SeekFrom::Start(0))?;
            written = 0;
        }
        file.write_all(&bytes)?;
        file.sync_data()?;
        written += bytes.len();
        count += batch;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}

async fn sqlite(path: &Path, batch: usize) -> anyhow::Result<f64> {
    rate(Arc::new(SqliteJournal::open(path, "bench".parse()?).await?), batch).await
}

async fn on_postgres(postgres: &Postgres, batch: usize) -> anyhow::Result<f64> {
    let measured = rate(Arc::new(postgres.journal("bench".parse()?).await?), batch).await;
    postgres.forget().await?;
    measured
}

/// Has lists of commands decided, each after the one before is answered.
async fn rate(journal: Arc<dyn Journal>, batch: usize) -> anyhow::Result<f64> {
    let options = WriterOptions { snapshot_every: 0, batch, ..WriterOptions::default() };
    let (writer, running) = Writer::start(journal, Arc::new(SystemClock), genesis(), options).await?;
    let mut id = 0;
    let mut list = || (0..batch).map(|_| add(&mut id)).collect::<Vec<_>>();
    // Until the write-ahead log has its size, every write makes it longer.
    for _ in 0..50 {
        ensure!(writer.submit_all(list()).await.iter().all(Result::is_ok), "expected every command done");
    }
    let (start, mut count) = (now(), 0_usize);
    while start.elapsed() < LASTS {
        let told = writer.submit_all(list()).await;
        ensure!(told.iter().all(Result::is_ok), "expected every command done");
        count += told.len();
    }
    let rate = count as f64 / start.elapsed().as_secs_f64();
    drop(writer);
    let stopped = running.ended().await;
    ensure!(stopped == Stopped::Unused, "expected the writer to end in its time, found {stopped:?}");
    Ok(rate)
}

fn genesis() -> Genesis<Tally> {
    Genesis::new(Tally::default)
}

fn add(id: &mut u64) -> TallyCommand {
    *id += 1;
    TallyCommand::Add { id: *id, amount: Amount(1), note: vec![7; NOTE] }
}

/// Seconds that a start takes over many facts: from the first on, and from a snapshot with some facts after it.
async fn restart(path: &Path) -> anyhow::Result<Vec<Measured>> {
    let journal = SqliteJournal::open(path, "bench".parse()?).await?;
    let fence = journal.acquire().await?.fence;
    let mut place = journal.end().await?;
    let (mut id, tail) = (0, 100_000);
    let mut from_snapshot = None;
    for facts in [MANY - tail, tail] {
        let until = id + facts;
        while id < until {
            let mut batch = Batch::new(place, Timestamp::UNIX_EPOCH);
            for _ in 0..2_000_u64.min(until - id) {
                let TallyCommand::Add { id, amount, note } = add(&mut id) else { bail!("expected an addition") };
                let sum = i64::try_from(id)?;
                batch.push(|bytes| Tally::encode(&TallyFact::Added { id, amount, sum, note }, bytes))?;
            }
            journal.append(fence, &batch).await?;
            place = batch.end();
        }
        if from_snapshot.is_none() {
            let start = now();
            snapshot(&journal, &genesis()).await?;
            from_snapshot = Some(start.elapsed().as_secs_f64());
        }
    }
    let start = now();
    let state = replay(&journal, &genesis()).await?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(state.machine.sum() == i64::try_from(MANY)? && state.place == place, "expected every fact to be read");
    let whole = Measured {
        name: "first snapshot",
        unit: "s",
        value: rounded(from_snapshot.unwrap_or(f64::NAN)),
        ..Measured::default()
    };
    let aim = Measured { name: "restart", unit: "s", value: rounded(seconds), ..Measured::default() };
    Ok(vec![whole, aim.at_most(10.0)])
}

impl Rates {
    fn results(&self, names: &Names, aim: Option<f64>) -> Vec<Measured> {
        let log = percentile(&self.log, 50);
        let beside = |name, rates: &[f64], aim| {
            let measured =
                Measured { name, unit: "commands/s", value: rounded(percentile(rates, 50)), ..Measured::default() };
            measured.beside("log", log, ratio(rates, &self.log), aim)
        };
        let mut results = vec![beside(names.sqlite, &self.sqlite, aim), beside(names.growing, &self.growing, None)];
        if !self.postgres.is_empty() {
            results.push(beside(names.postgres, &self.postgres, None));
        }
        results
    }
}
