//! Every id that the ledger has seen, once: a text for each number, and a number for each text. Looked up only, never
//! walked in hash order, so that no decision depends on it.

use std::hash::Hasher;

use hashbrown::HashTable;

use crate::IdNumber;

/// Into so many tables the index is split, so that no single insertion moves the whole of it to a larger one.
const SHARDS: usize = 256;

/// What the hash of an id is mixed with. A service hands in a random one, so that nobody can choose ids that fall into
/// one place of the index; nothing that can be seen depends on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct IndexSeed(pub u64);

/// An entry: the upper half of the hash, to grow without reading the ids again, and the number.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u32,
    number: u32,
}

impl Entry {
    /// The hash of the table, spread over 64 bits again.
    const fn spread(self) -> u64 {
        (self.hash as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Ids {
    text: Vec<u8>,
    /// Where each id ends.
    ends: Vec<u64>,
    shards: Vec<HashTable<Entry>>,
    seed: IndexSeed,
}

impl Ids {
    pub(crate) fn new(seed: IndexSeed) -> Self {
        Self { text: Vec::new(), ends: Vec::new(), shards: vec![HashTable::new(); SHARDS], seed }
    }

    pub(crate) fn find(&self, id: &[u8]) -> Option<IdNumber> {
        let (shard, entry) = self.place(id);
        self.shards
            .get(shard)?
            .find(entry.spread(), |found| found.hash == entry.hash && self.bytes(IdNumber::new(found.number)) == id)
            .map(|found| IdNumber::new(found.number))
    }

    /// Adds an id that is not there. `None` beyond 2^32 ids.
    pub(crate) fn insert(&mut self, id: &[u8]) -> Option<IdNumber> {
        let number = u32::try_from(self.ends.len()).ok().filter(|number| *number < u32::MAX)?;
        let (shard, entry) = self.place(id);
        self.text.extend_from_slice(id);
        self.ends.push(self.text.len() as u64);
        self.shards.get_mut(shard)?.insert_unique(entry.spread(), Entry { number, ..entry }, |entry| entry.spread());
        Some(IdNumber::new(number))
    }

    pub(crate) fn bytes(&self, number: IdNumber) -> &[u8] {
        let end = |place: usize| self.ends.get(place).map_or(0, |end| *end as usize);
        let start = number.place().checked_sub(1).map_or(0, end);
        self.text.get(start..end(number.place())).unwrap_or_default()
    }

    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes that the index takes, about.
    pub(crate) fn memory(&self) -> usize {
        let tables: usize = self.shards.iter().map(|shard| shard.capacity() * (size_of::<Entry>() + 1)).sum();
        self.text.capacity() + self.ends.capacity() * size_of::<u64>() + tables
    }

    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the hash are what is asked for")]
    fn place(&self, id: &[u8]) -> (usize, Entry) {
        let mut hasher = std::hash::DefaultHasher::new();
        hasher.write_u64(self.seed.0);
        hasher.write(id);
        let hash = hasher.finish();
        ((hash as usize) % SHARDS, Entry { hash: (hash >> 32) as u32, number: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_by_its_text_and_read_by_its_number() {
        for seed in [IndexSeed(0), IndexSeed(7)] {
            let mut ids = Ids::new(seed);
            for number in 0..10_000_u32 {
                let id = format!("hold:{number}");
                assert_eq!(ids.find(id.as_bytes()), None);
                assert_eq!(ids.insert(id.as_bytes()), Some(IdNumber::new(number)));
            }
            for number in (0..10_000_u32).rev() {
                let id = format!("hold:{number}");
                assert_eq!(ids.find(id.as_bytes()), Some(IdNumber::new(number)));
                assert_eq!(ids.bytes(IdNumber::new(number)), id.as_bytes());
            }
            assert_eq!((ids.len(), ids.find(b"hold:10000"), ids.find(b"")), (10_000, None, None));
        }
    }
}
