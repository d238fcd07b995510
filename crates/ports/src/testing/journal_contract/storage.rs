//! What is stored, and under which lease.

use super::{JournalSubject, all, append, at, batch, join_all, seq};
use crate::{Head, JournalError, Position, Seq, Snapshot, StoredBatch, facts_after};

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
    for (after, at_most, bytes) in [(0, 9, "abcde"), (1, 2, "bc"), (2, 1, "c"), (2, 9, "cde"), (4, 9, "e"), (5, 9, "")]
    {
        let read = facts_after(&*journal, seq(after), at_most).await.unwrap();
        assert_eq!(read.iter().flat_map(|fact| &fact.bytes).copied().collect::<Vec<_>>(), bytes.as_bytes());
        assert!(read.iter().zip(after + 1..).all(|(fact, seq)| fact.place.seq.value() == seq), "after {after}");
    }
    assert_eq!(facts_after(&*journal, seq(4), 1).await.unwrap()[0].place, journal.end().await.unwrap());
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
