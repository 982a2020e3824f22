//! The lines of a finished quote: what rows come to, back in the order of the cart, and gifts after them.

use crate::base::money::Money;
use crate::base::names::Sku;
use crate::pricing::input::{QuoteError, QuoteInput};
use crate::pricing::quote::QuoteLine;
use crate::pricing::rows::{Row, extras, to_members};
use crate::pricing::sums::{add, sub};

/// Everything that is known of the rows.
pub(in crate::pricing) struct Finished<'a> {
    pub(in crate::pricing) input: &'a QuoteInput,
    pub(in crate::pricing) rows: &'a [Row<'a>],
    /// Off each line.
    pub(in crate::pricing) discounts: &'a [i64],
    /// Each row's share of the taxes.
    pub(in crate::pricing) taxes: &'a [i64],
    /// Promotion, thing and quantity of each gift.
    pub(in crate::pricing) gifts: Vec<(&'a str, &'a Sku, u32)>,
}

/// The lines of a quote.
///
/// # Errors
/// When an amount does not fit.
pub(in crate::pricing) fn lines(finished: &Finished<'_>) -> Result<Vec<QuoteLine>, QuoteError> {
    let input = finished.input;
    let parts: Vec<i64> = input.lines.iter().map(|line| line.measure.parts(line.quantity)).collect();
    let nothing = || vec![0_i64; input.lines.len()];
    let (mut lists, mut taxes, mut units) = (nothing(), nothing(), nothing());
    let discounts = finished.discounts;
    for row in finished.rows {
        to_members(row, row.list, &parts, &mut lists)?;
        for member in row.members() {
            if let Some(unit) = units.get_mut(member) {
                *unit = row.unit;
            }
        }
    }
    let mut amounts = Vec::with_capacity(lists.len());
    let mut nets = Vec::with_capacity(lists.len());
    for ((line, list), discount) in input.lines.iter().zip(&lists).zip(discounts) {
        let amount = add(*list, extras(line)?)?;
        amounts.push(amount);
        nets.push(sub(amount, *discount)?);
    }
    for (row, tax) in finished.rows.iter().zip(finished.taxes) {
        to_members(row, *tax, &nets, &mut taxes)?;
    }
    let money = |minor: i64| Money::new(minor, input.currency);
    let at = |amounts: &[i64], place: usize| amounts.get(place).copied().unwrap_or(0);
    let line = |(place, line): (usize, &crate::pricing::input::LineInput)| QuoteLine {
        sku: line.sku.clone(),
        product: line.product.clone(),
        title: line.title.clone(),
        quantity: line.quantity,
        measure: line.measure.clone(),
        unit: money(at(&units, place)),
        extras: line.extras.clone(),
        amount: money(at(&amounts, place)),
        discount: money(at(discounts, place)),
        net: money(at(&nets, place)),
        tax_minor: at(&taxes, place),
        gift_of: None,
    };
    let mut lines: Vec<QuoteLine> = input.lines.iter().enumerate().map(line).collect();
    lines.extend(finished.gifts.iter().filter_map(|gift| given(input, gift)));
    Ok(lines)
}

fn given(input: &QuoteInput, (promotion, sku, quantity): &(&str, &Sku, u32)) -> Option<QuoteLine> {
    let item = input.gifts.iter().find(|item| item.sku == **sku)?;
    let zero = Money::zero(input.currency);
    Some(QuoteLine {
        sku: item.sku.clone(),
        product: item.product.clone(),
        title: item.title.clone(),
        quantity: *quantity,
        measure: crate::pricing::measure::Measure::Piece,
        unit: zero,
        extras: Vec::new(),
        amount: zero,
        discount: zero,
        net: zero,
        tax_minor: 0,
        gift_of: Some((*promotion).to_owned()),
    })
}
