//! Patterns of words, as the lexicons write them.
//!
//! A pattern is a row of items separated by spaces: a word; alternatives `a|b`; a beginning `env*`; `a|b?` may be
//! missing; `..` skips up to three words. `^` at the start and `$` at the end pin it to the ends of the message. `~` at
//! the end: no word that nobody knows follows, for "track pants" and "credit card holder" are names of things.

use std::collections::BTreeSet;

use crate::llm::guided::text::{Word, is_slip_of};

/// How many words `..` may skip.
const SKIPPED_MAX: usize = 3;

/// One pattern.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    items: Vec<Item>,
    from_start: bool,
    end: End,
}

/// What may follow a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Anything,
    Nothing,
    KnownWords,
}

#[derive(Clone, Debug)]
enum Item {
    Words { any_of: Vec<Form>, optional: bool },
    Gap,
}

#[derive(Clone, Debug)]
enum Form {
    Whole(String),
    Exactly(String),
    Beginning(String),
}

impl Form {
    fn fits(&self, word: &Word, vocabulary: &BTreeSet<String>) -> bool {
        match self {
            Self::Beginning(start) => word.plain.starts_with(start.as_str()),
            Self::Whole(known) | Self::Exactly(known) if word.plain == *known => true,
            Self::Exactly(_) => false,
            // A word that means something by itself is not taken for a slip of another.
            Self::Whole(known) => is_slip_of(&word.plain, known) && !vocabulary.contains(&word.plain),
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (from_start, text) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
        let (end, text) = match (text.strip_suffix('$'), text.strip_suffix('~')) {
            (Some(rest), _) => (End::Nothing, rest),
            (None, Some(rest)) => (End::KnownWords, rest),
            (None, None) => (End::Anything, text),
        };
        let items = text.split_whitespace().map(|item| {
            if item == ".." {
                Item::Gap
            } else {
                let optional = item.ends_with('?');
                let any_of = item.trim_end_matches('?').split('|').map(|form| match form.strip_suffix('*') {
                    Some(start) => Form::Beginning(start.to_owned()),
                    None => Form::Whole(form.to_owned()),
                });
                Item::Words { any_of: any_of.collect(), optional }
            }
        });
        Self { items: items.collect(), from_start, end }
    }

    /// Reads a pattern of words that no other word is taken for a slip of.
    #[must_use]
    pub fn exact(text: &str) -> Self {
        let mut pattern = Self::new(text);
        for item in &mut pattern.items {
            let Item::Words { any_of, .. } = item else { continue };
            for form in any_of {
                if let Form::Whole(word) = form {
                    *form = Form::Exactly(std::mem::take(word));
                }
            }
        }
        pattern
    }

    /// Every whole word the pattern names.
    pub fn vocabulary(&self) -> impl Iterator<Item = &str> {
        self.items
            .iter()
            .flat_map(|item| match item {
                Item::Words { any_of, .. } => any_of.as_slice(),
                Item::Gap => &[],
            })
            .filter_map(|form| match form {
                Form::Whole(word) | Form::Exactly(word) => Some(word.as_str()),
                Form::Beginning(_) => None,
            })
    }

    /// The places of the words that make the first match; gaps are not among them.
    #[must_use]
    pub fn find(&self, words: &[Word], vocabulary: &BTreeSet<String>) -> Option<Vec<usize>> {
        let starts = if self.from_start { 0..1 } else { 0..words.len() };
        let mut search = Search { words, vocabulary, end: self.end, places: Vec::new() };
        starts.into_iter().find_map(|start| {
            search.places.clear();
            search.fits(&self.items, start).then(|| std::mem::take(&mut search.places))
        })
    }
}

/// A search for one pattern in one message.
struct Search<'a> {
    words: &'a [Word],
    vocabulary: &'a BTreeSet<String>,
    end: End,
    places: Vec<usize>,
}

impl Search<'_> {
    /// Whether the match may end before the word at `at`.
    fn may_end(&self, at: usize) -> bool {
        let Some(next) = self.words.get(at) else { return true };
        match self.end {
            End::Anything => true,
            End::Nothing => false,
            End::KnownWords => {
                let number = next.plain.contains(|c: char| c.is_ascii_digit() || c == '#');
                next.after_mark || number || self.vocabulary.contains(&next.plain)
            }
        }
    }

    /// Whether the items fit from the word at `at` on; the places found are kept.
    fn fits(&mut self, items: &[Item], at: usize) -> bool {
        let Some((item, rest)) = items.split_first() else {
            return !self.places.is_empty() && self.may_end(at);
        };
        match item {
            Item::Gap => (0..=SKIPPED_MAX)
                .take_while(|skipped| at + skipped <= self.words.len())
                .any(|skipped| self.fits(rest, at + skipped)),
            Item::Words { any_of, optional } => {
                let word = self.words.get(at);
                if word.is_some_and(|word| any_of.iter().any(|form| form.fits(word, self.vocabulary))) {
                    self.places.push(at);
                    if self.fits(rest, at + 1) {
                        return true;
                    }
                    self.places.pop();
                }
                *optional && self.fits(rest, at)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::guided::text::words;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: Option<&[usize]>) {
        let found = Pattern::new(pattern).find(&words(text), &BTreeSet::from(["orden".to_owned()]));
        assert_eq!(found.as_deref(), expected, "`{pattern}` in {text:?}");
    }

    #[test]
    fn words_alternatives_and_beginnings_are_found_anywhere() {
        check("donde esta", "oye, ¿dónde está?", Some(&[1, 2]));
        check("pedido|order", "my order", Some(&[1]));
        check("env*", "hacen envíos", Some(&[1]));
        check("donde esta", "donde queda", None);
    }

    #[test]
    fn a_gap_skips_up_to_three_words() {
        check("where .. order", "where is my last order", Some(&[0, 4]));
        check("where .. order", "where is my very last order", None);
    }

    #[test]
    fn an_item_with_a_question_mark_may_be_missing() {
        check("yes|yeah please? $", "yes", Some(&[0]));
        check("yes|yeah please?$", "yeah please", Some(&[0, 1]));
    }

    #[test]
    fn anchors_pin_to_the_ends() {
        check("^no$", "no", Some(&[0]));
        check("^no$", "no quiero", None);
        check("^ok", "it is ok", None);
    }

    #[test]
    fn a_word_that_belongs_to_the_name_of_a_thing_is_no_match() {
        check("card~", "by card", Some(&[1]));
        check("card~", "card, holder", Some(&[0]));
        check("card~", "card 12", Some(&[0]));
        check("card~", "card orden", Some(&[0]));
        check("card~", "card holder", None);
    }

    #[test]
    fn slips_are_forgiven_but_not_for_words_with_a_meaning_of_their_own() {
        check("pagar", "pagr", Some(&[0]));
        check("ordenar", "orden", None);
    }
}
