//! Excel workbooks, sheet by sheet. Cells are read one after the other and only as far as there are any: what a
//! workbook says of its own size is not believed.

use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read, Write};

use calamine::{DataRef, Reader as _, SheetVisible, Style, Xlsx, XlsxCellReader, XlsxError};
use quick_xml::Reader as XmlReader;
use quick_xml::events::Event;

use crate::catalog::import::decimal::NUMBER;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::sheet::{DATE, Grid, Held, NOT_COMPUTED};

/// The most that a workbook may unpack to.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// The most texts that the cells of a workbook may share.
const SHARED_MAX: u64 = 20_000_000;
/// The most tags of a part that says how a workbook looks.
const LOOKS_MAX: u64 = 1_000_000;
/// The most stretches of cells of which a sheet shows more digits than they have.
const SHOWN_MAX: usize = 500_000;
/// The most sheets that are looked at.
const SHEETS_MAX: usize = 20;

/// Reads every sheet. The library that takes workbooks apart was not written for files that mean harm (a sheet whose
/// dimension ends before it begins makes it panic where sums are checked), so a panic of it is a broken workbook.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, Unreadable> {
    check_size(bytes)?;
    std::panic::catch_unwind(|| read_sheets(bytes)).unwrap_or(Err(Unreadable::BrokenWorkbook))
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<Grid>, Unreadable> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenWorkbook)?;
    let (mut sheets, mut held) = (Vec::new(), Held::default());
    let hidden: Vec<bool> =
        workbook.sheets_metadata().iter().map(|sheet| sheet.visible != SheetVisible::Visible).collect();
    for (name, hidden) in workbook.sheet_names().into_iter().zip(hidden).take(SHEETS_MAX) {
        read_sheet(&mut workbook, &name, &mut held)?;
        let lines = std::mem::take(&mut held.lines);
        if !lines.is_empty() {
            sheets.push(Grid { name: Some(name), hidden, lines });
        }
    }
    if sheets.is_empty() { Err(Unreadable::Empty) } else { Ok(sheets) }
}

/// Unpacks everything once, counting: an archive of a few kilobytes can hold gigabytes, and lie about it. The texts
/// that cells share are held, and room is made for as many as their part says it has, before one of them is read.
fn check_size(bytes: &[u8]) -> Result<(), Unreadable> {
    let broken = |_| Unreadable::BrokenWorkbook;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenWorkbook)?;
    let mut left = UNPACKED_BYTES_MAX;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|_| Unreadable::BrokenWorkbook)?;
        let name = file.name().map_err(|_| Unreadable::BrokenWorkbook)?.to_ascii_lowercase();
        let is_shared = name.ends_with("sharedstrings.xml");
        let mut tags = Tags::default();
        let unpacked = io::copy(&mut file.take(left + 1), &mut tags).map_err(broken)?;
        left = left.checked_sub(unpacked).ok_or(Unreadable::BrokenWorkbook)?;
        let tags_max = match name.as_str() {
            _ if is_shared => SHARED_MAX,
            name if name.ends_with("styles.xml") || name.ends_with("workbook.xml") => LOOKS_MAX,
            _ => u64::MAX,
        };
        let said = if is_shared {
            said_texts(archive.by_index(place).map_err(|_| Unreadable::BrokenWorkbook)?)
        } else {
            0
        };
        if tags.0 > tags_max || said > tags.0 {
            return Err(Unreadable::BrokenWorkbook);
        }
    }
    Ok(())
}

/// Counts tags: each begins with this letter, and no text holds it.
#[derive(Default)]
struct Tags(u64);

impl Write for Tags {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.split(|byte| *byte == b'<').count() as u64 - 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many texts the part of shared texts says it has.
fn said_texts(part: impl Read) -> u64 {
    let mut reader = XmlReader::from_reader(BufReader::new(part));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "sst" => {
                let count = tag.try_get_attribute("uniqueCount").ok().flatten();
                let count = count.map(|count| count.value.trim().to_owned()).unwrap_or_default();
                let is_number = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
                return if is_number { count.parse().unwrap_or(u64::MAX) } else { 0 };
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}

fn read_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, held: &mut Held) -> Result<(), Unreadable> {
    let before = held.bytes;
    match read_cells(workbook, name, held, next_computed) {
        // A formula that the library cannot take apart is no reason not to read what it came to.
        Err(Unreadable::BrokenWorkbook) => {
            held.lines.clear();
            held.bytes = before;
            read_cells(workbook, name, held, next_stored)
        }
        read => read,
    }
}

/// Where a cell stands, and what it says.
type Placed = Option<((u32, u32), String)>;

fn read_cells<'b>(
    workbook: &mut Xlsx<Cursor<&'b [u8]>>,
    name: &str,
    held: &mut Held,
    next: impl for<'c> Fn(&mut XlsxCellReader<'c, Cursor<&'b [u8]>>) -> Result<Placed, XlsxError>,
) -> Result<(), Unreadable> {
    let digits = shown_digits(workbook, name)?;
    // A chart has no cells.
    let Ok(mut cells) = workbook.worksheet_cells_reader(name) else { return Ok(()) };
    while let Some(((row, column), text)) = next(&mut cells).map_err(|_| Unreadable::BrokenWorkbook)? {
        if text.is_empty() {
            continue;
        }
        let text = digits.of(row, column).and_then(|digits| as_shown(&text, digits)).unwrap_or(text);
        let number = row.saturating_add(1);
        if held.lines.last().is_none_or(|line| line.number != number) {
            held.begin(number)?;
        }
        held.put(column as usize, text)?;
    }
    Ok(())
}

/// The next cell; a formula of which the workbook does not say what it comes to is not empty.
fn next_computed(cells: &mut XlsxCellReader<'_, Cursor<&[u8]>>) -> Result<Placed, XlsxError> {
    let cell = cells.next_cell_with_formula_metadata()?;
    Ok(cell.map(|cell| {
        let is_computed = cell.formula.is_none() || !matches!(cell.value, DataRef::Empty);
        (cell.pos, if is_computed { said(&cell.value) } else { NOT_COMPUTED.to_owned() })
    }))
}

/// The next cell, whatever made it.
fn next_stored(cells: &mut XlsxCellReader<'_, Cursor<&[u8]>>) -> Result<Placed, XlsxError> {
    Ok(cells.next_cell()?.map(|cell| (cell.get_position(), said(cell.get_value()))))
}

/// How many digits a sheet shows of codes that it keeps as numbers, such as `00123`: by column, from a row to a row.
#[derive(Debug, Default)]
struct Shown(HashMap<u32, Vec<(u32, u32, usize)>>);

impl Shown {
    /// Cells come row by row, so those of a column do too.
    fn add(&mut self, row: u32, column: u32, digits: usize) -> usize {
        let stretches = self.0.entry(column).or_default();
        match stretches.last_mut() {
            Some((_, last, same)) if *same == digits && last.checked_add(1) == Some(row) => {
                *last = row;
                0
            }
            _ => {
                stretches.push((row, row, digits));
                1
            }
        }
    }

    fn of(&self, row: u32, column: u32) -> Option<usize> {
        let stretches = self.0.get(&column)?;
        let behind = stretches.partition_point(|(first, ..)| *first <= row);
        let (_, last, digits) = stretches.get(behind.checked_sub(1)?)?;
        (row <= *last).then_some(*digits)
    }
}

/// See [`Shown`]. One digit lost is another code, so a sheet of which not all is known is not read.
fn shown_digits(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Shown, Unreadable> {
    let mut shown = Shown::default();
    let Ok(mut cells) = workbook.worksheet_cells_reader(name) else { return Ok(shown) };
    let digits: Vec<usize> = cells.styles().iter().map(digits_of).collect();
    if digits.iter().all(|digits| *digits == 0) {
        return Ok(shown);
    }
    let mut stretches = 0;
    while let Ok(Some((row, column, style))) = cells.next_style_id() {
        if let Some(digits) = digits.get(style).filter(|digits| **digits > 0) {
            stretches += shown.add(row, column, *digits);
        }
        if stretches > SHOWN_MAX {
            return Err(Unreadable::BrokenWorkbook);
        }
    }
    Ok(shown)
}

/// How many digits a number has at least in cells of this look, where it says nothing but that.
fn digits_of(style: &Style) -> usize {
    let code = style.number_format.as_ref().map_or("", |format| format.format_code.as_str());
    if code.len() > 1 && code.bytes().all(|byte| byte == b'0') { code.len() } else { 0 }
}

/// A number with the noughts that the spreadsheet shows before it: a text, since codes alone are shown so.
fn as_shown(text: &str, digits: usize) -> Option<String> {
    let number = text.strip_prefix(NUMBER)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{number:0>digits$}"))
}

fn said(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Int(number) => format!("{NUMBER}{number}"),
        DataRef::Float(number) if number.is_finite() => format!("{NUMBER}{}", plain(*number)),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(date) => date_text(date),
        DataRef::DateTimeIso(text) => format!("{DATE}{text}"),
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Float(_) | DataRef::Empty => String::new(),
    }
}

fn date_text(date: &calamine::ExcelDateTime) -> String {
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{DATE}{year:04}-{month:02}-{day:02}")
}

/// The number as the spreadsheet shows it: fifteen digits, and none of the dust of binary fractions after them.
fn plain(number: f64) -> String {
    const DIGITS: usize = 15;
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

    /// The first look shows a code of five digits, and the second a date.
    const STYLES: &str = "<styleSheet xmlns=\"MAIN\"><numFmts count=\"1\"><numFmt numFmtId=\"170\" \
                          formatCode=\"00000\"/></numFmts><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"170\" \
                          applyNumberFormat=\"1\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";

    /// A workbook of one sheet with these rows; a cell that is a number is written as one.
    #[must_use]
    pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
        archive(&inside(rows))
    }

    /// What a sheet is called that is not shown.
    pub const HIDDEN: &str = "Oculta";

    /// A workbook of these sheets.
    #[must_use]
    pub fn sheets(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
        let sheets: Vec<(&str, String)> = sheets.iter().map(|(name, rows)| (*name, inside(rows))).collect();
        pack(&sheets, "<sst></sst>")
    }

    fn inside(rows: &[&[&str]]) -> String {
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
        sheet + "</sheetData>"
    }

    /// A workbook of one sheet with this inside.
    #[must_use]
    pub fn archive(sheet: &str) -> Vec<u8> {
        archive_with(sheet, "<sst></sst>")
    }

    /// A workbook of one sheet with this inside, and a part of texts that cells share.
    #[must_use]
    pub fn archive_with(sheet: &str, shared: &str) -> Vec<u8> {
        pack(&[("Hoja1", sheet.to_owned())], shared)
    }

    fn pack(sheets: &[(&str, String)], shared: &str) -> Vec<u8> {
        let related = |id: usize, kind: &str, target: &str| {
            format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
        };
        let relations = |inside: String| format!("<Relationships xmlns=\"{PACKAGE}\">{inside}</Relationships>");
        let (mut listed, mut targets) = (String::new(), String::new());
        for ((name, _), id) in sheets.iter().zip(1..) {
            let state = if *name == HIDDEN { " state=\"hidden\"" } else { "" };
            write!(listed, "<sheet name=\"{name}\"{state} sheetId=\"{id}\" r:id=\"rId{id}\"/>").unwrap();
            targets.push_str(&related(id, "worksheet", &format!("worksheets/sheet{id}.xml")));
        }
        let book = format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{listed}</sheets></workbook>");
        let mut files = vec![
            ("_rels/.rels".to_owned(), relations(related(1, "officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml".to_owned(), book),
            ("xl/_rels/workbook.xml.rels".to_owned(), relations(targets)),
            ("xl/sharedStrings.xml".to_owned(), shared.to_owned()),
            ("xl/styles.xml".to_owned(), STYLES.replace("MAIN", MAIN)),
        ];
        for ((_, inside), id) in sheets.iter().zip(1..) {
            let sheet = format!("<worksheet xmlns=\"{MAIN}\">{inside}</worksheet>");
            files.push((format!("xl/worksheets/sheet{id}.xml"), sheet));
        }
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
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn cells_are_read_as_the_spreadsheet_shows_them() {
        let bytes = samples::workbook(&[&["sku", "price"], &["A&B", "189.99999999999997"], &["", "7702123456789"]]);
        let sheets = read(&bytes).unwrap();
        assert_eq!(sheets[0].lines[1].cells(), ["A&B", &format!("{NUMBER}190")]);
        assert_eq!(
            (sheets[0].lines[2].number, sheets[0].lines[2].cells()[1]),
            (3, format!("{NUMBER}7702123456789").as_str())
        );
        assert_eq!(plain(0.1 + 0.2), "0.3");
        assert_eq!(plain(199.5), "199.5");
    }

    #[test]
    fn a_workbook_that_claims_more_shared_texts_than_it_has_is_refused() {
        let shared = |count: &str| {
            let part = format!("<?xml version=\"1.0\"?><sst uniqueCount=\"{count}\"><si><t>sku</t></si></sst>");
            read(&samples::archive_with(
                "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData>",
                &part,
            ))
        };
        assert_eq!(shared("1").unwrap()[0].lines[0].cells(), ["sku"]);
        assert_eq!(shared("4000000000000"), Err(Unreadable::BrokenWorkbook));
        assert_eq!(shared("99999999999999999999999"), Err(Unreadable::BrokenWorkbook));
    }

    #[test]
    fn a_row_takes_the_room_of_what_stands_in_it() {
        let mut sheet = String::from("<sheetData>");
        for row in 1..=2_000 {
            write!(sheet, "<row r=\"{row}\"><c r=\"BXX{row}\"><v>1</v></c></row>").unwrap();
        }
        let lines = read(&samples::archive(&format!("{sheet}</sheetData>"))).unwrap().remove(0).lines;
        assert_eq!((lines.len(), lines[0].cells().len(), lines[0].cells.len()), (2_000, 2_000, 1));
    }

    #[test]
    fn a_text_that_every_row_shares_is_not_held_for_ever() {
        let mut sheet = String::from("<sheetData>");
        for row in 1..=20_000 {
            write!(sheet, "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>").unwrap();
        }
        let text = format!("<sst uniqueCount=\"1\"><si><t>{}</t></si></sst>", "x".repeat(32 * 1024));
        let read = read(&samples::archive_with(&format!("{sheet}</sheetData>"), &text));
        assert_eq!(read, Err(Unreadable::TooLarge { megabytes_max: 512 }));
    }

    #[test]
    fn the_noughts_before_a_code_are_kept_in_every_row_of_a_sheet() {
        let mut shown = Shown::default();
        let stretches: usize = (0..1_000_000).map(|row| shown.add(row, 0, 5) + shown.add(row, 2, 3)).sum();
        assert_eq!((stretches, shown.of(0, 0), shown.of(999_999, 2)), (2, Some(5), Some(3)));
        assert_eq!((shown.add(1_000_002, 0, 5), shown.add(1_000_003, 0, 4)), (1, 1));
        assert_eq!((shown.of(1_000_000, 0), shown.of(1_000_002, 0)), (None, Some(5)));
        assert_eq!((shown.of(1_000_003, 0), shown.of(0, 1)), (Some(4), None));
    }

    #[test]
    fn an_archive_that_is_no_workbook_is_refused() {
        assert_eq!(read(b"PK\x03\x04...."), Err(Unreadable::BrokenWorkbook));
    }
}
