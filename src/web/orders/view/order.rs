//! One order: what it charges, as its quote says it, what was heard of its payment, and where to send it.

use askama::Template;

use crate::base::clock::Time;
use crate::base::language::Locale;
use crate::base::money::Money;
use crate::checkout::list::Standing;
use crate::checkout::order::Order;
use crate::checkout::record::{Noted, Record};
use crate::checkout::state::OrderState;
use crate::conversation::store::Conversation;
use crate::pricing::input::Extra;
use crate::pricing::measure::Measure;
use crate::pricing::quote::{CameOff, Discount, Quote, QuoteLine};
use crate::web::inbox::orders::LATE;
use crate::web::inbox::session::SignedIn;
use crate::web::inbox::view::called;
use crate::web::inbox::view::held::{HeldView, payment_at_stripe};
use crate::web::inbox::view::order::{DeliveryView, StandingView};
use crate::web::inbox::view::payment;
use crate::web::inbox::view::when::Reader;
use crate::web::orders::view::ASSETS;
use crate::web::page::Frame;

/// An order with what its page shows besides.
pub struct Opened {
    pub record: Record,
    pub conversation: Conversation,
    /// The order again, when it waits for a person.
    pub held: Option<Order>,
    /// Somebody was faster to settle it.
    pub is_late: bool,
}

#[derive(Template)]
#[template(path = "orders/order.html")]
pub struct OrderPage {
    pub frame: Frame,
    pub number: i64,
    pub name: String,
    pub conversation: String,
    pub made: String,
    pub standing: StandingView,
    pub is_test: bool,
    pub late: Option<&'static str>,
    pub held: Option<HeldView>,
    pub lines: Vec<LineView>,
    /// What comes between the lines and the total.
    pub sums: Vec<SumView>,
    pub total: String,
    /// What comes after the total.
    pub after: Vec<SumView>,
    pub history: Vec<NotedView>,
    pub page: String,
    /// Where to pay, while that can be done.
    pub pay_at: Option<String>,
    pub stripe: Option<String>,
    pub delivery: Option<DeliveryView>,
    pub phone: Option<String>,
}

pub struct LineView {
    pub title: String,
    pub sku: String,
    /// What is said of it besides: how much of it one is, what is added, that it is given.
    pub more: Vec<String>,
    pub quantity: u32,
    pub unit: String,
    pub amount: String,
}

pub struct SumView {
    pub name: String,
    pub amount: String,
}

pub struct NotedView {
    pub words: String,
    /// `good`, `calm` or `alarm`.
    pub mood: &'static str,
    pub by: Option<String>,
    pub when: String,
    pub full: String,
}

impl OrderPage {
    pub fn of(signed: &SignedIn, opened: &Opened, now: Time) -> Self {
        let Opened { record: Record { order, quote, history }, conversation, held, is_late } = opened;
        let reader = Reader { zone: signed.shop.zone, locale: signed.shop.locale, now };
        let contact = &conversation.contact;
        let (page, pay_at) = pay_page(order, &reader);
        Self {
            frame: Frame::of(signed, &ASSETS),
            number: order.number,
            name: called(conversation.name.as_deref(), contact.phone()),
            conversation: format!("/inbox/c/{}", conversation.id),
            made: reader.full(order.created_at),
            standing: StandingView::of(Standing::of(order.state, order.outdated)),
            is_test: !order.livemode,
            late: is_late.then_some(LATE),
            held: held.as_ref().map(|order| HeldView::on_its_page(order, reader.locale)),
            lines: quote.lines().iter().map(|line| line_view(line, reader.locale)).collect(),
            sums: sums(quote, reader.locale),
            total: quote.total().display(reader.locale),
            after: after(order, quote, reader.locale),
            history: history
                .iter()
                .enumerate()
                .map(|(at, noted)| noted_view(noted, &history[..at], &reader))
                .collect(),
            page,
            pay_at,
            stripe: payment_at_stripe(order),
            delivery: order.delivery.as_ref().map(|delivery| DeliveryView::of(delivery, contact)),
            phone: contact.phone().map(|phone| format!("+{phone}")),
        }
    }
}

fn line_view(line: &QuoteLine, locale: Locale) -> LineView {
    let extra = |extra: &Extra| format!("with {}, {}", extra.name, extra.amount.display(locale));
    let gift = line.gift_of.as_ref().map(|_| "a gift".to_owned());
    let more = measured(&line.measure).into_iter().chain(line.extras.iter().map(extra)).chain(gift);
    LineView {
        title: line.title.clone(),
        sku: line.sku.to_string(),
        more: more.collect(),
        quantity: line.quantity,
        unit: line.unit.display(locale),
        amount: line.amount.display(locale),
    }
}

/// How much one of a line is, where it is no piece. Its unit price is that of a kilogram, a metre, an hour or a night.
fn measured(measure: &Measure) -> Option<String> {
    Some(match measure {
        Measure::Piece => return None,
        Measure::Weight { grams } => format!("{grams} g each, price per kg"),
        Measure::Length { millimetres } => format!("{millimetres} mm each, price per m"),
        Measure::Hours { minutes } => format!("{minutes} min each, price per hour"),
        Measure::Nights(stay) => format!("{} to {}, price per night", stay.from, stay.until),
    })
}

/// What comes between the lines and the total.
fn sums(quote: &Quote, locale: Locale) -> Vec<SumView> {
    let sum = |name: &str, amount: Money| SumView { name: name.to_owned(), amount: amount.display(locale) };
    let off_shipping = quote.discounts().iter().filter(|discount| discount.from == CameOff::Shipping);
    let mut sums = vec![sum("Subtotal", quote.subtotal())];
    sums.extend(quote.discounts().iter().filter(|discount| discount.from != CameOff::Shipping).map(|discount| {
        let amount = discount.amount.display(locale);
        SumView { name: discount_name(discount, locale), amount: format!("−{amount}") }
    }));
    let free = quote.shipping().is_zero();
    let shipping = if free { "Free".to_owned() } else { quote.shipping().display(locale) };
    sums.push(SumView { name: "Shipping".to_owned(), amount: shipping });
    // Shipping is what is left after these.
    sums.extend(off_shipping.map(|discount| SumView {
        name: format!("{}, off shipping already", discount_name(discount, locale)),
        amount: discount.amount.display(locale),
    }));
    let tax = quote.tax();
    if !tax.included {
        sums.push(sum("Tax", tax.amount));
    }
    sums
}

fn discount_name(discount: &Discount, locale: Locale) -> String {
    let name = discount.code.as_ref().map(ToString::to_string).or_else(|| discount.promotion.clone());
    let name = name.unwrap_or_else(|| "Agreed discount".to_owned());
    match discount.percent {
        Some(percent) => format!("{name} ({})", percent.display(locale)),
        None => name,
    }
}

/// What comes after the total: tax within it, what is paid now, what was given back.
fn after(order: &Order, quote: &Quote, locale: Locale) -> Vec<SumView> {
    let sum = |name: &str, amount: String| SumView { name: name.to_owned(), amount };
    let tax = quote.tax();
    let mut after = Vec::new();
    if tax.included && !tax.amount.is_zero() {
        after.push(sum("Tax in it", tax.amount.display(locale)));
    }
    if quote.is_before_tax() {
        after.push(sum("Tax", "comes on top".to_owned()));
    }
    if quote.due_now() != quote.total() {
        after.push(sum("Of it paid at once", quote.due_now().display(locale)));
    }
    if !order.refunded.is_zero() {
        after.push(sum("Given back", format!("−{}", order.refunded.display(locale))));
        if let Ok(left) = order.total.minus(order.refunded) {
            after.push(sum("Left", left.display(locale)));
        }
    }
    after
}

/// What a notice said and did, after what was heard before it.
fn noted_view(noted: &Noted, before: &[Noted], reader: &Reader) -> NotedView {
    let (words, mood) = payment::heard(noted.kind);
    let is_held = noted.to == OrderState::Review && noted.from != OrderState::Review;
    let is_idle = noted.from == noted.to && noted.kind.claims_a_state();
    let (words, mood) = if is_held && noted.kind.claims_a_state() {
        (format!("“{words}” was reported and does not fit: the order is on hold"), "alarm")
    } else if is_held {
        (format!("{words}: the order is on hold"), "alarm")
    } else if is_idle && before.iter().any(|earlier| earlier.kind == noted.kind) {
        (format!("{words}: reported again"), "calm")
    } else if is_idle {
        (format!("“{words}” was reported: it changed nothing"), "calm")
    } else {
        (words.to_owned(), mood)
    };
    NotedView { words, mood, by: noted.by.clone(), when: reader.said(noted.at), full: reader.full(noted.at) }
}

/// What is to be said of the pay page, and where it is while it can be paid.
fn pay_page(order: &Order, reader: &Reader) -> (String, Option<String>) {
    let words = match (order.state, order.expires_at) {
        (OrderState::Creating, _) if !order.outdated => "Its pay page is being made.".to_owned(),
        (OrderState::Creating | OrderState::AwaitingPayment | OrderState::Expired, _) if order.outdated => {
            "Its pay page is not to be paid any more: the cart costs something else now, or has a newer page."
                .to_owned()
        }
        (OrderState::AwaitingPayment, Some(expires_at)) if expires_at > reader.now => {
            return (format!("Its pay page is open until {}.", reader.said(expires_at)), order.session_url.clone());
        }
        (OrderState::AwaitingPayment, Some(expires_at)) => {
            format!("Its pay page closed {}.", reader.said(expires_at))
        }
        (OrderState::AwaitingPayment, None) => {
            return ("Its pay page is open.".to_owned(), order.session_url.clone());
        }
        (OrderState::PaymentPending, _) => {
            "Its pay page is done with: the shopper has promised a payment on it.".to_owned()
        }
        (OrderState::Paid | OrderState::PartlyRefunded | OrderState::Refunded, _) => {
            "Its pay page is done with: it was paid.".to_owned()
        }
        (OrderState::PaymentFailed, _) => "Its pay page is closed: the payment failed.".to_owned(),
        (OrderState::Expired, _) => "Its pay page is closed: nobody paid in time.".to_owned(),
        (OrderState::Review, _) => "What was reported of its pay page does not fit the order.".to_owned(),
        (OrderState::Creating, _) => "Its pay page was never made.".to_owned(),
    };
    (words, None)
}
