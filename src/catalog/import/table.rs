//! A file as rows of cleaned cells under a recognised header. Knows nothing of what a cell means.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::base::language::Language;
use crate::catalog::import::ReadOptions;
use crate::catalog::import::cell;
use crate::catalog::import::columns::{is_count, is_trait};
use crate::catalog::import::decimal::NUMBER;
use crate::catalog::import::encoding::Written;
use crate::catalog::import::fault::{Fault, Unreadable};
use crate::catalog::import::format::{Field, Format, Layout, beginning};
use crate::catalog::import::report::Unused;
use crate::catalog::import::sheet::{COLUMNS_MAX, DATE, NOT_COMPUTED, Opened, ROWS_MAX, Sheet, open};
use crate::catalog::import::sheets::{Part, SheetTold, parts};
use crate::catalog::import::source::Source;
use crate::catalog::import::unread::{Says, Seen};
use crate::catalog::import::widest::widest;
use crate::catalog::product::Named;

/// How far down a header is looked for: shops put their name above it, and templates their explanations.
pub const HEADER_ROWS: usize = 12;

/// A file under a recognised header, to be read row by row as often as needed.
#[derive(Clone, Debug)]
pub struct Table {
    /// Where each field stands.
    pub layout: Layout,
    /// How the file was written.
    pub written: Written,
    /// What stands between its cells.
    pub delimiter: Option<u8>,
    /// What became of the sheets of a workbook that has several.
    pub sheets: Vec<SheetTold>,
    /// What the merchant said of columns and did nothing.
    pub in_vain: Vec<String>,
    opened: Opened,
    parts: Vec<Part>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The row as a spreadsheet numbers it; the header is 1.
    pub number: u32,
    /// How many cells it has.
    pub cells: usize,
    /// What stands in columns that are no fields but are read, by column.
    pub kept: Vec<(usize, String)>,
    /// Attributes that an adapter found.
    pub facts: Vec<Named>,
    /// The column of a cell that a spreadsheet has spoilt, and how. Such a row is not read any further.
    #[serde(skip)]
    pub spoilt: Option<(usize, Fault)>,
    /// Empty cells and absent columns are not there.
    values: Vec<(Field, String)>,
}

impl Row {
    /// One for tests of other modules.
    #[cfg(test)]
    #[must_use]
    pub fn with(number: u32, values: &[(Field, &str)]) -> Self {
        let values = values.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
        Self { number, cells: 0, kept: Vec::new(), facts: Vec::new(), spoilt: None, values }
    }

    /// What stands in the field's column.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == field).map(|(_, text)| text.as_str())
    }

    /// About how much memory it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let texts = self.values.iter().map(|(_, text)| text).chain(self.kept.iter().map(|(_, text)| text));
        size_of::<Self>() + texts.map(|text| size_of::<(Field, String)>() + text.len()).sum::<usize>()
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

    /// Takes everything away but the texts of these fields.
    pub fn keep(&mut self, fields: &[Field]) {
        self.values.retain(|(known, _)| fields.contains(known));
        self.kept.clear();
        self.facts.clear();
    }
}

impl Table {
    /// Finds the header of a file. `language` is the shop's.
    ///
    /// # Errors
    /// When it is empty, too large, or has a header we do not know.
    pub fn open(source: &Source, language: Language, options: &ReadOptions) -> Result<Self, Unreadable> {
        let opened = open(source, language)?;
        let sheets = opened.sheets();
        let header = recognise(&sheets, &options.mapping)?;
        let (written, delimiter) = (opened.written, sheets[header.sheet].delimiter());
        let (parts, told) = parts(&sheets, &header, &options.mapping);
        let in_vain = header.layout.in_vain(&options.mapping);
        Ok(Self { layout: header.layout, written, delimiter, sheets: told, in_vain, opened, parts })
    }

    /// Visits every line below the header, until told to stop. Those of a further sheet are numbered on.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn lines(&self, visit: &mut dyn FnMut(u32, &[&str]) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let sheets = self.opened.sheets();
        for part in &self.parts {
            let (mut seen, mut ended) = (0, false);
            sheets[part.sheet].each(&mut |number, cells| {
                seen += 1;
                if seen <= part.above + 1 {
                    return ControlFlow::Continue(());
                }
                let visited = visit(part.rows_before.saturating_add(number), cells);
                ended = visited.is_break();
                visited
            })?;
            if ended {
                break;
            }
        }
        Ok(())
    }

    /// Visits every row that holds anything, its columns read by this layout.
    ///
    /// # Errors
    /// When the file cannot be read on, has too many rows, or the visitor says so.
    pub fn each(
        &self,
        layout: &Layout,
        visit: &mut dyn FnMut(Row) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        self.rows(&mut Columns::of(layout), visit)
    }

    /// Visits every row that holds anything, and gives what was seen of the columns that are not read.
    ///
    /// # Errors
    /// When the file cannot be read on, has too many rows, or the visitor says so.
    pub fn survey(&self, visit: &mut dyn FnMut(Row) -> Result<(), Unreadable>) -> Result<Unread, Unreadable> {
        let mut columns = Columns::of(&self.layout);
        columns.seen = vec![Seen::default(); self.layout.header.len()];
        self.rows(&mut columns, visit)?;
        Ok(columns.unread())
    }

    fn rows(
        &self,
        columns: &mut Columns<'_>,
        visit: &mut dyn FnMut(Row) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        let (mut rows, mut ended) = (0, Ok(()));
        let read = self.lines(&mut |number, cells| {
            if is_header(cells, &self.layout) {
                return ControlFlow::Continue(());
            }
            let Some(row) = columns.row(number, cells) else { return ControlFlow::Continue(()) };
            rows += 1;
            ended = if rows > ROWS_MAX { Err(Unreadable::TooManyRows { rows_max: ROWS_MAX }) } else { visit(row) };
            if ended.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        ended.and(read)
    }
}

/// What was seen of the columns that are not read.
#[derive(Debug, Default)]
pub struct Unread {
    /// Those that hold something.
    pub unused: Vec<Unused>,
    /// The one that says in which currency prices are.
    pub currency: Option<usize>,
}

/// What a column that is no field is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Nothing,
    /// What variants may differ by.
    Trait,
    /// How many there are in one place.
    Count,
    /// What the product is like.
    Fact,
}

/// What each column of a file is read as.
struct Columns<'a> {
    layout: &'a Layout,
    fields: Vec<Option<Field>>,
    /// Whether amounts are written as a machine does.
    raw: Vec<bool>,
    kept: Vec<Kept>,
    /// The one that the price column names.
    currency: Option<String>,
    /// What columns that are not read hold, where somebody asks.
    seen: Vec<Seen>,
}

impl<'a> Columns<'a> {
    fn of(layout: &'a Layout) -> Self {
        let columns = 0..layout.header.len();
        let field = |column| Field::ALL.iter().copied().find(|field| layout.column(*field) == Some(column));
        let kept = |column| match layout.known_name(column) {
            _ if !layout.is_kept(column) => Kept::Nothing,
            name if is_count(layout.format, name) => Kept::Count,
            name if is_trait(name) => Kept::Trait,
            _ => Kept::Fact,
        };
        Self {
            layout,
            fields: columns.clone().map(field).collect(),
            raw: columns.clone().map(|column| layout.is_raw(column)).collect(),
            kept: columns.map(kept).collect(),
            currency: layout.currency().map(String::from).filter(|_| layout.column(Field::Currency).is_none()),
            seen: Vec::new(),
        }
    }

    /// A line as a row; nothing when there is nothing in it.
    fn row(&mut self, number: u32, cells: &[&str]) -> Option<Row> {
        let (kept, facts, values) = (Vec::new(), Vec::new(), Vec::new());
        let mut row = Row { number, cells: 0, kept, facts, spoilt: None, values };
        for (column, cell) in cells.iter().enumerate() {
            let text = clean(cell);
            if text.is_empty() {
                continue;
            }
            row.cells = column + 1;
            match self.fields.get(column) {
                Some(Some(field)) => {
                    let is_number = cell.starts_with(NUMBER) || (self.raw[column] && is_plain(&text));
                    let is_number = is_number && (Field::AMOUNTS.contains(field) || *field == Field::Stock);
                    row.spoilt =
                        row.spoilt.or_else(|| spoilt(cell, &text, is_name(*field)).map(|why| (column, why)));
                    row.values.push((*field, if is_number { format!("{NUMBER}{text}") } else { text }));
                }
                Some(None) if self.kept[column] != Kept::Nothing => {
                    match (spoilt(cell, &text, self.kept[column] == Kept::Trait), self.kept[column]) {
                        (None, _) => row.kept.push((column, text)),
                        // What is not known of a product is not said, but there is no thing without end.
                        (Some(_), Kept::Fact) => {}
                        (Some(why), _) => row.spoilt = row.spoilt.or(Some((column, why))),
                    }
                }
                Some(None) => {
                    if let Some(seen) = self.seen.get_mut(column) {
                        seen.see(&text);
                    }
                }
                None => {}
            }
        }
        if let Some(currency) = self.currency.as_ref().filter(|_| row.get(Field::Price).is_some()) {
            row.values.push((Field::Currency, currency.clone()));
        }
        (!row.values.is_empty() || row.cells > self.layout.header.len()).then_some(row)
    }

    fn unread(self) -> Unread {
        let name = |column| self.layout.written_name(column);
        let is_currency = |column: &usize| self.seen[*column].is_currency(&name(*column));
        let said = self.layout.column(Field::Currency).is_some();
        let currency = (0..self.seen.len()).find(is_currency).filter(|_| !said);
        let held = self.seen.iter().enumerate().filter(|(column, seen)| seen.rows > 0 && currency != Some(*column));
        let unused = held.map(|(column, seen)| {
            let says = seen.says(&name(column)).filter(|says| self.asks(*says));
            Unused { column: name(column), rows: seen.rows, says }
        });
        Unread { unused: unused.collect(), currency }
    }

    /// Whether what a column may say is worth a question: a switch in tables of people, and how many there are wherever
    /// nothing else says it.
    fn asks(&self, says: Says) -> bool {
        match says {
            Says::Off { .. } => self.layout.format == Format::Plain,
            Says::Count => self.layout.column(Field::Stock).is_none() && !self.kept.contains(&Kept::Count),
        }
    }
}

/// Whether such a cell names something, so that a date in it is none.
fn is_name(field: Field) -> bool {
    matches!(field, Field::Sku | Field::Barcode | Field::Handle)
        || Field::OPTIONS.iter().any(|(_, value)| *value == field)
}

/// What a spreadsheet has made of a cell: an error, a formula of which it keeps no result, or the date that `10-12` is
/// not where sizes and codes stand.
fn spoilt(cell: &str, text: &str, is_name: bool) -> Option<Fault> {
    const ERRORS: &[&str] = &[
        "#N/A",
        "#N/D",
        "#NV",
        "#REF!",
        "#¡REF!",
        "#VALUE!",
        "#¡VALOR!",
        "#VALOR!",
        "#DIV/0!",
        "#¡DIV/0!",
        "#NAME?",
        "#¿NOMBRE?",
        "#NOME?",
        "#NULL!",
        "#¡NULO!",
        "#NULO!",
        "#NUM!",
        "#¡NUM!",
        "#NÚM!",
    ];
    if text == NOT_COMPUTED {
        Some(Fault::NotComputed)
    } else if text.starts_with('#') && ERRORS.contains(&text) {
        Some(Fault::SpreadsheetError)
    } else {
        (is_name && cell.starts_with(DATE)).then_some(Fault::MadeADate)
    }
}

/// Whether there are only digits, and perhaps a point.
fn is_plain(amount: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    amount.split_once('.').map_or_else(|| digits(amount), |(whole, cents)| digits(whole) && digits(cents))
}

/// Where the header of a file stands.
#[derive(Debug)]
pub struct Header {
    /// Which of the ways to see the file as a table.
    pub sheet: usize,
    /// How many lines stand above it.
    pub above: usize,
    /// What it says.
    pub layout: Layout,
}

/// Where the header stands in each way to see the file, and whose it is. A format that is known for certain counts
/// more than a guess, then the one that finds most of its columns. When none is known, the complaint is about the
/// row that nearly is one, or the one that most others are like.
pub fn recognise(sheets: &[Sheet<'_>], mapping: &[(String, String)]) -> Result<Header, Unreadable> {
    let mut best: Option<((bool, usize), Header)> = None;
    let mut complaint = (0, Unreadable::Empty);
    let some_are_shown = sheets.iter().any(|sheet| !sheet.is_hidden());
    for (place, sheet) in sheets.iter().enumerate().filter(|(_, sheet)| !some_are_shown || !sheet.is_hidden()) {
        let mut above = 0;
        let read = sheet.each(&mut |_, cells| {
            let header: Vec<String> = cells.iter().map(|cell| clean(cell)).collect();
            let filled = header.iter().filter(|name| !name.is_empty()).count();
            match Layout::recognise(header, mapping) {
                Ok(layout) => {
                    let score = (layout.format != Format::Plain, layout.found());
                    if best.as_ref().is_none_or(|(earlier, _)| score > *earlier) {
                        best = Some((score, Header { sheet: place, above, layout }));
                    }
                    return ControlFlow::Break(());
                }
                Err(unknown) => {
                    let nearly = !matches!(unknown, Unreadable::UnknownHeader { .. });
                    let worth = filled + usize::from(nearly) * COLUMNS_MAX;
                    if worth > complaint.0 {
                        complaint = (worth, unknown);
                    }
                }
            }
            above += 1;
            if above < HEADER_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        match read {
            // With another delimiter it may have one.
            Ok(()) | Err(Unreadable::EndlessRow { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    match (best, complaint.1) {
        (Some((_, header)), _) => Ok(header),
        (None, Unreadable::UnknownHeader { .. }) => {
            // What is shown of it is the line that most others are like, apart by what they are apart by.
            let found = beginning(&widest(sheets)?.layout.header);
            Err(Unreadable::UnknownHeader { found })
        }
        (None, complaint) => Err(complaint),
    }
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
    match text.strip_prefix('\'').filter(|rest| cell::is_formula(rest)) {
        Some(disarmed) => disarmed.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::sheet::BYTES_MAX;

    fn table(bytes: &[u8]) -> Result<(Vec<Row>, Vec<Unused>), Unreadable> {
        let table = Table::open(&Source::bytes(bytes), Language::Es, &ReadOptions::default())?;
        let mut rows = Vec::new();
        let unread = table.survey(&mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok((rows, unread.unused))
    }

    fn rows(text: &str) -> Vec<Row> {
        table(text.as_bytes()).unwrap().0
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
        let (rows, unused) = table(text.as_bytes()).unwrap();
        assert_eq!((rows.len(), rows[0].number, rows[0].get(Field::Price)), (1, 4, Some("12,50")));
        assert_eq!(unused, [Unused { column: "Notas internas".to_owned(), rows: 1, says: None }]);
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
        let refused = |bytes: &[u8]| table(bytes).unwrap_err();
        assert_eq!(refused(b""), Unreadable::Empty);
        assert_eq!(refused(b"\xef\xbb\xbf \n"), Unreadable::Empty);
        assert_eq!(refused(b"PK\x03\x04...."), Unreadable::BrokenWorkbook);
        assert_eq!(refused(b"\xd0\xcf\x11\xe0...."), Unreadable::OldWorkbook);
        assert_eq!(table(b"handle,title,sku,price\n,,,\n"), Ok((vec![], vec![])));
        assert!(matches!(refused(b"name;cost\nx;1"), Unreadable::UnknownHeader { .. }));
        let large = format!("<rss>{}", " ".repeat(usize::try_from(BYTES_MAX).unwrap()));
        assert_eq!(refused(large.as_bytes()), Unreadable::TooLarge { megabytes_max: 64 });
    }

    #[test]
    fn a_header_repeated_in_the_middle_is_skipped() {
        assert_eq!(rows("handle,title,sku,price\na,t,s,1\nhandle,title,sku,price\nb,t,r,1").len(), 2);
    }
}
