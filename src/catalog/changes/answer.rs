//! What a request is answered: item by item, in the order in which they were asked.

use serde::Serialize;

use crate::base::money::{Currency, Money};
use crate::catalog::changes::item::Refusal;
use crate::catalog::changes::judge::{Shelf, Verdict};

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct Answer {
    changed: usize,
    unchanged: usize,
    refused: usize,
    /// What the amounts are in.
    currency: Currency,
    items: Vec<Line>,
}

/// What became of one item.
#[derive(Debug, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Line {
    /// The variant is as it says now.
    Changed {
        /// Which.
        sku: String,
        /// What differs from before.
        changed: Vec<&'static str>,
        /// How it is.
        now: Now,
    },
    /// It was so already.
    Unchanged {
        /// Which.
        sku: String,
        /// How it is.
        now: Now,
    },
    /// Nothing of it was done.
    Refused {
        /// Which, as far as the item said.
        #[serde(skip_serializing_if = "Option::is_none")]
        sku: Option<String>,
        /// One word for machines.
        code: &'static str,
        /// Which field it is about.
        #[serde(skip_serializing_if = "str::is_empty")]
        field: &'static str,
        /// Why, and what to do.
        detail: String,
    },
}

/// A variant as it is.
#[derive(Debug, Serialize)]
pub struct Now {
    stock: Option<i32>,
    price: String,
    compare_at: Option<String>,
}

impl Line {
    /// What became of an item that could be read.
    #[must_use]
    pub fn judged(sku: &str, verdict: &Verdict) -> Self {
        let sku = sku.to_owned();
        match verdict {
            Verdict::Changed(shelf, changed) => {
                Self::Changed { sku, changed: changed.clone(), now: Now::of(shelf) }
            }
            Verdict::Unchanged(shelf) => Self::Unchanged { sku, now: Now::of(shelf) },
            Verdict::Refused(refusal) => Self::refused(Some(sku), refusal.clone()),
        }
    }

    /// An item of which nothing was done.
    #[must_use]
    pub fn refused(sku: Option<String>, refusal: Refusal) -> Self {
        let Refusal { code, field, detail } = refusal;
        Self::Refused { sku, code, field, detail }
    }
}

impl Now {
    fn of(shelf: &Shelf) -> Self {
        Self { stock: shelf.stock, price: shelf.price.major(), compare_at: shelf.compare_at.map(Money::major) }
    }
}

impl Answer {
    /// The answer of these lines, for a shop that sells in this currency.
    #[must_use]
    pub fn of(items: Vec<Line>, currency: Currency) -> Self {
        let count = |is: fn(&Line) -> bool| items.iter().filter(|line| is(line)).count();
        Self {
            changed: count(|line| matches!(line, Line::Changed { .. })),
            unchanged: count(|line| matches!(line, Line::Unchanged { .. })),
            refused: count(|line| matches!(line, Line::Refused { .. })),
            currency,
            items,
        }
    }

    /// How many variants were changed.
    #[must_use]
    pub const fn changed(&self) -> usize {
        self.changed
    }

    /// How many items were refused.
    #[must_use]
    pub const fn refused(&self) -> usize {
        self.refused
    }
}
