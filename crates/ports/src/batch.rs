//! A batch: the facts of one durable write, framed in one run of bytes, with the heads that they make.

use earnest_base::Timestamp;

use crate::{Head, Position, Seq};

/// Facts that are written together. In bytes each is its length (4 bytes, little-endian) and itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    before: Position,
    at: Timestamp,
    bytes: Vec<u8>,
    links: Vec<Link>,
}

/// A fact in the bytes: where it ends, and the head after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Link {
    end: usize,
    head: Head,
}

const LENGTH: usize = 4;

/// A fact that no batch can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// A fact is at most 2^32 − 1 bytes long.
    #[error("expected a fact of at most 4294967295 bytes, found {0}")]
    FactTooLong(usize),
    /// The journal holds as many facts as can be numbered.
    #[error("expected a number for the fact, found none left")]
    OutOfNumbers,
}

impl Batch {
    /// An empty batch that would follow this place.
    #[must_use]
    pub const fn new(before: Position, at: Timestamp) -> Self {
        Self { before, at, bytes: Vec::new(), links: Vec::new() }
    }

    /// Adds the fact that `write` writes, and says where it stands.
    ///
    /// # Errors
    /// Where the fact is too long, or numbers have ended. The batch is as it was.
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<Position, PushError> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; LENGTH]);
        write(&mut self.bytes);
        let pushed = self.close(start);
        if pushed.is_err() {
            self.bytes.truncate(start);
        }
        pushed
    }

    fn close(&mut self, start: usize) -> Result<Position, PushError> {
        let fact = self.bytes.get(start + LENGTH..).unwrap_or_default();
        let length = u32::try_from(fact.len()).map_err(|_| PushError::FactTooLong(fact.len()))?;
        let place = self.end().after(self.at, fact).ok_or(PushError::OutOfNumbers)?;
        if let Some(prefix) = self.bytes.get_mut(start..start + LENGTH) {
            prefix.copy_from_slice(&length.to_le_bytes());
        }
        self.links.push(Link { end: self.bytes.len(), head: place.head });
        Ok(place)
    }

    /// The place that the batch follows.
    #[must_use]
    pub const fn before(&self) -> Position {
        self.before
    }

    /// When its facts were decided.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The place after its last fact.
    #[must_use]
    pub fn end(&self) -> Position {
        let Some(last) = self.links.last() else { return self.before };
        Position { seq: self.seq(self.links.len()), head: last.head }
    }

    /// How many facts it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Its facts as stores keep them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Each fact with the place after it.
    pub fn facts(&self) -> impl Iterator<Item = (Position, &[u8])> {
        let starts = std::iter::once(0).chain(self.links.iter().map(|link| link.end));
        self.links.iter().zip(starts).enumerate().map(|(index, (link, start))| {
            let place = Position { seq: self.seq(index + 1), head: link.head };
            (place, self.bytes.get(start + LENGTH..link.end).unwrap_or_default())
        })
    }

    /// The number after so many of its facts. None is beyond the range: each was numbered when it was pushed.
    fn seq(&self, facts: usize) -> Seq {
        Seq::new(self.before.seq.value() + facts as u64).unwrap_or(self.before.seq)
    }
}

/// A batch as a store gave it back: nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBatch {
    /// The number of its first fact.
    pub first: Seq,
    /// The number of its last fact.
    pub last: Seq,
    /// When its facts were decided.
    pub at: Timestamp,
    /// The head after its last fact.
    pub head: Head,
    /// Its facts.
    pub bytes: Vec<u8>,
}

/// The chain does not hold: what a store gave back is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the chain to hold, found it broken between fact {first} and fact {last}: {fault}")]
pub struct BrokenChainError {
    /// The first fact that may be the broken one. All before it hold.
    pub first: Seq,
    /// The last fact that may be it: facts are read by the batch, and a batch holds or does not.
    pub last: Seq,
    /// What is wrong.
    pub fault: &'static str,
}

impl StoredBatch {
    /// Believes the batch where it follows this place, and its facts make its head.
    ///
    /// # Errors
    /// Between which facts the chain is broken.
    pub fn verify(self, before: Position) -> Result<Batch, BrokenChainError> {
        let expected = before.seq.next().unwrap_or(before.seq);
        let (first, last) = (expected, self.last.max(expected));
        let broken = |fault| BrokenChainError { first, last, fault };
        if self.first > expected {
            return Err(BrokenChainError { last: self.first, ..broken("facts are missing") });
        }
        if self.first < expected {
            return Err(broken("the batch does not begin where the one before it ends"));
        }
        let mut links = Vec::new();
        let (mut place, mut start) = (before, 0);
        while start < self.bytes.len() {
            let fact = frame(&self.bytes, start).ok_or_else(|| broken("a fact ends beyond its batch"))?;
            place = place.after(self.at, fact).ok_or_else(|| broken("there are more facts than numbers"))?;
            start += LENGTH + fact.len();
            links.push(Link { end: start, head: place.head });
        }
        if place.seq != self.last || links.is_empty() {
            return Err(broken("the batch does not hold as many facts as it says"));
        }
        if place.head != self.head {
            return Err(broken("the facts do not make the head"));
        }
        Ok(Batch { before, at: self.at, bytes: self.bytes, links })
    }
}

fn frame(bytes: &[u8], start: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.get(start..)?.split_first_chunk::<LENGTH>()?;
    rest.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

impl From<&Batch> for StoredBatch {
    fn from(batch: &Batch) -> Self {
        let (before, end) = (batch.before, batch.end());
        let first = before.seq.next().unwrap_or(before.seq);
        Self { first, last: end.seq, at: batch.at, head: end.head, bytes: batch.bytes.clone() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> Position {
        Position::start(&"tests".parse().unwrap())
    }

    fn batch(facts: &[Vec<u8>]) -> Batch {
        let mut batch = Batch::new(start(), Timestamp::from_unix_millis(7).unwrap());
        for fact in facts {
            batch.push(|bytes| bytes.extend_from_slice(fact)).unwrap();
        }
        batch
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back(facts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..20)) {
            let batch = batch(&facts);
            let read = StoredBatch::from(&batch).verify(start()).unwrap();
            prop_assert_eq!(&read, &batch);
            let again: Vec<Vec<u8>> = read.facts().map(|(_, fact)| fact.to_vec()).collect();
            prop_assert_eq!(again, facts);
            prop_assert_eq!(read.facts().last().unwrap().0, read.end());
        }

        #[test]
        fn a_changed_byte_is_found(
            facts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..20),
            place in any::<prop::sample::Index>(),
            change in 1..=255_u8,
        ) {
            let mut stored = StoredBatch::from(&batch(&facts));
            let place = place.index(stored.bytes.len());
            stored.bytes[place] ^= change;
            let error = stored.verify(start()).unwrap_err();
            prop_assert_eq!(error.first.value(), 1);
        }
    }

    #[test]
    fn a_batch_that_is_not_the_next_one_is_broken() {
        let good = StoredBatch::from(&batch(&[b"a".to_vec(), b"b".to_vec()]));
        let seq = |value| Seq::new(value).unwrap();
        let cases = [
            StoredBatch { first: seq(2), last: seq(3), ..good.clone() },
            StoredBatch { first: seq(0), ..good.clone() },
            StoredBatch { last: seq(3), ..good.clone() },
            StoredBatch { last: seq(0), bytes: Vec::new(), ..good.clone() },
            StoredBatch { at: Timestamp::from_unix_millis(8).unwrap(), ..good.clone() },
            StoredBatch { head: Head::from_bytes([0; 32]), ..good },
        ];
        for case in cases {
            assert_eq!(case.verify(start()).unwrap_err().first, seq(1));
        }
    }
}
