//! Reading a file from beginning to end, as often as it takes: what has to be known of all rows before one can be read
//! is gathered first, and what is then known of each row is small. Nothing here grows with the texts of a file.
//!
//! 1. Every row is seen: what stands before the cents, and which rows are a family.
//! 2. Every row is laid aside with its family's number.
//! 3. Families come back one after the other, whole, and become products.

use crate::base::fingerprint::Fingerprint;
use crate::catalog::import::adapter::{Adapter, Context, adapter};
use crate::catalog::import::assemble::Maker;
use crate::catalog::import::cell::Reckoning;
use crate::catalog::import::decimal::{Decimals, Evidence};
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::draft::ProductDraft;
use crate::catalog::import::fault::{Fault, Unreadable};
use crate::catalog::import::findings::{Findings, Found, Refused, Withdrawn, Withheld};
use crate::catalog::import::format::{Field, Layout};
use crate::catalog::import::marks::{Firsts, Marks};
use crate::catalog::import::report::{Reading, Unused};
use crate::catalog::import::shared::{Gathering, Shared};
use crate::catalog::import::sheets::Done;
use crate::catalog::import::source::Source;
use crate::catalog::import::spool::Spool;
use crate::catalog::import::table::{Row, Table, Unread};
use crate::catalog::import::telling::Telling;
use crate::catalog::import::{ReadOptions, ShopDefaults};

/// The most that the rows of one product may hold: they are read together.
pub const FAMILY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// From how many rows on it is worth a question that most of them are left out.
const ROWS_LEFT_OUT_MIN: u32 = 5;

/// A file that has been read, its products laid aside.
#[derive(Debug)]
pub struct ReadFile {
    /// Exactly these bytes.
    pub fingerprint: Fingerprint,
    /// The products without fault, in the file's order.
    pub products: Spool<ProductDraft>,
    /// What the file names.
    pub named: NamedInFile,
    /// The rows that were refused.
    pub refused: Refused,
    /// What was read, refused and noticed.
    pub reading: Reading,
}

/// What a file names and can tell, for telling what it lacks.
#[derive(Clone, Debug)]
pub struct NamedInFile {
    /// Of which fields it says anything.
    pub telling: Telling,
    /// The handles of its products.
    pub handles: Marks,
    /// The SKUs of its variants, with their rows.
    pub skus: Firsts,
    /// What it names on rows that were refused.
    pub withheld: Withheld,
    /// What is not sold where it comes from.
    pub withdrawn: Withdrawn,
}

/// Reads a file. The same bytes give the same products.
///
/// # Errors
/// When it is not a catalog file at all, or changes while it is read. Rows that are wrong are no error.
pub fn read_file(source: &Source, shop: ShopDefaults, options: &ReadOptions) -> Result<ReadFile, Unreadable> {
    let fingerprint = source.fingerprint()?;
    let table = Table::open(source, shop.language, options)?;
    let context = Context { layout: &table.layout, language: shop.language, today: shop.today, options };
    let mut adapter = adapter(context);
    let survey = Survey::of(&table, adapter.as_mut(), options)?;
    let layout = table.layout.with_currency(survey.currency);
    let mut findings = Findings::new(&layout, &options.agreed);
    let (rows, shared) = by_family(&table, &layout, adapter.as_mut(), &mut findings)?;
    let money = Reckoning { currency: shop.currency, decimals: survey.decimals };
    let mut made = Made::with(Maker { shop, money, shared, skus: Firsts::default() });
    made.families(rows, adapter.as_mut(), &mut findings)?;
    if !source.is_still(fingerprint)? {
        return Err(Unreadable::Changed);
    }
    let Found { reading, refused, withheld, withdrawn } = findings.finish()?;
    let reading = Reading {
        doubts: reading.doubts.iter().copied().chain(doubts(&table, &survey, &reading)).collect(),
        written: table.written,
        delimiter: table.delimiter.map(char::from),
        sheets: table.sheets.clone(),
        titled_by: layout.titled_by(),
        in_vain: table.in_vain.clone(),
        decimals: survey.decimals,
        unused: survey.unused,
        rows: survey.rows,
        products: made.count,
        variants: made.variants,
        ..reading
    };
    let telling = Telling::of(&layout, shop.language);
    let named = NamedInFile { telling, handles: made.handles, skus: made.maker.skus, withheld, withdrawn };
    Ok(ReadFile { fingerprint, products: made.products, named, refused, reading })
}

/// What is doubtful about the file as a whole.
fn doubts(table: &Table, survey: &Survey, reading: &Reading) -> impl Iterator<Item = (Doubt, u32)> {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let sheets = table.sheets.iter().filter(|sheet| matches!(sheet.done, Done::LeftOut | Done::Hidden)).count();
    let unread = survey.unused.iter().filter(|column| column.says.is_some()).count();
    let left_out = reading.left_out();
    let is_most = left_out >= ROWS_LEFT_OUT_MIN && left_out > survey.rows / 2;
    [
        (Doubt::SheetsLeftOut, count(sheets)),
        (Doubt::ColumnsNotRead, count(unread)),
        (Doubt::MostLeftOut, if is_most { left_out } else { 0 }),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
}

/// What has to be known of all rows.
struct Survey {
    rows: u32,
    decimals: Decimals,
    unused: Vec<Unused>,
    /// The column that was found to be the currency.
    currency: Option<usize>,
}

impl Survey {
    fn of(table: &Table, adapter: &mut dyn Adapter, options: &ReadOptions) -> Result<Self, Unreadable> {
        let (mut rows, mut evidence) = (0, Evidence::default());
        let unread = table.survey(&mut |row| {
            rows += 1;
            for amount in Field::AMOUNTS.iter().filter_map(|field| row.get(*field)) {
                evidence.see(amount);
            }
            // One that a spreadsheet has spoilt is refused later, and its cells are in their places.
            if fits(&row, table) {
                adapter.see(&row);
            } else {
                adapter.lost(row.number);
            }
            Ok(())
        })?;
        let Unread { unused, currency } = unread;
        let decimals = evidence.decide(options.decimal);
        let survey = Self { rows, decimals, unused, currency };
        if rows == 0 { Err(Unreadable::NoRows) } else { Ok(survey) }
    }
}

/// Whether the row has no more cells than the header. Where cells have slipped, nobody knows what they mean.
fn fits(row: &Row, table: &Table) -> bool {
    row.cells <= table.layout.header.len()
}

/// Lays every row aside with its family's number, and finds the SKUs that several variants have.
fn by_family(
    table: &Table,
    layout: &Layout,
    adapter: &mut dyn Adapter,
    findings: &mut Findings<'_>,
) -> Result<(Spool<Row>, Shared), Unreadable> {
    let mut rows = Spool::default();
    let mut shared = Gathering::of(layout);
    table.each(layout, &mut |row| {
        if !fits(&row, table) {
            let columns = table.layout.header.len();
            findings.refuse_unread(&row, Fault::TooManyCells { cells: row.cells, columns });
            return Ok(());
        }
        let family = adapter.family(&row);
        shared.see(&row, family);
        match row.spoilt.clone() {
            Some((column, fault)) => findings.refuse_spoilt(&row, column, fault),
            None => rows.push(u64::from(family), &row)?,
        }
        Ok(())
    })?;
    Ok((rows, shared.finish()))
}

/// Products that were made.
struct Made {
    maker: Maker,
    products: Spool<ProductDraft>,
    handles: Marks,
    count: u32,
    variants: u32,
}

impl Made {
    fn with(maker: Maker) -> Self {
        Self { maker, products: Spool::default(), handles: Marks::default(), count: 0, variants: 0 }
    }

    fn families(
        &mut self,
        rows: Spool<Row>,
        adapter: &mut dyn Adapter,
        findings: &mut Findings<'_>,
    ) -> Result<(), Unreadable> {
        let mut gathered = Gathered::default();
        for read in rows.read()? {
            let (family, row) = read?;
            if family != gathered.family {
                self.family(std::mem::take(&mut gathered), adapter, findings)?;
                gathered.family = family;
            }
            gathered.add(row, findings);
        }
        self.family(gathered, adapter, findings)
    }

    fn family(
        &mut self,
        gathered: Gathered,
        adapter: &mut dyn Adapter,
        findings: &mut Findings<'_>,
    ) -> Result<(), Unreadable> {
        let rows = adapter.adapt(gathered.rows, findings);
        for product in self.maker.products(&rows, gathered.family, findings) {
            self.handles.insert(product.fields.handle.as_str());
            self.count += 1;
            self.variants += u32::try_from(product.variants.len()).unwrap_or(u32::MAX);
            self.products.push(0, &product)?;
        }
        Ok(())
    }
}

/// The rows of one family.
#[derive(Default)]
struct Gathered {
    family: u64,
    rows: Vec<Row>,
    bytes: usize,
}

impl Gathered {
    /// One more row; when they become too much, all of them are refused.
    fn add(&mut self, row: Row, findings: &mut Findings<'_>) {
        self.bytes += row.bytes();
        self.rows.push(row);
        if self.bytes > FAMILY_BYTES_MAX {
            let fault = Fault::TooLargeProduct { megabytes_max: FAMILY_BYTES_MAX / 1024 / 1024 };
            for row in self.rows.drain(..) {
                findings.refuse_unread(&row, fault.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::doubt::Agreed;

    #[test]
    fn a_product_whose_rows_do_not_fit_is_refused_row_by_row() {
        let layout = Layout::as_plain(vec!["title".to_owned(), "price".to_owned()]);
        let agreed = Agreed::default();
        let mut findings = Findings::new(&layout, &agreed);
        let mut gathered = Gathered::default();
        let text = "x".repeat(1024 * 1024);
        for number in 1..=40 {
            gathered.add(Row::with(number, &[(Field::Title, &text)]), &mut findings);
        }
        let Found { reading, refused, .. } = findings.finish().unwrap();
        assert_eq!((gathered.rows.len(), reading.refused_rows), (0, 40));
        assert!(refused.families.contain(40) && !refused.families.contain(41));
        assert_eq!(reading.refused[0].fault, Fault::TooLargeProduct { megabytes_max: 32 });
        assert_eq!(reading.refused[0].cell, "");
    }
}
