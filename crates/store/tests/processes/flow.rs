//! A short life of a journal in SQLite, whose writes and syncs fail where its parent has them fail: it says on its output
//! what every caller was told.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use earnest_ports::{
    Outage, SubmitError, SystemClock, Writer, WriterOptions,
    testing::{Tally, join_all},
};
use earnest_store::SqliteJournal;

use super::child::{add, genesis};

/// The environment of the process: where the journal is.
pub(crate) const PATH: &str = "EARNEST_CHILD_FLOW";
/// Before which batch the folder of the journal gets another name, where it does.
const FAILING_FROM: &str = "EARNEST_CHILD_FAILING_FROM";

/// How many ids each of the two writers asks for; the second asks for those of the first again.
const IDS: [u64; 2] = [14, 24];

/// How many callers ask for each id.
const CALLERS: u64 = 2;

/// What a caller was told of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// It was done, and this is the answer.
    Done(i64),
    /// It was not.
    NotDone,
    /// That is not known.
    Unknown,
}

impl Said {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::NotDone => "not-done",
            Self::Unknown => "unknown",
        }
    }
}

/// What the process said.
#[derive(Debug)]
pub(crate) struct Story {
    /// What each caller was told, in order.
    pub(crate) told: Vec<(u64, Said)>,
    /// How it ended; none where it fell.
    pub(crate) end: Option<String>,
}

/// Lives that life, under a program that has calls fail. Where a batch is named, the journal's folder gets the name of
/// [`failing`] before it, by which the program tells the calls that are made from then on.
pub(crate) fn live(under: &mut Command, path: &Path, failing_from: Option<u64>) -> Story {
    under.arg(env::current_exe().unwrap()).env(PATH, path);
    under.envs(failing_from.map(|batch| (FAILING_FROM, batch.to_string())));
    let output = under.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut story = Story { told: Vec::new(), end: None };
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["done", id, sum] => story.told.push((id.parse().unwrap(), Said::Done(sum.parse().unwrap()))),
            ["not-done", id] => story.told.push((id.parse().unwrap(), Said::NotDone)),
            ["unknown", id] => story.told.push((id.parse().unwrap(), Said::Unknown)),
            _ => story.end = Some(line.to_owned()),
        }
    }
    story.end = story.end.filter(|_| output.status.success());
    story
}

/// How many callers are told something where both writers start.
pub(crate) fn asked() -> u64 {
    IDS.iter().sum::<u64>() * CALLERS
}

/// How many batches there are.
pub(crate) fn batches() -> u64 {
    IDS.iter().sum::<u64>() / 2
}

/// The name that a folder has from the batch on at which its calls fail.
pub(crate) fn failing(folder: &Path) -> PathBuf {
    folder.with_file_name("failing")
}

/// Every id that is asked for.
pub(crate) fn ids() -> std::ops::Range<u64> {
    0..IDS[1]
}

/// The life: two writers after each other, over one opening of the journal.
pub(crate) fn run(path: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut said = String::new();
    let end = runtime.block_on(write_twice(path, &mut said));
    // At the end: what has calls fail must not be in the way of telling.
    println!("{said}{end}");
}

async fn write_twice(path: &str, said: &mut String) -> String {
    let journal = match SqliteJournal::open(path, "tests".parse().unwrap()).await {
        Ok(journal) => Arc::new(journal),
        Err(error) => return format!("open {}", error.code()),
    };
    let failing_from = env::var(FAILING_FROM).ok().map(|batch| batch.parse::<u64>().unwrap());
    let mut batches = 0..;
    for ids in IDS {
        let recover_within = Duration::from_millis(300);
        let options = WriterOptions { snapshot_every: 6, recover_within, ..WriterOptions::default() };
        let started = Writer::start(journal.clone(), Arc::new(SystemClock), genesis(), options).await;
        let (writer, running) = match started {
            Ok(started) => started,
            Err(error) => return format!("start {error:?}").replace('\n', " "),
        };
        for id in (0..ids).step_by(2) {
            if batches.next() == failing_from {
                let folder = Path::new(path).parent().unwrap();
                fs::rename(folder, failing(folder)).unwrap();
                #[cfg(unix)]
                std::os::unix::fs::symlink(failing(folder), folder).unwrap();
            }
            // Two ids in a batch, each asked for twice.
            let asks = (0..2 * CALLERS).map(|caller| ask(&writer, id + caller % 2));
            for (id, told) in join_all(asks.collect()).await {
                let written = match told {
                    Said::Done(sum) => writeln!(said, "done {id} {sum}"),
                    Said::NotDone => writeln!(said, "not-done {id}"),
                    Said::Unknown => writeln!(said, "unknown {id}"),
                };
                written.unwrap();
            }
        }
        drop(writer);
        let _ = writeln!(said, "ended {:?}", running.ended().await);
    }
    "through".to_owned()
}

async fn ask(writer: &Writer<Tally>, id: u64) -> (u64, Said) {
    match writer.submit(add(id)).await {
        Ok(told) => (id, Said::Done(told.answer.sum)),
        Err(SubmitError::Outage(Outage::NotDone)) => (id, Said::NotDone),
        Err(SubmitError::Outage(Outage::Unknown)) => (id, Said::Unknown),
        Err(error) => panic!("{error:?}"),
    }
}
