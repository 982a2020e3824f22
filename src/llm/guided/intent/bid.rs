//! Reader for prices that a shopper names. A number is no price for that alone: it may be a size, or how many.

use crate::base::money::Money;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::Intent;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::numbers::{Amount, DOZEN, amounts, quantity};
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::{SIZES_BEYOND, names_value, value_places, values_named, variants_with};
use crate::llm::guided::text::{Word, whole_number};

/// A bare number of less than one part in so many of the price on the table is not meant as a price, unless it is
/// said to be one. It may be less than a hundred: not every shop's prices have three digits.
const PRICE_PARTS: i64 = 5;

/// Names a price for what is in view: "would you take 40?"; or, when we named one, any price and little else. "Yes,
/// two of them" to our price takes it, and so does "three at that price".
pub fn read(heard: &Heard<'_>) -> Option<Intent> {
    let view = heard.view;
    let in_view = view.focus.is_some() || view.offer.is_some() || view.quote.is_some();
    let is_number = |place: &usize| heard.words[*place].plain.starts_with(|c: char| c.is_ascii_digit());
    let named = view.offer.is_some() && heard.has(Signal::ThatPrice);
    let answers = (view.asked == Some(Asked::Deal) || named) && heard.nouns.iter().all(is_number);
    let amounts = amounts(&heard.words, heard.lexicon, heard.currency);
    let suggests = heard.has(Signal::Suggests) || answers || haggles(heard, &amounts);
    if !in_view || !heard.foreign_nouns.iter().all(is_number) || !(heard.has(Signal::Bid) || suggests) {
        return None;
    }
    let said = heard.has(Signal::Bid);
    let mut meant: Vec<_> = amounts.iter().filter(|amount| is_price(heard, amount, said)).collect();
    // "The 27 for 40": of two numbers the one that is no size is the price.
    if meant.len() > 1 {
        meant.retain(|amount| amount.marked || !amount.places.iter().any(|place| is_value(heard, *place)));
    }
    // "I'll take 3 if you give them for 80": the three are how many.
    if meant.len() > 1 {
        meant.retain(|amount| amount.marked || !is_wanted(heard, amount) || is_near(heard, amount.money));
    }
    let near = || meant.iter().rfind(|amount| is_near(heard, amount.money));
    let bid = meant.iter().find(|amount| amount.marked).or_else(near).or(meant.last());
    let wanted = how_many(heard, bid.map_or(&[], |amount| &amount.places));
    let takes = answers && !said && heard.has(Signal::Yes);
    match bid.map(|amount| amount.money) {
        Some(price) if takes && view.offer.is_some_and(|offer| offer.unit == price) => {
            Some(Intent::TakeOffer(wanted))
        }
        // What is more than the price of one is meant for all of them: that is for the shop to answer.
        Some(price) if wanted.is_some() && !is_for_one(heard, price) => Some(Intent::Discount),
        Some(price) => Some(Intent::Bid { price, quantity: wanted }),
        None => took(heard, answers, said).then_some(Intent::TakeOffer(wanted)),
    }
}

/// Whether words without a price take the one that was named: "two then", "I'll take it", "three at that price". To
/// speak of that price is not to take it: "too much at that price", "thanks for that".
fn took(heard: &Heard<'_>, answers: bool, said: bool) -> bool {
    let that_price = heard.has(Signal::ThatPrice);
    let takes = heard.signals.any(&[Signal::Yes, Signal::Want]) && (!said || that_price);
    // "How much would three cost?" asks a price; "at that price" names one.
    let asks_price = !heard.signals.places(&[Signal::Price]).is_subset(&heard.signals.places(&[Signal::ThatPrice]));
    // "Ok thanks" takes leave.
    let leaves = heard.has(Signal::Thanks) && heard.has(Signal::Acknowledged);
    let refuses =
        !heard.refused.is_empty() || asks_price || leaves || heard.doubts() || heard.signals.any(TAKES_NOTHING);
    let open = heard.view.asked == Some(Asked::Deal) || that_price;
    let bare = open && how_many(heard, &[]).is_some() && heard.nouns.is_empty();
    answers && (takes || bare) && !refuses && !heard.is_question() && !names_another(heard)
}

/// Whether a change of a number is asked for that can only be a price: "make it 200", "bájale a 100". Up to a dozen it
/// may as well be how many.
fn haggles(heard: &Heard<'_>, amounts: &[Amount]) -> bool {
    let lowers = heard.signals.any(&[Signal::Change, Signal::Fewer, Signal::Discount]);
    let price = |amount: &Amount| {
        let dozen = Money::parse_major(&DOZEN.to_string(), heard.currency);
        let bare = dozen.is_ok_and(|dozen| amount.money.minor() > dozen.minor());
        (amount.marked || bare) && is_near(heard, amount.money)
    };
    lowers && !heard.has(Signal::Search) && amounts.iter().any(price)
}

/// Whoever says this beside a price has not taken it, whatever else is said.
const TAKES_NOTHING: &[Signal] = &[
    Signal::No,
    Signal::Pricey,
    Signal::Cheaper,
    Signal::Wait,
    Signal::Supposes,
    Signal::Details,
    Signal::Material,
    Signal::Care,
    Signal::Sizes,
    Signal::Colors,
    Signal::Shipping,
    Signal::Returns,
];

/// Whether an option is named that what was offered does not have.
fn names_another(heard: &Heard<'_>) -> bool {
    let Some((card, offer)) = heard.view.focus.zip(heard.view.offer) else { return false };
    let foreign =
        |word: &Word| heard.lexicon.concept(&word.plain).is_some() && !names_value(card, word, heard.lexicon);
    if heard.meant.iter().any(foreign) {
        return true;
    }
    let named = values_named(card, &heard.meant, heard.lexicon);
    !named.is_empty() && !variants_with(card, &named).iter().any(|variant| variant.sku == offer.sku)
}

/// How many are wanted, besides the words that name a price and the numbers that are part of an option: "the 60 by 100
/// one". One is no number that anybody has to be told, unless it is "only one".
pub fn how_many(heard: &Heard<'_>, price: &[usize]) -> Option<u32> {
    let values = heard.view.focus.map(|card| value_places(card, &heard.words, heard.lexicon)).unwrap_or_default();
    let explained: Vec<usize> = values.iter().chain(price).copied().collect();
    let (count, place) = quantity(&heard.words, &explained, heard.lexicon)?;
    let only = place.checked_sub(1).is_some_and(|at| heard.lexicon.limits(&heard.words[at].plain));
    (count > 1 || only).then_some(count)
}

/// Whether a price is one of one piece: not more than what is on the table.
fn is_for_one(heard: &Heard<'_>, price: Money) -> bool {
    let list = heard.view.offer.map(|offer| offer.list);
    let shown = heard.view.focus.iter().flat_map(|card| &card.variants).map(|variant| variant.price);
    let in_cart = heard.view.quote.iter().flat_map(|quote| &quote.lines).map(|line| line.unit);
    shown.chain(in_cart).chain(list).any(|most| price.minor() <= most.minor())
}

/// Whether a number is meant as a price: it has a sign, or it is neither a size nor how many and comes near the price
/// on the table. Where the words say that it is a price (`said`), it may be as low as it likes.
fn is_price(heard: &Heard<'_>, amount: &Amount, said: bool) -> bool {
    if amount.marked {
        return true;
    }
    let Some(place) = amount.places.first().copied().filter(|_| !heard.has(Signal::ThatPrice)) else {
        return false;
    };
    // "Leave it at 3" with a cart in view is how many, unless 3 comes near a price.
    if heard.view.quote.is_some() && heard.has(Signal::Change) && !is_near(heard, amount.money) {
        return false;
    }
    let before = place.checked_sub(1);
    if before.is_some_and(|at| heard.lexicon.is_size_word(&heard.words[at].plain)) {
        return false;
    }
    let counts = is_wanted(heard, amount);
    let size = is_value(heard, place) || could_be_size(heard, place);
    said || !counts && !size && is_near(heard, amount.money)
}

/// Whether a number stands right behind a wish: "I'll take 3".
fn is_wanted(heard: &Heard<'_>, amount: &Amount) -> bool {
    let before = amount.places.first().and_then(|place| place.checked_sub(1));
    before.is_some_and(|at| heard.signals.places(&[Signal::Want]).contains(&at))
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
