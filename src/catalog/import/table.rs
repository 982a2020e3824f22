//! A file as rows of cleaned cells under a recognised header. Knows nothing of what a cell means.

use std::ops::ControlFlow;

use crate::catalog::import::ReadOptions;
use crate::catalog::import::cell;
use crate::catalog::import::decimal::{Decimals, Evidence};
use crate::catalog::import::encoding::Written;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::format::{Field, Format, Layout};
use crate::catalog::import::report::Unused;
use crate::catalog::import::sheet::{COLUMNS_MAX, ROWS_MAX, Sheet, open};
use crate::catalog::product::Named;

/// How far down a header is looked for: shops put their name above it, and templates their explanations.
const HEADER_ROWS: usize = 12;

/// The file as rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// Where each field stands.
    pub layout: Layout,
    /// How the file was written.
    pub written: Written,
    /// What stands between its cells.
    pub delimiter: Option<u8>,
    /// What stands before the cents of its amounts.
    pub decimals: Decimals,
    /// The rows that hold anything.
    pub rows: Vec<Row>,
    /// Columns that hold something and were not read.
    pub unused: Vec<Unused>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row as a spreadsheet numbers it; the header is 1.
    pub number: u32,
    /// How many cells it has.
    pub cells: usize,
    /// What stands in columns that are no fields but are read, by column.
    pub kept: Vec<(usize, String)>,
    /// Attributes that an adapter found.
    pub facts: Vec<Named>,
    /// Empty cells and absent columns are not there.
    values: Vec<(Field, String)>,
}

impl Row {
    /// What stands in the field's column.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == field).map(|(_, text)| text.as_str())
    }

    /// Puts another text there, or nothing.
    pub fn set(&mut self, field: Field, text: Option<String>) {
        self.values.retain(|(known, _)| *known != field);
        self.values.extend(text.filter(|text| !text.is_empty()).map(|text| (field, text)));
    }

    /// Takes the text away.
    pub fn take(&mut self, field: Field) -> Option<String> {
        let place = self.values.iter().position(|(known, _)| *known == field)?;
        Some(self.values.swap_remove(place).1)
    }

    /// Takes the texts of several fields away.
    pub fn clear(&mut self, fields: &[Field]) {
        self.values.retain(|(known, _)| !fields.contains(known));
    }
}

/// Reads a file into rows.
///
/// # Errors
/// When it is empty, too large, or has a header we do not know.
pub fn read_table(bytes: &[u8], options: &ReadOptions) -> Result<Table, Unreadable> {
    let opened = open(bytes)?;
    let sheets = opened.sheets();
    let (sheet, above, layout) = recognise(&sheets, &options.mapping)?;
    let mut table = Table {
        decimals: Decimals::default(),
        written: opened.written,
        delimiter: sheet.delimiter(),
        rows: Vec::new(),
        unused: Vec::new(),
        layout,
    };
    read_rows(sheet, above, &mut table)?;
    if table.rows.is_empty() {
        return Err(Unreadable::NoRows);
    }
    table.decimals = decimals(&table.rows, options);
    Ok(table)
}

/// Where the header stands in each way to see the file, and whose it is. A format that is known for certain counts
/// more than a guess, then the one that finds most of its columns. When none is known, the complaint is about the
/// row with the most cells.
pub fn recognise<'s>(
    sheets: &[Sheet<'s>],
    mapping: &[(String, String)],
) -> Result<(Sheet<'s>, usize, Layout), Unreadable> {
    let mut best: Option<((bool, usize), Sheet<'s>, usize, Layout)> = None;
    let mut complaint = (0, Unreadable::Empty);
    for sheet in sheets {
        let mut above = 0;
        sheet.each(&mut |_, cells| {
            let header: Vec<String> = cells.iter().map(|cell| clean(cell)).collect();
            let filled = header.iter().filter(|name| !name.is_empty()).count();
            match Layout::recognise(header, mapping) {
                Ok(layout) => {
                    let score = (layout.format != Format::Plain, layout.found());
                    if best.as_ref().is_none_or(|(earlier, ..)| score > *earlier) {
                        best = Some((score, *sheet, above, layout));
                    }
                    return ControlFlow::Break(());
                }
                Err(unknown) => {
                    let nearly = matches!(unknown, Unreadable::ColumnMissing { .. });
                    let worth = filled + usize::from(nearly) * COLUMNS_MAX;
                    if worth > complaint.0 {
                        complaint = (worth, unknown);
                    }
                }
            }
            above += 1;
            if above < HEADER_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
    }
    best.map(|(_, sheet, above, layout)| (sheet, above, layout)).ok_or(complaint.1)
}

fn read_rows(sheet: Sheet<'_>, above: usize, table: &mut Table) -> Result<(), Unreadable> {
    let layout = &table.layout;
    let fields: Vec<Option<Field>> = (0..layout.header.len())
        .map(|column| Field::ALL.iter().copied().find(|field| layout.column(*field) == Some(column)))
        .collect();
    let kept: Vec<bool> = (0..layout.header.len()).map(|column| layout.is_kept(column)).collect();
    let currency = layout.currency().map(String::from).filter(|_| layout.column(Field::Currency).is_none());
    let mut unused = vec![0_u32; layout.header.len()];
    let (mut seen, mut rows, mut too_many) = (0, Vec::new(), false);
    sheet.each(&mut |number, cells| {
        seen += 1;
        if seen <= above + 1 || is_header(cells, layout) {
            return ControlFlow::Continue(());
        }
        let mut row = Row { number, cells: 0, kept: Vec::new(), facts: Vec::new(), values: Vec::new() };
        for (column, cell) in cells.iter().enumerate() {
            let text = clean(cell);
            if text.is_empty() {
                continue;
            }
            row.cells = column + 1;
            match fields.get(column) {
                Some(Some(field)) => row.values.push((*field, text)),
                Some(None) if kept[column] => row.kept.push((column, text)),
                Some(None) => unused[column] += 1,
                None => {}
            }
        }
        if let Some(currency) = currency.as_ref().filter(|_| row.get(Field::Price).is_some()) {
            row.values.push((Field::Currency, currency.clone()));
        }
        if !row.values.is_empty() || row.cells > layout.header.len() {
            rows.push(row);
        }
        too_many = rows.len() > ROWS_MAX;
        if too_many { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let named = unused.iter().enumerate().filter(|(_, rows)| **rows > 0);
    table.unused =
        named.map(|(column, rows)| Unused { column: layout.written_name(column), rows: *rows }).collect();
    table.rows = rows;
    if too_many { Err(Unreadable::TooManyRows { rows_max: ROWS_MAX }) } else { Ok(()) }
}

fn decimals(rows: &[Row], options: &ReadOptions) -> Decimals {
    let mut evidence = Evidence::default();
    for row in rows {
        for field in Field::AMOUNTS {
            if let Some(amount) = row.get(field) {
                evidence.see(amount);
            }
        }
    }
    evidence.decide(options.decimal)
}

/// Files glued together repeat their header.
fn is_header(cells: &[&str], layout: &Layout) -> bool {
    cells.len() == layout.header.len() && cells.iter().zip(&layout.header).all(|(cell, name)| clean(cell) == *name)
}

/// Takes out what cannot be seen and what Postgres cannot keep: control characters, byte order marks, zero-width
/// spaces and marks that change the direction of writing. The joiner inside emoji stays. The apostrophe with which
/// exports disarm formulas goes.
#[must_use]
pub fn clean(cell: &str) -> String {
    let invisible = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(
                character,
                '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{2064}'
            )
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let trimmed = cell.trim();
    let plain = |letter: char| letter != '\r' && letter != '\t' && letter != '\u{a0}' && !invisible(letter);
    let text = if trimmed.chars().all(plain) {
        trimmed.to_owned()
    } else {
        let spaced = trimmed.replace("\r\n", "\n").replace('\r', "\n").replace(['\t', '\u{a0}'], " ");
        spaced.chars().filter(|character| !invisible(*character)).collect::<String>().trim().to_owned()
    };
    let disarmed = text.strip_prefix('\'').filter(|rest| cell::is_formula(rest));
    disarmed.map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::sheet::BYTES_MAX;

    fn table(bytes: &[u8]) -> Result<Table, Unreadable> {
        read_table(bytes, &ReadOptions::default())
    }

    fn rows(text: &str) -> Vec<Row> {
        table(text.as_bytes()).unwrap().rows
    }

    #[test]
    fn the_delimiter_is_found_in_the_header() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = "handle~title~sku~price\na~\"x, y; z\"~s~1.00".replace('~', delimiter);
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
    fn a_header_may_stand_below_a_title() {
        let text = "sep=;\nTienda Luna;;\nProducto;Precio;Notas internas\nTaza;12,50;frágil\n";
        let table = table(text.as_bytes()).unwrap();
        assert_eq!(
            (table.rows.len(), table.rows[0].number, table.rows[0].get(Field::Price)),
            (1, 4, Some("12,50"))
        );
        assert_eq!(table.unused, [Unused { column: "Notas internas".to_owned(), rows: 1 }]);
    }

    #[test]
    fn what_cannot_be_seen_is_taken_out() {
        let text = "\u{feff}handle,title,sku,price\na,\u{200b}A\0B\u{202e} \u{a0}c\t,\u{2068}s,1\r\n";
        let rows = rows(text);
        assert_eq!((rows[0].get(Field::Title), rows[0].get(Field::Sku)), (Some("AB  c"), Some("s")));
        assert_eq!((clean("'-5 °C"), clean("'n' roll")), ("-5 °C".to_owned(), "'n' roll".to_owned()));
    }

    #[test]
    fn a_file_that_is_no_table_is_refused_in_one_sentence() {
        let refused = |bytes: &[u8]| table(bytes).map(|table| table.rows.len()).unwrap_err();
        assert_eq!(refused(b""), Unreadable::Empty);
        assert_eq!(refused(b"\xef\xbb\xbf \n"), Unreadable::Empty);
        assert_eq!(refused(b"PK\x03\x04...."), Unreadable::BrokenWorkbook);
        assert_eq!(refused(b"\xd0\xcf\x11\xe0...."), Unreadable::OldWorkbook);
        assert_eq!(refused(b"handle,title,sku,price\n,,,\n"), Unreadable::NoRows);
        assert!(matches!(refused(b"name;cost\nx;1"), Unreadable::UnknownHeader { .. }));
        assert!(matches!(refused(&vec![b'a'; BYTES_MAX + 1]), Unreadable::TooLarge { .. }));
    }

    #[test]
    fn a_header_repeated_in_the_middle_is_skipped() {
        assert_eq!(rows("handle,title,sku,price\na,t,s,1\nhandle,title,sku,price\nb,t,r,1").len(), 2);
    }
}
