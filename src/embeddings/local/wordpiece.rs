//! Text into the tokens of BERT's vocabulary: folded to lower case without accents, cut at spaces and marks, and each
//! word into the longest pieces that the vocabulary has.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longer words are not words.
const WORD_CHARS_MAX: usize = 100;
/// Longer texts than any number of tokens can need are not folded to their end.
const TEXT_CHARS_PER_TOKEN: usize = 16;

/// The vocabulary.
#[derive(Debug)]
pub(super) struct Vocabulary {
    tokens: HashMap<&'static str, u32>,
    unknown: u32,
    begin: u32,
    end: u32,
}

impl Vocabulary {
    /// A vocabulary of these tokens; nothing when the marks are missing that every text needs.
    pub(super) fn new(tokens: &[&'static str]) -> Option<Self> {
        let tokens: HashMap<&str, u32> = tokens.iter().copied().zip(0..).collect();
        let mark = |name| tokens.get(name).copied();
        let (unknown, begin, end) = (mark("[UNK]")?, mark("[CLS]")?, mark("[SEP]")?);
        Some(Self { tokens, unknown, begin, end })
    }

    /// The tokens of a text between the marks of its beginning and end, at most `most`.
    pub(super) fn tokens(&self, text: &str, most: usize) -> Vec<u32> {
        let mut tokens = vec![self.begin];
        let text: String = text.chars().take(most * TEXT_CHARS_PER_TOKEN).collect();
        for word in words(&text) {
            self.add_pieces(&word, &mut tokens);
        }
        tokens.truncate(most.saturating_sub(1));
        tokens.push(self.end);
        tokens
    }

    fn add_pieces(&self, word: &str, tokens: &mut Vec<u32>) {
        let before = tokens.len();
        let (mut rest, mut piece) = (word, String::new());
        let too_long = word.chars().count() > WORD_CHARS_MAX;
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8()).rev();
            let prefix = if rest.len() == word.len() { "" } else { "##" };
            let found = ends.filter(|_| !too_long).find_map(|end| {
                piece.clear();
                piece.push_str(prefix);
                piece.push_str(&rest[..end]);
                Some((end, *self.tokens.get(piece.as_str())?))
            });
            // One piece that is not known makes the whole word unknown.
            let Some((end, token)) = found else {
                tokens.truncate(before);
                tokens.push(self.unknown);
                return;
            };
            tokens.push(token);
            rest = &rest[end..];
        }
    }
}

/// The words of a text, marks apart.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in text.nfd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
        let alone = is_mark(character) || is_ideograph(character);
        if alone || character.is_whitespace() {
            words.push(String::new());
        }
        if !character.is_whitespace() && !character.is_control() && character != '\u{fffd}' {
            words.last_mut().into_iter().for_each(|word| word.push(character));
        }
        if alone {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_mark(character: char) -> bool {
    character.is_ascii_punctuation()
        || matches!(character, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}')
        || matches!(character, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: [&str; 14] =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "shoe", "##s", "run", "##ning", "-", "creme", "½", "\"", "1"];

    fn check(text: &str, expected: &[&str]) {
        let tokens = Vocabulary::new(&TOKENS).unwrap().tokens(text, 8);
        let found: Vec<&str> = tokens.iter().map(|token| TOKENS[*token as usize]).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces_that_are_known() {
        check("red shoes", &["[CLS]", "red", "shoe", "##s", "[SEP]"]);
        check("RUNNING-Shoe", &["[CLS]", "run", "##ning", "-", "shoe", "[SEP]"]);
        check("Crème 1½\"", &["[CLS]", "creme", "[UNK]", "\"", "[SEP]"]);
        check("  ", &["[CLS]", "[SEP]"]);
    }

    #[test]
    fn a_word_with_an_unknown_piece_is_unknown_as_a_whole() {
        check("redx shoe 鞋", &["[CLS]", "[UNK]", "shoe", "[UNK]", "[SEP]"]);
        check(&"red".repeat(200), &["[CLS]", "[UNK]", "[SEP]"]);
    }

    #[test]
    fn a_long_text_is_cut_and_still_has_an_end() {
        check(&"red ".repeat(1_000), &["[CLS]", "red", "red", "red", "red", "red", "red", "[SEP]"]);
    }

    #[test]
    fn a_vocabulary_without_its_marks_is_none() {
        assert!(Vocabulary::new(&["red"]).is_none());
    }
}
