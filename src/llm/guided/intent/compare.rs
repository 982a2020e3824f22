//! Reader for comparisons: which of several is cheaper, lighter, better.

use crate::agent::evidence::ProductCard;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Aspect, Intent};
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::lexicon::{aspect_words, title_words};
use crate::llm::guided::refer::all_values_named;
use crate::llm::guided::text::same_thing;

/// More than these side by side are a list.
const COMPARED_WHOLE_MAX: usize = 3;
/// So many are compared by one fact.
const COMPARED_BY_FACT_MAX: usize = 5;
/// And so many by what they cost.
const COMPARED_BY_PRICE_MAX: usize = 10;

/// Which of several is lighter, cheaper, better, different: those that are named, else all of a short list.
pub fn compare(heard: &Heard<'_>) -> Option<Intent> {
    if !heard.has(Signal::Compare) {
        return None;
    }
    let by = aspect(heard);
    let named = named(heard);
    // "What is the difference between the medium and the large one?" is about one thing.
    if let Some(card) = heard.view.focus.filter(|_| named.len() < 2)
        && !all_values_named(card, &heard.words, heard.lexicon).is_empty()
    {
        return Some(Intent::Question { product: card.product.clone(), about: Signal::Details });
    }
    if named.len() < 2 && names_elsewhere(heard) {
        return None;
    }
    // "Which is the cheapest?" of a whole list is answered by showing that one.
    if by == Aspect::Price && named.len() < 2 && heard.has(Signal::Cheapest) {
        return None;
    }
    let most = match by {
        Aspect::Price => COMPARED_BY_PRICE_MAX,
        Aspect::Fact(_) => COMPARED_BY_FACT_MAX,
        Aspect::Everything => COMPARED_WHOLE_MAX,
    };
    let cards = if named.len() < 2 { heard.view.list.clone() } else { named };
    let products = cards.iter().map(|card| card.product.clone()).collect();
    (2..=most).contains(&cards.len()).then_some(Intent::Compare { products, by })
}

/// Two things that we have not seen cannot be compared; they may be looked for.
fn names_elsewhere(heard: &Heard<'_>) -> bool {
    let compares = heard.signals.places(&[Signal::Compare]);
    let other =
        |place: &&usize| !compares.contains(*place) && heard.lexicon.aspect(&heard.words[**place].plain).is_none();
    heard.foreign_nouns.iter().filter(other).count() > 1
}

fn aspect(heard: &Heard<'_>) -> Aspect {
    let asked = heard.words.iter().find_map(|word| heard.lexicon.aspect(&word.plain));
    match asked {
        Some("price") => Aspect::Price,
        Some(aspect) => Aspect::Fact(aspect_words(aspect).map(str::to_owned).collect()),
        None if heard.signals.any(&[Signal::Cheaper, Signal::Cheapest, Signal::Price]) => Aspect::Price,
        None => Aspect::Everything,
    }
}

/// The products that are named, by their titles or by their places in the list, those of the list first.
fn named<'a>(heard: &Heard<'a>) -> Vec<&'a ProductCard> {
    let list = &heard.view.list;
    let places: Vec<usize> = heard.words.iter().filter_map(|word| place(&word.plain, heard, list.len())).collect();
    if places.len() > 1 {
        let at_place = list.iter().enumerate().filter(|(index, _)| places.contains(index));
        return at_place.map(|(_, card)| *card).collect();
    }
    let in_title = |card: &&ProductCard| {
        let title = title_words(&card.title);
        let own = |place: &usize| title.iter().any(|word| same_thing(word, &heard.words[*place].plain));
        heard.query_places.iter().any(own)
    };
    let mut named: Vec<_> = list.iter().copied().filter(in_title).collect();
    let others = heard.view.seen.iter().copied().filter(in_title);
    let others: Vec<_> = others.filter(|card| !named.iter().any(|own| own.product == card.product)).collect();
    named.extend(others);
    named
}

/// The place in a list that a word stands for: "third", "3".
fn place(plain: &str, heard: &Heard<'_>, length: usize) -> Option<usize> {
    let digits = plain.parse::<usize>().ok();
    let ordinal = heard.lexicon.ordinal(plain).map(|ordinal| usize::try_from(ordinal).unwrap_or(length));
    digits.or(ordinal).filter(|number| (1..=length).contains(number)).map(|number| number - 1)
}
