//! Reader for prices that a shopper names. A number is no price for that alone: it may be a size, or how many.

use crate::base::money::Money;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::Intent;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::numbers::{Amount, amounts, quantity};
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::names_value;
use crate::llm::guided::text::whole_number;

/// A bare number of less than one part in so many of the price on the table is not meant as a price, unless it is
/// said to be one. It may be less than a hundred: not every shop's prices have three digits.
const PRICE_PARTS: i64 = 5;
/// So far beyond the sizes there are a number may still be a size.
const SIZES_BEYOND: i64 = 6;

/// Names a price for what is in view: "would you take 40?"; or, when we named one, any price and little else. "Yes,
/// two of them" to our price takes it.
pub fn read(heard: &Heard<'_>) -> Option<Intent> {
    let view = heard.view;
    let in_view = view.focus.is_some() || view.offer.is_some() || view.quote.is_some();
    let is_number = |place: &usize| heard.words[*place].plain.starts_with(|c: char| c.is_ascii_digit());
    let answers = view.asked == Some(Asked::Deal) && heard.nouns.iter().all(is_number);
    let suggests = heard.has(Signal::Suggests) || answers;
    if !in_view || !heard.foreign_nouns.iter().all(is_number) || !(heard.has(Signal::Bid) || suggests) {
        return None;
    }
    let said = heard.has(Signal::Bid);
    let amounts = amounts(&heard.words, heard.lexicon, heard.currency);
    let mut meant: Vec<_> = amounts.iter().filter(|amount| is_price(heard, amount, said)).collect();
    // "The 27 for 40": of two numbers the one that is no size is the price.
    if meant.len() > 1 {
        meant.retain(|amount| amount.marked || !amount.places.iter().any(|place| is_value(heard, *place)));
    }
    let bid = meant.iter().find(|amount| amount.marked).or(meant.last()).map(|amount| amount.money);
    let accepts = answers && heard.has(Signal::Yes) && !said;
    let counts = quantity(&heard.words, &[], heard.lexicon).is_some_and(|(count, _)| count > 1);
    match bid {
        Some(price) if accepts && view.offer.is_some_and(|offer| offer.unit == price) => Some(Intent::TakeOffer),
        Some(price) => Some(Intent::Bid(price)),
        None => (accepts && (counts || !amounts.is_empty())).then_some(Intent::TakeOffer),
    }
}

/// Whether a number is meant as a price: it has a sign, or it is neither a size nor how many and comes near the price
/// on the table. Where the words say that it is a price (`said`), it may be as low as it likes.
fn is_price(heard: &Heard<'_>, amount: &Amount, said: bool) -> bool {
    if amount.marked {
        return true;
    }
    let Some(place) = amount.places.first().copied() else { return false };
    // "Leave it at 3" with a cart in view is how many, unless 3 comes near a price.
    if heard.view.quote.is_some() && heard.has(Signal::Change) && !is_near(heard, amount.money) {
        return false;
    }
    let before = place.checked_sub(1);
    if before.is_some_and(|at| heard.lexicon.is_size_word(&heard.words[at].plain)) {
        return false;
    }
    let counts = before.is_some_and(|at| heard.signals.places(&[Signal::Want]).contains(&at));
    let size = is_value(heard, place) || could_be_size(heard, place);
    said || !counts && !size && is_near(heard, amount.money)
}

/// Whether the word is an option value of the product in view.
fn is_value(heard: &Heard<'_>, place: usize) -> bool {
    heard.view.focus.is_some_and(|card| names_value(card, &heard.words[place], heard.lexicon))
}

/// Whether the product in view comes in sizes that are numbers, and this is about one of them.
fn could_be_size(heard: &Heard<'_>, place: usize) -> bool {
    let Some(card) = heard.view.focus else { return false };
    let options = card.variants.iter().flat_map(|variant| &variant.options);
    let sizes: Vec<i64> = options.filter_map(|option| whole_number(&option.value)).collect();
    let (Some(least), Some(most)) = (sizes.iter().min(), sizes.iter().max()) else { return false };
    let near = least - SIZES_BEYOND..=most + SIZES_BEYOND;
    whole_number(&heard.words[place].plain).is_some_and(|number| near.contains(&number))
}

/// Whether it comes near the price on the table: our offer, else what is in view, else what is in the cart.
fn is_near(heard: &Heard<'_>, bid: Money) -> bool {
    let view = heard.view;
    let shown = view.focus.iter().flat_map(|card| &card.variants).map(|variant| variant.price);
    let in_cart = view.quote.iter().flat_map(|quote| &quote.lines).map(|line| line.unit);
    let prices: Vec<i64> = match view.offer {
        Some(offer) => vec![offer.unit.minor()],
        None => shown.chain(in_cart).map(Money::minor).collect(),
    };
    prices.iter().any(|price| bid.minor() <= *price && bid.minor().saturating_mul(PRICE_PARTS) >= *price)
}
