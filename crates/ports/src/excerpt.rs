//! Facts out of the middle of a journal: for documents, statements and streams.

use earnest_base::Timestamp;

use crate::{Batch, Journal, JournalError, Position, Seq};

/// A fact of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFact {
    /// Its place.
    pub place: Position,
    /// When it was decided.
    pub at: Timestamp,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The facts after a number, in order, at most so many; none at the journal's end. Each batch that is read is verified
/// against the head of the one before it.
///
/// # Errors
/// Where the journal does not answer, or the chain is broken there.
pub async fn facts_after(journal: &dyn Journal, after: Seq, at_most: usize) -> Result<Vec<StoredFact>, JournalError> {
    let mut facts = Vec::new();
    let stored = journal.read(after, at_most.max(1)).await?;
    let Some(first) = stored.first().map(|batch| batch.first) else { return Ok(facts) };
    let mut before = before(journal, first).await?;
    for batch in stored {
        let batch: Batch = batch.verify(before)?;
        before = batch.end();
        let wanted = batch.facts().filter(|(place, _)| place.seq > after).take(at_most - facts.len());
        facts.extend(wanted.map(|(place, bytes)| StoredFact { place, at: batch.at(), bytes: bytes.to_vec() }));
    }
    Ok(facts)
}

/// The place before the batch that begins with this fact.
async fn before(journal: &dyn Journal, first: Seq) -> Result<Position, JournalError> {
    let start = Position::start(journal.name());
    let Some(earlier) = first.value().checked_sub(2).and_then(Seq::new) else { return Ok(start) };
    let found = journal.read(earlier, 1).await?;
    let found = found.into_iter().next().map(|batch| Position { seq: batch.last, head: batch.head });
    found.ok_or_else(|| JournalError::Damaged(format!("no fact before {first}")))
}
