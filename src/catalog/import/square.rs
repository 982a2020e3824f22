//! What the rows of Square's item library mean, in the terms of our own format (Square Support, "Import and export
//! items in bulk"). Each row is a variation; rows of one item have its name, and say all of it again.

use crate::catalog::fold::fold;
use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::columns::is_count;
use crate::catalog::import::families::Handles;
use crate::catalog::import::fault::Note;
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::marks::Firsts;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, Term, readable, term};
use crate::catalog::product::Named;

/// What Square calls the variation of an item that has one alone.
const REGULAR: &str = "regular";

/// A Square item library.
#[derive(Debug)]
pub struct Square<'a> {
    context: Context<'a>,
    firsts: Firsts,
    handles: Handles,
}

impl<'a> Square<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        Self { context, firsts: Firsts::default(), handles: Handles::default() }
    }

    /// One variation under the item's handle; nothing when it cannot be bought.
    fn variation(&self, mut row: Row, with_name: bool, findings: &mut Findings<'_>) -> Option<Row> {
        row.set(Field::Handle, Some(self.handles.of(&item(&row))));
        tidy::names(&mut row);
        tidy::description(&mut row, findings);
        adapt_options(&mut row, with_name, self.context);
        let counts = adapt_kept(&mut row, self.context);
        tidy::barcode(&mut row, self.context.language, findings);
        let archived = tidy::yes(&row, Field::Status, findings) == Some(true);
        row.set(Field::Status, archived.then(|| "archived".to_owned()));
        let off = tidy::yes(&row, Field::Sellable, findings) == Some(false);
        // What is weighed or paid for as one likes has the word `variable` there.
        let priced =
            row.get(Field::Price).is_some_and(|price| price.contains(|letter: char| letter.is_ascii_digit()));
        if let Some(why) = off.then_some(Note::VariantOff).or((!priced).then_some(Note::NoPrice)) {
            findings.notice(row.number, why);
            findings.withdraw_variant(&row);
            return None;
        }
        tidy::stock_of_places(&mut row, counts, findings);
        Some(row)
    }
}

impl Adapter for Square<'_> {
    fn see(&mut self, row: &Row) {
        let item = item(row);
        self.firsts.of(&item, row.number);
        self.handles.claim(&item);
    }

    fn family(&mut self, row: &Row) -> u32 {
        self.firsts.get(&item(row)).unwrap_or(row.number)
    }

    fn adapt(&mut self, rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        let named = |row: &Row| row.get(Field::VariationName).is_some_and(|name| fold(name) != REGULAR);
        let with_names = rows.len() > 1 || rows.iter().any(named);
        rows.into_iter().filter_map(|row| self.variation(row, with_names, findings)).collect()
    }
}

/// What an item goes by.
fn item(row: &Row) -> String {
    let handle = row.get(Field::Handle).map(|handle| handle.trim_start_matches('#').to_owned());
    let title = || row.get(Field::Title).map(|title| fold(&tidy::name(title)));
    handle.filter(|handle| !handle.is_empty()).or_else(title).unwrap_or_else(|| format!("row {}", row.number))
}

/// Options have names where the shop gave them some; else there is one, which is the variation's name.
fn adapt_options(row: &mut Row, with_name: bool, context: Context<'_>) {
    let name = row.take(Field::VariationName);
    if row.get(Field::Option1Value).is_none() && with_name {
        row.set(Field::Option1Name, Some(term(Term::Variant, context.language).to_owned()));
        row.set(Field::Option1Value, name);
    }
}

/// Sizes and weights are attributes. Gives how many there are in each place.
fn adapt_kept(row: &mut Row, context: Context<'_>) -> Vec<String> {
    let mut counts = Vec::new();
    for (column, text) in std::mem::take(&mut row.kept) {
        let name = context.layout.known_name(column);
        if is_count(context.layout.format, name) {
            counts.push(text);
        } else if let Some((measure, unit)) = words::measure(name) {
            row.facts.push(Named::new(&readable(measure), format!("{text} {unit}").trim()));
        }
    }
    counts
}
