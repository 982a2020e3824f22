//! Which question of ours is open. A history holds words only, so the question is found again in the words: our own
//! sentences are recognised as such; of a model's words only what was shown with them is taken into account.

use std::sync::LazyLock;

use crate::llm::guided::text::asks;
use crate::llm::guided::view::View;
use crate::sentences::{Shape, id};

/// A question a shopper may answer with yes, no, a value or a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Put the product in view in the cart?
    Add,
    /// Which size, colour or other option?
    Option,
    /// Take the price we named?
    Deal,
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
    /// Which product, when none is in view?
    NothingInView,
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
    /// What is looked for, or what else there is to do.
    WhatElse,
}

static QUESTIONS: LazyLock<Vec<(Asked, Shape)>> = LazyLock::new(|| {
    vec![
        (Asked::Add, Shape::of(id::ASK_ADD)),
        (Asked::Add, Shape::of(id::ASK_ADD_ITEM)),
        (Asked::Add, Shape::of(id::PRICE_EACH)),
        (Asked::Option, Shape::of(id::ASK_OPTION)),
        (Asked::Option, Shape::of(id::ASK_VARIANT)),
        (Asked::Option, Shape::of(id::NO_SUCH_OPTION)),
        (Asked::Deal, Shape::of(id::OFFER)),
        (Asked::Deal, Shape::of(id::LAST_OFFER)),
        (Asked::Deal, Shape::of(id::OFFER_WITH)),
        (Asked::Deal, Shape::of(id::LAST_OFFER_WITH)),
        (Asked::Pay, Shape::of(id::ASK_PAY)),
        (Asked::FreshLink, Shape::of(id::OFFER_FRESH_LINK)),
        (Asked::FreshLink, Shape::of(id::PAYMENT_FAILED)),
        (Asked::FreshLink, Shape::of(id::PAY_PAGE_EXPIRED)),
        (Asked::Person, Shape::of(id::OFFER_PERSON)),
        (Asked::Cheaper, Shape::of(id::OFFER_CHEAPER)),
        (Asked::Similar, Shape::of(id::SOLD_OUT)),
        (Asked::Coupon, Shape::of(id::ASK_COUPON)),
        (Asked::Coupon, Shape::of(id::COUPON_UNKNOWN)),
        (Asked::Which, Shape::of(id::ASK_WHICH)),
        (Asked::NothingInView, Shape::of(id::NOTHING_IN_VIEW)),
        (Asked::Line, Shape::of(id::ASK_WHICH_LINE)),
        (Asked::HowMany, Shape::of(id::ASK_HOW_MANY)),
        (Asked::Delivery, Shape::of(id::ASK_DELIVERY)),
        (Asked::Delivery, Shape::of(id::RECEIPT_ASKS_DELIVERY)),
        (Asked::DeliveryMissing, Shape::of(id::ASK_DELIVERY_MISSING)),
        (Asked::Unclear, Shape::of(id::NOT_UNDERSTOOD)),
        (Asked::NothingFound, Shape::of(id::NOTHING_FOUND)),
        (Asked::WhatElse, Shape::of(id::GREETING)),
        (Asked::WhatElse, Shape::of(id::GREETING_AGAIN)),
        (Asked::WhatElse, Shape::of(id::HOW_ARE_YOU)),
        (Asked::WhatElse, Shape::of(id::ABILITIES)),
        (Asked::WhatElse, Shape::of(id::ANYTHING_ELSE)),
        (Asked::WhatElse, Shape::of(id::NOTHING_MORE)),
        (Asked::WhatElse, Shape::of(id::CANNOT_SEE)),
        (Asked::WhatElse, Shape::of(id::CANNOT_HEAR)),
        (Asked::WhatElse, Shape::of(id::CANNOT_OPEN)),
        (Asked::WhatElse, Shape::of(id::CART_EMPTY)),
        (Asked::WhatElse, Shape::of(id::CART_EMPTIED)),
        (Asked::WhatElse, Shape::of(id::COUPON_NEEDS_CART)),
        (Asked::WhatElse, Shape::of(id::NO_SUCH_ORDER)),
    ]
});

static CODES_INVITED: LazyLock<[Shape; 2]> =
    LazyLock::new(|| [Shape::of(id::DISCOUNT), Shape::of(id::NOTHING_CHEAPER)]);

/// Whether `text` says that a coupon code may be typed.
#[must_use]
pub fn invites_code(text: &str) -> bool {
    CODES_INVITED.iter().any(|shape| shape.end_within(text).is_some())
}

/// The question that ends `text`, if it holds one.
#[must_use]
pub fn asked(text: &str, view: &View<'_>) -> Option<Asked> {
    let ours = QUESTIONS.iter().filter_map(|(asked, shape)| shape.end_within(text).map(|end| (end, *asked)));
    ours.max_by_key(|(end, _)| *end).map(|(_, asked)| asked).or_else(|| by_what_was_shown(text, view))
}

/// What a question in somebody else's words is most likely about.
fn by_what_was_shown(text: &str, view: &View<'_>) -> Option<Asked> {
    if !asks(text) {
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
