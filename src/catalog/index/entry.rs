//! What PostgreSQL stemmed of one product, read from its bytes.
//!
//! The bytes are those of `tsvectorsend`: a count, then each lexeme with the places where it stands; the two
//! highest bits of a place say which part of the product it is in.

/// The parts of a product that are told apart: its title; its labels (brand, category, tags, option values); its facts;
/// its description.
pub const PARTS: usize = 4;

/// How often something stands in each part.
pub type Counts = [u16; PARTS];

/// Nowhere at all.
pub const NOWHERE: Counts = [0; PARTS];

/// The lexemes of an entry. What cannot be read ends it: the database wrote it, and no shopper can mend it.
#[derive(Clone, Debug)]
pub struct Lexemes<'b> {
    bytes: &'b [u8],
    left: u32,
}

/// A lexeme and how often it stands in each part; nowhere, if it is only found when asked for exactly.
pub type Lexeme<'b> = (&'b [u8], Counts);

impl<'b> Lexemes<'b> {
    /// Those of an entry.
    #[must_use]
    pub fn of(entry: &'b [u8]) -> Self {
        let mut lexemes = Self { bytes: entry, left: 0 };
        lexemes.left = lexemes.cut::<4>().map_or(0, u32::from_be_bytes);
        lexemes
    }

    fn cut<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*taken)
    }

    fn lexeme(&mut self) -> Option<Lexeme<'b>> {
        let end = self.bytes.iter().position(|byte| *byte == 0)?;
        let (lexeme, rest) = self.bytes.split_at(end);
        self.bytes = rest.get(1..)?;
        let places = self.cut::<2>().map(u16::from_be_bytes)?;
        let mut counts = NOWHERE;
        for _ in 0..places {
            let place = self.cut::<2>().map(u16::from_be_bytes)?;
            // 3 is weight A, the title; 0 is D, the description.
            if let Some(count) = counts.get_mut(PARTS - 1 - usize::from(place >> 14)) {
                *count += 1;
            }
        }
        Some((lexeme, counts))
    }
}

impl<'b> Iterator for Lexemes<'b> {
    type Item = Lexeme<'b>;

    fn next(&mut self) -> Option<Lexeme<'b>> {
        self.left = self.left.checked_sub(1)?;
        self.lexeme()
    }
}

/// What `tsvectorsend` would give for these lexemes with their places.
#[cfg(test)]
pub(in crate::catalog) fn sent(lexemes: &[(&str, &[u16])]) -> Vec<u8> {
    let mut bytes = u32::try_from(lexemes.len()).unwrap().to_be_bytes().to_vec();
    for (lexeme, places) in lexemes {
        bytes.extend(lexeme.as_bytes());
        bytes.push(0);
        bytes.extend(u16::try_from(places.len()).unwrap().to_be_bytes());
        bytes.extend(places.iter().flat_map(|place| place.to_be_bytes()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `'azul':3B 'cam-1' 'camiset':1A,9,12`, as Postgres sends it.
    fn shirt() -> Vec<u8> {
        sent(&[("azul", &[0x8003]), ("cam-1", &[]), ("camiset", &[0xc001, 0x0009, 0x000c])])
    }

    #[test]
    fn an_entry_counts_each_lexeme_in_each_part() {
        let bytes = shirt();
        let read: Vec<Lexeme<'_>> = Lexemes::of(&bytes).collect();
        let expected: [Lexeme<'_>; 3] = [(b"azul", [0, 1, 0, 0]), (b"cam-1", NOWHERE), (b"camiset", [1, 0, 0, 2])];
        assert_eq!(read, expected);
    }

    #[test]
    fn bytes_cut_anywhere_are_read_as_far_as_they_go() {
        let bytes = shirt();
        let whole: Vec<Lexeme<'_>> = Lexemes::of(&bytes).collect();
        for end in 0..bytes.len() {
            let read: Vec<Lexeme<'_>> = Lexemes::of(&bytes[..end]).collect();
            assert_eq!(read, whole[..read.len()]);
            assert!(read.len() < whole.len());
        }
    }
}
