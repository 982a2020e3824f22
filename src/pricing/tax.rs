//! Tax: which rates are on what, and how much that is.
//!
//! The base is what is left of a line after discounts, extras included. `Total` adds the bases of a rate up and
//! rounds once; `Line` rounds on each line, as some states want it. What is rounded once is shared out to the lines
//! by largest remainder, so that single lines can be given back exactly.

use serde::{Deserialize, Serialize};

use crate::base::money::{BasisPoints, Currency, Money};
use crate::pricing::amount::Rate;
use crate::pricing::input::{Context, LineInput, QuoteError};
use crate::pricing::rounding::Rounding;
use crate::pricing::scope::{Place, place_within};
use crate::pricing::share::by_largest_remainder;
use crate::pricing::sums::{add, list, total};

/// What tax is on an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxPolicy {
    /// Whether prices have it in them.
    pub mode: TaxMode,
    /// Where it is rounded.
    #[serde(default)]
    pub level: TaxLevel,
    /// Whether shipping is taxed.
    #[serde(default)]
    pub shipping: ShippingTax,
    /// Which taxes are on what; the first that fits counts. Where none fits there is no tax.
    #[serde(default)]
    pub rules: Vec<TaxRule>,
}

/// Whether the prices have the tax in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// They have; it is a part of what is paid.
    Included,
    /// It comes on top.
    Added,
    /// Somebody else adds it after us; the quote says that it is before tax.
    Before,
}

/// Where tax is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxLevel {
    /// Once for each rate.
    #[default]
    Total,
    /// On each line.
    Line,
}

/// Whether shipping is taxed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShippingTax {
    /// It is not.
    #[default]
    Free,
    /// By the first rule that fits a category named `shipping`, or everything.
    Standard,
    /// As the goods are, in proportion to what they come to.
    AsGoods,
}

/// Taxes on something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaxRule {
    /// On these categories; on all when empty.
    pub categories: Vec<String>,
    /// When it goes to one of these places; to any when empty.
    pub destinations: Vec<Place>,
    /// The taxes, each on the same base. None, or a rate of 0, is no tax.
    pub taxes: Vec<TaxDue>,
}

/// One tax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxDue {
    /// What it is called: `IVA`.
    pub name: String,
    /// How much.
    pub rate: Rate,
}

/// How much of one tax is on a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxPart {
    /// What it is called; empty when the shop has one tax without a name.
    pub name: String,
    /// The rate.
    pub rate: Rate,
    /// What it was calculated on: without the tax when it is added, with it when it is included.
    pub basis: Money,
    /// How much it is.
    pub amount: Money,
}

/// What shipping is called among categories.
const SHIPPING: &str = "shipping";

impl TaxPolicy {
    /// No tax at all.
    #[must_use]
    pub const fn none() -> Self {
        Self { mode: TaxMode::Included, level: TaxLevel::Total, shipping: ShippingTax::Free, rules: Vec::new() }
    }

    /// One rate on everything.
    ///
    /// # Errors
    /// When the rate is above 100 %.
    pub fn single(rate: BasisPoints, mode: TaxMode, shipping: ShippingTax) -> Result<Self, QuoteError> {
        let rate = Rate::of(rate).ok_or(QuoteError::Rate)?;
        let rule = TaxRule { taxes: vec![TaxDue { name: String::new(), rate }], ..TaxRule::default() };
        Ok(Self { mode, level: TaxLevel::Total, shipping, rules: vec![rule] })
    }

    fn class(&self, category: &str, context: &Context) -> Option<&TaxRule> {
        self.rules.iter().find(|rule| {
            let to = context.destination.as_ref();
            (rule.categories.is_empty() || rule.categories.iter().any(|one| place_within(one, category).is_some()))
                && (rule.destinations.is_empty()
                    || to.is_some_and(|to| rule.destinations.iter().any(|place| place.holds(to))))
        })
    }

    /// The taxes on a line.
    pub(in crate::pricing) fn of_line(&self, line: &LineInput, context: &Context) -> &[TaxDue] {
        self.class(&line.traits.category, context).map_or(&[], |rule| rule.taxes.as_slice())
    }

    /// The taxes on shipping by its own rule.
    pub(in crate::pricing) fn of_shipping(&self, context: &Context) -> &[TaxDue] {
        self.class(SHIPPING, context).map_or(&[], |rule| rule.taxes.as_slice())
    }
}

/// Something that is taxed.
#[derive(Clone, Copy, Debug)]
pub(in crate::pricing) struct Taxed<'a> {
    /// The taxes on it.
    pub(in crate::pricing) taxes: &'a [TaxDue],
    /// What it comes to.
    pub(in crate::pricing) base: i64,
}

/// Taxes with each part's share of them.
#[derive(Debug, Default)]
pub(in crate::pricing) struct Assessed {
    pub(in crate::pricing) parts: Vec<TaxPart>,
    pub(in crate::pricing) shares: Vec<i64>,
}

/// How taxes are worked out.
#[derive(Clone, Copy, Debug)]
pub(in crate::pricing) struct Assessor {
    pub(in crate::pricing) mode: TaxMode,
    pub(in crate::pricing) level: TaxLevel,
    pub(in crate::pricing) rounding: Rounding,
    pub(in crate::pricing) currency: Currency,
}

impl Assessor {
    /// What is added to these in all. Nothing when prices have it in them.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub(in crate::pricing) fn added(self, taxed: &[Taxed<'_>]) -> Result<i64, QuoteError> {
        if self.mode != TaxMode::Added {
            return Ok(0);
        }
        // One rate on everything, which is what most shops have.
        if let (TaxLevel::Total, Some(first)) = (self.level, taxed.first())
            && taxed.iter().all(|one| std::ptr::eq(one.taxes, first.taxes))
        {
            let base = total(taxed.iter().map(|one| one.base))?;
            return first.taxes.iter().try_fold(0, |sum, tax| add(sum, self.of(base, tax.rate)?));
        }
        self.assess(taxed).and_then(|assessed| total(assessed.shares))
    }

    fn of(self, base: i64, rate: Rate) -> Result<i64, QuoteError> {
        let amount = match self.mode {
            TaxMode::Included => self.rounding.contained(base, rate.millionths()),
            TaxMode::Added => self.rounding.added(base, rate.millionths()),
            TaxMode::Before => Some(0),
        };
        amount.ok_or(QuoteError::TooLarge)
    }

    /// The taxes on these, and each one's share.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub(in crate::pricing) fn assess(self, taxed: &[Taxed<'_>]) -> Result<Assessed, QuoteError> {
        let mut assessed = Assessed { parts: Vec::new(), shares: vec![0; taxed.len()] };
        match self.mode {
            TaxMode::Before => {}
            TaxMode::Added => self.add(taxed, &mut assessed)?,
            TaxMode::Included => self.find(taxed, &mut assessed)?,
        }
        Ok(assessed)
    }

    /// Taxes on top: each by itself, on all that it is on.
    fn add(self, taxed: &[Taxed<'_>], assessed: &mut Assessed) -> Result<(), QuoteError> {
        let mut done: Vec<&TaxDue> = Vec::new();
        for (class, tax) in classes(taxed).into_iter().flat_map(|class| class.iter().map(move |tax| (class, tax))) {
            if done.contains(&tax) {
                continue;
            }
            done.push(tax);
            // Mostly all lines have one and the same rule.
            let has = |one: &Taxed<'_>| std::ptr::eq(one.taxes, class) || one.taxes.contains(tax);
            let bases: Vec<i64> = taxed.iter().map(|one| if has(one) { one.base } else { 0 }).collect();
            let sum = total(bases.iter().copied())?;
            let (amount, shares) = match self.level {
                TaxLevel::Total => {
                    let amount = self.of(sum, tax.rate)?;
                    (amount, by_largest_remainder(amount, &bases).ok_or(QuoteError::TooLarge)?)
                }
                TaxLevel::Line => {
                    let shares = list(bases.iter().map(|base| self.of(*base, tax.rate)))?;
                    (total(shares.iter().copied())?, shares)
                }
            };
            self.put(assessed, tax, sum, amount)?;
            give(assessed, &shares)?;
        }
        Ok(())
    }

    /// Taxes inside: all that are on one thing are found together, and shared out by their rates.
    fn find(self, taxed: &[Taxed<'_>], assessed: &mut Assessed) -> Result<(), QuoteError> {
        let mut done: Vec<&[TaxDue]> = Vec::new();
        for class in classes(taxed) {
            if class.is_empty() || done.contains(&class) {
                continue;
            }
            done.push(class);
            let is = |one: &Taxed<'_>| std::ptr::eq(one.taxes, class) || one.taxes == class;
            let bases: Vec<i64> = taxed.iter().map(|one| if is(one) { one.base } else { 0 }).collect();
            let sum = total(bases.iter().copied())?;
            let rates: Vec<i64> = class.iter().map(|tax| i64::from(tax.rate.millionths())).collect();
            let together = u32::try_from(total(rates.iter().copied())?).map_err(|_| QuoteError::Rate)?;
            let contained = |base: i64| self.rounding.contained(base, together).ok_or(QuoteError::TooLarge);
            let shares = match self.level {
                TaxLevel::Total => by_largest_remainder(contained(sum)?, &bases).ok_or(QuoteError::TooLarge)?,
                TaxLevel::Line => list(bases.iter().map(|base| contained(*base)))?,
            };
            let all = total(shares.iter().copied())?;
            let amounts = by_largest_remainder(all, &rates).ok_or(QuoteError::TooLarge)?;
            for (tax, amount) in class.iter().zip(amounts) {
                self.put(assessed, tax, sum, amount)?;
            }
            give(assessed, &shares)?;
        }
        Ok(())
    }

    /// Notes a tax, beside what there is of it already.
    fn put(self, assessed: &mut Assessed, tax: &TaxDue, basis: i64, amount: i64) -> Result<(), QuoteError> {
        let (basis, amount) = (Money::new(basis, self.currency), Money::new(amount, self.currency));
        let there = assessed.parts.iter_mut().find(|part| part.name == tax.name && part.rate == tax.rate);
        match there {
            Some(part) => {
                part.basis = part.basis.plus(basis)?;
                part.amount = part.amount.plus(amount)?;
            }
            None => assessed.parts.push(TaxPart { name: tax.name.clone(), rate: tax.rate, basis, amount }),
        }
        Ok(())
    }
}

/// The rules that anything here is taxed by, each once.
fn classes<'a>(taxed: &[Taxed<'a>]) -> Vec<&'a [TaxDue]> {
    let mut classes: Vec<&[TaxDue]> = Vec::new();
    for one in taxed {
        if !classes.iter().any(|class| std::ptr::eq(*class, one.taxes)) {
            classes.push(one.taxes);
        }
    }
    classes
}

fn give(assessed: &mut Assessed, shares: &[i64]) -> Result<(), QuoteError> {
    for (sum, share) in assessed.shares.iter_mut().zip(shares) {
        *sum = add(*sum, *share)?;
    }
    Ok(())
}
