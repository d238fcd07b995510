//! What every journal does, as a suite that each adapter runs: [`journal_contract!`](crate::journal_contract).

mod storage;
mod tampering;
mod writers;

use std::sync::Arc;

use async_trait::async_trait;
use earnest_base::Timestamp;

use super::{Amount, Tally, TallyCommand, join_all};
use crate::{
    Batch, DrivenClock, Fence, Genesis, Journal, Position, Seq, Stopped, StoredBatch, Tail, Writer, WriterOptions,
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

/// The cases, for the macro.
pub mod cases {
    pub use super::{storage::*, tampering::*, writers::*};
}
