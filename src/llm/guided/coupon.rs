//! Coupon codes in a message: told from SKUs, sizes and names by how they are written and what stands before them.

use crate::base::names::CouponCode;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::question::{Asked, invites_code};
use crate::llm::guided::text::Word;

/// How long a code may be; shops rarely print shorter or longer ones.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=24;

/// A code found in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The code.
    pub code: CouponCode,
    /// Whether the words say that it is one; else it only looks like one, and may be the name of a thing.
    pub sure: bool,
}

/// The code in the message, if there is one.
#[must_use]
pub fn find(heard: &Heard<'_>) -> Option<Found> {
    let asked = heard.view.asked == Some(Asked::Coupon);
    if heard.has(Signal::Coupon) {
        return after_the_word(heard).map(|code| Found { code, sure: true });
    }
    let alone = heard.words.len() <= 2;
    if asked && alone {
        let code = heard.words.iter().find(|word| is_possible(word) && !heard.lexicon.knows(&word.plain))?;
        return CouponCode::new(&code.raw).ok().map(|code| Found { code, sure: true });
    }
    let code = heard.words.iter().find(|word| looks_like_one(word) && !is_sku(heard, word))?;
    let code_or_thing = CouponCode::new(&code.raw).ok()?;
    if heard.has(Signal::Apply) {
        return Some(Found { code: code_or_thing, sure: true });
    }
    let looking = heard.has(Signal::Search) && heard.view.quote.is_none();
    (!looking).then_some(Found { code: code_or_thing, sure: false }).or_else(|| shouted(heard))
}

/// The first word after "code" or "coupon" that can be a code: one that looks like one, else any that means nothing.
fn after_the_word(heard: &Heard<'_>) -> Option<CouponCode> {
    let places = heard.signals.places(&[Signal::Coupon]);
    let first = places.first().copied()?;
    let others =
        || heard.words.iter().enumerate().filter(|(place, _)| !places.contains(place)).map(|(_, word)| word);
    let looking =
        others().find(|word| looks_like_one(word) || (is_shouted(word) && !heard.lexicon.knows(&word.plain)));
    let after = || {
        let rest = heard.words.iter().enumerate().skip(first + 1);
        rest.clone()
            .find(|(place, word)| {
                // A small word is a code only where one is announced: "code welcome", "mi código es verano".
                let before = &heard.words[place - 1].plain;
                let announced = places.contains(&(place - 1)) || heard.lexicon.announces(before);
                let digit = word.raw.chars().any(|c| c.is_ascii_digit());
                is_possible(word) && !means_something(heard, word) && (announced || digit)
            })
            .map(|(_, word)| word)
    };
    looking.or_else(after).and_then(|word| CouponCode::new(&word.raw).ok())
}

/// A single shouted word right after we spoke of codes, or with a cart open.
fn shouted(heard: &Heard<'_>) -> Option<Found> {
    let [word] = heard.words.as_slice() else { return None };
    let fits = is_shouted(word) && is_possible(word) && !heard.lexicon.knows(&word.plain);
    if !fits || !(heard.view.quote.is_some() || invites_code(heard.view.last_words)) {
        return None;
    }
    CouponCode::new(&word.raw).ok().map(|code| Found { code, sure: false })
}

fn means_something(heard: &Heard<'_>, word: &Word) -> bool {
    heard.lexicon.is_stop(&word.plain) || heard.lexicon.knows(&word.plain)
}

fn is_possible(word: &Word) -> bool {
    LENGTH.contains(&word.raw.chars().count())
        && word.raw.chars().all(|c| c.is_alphanumeric() || c == '-')
        && !word.raw.chars().all(|c| c.is_ascii_digit())
}

fn is_shouted(word: &Word) -> bool {
    word.raw.chars().count() >= 5 && word.raw.chars().all(char::is_uppercase)
}

/// At least three capitals and a digit, and nothing else: `HOLA10`, `SAVE-20`.
fn looks_like_one(word: &Word) -> bool {
    let capitals = word.raw.chars().filter(|c| c.is_uppercase()).count();
    let digits = word.raw.chars().filter(char::is_ascii_digit).count();
    let lower = word.raw.chars().any(char::is_lowercase);
    is_possible(word) && capitals >= 3 && digits >= 1 && !lower
}

fn is_sku(heard: &Heard<'_>, word: &Word) -> bool {
    let mut variants = heard.view.seen.iter().flat_map(|card| &card.variants);
    variants.any(|variant| variant.sku.as_str().eq_ignore_ascii_case(&word.raw))
}
