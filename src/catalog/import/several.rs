//! Which column is meant where several of them have the same name. Pure.

use crate::catalog::import::format::{Field, bare};
use crate::catalog::import::words;

/// Which column is meant by a name that stands before brackets, as in `Precio (con IVA)`. Of several prices it is the
/// one that shoppers pay; of several counts, such as one for each place, none is the whole.
#[must_use]
pub fn of_several(field: Field, alias: &str, names: &[String]) -> Option<usize> {
    let mut places = (0..names.len()).filter(|place| bare(&names[*place]) == alias);
    let (first, is_one) = (places.next()?, places.next().is_none());
    match field {
        _ if is_one => Some(first),
        Field::Price => only(names, |name| bare(name) == alias && tax(name) == Some(Tax::Included))
            .or_else(|| only(names, |name| bare(name) == alias && tax(name) != Some(Tax::Excluded))),
        Field::Stock => None,
        _ => Some(first),
    }
}

/// Which column is meant by a name that is written just so. Of two prices or two counts nobody knows.
#[must_use]
pub fn exactly(field: Field, alias: &str, names: &[String]) -> Option<usize> {
    let mut places = (0..names.len()).filter(|place| names[*place] == alias);
    let first = places.next()?;
    let is_one = places.next().is_none();
    (is_one || !matches!(field, Field::Price | Field::Stock)).then_some(first)
}

/// Which column of a table of people is the price that shoppers pay; nothing where several may be. What one piece costs
/// may be the supplier's, and counts where nothing else is the price.
#[must_use]
pub fn of_prices(aliases: &[&str], names: &[String]) -> Option<usize> {
    const LAST: [&str; 5] = ["unit price", "precio unitario", "preco unitario", "valor unitario", "valor"];
    let is_last = |name: &str| LAST.contains(&bare(name));
    let is_named = |name: &str| aliases.contains(&name) || aliases.contains(&bare(name));
    let places = |is_such: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..names.len()).filter(|place| is_such(&names[*place])).collect()
    };
    if places(&|name| is_named(name) && !is_last(name)).is_empty() {
        let last = places(&is_last);
        return (last.len() == 1).then(|| last[0]);
    }
    let may_be = places(&|name| (is_named(name) && !is_last(name)) || (is_like_a_price(name) && !is_other(name)));
    let of_tax = |wanted: &dyn Fn(Option<Tax>) -> bool| -> Vec<usize> {
        may_be.iter().copied().filter(|place| wanted(tax(&names[*place]))).collect()
    };
    let paid =
        [of_tax(&|tax| tax == Some(Tax::Included)), of_tax(&|tax| tax != Some(Tax::Excluded)), may_be.clone()];
    let paid = paid.into_iter().find(|places| !places.is_empty())?;
    (paid.len() == 1).then(|| paid[0])
}

/// Whether the name begins or ends as prices do.
fn is_like_a_price(name: &str) -> bool {
    const PRICES: [&str; 5] = ["price", "precio", "preco", "pvp", "prix"];
    let bare = bare(name);
    let ends = [bare.split(' ').next(), bare.split(' ').next_back()];
    ends.into_iter().flatten().any(|word| PRICES.contains(&word))
}

/// Words of names that mean something else.
const OTHERS: &[&str] = &[
    "sale",
    "offer",
    "oferta",
    "promo",
    "promocion",
    "promocional",
    "rebajado",
    "rebaja",
    "descuento",
    "discount",
    "discounted",
    "special",
    "especial",
    "anterior",
    "antes",
    "before",
    "old",
    "was",
    "original",
    "compare",
    "tachado",
    "msrp",
    "rrp",
    "mayorista",
    "mayor",
    "mayoreo",
    "distribuidor",
    "distributor",
    "reseller",
    "revendedor",
    "trade",
    "min",
    "minimo",
    "minimum",
    "max",
    "maximo",
    "maximum",
    "per",
    "por",
    "unit",
    "unitario",
    "kg",
    "kilo",
    "currency",
    "moneda",
    "date",
    "fecha",
    "tier",
    "group",
    "grupo",
    "type",
    "tipo",
    "id",
    "range",
    "rango",
    "rule",
    "name",
    "note",
    "nota",
];

/// Whether a price is one that no shopper of this shop pays, or pays now.
fn is_other(name: &str) -> bool {
    words::is_private(name)
        || name.split(|letter: char| !letter.is_alphanumeric()).any(|word| OTHERS.contains(&word))
}

/// The one place where a name is such.
fn only(names: &[String], is_such: impl Fn(&str) -> bool) -> Option<usize> {
    let mut places = (0..names.len()).filter(|place| is_such(&names[*place]));
    places.next().filter(|_| places.next().is_none())
}

/// What a column's name says of tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tax {
    /// It is in the price, which is what shoppers pay.
    Included,
    /// It comes on top.
    Excluded,
}

/// What a column's name says of tax, if anything.
#[must_use]
pub fn tax(name: &str) -> Option<Tax> {
    const WITHOUT: [&str; 6] = ["ex", "excl", "excluding", "net", "neto", "netto"];
    const WITH: [&str; 9] = ["inc", "incl", "incluido", "including", "included", "gross", "bruto", "brutto", "ttc"];
    const TAXES: [&str; 10] =
        ["iva", "tax", "taxes", "vat", "gst", "igv", "impuesto", "impuestos", "imposto", "impostos"];
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).collect();
    let says = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let of_tax = says(&TAXES);
    if says(&WITHOUT) || (of_tax && says(&["sin", "sem", "s", "without", "before", "mas"])) {
        Some(Tax::Excluded)
    } else {
        (says(&WITH) || (of_tax && says(&["con", "com", "c", "with"]))).then_some(Tax::Included)
    }
}
