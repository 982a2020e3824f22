//! Readers for the cart: coupons, changes, showing and paying it.

use crate::agent::evidence::{ProductCard, QuoteCard, QuoteLineCard};
use crate::base::language::Language;
use crate::llm::guided::coupon;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Intent, LineAction, LineChange, Talk, products};
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::numbers::{count, is_percent, quantity};
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::{self, By};
use crate::llm::guided::text::Word;

/// A code, a coupon without its code, or taking one off.
pub fn coupon(heard: &Heard<'_>) -> Option<Intent> {
    if heard.has(Signal::RemoveCoupon) {
        return Some(Intent::RemoveCoupon);
    }
    if let Some(found) = coupon::find(heard) {
        return Some(Intent::Coupon { code: found.code, sure: found.sure });
    }
    // "Any coupons?" asks for a discount; "I have a coupon" is about to show one.
    let has_one = heard.has(Signal::Coupon) && !heard.is_question() && heard.foreign_nouns.is_empty();
    has_one.then_some(Intent::CouponWithoutCode)
}

/// The answer to "how many?"; and to "which line?", read together with the message that made us ask.
pub fn line_answer(heard: &Heard<'_>) -> Option<Intent> {
    if heard.view.asked == Some(Asked::HowMany) {
        return how_many(heard);
    }
    if heard.view.asked != Some(Asked::Line) || heard.is_question() || !heard.foreign_nouns.is_empty() {
        return None;
    }
    let before = heard.view.said_since_asked(Asked::Line, true).join(" ");
    let signals = heard.lexicon.signals(&heard.lexicon.words(&before));
    let action = if signals.any(&[Signal::Change, Signal::Rather]) && !signals.has(Signal::Remove) {
        products::quantity_in(heard, &before).map_or(LineAction::Remove(None), LineAction::Set)
    } else {
        LineAction::Remove(so_many_less(&heard.retold(&before)))
    };
    let answers = heard.view.quote.is_some_and(|quote| refer::line(heard, quote).is_some());
    answers.then(|| line(heard, action))
}

/// A number, unless a "no" goes with it: "no, 3 is not enough for me". None at all is a "no" too.
fn how_many(heard: &Heard<'_>) -> Option<Intent> {
    let numbers = |words: &[Word]| words.iter().find_map(|word| count(&word.plain, heard.lexicon));
    numbers(&heard.words)?;
    let Some(number) = numbers(&heard.meant).filter(|number| *number > 0) else {
        return Some(Intent::Talk(Talk::Declined));
    };
    let mut wanted = products::wanted(heard, heard.view.focus?, None);
    wanted.quantity = number;
    Some(Intent::Add(wanted))
}

fn line(heard: &Heard<'_>, action: LineAction) -> Intent {
    Intent::Line(LineChange { action, words: heard.text.clone() })
}

/// Everything out.
pub fn empty(heard: &Heard<'_>) -> Option<Intent> {
    (heard.has(Signal::EmptyCart) && heard.foreign_nouns.len() <= 1).then_some(Intent::EmptyCart)
}

/// One thing out, or some of it.
pub fn remove(heard: &Heard<'_>) -> Option<Intent> {
    // Without a cart in view the words cannot be checked against it, so they have to be few and plain.
    let plausible = match heard.view.quote {
        Some(_) => heard.foreign_nouns.is_empty(),
        None => heard.nouns.len() <= 2 && !heard.is_question() && !heard.has(Signal::Search),
    };
    // "I don't want the black one" of something that is not in the cart refuses a colour.
    let refuses_option =
        heard.view.focus.is_some_and(|card| !in_cart(heard, card)) && !products::refused_values(heard).is_empty();
    // Nor does "I don't want the mug" of a list, with nothing in the cart.
    let refuses_thing = heard.view.quote.is_none() && !heard.refused.is_empty();
    // "How about 5 less?" is about the price.
    let haggles = heard.signals.any(&[Signal::Suggests, Signal::Bid]);
    let fewer = heard.has(Signal::Fewer) && !haggles && heard.view.quote.is_some() && heard.price.max.is_none();
    if !(heard.has(Signal::Remove) || fewer) || !plausible || refuses_option || refuses_thing {
        return None;
    }
    Some(line(heard, LineAction::Remove(so_many_less(heard))))
}

/// How many go: "take two off", "quítale una". "The blue one" is no number.
fn so_many_less(heard: &Heard<'_>) -> Option<u32> {
    let places: Vec<_> = heard.signals.places(&[Signal::Remove]).into_iter().collect();
    let (count, place) = quantity(&heard.words, &places, heard.lexicon)?;
    let pronoun = count == 1 && place.checked_sub(1).is_some_and(|at| stands_for_thing(heard, at));
    (!pronoun).then_some(count)
}

/// One more of what is in the cart, while the cart is what we talk about.
pub fn another(heard: &Heard<'_>) -> Option<Intent> {
    // What a person of the shop says meanwhile brings nothing else up.
    let shown = heard.view.quote_just_shown || heard.view.person.is_some() && heard.view.quote.is_some();
    let of_the_cart = shown && heard.foreign_nouns.is_empty();
    (of_the_cart && heard.has(Signal::Another) && !names_other_variant(heard))
        .then(|| line(heard, LineAction::Another))
}

/// Whether it names an option of the product in view that no line of the cart has: "one more, in green".
fn names_other_variant(heard: &Heard<'_>) -> bool {
    let Some(card) = heard.view.focus else { return false };
    let named = refer::values_named(card, &heard.meant, heard.lexicon);
    let fitting = refer::variants_with(card, &named);
    let mut lines = heard.view.quote.iter().flat_map(|quote| &quote.lines);
    !named.is_empty() && !lines.any(|line| fitting.iter().any(|variant| variant.sku == line.sku))
}

/// Another number of something, or another variant instead.
pub fn change(heard: &Heard<'_>) -> Option<Intent> {
    let quote = heard.view.quote?;
    let is_share = heard.words.iter().any(|word| is_percent(&word.plain));
    // "Lower the price to 100" says so.
    let haggles = heard.has(Signal::Discount);
    if !heard.foreign_nouns.is_empty() || heard.price.max.is_some() || is_share || haggles {
        return None;
    }
    let one_line = heard.view.quote_just_shown && quote.lines.len() == 1;
    let bare_number = one_line && heard.words.len() == 1 && !heard.is_question();
    if bare_number && heard.view.asked != Some(Asked::Option) {
        let number = count(&heard.words.first()?.plain, heard.lexicon).filter(|number| *number > 0)?;
        return Some(line(heard, LineAction::Set(number)));
    }
    if let Some(number) = so_many_of_it(heard) {
        return Some(line(heard, LineAction::Set(number)));
    }
    // "Can you make it three?" asks for it; "which is better of the three?" and "how much if I make it three?" do not.
    let told = !heard.is_question();
    let asked = heard.has(Signal::Change) && !heard.signals.any(&[Signal::Price, Signal::ViewCart]);
    // "No wait, rather one": the "no" is not about the rather.
    let rather = heard.has(Signal::Rather) || heard.signals.refuses(Signal::Rather);
    if !(asked || told && (rather || heard.has(Signal::Change))) {
        return None;
    }
    if let Some(card) = changed(heard, quote) {
        let mut wanted = products::wanted(heard, card, None);
        wanted.instead = true;
        let line = quote.lines.iter().find(|line| line.product == card.product);
        wanted.quantity = counted(heard, card).or(line.map(|line| line.quantity)).unwrap_or(1);
        return Some(Intent::Add(wanted));
    }
    let number = heard.words.iter().filter_map(|word| count(&word.plain, heard.lexicon)).next_back()?;
    Some(line(heard, if number == 0 { LineAction::Remove(None) } else { LineAction::Set(number) }))
}

/// What of the cart another choice is named of: "change it to blue", "change the candle for the large one".
fn changed<'a>(heard: &Heard<'a>, quote: &QuoteCard) -> Option<&'a ProductCard> {
    let named = |card: &&ProductCard| !refer::values_named(card, &heard.meant, heard.lexicon).is_empty();
    let target = refer::target(heard).filter(|target| target.by == By::Option).map(|target| target.card);
    let line = || heard.view.card(&refer::line(heard, quote)?.product).filter(named);
    target.filter(|card| in_cart(heard, card)).or_else(line)
}

/// How many of it from now on. "The large one" is no number.
fn counted(heard: &Heard<'_>, card: &ProductCard) -> Option<u32> {
    let values = refer::value_places(card, &heard.meant, heard.lexicon);
    let (count, place) = quantity(&heard.meant, &values, heard.lexicon)?;
    let pronoun = count == 1 && place.checked_sub(1).is_some_and(|at| stands_for_thing(heard, at));
    (!pronoun).then_some(count)
}

/// Whether the word before "one" makes it stand for a thing and no number: "the blue one".
fn stands_for_thing(heard: &Heard<'_>, at: usize) -> bool {
    let plain = &heard.words[at].plain;
    let named = heard.lexicon.concept(plain).is_some() || heard.lexicon.ordinal(plain).is_some();
    let pointed = heard.lexicon.is_determiner(plain) || heard.signals.places(&[Signal::This]).contains(&at);
    named || pointed || heard.language == Language::En && heard.nouns.contains(&at)
}

fn in_cart(heard: &Heard<'_>, card: &ProductCard) -> bool {
    let mut lines = heard.view.quote.iter().flat_map(|quote| &quote.lines);
    lines.any(|line| line.product == card.product)
}

/// "Then I want two": nothing but a number, while one line of the cart is what we talk about.
fn so_many_of_it(heard: &Heard<'_>) -> Option<u32> {
    let quote = heard.view.quote?;
    // A list that came after the cart is what "add two" is about.
    let shown = heard.view.quote_just_shown;
    let of_it = |line: &&QuoteLineCard| heard.view.focus.map_or(shown, |card| line.product == card.product);
    let one_line = quote.lines.iter().filter(of_it).count() == 1;
    let mut rest = heard.query_places.iter().map(|place| &heard.words[*place].plain);
    let only_number = rest.all(|plain| count(plain, heard.lexicon).is_some());
    if !one_line || !only_number || !heard.has(Signal::Want) || heard.has(Signal::Another) {
        return None;
    }
    let number = quantity(&heard.words, &[], heard.lexicon).map(|(number, _)| number)?;
    (number > 1).then_some(number)
}

/// Who says this beside "I'll take it" does not pay yet: "I'd take it if it were cheaper".
const ASKS_FIRST: &[Signal] = &[
    Signal::Wait,
    Signal::Pricey,
    Signal::Cheaper,
    Signal::Discount,
    Signal::Supposes,
    Signal::Price,
    Signal::Details,
    Signal::Shipping,
    Signal::Returns,
];

/// Wants to pay.
pub fn pay(heard: &Heard<'_>) -> Option<Intent> {
    // With a cart open a word that we do not know says how: "I'll pay all of it in one go".
    if heard.foreign_nouns.len() > usize::from(heard.view.quote.is_some()) {
        return None;
    }
    if heard.signals.refuses(Signal::Pay) {
        return Some(Intent::Talk(Talk::Declined));
    }
    // "I'll take it" right after the cart was shown means the cart, not one more of the thing.
    let takes_cart = heard.view.quote_just_shown
        && !heard.is_question()
        && !heard.signals.any(ASKS_FIRST)
        && heard.has(Signal::Want)
        && heard.has(Signal::This)
        && refer::target(heard).is_some_and(|target| target.by == By::This && in_cart(heard, target.card));
    (heard.has(Signal::Pay) || takes_cart).then(|| agree(heard))
}

/// Agrees to the quote if the message before showed it; else it is shown first.
pub fn agree(heard: &Heard<'_>) -> Intent {
    match heard.view.quote {
        Some(quote) if heard.view.quote_just_shown => Intent::Agree(quote.fingerprint.short()),
        _ => Intent::Pay,
    }
}

/// Wants to see the cart.
pub fn view_cart(heard: &Heard<'_>) -> Option<Intent> {
    let adding = heard.has(Signal::Want) && (!heard.nouns.is_empty() || heard.has(Signal::This));
    // "How much is it?" is about the product in view while nothing is in the cart.
    let asks_price = heard.view.quote.is_none() && heard.view.focus.is_some() && heard.has(Signal::Price);
    // "Busco un carrito de bebé" and "do you have a cart cover?" look for something else.
    let looks_for_thing = heard.has(Signal::Search) && heard.names_foreign();
    let shows = heard.has(Signal::ViewCart) && !adding && !asks_price && !looks_for_thing;
    shows.then_some(Intent::ViewCart)
}
