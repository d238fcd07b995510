//! Two writers on PostgreSQL: one is stopped in the middle of its work, the other takes over, the first goes on.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read},
    process::{Child, Command},
    time::Duration,
};

use earnest_ports::{check as check_journal, replay};

use super::{
    child::{IDS, STARTED, acknowledged, genesis, open, start},
    schema::Schema,
};

/// How long a takeover may take.
const WITHIN: Duration = Duration::from_secs(5);

/// How often writers change places.
const ROUNDS: u64 = 3;

pub(crate) fn check(schema: &Schema) -> String {
    let url = schema.url();
    let (mut old, mut output) = start(&url, 0);
    let mut seen = Vec::new();
    let mut longest = Duration::ZERO;
    started(&mut output);
    for round in 1..=ROUNDS {
        let (new, mut new_output) = start(&url, round * IDS);
        let mut said = answers(&mut output, 500);
        signal(&old, "STOP");
        let stopped = tokio::time::Instant::now();
        started(&mut new_output);
        longest = longest.max(stopped.elapsed());
        assert!(stopped.elapsed() <= WITHIN, "the takeover took {:?}", stopped.elapsed());
        let mut after = answers(&mut new_output, 200);
        signal(&old, "CONT");
        output.read_to_string(&mut said).unwrap();
        assert_eq!(said.lines().last(), Some("Fenced"), "round {round}");
        old.wait().unwrap();
        after.push_str(&answers(&mut new_output, 200));
        for said in [&said, &after] {
            seen.extend(acknowledged(said));
        }
        (old, output) = (new, new_output);
    }
    old.kill().unwrap();
    old.wait().unwrap();
    let mut said = String::new();
    output.read_to_string(&mut said).unwrap();
    seen.extend(acknowledged(&said));
    tokio::runtime::Runtime::new().unwrap().block_on(judge(&url, &seen));
    format!("{ROUNDS} takeovers, the longest in {longest:.1?}")
}

async fn judge(url: &str, seen: &[u64]) {
    let journal = open(url).await;
    check_journal(&*journal, &genesis(), &BTreeMap::new()).await.unwrap();
    let state = replay(&*journal, &genesis()).await.unwrap();
    assert!(state.machine.is_sound());
    let done: std::collections::BTreeSet<u64> = state.machine.ids().collect();
    assert_eq!(done.len() as u64, state.place.seq.value(), "expected one fact for each id");
    assert!(seen.iter().all(|id| done.contains(id)), "expected every answer to stand");
}

fn started(output: &mut impl BufRead) {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line.trim(), STARTED);
}

fn answers(output: &mut impl BufRead, count: usize) -> String {
    let mut said = String::new();
    for _ in 0..count {
        assert_ne!(output.read_line(&mut said).unwrap(), 0, "the writer ended by itself: {said}");
    }
    said
}

fn signal(process: &Child, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &process.id().to_string()]).status().unwrap();
    assert!(sent.success());
}
