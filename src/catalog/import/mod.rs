//! Turning a merchant's file into products: reading it row by row, comparing it with the shop, applying it whole.
//!
//! The reading half ([`read_file`]) gives the same products for the same bytes and says of every row it refuses which
//! cell is wrong and how to mend it. The applying half ([`Imports::run`]) works in one transaction or not at all, and
//! importing the same file again changes nothing. Neither holds the file, its products or the shop: what is not needed
//! yet lies in a [`spool::Spool`]. A further format is one more [`format::Format`] with its table of column names in
//! [`known_names`] or [`names_of_systems`], and, where its cells mean something else than ours, one more
//! [`adapter::Adapter`].

mod adapter;
mod assemble;
pub(in crate::catalog) mod cell;
mod columns;
pub mod decimal;
pub(in crate::catalog) mod differences;
pub mod doubt;
pub mod draft;
mod elsewhere;
pub mod encoding;
mod exact;
mod families;
pub mod fault;
mod findings;
pub mod format;
pub mod glance;
mod groups;
mod html;
mod known_names;
mod magento;
mod marks;
mod names_of_systems;
pub mod passes;
pub(in crate::catalog) mod plan;
mod presence;
mod refused;
pub mod report;
mod several;
mod shared;
mod sheet;
pub mod sheets;
mod shelf;
mod shopify;
pub mod source;
pub mod spool;
mod square;
mod squarespace;
pub mod store;
mod systems;
mod table;
mod telling;
pub mod things;
mod tidy;
mod tiendanube;
mod tills;
mod unread;
mod variant;
mod widest;
mod wix;
mod woocommerce;
mod words;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_cells;
#[cfg(test)]
mod tests_of_formats;
#[cfg(test)]
mod tests_of_sharing;
#[cfg(test)]
mod tests_of_size;
#[cfg(test)]
mod tests_of_systems;
#[cfg(test)]
mod tests_of_telling;
#[cfg(test)]
mod tests_of_traps;

use std::io::Write;

use chrono::NaiveDate;

use crate::base::language::Language;
use crate::base::money::Currency;
use crate::base::store::Scope;
use crate::catalog::import::decimal::Mark;
use crate::catalog::import::doubt::Agreed;
use crate::catalog::import::draft::ProductDraft;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::glance::Glance;
use crate::catalog::import::passes::{ReadFile, read_file};
use crate::catalog::import::report::Reading;
use crate::catalog::import::report::Report;
use crate::catalog::import::source::Source;
use crate::catalog::import::store::{ImportFailed, Imports};

/// What a file leaves out because the shop settles it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopDefaults {
    /// The shop's currency; prices in any other are refused.
    pub currency: Currency,
    /// The language of products that do not say theirs.
    pub language: Language,
    /// The day it is there: a reduced price that begins later is none yet. Where nobody knows it, no such price counts.
    pub today: Option<NaiveDate>,
}

/// A file as it was handed in.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// Its name, for the report only; what it is, is read from its first row.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What the merchant says about the file itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// What stands before the cents, where the file does not show it.
    pub decimal: Option<Mark>,
    /// What of the file's oddities is meant.
    pub agreed: Agreed,
    /// Where pictures are that the file names by paths alone.
    pub pictures_at: Option<String>,
    /// What columns mean, by the name in the file and that of our own column (`fact` for an attribute).
    pub mapping: Vec<(String, String)>,
}

/// What the merchant asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// How to read the file.
    pub reading: ReadOptions,
    /// Whether to write.
    pub run: Run,
    /// What a refused row means for the others.
    pub partial: Partial,
    /// What becomes of that which the shop has and the file has not.
    pub absent: Absent,
}

/// Whether to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Run {
    /// Write.
    #[default]
    Apply,
    /// Only say what would change.
    Dry,
}

/// What a refused row means for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Partial {
    /// Nothing is imported.
    #[default]
    Refuse,
    /// The others are imported.
    Allow,
}

/// What becomes of that which the shop has and the file has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// It stays.
    #[default]
    Keep,
    /// It is archived: the file is the whole catalog.
    Archive,
}

/// How far an import has come, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Products and variants written.
    pub done: usize,
    /// Products and variants to write.
    pub total: usize,
}

/// A file that has been read: what may be imported, and what was found on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedFile {
    /// The products without fault, in the file's order.
    pub products: Vec<ProductDraft>,
    /// What was read, refused and noticed.
    pub reading: Reading,
}

impl ParsedFile {
    /// Whether the products may be imported: no row was refused, or that was allowed.
    #[must_use]
    pub fn may_be_imported(&self, partial: Partial) -> bool {
        partial == Partial::Allow || self.reading.refused_rows == 0
    }
}

impl ReadFile {
    /// Whether the products may be imported: no row was refused, or that was allowed.
    #[must_use]
    pub const fn may_be_imported(&self, partial: Partial) -> bool {
        matches!(partial, Partial::Allow) || self.reading.refused_rows == 0
    }
}

/// Reads a small catalog file of any format we know, all of it at once: the same bytes give the same products. A file
/// of any size is read with [`read_file`].
///
/// # Errors
/// When it is not a catalog file at all. Rows that are wrong are no error: they stand in the reading.
pub fn read(bytes: &[u8], shop: ShopDefaults, options: &ReadOptions) -> Result<ParsedFile, Unreadable> {
    let ReadFile { products, reading, .. } = read_file(&Source::bytes(bytes), shop, options)?;
    let products: Result<Vec<_>, _> = products.read()?.map(|read| read.map(|(_, product)| product)).collect();
    Ok(ParsedFile { products: products?, reading })
}

/// Writes the rows of a file that were refused, as a file of the same columns with one more that says why; says whether
/// there are any. The other rows of a refused product come along, so that the mended file can be imported as it is.
///
/// # Errors
/// When the file cannot be read, or the rows not be written.
pub fn refused_rows(
    source: &Source,
    shop: ShopDefaults,
    options: &ReadOptions,
    out: &mut dyn Write,
) -> Result<bool, Unreadable> {
    let file = read_file(source, shop, options)?;
    if file.reading.refused_rows == 0 {
        return Ok(false);
    }
    refused::write(source, file.refused, shop.language, options, out)?;
    Ok(true)
}

/// The columns of a file with the first of what stands in them, what they are read as, and what they might be: for a
/// person who says what they mean. It does not matter whether the file is of a format we know.
///
/// # Errors
/// When it is no table at all.
pub fn glance(source: &Source, mapping: &[(String, String)]) -> Result<Glance, Unreadable> {
    glance::glance(source, mapping)
}

/// Imports a file into the shop of this scope, or says what would change: the one function behind
/// `trato catalog import`. `progress` is told from time to time how far the writing has come.
///
/// # Errors
/// When the file cannot be read as a catalog, or the database fails. A file with refused rows is not an error:
/// the report says that nothing was imported, and why.
pub async fn run_import(
    scope: &Scope,
    shop: ShopDefaults,
    file: Upload<'_>,
    options: ImportOptions,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Report, ImportFailed> {
    let read = read_aside(Source::bytes(file.bytes), shop, options.reading.clone()).await?;
    // It holds much on its way, and its callers hold it.
    Box::pin(Imports::of(scope).run(file.name, read, options, progress)).await
}

/// Reads a file on a thread of its own.
///
/// # Errors
/// When it is not a catalog file.
pub async fn read_aside(
    source: Source,
    shop: ShopDefaults,
    options: ReadOptions,
) -> Result<ReadFile, ImportFailed> {
    let read = tokio::task::spawn_blocking(move || read_file(&source, shop, &options)).await?;
    Ok(read?)
}
