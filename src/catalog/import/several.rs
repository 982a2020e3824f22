//! Which column is meant where several of them have the same name. Pure.

use crate::catalog::import::format::{Field, bare};

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
