//! Numbers in words: `twelve`, `treinta y cinco`, `meia dúzia`.

use crate::llm::guided::lexicon::{Lexicon, List};
use crate::llm::guided::text::Word;

/// What a unit may follow: twenty to ninety.
const TENS: std::ops::RangeInclusive<u32> = 20..=90;

impl Lexicon {
    /// A number word: `dos`, `twelve`, `thirty-five`.
    #[must_use]
    pub fn number(&self, plain: &str) -> Option<u32> {
        self.numbers.get(plain).copied().or_else(|| self.hyphenated(plain))
    }

    /// Tens and units in one word, as the hyphen between them is not kept.
    fn hyphenated(&self, plain: &str) -> Option<u32> {
        self.numbers.iter().filter(|(_, number)| is_tens(**number)).find_map(|(word, tens)| {
            let unit = self.numbers.get(plain.strip_prefix(word.as_str())?)?;
            is_unit(*unit).then_some(tens + unit)
        })
    }

    /// The words with each number of several words as one.
    pub(in crate::llm::guided::lexicon) fn with_whole_numbers(&self, words: &[Word]) -> Vec<Word> {
        let mut whole = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            let (number, length) = self.number_of_words(&words[at..]).unwrap_or((0, 1));
            let row = &words[at..at + length];
            whole.push(if length == 1 { row[0].clone() } else { joined(row, number) });
            at += length;
        }
        whole
    }

    /// The number that more than one word at the beginning make, and how many words it takes.
    fn number_of_words(&self, words: &[Word]) -> Option<(u32, usize)> {
        let row = 1 + words.iter().skip(1).take(2).take_while(|word| !word.after_mark).count();
        let plains: Vec<&str> = words.iter().take(row).map(|word| word.plain.as_str()).collect();
        let dozen = |plain: &str| self.has(List::Dozens, plain);
        let half = |plain: &str| self.has(List::Halves, plain);
        match *plains.as_slice() {
            [first, article, last] if half(first) && dozen(last) && article.chars().count() <= 3 => Some((6, 3)),
            [first, last, ..] if half(first) && dozen(last) => Some((6, 2)),
            [first, last, ..] if dozen(last) => Some((self.small(first)?.checked_mul(12)?, 2)),
            [first, and, last] if self.joins(and) && self.tens_and_unit(first, last).is_some() => {
                Some((self.tens_and_unit(first, last)?, 3))
            }
            [first, last, ..] => Some((self.tens_and_unit(first, last)?, 2)),
            _ => None,
        }
    }

    fn tens_and_unit(&self, tens: &str, unit: &str) -> Option<u32> {
        let (tens, unit) = (self.numbers.get(tens)?, self.numbers.get(unit)?);
        (is_tens(*tens) && is_unit(*unit)).then_some(tens + unit)
    }

    /// A number of one or two digits, or in a word.
    fn small(&self, plain: &str) -> Option<u32> {
        let digits = (1..=2).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_digit());
        if digits { plain.parse().ok() } else { self.number(plain) }
    }
}

fn is_tens(number: u32) -> bool {
    TENS.contains(&number) && number.is_multiple_of(10)
}

fn is_unit(number: u32) -> bool {
    (1..=9).contains(&number)
}

fn joined(row: &[Word], number: u32) -> Word {
    let raw: Vec<_> = row.iter().map(|word| word.raw.as_str()).collect();
    let after_mark = row.first().is_some_and(|word| word.after_mark);
    Word { raw: raw.join(" "), plain: number.to_string(), after_mark }
}

#[cfg(test)]
mod tests {
    use crate::base::language::Language::{self, En, Es, Pt};
    use crate::llm::guided::lexicon;
    use crate::llm::guided::numbers::quantity;

    #[track_caller]
    fn check(language: Language, text: &str, expected: u32) {
        let lexicon = lexicon::of(language);
        let found = quantity(&lexicon.words(text), &[], lexicon).map(|(count, _)| count);
        assert_eq!(found, Some(expected), "{text:?}");
    }

    #[test]
    fn numbers_of_several_words_are_one_number() {
        check(Es, "quiero media docena", 6);
        check(Es, "mándame media docena de la azul", 6);
        check(Es, "dame una docena", 12);
        check(Es, "quiero dos docenas", 24);
        check(Es, "treinta y cinco de esas", 35);
        check(En, "half a dozen please", 6);
        check(En, "I need half dozen of those", 6);
        check(En, "I'd like 2 dozen", 24);
        check(En, "a dozen of the red", 12);
        check(En, "twenty-five please", 25);
        check(En, "forty two of them", 42);
        check(Pt, "quero meia dúzia", 6);
        check(Pt, "me vê três dúzias", 36);
        check(Pt, "quero vinte e duas", 22);
    }

    #[test]
    fn number_words_go_to_a_hundred() {
        check(Es, "dame quince", 15);
        check(Es, "quiero veintiuna", 21);
        check(Es, "cien de esas", 100);
        check(En, "fifteen of them", 15);
        check(En, "I need a hundred", 100);
        check(Pt, "quero dezesseis", 16);
        check(Pt, "manda noventa", 90);
    }

    #[test]
    fn numbers_that_only_stand_beside_each_other_stay_two() {
        let spanish = lexicon::of(Es);
        let plains = |text: &str| spanish.words(text).into_iter().map(|word| word.plain).collect::<Vec<_>>();
        assert_eq!(plains("dos y tres"), ["dos", "y", "tres"]);
        assert_eq!(plains("treinta, cinco"), ["treinta", "cinco"]);
        assert_eq!(plains("la media luna"), ["la", "media", "luna"]);
    }
}
