//! Orders as the rows of a table: one for each line, and what is said once for an order with its first line, so that a
//! column adds up. Amounts are plain numbers of the currency beside them, as in files of the catalog.

use chrono_tz::Tz;

use crate::base::clock::Time;
use crate::base::money::Money;
use crate::cart::delivery::Delivery;
use crate::checkout::list::Listed;
use crate::pricing::quote::{CameOff, Quote, QuoteLine};
use crate::web::inbox::view::order::StandingView;

/// By this spreadsheets know that letters are UTF-8 (Microsoft, "Opening CSV UTF-8 files correctly in Excel").
const MARK: &str = "\u{feff}";

/// How many columns there are.
const WIDTH: usize = 22;

const COLUMNS: [&str; WIDTH] = [
    "order",
    "date",
    "paid",
    "state",
    "name",
    "phone",
    "recipient",
    "address",
    "postal_code",
    "city",
    "note",
    "sku",
    "title",
    "quantity",
    "unit_price",
    "line_total",
    "discount",
    "tax",
    "shipping",
    "order_total",
    "refunded",
    "currency",
];

/// The names of the columns.
pub fn header() -> Result<Vec<u8>, csv::Error> {
    let mut file = MARK.as_bytes().to_vec();
    file.extend(written([COLUMNS.map(str::to_owned)])?);
    Ok(file)
}

/// A row for each line of these orders.
pub fn rows(orders: &[Listed], zone: Tz) -> Result<Vec<u8>, csv::Error> {
    let rows = orders.iter().flat_map(|order| {
        let lines = order.quote.lines().iter().enumerate();
        lines.map(move |(at, line)| row(order, line, at == 0, zone))
    });
    written(rows.map(|row| row.map(|cell| disarmed(&cell))))
}

fn row(order: &Listed, line: &QuoteLine, is_first: bool, zone: Tz) -> [String; WIDTH] {
    let (delivery, tax, currency) = (order.delivery.as_ref(), order.quote.tax(), order.total.currency());
    let of_delivery = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let once = |amount: Money| if is_first { amount.major() } else { String::new() };
    let standing = StandingView::of(order.standing).words;
    let test = (!order.livemode).then_some("test");
    let person = order.needs_person.then_some("needs a person");
    let state: Vec<&str> = [Some(standing), test, person].into_iter().flatten().collect();
    [
        order.number.to_string(),
        local(order.created_at, zone),
        order.paid_at.map_or_else(String::new, |paid_at| local(paid_at, zone)),
        state.join(", "),
        order.name.clone().unwrap_or_default(),
        order.phone.as_ref().map_or_else(String::new, |phone| format!("+{phone}")),
        of_delivery(delivery.map(Delivery::name)),
        of_delivery(delivery.map(Delivery::address)),
        of_delivery(delivery.and_then(Delivery::postal_code)),
        of_delivery(delivery.map(Delivery::city)),
        of_delivery(delivery.and_then(Delivery::note)),
        line.sku.to_string(),
        line.title.clone(),
        line.quantity.to_string(),
        line.unit.major(),
        line.amount.major(),
        once(off_the_lines(&order.quote)),
        once(if tax.included { Money::zero(currency) } else { tax.amount }),
        once(order.quote.shipping()),
        once(order.total),
        once(order.refunded),
        currency.to_string(),
    ]
}

/// What came off the lines; what came off shipping, shipping is without already.
fn off_the_lines(quote: &Quote) -> Money {
    let off = quote.discounts().iter().filter(|discount| discount.from != CameOff::Shipping);
    let minor = off.fold(0_i64, |sum, discount| sum.saturating_add(discount.amount.minor()));
    Money::new(minor, quote.total().currency())
}

/// A cell that no spreadsheet runs as a formula (OWASP, "CSV Injection"). Where commas are decimal marks, spreadsheets
/// cut at semicolons, so what stands behind one begins a cell as well.
fn disarmed(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len());
    let mut begins = true;
    for letter in cell.chars() {
        if begins && matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') {
            safe.push('\'');
        }
        safe.push(letter);
        begins = matches!(letter, ';' | '\t' | '\n') || (begins && letter == ' ');
    }
    safe
}

/// The shop's own time, as spreadsheets read it.
fn local(at: Time, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

fn written(rows: impl IntoIterator<Item = [String; WIDTH]>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
