//! Rows: the lines of a cart in the order of their SKUs, those alike in all that prices depend on put together.
//!
//! All amounts are worked out on rows and shared out to lines at the end. So neither the order of the lines nor how
//! the shopper split them decides anything.

use std::cmp::Ordering;

use crate::base::money::{Currency, Money};
use crate::pricing::input::{Agreed, AgreedBy, GOODS_MAX, LineInput, Per, QuoteError, QuoteInput};
use crate::pricing::measure::Measure;
use crate::pricing::order_floor;
use crate::pricing::prices::holding;
use crate::pricing::quote::Step;
use crate::pricing::rounding::Rounding;
use crate::pricing::scope::Judged;
use crate::pricing::share::by_largest_remainder;
use crate::pricing::sums::{add, mul, total};

/// Some of the rows, as bits: there are at most 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::pricing) struct Places(u128);

impl Places {
    /// Those of which this is true.
    pub(in crate::pricing) fn of(rows: &[Row<'_>], is_in: impl Fn(&Row<'_>) -> bool) -> Self {
        let bit = |place: usize| Self::bit(place);
        Self(
            rows.iter().enumerate().fold(0, |bits, (place, row)| if is_in(row) { bits | bit(place) } else { bits }),
        )
    }

    fn bit(place: usize) -> u128 {
        u32::try_from(place).ok().and_then(|place| 1_u128.checked_shl(place)).unwrap_or(0)
    }

    pub(in crate::pricing) fn holds(self, place: usize) -> bool {
        self.0 & Self::bit(place) != 0
    }

    /// For each row, whether it is one of them.
    pub(in crate::pricing) fn each(self) -> impl Iterator<Item = bool> {
        let mut bits = self.0;
        std::iter::repeat_with(move || {
            let is_in = bits & 1 != 0;
            bits >>= 1;
            is_in
        })
    }

    pub(in crate::pricing) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(in crate::pricing) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(in crate::pricing) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Lines that are calculated as one, in minor units.
pub(in crate::pricing) struct Row<'a> {
    /// The first of them; they differ in quantity, measure and title only.
    pub(in crate::pricing) line: &'a LineInput,
    /// Where it stands in the cart.
    pub(in crate::pricing) first: usize,
    /// Where the others stand; mostly there are none.
    pub(in crate::pricing) others: Vec<usize>,
    /// How many, together.
    pub(in crate::pricing) quantity: u32,
    /// How much, in the smallest parts.
    pub(in crate::pricing) parts: i64,
    /// What one costs.
    pub(in crate::pricing) unit: i64,
    /// What they cost before discounts and without extras.
    pub(in crate::pricing) list: i64,
    /// The least that may be left of that.
    pub(in crate::pricing) floor: i64,
    /// What is added to them.
    pub(in crate::pricing) extras: i64,
    /// Whether promotions may concern them.
    pub(in crate::pricing) open: bool,
    /// What they would cost if nothing had been bargained; none when nothing was.
    pub(in crate::pricing) bargained: Option<Listed>,
}

/// What a row costs before something was bargained for it, in minor units.
#[derive(Clone, Copy, Debug)]
pub(in crate::pricing) struct Listed {
    pub(in crate::pricing) unit: i64,
    pub(in crate::pricing) list: i64,
}

impl Row<'_> {
    /// Where its lines stand in the cart.
    pub(in crate::pricing) fn members(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    pub(in crate::pricing) const fn is_pieces(&self) -> bool {
        self.line.measure.is_piece()
    }

    /// What may come off.
    pub(in crate::pricing) const fn room(&self) -> i64 {
        self.list.saturating_sub(self.floor)
    }

    /// What they would come to if nothing had been bargained.
    pub(in crate::pricing) fn before_bargain(&self) -> i64 {
        self.bargained.map_or(self.list, |listed| listed.list)
    }

    /// How many whole units there are, for prices by quantity.
    const fn count(&self) -> i64 {
        match self.parts.checked_div(self.line.measure.parts_of_unit()) {
            Some(count) => count,
            None => 0,
        }
    }
}

/// The rows of a cart, priced.
///
/// # Errors
/// When an amount does not fit.
pub(in crate::pricing) fn rows<'a>(
    input: &'a QuoteInput,
    steps: &mut Vec<Step>,
) -> Result<Vec<Row<'a>>, QuoteError> {
    let mut order: Vec<usize> = (0..input.lines.len()).collect();
    let line = |position: usize| input.lines.get(position);
    order.sort_by(|one, other| match (line(*one), line(*other)) {
        (Some(one), Some(other)) => compare(one, other).then_with(|| within(one, other)),
        _ => Ordering::Equal,
    });
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(order.len());
    for position in order {
        let Some(line) = line(position) else { continue };
        match rows.last_mut() {
            Some(row) if compare(row.line, line) == Ordering::Equal => {
                row.others.push(position);
                row.quantity = row.quantity.saturating_add(line.quantity);
                row.parts = add(row.parts, line.measure.parts(line.quantity))?;
                row.extras = add(row.extras, extras(line)?)?;
            }
            _ => rows.push(Row {
                line,
                first: position,
                others: Vec::new(),
                quantity: line.quantity,
                parts: line.measure.parts(line.quantity),
                unit: line.unit.minor(),
                list: 0,
                floor: 0,
                extras: extras(line)?,
                open: line.discountable,
                bargained: None,
            }),
        }
    }
    price(&mut rows, input, steps)?;
    Ok(rows)
}

/// What is added to a line.
pub(in crate::pricing) fn extras(line: &LineInput) -> Result<i64, QuoteError> {
    line.extras.iter().try_fold(0, |sum, extra| {
        let times = if extra.per == Per::Piece { i64::from(line.quantity) } else { 1 };
        add(sum, mul(extra.amount.minor(), times)?)
    })
}

fn price(rows: &mut [Row<'_>], input: &QuoteInput, steps: &mut Vec<Step>) -> Result<(), QuoteError> {
    for row in rows.iter_mut() {
        row.list = row.line.measure.price(row.unit, row.parts, input.rounding)?;
    }
    let subtotal = total(rows.iter().map(|row| row.list))?;
    let units: Vec<Option<(i64, &str)>> = {
        let cart = Judged::of(rows, input, subtotal);
        let lists = holding(&input.price_lists, &cart)?;
        let unit = |row: &Row<'_>| -> Result<Option<(i64, &str)>, QuoteError> {
            for list in &lists {
                let same = rows.iter().filter(|other| other.line.sku == row.line.sku);
                let count = same.fold(0_i64, |sum, other| sum.saturating_add(other.count()));
                if let Some(unit) = list.unit(row.line, count, &cart, input.rounding)? {
                    return Ok(Some((unit, list.id.as_str())));
                }
            }
            Ok(None)
        };
        if lists.is_empty() { Vec::new() } else { rows.iter().map(unit).collect::<Result<_, _>>()? }
    };
    for (place, row) in rows.iter_mut().enumerate() {
        put_price(row, units.get(place).copied().flatten(), input, steps)?;
    }
    let held = order_floor::hold(rows, input)?;
    let good = |row: &Row<'_>| Some(agreed_step(row, row.line.agreed_at(input.context.now)?, input.currency));
    steps.extend(rows.iter().filter_map(good));
    if held {
        steps.push(Step::HeldAtOrderFloor);
    }
    let all = total(rows.iter().map(|row| row.list.saturating_add(row.extras)))?;
    if all > GOODS_MAX { Err(QuoteError::TooLarge) } else { Ok(()) }
}

/// The price that counts: what was agreed, else the price list's, else the catalog's.
fn put_price(
    row: &mut Row<'_>,
    listed: Option<(i64, &str)>,
    input: &QuoteInput,
    steps: &mut Vec<Step>,
) -> Result<(), QuoteError> {
    let line = row.line;
    let (measure, parts, rounding) = (&line.measure, row.parts, input.rounding);
    let catalog = row.unit;
    let floor = line.floor.map_or(0, Money::minor);
    let money = |minor| Money::new(minor, input.currency);
    if let Some((unit, list)) = listed {
        // A floor above the catalog's price means no discount; it is not a way to raise the price.
        let lowest = floor.min(catalog);
        let held = unit < lowest;
        row.unit = unit.max(lowest);
        let (sku, catalog, unit) = (line.sku.clone(), money(catalog), money(row.unit));
        steps.push(Step::PricedByList { sku, list: list.to_owned(), catalog, unit, held_at_floor: held });
    }
    row.list = measure.price(row.unit, parts, rounding)?;
    // Nor does it raise what a price list says; but from a higher price it allows no more than down to itself.
    row.floor = measure.price_at_most(row.unit, floor, parts, rounding)?;
    match line.agreed_at(input.context.now) {
        Some(agreed) => agree(row, agreed, floor, rounding)?,
        None if line.agreed.is_some() => steps.push(Step::AgreementOver { sku: line.sku.clone() }),
        None => {}
    }
    Ok(())
}

/// Puts an agreed price in the list price's place.
fn agree(row: &mut Row<'_>, agreed: Agreed, floor: i64, rounding: Rounding) -> Result<(), QuoteError> {
    let measure = &row.line.measure;
    let least = match (agreed.by, measure) {
        (AgreedBy::Person, _) => 0,
        // Each night may cost something else: it is their sum that a price for all of them must reach.
        (AgreedBy::Bargain, Measure::Nights(_)) => measure.unit_reaching(row.floor, row.parts)?,
        (AgreedBy::Bargain, _) => floor.min(row.unit),
    };
    row.bargained = (agreed.by == AgreedBy::Bargain).then_some(Listed { unit: row.unit, list: row.list });
    row.unit = agreed.unit_minor.max(least);
    row.open = row.open && agreed.combines;
    row.list = measure.price_flat(row.unit, row.parts, rounding)?;
    row.floor = if agreed.combines { row.floor.min(row.list) } else { row.list };
    Ok(())
}

fn agreed_step(row: &Row<'_>, agreed: Agreed, currency: Currency) -> Step {
    Step::Agreed {
        sku: row.line.sku.clone(),
        by: agreed.by,
        catalog: row.line.unit,
        unit: Money::new(row.unit, currency),
        held_at_floor: row.unit != agreed.unit_minor,
    }
}

/// Shares what a row comes to out to its lines, by how much of it each is.
pub(in crate::pricing) fn to_members(
    row: &Row<'_>,
    amount: i64,
    weights: &[i64],
    shares: &mut [i64],
) -> Result<(), QuoteError> {
    if row.others.is_empty() {
        if let Some(share) = shares.get_mut(row.first) {
            *share = amount;
        }
        return Ok(());
    }
    let weights: Vec<i64> = row.members().map(|member| weights.get(member).copied().unwrap_or_default()).collect();
    let parts = if weights.iter().all(|weight| *weight == 0) {
        // Nothing says how to share an amount over nothing; the first line carries it.
        let carried = |place: usize| if place == 0 { amount } else { 0 };
        (0..weights.len()).map(carried).collect()
    } else {
        by_largest_remainder(amount, &weights).ok_or(QuoteError::TooLarge)?
    };
    for (member, part) in row.members().zip(parts) {
        if let Some(share) = shares.get_mut(member) {
            *share = part;
        }
    }
    Ok(())
}

/// What lines are sorted by, and equal in when they are calculated as one.
fn compare(one: &LineInput, other: &LineInput) -> Ordering {
    one.sku.cmp(&other.sku).then_with(|| {
        let key = |line: &LineInput| {
            (line.unit.minor(), line.floor.map(Money::minor), line.agreed, line.discountable, line.grams)
        };
        key(one)
            .cmp(&key(other))
            .then_with(|| one.measure.kind().cmp(&other.measure.kind()))
            .then_with(|| compare_extras(one, other))
            .then_with(|| one.product.cmp(&other.product))
            .then_with(|| compare_traits(one, other))
    })
}

fn compare_extras(one: &LineInput, other: &LineInput) -> Ordering {
    let key = |line: &LineInput| -> Vec<(String, i64, Per)> {
        line.extras.iter().map(|extra| (extra.name.clone(), extra.amount.minor(), extra.per)).collect()
    };
    if one.extras.is_empty() && other.extras.is_empty() { Ordering::Equal } else { key(one).cmp(&key(other)) }
}

fn compare_traits(one: &LineInput, other: &LineInput) -> Ordering {
    let (one, other) = (&one.traits, &other.traits);
    (one.category.cmp(&other.category))
        .then_with(|| one.brand.cmp(&other.brand))
        .then_with(|| one.tags.cmp(&other.tags))
        .then_with(|| one.attributes.cmp(&other.attributes))
}

/// How lines of one row stand among each other: by what sets them apart, so that the cart's order does not.
fn within(one: &LineInput, other: &LineInput) -> Ordering {
    let key = |line: &LineInput| line.measure.parts(line.quantity);
    key(other)
        .cmp(&key(one))
        .then_with(|| one.title.cmp(&other.title))
        .then_with(|| other.quantity.cmp(&one.quantity))
}
