//! The refused rows as a file that can be mended and imported: the same columns, and one more with the reasons.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::base::language::Language;
use crate::catalog::import::ReadOptions;
use crate::catalog::import::cell::is_formula;
use crate::catalog::import::decimal::NUMBER;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::findings::Refused;
use crate::catalog::import::sheet::DATE;
use crate::catalog::import::source::Source;
use crate::catalog::import::spool::Values;
use crate::catalog::import::table::Table;

/// What the last column is called.
const REASONS: &str = "refused because";

/// Writes the rows of the file that were refused, reading it once more beside the reasons.
pub fn write(
    source: &Source,
    refused: Refused,
    language: Language,
    options: &ReadOptions,
    out: &mut dyn Write,
) -> Result<(), Unreadable> {
    let table = Table::open(source, language, options)?;
    // Spreadsheets take a file for UTF-8 only when it begins with this mark.
    out.write_all("\u{feff}".as_bytes())?;
    let delimiter = table.delimiter.unwrap_or(b',');
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(out);
    let header: Vec<&str> = table.layout.header.iter().map(String::as_str).collect();
    let reasons_column = header.iter().position(|name| *name == REASONS).unwrap_or(header.len());
    write_row(&mut writer, &header, reasons_column, REASONS)?;
    let mut reasons = Reasons { values: refused.reasons.read()?, next: None, last: None };
    let mut written = Ok(());
    table.lines(&mut |number, cells| {
        if refused.families.contain(number) {
            let reason = reasons.of(number);
            written = reason.and_then(|reason| write_row(&mut writer, cells, reasons_column, &reason));
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    Ok(writer.flush()?)
}

fn write_row(
    writer: &mut csv::Writer<&mut dyn Write>,
    cells: &[&str],
    reasons_column: usize,
    reason: &str,
) -> io::Result<()> {
    let mut row: Vec<&str> = cells.iter().map(|cell| cell.trim_start_matches([NUMBER, DATE])).collect();
    row.resize(row.len().max(reasons_column + 1), "");
    row[reasons_column] = reason;
    Ok(writer.write_record(row.into_iter().map(disarmed).map(Cow::into_owned))?)
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe, which reading takes away; one that has its
/// own stays as it is.
fn disarmed(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) && !cell.starts_with('\'') { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The reasons, read row by row as the file is. Rows of the same number have them together.
struct Reasons {
    values: Values<String>,
    next: Option<(u64, String)>,
    last: Option<(u32, String)>,
}

impl Reasons {
    /// Every reason for which a row was refused, in one text.
    fn of(&mut self, row: u32) -> io::Result<String> {
        if let Some((last, said)) = &self.last
            && *last == row
        {
            return Ok(said.clone());
        }
        let said = self.read(u64::from(row))?.join("; ");
        self.last = Some((row, said.clone()));
        Ok(said)
    }

    fn read(&mut self, row: u64) -> io::Result<Vec<String>> {
        let mut said = Vec::new();
        loop {
            if self.next.is_none() {
                self.next = self.values.next().transpose()?;
            }
            match self.next.take_if(|(of, _)| *of <= row) {
                Some((of, reason)) if of == row => said.push(reason),
                // Of a row that this file has not: it is not the one that was read.
                Some(_) => {}
                None => return Ok(said),
            }
        }
    }
}
