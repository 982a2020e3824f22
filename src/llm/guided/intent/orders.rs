//! Readers for what happens after buying: orders, trouble with them, and where to send them.

use crate::agent::evidence::{DeliveryCard, OrderStateShown};
use crate::llm::guided::address::{self, Details};
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::Intent;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::{self, By};

/// From here on a number beside the word "order" is the order's, not a quantity or a year.
const LONG_NUMBER: i64 = 10_000;

/// A card was turned down; whether one is taken at all is another question.
pub fn card(heard: &Heard<'_>) -> Option<Intent> {
    let asks_rule = heard.is_question() && heard.has(Signal::Payment);
    (heard.has(Signal::CardDeclined) && !asks_rule).then_some(Intent::CardDeclined)
}

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
    if cart_is_meant || rule_is_asked {
        return None;
    }
    // Money has been paid: whoever wants it back, or something else about it, does not have to ask twice.
    let paid = |state| {
        use OrderStateShown::{InReview, Paid, PartlyRefunded, PaymentPending, Refunded};
        matches!(state, Paid | PaymentPending | PartlyRefunded | Refunded | InReview)
    };
    Some(match heard.view.order {
        Some(order) if paid(order.state) => Intent::Person("The shopper asks for something about a paid order."),
        _ => Intent::Service,
    })
}

/// Where an order is, whether a payment came in.
pub fn status(heard: &Heard<'_>) -> Option<Intent> {
    let number = number(heard);
    // "When does the shirt come?" of a thing in view, without an order: whether there is some.
    let named = refer::target(heard).filter(|target| matches!(target.by, By::Title | By::Sku | By::Place));
    if let Some(target) = named.filter(|_| heard.view.order.is_none() && number.is_none() && waits_for_thing(heard))
    {
        return Some(Intent::Question { product: target.card.product.clone(), about: Signal::Stock });
    }
    let asks = heard.signals.any(&[Signal::OrderStatus, Signal::PaidClaim]);
    let named = heard.signals.places(&[Signal::OrderNamed]);
    let is_number = |place: &usize| heard.words[*place].plain.starts_with(|c: char| c.is_ascii_digit());
    let nothing_else =
        !heard.has(Signal::Want) && heard.nouns.iter().all(|place| named.contains(place) || is_number(place));
    let names_one =
        heard.has(Signal::OrderNamed) && number.is_some_and(|number| number >= LONG_NUMBER || nothing_else);
    (asks || names_one).then_some(Intent::Orders(number))
}

/// "When does it come", said without "order", "parcel" or "I paid".
fn waits_for_thing(heard: &Heard<'_>) -> bool {
    heard.has(Signal::OrderStatus) && !heard.signals.any(&[Signal::OrderNamed, Signal::PaidClaim])
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

/// Delivery details: asked for, given unasked in full, or put right after they were saved.
pub fn delivery(heard: &Heard<'_>) -> Option<Intent> {
    let (view, text) = (heard.view, heard.text.as_str());
    let asked = view.asked.filter(|asked| matches!(asked, Asked::Delivery | Asked::DeliveryMissing));
    let whole = address::is_address(text);
    if whole && asked.is_none() && !view.delivery_open {
        return Some(Intent::Deliver(address::read(&[text])));
    }
    if heard.is_question() || heard.now.text.is_empty() || heard.signals.any(OTHERWISE) && !whole {
        return None;
    }
    let mut before = view.told.clone();
    if asked == Some(Asked::Delivery) {
        before.extend(view.said_since_asked(Asked::Delivery, false));
    }
    let known = view.delivery.filter(|_| !view.delivery_open).map(saved).unwrap_or_default();
    let known = address::read_on(known, &before);
    let awaited = view.delivery_open || view.delivery.is_some();
    if asked.is_none() && !(whole || awaited && address::is_part(text, &known)) {
        return None;
    }
    // Several messages at once are several lines; each may be a part.
    let details = address::read_on(known.clone(), &text.lines().collect::<Vec<_>>());
    (details != known).then_some(Intent::Deliver(details))
}

/// What was saved, to be put right.
fn saved(card: &DeliveryCard) -> Details {
    Details {
        name: Some(card.name.clone()),
        address: Some(card.address.clone()),
        city: Some(card.city.clone()),
        postal_code: card.postal_code.clone(),
        note: card.note.clone(),
    }
}
