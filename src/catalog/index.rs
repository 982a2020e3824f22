//! What the index holds of one product, read for the words of one query: how often each stands in which part.
//!
//! The bytes are those of Postgres' `tsvectorsend`: a count, then each lexeme with the places where it stands; the two
//! highest bits of a place say which part of the product it is in.

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

/// The words that are looked for in entries.
#[derive(Clone, Debug)]
pub struct Wanted<'w> {
    words: usize,
    /// Each form of each word, sorted, with the place of the word.
    forms: Vec<(&'w [u8], usize)>,
    /// Whether a form begins with this byte: most lexemes need no closer look.
    begins: [bool; 256],
}

impl<'w> Wanted<'w> {
    /// Words, each with its forms.
    #[must_use]
    pub fn of(words: &[&'w [String]]) -> Self {
        let with_place = words.iter().enumerate();
        let forms = with_place.flat_map(|(place, forms)| forms.iter().map(move |form| (form.as_bytes(), place)));
        let mut wanted = Self { words: words.len(), forms: forms.collect(), begins: [false; 256] };
        wanted.forms.sort_unstable();
        for (form, _) in &wanted.forms {
            if let Some(first) = form.first() {
                wanted.begins[usize::from(*first)] = true;
            }
        }
        wanted
    }

    /// Reads an entry. What cannot be read counts as absent: the database wrote it, and no shopper can mend it.
    #[must_use]
    pub fn read(&self, entry: &[u8]) -> Entry {
        let mut read = Entry { words: vec![[0; PARTS]; self.words], lengths: [0; PARTS] };
        let mut reader = Reader { bytes: entry };
        let Some(lexemes) = reader.take::<4>().map(u32::from_be_bytes) else { return read };
        for _ in 0..lexemes {
            let Some((lexeme, counts)) = reader.lexeme() else { break };
            add(&mut read.lengths, counts);
            // Without a place it is a SKU or a value of one word: a label.
            let counts = if counts == [0; PARTS] { [0, 1, 0, 0] } else { counts };
            for (_, place) in self.forms_like(lexeme) {
                let Some(found) = read.words.get_mut(*place) else { continue };
                for (most, count) in found.iter_mut().zip(counts) {
                    *most = count.max(*most);
                }
            }
        }
        read
    }

    fn forms_like(&self, lexeme: &[u8]) -> &[(&'w [u8], usize)] {
        if !lexeme.first().is_some_and(|first| self.begins[usize::from(*first)]) {
            return &[];
        }
        let from = self.forms.partition_point(|(form, _)| *form < lexeme);
        let like = self.forms[from..].iter().take_while(|(form, _)| *form == lexeme).count();
        &self.forms[from..from + like]
    }
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
        let entry = Wanted::of(&[&shirt, &blue, &sku, &none]).read(&sent());
        assert_eq!(entry.words, [[1, 0, 0, 2], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]);
        assert_eq!(entry.lengths, [1, 1, 0, 2]);
    }

    #[test]
    fn bytes_cut_anywhere_are_read_as_far_as_they_go() {
        let shirt = forms(&["camiset"]);
        for end in 0..sent().len() {
            assert_eq!(Wanted::of(&[&shirt]).read(&sent()[..end]).words.len(), 1);
        }
    }
}
