//! A file as rows of cleaned cells under a recognised header. Knows delimiters, quotes, blank lines and row numbers;
//! nothing of what a cell means.

use crate::catalog::import::encoding::{Written, decode};
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::format::{Field, Layout};

/// The largest file that is read.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most rows that are read.
pub const ROWS_MAX: usize = 200_000;

const DELIMITERS: [u8; 3] = *b",;\t";

/// The file as rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// Where each field stands.
    pub layout: Layout,
    /// How the file was written.
    pub written: Written,
    /// The rows that hold anything.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row as a spreadsheet numbers it; the header is 1.
    pub number: u32,
    /// How many cells it has.
    pub cells: usize,
    /// By [`Field`]; empty cells and absent columns are nothing.
    values: Vec<Option<String>>,
}

impl Row {
    /// What stands in the field's column.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.get(field as usize)?.as_deref()
    }

    /// Puts another text there, or nothing.
    pub fn set(&mut self, field: Field, text: Option<String>) {
        if let Some(value) = self.values.get_mut(field as usize) {
            *value = text.filter(|text| !text.is_empty());
        }
    }
}

/// Reads a file into rows.
///
/// # Errors
/// When it is empty, too large, or has a header we do not know.
pub fn read_table(bytes: &[u8]) -> Result<Table, Unreadable> {
    const MEGABYTE: usize = 1024 * 1024;
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0";
    if bytes.len() > BYTES_MAX {
        let megabytes = bytes.len().div_ceil(MEGABYTE);
        return Err(Unreadable::TooLarge { megabytes, megabytes_max: BYTES_MAX / MEGABYTE });
    }
    if bytes.starts_with(ZIP) || bytes.starts_with(OLE) {
        return Err(Unreadable::Workbook);
    }
    let (text, written) = decode(bytes);
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let (delimiter, layout) = recognise(&text)?;
    let rows = read_rows(&text, delimiter, &layout)?;
    if rows.is_empty() { Err(Unreadable::NoRows) } else { Ok(Table { layout, written, rows }) }
}

/// Tries each delimiter on the header row. When none gives a known header, the complaint is that of the delimiter
/// which found the most columns.
fn recognise(text: &str) -> Result<(u8, Layout), Unreadable> {
    let mut best = (0, Unreadable::Empty);
    for delimiter in DELIMITERS {
        let header = reader(text, delimiter).records().next().and_then(Result::ok).unwrap_or_default();
        let columns = header.len();
        match Layout::recognise(header.iter().map(clean).collect()) {
            Ok(layout) => return Ok((delimiter, layout)),
            Err(unknown) if columns > best.0 => best = (columns, unknown),
            Err(_) => {}
        }
    }
    Err(best.1)
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

fn read_rows(text: &str, delimiter: u8, layout: &Layout) -> Result<Vec<Row>, Unreadable> {
    let mut reader = reader(text, delimiter);
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    let mut line = reader.position().line();
    // Reading from memory and decoded text, a record cannot fail; if it did, it would be as though it ended there.
    while reader.read_record(&mut record).unwrap_or(false) {
        number += 1 + blank_lines(&record, reader.position().line().saturating_sub(line));
        line = reader.position().line();
        if number == 1 || is_header(&record, layout) {
            number = number.max(1);
            continue;
        }
        let row = read_row(&record, number, layout);
        if row.values.iter().any(Option::is_some) || row.cells > layout.header.len() {
            rows.push(row);
        }
        if rows.len() > ROWS_MAX {
            return Err(Unreadable::TooManyRows { rows_max: ROWS_MAX });
        }
    }
    Ok(rows)
}

/// How many blank lines the reader skipped: the lines it moved on, less the record's own and those inside quotes.
fn blank_lines(record: &csv::StringRecord, lines: u64) -> u32 {
    let inside: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
    u32::try_from(lines.saturating_sub(1).saturating_sub(inside as u64)).unwrap_or(u32::MAX / 2)
}

/// Files glued together repeat their header.
fn is_header(record: &csv::StringRecord, layout: &Layout) -> bool {
    record.len() == layout.header.len()
        && record.iter().zip(&layout.header).all(|(cell, name)| clean(cell) == *name)
}

fn read_row(record: &csv::StringRecord, number: u32, layout: &Layout) -> Row {
    let value = |field: &Field| {
        let cell = record.get(layout.column(*field)?)?;
        Some(clean(cell)).filter(|text| !text.is_empty())
    };
    let filled = record
        .iter()
        .enumerate()
        .filter(|(_, cell)| !cell.trim().is_empty())
        .last()
        .map_or(0, |(last, _)| last + 1);
    Row { number, cells: filled, values: Field::ALL.iter().map(value).collect() }
}

/// Takes out what cannot be seen and what Postgres cannot keep: control characters, byte order marks, zero-width
/// spaces and marks that change the direction of writing. The joiner inside emoji stays.
fn clean(cell: &str) -> String {
    let invisible = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(
                character,
                '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{2064}'
            )
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let spaced = cell.replace("\r\n", "\n").replace('\r', "\n").replace(['\t', '\u{a0}'], " ");
    spaced.chars().filter(|character| !invisible(*character)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        read_table(text.as_bytes()).unwrap().rows
    }

    #[test]
    fn the_delimiter_is_found_in_the_header() {
        for delimiter in [",", ";", "\t"] {
            let text = "handle|title|sku|price\na|\"x, y; z\"|s|1.00".replace('|', delimiter);
            assert_eq!(rows(&text)[0].get(Field::Title), Some("x, y; z"), "{text}");
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let text = "handle,title,sku,price\n\na,\"two\nlines\",s,1\n\n\nb,t,r,2\n,,,\nc,t,u,3";
        let numbers: Vec<u32> = rows(text).iter().map(|row| row.number).collect();
        assert_eq!(numbers, [3, 6, 8]);
    }

    #[test]
    fn what_cannot_be_seen_is_taken_out() {
        let text = "\u{feff}handle,title,sku,price\na,\u{200b}A\0B\u{202e} \u{a0}c\t,\u{2068}s,1\r\n";
        let rows = rows(text);
        assert_eq!((rows[0].get(Field::Title), rows[0].get(Field::Sku)), (Some("AB  c"), Some("s")));
    }

    #[test]
    fn a_file_that_is_no_table_is_refused_in_one_sentence() {
        let refused = |bytes: &[u8]| read_table(bytes).map(|table| table.rows.len()).unwrap_err();
        assert_eq!(refused(b""), Unreadable::Empty);
        assert_eq!(refused(b"\xef\xbb\xbf \n"), Unreadable::Empty);
        assert_eq!(refused(b"PK\x03\x04...."), Unreadable::Workbook);
        assert_eq!(refused(b"handle,title,sku,price\n,,,\n"), Unreadable::NoRows);
        assert!(matches!(refused(b"name;cost\nx;1"), Unreadable::UnknownHeader { .. }));
        assert!(matches!(refused(&vec![b'a'; BYTES_MAX + 1]), Unreadable::TooLarge { .. }));
    }

    #[test]
    fn a_header_repeated_in_the_middle_is_skipped() {
        assert_eq!(rows("handle,title,sku,price\na,t,s,1\nhandle,title,sku,price\nb,t,r,1").len(), 2);
    }
}
