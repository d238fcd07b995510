//! Every id that the ledger has seen, once: a text for each number, and a number for each text. Looked up only, never
//! walked in hash order, so that no decision depends on it.

use std::hash::Hasher;

use hashbrown::{HashTable, hash_table};

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
        let number = self.next()?;
        let (shard, entry) = self.place(id);
        self.text.extend_from_slice(id);
        self.ends.push(self.text.len() as u64);
        self.shards.get_mut(shard)?.insert_unique(entry.spread(), Entry { number, ..entry }, |entry| entry.spread());
        Some(IdNumber::new(number))
    }

    /// Looks an id up and adds it, in one step. `None` where it is there already, and beyond 2^32 ids.
    pub(crate) fn insert_new(&mut self, id: &[u8]) -> Option<IdNumber> {
        let number = self.next()?;
        let (shard, entry) = self.place(id);
        let Self { text, ends, shards, .. } = self;
        let is_it = |found: &Entry| found.hash == entry.hash && bytes(text, ends, IdNumber::new(found.number)) == id;
        match shards.get_mut(shard)?.entry(entry.spread(), is_it, |entry| entry.spread()) {
            hash_table::Entry::Occupied(_) => return None,
            hash_table::Entry::Vacant(place) => place.insert(Entry { number, ..entry }),
        };
        text.extend_from_slice(id);
        ends.push(text.len() as u64);
        Some(IdNumber::new(number))
    }

    fn next(&self) -> Option<u32> {
        u32::try_from(self.ends.len()).ok().filter(|number| *number < u32::MAX)
    }

    /// Makes room for so many more ids at once: growing step by step moves each of them several times.
    pub(crate) fn reserve(&mut self, more: usize) {
        self.ends.reserve(more);
        // Ids do not spread quite evenly.
        let each = more.div_ceil(SHARDS);
        for shard in &mut self.shards {
            shard.reserve(each + each / 16, |entry| entry.spread());
        }
    }

    pub(crate) fn bytes(&self, number: IdNumber) -> &[u8] {
        bytes(&self.text, &self.ends, number)
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

fn bytes<'a>(text: &'a [u8], ends: &[u64], number: IdNumber) -> &'a [u8] {
    let end = |place: usize| ends.get(place).map_or(0, |end| *end as usize);
    let start = number.place().checked_sub(1).map_or(0, end);
    text.get(start..end(number.place())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_by_its_text_and_read_by_its_number() {
        for seed in [IndexSeed(0), IndexSeed(7)] {
            let mut ids = Ids::new(seed);
            ids.reserve(5_000);
            for number in 0..10_000_u32 {
                let id = format!("hold:{number}");
                assert_eq!(ids.find(id.as_bytes()), None);
                let insert = if number % 2 == 0 { Ids::insert } else { Ids::insert_new };
                assert_eq!(insert(&mut ids, id.as_bytes()), Some(IdNumber::new(number)));
            }
            for number in (0..10_000_u32).rev() {
                let id = format!("hold:{number}");
                assert_eq!(ids.find(id.as_bytes()), Some(IdNumber::new(number)));
                assert_eq!(ids.insert_new(id.as_bytes()), None);
                assert_eq!(ids.bytes(IdNumber::new(number)), id.as_bytes());
            }
            assert_eq!((ids.len(), ids.find(b"hold:10000"), ids.find(b"")), (10_000, None, None));
        }
    }
}
