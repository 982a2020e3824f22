//! What Shopify's cells mean, in the terms of our own format (Shopify Help Center, "Using CSV files to import and
//! export products").

use crate::catalog::import::adapter::Context;
use crate::catalog::import::fault::Note;
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::{Field, Layout};
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, Term, readable};
use crate::catalog::product::Named;

/// Rewrites a row's cells into what our own format would have said.
pub fn adapt(row: &mut Row, context: Context<'_>, findings: &mut Findings<'_>) {
    drop_default_option(row);
    tidy::names(row);
    tidy::description(row, findings);
    let tags = row.get(Field::Tags).map(|tags| tags.replace(',', ";"));
    row.set(Field::Tags, tags);
    if row.get(Field::Category).is_none() {
        let leaf = row.get(Field::StandardCategory).and_then(|path| path.rsplit('>').next());
        let leaf = leaf.map(|name| name.trim().to_owned());
        row.set(Field::Category, leaf);
    }
    adapt_status(row, findings);
    adapt_stock(row, context.layout);
    tidy::barcode(row, context.language, findings);
    adapt_metafields(row, context);
}

/// `Material (product.metafields.custom.material)`: what the shop added to its products, lists in JSON; and the weight.
fn adapt_metafields(row: &mut Row, context: Context<'_>) {
    for (column, text) in std::mem::take(&mut row.kept) {
        let written = context.layout.written_name(column);
        if context.layout.known_name(column) == "variant grams" {
            if text.chars().any(|letter| matches!(letter, '1'..='9')) {
                let weight = format!("{} g", text.trim_end_matches(".0"));
                row.facts.push(Named::new(words::term(Term::Weight, context.language), &weight));
            }
            continue;
        }
        let list: Option<Vec<String>> = serde_json::from_str(&text).ok();
        let value = list.map_or(text, |values| values.join(", "));
        row.facts.push(Named { name: metafield(&written), value });
    }
}

/// What a column of metafields is called: by the shop, or by its key alone.
#[must_use]
pub fn metafield(column: &str) -> String {
    let name = column.split("(product.metafields.").next().unwrap_or(column).trim();
    let key = name.split("product.metafields.").last().and_then(|name| name.split('.').next_back());
    readable(key.unwrap_or(name))
}

/// A product without options has one option `Title` with the value `Default Title`.
fn drop_default_option(row: &mut Row) {
    let named_title = row.get(Field::Option1Name).is_none_or(|name| name.eq_ignore_ascii_case("Title"));
    let is_default = |value: &str| {
        value.eq_ignore_ascii_case("Default Title") || (named_title && value.eq_ignore_ascii_case("Default"))
    };
    if row.get(Field::Option1Value).is_some_and(is_default) {
        row.set(Field::Option1Name, None);
        row.set(Field::Option1Value, None);
    }
}

/// `unlisted` products and those taken off the web shop are not for every shopper, so they come in as drafts.
fn adapt_status(row: &mut Row, findings: &mut Findings<'_>) {
    let active = row.get(Field::Status).is_none_or(|status| status.eq_ignore_ascii_case("active"));
    let unlisted = row.get(Field::Status).is_some_and(|status| status.eq_ignore_ascii_case("unlisted"));
    let withdrawn = tidy::is_unpublished(row);
    if unlisted || (withdrawn && active) {
        row.set(Field::Status, Some("draft".to_owned()));
        findings.notice(row.number, Note::Unpublished);
    }
}

/// Stock counts only where somebody counts it, and is below zero where more was sold than there was.
fn adapt_stock(row: &mut Row, layout: &Layout) {
    if layout.column(Field::Tracker).is_some() && row.get(Field::Tracker).is_none() {
        row.set(Field::Stock, None);
        row.set(Field::WhenOut, None);
    }
    tidy::stock(row);
    if let Some(goes_on) = row.get(Field::WhenOut).and_then(words::yes) {
        row.set(Field::WhenOut, Some(if goes_on { "continue" } else { "deny" }.to_owned()));
    }
}
