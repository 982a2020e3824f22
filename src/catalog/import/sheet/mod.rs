//! A file as lines of cells, whatever it is: delimited text, JSON, an XML feed or a workbook. Knows nothing of what
//! a column means.
//!
//! Delimited text is read line by line, from the beginning each time, and may be large. The others say only at their
//! end how they begin (a workbook's letters and an archive's list stand at its end; a feed's columns are all the names
//! in it), so they are held whole, and have to be small.

mod feed;
mod json;
mod one_cell;
mod packed;
mod text;
mod tiendanube_api;
mod woocommerce_api;
mod workbook;

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::ops::ControlFlow;

use crate::base::language::Language;
use crate::catalog::import::encoding::{Script, Written};
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::source::Source;
use crate::catalog::import::things::Thing;

/// The largest delimited text that is read: what the most rows have in the exports of large shops.
pub const TEXT_BYTES_MAX: u64 = 2048 * 1024 * 1024;
/// The largest file of any other kind.
pub const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most rows that are read: what is remembered of each row is small, but it is remembered.
pub const ROWS_MAX: usize = 5_000_000;
/// The most rows that are held.
const ROWS_HELD_MAX: usize = 200_000;
/// The most that all cells which are held may take.
const HELD_BYTES_MAX: usize = 512 * 1024 * 1024;
/// The most columns that are read.
pub const COLUMNS_MAX: usize = 2_000;
/// Stands before what a workbook says is a date. No text of a file has it.
pub const DATE: char = '\u{1d}';
/// Stands for a formula of which a workbook does not say what it comes to.
pub const NOT_COMPUTED: &str = "#FORMULA!";

/// The first bytes of an archive, as workbooks are.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of a workbook of before 2007.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

/// One line of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The row as a spreadsheet numbers it, the line of a JSON file, the item of a feed and one.
    pub number: u32,
    /// Those of its cells that hold anything, by column, in their order: a row of one cell in the last of many columns
    /// takes no more room than one of one cell in the first.
    cells: Vec<(u16, Box<str>)>,
}

impl Line {
    /// Its cells, from the first column to the last that holds anything.
    #[must_use]
    pub fn cells(&self) -> Vec<&str> {
        let width = self.cells.last().map_or(0, |(column, _)| usize::from(*column) + 1);
        let mut cells = vec![""; width];
        for (column, text) in &self.cells {
            cells[usize::from(*column)] = text;
        }
        cells
    }
}

/// Lines that are held, and no more of them than there is room for.
#[derive(Debug, Default)]
struct Held {
    lines: Vec<Line>,
    bytes: usize,
}

impl Held {
    /// Begins a line.
    fn begin(&mut self, number: u32) -> Result<(), Unreadable> {
        if self.lines.len() >= ROWS_HELD_MAX {
            return Err(Unreadable::TooManyRows { rows_max: ROWS_HELD_MAX });
        }
        self.lines.push(Line { number, cells: Vec::new() });
        Ok(())
    }

    /// Puts a text into a cell of the newest line. A file can be small and say the same large text on every row.
    fn put(&mut self, column: usize, text: String) -> Result<(), Unreadable> {
        const CELL_BYTES: usize = 48;
        let place = u16::try_from(column).ok().filter(|_| column < COLUMNS_MAX);
        let place = place.ok_or(Unreadable::TooManyColumns { columns_max: COLUMNS_MAX })?;
        self.bytes += CELL_BYTES + text.len();
        if self.bytes > HELD_BYTES_MAX {
            return Err(too_large(HELD_BYTES_MAX as u64));
        }
        if let Some(line) = self.lines.last_mut().filter(|_| !text.is_empty()) {
            match line.cells.binary_search_by_key(&place, |(column, _)| *column) {
                Ok(known) => line.cells[known].1 = text.into(),
                Err(between) => line.cells.insert(between, (place, text.into())),
            }
        }
        Ok(())
    }
}

/// A file that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// How it was written.
    pub written: Written,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Text(Source, Script),
    Grids(Vec<Grid>),
}

/// A sheet of cells already apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// What a workbook calls it.
    pub name: Option<String>,
    /// Whether the workbook does not show it.
    pub hidden: bool,
    /// Those of its rows that hold anything.
    pub lines: Vec<Line>,
}

/// One way to see a file as a table: a text with a delimiter, or one sheet of a workbook.
#[derive(Clone, Copy, Debug)]
pub enum Sheet<'a> {
    /// Text with this between the cells.
    Delimited(&'a Source, Script, u8),
    /// Cells already apart.
    Grid(&'a Grid),
}

impl Sheet<'_> {
    /// Visits each line until told to stop.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn each(&self, visit: &mut dyn FnMut(u32, &[&str]) -> ControlFlow<()>) -> Result<(), Unreadable> {
        match self {
            Self::Delimited(source, script, delimiter) => {
                text::each(script.text(source.open())?, *delimiter, visit)
            }
            Self::Grid(grid) => {
                for line in &grid.lines {
                    if visit(line.number, &line.cells()).is_break() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// What a workbook calls it, and the number of its last row.
    #[must_use]
    pub fn of_workbook(&self) -> Option<(&str, u32)> {
        let Self::Grid(Grid { name: Some(name), lines, .. }) = self else { return None };
        Some((name, lines.last().map_or(0, |line| line.number)))
    }

    /// Whether the workbook does not show it.
    #[must_use]
    pub const fn is_hidden(&self) -> bool {
        matches!(self, Self::Grid(Grid { hidden: true, .. }))
    }

    /// What stands between the cells, where there is such a thing.
    #[must_use]
    pub const fn delimiter(&self) -> Option<u8> {
        match self {
            Self::Delimited(_, _, delimiter) => Some(*delimiter),
            Self::Grid(_) => None,
        }
    }
}

impl Opened {
    /// Every way to see it as a table, the likelier first.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet<'_>> {
        match &self.content {
            Content::Text(source, script) => {
                text::DELIMITERS.map(|delimiter| Sheet::Delimited(source, *script, delimiter)).into()
            }
            Content::Grids(grids) => grids.iter().map(Sheet::Grid).collect(),
        }
    }
}

/// Opens a file by what it holds, not by its name. Of texts that it has in several languages, those of this one are
/// read.
///
/// # Errors
/// When it is empty, too large, or broken as what it is.
pub fn open(source: &Source, language: Language) -> Result<Opened, Unreadable> {
    let mut beginning = Vec::new();
    source.open().take(4).read_to_end(&mut beginning)?;
    if beginning.starts_with(OLE) {
        return Err(Unreadable::OldWorkbook);
    }
    if let Some(thing) = Thing::of(&beginning) {
        return Err(Unreadable::NoTable(thing));
    }
    if beginning.starts_with(packed::GZIP) {
        return open_unpacked(&packed::gunzip(source)?, language);
    }
    if beginning.starts_with(ZIP) {
        let bytes = whole(source.open())?;
        return match packed::only_file(&bytes)? {
            Some(file) => open_unpacked(&file, language),
            None => open_workbook(&bytes, language),
        };
    }
    open_text(source, language)
}

/// Opens what was packed. What is packed twice is not looked into: it may be so without end.
fn open_unpacked(source: &Source, language: Language) -> Result<Opened, Unreadable> {
    let mut beginning = Vec::new();
    source.open().take(4).read_to_end(&mut beginning)?;
    if beginning.starts_with(ZIP) {
        return open_workbook(&whole(source.open())?, language);
    }
    if beginning.starts_with(packed::GZIP) || beginning.starts_with(OLE) || Thing::of(&beginning).is_some() {
        return Err(Unreadable::NoTable(Thing::Archive));
    }
    open_text(source, language)
}

fn open_workbook(bytes: &[u8], language: Language) -> Result<Opened, Unreadable> {
    let grids = workbook::read(bytes)?;
    if let [grid] = grids.as_slice()
        && let Some(lines) = one_cell::of_sheet(grid)
    {
        return open_text(&lines, language);
    }
    Ok(Opened { written: Written::Workbook, content: Content::Grids(grids) })
}

fn open_text(source: &Source, language: Language) -> Result<Opened, Unreadable> {
    let script = Script::of(source.open())?;
    let text = || script.text(source.open());
    let content = match first_letter(text()?)? {
        None => return Err(Unreadable::Empty),
        Some('{' | '[') => held(json::read(words(&whole(text()?)?)?, language)?),
        Some('<') => held(read_tags(words(&whole(text()?)?)?)?),
        Some(_) if source.length() > TEXT_BYTES_MAX => return Err(too_large(TEXT_BYTES_MAX)),
        Some(_) => match one_cell::of_text(source, script)? {
            Some(lines) => {
                let script = Script::of(lines.open())?;
                Content::Text(lines, script)
            }
            None => Content::Text(source.clone(), script),
        },
    };
    Ok(Opened { written: script.written(), content })
}

fn read_tags(text: &str) -> Result<Vec<Line>, Unreadable> {
    Thing::of_tags(text).map_or_else(|| feed::read(text), |thing| Err(Unreadable::NoTable(thing)))
}

fn held(lines: Vec<Line>) -> Content {
    Content::Grids(vec![Grid { name: None, hidden: false, lines }])
}

/// All of a file that is held.
fn whole(file: impl std::io::Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES_MAX { Err(too_large(BYTES_MAX)) } else { Ok(bytes) }
}

fn words(bytes: &[u8]) -> Result<&str, Unreadable> {
    std::str::from_utf8(bytes).map_err(|_| Unreadable::Changed)
}

/// The first letter that is no space, if it is one of those that tell what a file is.
fn first_letter(text: impl std::io::Read) -> Result<Option<char>, Unreadable> {
    const LOOKED_AT: u64 = 64 * 1024;
    let mut bytes = Vec::new();
    text.take(LOOKED_AT).read_to_end(&mut bytes)?;
    // A letter that is cut at the end is none of those.
    Ok(String::from_utf8_lossy(&bytes).trim_start().chars().next())
}

/// That a file is larger than what is read of its kind.
const fn too_large(bytes_max: u64) -> Unreadable {
    Unreadable::TooLarge { megabytes_max: bytes_max / 1024 / 1024 }
}

/// Lines under a header that grows as columns turn up: what JSON and feeds become.
#[derive(Debug, Default)]
struct Growing {
    header: Vec<String>,
    columns: HashMap<String, usize>,
    held: Held,
}

impl Growing {
    /// Adds a line of named cells; what comes twice under a name is joined with a comma, and details, which may hold
    /// some, by lines.
    fn push(&mut self, number: u32, named: Vec<(String, String)>) -> Result<(), Unreadable> {
        let mut cells: BTreeMap<usize, String> = BTreeMap::new();
        for (name, value) in named {
            let between = if name == "product_detail" { '\n' } else { ',' };
            let cell = cells.entry(self.column(name)?).or_default();
            if !cell.is_empty() && !value.is_empty() {
                cell.push(between);
            }
            cell.push_str(&value);
        }
        self.held.begin(number)?;
        cells.into_iter().try_for_each(|(column, text)| self.held.put(column, text))
    }

    fn column(&mut self, name: String) -> Result<usize, Unreadable> {
        if let Some(column) = self.columns.get(&name) {
            return Ok(*column);
        }
        let column = self.header.len();
        if column >= COLUMNS_MAX {
            return Err(Unreadable::TooManyColumns { columns_max: COLUMNS_MAX });
        }
        self.header.push(name.clone());
        self.columns.insert(name, column);
        Ok(column)
    }

    /// The header and the lines.
    fn finish(self) -> Vec<Line> {
        let cells = self.header.into_iter().zip(0..).map(|(name, column)| (column, name.into()));
        let mut lines = vec![Line { number: 1, cells: cells.collect() }];
        lines.extend(self.held.lines);
        lines
    }
}

/// A workbook for tests of other modules.
#[cfg(test)]
#[must_use]
pub fn workbook_sample(rows: &[&[&str]]) -> Vec<u8> {
    workbook::samples::workbook(rows)
}

/// A workbook of several sheets for tests of other modules.
#[cfg(test)]
#[must_use]
pub fn workbook_of_sheets(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    workbook::samples::sheets(sheets)
}

/// A workbook for tests of other modules, its sheet's inside as it comes.
#[cfg(test)]
#[must_use]
pub fn broken_workbook_sample(sheet: &str) -> Vec<u8> {
    workbook::samples::archive(sheet)
}
