//! What is remembered of every row of a file for as long as it is read: not its texts, but small numbers made of them.

use std::collections::{HashMap, HashSet};

use crate::base::fingerprint::Fingerprint;

/// A text as twelve bytes. Of a million texts, two would get the same one in a file out of 10^17: as good as never, and
/// nobody can make it happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark([u8; 12]);

impl Mark {
    /// That of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let fingerprint = Fingerprint::of(text.as_bytes());
        let mut mark = [0; 12];
        mark.copy_from_slice(&fingerprint.bytes()[..12]);
        Self(mark)
    }
}

/// Texts, for asking whether one is among them.
#[derive(Clone, Debug, Default)]
pub struct Marks(HashSet<Mark>);

impl Marks {
    /// One more; says whether it is new.
    pub fn insert(&mut self, text: &str) -> bool {
        self.0.insert(Mark::of(text))
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn contain(&self, text: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&Mark::of(text))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Texts, each with the row that said it first.
#[derive(Clone, Debug, Default)]
pub struct Firsts(HashMap<Mark, u32>);

impl Firsts {
    /// The row that said it first: an earlier one, or this one.
    pub fn of(&mut self, text: &str, row: u32) -> u32 {
        *self.0.entry(Mark::of(text)).or_insert(row)
    }

    /// The row that said it.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<u32> {
        self.0.get(&Mark::of(text)).copied()
    }

    /// Whether any row said it.
    #[must_use]
    pub fn contain(&self, text: &str) -> bool {
        self.get(text).is_some()
    }
}

/// Rows by their numbers: a bit for each row of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    bits: Vec<u64>,
    count: u32,
}

impl Rows {
    /// One more.
    pub fn insert(&mut self, row: u32) {
        let (place, bit) = (row as usize / 64, 1 << (row % 64));
        self.bits.resize(self.bits.len().max(place + 1), 0);
        self.count += u32::from(self.bits[place] & bit == 0);
        self.bits[place] |= bit;
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn contain(&self, row: u32) -> bool {
        self.bits.get(row as usize / 64).is_some_and(|bits| bits & (1 << (row % 64)) != 0)
    }

    /// How many.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_once() {
        let mut rows = Rows::default();
        for row in [3, 64, 3, 1_000_000] {
            rows.insert(row);
        }
        assert_eq!((rows.count(), rows.contain(64), rows.contain(65)), (3, true, false));
        assert!(!Rows::default().contain(0));
    }

    #[test]
    fn the_row_that_says_a_text_first_is_kept() {
        let mut firsts = Firsts::default();
        assert_eq!((firsts.of("a", 4), firsts.of("a", 9), firsts.get("b")), (4, 4, None));
    }
}
