//! What is changed behind the journal's back is found.

use std::collections::BTreeMap;

use super::{JournalSubject, at, genesis, seq, write};
use crate::{Batch, CheckError, Head, Journal, Position, Seq, Snapshot, StoredBatch, check, replay, snapshot};

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
