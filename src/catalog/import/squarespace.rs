//! What the rows of Squarespace's export mean, in the terms of our own format (Squarespace Help, "Importing and
//! exporting products"). A row without a product's number is one more variant of the product above it.

use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::families::categories;
use crate::catalog::import::fault::Note;
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::marks::{Firsts, Marks};
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, readable};

/// A Squarespace export.
#[derive(Debug)]
pub struct Squarespace<'a> {
    context: Context<'a>,
    /// The addresses of products, and those that products of several pages of the site have.
    addresses: Marks,
    shared: Marks,
    firsts: Firsts,
    /// The family of the product above, and its row, once families are asked for.
    above: Option<(u32, u32)>,
    /// The rows that could not be read, in their order.
    lost: Vec<u32>,
}

impl<'a> Squarespace<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        Self {
            context,
            addresses: Marks::default(),
            shared: Marks::default(),
            firsts: Firsts::default(),
            above: None,
            lost: Vec::new(),
        }
    }

    /// The product's address on the site: within its page where products of several pages share it.
    fn handle(&self, row: &Row) -> String {
        let address = address(row);
        if self.shared.contain(&address) { on_page(row, &address) } else { address }
    }

    fn is_lost_between(&self, above: u32, row: u32) -> bool {
        let next = self.lost.partition_point(|lost| *lost <= above);
        self.lost.get(next).is_some_and(|lost| *lost < row)
    }

    fn row(&self, mut row: Row, handle: Option<&str>, findings: &mut Findings<'_>) -> Row {
        let is_product = is_product(&row);
        row.set(Field::Handle, handle.map(str::to_owned));
        row.clear(&[Field::Id, Field::Parent]);
        tidy::names(&mut row);
        tidy::description(&mut row, findings);
        adapt_categories(&mut row);
        if is_product && tidy::is_unpublished(&row) {
            row.set(Field::Status, Some("draft".to_owned()));
            findings.notice(row.number, Note::Unpublished);
        }
        // What it cost at the last sale stays there when the sale is over.
        if row.take(Field::OnSale).as_deref().and_then(words::yes) != Some(true) {
            row.set(Field::SalePrice, None);
        }
        tidy::stock(&mut row);
        let pictures = Vec::from_iter(row.take(Field::Image));
        let at = self.context.options.pictures_at.as_deref();
        let pictures = tidy::images(&pictures, &[' ', '\n', ','], at, row.number, findings);
        row.set(Field::Image, Some(pictures.join(" ")));
        row
    }
}

impl Adapter for Squarespace<'_> {
    fn see(&mut self, row: &Row) {
        if !is_product(row) {
            return;
        }
        let address = address(row);
        let on_page = on_page(row, &address);
        self.firsts.of(&address, row.number);
        self.firsts.of(&on_page, row.number);
        if !self.addresses.insert(&address) {
            self.shared.insert(&address);
        }
    }

    fn lost(&mut self, number: u32) {
        self.lost.push(number);
    }

    fn family(&mut self, row: &Row) -> u32 {
        if is_product(row) {
            let family = self.firsts.get(&self.handle(row)).unwrap_or(row.number);
            self.above = Some((family, row.number));
            return family;
        }
        // Below a row that could not be read, nobody knows whose variant it is.
        let above = self.above.filter(|(_, above)| !self.is_lost_between(*above, row.number));
        above.map_or(row.number, |(family, _)| family)
    }

    fn adapt(&mut self, rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        let handle = rows.iter().find(|row| is_product(row)).map(|row| self.handle(row));
        rows.into_iter().map(|row| self.row(row, handle.as_deref(), findings)).collect()
    }
}

fn is_product(row: &Row) -> bool {
    row.get(Field::Id).is_some()
}

fn address(row: &Row) -> String {
    row.get(Field::Handle).or(row.get(Field::Id)).unwrap_or_default().to_owned()
}

fn on_page(row: &Row, address: &str) -> String {
    format!("{}-{address}", row.get(Field::Parent).unwrap_or_default())
}

/// `/ropa/camisas-de-lino, /ofertas`: the deepest is the category, and the others are tags.
fn adapt_categories(row: &mut Row) {
    let tags = row.take(Field::Tags).map(|tags| tidy::parts(&tags, ',')).unwrap_or_default();
    let paths = row.take(Field::Category).map(|cell| tidy::parts(&cell, ',')).unwrap_or_default();
    let named = |path: &String| -> Vec<String> {
        tidy::parts(path, '/').iter().map(|name| readable(&name.replace('-', " "))).collect()
    };
    let paths: Vec<Vec<String>> = paths.iter().map(named).filter(|path| !path.is_empty()).collect();
    let (category, others) = categories(&paths);
    row.set(Field::Category, category);
    row.set(Field::Tags, tidy::list(tags.into_iter().chain(others)));
}
