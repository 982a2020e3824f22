//! The list of orders, and what was sold.

use askama::Template;

use crate::base::clock::Time;
use crate::base::language::Locale;
use crate::checkout::list::{Counts, Listed, OrderPage, Show, Standing};
use crate::checkout::sales::{Period, Sales, Sold};
use crate::checkout::state::OrderState;
use crate::web::error::WebError;
use crate::web::inbox::session::SignedIn;
use crate::web::inbox::view::called;
use crate::web::inbox::view::order::{StandingView, address_of, bought};
use crate::web::inbox::view::when::Reader;
use crate::web::orders::view::ASSETS;
use crate::web::orders::wanted::{Wanted, word};
use crate::web::page::Frame;
use crate::web::words::counted;

const LIST: &str = "/inbox/orders";

/// What was found.
pub struct Found {
    pub page: OrderPage,
    pub counts: Counts,
    pub sales: Sales,
}

#[derive(Template)]
#[template(path = "orders/list.html")]
pub struct ListPage {
    pub frame: Frame,
    pub sales: [SoldView; 3],
    pub tabs: [Tab; 6],
    /// Kept in the search form.
    pub show: String,
    pub sold: String,
    pub search: String,
    /// The list without a search.
    pub without_search: String,
    /// What is said of a list of sales, and the list without that.
    pub period: Option<(&'static str, String)>,
    pub rows: Vec<Row>,
    pub older: Option<String>,
    pub newest: Option<String>,
    pub download: String,
    /// What an empty list says.
    pub empty: (&'static str, &'static str),
}

/// What was sold in a period.
pub struct SoldView {
    pub label: &'static str,
    pub address: String,
    pub is_current: bool,
    pub amount: String,
    pub orders: String,
    pub refunded: Option<String>,
}

pub struct Tab {
    pub label: &'static str,
    pub address: String,
    pub is_current: bool,
    pub is_alarm: bool,
    pub count: i64,
}

pub struct Row {
    pub number: i64,
    pub address: String,
    pub name: String,
    pub bought: String,
    pub standing: StandingView,
    /// Besides what its state says.
    pub needs_person: bool,
    /// It is paid, and nobody knows where to send it.
    pub lacks_address: bool,
    pub is_test: bool,
    pub total: String,
    pub refunded: Option<String>,
    pub when: String,
    pub full: String,
}

impl ListPage {
    pub fn of(signed: &SignedIn, wanted: &Wanted, found: &Found, now: Time) -> Result<Self, WebError> {
        let reader = Reader { zone: signed.shop.zone, locale: signed.shop.locale, now };
        let at_begin = Wanted { before: String::new(), ..wanted.clone() };
        let is_search = !wanted.q.trim().is_empty();
        let [today, week, month] =
            Period::ALL.map(|period| sold_view(period, found.sales.of(period), &at_begin, reader.locale));
        let older = found.page.next.map(|number| Wanted { before: number.to_string(), ..at_begin.clone() });
        let everything = Wanted { sold: String::new(), ..at_begin.clone() };
        Ok(Self {
            frame: Frame::of(signed, &ASSETS),
            sales: [today?, week?, month?],
            tabs: Show::ALL.map(|show| tab(show, &found.counts, &at_begin)),
            show: word(wanted.show()).to_owned(),
            sold: wanted.period().map_or_else(String::new, |period| period.days().to_string()),
            search: wanted.q.clone(),
            without_search: Wanted { q: String::new(), ..at_begin.clone() }.address(LIST),
            period: wanted.period().map(|period| (label(period), everything.address(LIST))),
            rows: found.page.rows.iter().map(|listed| row(listed, &reader)).collect(),
            older: older.map(|older| older.address(LIST)),
            newest: wanted.before().map(|_| at_begin.address(LIST)),
            download: at_begin.address(&format!("{LIST}/download")),
            empty: empty(wanted.show(), is_search, wanted.period().is_some()),
        })
    }
}

const fn label(period: Period) -> &'static str {
    match period {
        Period::Today => "Today",
        Period::Week => "Last 7 days",
        Period::Month => "Last 30 days",
    }
}

fn sold_view(period: Period, sold: &Sold, wanted: &Wanted, locale: Locale) -> Result<SoldView, WebError> {
    let kept = sold.kept().map_err(|error| WebError::Ours(error.into()))?;
    let listed = Wanted { sold: period.days().to_string(), ..Wanted::default() };
    Ok(SoldView {
        label: label(period),
        address: listed.address(LIST),
        is_current: wanted.period() == Some(period),
        amount: kept.display(locale),
        orders: match sold.orders {
            0 => "no paid orders".to_owned(),
            count => counted(count, "paid order"),
        },
        refunded: (!sold.refunded.is_zero()).then(|| format!("after {} given back", sold.refunded.display(locale))),
    })
}

fn tab(show: Show, counts: &Counts, wanted: &Wanted) -> Tab {
    let label = match show {
        Show::All => "All",
        Show::Paid => "Paid",
        Show::Awaiting => "Awaiting payment",
        Show::NeedsPerson => "Needs a person",
        Show::Refunded => "Refunded",
        Show::Unpaid => "Not paid",
    };
    Tab {
        label,
        address: Wanted { show: word(show).to_owned(), ..wanted.clone() }.address(LIST),
        is_current: wanted.show() == show,
        is_alarm: show == Show::NeedsPerson,
        count: counts.of(show),
    }
}

const fn empty(show: Show, is_search: bool, is_period: bool) -> (&'static str, &'static str) {
    match show {
        _ if is_search => {
            ("No order found", "Search looks at order numbers, names, phone numbers and SKUs. Try fewer words.")
        }
        _ if is_period => ("Nothing sold in these days", "An order is listed here on the day its payment comes."),
        Show::All => {
            ("No orders yet", "When a shopper agrees to a total and gets a pay page, their order appears here.")
        }
        Show::Paid => ("No paid orders yet", "An order appears here as soon as Stripe reports its payment."),
        Show::Awaiting => {
            ("No payment is awaited", "Orders whose pay page is open, or whose payment is under way.")
        }
        Show::NeedsPerson => {
            ("Nothing needs a person", "Payments that do not fit their order, and disputes, appear here.")
        }
        Show::Refunded => {
            ("Nothing was given back", "Refunds are made in Stripe's Dashboard; the orders then appear here.")
        }
        Show::Unpaid => ("None came to nothing", "Orders that were not paid in time, failed, or were replaced."),
    }
}

fn row(listed: &Listed, reader: &Reader) -> Row {
    let name = called(listed.name.as_deref(), listed.phone.as_deref());
    let at = listed.paid_at.unwrap_or(listed.created_at);
    let is_paid = Show::Paid.holds(listed.standing, false);
    Row {
        number: listed.number,
        address: address_of(listed.number),
        name,
        bought: bought(&listed.quote),
        needs_person: listed.needs_person && listed.standing != Standing::In(OrderState::Review),
        standing: StandingView::of(listed.standing),
        lacks_address: is_paid && listed.delivery.is_none(),
        is_test: !listed.livemode,
        total: listed.total.display(reader.locale),
        refunded: (!listed.refunded.is_zero()).then(|| listed.refunded.display(reader.locale)),
        when: reader.short(at),
        full: reader.full(at),
    }
}
