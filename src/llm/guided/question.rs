//! Which question of ours is open. A history holds words only, so the question is found again in the words: our own
//! sentences are recognised as such; of a model's words only what was shown with them is taken into account.

use crate::llm::guided::view::View;
use crate::sentences::{end_within, id};

/// A question a shopper may answer with yes, no, a value or a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Put the product in view in the cart?
    Add,
    /// Which size, colour or other option?
    Option,
    /// Pay, or look further?
    Pay,
    /// A fresh payment link?
    FreshLink,
    /// Call a person?
    Person,
    /// Look for something cheaper?
    Cheaper,
    /// Look for something similar?
    Similar,
    /// What is the code?
    Coupon,
    /// Which of the list?
    Which,
    /// Which line of the cart?
    Line,
    /// How many of it?
    HowMany,
    /// Where to send it?
    Delivery,
    /// The part of the delivery details that was missing.
    DeliveryMissing,
    /// We did not understand.
    Unclear,
    /// We found nothing.
    NothingFound,
}

/// The question that ends `text`, if it holds one.
#[must_use]
pub fn asked(text: &str, view: &View<'_>) -> Option<Asked> {
    let ours = [
        (Asked::Add, end_within(id::ASK_ADD, text)),
        (Asked::Option, end_within(id::ASK_OPTION, text)),
        (Asked::Option, end_within(id::ASK_VARIANT, text)),
        (Asked::Option, end_within(id::NO_SUCH_OPTION, text)),
        (Asked::Pay, end_within(id::ASK_PAY, text)),
        (Asked::FreshLink, end_within(id::OFFER_FRESH_LINK, text)),
        (Asked::FreshLink, end_within(id::PAYMENT_FAILED, text)),
        (Asked::FreshLink, end_within(id::PAY_PAGE_EXPIRED, text)),
        (Asked::Person, end_within(id::OFFER_PERSON, text)),
        (Asked::Cheaper, end_within(id::OFFER_CHEAPER, text)),
        (Asked::Similar, end_within(id::SOLD_OUT, text)),
        (Asked::Coupon, end_within(id::ASK_COUPON, text)),
        (Asked::Coupon, end_within(id::COUPON_UNKNOWN, text)),
        (Asked::Which, end_within(id::ASK_WHICH, text)),
        (Asked::Line, end_within(id::ASK_WHICH_LINE, text)),
        (Asked::HowMany, end_within(id::ASK_HOW_MANY, text)),
        (Asked::Delivery, end_within(id::ASK_DELIVERY, text)),
        (Asked::Delivery, end_within(id::RECEIPT_ASKS_DELIVERY, text)),
        (Asked::DeliveryMissing, end_within(id::ASK_DELIVERY_MISSING, text)),
        (Asked::Unclear, end_within(id::NOT_UNDERSTOOD, text)),
        (Asked::NothingFound, end_within(id::NOTHING_FOUND, text)),
    ];
    let last = ours.into_iter().filter_map(|(asked, end)| end.map(|end| (end, asked))).max_by_key(|(end, _)| *end);
    last.map(|(_, asked)| asked).or_else(|| by_what_was_shown(text, view))
}

/// What a question in somebody else's words is most likely about.
fn by_what_was_shown(text: &str, view: &View<'_>) -> Option<Asked> {
    if !text.trim_end().ends_with('?') {
        return None;
    }
    if view.quote_just_shown {
        return Some(Asked::Pay);
    }
    if view.order.is_some_and(|order| !order.delivery_known) && view.focus.is_none() {
        return Some(Asked::Delivery);
    }
    view.focus.map(|card| if card.variants.len() > 1 { Asked::Option } else { Asked::Add })
}
