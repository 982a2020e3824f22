//! Which products have a lexeme and how often in which part, in few bytes: most have it once or twice in one part.
//!
//! First how many products there are, then for each block but the first where it begins, then the products. For each:
//! the distance to the one before it, seven bits to a byte; a byte with two bits for each part, the most they can say
//! meaning "this or more"; and a byte for each part that said so.

use crate::catalog::index::Place;
use crate::catalog::index::entry::Counts;

/// The most that two bits say.
const FEW_MAX: u16 = 3;
/// How many products a block has. To find one of them, one block is read.
const BLOCK: u32 = 64;
/// How many bytes say where a block begins.
const BLOCK_BYTES: usize = 8;

/// The products that have a lexeme, while they are collected.
#[derive(Clone, Debug, Default)]
pub struct Postings {
    count: u32,
    /// For each block but the first: the place that its first distance counts from, and its first byte.
    blocks: Vec<[u32; 2]>,
    bytes: Vec<u8>,
    /// The first place that has not been passed.
    next: u32,
}

impl Postings {
    /// Adds a product; places come in ascending order, each once.
    pub fn push(&mut self, place: Place, counts: Counts) {
        if self.count > 0 && self.count.is_multiple_of(BLOCK) {
            self.blocks.push([self.next, u32::try_from(self.bytes.len()).unwrap_or(u32::MAX)]);
        }
        self.count += 1;
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

    /// What [`List`] reads.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let header = std::iter::once(self.count).chain(self.blocks.iter().flatten().copied());
        header.flat_map(u32::to_le_bytes).chain(self.bytes.iter().copied()).collect()
    }
}

/// The lowest seven bits, or eight of what has no more.
fn low_byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}

/// The products that have a lexeme.
#[derive(Clone, Copy, Debug, Default)]
pub struct List<'b> {
    count: u32,
    blocks: &'b [u8],
    bytes: &'b [u8],
}

impl<'b> List<'b> {
    /// Those written in these bytes.
    #[must_use]
    pub fn of(bytes: &'b [u8]) -> Self {
        let read = || {
            let (count, rest) =
                bytes.split_first_chunk().map(|(count, rest)| (u32::from_le_bytes(*count), rest))?;
            let blocks = usize::try_from(count.saturating_sub(1) / BLOCK).ok()? * BLOCK_BYTES;
            let (blocks, bytes) = rest.split_at_checked(blocks)?;
            Some(Self { count, blocks, bytes })
        };
        read().unwrap_or_default()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        self.count as usize
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.count == 0
    }

    /// All of them, ascending.
    #[must_use]
    pub const fn iter(self) -> Read<'b> {
        Read { bytes: self.bytes, next: 0 }
    }

    /// How often a product has the lexeme in each part; nothing, if it has it nowhere.
    #[must_use]
    pub fn at(self, place: Place) -> Option<Counts> {
        let (mut from, mut to) = (0, self.blocks.len() / BLOCK_BYTES);
        while from < to {
            let middle = from.midpoint(to);
            if self.block(middle)?.0 <= place.0 { from = middle + 1 } else { to = middle }
        }
        let (next, begin) = from.checked_sub(1).map_or(Some((0, 0)), |block| self.block(block))?;
        let block = Read { bytes: self.bytes.get(begin as usize..)?, next };
        block.take_while(|(other, _)| *other <= place).find(|(other, _)| *other == place).map(|(_, counts)| counts)
    }

    /// The place that a block counts from, and its first byte; the first block is not asked for.
    fn block(self, at: usize) -> Option<(u32, u32)> {
        let (next, begin) = self.blocks.get(at * BLOCK_BYTES..)?.split_first_chunk()?;
        Some((u32::from_le_bytes(*next), u32::from_le_bytes(*begin.first_chunk()?)))
    }
}

/// Reads the products of a list.
#[derive(Clone, Debug)]
pub struct Read<'b> {
    bytes: &'b [u8],
    next: u32,
}

impl Read<'_> {
    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }
}

impl Iterator for Read<'_> {
    type Item = (Place, Counts);

    #[inline]
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
        // Two bits that are both set: somewhere it stands often.
        if few & (few >> 1) & 0b0101_0101 != 0 {
            for count in &mut counts {
                if *count == FEW_MAX {
                    *count = self.byte()?.into();
                }
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
        fn what_is_written_is_read_and_found(
            products in prop::collection::btree_map(0_u32..1_500, prop::array::uniform4(0_u16..300), 0..300),
            far in 0_u32..3_000_000,
        ) {
            let mut postings = Postings::default();
            let at_most = |counts: Counts| counts.map(|count| count.min(255));
            let all = products.into_iter().chain([(far + 1_500, [1, 0, 0, 0])]);
            let written: Vec<_> = all.map(|(place, counts)| (Place(place), at_most(counts))).collect();
            for (place, counts) in &written {
                postings.push(*place, *counts);
            }
            let bytes = postings.bytes();
            let list = List::of(&bytes);
            prop_assert_eq!(list.len(), written.len());
            prop_assert_eq!(&list.iter().collect::<Vec<_>>(), &written);
            for place in (0..1_600).chain([far, far + 1_500, far + 1_501]).map(Place) {
                let expected = written.iter().find(|(other, _)| *other == place).map(|(_, counts)| *counts);
                prop_assert_eq!(list.at(place), expected);
            }
        }
    }

    #[test]
    fn of_bytes_cut_anywhere_nothing_is_made_up() {
        let mut postings = Postings::default();
        for place in 0..200 {
            postings.push(Place(place * 3), [1, 0, 4, 0]);
        }
        let bytes = postings.bytes();
        let whole: Vec<_> = List::of(&bytes).iter().collect();
        for end in 0..bytes.len() {
            let read: Vec<_> = List::of(&bytes[..end]).iter().collect();
            assert_eq!(read, whole[..read.len()]);
            assert!(read.len() < whole.len());
        }
    }
}
