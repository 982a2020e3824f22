//! What a "no" takes back: "not the black one", "la negra no", "não quero a preta".
//!
//! A "no" reaches to the next mark, to a word of contrast, or to where the shopper, having refused something, says
//! what is wanted instead. What follows the thing may take it back too: "la negra no me convence".

use std::collections::BTreeSet;
use std::ops::Range;

use crate::llm::guided::lexicon::Lexicon;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::text::Word;

/// What a shopper says who goes on to what is wanted.
const WISHES: &[Signal] = &[Signal::Want, Signal::Search];
/// A wish is said in so many words.
const WISH_WORDS: usize = 4;

/// The places of the words that are taken back: whole clauses, of which only those count that hold something `named`
/// that could be had.
#[must_use]
pub fn refused(words: &[Word], lexicon: &Lexicon, named: &dyn Fn(usize) -> bool) -> BTreeSet<usize> {
    let negations = lexicon.negations(words);
    if negations.is_empty() {
        return BTreeSet::new();
    }
    let clauses = Clauses { words, lexicon, named, negations };
    clauses.refused_before().chain(clauses.refused_after()).flatten().collect()
}

struct Clauses<'a> {
    words: &'a [Word],
    lexicon: &'a Lexicon,
    named: &'a dyn Fn(usize) -> bool,
    negations: BTreeSet<usize>,
}

impl Clauses<'_> {
    /// "No" first: "not the black one".
    fn refused_before(&self) -> impl Iterator<Item = Range<usize>> {
        self.negations.iter().map(|at| self.reach(*at)).filter(|reach| reach.clone().any(self.named))
    }

    /// The words that a "no" may take back.
    fn reach(&self, at: usize) -> Range<usize> {
        let from = at + 1;
        let end = self.end_of_part(from);
        if self.is_lacking(at) {
            return from..end.min(from + 1);
        }
        // "No. 3" and "no 3" are number three.
        let number = self.words.get(from).is_some_and(|word| word.plain.starts_with(|c: char| c.is_ascii_digit()));
        if number && self.lexicon.is_pointer(&self.words[at].plain) {
            return from..from;
        }
        let mut refused = false;
        let end = (from..end).find(|place| {
            refused |= (self.named)(*place);
            refused && self.opens_wish(*place)
        });
        from..end.unwrap_or_else(|| self.end_of_part(from))
    }

    /// The thing first: "la negra no", "the black one doesn't suit me". "I want blue not red" leaves the blue.
    fn refused_after(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.words.len()).filter(|place| (self.named)(*place)).filter_map(|place| {
            let says_no = self.no_after(place)?;
            let end = self.end_of_part(says_no + 1);
            let another = (says_no + 1..end).any(self.named);
            let wished = || (self.start_of_part(place)..place).any(|at| self.opens_wish(at));
            if another && wished() {
                return None;
            }
            let start = (0..=place).rev().take_while(|at| (self.named)(*at)).last().unwrap_or(place);
            Some(start..end)
        })
    }

    /// Where "no" follows the thing at a place: right after it, after "one", or one word later at the very end.
    fn no_after(&self, place: usize) -> Option<usize> {
        let goes_on = |at: usize| self.words.get(at).is_some_and(|word| !word.after_mark);
        let says_no = |at: usize| goes_on(at) && self.negations.contains(&at);
        let ends = |at: usize| self.end_of_part(at + 1) == at + 1;
        let (next, second) = (place + 1, place + 2);
        if says_no(next) {
            return (!self.is_lacking(next) || ends(next)).then_some(next);
        }
        let between = &self.words.get(next).filter(|word| !word.after_mark)?.plain;
        let one = self.lexicon.number(between) == Some(1) && !self.is_lacking(second);
        (says_no(second) && !self.lexicon.joins(between) && (one || ends(second))).then_some(second)
    }

    fn is_lacking(&self, place: usize) -> bool {
        self.words.get(place).is_some_and(|word| self.lexicon.is_lacking(&word.plain))
    }

    /// Where the part of the sentence ends that the word at `from` stands in, or would.
    fn end_of_part(&self, from: usize) -> usize {
        let parts = |word: &Word| word.after_mark || self.lexicon.contrasts(&word.plain);
        let rest = self.words.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|word| !parts(word)).count()
    }

    fn start_of_part(&self, place: usize) -> usize {
        (0..=place).rev().find(|at| self.words[*at].after_mark).unwrap_or_default()
    }

    fn opens_wish(&self, place: usize) -> bool {
        let end = self.words.len().min(place + WISH_WORDS);
        self.lexicon.opens_with(&self.words[place..end], WISHES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language::{self, En, Es, Pt};
    use crate::llm::guided::lexicon;

    /// What is left of the colours of a message.
    #[track_caller]
    fn check(language: Language, text: &str, left: &[&str]) {
        let lexicon = lexicon::of(language);
        let words = lexicon.words(text);
        let colour = |place: usize| lexicon.concept(&words[place].plain).is_some();
        let refused = refused(&words, lexicon, &colour);
        let kept = (0..words.len()).filter(|place| colour(*place) && !refused.contains(place));
        assert_eq!(kept.map(|place| words[place].plain.as_str()).collect::<Vec<_>>(), left, "{text:?}");
    }

    #[test]
    fn what_is_refused_is_taken_back_and_what_is_wanted_instead_is_not() {
        check(Es, "no me gusta la negra", &[]);
        check(Es, "no me gusta mucho la negra la verdad", &[]);
        check(Es, "la negra no", &[]);
        check(Es, "la negra no, la café", &["cafe"]);
        check(Es, "la negra no me convence, mejor la café", &["cafe"]);
        check(Es, "la negra mejor no", &[]);
        check(Es, "no quiero la negra quiero la café", &["cafe"]);
        check(Es, "no la negra sino la café", &["cafe"]);
        check(Es, "quiero la azul no la roja", &["azul"]);
        check(Es, "ni la negra ni la blanca", &[]);
        check(En, "I don't like the black one", &[]);
        check(En, "not the black one", &[]);
        check(En, "the black one doesn't suit me", &[]);
        check(En, "I don't really like the black one, I'll take the brown", &["brown"]);
        check(En, "not black but blue", &["blue"]);
        check(En, "no black please", &[]);
        check(Pt, "não quero a preta", &[]);
        check(Pt, "a preta não", &[]);
        check(Pt, "não gostei muito da preta, quero a marrom", &["marrom"]);
        check(Pt, "não a preta mas a azul", &["azul"]);
    }

    #[test]
    fn a_no_that_is_about_something_else_takes_nothing_back() {
        check(Es, "no, la negra", &["negra"]);
        check(Es, "no hay problema quiero la negra", &["negra"]);
        check(Es, "la negra sin bolsillos", &["negra"]);
        check(Es, "por qué no la negra", &["negra"]);
        check(En, "no the black one", &["black"]);
        check(En, "no worries I'll take the black one", &["black"]);
        check(En, "black without a logo", &["black"]);
        check(En, "why not the blue one", &["blue"]);
        check(Pt, "não tem problema, quero a preta", &["preta"]);
        check(Pt, "a azul sem bolso", &["azul"]);
    }
}
