//! The ledger: durable holds and releases per second at several sizes of a batch, beside a log that is synced, plain
//! tables and a stored function; what an operation costs when the ledger is large; and how long a restart takes.

mod drive;
mod escrow;
mod log;
mod market;
mod memory;
mod restart;
mod rows;
mod tables;

use std::{fs, path::Path, sync::Arc};

use earnest_ports::{Clock, SystemClock};
use earnest_store::SqliteJournal;
use tokio::runtime::Builder;

use self::{drive::Start, market::Market, rows::Cells};
use crate::{
    postgres::Postgres,
    report::{Measured, Report, machine},
};

/// How often everything is measured, one after the other, so that a slow moment of the machine hits all alike.
const ROUNDS: usize = 3;

/// The sizes of a batch, and how many commits are measured of each. Before them others run: until the write-ahead log of
/// SQLite has its size, every commit makes it longer.
const SIZES: [Size; 4] = [
    Size { batch: 1, warm: 250, commits: 750 },
    Size { batch: 32, warm: 100, commits: 400 },
    Size { batch: 256, warm: 40, commits: 200 },
    Size { batch: 2_048, warm: 10, commits: 70 },
];

/// A size of a batch.
struct Size {
    batch: usize,
    /// How many commits come before the measurement.
    warm: usize,
    /// How many commits are measured.
    commits: usize,
}

impl Size {
    const fn operations(&self) -> usize {
        self.batch * (self.warm + self.commits)
    }
}

/// Measures.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let folder = crate::root().join("target/bench-ledger");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut notes = NOTES.map(str::to_owned).to_vec();
    let postgres = runtime.block_on(Postgres::find());
    let postgres = postgres.map_err(|error| notes.push(format!("PostgreSQL is left out: {error:#}"))).ok();
    let market = Market::new(SystemClock.now());
    let start = Start::new(&market)?;
    let mut results = runtime.block_on(durable(&folder, &market, &start, postgres.as_ref()))?;
    let (small, large, snapshot) = runtime.block_on(restart::grow(&folder, &market, &start))?;
    let end = large.place;
    results.extend(memory::growth(&small, large)?);
    results.extend(snapshot);
    results.push(runtime.block_on(restart::again(&folder, &start, end))?);
    fs::remove_dir_all(&folder)?;
    Ok(Report { bench: "ledger", machine: machine(), results, notes })
}

const NOTES: [&str; 6] = [
    "an operation is one command and one fact: it opens a hold, or cancels one that was opened 64 operations before, so that \
     its payer has the money back; half of them each, over 10,000 accounts. A release to the payee needs a delivery before it: \
     `open, deliver, accept` is the ledger's longest short way, a third of the commands each",
    "p50 and p99 are those of a commit, in milliseconds: through the writer, of a whole list of commands until each is \
     answered; with 32 clients, of one call",
    "`SQLite` and `PostgreSQL`: decide, apply, write, chain and append batch after batch, nothing else; `through the writer`: \
     lists of so many commands, each after the one before is answered",
    "the log writes the same bytes in the same batches and does nothing else: a file whose blocks are there, overwritten, \
     fdatasync",
    "tables and function keep accounts, holds and transfers, and check what a hold needs; they keep no chain of hashes, no \
     deadlines and no digest of what was asked",
    "restart: opened, lease taken, snapshot read and verified, and as many facts after it as the writer lets come before it \
     makes the next; the files may be in the system's cache",
];

/// Every size of a batch, in rounds.
async fn durable(
    folder: &Path,
    market: &Market,
    start: &Start,
    postgres: Option<&Postgres>,
) -> anyhow::Result<Vec<Measured>> {
    let most = SIZES.iter().map(Size::operations).max().unwrap_or_default();
    let commands = market.clone().pairs(most)?;
    let lives = market.clone().lives(SIZES[2].operations())?;
    let mut cells = Cells::default();
    for round in 0..ROUNDS {
        for (size, cells) in SIZES.iter().zip(&mut cells.sizes) {
            let commands = &commands[..size.operations()];
            let sqlite = |name: &str| SqliteJournal::open(folder.join(format!("{name}.db")), start.name.clone());
            let name = format!("{round}-{}", size.batch);
            cells.log.push(log::written(folder, &start.bytes(commands, size)?)?);
            cells.sqlite.push(drive::bare(&sqlite(&name).await?, start, commands, size).await?);
            let journal = Arc::new(sqlite(&format!("{name}-writer")).await?);
            cells.sqlite_writer.push(drive::writer(journal, start, commands, size).await?);
            if let Some(postgres) = postgres {
                let journal = postgres.journal(start.name.clone()).await?;
                cells.postgres.push(drive::bare(&journal, start, commands, size).await?);
                drop(journal);
                let journal = Arc::new(postgres.journal(start.name.clone()).await?);
                cells.postgres_writer.push(drive::writer(journal, start, commands, size).await?);
            }
        }
        let journal = SqliteJournal::open(folder.join(format!("{round}-lives.db")), start.name.clone()).await?;
        cells.lives.push(drive::bare(&journal, start, &lives, &SIZES[2]).await?);
        if let Some(postgres) = postgres {
            cells.tables.push(tables::transactions(postgres).await?);
            cells.function.push(tables::function(postgres).await?);
        }
    }
    if let Some(postgres) = postgres {
        postgres.forget().await?;
    }
    Ok(cells.results())
}
