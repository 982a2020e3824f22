//! What an order keeps from being sold to others while it is unpaid.

use serde::{Deserialize, Serialize};

use crate::base::names::Sku;
use crate::pricing::quote::Quote;

pub mod store;

/// So many of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: i32,
}

/// What the shop has of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// What.
    pub sku: Sku,
    /// How many there are; `None` when the merchant does not count.
    pub stock: Option<i32>,
    /// How many of them unpaid orders keep.
    pub reserved: i32,
    /// Whether it is sold when there is none.
    pub sold_when_out: bool,
    /// Whether it is no longer sold.
    pub archived: bool,
}

/// There is not enough of something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only {left} of {sku} are left")]
pub struct OutOfStock {
    /// Of what.
    pub sku: Sku,
    /// How many can be sold.
    pub left: u32,
}

/// What an order of this quote takes from the shelves.
#[must_use]
pub fn portions(quote: &Quote) -> Vec<Portion> {
    let mut portions: Vec<Portion> = Vec::with_capacity(quote.lines().len());
    for line in quote.lines() {
        // A quantity is at most 999.
        let quantity = i32::try_from(line.quantity).unwrap_or(i32::MAX);
        // One thing may stand on several lines: bought, and given on top.
        match portions.iter_mut().find(|portion| portion.sku == line.sku) {
            Some(portion) => portion.quantity = portion.quantity.saturating_add(quantity),
            None => portions.push(Portion { sku: line.sku.clone(), quantity }),
        }
    }
    portions
}

/// What to keep for an order: every portion the shop counts and does not sell beyond what it has.
///
/// # Errors
/// When there is not enough of something, or it is no longer sold.
pub fn reserve(wanted: &[Portion], shelves: &[Shelf]) -> Result<Vec<Portion>, OutOfStock> {
    let mut held = Vec::new();
    for portion in wanted {
        let shelf = shelves.iter().find(|shelf| shelf.sku == portion.sku && !shelf.archived);
        let out = |left: i32| OutOfStock { sku: portion.sku.clone(), left: u32::try_from(left).unwrap_or(0) };
        let shelf = shelf.ok_or_else(|| out(0))?;
        let Some(stock) = shelf.stock.filter(|_| !shelf.sold_when_out) else {
            continue;
        };
        let left = stock.saturating_sub(shelf.reserved);
        if left < portion.quantity {
            return Err(out(left));
        }
        held.push(portion.clone());
    }
    Ok(held)
}

/// Whether taking these portions takes what is not there, or what other orders keep.
#[must_use]
pub fn oversells(wanted: &[Portion], held: &[Portion], shelves: &[Shelf]) -> bool {
    wanted.iter().any(|portion| {
        let Some(shelf) = shelves.iter().find(|shelf| shelf.sku == portion.sku) else {
            return true;
        };
        let own = held.iter().find(|kept| kept.sku == portion.sku).map_or(0, |kept| kept.quantity);
        let for_others = shelf.reserved.saturating_sub(own);
        let short = |stock: i32| stock.saturating_sub(for_others) < portion.quantity;
        !shelf.sold_when_out && shelf.stock.is_some_and(short)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portion(quantity: i32) -> Vec<Portion> {
        vec![Portion { sku: Sku::new("A").unwrap(), quantity }]
    }

    fn shelf(stock: Option<i32>, reserved: i32) -> Shelf {
        Shelf { sku: Sku::new("A").unwrap(), stock, reserved, sold_when_out: false, archived: false }
    }

    #[test]
    fn what_is_counted_is_kept_up_to_what_is_left() {
        let out = |left| Err(OutOfStock { sku: Sku::new("A").unwrap(), left });
        assert_eq!(reserve(&portion(3), &[shelf(Some(5), 2)]), Ok(portion(3)));
        assert_eq!(reserve(&portion(4), &[shelf(Some(5), 2)]), out(3));
        assert_eq!(reserve(&portion(1), &[shelf(Some(1), 3)]), out(0));
        assert_eq!(reserve(&portion(1), &[]), out(0));
        assert_eq!(reserve(&portion(1), &[Shelf { archived: true, ..shelf(None, 0) }]), out(0));
    }

    #[test]
    fn what_is_not_counted_or_sold_anyway_is_not_kept() {
        assert_eq!(reserve(&portion(9), &[shelf(None, 0)]), Ok(vec![]));
        assert_eq!(reserve(&portion(9), &[Shelf { sold_when_out: true, ..shelf(Some(1), 0) }]), Ok(vec![]));
    }

    #[test]
    fn taking_what_others_keep_is_overselling() {
        assert!(!oversells(&portion(1), &portion(1), &[shelf(Some(1), 1)]));
        assert!(oversells(&portion(1), &[], &[shelf(Some(1), 1)]));
        assert!(oversells(&portion(1), &portion(1), &[shelf(Some(0), 1)]));
        assert!(!oversells(&portion(1), &[], &[shelf(Some(1), 0)]));
        assert!(!oversells(&portion(1), &[], &[shelf(None, 0)]));
        assert!(!oversells(&portion(1), &[], &[Shelf { sold_when_out: true, ..shelf(Some(0), 0) }]));
        assert!(oversells(&portion(1), &[], &[]));
    }
}
