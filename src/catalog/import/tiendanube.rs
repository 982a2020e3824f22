//! What Tiendanube's cells mean, in the terms of our own format (Tiendanube help centre, "Cómo cargar productos de
//! forma masiva"). Rows of one address are the variants of a product, and only the first of them says what it is
//! called.

use crate::catalog::import::adapter::Context;
use crate::catalog::import::families::categories;
use crate::catalog::import::fault::Note;
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, readable};
use crate::catalog::product::Named;

/// Rewrites a row's cells into what our own format would have said.
pub fn adapt(row: &mut Row, context: Context<'_>, findings: &mut Findings<'_>) {
    tidy::names(row);
    tidy::description(row, findings);
    adapt_categories(row);
    tidy::stock(row);
    tidy::barcode(row, context.language, findings);
    let pictures = Vec::from_iter(row.take(Field::Image));
    let at = context.options.pictures_at.as_deref();
    let pictures = tidy::images(&pictures, &[' ', ',', '\n'], at, row.number, findings);
    row.set(Field::Image, Some(pictures.join(" ")));
    if tidy::is_unpublished(row) {
        row.set(Field::Status, Some("draft".to_owned()));
        findings.notice(row.number, Note::Unpublished);
    }
    for (column, text) in std::mem::take(&mut row.kept) {
        let is_something = text.contains(|letter: char| matches!(letter, '1'..='9'));
        if let Some((name, unit)) = words::measure(context.layout.known_name(column)).filter(|_| is_something) {
            row.facts.push(Named::new(&readable(name), format!("{text} {unit}").trim()));
        }
    }
}

/// The rows of a product without its variants that have no price: Tiendanube has shoppers ask for it. What such a row says
/// of the product stays.
pub fn sold(family: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
    let is_sold = |row: &Row| row.get(Field::Price).or(row.get(Field::SalePrice)).is_some();
    let product_is_sold = family.iter().any(is_sold);
    let mut kept = Vec::with_capacity(family.len());
    for mut row in family {
        if !is_sold(&row) && row.get(Field::Handle).is_some() {
            findings.notice(row.number, Note::NoPrice);
            findings.withdraw_variant(&row);
            if !product_is_sold {
                findings.withdraw_product(&row);
                continue;
            }
            tidy::without_variant(&mut row);
        }
        kept.push(row);
    }
    kept
}

/// `Ropa > Camisas, Ofertas`: the deepest is the category, and the others are tags.
fn adapt_categories(row: &mut Row) {
    let tags = row.take(Field::Tags).map(|tags| tidy::parts(&tags, ',')).unwrap_or_default();
    let paths = row.take(Field::Category).map(|cell| tidy::parts(&cell, ',')).unwrap_or_default();
    let paths: Vec<Vec<String>> = paths.iter().map(|path| tidy::parts(path, '>')).collect();
    let (category, others) = categories(&paths);
    row.set(Field::Category, category);
    row.set(Field::Tags, tidy::list(tags.into_iter().chain(others)));
}
