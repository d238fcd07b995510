//! Writers that start, end, and take over from each other.

use std::{collections::BTreeMap, sync::Arc};

use super::{JournalSubject, add, at, genesis, seq, write};
use crate::{
    DrivenClock, JournalError, StartError, Stopped, SubmitError, Writer, WriterOptions, check, replay, snapshot,
};

/// State, answers and duplicates are as before, with a snapshot and without.
pub async fn a_writer_starts_where_the_last_one_ended(subject: &impl JournalSubject) {
    for round in 0..4_u64 {
        let journal = subject.open(&format!("round-{round}")).await;
        write(&journal, 0..round * 5 + 5).await;
        let replayed = replay(&*journal, &genesis()).await.unwrap();
        assert!(replayed.machine.is_sound());
        assert_eq!(replayed.machine.ids().count() as u64, round * 5 + 5);
        if round % 2 == 1 {
            assert_eq!(snapshot(&*journal, &genesis()).await.unwrap(), replayed.place);
        }
    }
}

/// The holder falls silent, another goes on; when the first comes back, it does nothing and ends.
pub async fn a_silent_holder_is_taken_over_from(subject: &impl JournalSubject) {
    let clock = Arc::new(DrivenClock::new(at(1_000)));
    let (old, new) = (subject.open("old").await, subject.open("new").await);
    let start = |journal| Writer::start(journal, clock.clone(), genesis(), WriterOptions::default());
    let (silent, silent_ended) = start(old).await.unwrap();
    silent.submit(add(1)).await.unwrap();
    let held = start(new.clone()).await.err();
    assert!(matches!(held, Some(StartError::Journal(JournalError::Held { .. }))), "{held:?}");
    subject.lapse().await;
    let (writer, _ended) = start(new.clone()).await.unwrap();
    writer.submit(add(2)).await.unwrap();
    let late = silent.submit(add(3)).await.unwrap_err();
    assert!(matches!(late, SubmitError::Outage(_)), "{late:?}");
    assert_eq!(silent_ended.ended().await, Stopped::Fenced);
    assert_eq!(writer.submit(add(1)).await.unwrap().answer.sum, 1);
    assert_eq!(writer.read(|tally, _| tally.ids().collect::<Vec<_>>()).await.unwrap(), [1, 2]);
    assert_eq!(check(&*new, &genesis(), &BTreeMap::new()).await.unwrap().seq, seq(2));
}
