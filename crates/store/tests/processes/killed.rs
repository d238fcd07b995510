//! A writer that is killed under load, again and again.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use earnest_ports::{Position, Tail, check as check_journal, replay};

use super::child::{IDS, amount, genesis, open, start};

/// Kills a writer as often as is asked, each time after another number of answers, and judges what is left.
pub(crate) fn check(url: &str) -> String {
    let kills: u64 = env::var("EARNEST_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let mut seen = BTreeSet::new();
    for round in 0..kills {
        seen.extend(killed_once(url, round));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        // The whole journal is checked now and then, since that takes the longer the longer it is.
        runtime.block_on(judge(url, &seen, round % 50 == 19 || round + 1 == kills));
    }
    assert!(!seen.is_empty());
    format!("{kills} kills, {} answers", seen.len())
}

fn killed_once(url: &str, round: u64) -> Vec<u64> {
    let (mut writer, output) = start(url, round * IDS);
    output.started();
    // A number of answers that differs from round to round, and is none in some: the kill comes at any point of a batch.
    let mut seen = output.answers((round * 7_919) % 1_009);
    writer.kill().unwrap();
    writer.wait().unwrap();
    seen.extend(output.rest().0);
    seen
}

/// Every id that was acknowledged has its effect; every id has at most one.
async fn judge(url: &str, seen: &BTreeSet<u64>, whole: bool) {
    let journal = open(url).await;
    let state = replay(&*journal, &genesis()).await.unwrap();
    assert!(state.machine.is_sound());
    let done: BTreeSet<u64> = state.machine.ids().collect();
    assert!(seen.is_subset(&done), "lost: {:?}", seen.difference(&done).collect::<Vec<_>>());
    assert_eq!(state.machine.sum(), done.iter().map(|id| amount(*id)).sum::<i64>());
    if whole {
        check_journal(&*journal, &genesis(), &BTreeMap::new()).await.unwrap();
        let mut tail = Tail::after(&*journal, Position::start(journal.name()));
        let mut facts = 0;
        while let Some(batch) = tail.next().await.unwrap() {
            facts += batch.len();
        }
        assert_eq!(facts, done.len(), "expected one fact for each id");
        assert_eq!(state.place.seq.value(), facts as u64);
    }
}
