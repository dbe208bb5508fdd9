//! Numbers that look random and depend on nothing but a seed and a place.

/// A generator of numbers (SplitMix64). Its sequence never changes between versions, so values stay the same.
#[derive(Debug, Clone)]
pub(crate) struct Seed(u64);

impl Seed {
    /// The generator for a seed and a place.
    pub(crate) fn new(seed: u64, place: &str) -> Self {
        // FNV-1a.
        let hash = place
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut generator = Self(seed ^ hash);
        generator.next();
        generator
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or zero if `end` is zero.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// A number of a range that includes both ends.
    pub(super) fn between(&mut self, least: i128, most: i128) -> i128 {
        let width = u128::try_from(most.saturating_sub(least)).unwrap_or_default().saturating_add(1);
        least + i128::try_from(u128::from(self.next()) % width).unwrap_or_default()
    }

    /// One of the items.
    pub(super) fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }
}
