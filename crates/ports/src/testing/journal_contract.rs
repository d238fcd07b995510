//! What every journal does, as a suite that each adapter runs: [`journal_contract!`](crate::journal_contract).

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use earnest_base::Timestamp;

use super::{Amount, Tally, TallyCommand};
use crate::{
    Batch, CheckError, DrivenClock, Fence, Genesis, Head, Journal, JournalError, Position, Seq, Snapshot, StartError,
    Stopped, StoredBatch, SubmitError, Tail, Writer, WriterOptions, check, replay, snapshot,
};

/// An adapter under test: one empty journal, which can be opened again and again.
#[async_trait]
pub trait JournalSubject: Send + Sync {
    /// Opens the journal for somebody, as another process would.
    async fn open(&self, holder: &str) -> Arc<dyn Journal>;

    /// Ends the present lease, as if its holder had fallen silent.
    async fn lapse(&self);

    /// Replaces what is stored as the batch that ends at this fact, behind the journal's back; without another, the batch
    /// is removed.
    async fn edit(&self, last: Seq, other: Option<StoredBatch>);
}

/// Runs every case of the journal's contract over an adapter, each as a test of its own. The argument is a future of a fresh
/// [`JournalSubject`], or of `None` where what it needs is not on this machine and that has been said.
#[macro_export]
macro_rules! journal_contract {
    ($subject:expr) => {
        $crate::journal_contract!(@each $subject;
            what_is_appended_is_read_in_order,
            an_append_that_does_not_follow_is_a_conflict,
            an_earlier_fence_appends_nothing,
            one_holds_the_lease_at_a_time,
            a_holder_may_take_its_lease_again,
            what_was_appended_outlives_its_opener,
            many_may_open_at_once,
            facts_may_be_large,
            reading_begins_inside_a_batch,
            the_last_snapshot_is_loaded,
            a_snapshot_may_be_large,
            an_edit_is_found,
            an_edit_that_makes_the_chain_anew_is_found_by_a_head_that_was_kept,
            a_snapshot_of_another_state_is_found,
            a_writer_starts_where_the_last_one_ended,
            a_silent_holder_is_taken_over_from,
        );
    };
    (@each $subject:expr; $($case:ident,)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $case() {
            if let Some(subject) = $subject.await {
                $crate::testing::cases::$case(&subject).await;
            }
        }
    )*};
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).unwrap()
}

fn seq(value: u64) -> Seq {
    Seq::new(value).unwrap()
}

fn batch(before: Position, facts: &[&[u8]]) -> Batch {
    let mut batch = Batch::new(before, at(1_000));
    for fact in facts {
        batch.push(|bytes| bytes.extend_from_slice(fact)).unwrap();
    }
    batch
}

async fn append(journal: &dyn Journal, fence: Fence, facts: &[&[u8]]) -> Batch {
    let batch = batch(journal.end().await.unwrap(), facts);
    journal.append(fence, &batch).await.unwrap();
    batch
}

async fn all(journal: &dyn Journal) -> Vec<Vec<u8>> {
    let mut tail = Tail::after(journal, Position::start(journal.name()));
    let mut facts = Vec::new();
    while let Some(batch) = tail.next().await.unwrap() {
        facts.extend(batch.facts().map(|(_, fact)| fact.to_vec()));
    }
    facts
}

fn genesis() -> Genesis<Tally> {
    Genesis::new(Tally::default)
}

fn add(id: u64) -> TallyCommand {
    TallyCommand::Add { id, amount: Amount(1), note: Vec::new() }
}

async fn write(journal: &Arc<dyn Journal>, ids: std::ops::Range<u64>) {
    let clock = Arc::new(DrivenClock::new(at(1_000)));
    let options = WriterOptions { batch: 3, ..WriterOptions::default() };
    let (writer, running) = Writer::start(journal.clone(), clock, genesis(), options).await.unwrap();
    for id in ids {
        writer.submit(add(id)).await.unwrap();
    }
    drop(writer);
    assert_eq!(running.ended().await, Stopped::Unused);
}

/// The cases.
pub mod cases {
    use super::*;

    /// What is appended is read in order, and the end is where it says.
    pub async fn what_is_appended_is_read_in_order(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        assert_eq!(journal.end().await.unwrap(), Position::start(journal.name()));
        assert!(journal.read(Seq::START, 10).await.unwrap().is_empty());
        let fence = journal.acquire().await.unwrap().fence;
        append(&*journal, fence, &[b"a", b"", b"c"]).await;
        let last = append(&*journal, fence, &[b"d"]).await;
        assert_eq!(all(&*journal).await, [&b"a"[..], b"", b"c", b"d"]);
        assert_eq!(journal.end().await.unwrap(), last.end());
        assert_eq!(journal.read(seq(3), 10).await.unwrap(), [StoredBatch::from(&last)]);
        assert!(journal.read(seq(4), 10).await.unwrap().is_empty());
    }

    /// A batch that follows another place is refused, whichever way it differs.
    pub async fn an_append_that_does_not_follow_is_a_conflict(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        let fence = journal.acquire().await.unwrap().fence;
        let start = journal.end().await.unwrap();
        let first = append(&*journal, fence, &[b"a", b"b"]).await.end();
        let elsewhere = Position { head: Head::from_bytes([7; 32]), ..first };
        let ahead = Position { seq: seq(3), ..first };
        let inside = Position { seq: seq(1), ..first };
        for before in [start, elsewhere, ahead, inside] {
            let error = journal.append(fence, &batch(before, &[b"x"])).await.unwrap_err();
            assert_eq!(error.code(), "journal-conflict", "{error}");
        }
        assert_eq!(all(&*journal).await, [b"a", b"b"]);
    }

    /// Who lost the lease appends nothing, and knows why.
    pub async fn an_earlier_fence_appends_nothing(subject: &impl JournalSubject) {
        let (old, new) = (subject.open("old").await, subject.open("new").await);
        let before = old.acquire().await.unwrap().fence;
        append(&*old, before, &[b"a"]).await;
        subject.lapse().await;
        let after = new.acquire().await.unwrap().fence;
        assert!(after > before);
        let late = batch(old.end().await.unwrap(), &[b"late"]);
        for error in [old.append(before, &late).await.unwrap_err(), old.renew(before).await.unwrap_err()] {
            assert!(matches!(error, JournalError::Fenced { found, .. } if found == after), "{error}");
        }
        append(&*new, after, &[b"b"]).await;
        old.release(before).await.unwrap();
        new.renew(after).await.unwrap();
        assert_eq!(all(&*old).await, [b"a", b"b"]);
    }

    /// The lease is refused while another holds it, and free once it is given back.
    pub async fn one_holds_the_lease_at_a_time(subject: &impl JournalSubject) {
        let (first, second) = (subject.open("first").await, subject.open("second").await);
        let fence = first.acquire().await.unwrap().fence;
        let error = second.acquire().await.unwrap_err();
        assert!(matches!(error, JournalError::Held { fence: found, .. } if found == fence), "{error}");
        first.renew(fence).await.unwrap();
        first.release(fence).await.unwrap();
        assert!(second.acquire().await.unwrap().fence > fence);
    }

    /// Its holder takes it again, with a greater fence, and the earlier one is refused from then on.
    pub async fn a_holder_may_take_its_lease_again(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        let first = journal.acquire().await.unwrap().fence;
        let second = journal.acquire().await.unwrap().fence;
        assert!(second > first);
        let error = journal.append(first, &batch(journal.end().await.unwrap(), &[b"x"])).await.unwrap_err();
        assert_eq!(error.code(), "journal-fenced");
        append(&*journal, second, &[b"y"]).await;
    }

    /// What was appended is there for the next opener.
    pub async fn what_was_appended_outlives_its_opener(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        let fence = journal.acquire().await.unwrap().fence;
        let end = append(&*journal, fence, &[b"a", b"b"]).await.end();
        journal.release(fence).await.unwrap();
        drop(journal);
        let again = subject.open("b").await;
        assert_eq!(again.end().await.unwrap(), end);
        assert!(again.acquire().await.unwrap().fence > fence);
    }

    /// Many open the journal at the same moment; one of them gets the lease.
    pub async fn many_may_open_at_once(subject: &impl JournalSubject) {
        let holders: Vec<String> = (0..8).map(|number| format!("holder-{number}")).collect();
        let journals = join_all(holders.iter().map(|holder| subject.open(holder)).collect()).await;
        let leases = join_all(journals.iter().map(|journal| journal.acquire()).collect()).await;
        assert_eq!(leases.iter().filter(|lease| lease.is_ok()).count(), 1, "{leases:?}");
        let held = |lease: &&Result<_, JournalError>| matches!(lease, Err(JournalError::Held { .. }));
        assert_eq!(leases.iter().filter(held).count(), 7, "{leases:?}");
    }

    /// A fact of several megabytes, and a batch of many facts.
    pub async fn facts_may_be_large(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        let fence = journal.acquire().await.unwrap().fence;
        let large: Vec<u8> = (0..5 << 20).map(|index: u32| index.to_le_bytes()[0] ^ index.to_le_bytes()[2]).collect();
        let many: Vec<Vec<u8>> = (0..20_000_u32).map(|index| index.to_le_bytes().to_vec()).collect();
        append(&*journal, fence, &[&large]).await;
        append(&*journal, fence, &many.iter().map(Vec::as_slice).collect::<Vec<_>>()).await;
        let read = all(&*journal).await;
        assert!(read[0] == large);
        assert_eq!(read[1..], many);
    }

    /// A reader that stopped in the middle of a batch gets that batch again.
    pub async fn reading_begins_inside_a_batch(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        let fence = journal.acquire().await.unwrap().fence;
        append(&*journal, fence, &[b"a"]).await;
        append(&*journal, fence, &[b"b", b"c", b"d"]).await;
        append(&*journal, fence, &[b"e"]).await;
        for (after, firsts) in [(0, vec![1, 2, 5]), (1, vec![2, 5]), (2, vec![2, 5]), (3, vec![2, 5]), (4, vec![5])] {
            let read = journal.read(seq(after), 100).await.unwrap();
            assert_eq!(read.iter().map(|batch| batch.first.value()).collect::<Vec<_>>(), firsts, "after {after}");
        }
        for (after, facts, batches) in [(0, 1, 1), (0, 3, 1), (0, 4, 2), (0, 5, 3), (1, 1, 1), (2, 2, 1), (2, 3, 2)] {
            let read = journal.read(seq(after), facts).await.unwrap();
            assert_eq!(read.len(), batches, "{facts} facts after {after}");
        }
    }

    /// Of several snapshots the last counts.
    pub async fn the_last_snapshot_is_loaded(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        assert_eq!(journal.load_snapshot().await.unwrap(), None);
        for number in 1..=3 {
            let place = Position { seq: seq(number), head: Head::from_bytes([7; 32]) };
            let saved = Snapshot { place, at: at(5), bytes: vec![u8::try_from(number).unwrap(); 10] };
            journal.save_snapshot(&saved).await.unwrap();
            assert_eq!(subject.open("b").await.load_snapshot().await.unwrap(), Some(saved));
        }
    }

    /// A snapshot of tens of megabytes, and an empty one.
    pub async fn a_snapshot_may_be_large(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        for (number, length) in [(1, 40 << 20), (2, 0)] {
            let place = Position { seq: seq(number), head: Head::from_bytes([7; 32]) };
            let bytes = (0..length).map(|index: u32| index.to_le_bytes()[0] ^ index.to_le_bytes()[1]).collect();
            let saved = Snapshot { place, at: at(5), bytes };
            journal.save_snapshot(&saved).await.unwrap();
            assert!(journal.load_snapshot().await.unwrap() == Some(saved));
        }
    }

    /// A changed byte, a changed order, a removed batch: each is found, and its place named.
    pub async fn an_edit_is_found(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        write(&journal, 0..9).await;
        let kept = BTreeMap::new();
        assert_eq!(check(&*journal, &genesis(), &kept).await.unwrap(), journal.end().await.unwrap());
        let stored = journal.read(Seq::START, 100).await.unwrap();
        let middle = stored[stored.len() / 2].clone();
        let edits = [
            Some(edited(&middle, |stored| *stored.bytes.last_mut().unwrap() ^= 1)),
            Some(edited(&middle, |stored| stored.at = at(2_000))),
            Some(edited(&middle, |stored| stored.head = Head::from_bytes([0; 32]))),
            Some(edited(&middle, |stored| stored.bytes.clear())),
            None,
        ];
        for edit in edits {
            subject.edit(middle.last, edit.clone()).await;
            let error = check(&*journal, &genesis(), &kept).await.unwrap_err();
            assert_eq!(error.code(), "journal-broken", "{edit:?}: {error}");
            assert_eq!(error.seq(), Some(middle.first), "{edit:?}: {error}");
            assert!(replay(&*journal, &genesis()).await.is_err());
            subject.edit(middle.last, Some(middle.clone())).await;
        }
        check(&*journal, &genesis(), &kept).await.unwrap();
    }

    fn edited(stored: &StoredBatch, edit: impl FnOnce(&mut StoredBatch)) -> StoredBatch {
        let mut other = stored.clone();
        edit(&mut other);
        other
    }

    /// Facts changed, and every head after them too: only a head that somebody else kept tells.
    pub async fn an_edit_that_makes_the_chain_anew_is_found_by_a_head_that_was_kept(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        write(&journal, 0..5).await;
        let end = journal.end().await.unwrap();
        let stored = journal.read(Seq::START, 100).await.unwrap();
        let mut before = Position::start(journal.name());
        for old in &stored {
            let mut other = Batch::new(before, old.at.max(at(2_000)));
            for (_, fact) in old.clone().verify(position_before(&stored, old, &*journal)).unwrap().facts() {
                other.push(|bytes| bytes.extend_from_slice(fact)).unwrap();
            }
            before = other.end();
            subject.edit(old.last, Some((&other).into())).await;
        }
        assert_eq!(check(&*journal, &genesis(), &BTreeMap::new()).await.unwrap(), before);
        let error = check(&*journal, &genesis(), &BTreeMap::from([(end.seq, end.head)])).await.unwrap_err();
        assert!(matches!(error, CheckError::OtherHead { seq, .. } if seq == end.seq), "{error}");
        let beyond = BTreeMap::from([(seq(6), end.head)]);
        let error = check(&*journal, &genesis(), &beyond).await.unwrap_err();
        assert!(matches!(error, CheckError::Shorter { seq, .. } if seq.value() == 6), "{error}");
    }

    fn position_before(stored: &[StoredBatch], batch: &StoredBatch, journal: &dyn Journal) -> Position {
        let earlier = stored.iter().rev().find(|earlier| earlier.last < batch.first);
        earlier.map_or_else(|| Position::start(journal.name()), |last| Position { seq: last.last, head: last.head })
    }

    /// A snapshot that the facts do not make is found by a check, and one of another head is passed over at a start.
    pub async fn a_snapshot_of_another_state_is_found(subject: &impl JournalSubject) {
        let journal = subject.open("a").await;
        write(&journal, 0..6).await;
        snapshot(&*journal, &genesis()).await.unwrap();
        check(&*journal, &genesis(), &BTreeMap::new()).await.unwrap();
        let good = journal.load_snapshot().await.unwrap().unwrap();
        let mut other = good.clone();
        other.bytes[0] ^= 1;
        journal.save_snapshot(&other).await.unwrap();
        let error = check(&*journal, &genesis(), &BTreeMap::new()).await.unwrap_err();
        assert!(matches!(error, CheckError::OtherState { seq } if seq.value() == 6), "{error}");
        let place = Position { head: Head::from_bytes([1; 32]), ..good.place };
        for passed_over in [Snapshot { place, ..other.clone() }, Snapshot { bytes: vec![1], ..good }] {
            journal.save_snapshot(&passed_over).await.unwrap();
            assert_eq!(replay(&*journal, &genesis()).await.unwrap().machine.sum(), 6);
        }
    }

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

    async fn join_all<F: Future + Send>(futures: Vec<F>) -> Vec<F::Output>
    where
        F::Output: Send,
    {
        let mut futures: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
        std::future::poll_fn(|context| {
            let mut open = 0;
            for (future, output) in &mut futures {
                if output.is_none() {
                    match future.as_mut().poll(context) {
                        std::task::Poll::Ready(ready) => *output = Some(ready),
                        std::task::Poll::Pending => open += 1,
                    }
                }
            }
            if open == 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        futures.into_iter().filter_map(|(_, output)| output).collect()
    }
}
