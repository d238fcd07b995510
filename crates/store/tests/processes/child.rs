//! The writer that is killed: it says on its output what was acknowledged, a line for each.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
};

use earnest_ports::{
    Genesis, Journal, SystemClock, WriterOptions,
    testing::{Amount, Tally, TallyCommand},
};
use earnest_store::{PostgresJournal, PostgresOptions};

/// The environment of a child: where the journal is.
pub(crate) const URL: &str = "EARNEST_CHILD_JOURNAL";
/// The first id that it uses.
const FIRST: &str = "EARNEST_CHILD_FIRST";

/// How many callers a child has.
const CALLERS: u64 = 16;
/// How many ids a child may use.
pub(crate) const IDS: u64 = 1_000_000;

/// What a child says when it has its lease.
const STARTED: &str = "started";

/// The amount of an id.
pub(crate) fn amount(id: u64) -> i64 {
    i64::try_from(id % 97).unwrap() + 1
}

/// The command of an id.
pub(crate) fn add(id: u64) -> TallyCommand {
    TallyCommand::Add { id, amount: Amount(amount(id)), note: vec![7; usize::try_from(id % 300).unwrap()] }
}

pub(crate) fn genesis() -> Genesis<Tally> {
    Genesis::new(Tally::default)
}

/// Opens a journal. Behind the URL of a PostgreSQL stand `#` and a schema; behind another `#` a holder, who need not wait for
/// the lease of a predecessor of the same name.
pub(crate) async fn open(url: &str) -> Arc<dyn Journal> {
    let name = "tests".parse().unwrap();
    let mut parts = url.split('#');
    let url = parts.next().unwrap();
    let Some(schema) = parts.next() else { return earnest_store::open(url, name).await.unwrap() };
    let mut options = PostgresOptions { schema: schema.to_owned(), ..PostgresOptions::new(url) };
    options.holder = parts.next().map_or(options.holder, str::to_owned);
    Arc::new(PostgresJournal::open(options, name).await.unwrap())
}

/// What a child says. It is read as it comes, so that a child never waits for its reader.
pub(crate) struct Output(mpsc::Receiver<String>);

/// Starts a child that uses ids from this one on.
pub(crate) fn start(url: &str, first: u64) -> (Child, Output) {
    let mut child = Command::new(env::current_exe().unwrap())
        .env(URL, url)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
    (child, Output(told))
}

impl Output {
    /// Waits until the child has its lease.
    pub(crate) fn started(&self) {
        assert_eq!(self.0.recv().as_deref(), Ok(STARTED));
    }

    /// Waits for so many acknowledged ids.
    pub(crate) fn answers(&self, count: u64) -> Vec<u64> {
        let next = || acknowledged(&self.0.recv().unwrap()).unwrap_or_else(|| panic!("the writer ended by itself"));
        (0..count).map(|_| next()).collect()
    }

    /// Waits for its end: the ids that were acknowledged until then, and what it said last, where it said why it ended.
    pub(crate) fn rest(self) -> (Vec<u64>, Option<String>) {
        let lines: Vec<String> = self.0.iter().collect();
        let ids = lines.iter().filter_map(|line| acknowledged(line)).collect();
        (ids, lines.last().filter(|line| acknowledged(line).is_none()).cloned())
    }
}

/// The id of a line, where the line is one and whole.
fn acknowledged(line: &str) -> Option<u64> {
    line.strip_suffix('.')?.parse().ok()
}

/// The child: a writer, and callers that ask without pause until the process ends.
pub(crate) fn run(url: &str) {
    let first: u64 = env::var(FIRST).unwrap().parse().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        // Snapshots are on their way at most moments, so that some are killed too.
        let options = WriterOptions { snapshot_every: 500, batch: 8, ..WriterOptions::default() };
        let journal = open(url).await;
        let started = earnest_ports::stand_by(journal, Arc::new(SystemClock), genesis(), options).await;
        let (writer, running) = started.unwrap();
        say(STARTED);
        for caller in 0..CALLERS {
            let writer = writer.clone();
            tokio::spawn(async move {
                for id in (first + caller..first + IDS).step_by(usize::try_from(CALLERS).unwrap()) {
                    match writer.submit(add(id)).await {
                        Ok(_) => say(&format!("{id}.")),
                        Err(_) => return,
                    }
                }
            });
        }
        drop(writer);
        say(&format!("{:?}", running.ended().await));
    });
}

/// A line, in one write: a pipe keeps it whole.
fn say(line: &str) {
    let written = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
    written.unwrap();
}
