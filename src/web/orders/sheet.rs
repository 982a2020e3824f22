//! Orders as the rows of a table: one for each line, and what is said once for an order with its first line, so that a
//! column adds up. Amounts are plain numbers of the currency beside them, as in files of the catalog.

use chrono_tz::Tz;

use crate::base::clock::Time;
use crate::base::money::Money;
use crate::cart::delivery::Delivery;
use crate::catalog::export::disarmed;
use crate::checkout::list::Listed;
use crate::pricing::quote::QuoteLine;
use crate::web::inbox::view::order::StandingView;

/// By this spreadsheets know that letters are UTF-8 (Microsoft, "Opening CSV UTF-8 files correctly in Excel").
const MARK: &str = "\u{feff}";

const COLUMNS: [&str; 20] = [
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
    "shipping",
    "order_total",
    "refunded",
    "currency",
];

/// Where the shop is.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub zone: Tz,
}

/// The names of the columns.
pub fn header() -> Result<Vec<u8>, csv::Error> {
    let mut file = MARK.as_bytes().to_vec();
    file.extend(written([COLUMNS.map(str::to_owned)])?);
    Ok(file)
}

/// A row for each line of these orders.
pub fn rows(orders: &[Listed], place: Place) -> Result<Vec<u8>, csv::Error> {
    let rows = orders.iter().flat_map(|order| {
        let lines = order.quote.lines().iter().enumerate();
        lines.map(move |(at, line)| row(order, line, at == 0, place))
    });
    written(rows.map(|row| row.map(disarmed)))
}

fn row(order: &Listed, line: &QuoteLine, is_first: bool, place: Place) -> [String; 20] {
    let delivery = order.delivery.as_ref();
    let of_delivery = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let once = |amount: Money| if is_first { amount.major() } else { String::new() };
    let standing = StandingView::of(order.standing).words;
    let test = (!order.livemode).then_some("test");
    let person = order.needs_person.then_some("needs a person");
    let state: Vec<&str> = [Some(standing), test, person].into_iter().flatten().collect();
    [
        order.number.to_string(),
        local(order.created_at, place),
        order.paid_at.map_or_else(String::new, |paid_at| local(paid_at, place)),
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
        once(order.quote.shipping()),
        once(order.total),
        once(order.refunded),
        order.total.currency().to_string(),
    ]
}

/// The shop's own time, as spreadsheets read it.
fn local(at: Time, place: Place) -> String {
    at.with_timezone(&place.zone).format("%Y-%m-%d %H:%M").to_string()
}

fn written(rows: impl IntoIterator<Item = [String; 20]>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
