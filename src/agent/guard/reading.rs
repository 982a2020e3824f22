//! A draft as the guard reads it: one plain form, so that no spelling hides a claim.
//!
//! Compatibility forms become plain ones (`１２` is `12`), marks and accents go, invisible characters and chat
//! emphasis go. What still could be read as a number by a person but not by the guard makes a draft unreadable.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A text in plain form.
#[derive(Debug, Default)]
pub(in crate::agent::guard) struct Reading {
    /// Plain, case kept: currency codes are told from words by their case.
    pub(in crate::agent::guard) text: String,
    /// The same in lower case, at the same byte positions.
    pub(in crate::agent::guard) low: String,
    /// A character that a person may read as something the guard cannot.
    pub(in crate::agent::guard) unreadable: Option<char>,
}

impl Reading {
    pub(in crate::agent::guard) fn of(draft: &str) -> Self {
        let mut reading = Self { text: String::with_capacity(draft.len()), ..Self::default() };
        for (position, character) in draft.char_indices() {
            // `sí` (yes) and `si` (if) must stay apart once accents are gone.
            if matches!(character, 'í' | 'Í') && is_yes(draft, position) {
                reading.text.push_str("ip");
            } else if character.is_ascii() {
                reading.take(character);
            } else {
                decompose_compatible(character, |plain| reading.take(plain));
            }
        }
        reading.low = reading.text.to_ascii_lowercase();
        reading
    }

    fn take(&mut self, character: char) {
        match character {
            '*' | '_' | '`' | '~' => {}
            '\u{202D}' | '\u{202E}' => self.unreadable = Some(character),
            _ if is_invisible(character) || is_combining_mark(character) => {}
            '\u{2010}'..='\u{2015}' | '\u{2212}' => self.text.push('-'),
            '\u{2018}' | '\u{2019}' | '\u{B4}' | '\u{2032}' => self.text.push('\''),
            '\u{2044}' | '\u{2215}' => self.text.push('/'),
            '\u{66A}' => self.text.push('%'),
            '\u{66B}' | '\u{201A}' => self.text.push(','),
            '\u{1F4B2}' => self.text.push('$'),
            '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.text.push('\n'),
            _ if character.is_ascii() => self.text.push(character),
            _ => self.take_foreign(character),
        }
    }

    fn take_foreign(&mut self, character: char) {
        if let Some(digit) = foreign_digit(character) {
            self.text.push(digit);
            return;
        }
        if character.is_numeric() {
            self.unreadable = Some(character);
        }
        self.text.push(if character.is_whitespace() { ' ' } else { character });
    }

    /// The clause around a position: up to the marks and words that part one statement from the next.
    pub(in crate::agent::guard) fn clause(&self, at: usize) -> Part<'_> {
        self.part(at, |c, spaced| {
            matches!(c, '\n' | '?' | '!' | ';' | '(' | ')') || (matches!(c, '.' | ',' | ':' | '-') && spaced)
        })
        .within_words(&[" pero ", " but ", " mas ", " sino ", " porem ", " however ", " aunque "])
    }

    /// The sentence around a position.
    pub(in crate::agent::guard) fn sentence(&self, at: usize) -> Part<'_> {
        self.part(at, |c, spaced| matches!(c, '\n' | '?' | '!') || (c == '.' && spaced))
    }

    fn part(&self, at: usize, ends: impl Fn(char, bool) -> bool) -> Part<'_> {
        let mut start = 0;
        let mut end = self.low.len();
        let mut mark = ' ';
        let mut characters = self.low.char_indices().peekable();
        while let Some((position, character)) = characters.next() {
            let spaced = characters.peek().is_none_or(|(_, next)| next.is_whitespace());
            // An opening question mark begins a part of its own.
            if character == '\u{BF}' || ends(character, spaced) {
                if position >= at {
                    (end, mark) = (position, character);
                    break;
                }
                start = position + character.len_utf8();
            }
        }
        Part { text: &self.low[start..end], at: at.saturating_sub(start), asked: mark == '?' }
    }
}

/// A part of a text and where in it the thing of interest stands.
#[derive(Clone, Copy, Debug)]
pub(in crate::agent::guard) struct Part<'a> {
    /// The part, in lower case.
    pub(in crate::agent::guard) text: &'a str,
    at: usize,
    /// Whether it ends in a question mark.
    pub(in crate::agent::guard) asked: bool,
}

impl<'a> Part<'a> {
    /// What stands before the thing of interest.
    pub(in crate::agent::guard) fn before(&self) -> &'a str {
        self.text.get(..self.at).unwrap_or(self.text)
    }

    /// The thing of interest and what stands behind it.
    pub(in crate::agent::guard) fn after(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn within_words(self, words: &[&str]) -> Self {
        let start = words
            .iter()
            .filter_map(|word| self.before().rfind(word).map(|position| position + word.len()))
            .max()
            .unwrap_or(0);
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end =
            words.iter().filter_map(|word| rest.find(word)).min().map_or(self.text.len(), |end| self.at + end);
        Self { text: self.text.get(start..end).unwrap_or(self.text), at: self.at - start, asked: self.asked }
    }
}

fn is_yes(text: &str, position: usize) -> bool {
    let before = &text.as_bytes()[..position];
    let after = text[position..].chars().nth(1);
    matches!(before.last(), Some(b's' | b'S'))
        && !before
            .len()
            .checked_sub(2)
            .is_some_and(|letter| before[letter].is_ascii_alphanumeric() || before[letter] >= 128)
        && !after.is_some_and(char::is_alphanumeric)
}

const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'
            ..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202C}' | '\u{2060}'..='\u{206F}'
            | '\u{20E3}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Decimal digits of scripts that compatibility forms leave as they are.
fn foreign_digit(character: char) -> Option<char> {
    const ZEROS: [u32; 12] = [0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xE50, 0x17E0];
    let code = u32::from(character);
    ZEROS.iter().find_map(|zero| code.checked_sub(*zero).and_then(|digit| char::from_digit(digit, 10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_number_become_one() {
        for spelling in ["１２９９", "1\u{200B}2\u{200B}99", "𝟏𝟐𝟗𝟗", "१२९९", "*12*99", "1\u{FE0F}\u{20E3}299"]
        {
            assert_eq!(Reading::of(spelling).text, "1299", "{spelling:?}");
        }
        assert_eq!(Reading::of("\u{1F4B2}５００").text, "$500");
    }

    #[test]
    fn accents_go_and_yes_stays_apart_from_if() {
        assert_eq!(Reading::of("Sí, ESTÁ así. Si está").low, "sip, esta asi. si esta");
        assert_eq!(Reading::of("Você não").low, "voce nao");
    }

    #[test]
    fn what_only_a_person_can_read_is_unreadable() {
        assert_eq!(Reading::of("\u{202E}99.1$").unreadable, Some('\u{202E}'));
        assert!(Reading::of("𒐕𒐖").unreadable.is_some());
        assert_eq!(Reading::of("¡Hola! 👋🏽 ½ m² ①").unreadable, None);
    }

    #[test]
    fn a_clause_ends_at_commas_and_buts_and_not_inside_a_number() {
        let reading = Reading::of("No puedo en $1,299.00 pero si en $900, va. ¿Bien? Ok");
        let at = |word: &str| reading.low.find(word).unwrap();
        assert_eq!(reading.clause(at("1,299")).text, "no puedo en $1,299.00");
        assert_eq!(reading.clause(at("900")).text, "si en $900");
        assert!(reading.clause(at("bien")).asked);
        assert!(!reading.clause(at("va")).asked);
        assert_eq!(reading.sentence(at("900")).text, "no puedo en $1,299.00 pero si en $900, va");
    }
}
