//! One item of a request, read from JSON. What is not said stays as it is, and `null` takes away (RFC 7396).

use serde_json::{Map, Value};

use crate::base::money::{Currency, Money};
use crate::base::names::Sku;
use crate::catalog::import::cell;
use crate::catalog::import::decimal::Decimals;

/// What is to be changed of one variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which variant.
    pub sku: Sku,
    /// How many there are; `null`: they are not counted.
    pub stock: Said<i32>,
    /// How many the caller thinks there are: what is said of stock holds only then.
    pub stock_was: Said<i32>,
    /// What one costs.
    pub price: Option<Money>,
    /// What one cost before; `null`: nothing is said of that.
    pub compare_at: Said<Money>,
    /// Whether what is more often a mistake than meant is meant.
    pub confirm: bool,
}

/// What is said of something that may be nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<T> {
    /// The field is left out.
    Nothing,
    /// `null`.
    Null,
    /// This.
    Value(T),
}

impl<T> Said<T> {
    /// Whether the field is there.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// What is said, or else what was.
    #[must_use]
    pub fn or(self, kept: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => kept,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// Why an item changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One word for machines.
    pub code: &'static str,
    /// Which field it is about.
    pub field: &'static str,
    /// Why, and what to do.
    pub detail: String,
}

impl Refusal {
    /// A refusal for this reason.
    #[must_use]
    pub fn new(code: &'static str, field: &'static str, detail: impl Into<String>) -> Self {
        Self { code, field, detail: detail.into() }
    }
}

/// Every field of an item.
const FIELDS: [&str; 6] = ["sku", "stock", "stock_was", "price", "compare_at", "confirm"];

impl Item {
    /// Reads an item of a shop that sells in this currency.
    ///
    /// # Errors
    /// When a field is none we know, or holds what it cannot.
    pub fn read(value: &Value, currency: Currency) -> Result<Self, Refusal> {
        let Value::Object(fields) = value else {
            let detail = "an item is an object such as {\"sku\": \"CUP\", \"stock\": 4}";
            return Err(Refusal::new("not-an-item", "", detail));
        };
        if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            let detail =
                format!("`{}` is no field of an item; those are {}", shortened(unknown), FIELDS.join(", "));
            return Err(Refusal::new("unknown-field", "", detail));
        }
        let item = Self {
            sku: sku(fields)?,
            stock: count(fields, "stock")?,
            stock_was: count(fields, "stock_was")?,
            price: price(fields, currency)?,
            compare_at: amount(fields, "compare_at", currency)?,
            confirm: confirm(fields)?,
        };
        if item.stock_was.is_there() && !item.stock.is_there() {
            let detail = "`stock_was` says when `stock` holds; write `stock` beside it";
            return Err(Refusal::new("nothing-to-change", "stock_was", detail));
        }
        if !item.stock.is_there() && item.price.is_none() && !item.compare_at.is_there() {
            let detail = "the item says nothing to change; write stock, price or compare_at";
            return Err(Refusal::new("nothing-to-change", "", detail));
        }
        Ok(item)
    }
}

/// What an item says its SKU is, however wrong the rest of it is: so that the answer can name it.
#[must_use]
pub fn named(value: &Value) -> Option<String> {
    value.get("sku")?.as_str().map(shortened)
}

fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

fn sku(fields: &Map<String, Value>) -> Result<Sku, Refusal> {
    let wrong = |detail: String| Refusal::new("bad-sku", "sku", detail);
    let text = fields.get("sku").and_then(Value::as_str);
    let text = text.ok_or_else(|| wrong("write the variant's SKU as a text: \"sku\": \"CUP\"".to_owned()))?;
    cell::sku(text).map_err(|fault| wrong(fault.to_string()))
}

/// A count, or `null`.
fn count(fields: &Map<String, Value>, name: &'static str) -> Result<Said<i32>, Refusal> {
    match fields.get(name) {
        None => Ok(Said::Nothing),
        Some(Value::Null) => Ok(Said::Null),
        // As digits, which is what the import reads.
        Some(Value::Number(number)) if number.is_u64() || number.is_i64() => {
            cell::count(&number.to_string(), Decimals::default()).map(Said::Value).map_err(|_| not_a_count(name))
        }
        Some(_) => Err(not_a_count(name)),
    }
}

fn not_a_count(name: &'static str) -> Refusal {
    let detail = "write a whole number from 0 to 1000000000, without quotes; null when it is not counted";
    Refusal::new("not-a-count", name, detail)
}

/// An amount, or `null`.
fn amount(fields: &Map<String, Value>, name: &'static str, currency: Currency) -> Result<Said<Money>, Refusal> {
    let text = match fields.get(name) {
        None => return Ok(Said::Nothing),
        Some(Value::Null) => return Ok(Said::Null),
        Some(Value::String(text)) => text,
        Some(_) => return Err(not_an_amount(name, currency)),
    };
    let read = Money::parse_major(text, currency);
    read.map(Said::Value).map_err(|_| not_an_amount(name, currency))
}

fn price(fields: &Map<String, Value>, currency: Currency) -> Result<Option<Money>, Refusal> {
    match amount(fields, "price", currency)? {
        Said::Nothing => Ok(None),
        Said::Value(price) => Ok(Some(price)),
        Said::Null => Err(Refusal::new(
            "not-an-amount",
            "price",
            "a variant always has a price; leave the field out to keep the one it has",
        )),
    }
}

fn not_an_amount(name: &'static str, currency: Currency) -> Refusal {
    let example = Money::new(129_900, currency).major();
    let detail = match currency.exponent() {
        0 => format!("write the amount in {currency} as a text of digits, such as \"{example}\""),
        digits => format!(
            "write the amount in {currency} as a text of digits, with a point and at most {digits} digits behind it, \
             such as \"{example}\""
        ),
    };
    Refusal::new("not-an-amount", name, detail)
}

fn confirm(fields: &Map<String, Value>) -> Result<bool, Refusal> {
    match fields.get("confirm") {
        None => Ok(false),
        Some(Value::Bool(confirm)) => Ok(*confirm),
        Some(_) => Err(Refusal::new("not-a-yes", "confirm", "write true or false, without quotes")),
    }
}
