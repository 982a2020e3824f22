//! What the index holds of one product, read for the words of one query: how often each stands in which part.
//!
//! The bytes are those of Postgres' `tsvectorsend`: a count, then each lexeme with the places where it stands; the two
//! highest bits of a place say which part of the product it is in.

use std::collections::HashMap;

/// The parts of a product that are told apart: its title; its labels (brand, category, tags, option values); its facts;
/// its description.
pub const PARTS: usize = 4;

/// How often something stands in each part.
pub type Counts = [u16; PARTS];

/// What the index holds of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// For each word that was looked for, how often the commonest of its forms stands in each part.
    pub words: Vec<Counts>,
    /// How many words each part has.
    pub lengths: Counts,
}

/// Reads an entry. What cannot be read counts as absent: the database wrote it, and no shopper can mend it.
#[must_use]
pub fn read_entry(bytes: &[u8], words: &[&[String]]) -> Entry {
    let mut entry = Entry { words: vec![[0; PARTS]; words.len()], lengths: [0; PARTS] };
    let mut reader = Reader { bytes };
    let Some(lexemes) = reader.take::<4>().map(u32::from_be_bytes) else { return entry };
    let mut wanted: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (word, forms) in words.iter().enumerate() {
        for form in *forms {
            wanted.entry(form.as_bytes()).or_default().push(word);
        }
    }
    for _ in 0..lexemes {
        let Some((lexeme, counts)) = reader.lexeme() else { break };
        add(&mut entry.lengths, counts);
        // Without a place it is a SKU or a value of one word: a label.
        let counts = if counts == [0; PARTS] { [0, 1, 0, 0] } else { counts };
        for word in wanted.get(lexeme).into_iter().flatten() {
            let Some(found) = entry.words.get_mut(*word) else { continue };
            for (most, count) in found.iter_mut().zip(counts) {
                *most = count.max(*most);
            }
        }
    }
    entry
}

fn add(sums: &mut Counts, counts: Counts) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum = sum.saturating_add(count);
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*taken)
    }

    fn lexeme(&mut self) -> Option<(&'b [u8], Counts)> {
        let end = self.bytes.iter().position(|byte| *byte == 0)?;
        let (lexeme, rest) = self.bytes.split_at(end);
        self.bytes = rest.get(1..)?;
        let places = self.take::<2>().map(u16::from_be_bytes)?;
        let mut counts = [0; PARTS];
        for _ in 0..places {
            let place = self.take::<2>().map(u16::from_be_bytes)?;
            // 3 is weight A, the title; 0 is D, the description.
            if let Some(count) = counts.get_mut(PARTS - 1 - usize::from(place >> 14)) {
                *count += 1;
            }
        }
        Some((lexeme, counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `'azul':3B 'cam-1' 'camiset':1A,9,12`, as Postgres sends it.
    fn sent() -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, 3];
        for (lexeme, places) in
            [("azul", vec![0x8003_u16]), ("cam-1", vec![]), ("camiset", vec![0xc001, 0x0009, 0x000c])]
        {
            bytes.extend(lexeme.as_bytes());
            bytes.push(0);
            bytes.extend(u16::try_from(places.len()).unwrap().to_be_bytes());
            bytes.extend(places.iter().flat_map(|place| place.to_be_bytes()));
        }
        bytes
    }

    fn forms(forms: &[&str]) -> Vec<String> {
        forms.iter().map(|form| (*form).to_owned()).collect()
    }

    #[test]
    fn an_entry_counts_the_words_of_the_query_in_each_part() {
        let (shirt, blue) = (forms(&["camisetas", "camiset"]), forms(&["azul"]));
        let (sku, none) = (forms(&["cam-1"]), forms(&["rojo"]));
        let entry = read_entry(&sent(), &[&shirt, &blue, &sku, &none]);
        assert_eq!(entry.words, [[1, 0, 0, 2], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]);
        assert_eq!(entry.lengths, [1, 1, 0, 2]);
    }

    #[test]
    fn bytes_cut_anywhere_are_read_as_far_as_they_go() {
        let shirt = forms(&["camiset"]);
        for end in 0..sent().len() {
            assert_eq!(read_entry(&sent()[..end], &[&shirt]).words.len(), 1);
        }
    }
}
