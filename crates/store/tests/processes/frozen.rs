//! Two writers on PostgreSQL: one is stopped in the middle of its work, the other takes over, the first goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::{Child, Command},
    time::Duration,
};

use earnest_ports::{check as check_journal, replay};

use super::{
    child::{IDS, genesis, open, start},
    schema::Schema,
};

/// How long a takeover may take.
const WITHIN: Duration = Duration::from_secs(5);

/// How often writers change places.
const ROUNDS: u64 = 3;

pub(crate) fn check(schema: &Schema) -> String {
    let url = schema.url();
    let (mut old, mut output) = start(&url, 0);
    let (mut seen, mut longest) = (Vec::new(), Duration::ZERO);
    output.started();
    for round in 1..=ROUNDS {
        let (new, new_output) = start(&url, round * IDS);
        seen.extend(output.answers(500));
        signal(&old, "STOP");
        let stopped = tokio::time::Instant::now();
        new_output.started();
        longest = longest.max(stopped.elapsed());
        seen.extend(new_output.answers(200));
        signal(&old, "CONT");
        let (late, why) = output.rest();
        seen.extend(late);
        assert_eq!(why.as_deref(), Some("Fenced"), "round {round}");
        old.wait().unwrap();
        seen.extend(new_output.answers(200));
        (old, output) = (new, new_output);
    }
    old.kill().unwrap();
    old.wait().unwrap();
    seen.extend(output.rest().0);
    assert!(longest <= WITHIN, "a takeover took {longest:?}");
    tokio::runtime::Runtime::new().unwrap().block_on(judge(&url, &seen));
    format!("{ROUNDS} takeovers, the longest in {longest:.1?}")
}

async fn judge(url: &str, seen: &[u64]) {
    let journal = open(url).await;
    check_journal(&*journal, &genesis(), &BTreeMap::new()).await.unwrap();
    let state = replay(&*journal, &genesis()).await.unwrap();
    assert!(state.machine.is_sound());
    let done: BTreeSet<u64> = state.machine.ids().collect();
    assert_eq!(done.len() as u64, state.place.seq.value(), "expected one fact for each id");
    assert!(seen.iter().all(|id| done.contains(id)), "expected every answer to stand");
}

fn signal(process: &Child, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &process.id().to_string()]).status().unwrap();
    assert!(sent.success());
}
