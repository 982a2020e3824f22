//! The catalog as a file: ours, to edit and import again, and feeds for Meta and Google, so that the same prices stand
//! in their catalogs.
//!
//! Owns what the files say and the table `catalog_feeds`. Must not touch how files are read: that is `catalog::import`,
//! and a file of ours that is read again is the same catalog, but for pictures that only a variant has: in our format
//! the product has those of all its rows. Products pass one page at a time, so a catalog of any size takes the memory
//! of one page.

mod ours;
mod shelf;
pub mod store;

#[cfg(test)]
mod tests;

use crate::base::language::Language;
use crate::base::money::Currency;
use crate::catalog::import::cell::is_formula;
use crate::catalog::import::draft::ProductDraft;

/// What a catalog is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Trato CSV: everything, drafts and archived products too.
    Ours,
    /// A catalog of Meta's Commerce Manager, as CSV: what is on sale.
    Meta,
    /// A feed of Google Merchant Center, tab separated: what is on sale.
    Google,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Ours, Self::Meta, Self::Google];

    /// Its word in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ours => "trato",
            Self::Meta => "meta",
            Self::Google => "google",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// How files of it end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Ours | Self::Meta => "csv",
            Self::Google => "tsv",
        }
    }

    const fn delimiter(self) -> u8 {
        match self {
            Self::Ours | Self::Meta => b',',
            Self::Google => b'\t',
        }
    }
}

/// What a feed says of the shop in every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The shop's currency.
    pub currency: Currency,
    /// The language of products that do not say theirs.
    pub language: Language,
    /// Where the shop's own pictures are served, without a slash at the end.
    pub media: String,
    /// Where a product is bought: `{handle}`, `{sku}` and `{title}` in it stand for the product's, as parts of an
    /// address.
    pub link: String,
}

/// Writes products, a page at a time.
#[derive(Clone, Debug)]
pub struct Writer {
    kind: Kind,
    place: Place,
}

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the rows of a catalog file could not be written")]
pub struct NotWritten(#[from] csv::Error);

/// A cell as it may stand in a file that people open in a spreadsheet: none is run as a formula.
#[must_use]
pub fn disarmed(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

impl Writer {
    /// A writer for a shop.
    #[must_use]
    pub const fn new(kind: Kind, place: Place) -> Self {
        Self { kind, place }
    }

    /// What it writes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The first row.
    ///
    /// # Errors
    /// When memory is short.
    pub fn header(&self) -> Result<Vec<u8>, NotWritten> {
        let names = match self.kind {
            Kind::Ours => ours::header().iter().map(|name| (*name).to_owned()).collect(),
            Kind::Meta | Kind::Google => shelf::header(self.kind),
        };
        self.rows(vec![names])
    }

    /// The rows of some products.
    ///
    /// # Errors
    /// When memory is short.
    pub fn products(&self, products: &[ProductDraft]) -> Result<Vec<u8>, NotWritten> {
        let rows = products.iter().flat_map(|product| match self.kind {
            Kind::Ours => ours::rows(product),
            Kind::Meta | Kind::Google => shelf::rows(self.kind, product, &self.place),
        });
        self.rows(rows.collect())
    }

    fn rows(&self, rows: Vec<Vec<String>>) -> Result<Vec<u8>, NotWritten> {
        let mut writer = csv::WriterBuilder::new().delimiter(self.kind.delimiter()).from_writer(Vec::new());
        for row in rows {
            writer.write_record(row)?;
        }
        writer.into_inner().map_err(|error| NotWritten(csv::Error::from(error.into_error())))
    }
}
