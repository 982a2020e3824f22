//! The order of lists whose first page was shown a while ago, so that the next page goes on where it ended: a vector
//! that did not come in time, a sale or an import would put the products in another order, and some would be shown
//! twice and others never.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::base::ids::{MerchantId, ProductId};

/// How long a list is kept; who goes on later is shown the order of then.
const KEPT: Duration = Duration::from_mins(30);
/// How many are kept, of all shops.
const KEPT_MAX: u64 = 10_000;

/// The orders of lists; one for all searches of a process.
#[derive(Clone, Debug)]
pub struct Lists {
    begun: Cache<(MerchantId, String), Arc<[ProductId]>>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { begun: Cache::builder().max_capacity(KEPT_MAX).time_to_live(KEPT).build() }
    }
}

impl Lists {
    /// Keeps the order of a list that a search begins.
    pub fn begin(&self, merchant: MerchantId, search: String, products: impl IntoIterator<Item = ProductId>) {
        self.begun.insert((merchant, search), products.into_iter().collect());
    }

    /// Where products stand in the list that was begun, and new ones behind it; in the order they come where none was.
    #[must_use]
    pub fn places<T>(
        &self,
        merchant: MerchantId,
        search: String,
        ranked: Vec<T>,
        product: impl Fn(&T) -> ProductId,
    ) -> Vec<(usize, T)> {
        let Some(begun) = self.begun.get(&(merchant, search)) else {
            return ranked.into_iter().enumerate().collect();
        };
        let mut behind = begun.len()..;
        let place = |one: T| {
            let known = begun.iter().position(|other| *other == product(&one));
            (known.or_else(|| behind.next()).unwrap_or(usize::MAX), one)
        };
        let mut placed: Vec<(usize, T)> = ranked.into_iter().map(place).collect();
        placed.sort_by_key(|(place, _)| *place);
        placed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_in_the_order_it_was_begun_in() {
        let (lists, merchant) = (Lists::default(), MerchantId::generate());
        let [one, two, three, four] = [(); 4].map(|()| ProductId::generate());
        let places = |search: &str, ranked: Vec<ProductId>| {
            lists.places(merchant, search.to_owned(), ranked, |product| *product)
        };
        lists.begin(merchant, "mug".to_owned(), [one, two, three]);
        assert_eq!(places("mug", vec![three, four, one]), [(0, one), (2, three), (3, four)]);
        assert_eq!(places("cup", vec![three, one]), [(0, three), (1, one)], "of another search nothing is known");
    }
}
