//! Excel workbooks, sheet by sheet. Cells are read one after the other and only as far as there are any: what a
//! workbook says of its own size is not believed.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};

use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::sheet::{COLUMNS_MAX, Line, ROWS_HELD_MAX};

/// The most that a workbook may unpack to.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// The most sheets that are looked at.
const SHEETS_MAX: usize = 20;

/// Reads every sheet. The library that takes workbooks apart was not written for files that mean harm (a sheet whose
/// dimension ends before it begins makes it panic where sums are checked), so a panic of it is a broken workbook.
pub fn read(bytes: &[u8]) -> Result<Vec<Vec<Line>>, Unreadable> {
    check_size(bytes)?;
    std::panic::catch_unwind(|| read_sheets(bytes)).unwrap_or(Err(Unreadable::BrokenWorkbook))
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<Vec<Line>>, Unreadable> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenWorkbook)?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names().into_iter().take(SHEETS_MAX) {
        let lines = read_sheet(&mut workbook, &name)?;
        if !lines.is_empty() {
            sheets.push(lines);
        }
    }
    if sheets.is_empty() { Err(Unreadable::Empty) } else { Ok(sheets) }
}

/// Unpacks everything once, counting: an archive of a few kilobytes can hold gigabytes, and lie about it.
fn check_size(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenWorkbook)?;
    let mut left = UNPACKED_BYTES_MAX;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|_| Unreadable::BrokenWorkbook)?;
        let unpacked = std::io::copy(&mut file.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(|_| Unreadable::BrokenWorkbook)?;
        left = left.checked_sub(unpacked).ok_or(Unreadable::BrokenWorkbook)?;
    }
    Ok(())
}

fn read_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Line>, Unreadable> {
    // A chart has no cells.
    let Ok(mut cells) = workbook.worksheet_cells_reader(name) else { return Ok(Vec::new()) };
    let mut lines: Vec<Line> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::BrokenWorkbook)? {
        let text = said(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let (number, column) = (row.saturating_add(1), column as usize);
        if column >= COLUMNS_MAX {
            return Err(Unreadable::TooManyColumns { columns_max: COLUMNS_MAX });
        }
        if lines.last().is_none_or(|line| line.number != number) {
            lines.push(Line { number, cells: Vec::new() });
        }
        if lines.len() > ROWS_HELD_MAX {
            return Err(Unreadable::TooManyRows { rows_max: ROWS_HELD_MAX });
        }
        if let Some(line) = lines.last_mut() {
            line.cells.resize(line.cells.len().max(column + 1), String::new());
            line.cells[column] = text;
        }
    }
    Ok(lines)
}

fn said(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => plain(*number),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(date) => date_text(date),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn date_text(date: &calamine::ExcelDateTime) -> String {
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The number as the spreadsheet shows it: fifteen digits, and none of the dust of binary fractions after them.
fn plain(number: f64) -> String {
    const DIGITS: usize = 15;
    if !number.is_finite() {
        return String::new();
    }
    let scientific = format!("{number:.*e}", DIGITS - 1);
    let rounded: f64 = scientific.parse().unwrap_or(number);
    rounded.to_string()
}

#[cfg(test)]
pub mod samples {
    use std::fmt::Write as _;
    use std::io::Write as _;

    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

    /// A workbook of one sheet with these rows; a cell that is a number is written as one.
    #[must_use]
    pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
        let mut sheet = String::from("<sheetData>");
        for (row, number) in rows.iter().zip(1..) {
            write!(sheet, "<row r=\"{number}\">").unwrap();
            for (cell, column) in row.iter().zip('A'..='Z') {
                let escaped = cell.replace('&', "&amp;").replace('<', "&lt;");
                match cell.parse::<f64>() {
                    Ok(_) => write!(sheet, "<c r=\"{column}{number}\"><v>{escaped}</v></c>"),
                    Err(_) => {
                        write!(sheet, "<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{escaped}</t></is></c>")
                    }
                }
                .unwrap();
            }
            sheet.push_str("</row>");
        }
        sheet.push_str("</sheetData>");
        archive(&sheet)
    }

    /// A workbook of one sheet with this inside.
    #[must_use]
    pub fn archive(sheet: &str) -> Vec<u8> {
        let related = |id: &str, kind: &str, target: &str| {
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" \
                 Target=\"{target}\"/></Relationships>"
            )
        };
        let book = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Hoja1\" sheetId=\"1\" \
             r:id=\"rId1\"/></sheets></workbook>"
        );
        let files = [
            ("_rels/.rels", related("rId1", "officeDocument", "xl/workbook.xml")),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", related("rId1", "worksheet", "worksheets/sheet1.xml")),
            ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\">{sheet}</worksheet>")),
        ];
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in files {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_the_spreadsheet_shows_them() {
        let bytes = samples::workbook(&[&["sku", "price"], &["A&B", "189.99999999999997"], &["", "7702123456789"]]);
        let sheets = read(&bytes).unwrap();
        assert_eq!(sheets[0][1].cells, ["A&B", "190"]);
        assert_eq!((sheets[0][2].number, sheets[0][2].cells[1].as_str()), (3, "7702123456789"));
        assert_eq!(plain(0.1 + 0.2), "0.3");
        assert_eq!(plain(199.5), "199.5");
    }

    #[test]
    fn an_archive_that_is_no_workbook_is_refused() {
        assert_eq!(read(b"PK\x03\x04...."), Err(Unreadable::BrokenWorkbook));
    }
}
