//! A file as lines of cells, whatever it is: delimited text, JSON, an XML feed or a workbook. Knows nothing of what
//! a column means.

mod feed;
mod json;
mod text;
mod workbook;

use std::ops::ControlFlow;

use crate::catalog::import::encoding::{Written, decode};
use crate::catalog::import::fault::Unreadable;

/// The largest file that is read.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most rows that are read.
pub const ROWS_MAX: usize = 200_000;
/// The most columns that are read.
pub const COLUMNS_MAX: usize = 2_000;

/// One line of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The row as a spreadsheet numbers it, the line of a JSON file, the item of a feed and one.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<String>,
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
    Text(String),
    Grids(Vec<Vec<Line>>),
}

/// One way to see a file as a table: a text with a delimiter, or one sheet of a workbook.
#[derive(Clone, Copy, Debug)]
pub enum Sheet<'a> {
    /// Text with this between the cells.
    Delimited(&'a str, u8),
    /// Cells already apart.
    Grid(&'a [Line]),
}

impl Sheet<'_> {
    /// Visits each line until told to stop.
    pub fn each(&self, visit: &mut dyn FnMut(u32, &[&str]) -> ControlFlow<()>) {
        match self {
            Self::Delimited(text, delimiter) => text::each(text, *delimiter, visit),
            Self::Grid(lines) => {
                for line in *lines {
                    let cells: Vec<&str> = line.cells.iter().map(String::as_str).collect();
                    if visit(line.number, &cells).is_break() {
                        return;
                    }
                }
            }
        }
    }

    /// What stands between the cells, where there is such a thing.
    #[must_use]
    pub const fn delimiter(&self) -> Option<u8> {
        match self {
            Self::Delimited(_, delimiter) => Some(*delimiter),
            Self::Grid(_) => None,
        }
    }
}

impl Opened {
    /// Every way to see it as a table, the likelier first.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet<'_>> {
        match &self.content {
            Content::Text(text) => text::DELIMITERS.map(|delimiter| Sheet::Delimited(text, delimiter)).into(),
            Content::Grids(grids) => grids.iter().map(|grid| Sheet::Grid(grid)).collect(),
        }
    }
}

/// Opens a file by what it holds, not by its name.
///
/// # Errors
/// When it is empty, too large, or broken as what it is.
pub fn open(bytes: &[u8]) -> Result<Opened, Unreadable> {
    const MEGABYTE: usize = 1024 * 1024;
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0";
    if bytes.len() > BYTES_MAX {
        let megabytes = bytes.len().div_ceil(MEGABYTE);
        return Err(Unreadable::TooLarge { megabytes, megabytes_max: BYTES_MAX / MEGABYTE });
    }
    if bytes.starts_with(OLE) {
        return Err(Unreadable::OldWorkbook);
    }
    if bytes.starts_with(ZIP) {
        let grids = workbook::read(bytes)?;
        return Ok(Opened { written: Written::Workbook, content: Content::Grids(grids) });
    }
    let (text, written) = decode(bytes);
    let beginning = text.trim_start();
    let content = if beginning.is_empty() {
        return Err(Unreadable::Empty);
    } else if beginning.starts_with('{') || beginning.starts_with('[') {
        Content::Grids(vec![json::read(&text)?])
    } else if beginning.starts_with('<') {
        Content::Grids(vec![feed::read(&text)?])
    } else {
        Content::Text(text)
    };
    Ok(Opened { written, content })
}

/// Lines under a header that grows as columns turn up: what JSON and feeds become.
#[derive(Debug, Default)]
struct Growing {
    header: Vec<String>,
    lines: Vec<Line>,
}

impl Growing {
    /// Adds a line of named cells; a name that comes twice is joined with a comma.
    fn push(&mut self, number: u32, named: Vec<(String, String)>) -> Result<(), Unreadable> {
        let mut cells: Vec<String> = Vec::new();
        for (name, value) in named {
            let place = self.header.iter().position(|known| *known == name).unwrap_or_else(|| {
                self.header.push(name);
                self.header.len() - 1
            });
            if place >= COLUMNS_MAX {
                return Err(Unreadable::TooManyColumns { columns_max: COLUMNS_MAX });
            }
            cells.resize(cells.len().max(place + 1), String::new());
            if !cells[place].is_empty() && !value.is_empty() {
                cells[place].push(',');
            }
            cells[place].push_str(&value);
        }
        self.lines.push(Line { number, cells });
        if self.lines.len() > ROWS_MAX { Err(Unreadable::TooManyRows { rows_max: ROWS_MAX }) } else { Ok(()) }
    }

    /// The header and the lines.
    fn finish(self) -> Vec<Line> {
        let mut lines = vec![Line { number: 1, cells: self.header }];
        lines.extend(self.lines);
        lines
    }
}

/// A workbook for tests of other modules.
#[cfg(test)]
#[must_use]
pub fn workbook_sample(rows: &[&[&str]]) -> Vec<u8> {
    workbook::samples::workbook(rows)
}

/// A workbook for tests of other modules, its sheet's inside as it comes.
#[cfg(test)]
#[must_use]
pub fn broken_workbook_sample(sheet: &str) -> Vec<u8> {
    workbook::samples::archive(sheet)
}
