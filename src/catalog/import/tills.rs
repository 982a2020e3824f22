//! What the rows of tills' exports mean, in the terms of our own format: Loyverse's (Loyverse Help Center, "Importing
//! and exporting items") and Lightspeed Retail's (Lightspeed Retail Help, "Importing and exporting products"). Rows of
//! one handle are the variants of an item, and how many there are stands in a column for each place.

use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::columns::is_count;
use crate::catalog::import::families::{self, HandleFamilies, without_lonely};
use crate::catalog::import::fault::Note;
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words;

/// A till's export.
#[derive(Debug)]
pub struct Till<'a> {
    context: Context<'a>,
    families: HandleFamilies,
}

impl<'a> Till<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        Self { context, families: HandleFamilies::default() }
    }

    /// One row, and why it is no variant that is sold.
    fn row(&self, row: &mut Row, findings: &mut Findings<'_>) -> Option<Note> {
        tidy::names(row);
        tidy::description(row, findings);
        drop_default_option(row);
        let tags = row.take(Field::Tags).and_then(|tags| tidy::list(tidy::parts(&tags, ',').into_iter()));
        row.set(Field::Tags, tags);
        tidy::barcode(row, self.context.language, findings);
        let off = tidy::yes(row, Field::Sellable, findings) == Some(false);
        // What is weighed, or has its price asked for at the till, has the word `variable` there.
        let is_digit = |letter: char| letter.is_ascii_digit();
        let is_open = row.get(Field::Price).is_some_and(|price| !price.contains(is_digit));
        let unsold = off.then_some(Note::VariantOff).or_else(|| is_open.then_some(Note::NoPrice));
        if unsold.is_none() {
            self.adapt_stock(row, findings);
        }
        unsold
    }

    /// As many as in all places together; nothing where they are not counted.
    fn adapt_stock(&self, row: &mut Row, findings: &mut Findings<'_>) {
        let layout = self.context.layout;
        let is_said = |column| is_count(layout.format, layout.known_name(column));
        let kept = std::mem::take(&mut row.kept).into_iter();
        let mut counts: Vec<String> = kept.filter(|(column, _)| is_said(*column)).map(|(_, text)| text).collect();
        counts.extend(row.take(Field::Stock));
        if row.take(Field::StockCounted).as_deref().and_then(words::yes) != Some(false) {
            tidy::stock_of_places(row, counts, findings);
        }
    }
}

impl Adapter for Till<'_> {
    fn see(&mut self, row: &Row) {
        self.families.see(row, families::handle(row).as_ref());
    }

    fn family(&mut self, row: &Row) -> u32 {
        self.families.family(row, families::handle(row).as_ref())
    }

    fn adapt(&mut self, mut rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        let handles = rows.iter().filter_map(|row| row.get(Field::Handle)).map(str::to_owned).collect();
        let mut is_any_off = false;
        for row in &mut rows {
            let Some(why) = self.row(row, findings) else { continue };
            findings.notice(row.number, why);
            findings.withdraw_variant(row);
            // The first row of an item says what the item is called.
            tidy::without_variant(row);
            row.facts.clear();
            is_any_off = true;
        }
        if is_any_off { without_lonely(rows, &handles, findings) } else { rows }
    }
}

/// An item that came from Shopify without options has one named `Title`.
fn drop_default_option(row: &mut Row) {
    let is_default = |value: &str| ["default title", "default"].contains(&value.to_ascii_lowercase().as_str());
    if row.get(Field::Option1Name) == Some("Title") && row.get(Field::Option1Value).is_some_and(is_default) {
        row.clear(&[Field::Option1Name, Field::Option1Value]);
    }
}
