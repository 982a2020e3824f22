//! Which thing in view a message refers to: "the second one", "the blue one", "that one", a title, a SKU.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::agent::evidence::{Named, ProductCard, QuoteCard, QuoteLineCard, VariantCard};
use crate::base::names::Sku;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::lexicon::{Lexicon, concept, is_size, title_words};
use crate::llm::guided::numbers::{DOZEN, count, place_in_list};
use crate::llm::guided::question::Asked;
use crate::llm::guided::text::{Word, same_thing, whole_number};

/// So far beyond the sizes there are a number may still be a size.
pub const SIZES_BEYOND: i64 = 6;

/// A product that a message refers to.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    /// Which.
    pub card: &'a ProductCard,
    /// The very variant, when its SKU was written.
    pub sku: Option<Sku>,
    /// How it was pointed at.
    pub by: By,
    /// The words that pointed, which therefore say nothing else.
    pub places: Vec<usize>,
}

/// How a product was pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By its SKU.
    Sku,
    /// By its place in the list.
    Place,
    /// By words of its title.
    Title,
    /// By a colour, a size or another option value.
    Option,
    /// "That one".
    This,
}

/// What the message refers to, the surest way first.
#[must_use]
pub fn target<'a>(heard: &Heard<'a>) -> Option<Target<'a>> {
    by_sku(heard)
        .or_else(|| by_place(heard))
        .or_else(|| by_title(heard))
        .or_else(|| by_option(heard))
        .or_else(|| by_this(heard))
}

fn by_sku<'a>(heard: &Heard<'a>) -> Option<Target<'a>> {
    heard.meant.iter().enumerate().find_map(|(place, word)| {
        // A bare number is rather a size or a quantity, even if some SKU is written like that.
        if word.raw.len() < 4 {
            return None;
        }
        heard.view.seen.iter().find_map(|card| {
            let variant =
                card.variants.iter().find(|variant| variant.sku.as_str().eq_ignore_ascii_case(&word.raw))?;
            Some(Target { card, sku: Some(variant.sku.clone()), by: By::Sku, places: vec![place] })
        })
    })
}

fn by_place<'a>(heard: &Heard<'a>) -> Option<Target<'a>> {
    let list = &heard.view.list;
    let alone = heard.words.len() == 1;
    // A bare number after the cart was shown, or as an answer about an option, is not a place in an older list.
    if list.is_empty() || (alone && (heard.view.quote_just_shown || answers_option(heard))) {
        return None;
    }
    let (index, places) = place_in_list(&heard.meant, list.len(), heard.lexicon)?;
    let named = |card: &ProductCard| places.iter().any(|at| names_value(card, &heard.words[*at], heard.lexicon));
    let value = heard.view.focus.is_some_and(named);
    (!value).then(|| Target { card: list[index], sku: None, by: By::Place, places })
}

fn answers_option(heard: &Heard<'_>) -> bool {
    matches!(heard.view.asked, Some(Asked::Option | Asked::HowMany))
}

/// The words by which the shop tells of a card: its title, its description and its facts.
#[must_use]
pub fn told_words(card: &ProductCard) -> Vec<String> {
    let facts = card.facts.iter().map(|fact| &fact.value);
    facts.chain([&card.title, &card.description]).flat_map(|text| title_words(text)).collect()
}

/// Whether a word names an option value of a card.
#[must_use]
pub fn names_value(card: &ProductCard, word: &Word, lexicon: &Lexicon) -> bool {
    let mut options = card.variants.iter().flat_map(|variant| &variant.options);
    options.any(|option| lexicon.names(&plain(option), &word.plain))
}

/// Whether a card has an option value that is written so.
#[must_use]
pub fn has_value(card: &ProductCard, typed: &str) -> bool {
    card.variants.iter().flat_map(|variant| &variant.options).any(|option| plain(option) == typed)
}

/// Whether the word at a place is a number that stands for a size of a card that comes in numbers, or for one that it
/// does not come in: "in 42", "la 42".
#[must_use]
pub fn is_numbered_size(card: &ProductCard, words: &[Word], place: usize, lexicon: &Lexicon) -> bool {
    let Some(number) = words.get(place).and_then(|word| whole_number(&word.plain)) else { return false };
    let before = place.checked_sub(1).and_then(|at| words.get(at)).map_or("", |word| word.plain.as_str());
    let pointed = lexicon.is_article(before) || lexicon.is_size_word(before) || lexicon.is_within(before);
    let options = card.variants.iter().flat_map(|variant| &variant.options);
    let sizes: Vec<i64> = options.filter_map(|option| whole_number(&option.value)).collect();
    let (Some(least), Some(most)) = (sizes.iter().min(), sizes.iter().max()) else { return false };
    pointed && (least - SIZES_BEYOND..=most + SIZES_BEYOND).contains(&number)
}

fn plain(option: &Named) -> String {
    title_words(&option.value).join(" ")
}

/// The one product whose title shares the most words with the message; all of the message's nouns must be in it,
/// or at least two and the greater part of them.
fn by_title<'a>(heard: &Heard<'a>) -> Option<Target<'a>> {
    let nouns: Vec<_> = heard.nouns.iter().filter(|place| !heard.refused.contains(place)).collect();
    let cards: Vec<_> = heard.view.focus.into_iter().chain(heard.view.list.iter().copied()).collect();
    let places_in = |card: &ProductCard| -> Vec<usize> {
        let title = title_words(&card.title);
        let named = |place: &usize| title.iter().any(|word| same_thing(word, &heard.meant[*place].plain));
        heard.query_places.iter().copied().filter(named).collect()
    };
    let mut scored: Vec<_> = cards.into_iter().map(|card| (places_in(card), card)).collect();
    scored.sort_by_key(|(places, _)| std::cmp::Reverse(places.len()));
    scored.dedup_by(|left, right| left.1.product == right.1.product);
    let (places, card) = scored.first().cloned()?;
    let matched = nouns.iter().filter(|noun| places.contains(**noun)).count();
    let enough = matched == nouns.len() || (matched >= 2 && matched * 2 > nouns.len());
    let rivals =
        scored.iter().skip(1).any(|(other, rival)| other.len() == places.len() && rival.product != card.product);
    // Among equals, a place does not decide; only a single best title does.
    (matched > 0 && enough && !rivals).then_some(Target { card, sku: None, by: By::Title, places })
}

/// The product in view, or the only one of the list, that has the option value the message names.
fn by_option<'a>(heard: &Heard<'a>) -> Option<Target<'a>> {
    // "Size M, blue, obviously" answers our question; one word too many does not make it something else.
    let answers =
        heard.view.asked == Some(Asked::Option) && heard.foreign_nouns.len() == 1 && !heard.has(Signal::Search);
    let named = |card: &ProductCard| !values_named(card, &heard.meant, heard.lexicon).is_empty();
    if heard.names_foreign() && !(answers && heard.view.focus.is_some_and(named)) {
        return None;
    }
    let view = heard.view;
    let has_value = |card: &ProductCard| !values_named(card, &heard.meant, heard.lexicon).is_empty();
    let target = |card: &'a ProductCard| Target { card, sku: None, by: By::Option, places: Vec::new() };
    if let Some(card) = view.focus {
        // A colour or size it does not have is still about it: the answer is what it does have.
        let of_its_kind = (0..heard.meant.len()).any(|place| {
            kind_fits(card, &heard.meant[place].plain, heard.lexicon)
                || is_numbered_size(card, &heard.meant, place, heard.lexicon)
        });
        if has_value(card) || of_its_kind {
            return Some(target(card));
        }
    }
    // "The green one in M": of several that come in M the one that comes in green too.
    let values = |card: &&&ProductCard| values_named(card, &heard.meant, heard.lexicon).len();
    let most = view.list.iter().map(|card| values(&card)).max().filter(|most| *most > 0)?;
    let mut having = view.list.iter().filter(|card| values(card) == most);
    let only = having.next()?;
    having.next().is_none().then(|| target(only))
}

/// Whether the word is a colour or a size, and the card has options of that kind.
fn kind_fits(card: &ProductCard, word: &str, lexicon: &Lexicon) -> bool {
    let Some(named) = lexicon.concept(word) else { return false };
    let mut values = card.variants.iter().flat_map(|variant| &variant.options).map(plain);
    values.any(|value| concept(&value).is_some_and(|own| is_size(own) == is_size(named)))
}

fn by_this<'a>(heard: &Heard<'a>) -> Option<Target<'a>> {
    let all_refused = heard.signals.places(&[Signal::This]).is_subset(&heard.refused);
    if !heard.has(Signal::This) || all_refused || heard.names_foreign() {
        return None;
    }
    let only = || (heard.view.list.len() == 1).then(|| heard.view.list[0]);
    let card = heard.view.focus.or_else(only)?;
    Some(Target { card, sku: None, by: By::This, places: Vec::new() })
}

/// The option values of a card that the words name: option name and value, the last mention of each option.
#[must_use]
pub fn values_named(card: &ProductCard, words: &[Word], lexicon: &Lexicon) -> Vec<(String, String)> {
    let mut named: Vec<(usize, String, String)> = Vec::new();
    let mut tried = BTreeSet::new();
    for option in card.variants.iter().flat_map(|variant| &variant.options) {
        if !tried.insert((option.name.clone(), option.value.clone())) {
            continue;
        }
        if let Some(Range { start: place, .. }) = last_mention(&title_words(&option.value), words, lexicon) {
            // The last mention wins, and of two values at one place the one written exactly.
            named.retain(|(at, name, _)| *name != option.name || *at > place);
            if !named.iter().any(|(_, name, _)| *name == option.name) {
                named.push((place, option.name.clone(), option.value.clone()));
            }
        }
    }
    named.into_iter().map(|(_, name, value)| (name, value)).collect()
}

/// Every option value of a card that the words name.
#[must_use]
pub fn all_values_named(card: &ProductCard, words: &[Word], lexicon: &Lexicon) -> Vec<(String, String)> {
    let mut named: Vec<(String, String)> = Vec::new();
    for option in card.variants.iter().flat_map(|variant| &variant.options) {
        let pair = (option.name.clone(), option.value.clone());
        if !named.contains(&pair) && last_mention(&title_words(&option.value), words, lexicon).is_some() {
            named.push(pair);
        }
    }
    named
}

/// The places of the words that name an option value of a card, the whole of it, or stand for a size. So does a number
/// of which the value holds more, where it is too great to be how many: "the 40 one" of 40 by 60.
#[must_use]
pub fn value_places(card: &ProductCard, words: &[Word], lexicon: &Lexicon) -> Vec<usize> {
    let values: BTreeSet<Vec<String>> = card
        .variants
        .iter()
        .flat_map(|variant| &variant.options)
        .map(|option| title_words(&option.value))
        .collect();
    let named = |word: &Word| {
        let part = |value: &Vec<String>| value.contains(&word.plain);
        let measures = count(&word.plain, lexicon).is_some_and(|count| count > DOZEN) && values.iter().any(part);
        measures || values.iter().any(|value| last_mention(value, std::slice::from_ref(word), lexicon).is_some())
    };
    let mentioned = values.iter().filter_map(|value| last_mention(value, words, lexicon)).flatten();
    let alone =
        (0..words.len()).filter(|place| named(&words[*place]) || is_numbered_size(card, words, *place, lexicon));
    let places: BTreeSet<usize> = mentioned.chain(alone).collect();
    places.into_iter().collect()
}

/// The places of the words by which a value is mentioned last, in a row.
fn last_mention(value: &[String], words: &[Word], lexicon: &Lexicon) -> Option<Range<usize>> {
    // "250g" is "250 g".
    let together = value.concat();
    let measured = together.chars().any(|c| c.is_ascii_digit()) && together.chars().any(char::is_alphabetic);
    let joined = |start: usize| {
        let joins = |end: usize| {
            let row = words.get(start..end)?;
            (row.iter().map(|word| word.plain.as_str()).collect::<String>() == together).then_some(start..end)
        };
        joins(start + 1).or_else(|| joins(start + 2)).filter(|_| measured)
    };
    let apart = |value: &[String]| {
        let last = words.len().checked_sub(value.len()).filter(|_| !value.is_empty())?;
        let start = (0..=last).rev().find(|start| {
            let row = &words[*start..start + value.len()];
            row.iter().zip(value).all(|(word, wanted)| lexicon.names(wanted, &word.plain))
        })?;
        Some(start..start + value.len())
    };
    apart(value).or_else(|| (0..words.len()).rev().find_map(joined)).or_else(|| apart(measures_alone(value)?))
}

/// The measures of a value without their unit, which people leave out: "60 por 100" of "60 por 100 cm".
fn measures_alone(value: &[String]) -> Option<&[String]> {
    const UNIT_LETTERS_MAX: usize = 3;
    let (unit, measures) = value.split_last()?;
    let is_number = |word: &&String| whole_number(word).is_some();
    let is_unit = unit.chars().all(char::is_alphabetic) && unit.chars().count() <= UNIT_LETTERS_MAX;
    (is_unit && measures.iter().filter(is_number).count() > 1).then_some(measures)
}

/// The variants of a card that have none of these option values.
#[must_use]
pub fn variants_without<'a>(card: &'a ProductCard, values: &[(String, String)]) -> Vec<&'a VariantCard> {
    card.variants.iter().filter(|variant| !values.iter().any(|pair| has(variant, pair))).collect()
}

/// The variants of a card that have all these option values.
#[must_use]
pub fn variants_with<'a>(card: &'a ProductCard, values: &[(String, String)]) -> Vec<&'a VariantCard> {
    card.variants.iter().filter(|variant| values.iter().all(|pair| has(variant, pair))).collect()
}

fn has(variant: &VariantCard, (name, value): &(String, String)) -> bool {
    variant.options.iter().any(|option| option.name == *name && option.value == *value)
}

/// The line of a cart that a message means: by its words, its place, the product in view, or because it is the only
/// one.
#[must_use]
pub fn line<'a>(heard: &Heard<'_>, quote: &'a QuoteCard) -> Option<&'a QuoteLineCard> {
    if let [only] = quote.lines.as_slice() {
        // "Take the mug out" is not about the shirt, even if the shirt is all there is.
        let title = title_words(&only.title);
        let named = |place: &usize| title.iter().any(|own| fits(own, &heard.words[*place].plain, heard));
        return (heard.nouns.is_empty() || heard.nouns.iter().any(named)).then_some(only);
    }
    let score = |line: &QuoteLineCard| {
        let title = title_words(&line.title);
        heard.words.iter().filter(|word| title.iter().any(|own| fits(own, &word.plain, heard))).count()
    };
    let best = quote.lines.iter().map(score).max().unwrap_or_default();
    let mut winners = quote.lines.iter().filter(|line| score(line) == best);
    match (best, winners.next(), winners.next()) {
        (1.., Some(line), None) => return Some(line),
        (1.., ..) => return None,
        _ => {}
    }
    let by_place =
        place_in_list(&heard.words, quote.lines.len(), heard.lexicon).map(|(index, _)| &quote.lines[index]);
    let in_view = || {
        let product = &heard.view.focus?.product;
        let mut lines = quote.lines.iter().filter(|line| line.product == *product);
        let line = lines.next()?;
        lines.next().is_none().then_some(line)
    };
    by_place.or_else(in_view)
}

fn fits(own: &str, typed: &str, heard: &Heard<'_>) -> bool {
    let lexicon = heard.lexicon;
    let says_something =
        lexicon.concept(typed).is_some() || !(lexicon.is_stop(typed) || lexicon.number(typed).is_some());
    says_something && (same_thing(own, typed) || lexicon.names(own, typed))
}
