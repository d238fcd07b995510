//! Writes and syncs that fail: at every call that a short life of the journal makes, the kernel answers with an error, once
//! or from then on, in one thread or in all. `strace` has it do so.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::Write,
    path::PathBuf,
    process::Command,
    sync::Arc,
};

use earnest_ports::{SystemClock, Writer, WriterOptions, check as check_journal, replay};
use tempfile::TempDir;

use super::{
    child::{add, amount, genesis, open},
    flow::{Said, Story, asked, batches, failing, ids, live},
};

/// The calls that write and sync, and the errors that they answer with.
const CALLS: [(&str, &[&str]); 6] = [
    ("pwrite64", &["EIO", "ENOSPC"]),
    ("write", &["EIO", "ENOSPC"]),
    ("ftruncate", &["EIO"]),
    ("fdatasync", &["EIO"]),
    ("fsync", &["EIO"]),
    ("rename", &["EIO", "ENOSPC"]),
];

/// A call that fails, and with what.
#[derive(Debug, Clone, Copy)]
struct Fault {
    call: &'static str,
    error: &'static str,
    when: When,
}

#[derive(Debug, Clone, Copy)]
enum When {
    /// The call of this number in each thread.
    Once(usize),
    /// That one, and each that the thread makes after it. A connection that is made anew has a thread of its own.
    Onward(usize),
    /// Each that is made from this batch on: the disk is dead.
    Dead(u64),
}

/// Whether `strace` can have calls fail here. Where it cannot, that is said past the capture of a test harness.
pub(crate) fn strace() -> bool {
    let tried = Command::new("strace").args(["-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "true"]).output();
    let why = match tried {
        Ok(output) if output.status.success() => return true,
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    assert!(env::var("CI").as_deref() != Ok("true"), "expected strace to trace a process, found: {why}");
    let notice = format!("SKIPPED: no strace that may trace a process ({why}). On Debian: `apt install strace`\n");
    std::io::stderr().write_all(notice.as_bytes()).unwrap();
    false
}

/// Has calls fail, one in each run, and judges what is left.
pub(crate) fn check() -> String {
    let faults = faults();
    let wanted = match env::var("EARNEST_FAULTS").as_deref() {
        Ok("all") => faults.len(),
        Ok(count) => count.parse().unwrap(),
        Err(_) => 100,
    };
    let wanted = wanted.clamp(1, faults.len());
    let (mut failed, mut told) = (0, BTreeMap::<&str, usize>::new());
    // Spread over all of them: of each call as many as it has, early and late.
    for fault in (0..wanted).map(|number| faults[number * faults.len() / wanted]) {
        let life = Life::new();
        let from = if let When::Dead(batch) = fault.when { Some(batch) } else { None };
        let story = live(&mut life.under(&[fault.call], Some(fault)), &life.path, from);
        failed += life.failed(fault);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let judged = runtime.block_on(judge(&life, &story));
        judged.unwrap_or_else(|wrong| panic!("{fault:?}: {wrong}\n{story:#?}"));
        story.told.iter().for_each(|(_, said)| *told.entry(said.name()).or_default() += 1);
    }
    format!("{wanted} of {} faults, {failed} calls failed, callers told {told:?}", faults.len())
}

/// Every call of a life in which none fails.
fn faults() -> Vec<Fault> {
    let life = Life::new();
    let calls: Vec<&str> = CALLS.iter().map(|(call, _)| *call).collect();
    let story = live(&mut life.under(&calls, None), &life.path, None);
    assert_eq!(story.end.as_deref(), Some("through"), "{story:?}");
    assert!(story.told.iter().all(|(_, said)| matches!(said, Said::Done(_))), "{story:?}");
    let log = fs::read_to_string(life.log()).unwrap();
    let mut faults = Vec::new();
    for (call, errors) in CALLS {
        // Calls are counted in each thread, and so they are here.
        let mut most = BTreeMap::<&str, usize>::new();
        for line in log.lines() {
            if let Some((thread, said)) = line.split_once(' ')
                && said.trim_start().starts_with(&format!("{call}("))
            {
                *most.entry(thread).or_default() += 1;
            }
        }
        let Some(most) = most.into_values().max() else { continue };
        let whens = (1..=most).flat_map(|number| [When::Once(number), When::Onward(number)]);
        let dead = (0..batches()).map(When::Dead);
        for when in whens.chain(dead) {
            faults.extend(errors.iter().map(|error| Fault { call, error, when }));
        }
    }
    faults
}

/// A journal of its own, and what strace says of it.
struct Life {
    path: PathBuf,
    folder: TempDir,
}

impl Life {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        // As the kernel names it: by that the calls on it are told from others.
        let path = folder.path().canonicalize().unwrap().join("disk/journal.db");
        fs::create_dir(path.parent().unwrap()).unwrap();
        Self { path, folder }
    }

    /// A program that has these calls logged, and fails one of them.
    fn under(&self, calls: &[&str], fault: Option<Fault>) -> Command {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "--seccomp-bpf", "-o"]).arg(self.log());
        strace.args(["-e", &format!("trace={}", calls.join(","))]);
        let mut disk = self.path.parent().unwrap().to_owned();
        if let Some(Fault { call, error, when }) = fault {
            let when = match when {
                When::Once(number) => number.to_string(),
                When::Onward(number) => format!("{number}+"),
                When::Dead(_) => {
                    disk = failing(&disk);
                    "1+".to_owned()
                }
            };
            strace.args(["-e", &format!("inject={call}:error={error}:when={when}")]);
        }
        // Only the calls on these: a runtime whose own wake-ups fail proves nothing.
        let files =
            ["", "-wal", "-journal", "-shm", "-snapshot"].map(|ending| disk.join(format!("journal.db{ending}")));
        for path in files.iter().chain([&disk]) {
            strace.arg("-P").arg(path);
        }
        strace
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("strace")
    }

    /// How many calls failed.
    fn failed(&self, fault: Fault) -> usize {
        let log = fs::read_to_string(self.log()).unwrap();
        let failed = log.lines().filter(|line| line.ends_with("(INJECTED)")).count();
        // Late in a life, none of some calls is made any more.
        let none_is_left = matches!(fault.when, When::Dead(_));
        assert!(failed > 0 || none_is_left, "expected a call to fail by {fault:?}, found none");
        failed
    }
}

/// Whatever failed: what was told as done is in the journal once, with that answer; what was told as not done to everybody is
/// not; and who asks again gets one answer for each id.
async fn judge(life: &Life, story: &Story) -> Result<(), String> {
    let end = story.end.as_deref().ok_or("the process fell")?;
    let told = story.told.len() as u64;
    if end == "through" && told != asked() {
        return Err(format!("{told} of {} callers were told something", asked()));
    }
    let journal = open(&format!("sqlite:{}", life.path.display())).await;
    check_journal(&*journal, &genesis(), &BTreeMap::new()).await.map_err(|error| error.to_string())?;
    let state = replay(&*journal, &genesis()).await.map_err(|error| error.to_string())?;
    let done: BTreeSet<u64> = state.machine.ids().collect();
    let sum = done.iter().map(|id| amount(*id)).sum::<i64>();
    if !state.machine.is_sound() || state.machine.sum() != sum || state.place.seq.value() != done.len() as u64 {
        return Err("an effect is lost, or counted twice".to_owned());
    }
    let options = WriterOptions::default();
    let started = Writer::start(journal, Arc::new(SystemClock), genesis(), options).await;
    let (writer, _running) = started.map_err(|error| error.to_string())?;
    for id in ids() {
        let said = |what: fn(&Said) -> bool| story.told.iter().any(|(of, said)| *of == id && what(said));
        if done.contains(&id) && !said(|said| *said != Said::NotDone) {
            return Err(format!("id {id} is done, and everybody was told that it is not"));
        }
        let answer = writer.submit(add(id)).await.map_err(|error| error.to_string())?.answer.sum;
        let other = story.told.iter().find(|(of, said)| *of == id && matches!(said, Said::Done(sum) if *sum != answer));
        if let Some((_, said)) = other {
            return Err(format!("the answer to id {id} was {said:?}, and is {answer}"));
        }
        if said(|said| matches!(said, Said::Done(_))) && !done.contains(&id) {
            return Err(format!("id {id} was told as done, and is lost"));
        }
    }
    Ok(())
}
