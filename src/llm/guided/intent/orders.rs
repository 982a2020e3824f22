//! Readers for what happens after buying: orders, trouble with them, and where to send them.

use crate::llm::guided::address;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::Intent;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::question::Asked;

/// From here on a number beside the word "order" is the order's, not a quantity or a year.
const LONG_NUMBER: i64 = 10_000;

/// Something went wrong, or has to be done by a person.
pub fn trouble(heard: &Heard<'_>) -> Option<Intent> {
    if heard.has(Signal::Complaint) {
        // "It hasn't arrived" is first of all a question about the order.
        let waiting = heard.has(Signal::OrderStatus);
        return (!waiting).then_some(Intent::Person("The shopper reports a problem with an order."));
    }
    if !heard.has(Signal::Service) {
        return None;
    }
    let cart_is_meant = heard.view.quote_just_shown && heard.signals.any(&[Signal::Remove, Signal::EmptyCart]);
    let rule_is_asked = heard.has(Signal::Returns) && heard.is_question();
    (!cart_is_meant && !rule_is_asked).then_some(Intent::Service)
}

/// Where an order is, whether a payment came in.
pub fn status(heard: &Heard<'_>) -> Option<Intent> {
    let number = number(heard);
    let asks = heard.signals.any(&[Signal::OrderStatus, Signal::PaidClaim]);
    let named = heard.signals.places(&[Signal::OrderNamed]);
    let is_number = |place: &usize| heard.words[*place].plain.starts_with(|c: char| c.is_ascii_digit());
    let nothing_else =
        !heard.has(Signal::Want) && heard.nouns.iter().all(|place| named.contains(place) || is_number(place));
    let names_one =
        heard.has(Signal::OrderNamed) && number.is_some_and(|number| number >= LONG_NUMBER || nothing_else);
    (asks || names_one).then_some(Intent::Orders(number))
}

/// The order's number: after `#`, or the first number of three digits and more that is no price.
fn number(heard: &Heard<'_>) -> Option<i64> {
    let after_sign = |place: usize| place.checked_sub(1).is_some_and(|at| heard.words[at].plain == "#");
    heard.words.iter().enumerate().find_map(|(place, word)| {
        let digits = word.plain.trim_start_matches('0');
        let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let number = (whole && (digits.len() >= 3 || after_sign(place))).then(|| digits.parse().ok())?;
        number.filter(|_| !heard.price.places.contains(&place) || after_sign(place))
    })
}

/// What a message is about although we asked for an address.
const OTHERWISE: &[Signal] = &[
    Signal::OrderStatus,
    Signal::Pay,
    Signal::ViewCart,
    Signal::Shipping,
    Signal::Returns,
    Signal::Coupon,
    Signal::RemoveCoupon,
];

/// Delivery details: asked for, or given unasked in full.
pub fn delivery(heard: &Heard<'_>) -> Option<Intent> {
    let text = heard.text.as_str();
    let asked = match heard.view.asked {
        Some(asked @ (Asked::Delivery | Asked::DeliveryMissing)) => asked,
        _ if address::is_address(text) => return Some(Intent::Deliver(address::read(&[text]))),
        _ => return None,
    };
    if heard.is_question() || heard.signals.any(OTHERWISE) && !address::is_address(text) {
        return None;
    }
    let before = heard.view.said_since_asked(asked, asked == Asked::DeliveryMissing);
    let known = address::read(&before);
    let mut said = before;
    // Several messages at once are several lines; each may be a part.
    said.extend(text.lines());
    let details = address::read(&said);
    let news = details != known && !heard.now.text.is_empty();
    news.then_some(Intent::Deliver(details))
}
