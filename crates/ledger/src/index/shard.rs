//! One table of the index: places in a row, of which a look at one reads the next ones with it. An id that is new costs one
//! line of memory to look for, and none more to add.

/// No id has this number.
pub(super) const FREE: u32 = u32::MAX;

/// A part of an id's hash, so that the table grows without reading the ids again, and its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) hash: u32,
    pub(super) number: u32,
}

/// A table. As many places as a power of two, of which a quarter is free.
#[derive(Debug, Clone, Default)]
pub(super) struct Shard {
    places: Vec<Entry>,
    taken: usize,
}

/// The fewest places of a table that has any.
const LEAST: usize = 16;

impl Shard {
    /// A table for so many ids, about.
    pub(super) fn with_room(ids: usize) -> Self {
        // Ids do not spread quite evenly.
        let mut shard = Self::default();
        shard.make_room(ids + ids / 16);
        shard
    }

    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let found = self.places.get(at)?;
            if found.number == FREE {
                return None;
            }
            if found.hash == hash && is_it(found.number) {
                return Some(found.number);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an entry that is not there.
    pub(super) fn insert(&mut self, entry: Entry) {
        self.make_room(self.taken + 1);
        self.put(entry);
    }

    /// Looks an entry up and adds it. `false` where it is there already.
    pub(super) fn insert_new(&mut self, entry: Entry, is_it: impl Fn(u32) -> bool) -> bool {
        let is_new = self.find(entry.hash, is_it).is_none();
        if is_new {
            self.insert(entry);
        }
        is_new
    }

    pub(super) fn memory(&self) -> usize {
        self.places.capacity() * size_of::<Entry>()
    }

    fn make_room(&mut self, ids: usize) {
        if ids * 4 <= self.places.len() * 3 {
            return;
        }
        let places = (ids * 4).div_ceil(3).next_power_of_two().max(LEAST);
        let before = std::mem::replace(&mut self.places, vec![Entry { hash: 0, number: FREE }; places]);
        self.taken = 0;
        before.into_iter().filter(|entry| entry.number != FREE).for_each(|entry| self.put(entry));
    }

    fn put(&mut self, entry: Entry) {
        let Some(mask) = self.places.len().checked_sub(1) else { return };
        let mut at = entry.hash as usize & mask;
        while let Some(place) = self.places.get_mut(at) {
            if place.number == FREE {
                *place = entry;
                self.taken += 1;
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_one_hash_and_of_one_place_are_all_found() {
        let mut shard = Shard::default();
        let hash = |number: u32| if number.is_multiple_of(2) { 7 } else { 0xffff_fff0 | number };
        for number in 0..100 {
            assert_eq!(shard.find(hash(number), |found| found == number), None);
            assert!(shard.insert_new(Entry { hash: hash(number), number }, |found| found == number));
        }
        for number in 0..100 {
            assert_eq!(shard.find(hash(number), |found| found == number), Some(number));
            assert!(!shard.insert_new(Entry { hash: hash(number), number }, |found| found == number));
        }
        assert!(shard.places.len().is_power_of_two() && shard.taken == 100);
    }
}
