//! Numbers from a seed: SplitMix64, the same on every machine.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound, which is above zero.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A number from 0 until below a bound, as milliseconds are counted.
    pub(crate) const fn signed(&mut self, bound: i64) -> i64 {
        self.below(bound.cast_unsigned()).cast_signed()
    }

    pub(crate) fn of<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let place = usize::try_from(self.below(items.len().max(1) as u64)).ok()?;
        items.get(place).cloned()
    }
}
