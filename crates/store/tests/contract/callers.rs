//! Many callers that ask for the same keys, beside each other and again: one effect for each key, and one answer.
//!
//! `EARNEST_KEYS` is how many keys there are; 10,000 unless it says otherwise.

use std::{collections::BTreeMap, env, sync::Arc};

use earnest_ports::{
    Genesis, Journal, Machine, Position, Stopped, SubmitError, SystemClock, Tail, Writer, WriterOptions, check,
    testing::{Amount, Tally, TallyCommand, TallyFact, TallyRefusal, Told},
};
use earnest_store::{PostgresJournal, SqliteJournal};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::schema::postgres;

const CALLERS: u64 = 64;

/// How many orders there are in which callers go through the keys. Those of the same order ask for the same key at the same
/// time.
const ORDERS: u64 = 16;

/// A prime: steps of this length come to every key, whatever number of keys there are that it does not divide.
const STRIDE: u64 = 15_485_863;

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_sqlite_get_one_effect_for_each_key_and_one_answer() {
    let folder = TempDir::new().unwrap();
    let journal = SqliteJournal::open(folder.path().join("journal.db"), "tests".parse().unwrap()).await.unwrap();
    judge(Arc::new(journal), keys()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_postgres_get_one_effect_for_each_key_and_one_answer() {
    let Some(schema) = postgres().await else { return };
    let journal = PostgresJournal::open(schema.options(), "tests".parse().unwrap()).await.unwrap();
    judge(Arc::new(journal), keys()).await;
}

fn keys() -> u64 {
    env::var("EARNEST_KEYS").map_or(10_000, |keys| keys.parse().unwrap())
}

fn add(key: u64, more: i64) -> TallyCommand {
    TallyCommand::Add { id: key, amount: Amount(amount(key) + more), note: Vec::new() }
}

fn amount(key: u64) -> i64 {
    i64::try_from(key % 97).unwrap() + 1
}

async fn judge(journal: Arc<dyn Journal>, keys: u64) {
    let genesis = Genesis::new(Tally::default);
    let options = WriterOptions { snapshot_every: keys / 3, ..WriterOptions::default() };
    let mut seen: Vec<BTreeMap<u64, Told>> = Vec::new();
    // The second time the answers come from the journal.
    for callers in [CALLERS, 1] {
        let started = Writer::start(journal.clone(), Arc::new(SystemClock), genesis.clone(), options.clone()).await;
        let (writer, running) = started.unwrap();
        let mut asking = JoinSet::new();
        (0..callers).for_each(|caller| drop(asking.spawn(ask(writer.clone(), caller, keys))));
        seen.extend(asking.join_all().await);
        assert_eq!(writer.read(|tally, _| tally.sum()).await, Ok((0..keys).map(amount).sum()));
        drop(writer);
        assert_eq!(running.ended().await, Stopped::Unused);
    }
    let facts = facts(&*journal).await;
    assert_eq!(facts.len() as u64, keys);
    assert!(seen.iter().all(|answers| *answers == facts), "expected every caller to be told what the journal says");
    assert_eq!(check(&*journal, &genesis, &BTreeMap::new()).await.unwrap().seq.value(), keys);
}

/// Asks for every key, for some of them again, and for some with another amount.
async fn ask(writer: Writer<Tally>, caller: u64, keys: u64) -> BTreeMap<u64, Told> {
    let key = |step: u64| (step * STRIDE + caller % ORDERS * keys / ORDERS) % keys;
    let mut answers = BTreeMap::new();
    for step in 0..keys {
        let (now, earlier) = (key(step), key(step / 2));
        let told = writer.submit(add(now, 0)).await.unwrap();
        answers.insert(now, told.answer);
        if step % 4 == 0 {
            assert_eq!(writer.submit(add(earlier, 0)).await.unwrap().answer, answers[&earlier]);
        }
        if step % 16 == 0 {
            let other = writer.submit(add(earlier, 1)).await;
            assert_eq!(other, Err(SubmitError::Refused(TallyRefusal::Conflict)));
        }
    }
    answers
}

/// The answer to each key as the journal has it. A key that had a second effect fails here.
async fn facts(journal: &dyn Journal) -> BTreeMap<u64, Told> {
    let mut tail = Tail::after(journal, Position::start(journal.name()));
    let mut facts = BTreeMap::new();
    while let Some(batch) = tail.next().await.unwrap() {
        for (place, bytes) in batch.facts() {
            let TallyFact::Added { id, sum, .. } = Tally::decode(bytes).unwrap() else {
                panic!("a fact of another kind")
            };
            assert_eq!(facts.insert(id, Told { sum }), None, "a second effect of key {id} at {place}");
        }
    }
    facts
}
