//! Every id that the ledger has seen, once: a text for each number, and a number for each text. Looked up only, never
//! walked in hash order, so that no decision depends on it.

mod packed;
mod shard;

use std::{hash::Hasher, thread};

use packed::Packed;
use shard::{Entry, Shard};

use crate::IdNumber;

/// Into so many tables the index is split, so that no single insertion moves the whole of it to a larger one.
const SHARDS: usize = 256;

/// What the hash of an id is mixed with. A service hands in a random one, so that nobody can choose ids that fall into
/// one place of the index; nothing that can be seen depends on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct IndexSeed(pub u64);

/// Ids, each with the number of its place.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    texts: Texts,
    shards: Vec<Shard>,
    seed: IndexSeed,
}

/// The ids, packed, one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u64>,
}

impl Ids {
    pub(crate) fn new(seed: IndexSeed) -> Self {
        Self { texts: Texts::default(), shards: vec![Shard::default(); SHARDS], seed }
    }

    /// Makes the index of ids that were read. `None` where one stands twice.
    pub(crate) fn of(texts: Texts, seed: IndexSeed) -> Option<Self> {
        let mut shards = vec![Shard::with_room(texts.len() / SHARDS); SHARDS];
        let places = in_two(texts.len(), |range| {
            range.map(|place| place_of(texts.at(place), seed)).collect::<Vec<(usize, u32)>>()
        });
        let places = || places.iter().flatten().copied().zip(0..);
        let (low, high) = shards.split_at_mut(SHARDS / 2);
        let fill = |shards: &mut [Shard], first: usize| {
            places().all(|((shard, hash), number)| {
                let shard = shard.checked_sub(first).and_then(|shard| shards.get_mut(shard));
                shard.is_none_or(|shard| {
                    let same = |other: u32| texts.at(other as usize) == texts.at(number as usize);
                    shard.insert_new(Entry { hash, number }, same)
                })
            })
        };
        let whole = thread::scope(|scope| {
            let high = scope.spawn(|| fill(high, SHARDS / 2));
            let low = fill(low, 0);
            low && high.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        whole.then_some(Self { texts, shards, seed })
    }

    pub(crate) fn find(&self, id: &[u8]) -> Option<IdNumber> {
        let packed = Packed::of(id);
        let (shard, hash) = place_of(packed.as_bytes(), self.seed);
        let is_it = |number: u32| self.texts.at(number as usize) == packed.as_bytes();
        self.shards.get(shard)?.find(hash, is_it).map(IdNumber::new)
    }

    /// Adds an id that is not there. `None` beyond 2^32 ids.
    pub(crate) fn insert(&mut self, id: &[u8]) -> Option<IdNumber> {
        let number = u32::try_from(self.len()).ok().filter(|number| *number < shard::FREE)?;
        let packed = Packed::of(id);
        let (shard, hash) = place_of(packed.as_bytes(), self.seed);
        self.texts.push(packed.as_bytes());
        self.shards.get_mut(shard)?.insert(Entry { hash, number });
        Some(IdNumber::new(number))
    }

    /// The id of a number, as it was inserted.
    pub(crate) fn text(&self, number: IdNumber) -> String {
        packed::unpacked(self.texts.at(number.place()))
    }

    pub(crate) const fn texts(&self) -> &Texts {
        &self.texts
    }

    pub(crate) const fn len(&self) -> usize {
        self.texts.len()
    }

    /// The bytes that the index takes, about.
    pub(crate) fn memory(&self) -> usize {
        let tables: usize = self.shards.iter().map(Shard::memory).sum();
        self.texts.bytes.capacity() + self.texts.ends.capacity() * size_of::<u64>() + tables
    }
}

impl Texts {
    pub(crate) fn with_room(ids: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(ids) }
    }

    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn push(&mut self, packed: &[u8]) {
        self.bytes.extend_from_slice(packed);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Adds an id that was read. `false` for bytes that no id is packed to, or that there is no number for.
    pub(crate) fn push_read(&mut self, packed: &[u8]) -> bool {
        let fits = self.len() < shard::FREE as usize && packed::is_packed(packed);
        if fits {
            self.push(packed);
        }
        fits
    }

    /// The packed id of a place.
    pub(crate) fn at(&self, place: usize) -> &[u8] {
        let end = |place: usize| self.ends.get(place).map_or(0, |end| *end as usize);
        let start = place.checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(place)).unwrap_or_default()
    }
}

/// The shard of an id, and its hash there.
#[expect(clippy::cast_possible_truncation, reason = "the two halves of the hash are what is asked for")]
fn place_of(packed: &[u8], seed: IndexSeed) -> (usize, u32) {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write_u64(seed.0);
    hasher.write(packed);
    let hash = hasher.finish();
    ((hash as usize) % SHARDS, (hash >> 32) as u32)
}

/// Does the work on both halves of a range, each on a thread of its own.
fn in_two<O: Send>(count: usize, work: impl Fn(std::ops::Range<usize>) -> O + Sync) -> [O; 2] {
    thread::scope(|scope| {
        let second = scope.spawn(|| work(count / 2..count));
        let first = work(0..count / 2);
        [first, second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> String {
        match number % 3 {
            0 => format!("hold:{number}"),
            1 => format!("hold:0195f0c2-7c5f-7d0f-8a3b-{number:012x}"),
            _ => format!("decision:0195f0c2-7c5f-7d0f-8a3b-{number:012x}:adjustment"),
        }
    }

    #[test]
    fn an_id_is_found_by_its_text_and_read_by_its_number() {
        for seed in [IndexSeed(0), IndexSeed(7)] {
            let mut ids = Ids::new(seed);
            for number in 0..20_000_u32 {
                assert_eq!(ids.find(id(number).as_bytes()), None);
                assert_eq!(ids.insert(id(number).as_bytes()), Some(IdNumber::new(number)));
            }
            let read = Ids::of(ids.texts.clone(), IndexSeed(9)).unwrap();
            for ids in [&ids, &read] {
                for number in (0..20_000_u32).rev() {
                    assert_eq!(ids.find(id(number).as_bytes()), Some(IdNumber::new(number)));
                    assert_eq!(ids.text(IdNumber::new(number)), id(number));
                }
                assert_eq!((ids.len(), ids.find(id(20_000).as_bytes()), ids.find(b"")), (20_000, None, None));
            }
        }
    }

    #[test]
    fn ids_that_were_read_stand_once() {
        let mut texts = Texts::default();
        for number in [1, 2, 3, 2] {
            assert!(Ids::of(texts.clone(), IndexSeed(0)).is_some());
            assert!(texts.push_read(Packed::of(id(number).as_bytes()).as_bytes()));
        }
        assert!(Ids::of(texts.clone(), IndexSeed(0)).is_none());
        assert!(!texts.push_read(id(1).as_bytes()), "an id that would be packed");
    }
}
