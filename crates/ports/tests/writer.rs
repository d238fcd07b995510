//! What a writer promises its callers, over a journal in memory that fails on demand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is test code")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use earnest_base::Timestamp;
use earnest_ports::{
    Clock, DrivenClock, Genesis, Journal, MemoryStore, Outage, Running, Stopped, SubmitError, Writer, WriterOptions,
    check,
    testing::{Amount, Fault, Faulty, Tally, TallyCommand, TallyRefusal},
};
use proptest::prelude::*;
use tokio::task::JoinSet;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).unwrap()
}

fn genesis() -> Genesis<Tally> {
    Genesis::new(Tally::default)
}

fn add(id: u64, amount: i64) -> TallyCommand {
    TallyCommand::Add { id, amount: Amount(amount), note: Vec::new() }
}

fn store() -> MemoryStore {
    MemoryStore::new("tests".parse().unwrap())
}

async fn start(
    journal: Arc<dyn Journal>,
    clock: &Arc<DrivenClock>,
    options: WriterOptions,
) -> (Writer<Tally>, Running) {
    Writer::start(journal, clock.clone(), genesis(), options).await.unwrap()
}

async fn started(store: &MemoryStore) -> (Writer<Tally>, Running, Arc<DrivenClock>) {
    let clock = Arc::new(DrivenClock::new(at(1_000)));
    let (writer, running) = start(Arc::new(store.open("writer")), &clock, WriterOptions::default()).await;
    (writer, running, clock)
}

async fn checked(store: &MemoryStore) -> u64 {
    check(&store.open("check"), &genesis(), &BTreeMap::new()).await.unwrap().seq.value()
}

#[tokio::test]
async fn the_same_command_is_one_effect_and_one_answer() {
    let store = store();
    let (writer, _running, _) = started(&store).await;
    let first = writer.submit(add(1, 5)).await.unwrap();
    writer.submit(add(2, 7)).await.unwrap();
    assert_eq!(writer.submit(add(1, 5)).await.unwrap().answer, first.answer);
    assert_eq!(writer.submit(add(1, 6)).await, Err(SubmitError::Refused(TallyRefusal::Conflict)));
    assert_eq!(writer.read(|tally, _| tally.sum()).await, Ok(12));
    assert_eq!(checked(&store).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_beside_each_other_get_one_effect_for_each_key_and_the_same_answer() {
    const CALLERS: u64 = 64;
    const KEYS: u64 = 200;
    let store = store();
    let (writer, _running, _) = started(&store).await;
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let writer = writer.clone();
        callers.spawn(async move {
            let mut answers = BTreeMap::new();
            for step in 0..2 * KEYS {
                // Each caller asks for every key twice, in an order of its own.
                let key = (step * (2 * caller + 1) + caller) % KEYS;
                let told = writer.submit(add(key, 1 + i64::try_from(key).unwrap())).await.unwrap();
                assert_eq!(*answers.entry(key).or_insert(told.answer), told.answer);
            }
            answers
        });
    }
    let mut seen = BTreeMap::new();
    for answers in callers.join_all().await {
        for (key, told) in answers {
            assert_eq!(*seen.entry(key).or_insert(told), told, "key {key}");
        }
    }
    assert_eq!(seen.len() as u64, KEYS);
    assert_eq!(checked(&store).await, KEYS);
    assert_eq!(writer.read(|tally, _| tally.sum()).await, Ok((1..=KEYS.cast_signed()).sum()));
}

#[tokio::test]
async fn commands_of_one_batch_are_decided_after_each_other() {
    let store = store();
    let (writer, _running, _) = started(&store).await;
    let all = [add(1, 5), add(2, -3), add(3, -3), add(1, 5)].map(|command| writer.submit(command));
    let [first, second, third, again] = all;
    let (first, second, third, again) = tokio::join!(first, second, third, again);
    assert_eq!((first.clone().unwrap().answer.sum, second.unwrap().answer.sum), (5, 2));
    assert_eq!(third, Err(SubmitError::Refused(TallyRefusal::TooLittle)));
    assert_eq!(again.unwrap().answer, first.unwrap().answer);
    assert_eq!(store.open("reader").read(earnest_ports::Seq::START, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_of_commands_is_answered_one_by_one_also_where_it_is_longer_than_the_queue() {
    let (store, clock) = (store(), Arc::new(DrivenClock::new(at(1_000))));
    let options = WriterOptions { queue: 7, batch: 5, ..WriterOptions::default() };
    let (writer, _running) = start(Arc::new(store.open("writer")), &clock, options).await;
    let list = (0..100).map(|id| if id == 50 { add(id, -1_000) } else { add(id, 1) }).collect();
    let told = writer.submit_all(list).await;
    assert_eq!(told.len(), 100);
    for (index, told) in told.into_iter().enumerate() {
        match told {
            Ok(told) => assert_eq!(told.answer.sum, index as i64 + i64::from(index < 50)),
            Err(error) => assert_eq!((index, error), (50, SubmitError::Refused(TallyRefusal::TooLittle))),
        }
    }
    assert_eq!(checked(&store).await, 99);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_fails_is_told_as_it_was_and_a_refusal_fails_with_the_facts_it_rests_on() {
    for (fault, done) in
        [(Fault::Before, false), (Fault::SilentBefore, false), (Fault::After, true), (Fault::SilentAfter, true)]
    {
        let (store, clock) = (store(), Arc::new(DrivenClock::new(at(1_000))));
        let journal = Arc::new(Faulty::new(store.open("writer"), []));
        let (writer, _running) = start(journal.clone(), &clock, WriterOptions::default()).await;
        journal.add([fault]);
        let (added, again, taken) =
            tokio::join!(writer.submit(add(1, 5)), writer.submit(add(1, 5)), writer.submit(add(2, -9)));
        if done {
            assert_eq!((added.unwrap().answer.sum, again.unwrap().answer.sum), (5, 5), "{fault:?}");
            assert_eq!(taken, Err(SubmitError::Refused(TallyRefusal::TooLittle)), "{fault:?}");
        } else {
            for told in [added, again, taken] {
                assert_eq!(told, Err(SubmitError::Outage(Outage::NotDone)), "{fault:?}");
            }
        }
        assert_eq!(writer.read(|tally, _| tally.sum()).await, Ok(if done { 5 } else { 0 }), "{fault:?}");
        assert_eq!(writer.submit(add(1, 5)).await.unwrap().answer.sum, 5, "{fault:?}");
        assert_eq!(checked(&store).await, 1, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_stays_out_of_reach_ends_the_writer_and_the_outcome_is_unknown() {
    let (store, clock) = (store(), Arc::new(DrivenClock::new(at(1_000))));
    let journal = Arc::new(Faulty::new(store.open("writer"), []));
    let (writer, running) = start(journal.clone(), &clock, WriterOptions::default()).await;
    journal.add([Fault::After]);
    journal.add(std::iter::repeat_n(Fault::Before, 10_000));
    let (first, second) = tokio::join!(writer.submit(add(1, 5)), async {
        // Queued while the first is being written.
        tokio::time::sleep(Duration::from_millis(50)).await;
        writer.submit(add(2, 5)).await
    });
    assert_eq!(first, Err(SubmitError::Outage(Outage::Unknown)));
    assert_eq!(second, Err(SubmitError::Outage(Outage::NotDone)));
    assert!(matches!(running.ended().await, Stopped::OutOfReach(_)));
    assert_eq!(writer.submit(add(3, 5)).await, Err(SubmitError::Outage(Outage::NotDone)));
    let (again, _running) = start(Arc::new(store.open("writer")), &clock, WriterOptions::default()).await;
    assert_eq!(again.submit(add(1, 5)).await.unwrap().answer.sum, 5);
    assert_eq!(checked(&store).await, 1);
}

#[tokio::test]
async fn a_full_queue_refuses_who_does_not_wait() {
    let (store, clock) = (store(), Arc::new(DrivenClock::new(at(1_000))));
    let journal = Arc::new(Faulty::new(store.open("writer"), []));
    let options = WriterOptions { queue: 1, batch: 1, ..WriterOptions::default() };
    let (writer, _running) = start(journal.clone(), &clock, options).await;
    journal.add([Fault::SilentBefore]);
    let mut told = Vec::new();
    let mut asks = JoinSet::new();
    for id in 0..10 {
        let writer = writer.clone();
        asks.spawn(async move { writer.try_submit(add(id, 1)).await });
    }
    while told.len() < 8 {
        told.push(asks.join_next().await.unwrap().unwrap());
    }
    assert!(told.iter().all(|told| *told == Err(SubmitError::Outage(Outage::Busy))), "{told:?}");
}

#[tokio::test]
async fn timers_ring_once_when_their_time_has_come_also_after_a_restart() {
    let store = store();
    let (writer, running, clock) = started(&store).await;
    for (id, due) in [(1, 2_000), (2, 3_000), (3, 9_000)] {
        writer.submit(TallyCommand::Remind { id, at: at(due) }).await.unwrap();
    }
    clock.set(at(2_500));
    let mut rang = 0;
    while rang < 1 {
        rang = writer.read(|tally, _| tally.rang()).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(rang, 1);
    drop(writer);
    assert_eq!(running.ended().await, Stopped::Unused);
    clock.set(at(4_000));
    let (writer, _running) = start(Arc::new(store.open("writer")), &clock, WriterOptions::default()).await;
    while rang < 2 {
        rang = writer.read(|tally, _| tally.rang()).await.unwrap();
        tokio::task::yield_now().await;
    }
    // The clock steps back: what is decided keeps its time, and what rang does not ring again.
    clock.set(at(500));
    writer.submit(add(4, 1)).await.unwrap();
    assert_eq!(writer.read(|tally, _| (tally.rang(), tally.sum())).await, Ok((2, 3)));
    let last = store.open("reader").read(earnest_ports::Seq::START, 100).await.unwrap().pop().unwrap();
    assert_eq!(last.at, at(4_000));
    assert_eq!(clock.now(), at(500));
    assert_eq!(checked(&store).await, 6);
}

#[tokio::test]
async fn snapshots_are_made_beside_the_writer_and_are_what_the_facts_make() {
    let (store, clock) = (store(), Arc::new(DrivenClock::new(at(1_000))));
    let options = WriterOptions { snapshot_every: 10, ..WriterOptions::default() };
    let (writer, _running) = start(Arc::new(store.open("writer")), &clock, options).await;
    let mut id = 0;
    while store.open("reader").load_snapshot().await.unwrap().is_none() {
        id += 1;
        writer.submit(add(id, 1)).await.unwrap();
        assert!(id < 1_000_000, "no snapshot after {id} facts");
    }
    assert_eq!(checked(&store).await, id);
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::Before),
        1 => Just(Fault::After),
        1 => Just(Fault::SilentBefore),
        1 => Just(Fault::SilentAfter),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever fails, and when: what was answered as done is in the journal once, what was answered as not done is not,
    /// and asking again until there is an answer makes one effect for each id.
    #[test]
    fn whatever_fails_nothing_answered_is_lost_and_nothing_counts_twice(
        faults in prop::collection::vec(fault(), 0..60),
        ids in prop::collection::vec(0..20_u64, 1..60),
        batch in 1..5_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(callers_that_ask_again(faults, ids, batch));
    }
}

async fn callers_that_ask_again(faults: Vec<Fault>, ids: Vec<u64>, batch: usize) {
    let (store, clock) = (store(), Arc::new(DrivenClock::new(at(1_000))));
    let journal = Arc::new(Faulty::new(store.open("writer"), []));
    // Time costs nothing here: the writer may ask for as long as there are faults.
    let recover_within = Duration::from_secs(100_000);
    let options = WriterOptions { batch, snapshot_every: 7, recover_within, ..WriterOptions::default() };
    let (writer, running) = start(journal.clone(), &clock, options).await;
    journal.add(faults);
    let mut callers = JoinSet::new();
    for id in ids.clone() {
        let (writer, store) = (writer.clone(), store.clone());
        callers.spawn(async move {
            loop {
                let before = stands(&store, id).await;
                match writer.submit(add(id, 1)).await {
                    Ok(told) => return (id, told.answer),
                    // Another caller may have the same id done at any time, but one that stood cannot be gone.
                    Err(SubmitError::Outage(Outage::NotDone)) => assert!(!before || stands(&store, id).await),
                    Err(error) => panic!("{error:?}"),
                }
            }
        });
    }
    let mut answers = BTreeMap::new();
    for (id, told) in callers.join_all().await {
        assert!(stands(&store, id).await);
        assert_eq!(*answers.entry(id).or_insert(told), told);
    }
    assert_eq!(checked(&store).await, answers.len() as u64);
    let sum = writer.read(|tally, _| tally.sum()).await;
    assert_eq!(sum, Ok(i64::try_from(answers.len()).unwrap()));
    drop(writer);
    assert_eq!(running.ended().await, Stopped::Unused);
}

async fn stands(store: &MemoryStore, id: u64) -> bool {
    let state = earnest_ports::replay(&store.open("reader"), &genesis()).await.unwrap();
    assert!(state.machine.is_sound());
    state.machine.ids().any(|found| found == id)
}
