//! Escrows as processes of their own: killed under load, frozen and thawed, taken over from. This program starts itself
//! as the escrow.
//!
//! `EARNEST_KILLS` is how often one is killed; 20 unless it says otherwise.

mod child;
mod database;
mod load;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::Arc,
    time::Duration,
};

use earnest_base::Orc;
use earnest_escrow::{Config, Escrowed};
use earnest_ports::{check, replay};
use tokio::time::Instant;

use self::{
    child::Child,
    database::Database,
    load::{Load, OPENING, PRICE},
};
use crate::support::config;

/// How long a takeover may take.
const WITHIN: Duration = Duration::from_secs(5);

/// Nothing that was acknowledged is lost, and nothing is done twice: the journal holds what callers were told, its chain
/// holds, and what is asked again is answered as it was.
async fn judge(config: &Config, load: &Load) -> String {
    let journal = earnest_store::open(&config.journal_url(), config.journal_name().unwrap()).await.unwrap();
    let genesis = Escrowed::genesis(config.federation.clone());
    check(&*journal, &genesis, &BTreeMap::new()).await.unwrap();
    let state = replay(&*journal, &genesis).await.unwrap();
    let ledger = state.machine.0.ledger();
    ledger.audit().unwrap();
    let ids = |ended: bool| -> BTreeSet<String> {
        let holds = ledger.holds().filter(|hold| !ended || hold.ended().is_some());
        holds.map(|hold| hold.id().unwrap().to_string()).collect()
    };
    let (opened, ended) = (ids(false), ids(true));
    assert_eq!(opened.len(), ledger.holds().count(), "expected every hold once");
    assert!(load.opened().is_subset(&opened), "lost: {:?}", load.opened().difference(&opened).collect::<Vec<_>>());
    assert!(load.ended().is_subset(&ended), "lost: {:?}", load.ended().difference(&ended).collect::<Vec<_>>());
    let held = Orc::from_minor(PRICE * (opened.len() - ended.len()) as u64).unwrap();
    assert_eq!(ledger.escrowed(), held);
    assert_eq!(ledger.issued().minor(), OPENING);
    format!("{} holds, {} ended, {} answers lost", opened.len(), ended.len(), load.lost())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_escrow_that_is_killed_under_load_loses_nothing_and_does_nothing_twice() {
    let kills: u64 = env::var("EARNEST_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    let child = Child::start(&config);
    let load = Arc::new(Load::begin(child.ready().await).await);
    let mut child = Some(child);
    for round in 0..kills {
        let running = child.take().unwrap_or_else(|| Child::start(&config));
        load.again(running.ready().await).await;
        // Another number of answers in each round, so that the kill comes at any point of a request.
        load.run(running.address(), (round * 37) % 101, || running.kill()).await;
        running.wait();
    }
    let last = Child::start(&config);
    load.again(last.ready().await).await;
    last.kill();
    last.wait();
    let said = judge(&config, &load).await;
    println!("{kills} kills: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_escrow_that_is_frozen_is_taken_over_from_and_commits_nothing_when_it_thaws() {
    let Some(database) = Database::make().await else { return };
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut configs = [config(&one), config(&two)];
    for config in &mut configs {
        config.journal = earnest_kit::Secret::new(database.url().to_owned());
        // Both are the same escrow: one key, on two machines.
        config.key = one.path().join("shared.key");
        config.organisation_key = one.path().join("organisation.key");
    }
    child::write_keys(&configs[0]);
    let first = Child::start(&configs[0]);
    let load = Arc::new(Load::begin(first.ready().await).await);
    let second = Child::start(&configs[1]);
    second.listens().await;
    assert_eq!(load.status(second.address(), "/health").await, 503, "a standby is not ready");
    let mut stopped = None;
    let freeze = || {
        first.signal("STOP");
        stopped = Some(Instant::now());
    };
    // Callers of the frozen one wait beside the takeover.
    let ready = async {
        second.ready().await;
        Instant::now()
    };
    let ((), ready) = tokio::join!(load.run(first.address(), 100, freeze), ready);
    let taken = ready.duration_since(stopped.unwrap());
    load.again(second.address()).await;
    load.run(second.address(), 100, || first.signal("CONT")).await;
    first.stands_by().await;
    load.again(second.address()).await;
    load.run(second.address(), 50, || {}).await;
    for child in [&first, &second] {
        child.kill();
        child.wait();
    }
    let said = judge(&configs[0], &load).await;
    println!("taken over after {taken:.1?}: {said}");
    assert!(taken <= WITHIN, "a takeover took {taken:?}");
    database.drop().await;
}
