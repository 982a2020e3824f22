//! A quote as it is kept: the body of a row, with the version that wrote it.
//!
//! Version 1 knew one tax and no promotions but codes. What it kept is read for ever, with its fingerprint, because
//! orders and pay pages stand on it.

use serde::{Deserialize, Serialize};

use crate::base::money::Money;
use crate::pricing::amount::Rate;
use crate::pricing::quote::{Discount, Quote, QuoteLine, Step, Tax};
use crate::pricing::rounding::Rounding;
use crate::pricing::share::by_largest_remainder;
use crate::pricing::tax::{TaxMode, TaxPart};

/// The shape that is written. Goes up when a field changes its meaning.
pub(in crate::pricing) const VERSION: u32 = 2;

/// A quote as it is kept.
#[derive(Serialize, Deserialize)]
pub(in crate::pricing) struct Body {
    version: u32,
    /// The version whose canonical form it has, when that is an older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    form: Option<u32>,
    lines: Vec<QuoteLine>,
    subtotal: Money,
    discounts: Vec<Discount>,
    shipping: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping_tax: Option<Money>,
    /// Version 1: the one tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax: Option<Tax>,
    #[serde(default)]
    taxes: Vec<TaxPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax_mode: Option<TaxMode>,
    total: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_now: Option<Money>,
    free_shipping_in: Option<Money>,
    rounding: Rounding,
    steps: Vec<Step>,
}

/// Why something kept is not a quote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAQuote {
    /// It was written by a later version of the program.
    #[error("version {0} of a quote is not known here")]
    Version(u32),
    /// Its amounts contradict each other.
    #[error("the amounts of the quote do not add up")]
    DoesNotAddUp,
}

impl TryFrom<Body> for Quote {
    type Error = NotAQuote;
    fn try_from(body: Body) -> Result<Self, NotAQuote> {
        let body = match body.version {
            1 => body.brought_up_from_version_1().ok_or(NotAQuote::DoesNotAddUp)?,
            VERSION => body,
            later => return Err(NotAQuote::Version(later)),
        };
        let zero = Money::zero(body.total.currency());
        let quote = Self {
            form: body.form.unwrap_or(VERSION),
            lines: body.lines,
            subtotal: body.subtotal,
            discounts: body.discounts,
            shipping: body.shipping,
            shipping_tax: body.shipping_tax.unwrap_or(zero),
            taxes: body.taxes,
            tax_mode: body.tax_mode.unwrap_or(TaxMode::Included),
            due_now: body.due_now.unwrap_or(body.total),
            total: body.total,
            free_shipping_in: body.free_shipping_in,
            rounding: body.rounding,
            steps: body.steps,
        };
        if quote.adds_up() { Ok(quote) } else { Err(NotAQuote::DoesNotAddUp) }
    }
}

impl Body {
    /// The same content in today's shape. The one tax is shared out to the lines, and to shipping where it was
    /// taxed: version 1 kept what the tax was calculated on among its steps.
    fn brought_up_from_version_1(mut self) -> Option<Self> {
        let tax = self.tax.take()?;
        let basis = self.steps.iter().find_map(|step| match step {
            Step::Taxed { basis, .. } => Some(*basis),
            _ => None,
        });
        let nets = self.lines.iter().map(|line| line.net.minor());
        let goods = nets.clone().try_fold(0_i64, i64::checked_add)?;
        let basis = basis.map_or(goods, Money::minor);
        let shipping = if basis > goods { self.shipping.minor() } else { 0 };
        let weights: Vec<i64> = nets.chain([shipping]).collect();
        if weights.iter().any(|weight| *weight < 0) || tax.amount.minor() < 0 {
            return None;
        }
        let all_free = weights.iter().all(|weight| *weight == 0);
        if all_free && tax.amount.minor() > 0 {
            return None;
        }
        let mut shares = by_largest_remainder(tax.amount.minor(), &weights)?.into_iter();
        for line in &mut self.lines {
            line.tax_minor = shares.next()?;
        }
        let currency = self.total.currency();
        self.shipping_tax = Some(Money::new(shares.next()?, currency));
        let rate = Rate::of(tax.rate)?;
        let basis = Money::new(basis, currency);
        self.taxes = vec![TaxPart { name: String::new(), rate, basis, amount: tax.amount }];
        self.tax_mode = Some(if tax.included { TaxMode::Included } else { TaxMode::Added });
        self.form = Some(1);
        Some(self)
    }
}

impl From<Quote> for Body {
    fn from(quote: Quote) -> Self {
        Self {
            version: VERSION,
            form: (quote.form != VERSION).then_some(quote.form),
            lines: quote.lines,
            subtotal: quote.subtotal,
            discounts: quote.discounts,
            shipping: quote.shipping,
            shipping_tax: Some(quote.shipping_tax),
            tax: None,
            taxes: quote.taxes,
            tax_mode: Some(quote.tax_mode),
            total: quote.total,
            due_now: Some(quote.due_now),
            free_shipping_in: quote.free_shipping_in,
            rounding: quote.rounding,
            steps: quote.steps,
        }
    }
}
