//! What becomes of an item, decided over the variant as it is: all of it is done, or nothing.

use crate::base::ids::VariantId;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::catalog::changes::item::{Item, Refusal};
use crate::catalog::import::doubt::Doubt;

/// A variant as the shop has it: of what an item may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Which.
    pub id: VariantId,
    /// Its name.
    pub sku: Sku,
    /// How many there are, where they are counted.
    pub stock: Option<i32>,
    /// What one costs.
    pub price: Money,
    /// What one cost before.
    pub compare_at: Option<Money>,
    /// Whether it is no longer sold.
    pub archived: bool,
}

/// What becomes of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The variant is to be as said now; the fields that differ.
    Changed(Shelf, Vec<&'static str>),
    /// It is so already.
    Unchanged(Shelf),
    /// It stays as it is.
    Refused(Refusal),
}

/// Judges an item over the variant of its SKU, if there is one.
#[must_use]
pub fn judge(before: Option<&Shelf>, item: &Item) -> Verdict {
    match changed(before, item) {
        Err(refusal) => Verdict::Refused(refusal),
        Ok((before, after)) => {
            let fields = differing(before, &after);
            if fields.is_empty() { Verdict::Unchanged(after) } else { Verdict::Changed(after, fields) }
        }
    }
}

fn changed<'s>(before: Option<&'s Shelf>, item: &Item) -> Result<(&'s Shelf, Shelf), Refusal> {
    let Some(before) = before else {
        let detail = "the shop has no variant of this SKU; letters large and small are told apart. Import the product \
                      first";
        return Err(Refusal::new("no-such-sku", "sku", detail));
    };
    if before.archived {
        let detail = "this variant was taken out of the shop; import it again to sell it";
        return Err(Refusal::new("archived", "sku", detail));
    }
    let was = item.stock_was.or(None);
    if item.stock_was.is_there() && was != before.stock {
        return Err(moved(was, before.stock));
    }
    let price = item.price.unwrap_or(before.price);
    if item.price.is_some() && !item.confirm {
        price_is_sure(before.price, price)?;
    }
    let after = Shelf {
        stock: item.stock.or(before.stock),
        price,
        compare_at: compare_at(before, item, price)?,
        ..before.clone()
    };
    Ok((before, after))
}

/// What more often is a mistake than meant waits for a yes, exactly as an import does.
fn price_is_sure(before: Money, after: Money) -> Result<(), Refusal> {
    let Some(doubt) = Doubt::of_price(before, after) else { return Ok(()) };
    let (from, to) = (written(before), written(after));
    let why = match doubt {
        Doubt::ZeroPrice => "a price of zero gives the thing away".to_owned(),
        Doubt::CurrencyChange => format!("the price was {from} and would be {to}"),
        _ => format!("from {from} to {to} is a hundred times as much, or a hundredth"),
    };
    Err(Refusal::new(doubt.word(), "price", format!("{why}; send the item with \"confirm\": true if it is meant")))
}

/// A price "before" that is not higher would be a false claim. The import drops it with a note; so is one here that
/// stands in the shop already. One that the item itself claims is refused.
fn compare_at(before: &Shelf, item: &Item, price: Money) -> Result<Option<Money>, Refusal> {
    let is_above =
        |compare_at: &Money| compare_at.currency() == price.currency() && compare_at.minor() > price.minor();
    if !item.compare_at.is_there() {
        return Ok(before.compare_at.filter(is_above));
    }
    match item.compare_at.or(None).filter(|asked| !asked.is_zero()) {
        Some(asked) if !is_above(&asked) => Err(Refusal::new(
            "compare-at-not-above-price",
            "compare_at",
            format!(
                "the price before, {}, is not above the price, {}; write a higher one, or null for none",
                written(asked),
                written(price)
            ),
        )),
        kept => Ok(kept),
    }
}

fn moved(was: Option<i32>, is: Option<i32>) -> Refusal {
    let said = |stock: Option<i32>| stock.map_or_else(|| "not counted".to_owned(), |stock| stock.to_string());
    let detail = format!(
        "the stock is {} and not {}: something was sold or changed meanwhile; work out the new figure from there",
        said(is),
        said(was)
    );
    Refusal::new("stock-moved", "stock_was", detail)
}

fn written(money: Money) -> String {
    format!("{} {}", money.major(), money.currency())
}

fn differing(before: &Shelf, after: &Shelf) -> Vec<&'static str> {
    let fields = [
        ("stock", before.stock != after.stock),
        ("price", before.price != after.price),
        ("compare_at", before.compare_at != after.compare_at),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
