//! Which products have a lexeme and how often in which part, in few bytes: most have it once or twice in one part.
//!
//! For each product: the distance to the one before it, seven bits to a byte; a byte with two bits for each part, the
//! most they can say meaning "this or more"; and a byte for each part that said so.

use crate::catalog::index::Place;
use crate::catalog::index::entry::{Counts, PARTS};

/// The most that two bits say.
const FEW_MAX: u16 = 3;

/// The products that have a lexeme, while they are collected.
#[derive(Clone, Debug, Default)]
pub struct Postings {
    bytes: Vec<u8>,
    /// The first place that has not been passed.
    next: u32,
}

impl Postings {
    /// Adds a product; places come in ascending order, each once.
    pub fn push(&mut self, place: Place, counts: Counts) {
        let mut distance = place.0.saturating_sub(self.next);
        self.next = place.0 + 1;
        while distance > 0x7f {
            self.bytes.push(low_byte(distance) | 0x80);
            distance >>= 7;
        }
        self.bytes.push(low_byte(distance));
        let few = counts.iter().rev().fold(0, |bits, count| bits << 2 | (*count).min(FEW_MAX));
        self.bytes.push(low_byte(few.into()));
        let many = counts.into_iter().filter(|count| *count >= FEW_MAX);
        self.bytes.extend(many.map(|count| u8::try_from(count).unwrap_or(u8::MAX)));
    }

    /// What [`Read`] reads.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The lowest seven bits, or eight of what has no more.
fn low_byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}

/// The products that have a lexeme.
#[derive(Clone, Debug)]
pub struct Read<'b> {
    bytes: &'b [u8],
    next: u32,
}

impl<'b> Read<'b> {
    /// Those written in these bytes.
    #[must_use]
    pub const fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, next: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }
}

impl Iterator for Read<'_> {
    type Item = (Place, Counts);

    fn next(&mut self) -> Option<(Place, Counts)> {
        let (mut distance, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            distance |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte <= 0x7f {
                break;
            }
        }
        let place = Place(self.next + distance);
        self.next = place.0 + 1;
        let few = self.byte()?;
        let mut counts: Counts = std::array::from_fn(|part| u16::from(few >> (2 * part)) & FEW_MAX);
        for count in &mut counts[..PARTS] {
            if *count == FEW_MAX {
                *count = self.byte()?.into();
            }
        }
        Some((place, counts))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            products in prop::collection::btree_map(0_u32..3_000_000, prop::array::uniform4(0_u16..300), 0..50),
        ) {
            let mut postings = Postings::default();
            for (place, counts) in &products {
                postings.push(Place(*place), *counts);
            }
            let read: Vec<_> = Read::of(postings.bytes()).collect();
            let at_most = |counts: Counts| counts.map(|count| count.min(255));
            let written: Vec<_> = products.into_iter().map(|(place, counts)| (Place(place), at_most(counts))).collect();
            prop_assert_eq!(read, written);
        }
    }
}
