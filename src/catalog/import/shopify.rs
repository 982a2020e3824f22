//! What Shopify's cells mean, in the terms of our own format (Shopify Help Center, "Using CSV files to import and
//! export products").

use crate::catalog::import::assemble::Findings;
use crate::catalog::import::fault::Note;
use crate::catalog::import::format::{Field, Layout};
use crate::catalog::import::html::to_text;
use crate::catalog::import::table::Row;

/// The longest body that is cleaned; a longer one stays as it is and is refused for its length.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Rewrites a row's cells into what our own format would have said.
pub fn adapt(row: &mut Row, layout: &Layout, findings: &mut Findings<'_>) {
    drop_default_option(row);
    if let Some(body) = row.get(Field::Description).filter(|body| body.len() <= BODY_BYTES_MAX) {
        let text = to_text(body);
        row.set(Field::Description, Some(text));
    }
    let tags = row.get(Field::Tags).map(|tags| tags.replace(',', ";"));
    row.set(Field::Tags, tags);
    if row.get(Field::Category).is_none() {
        let leaf = row.get(Field::StandardCategory).and_then(|path| path.rsplit('>').next());
        let leaf = leaf.map(|name| name.trim().to_owned());
        row.set(Field::Category, leaf);
    }
    adapt_status(row, findings);
    adapt_stock(row, layout, findings);
}

/// A product without options has one option `Title` with the value `Default Title`.
fn drop_default_option(row: &mut Row) {
    if row.get(Field::Option1Value).is_some_and(|value| value.eq_ignore_ascii_case("Default Title")) {
        row.set(Field::Option1Name, None);
        row.set(Field::Option1Value, None);
    }
}

/// `unlisted` products and those taken off the web shop are not for every shopper, so they come in as drafts.
fn adapt_status(row: &mut Row, findings: &mut Findings<'_>) {
    const NO: [&str; 5] = ["false", "no", "0", "falso", "não"];
    let active = row.get(Field::Status).is_none_or(|status| status.eq_ignore_ascii_case("active"));
    let unlisted = row.get(Field::Status).is_some_and(|status| status.eq_ignore_ascii_case("unlisted"));
    let withdrawn = row.get(Field::Published).is_some_and(|word| NO.contains(&word.to_lowercase().as_str()));
    if unlisted || (withdrawn && active) {
        row.set(Field::Status, Some("draft".to_owned()));
        findings.notice(row.number, Note::Unpublished);
    }
}

/// Stock counts only where somebody counts it, and is below zero where more was sold than there was.
fn adapt_stock(row: &mut Row, layout: &Layout, findings: &mut Findings<'_>) {
    if layout.column(Field::Tracker).is_some() && row.get(Field::Tracker).is_none() {
        row.set(Field::Stock, None);
        row.set(Field::WhenOut, None);
    }
    let below_zero = |stock: &str| stock.strip_prefix('-').is_some_and(|rest| rest.parse::<u32>().is_ok());
    if row.get(Field::Stock).is_some_and(below_zero) {
        row.set(Field::Stock, Some("0".to_owned()));
        findings.notice(row.number, Note::StockBelowZero);
    }
}
