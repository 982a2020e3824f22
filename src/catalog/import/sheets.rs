//! The sheets of a workbook. Those with the same columns are one table, read one after the other; of the others a
//! person is told, and asked where they look like products.

use std::fmt;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::catalog::import::decimal::NUMBER;
use crate::catalog::import::format::{Layout, normal};
use crate::catalog::import::sheet::Sheet;
use crate::catalog::import::table::{HEADER_ROWS, Header, clean, recognise};

/// From how many rows with numbers on a sheet is taken for a table.
const ROWS_OF_TABLE: usize = 2;

/// One way to see a file, or one sheet of several, that is read.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which.
    pub sheet: usize,
    /// How many lines stand above its header.
    pub above: usize,
    /// How many rows the sheets before it have.
    pub rows_before: u32,
}

/// What became of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetTold {
    /// What the workbook calls it.
    pub name: String,
    /// What was done with it.
    pub done: Done,
}

/// What was done with a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// Its rows are numbered on from those of the sheets before it, which were so many.
    Read {
        /// How many.
        rows_before: u32,
    },
    /// It is a table of other columns.
    LeftOut,
    /// It is a table that whoever wrote the workbook has hidden.
    Hidden,
    /// It is no table.
    NoTable,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { rows_before: 0 } => f.write_str("read"),
            Self::Read { rows_before } => {
                write!(f, "read, its rows numbered on: its first is {}", rows_before.saturating_add(1))
            }
            Self::LeftOut => {
                f.write_str("not read, because its columns are others; import it as a file of its own")
            }
            Self::Hidden => {
                f.write_str("not read, because it is hidden; show it, or import it as a file of its own")
            }
            Self::NoTable => f.write_str("not read, because it holds no table"),
        }
    }
}

/// What is read of a file whose header was found in one of its sheets, and what becomes of the others.
pub fn parts(sheets: &[Sheet<'_>], header: &Header, mapping: &[(String, String)]) -> (Vec<Part>, Vec<SheetTold>) {
    let (mut parts, mut told, mut rows_before) = (Vec::new(), Vec::new(), 0_u32);
    for (place, sheet) in sheets.iter().enumerate() {
        let Some((name, rows)) = sheet.of_workbook() else { continue };
        let is_hidden = sheet.is_hidden() && place != header.sheet;
        let above = if place == header.sheet { Some(header.above) } else { same_header(sheet, &header.layout) };
        let done = match above {
            _ if is_hidden && (above.is_some() || is_table(sheet, mapping)) => Done::Hidden,
            Some(above) => {
                parts.push(Part { sheet: place, above, rows_before });
                let before = rows_before;
                rows_before = rows_before.saturating_add(rows);
                Done::Read { rows_before: before }
            }
            None if is_table(sheet, mapping) => Done::LeftOut,
            None => Done::NoTable,
        };
        told.push(SheetTold { name: name.to_owned(), done });
    }
    if parts.is_empty() {
        parts.push(Part { sheet: header.sheet, above: header.above, rows_before });
    }
    if told.len() < 2 {
        told.clear();
    }
    (parts, told)
}

/// How many lines stand above the same header.
fn same_header(sheet: &Sheet<'_>, layout: &Layout) -> Option<usize> {
    let names = |cells: &mut dyn Iterator<Item = &str>| {
        let mut names: Vec<String> = cells.map(|cell| normal(&clean(cell))).collect();
        names.truncate(names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1));
        names
    };
    let wanted = names(&mut layout.header.iter().map(String::as_str));
    let (mut seen, mut found) = (0, None);
    let read = sheet.each(&mut |_, cells| {
        if names(&mut cells.iter().copied()) == wanted {
            found = Some(seen);
            return ControlFlow::Break(());
        }
        seen += 1;
        if seen < HEADER_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    read.ok().and(found)
}

/// Whether it has a header that we know, or rows of several cells with numbers in them.
fn is_table(sheet: &Sheet<'_>, mapping: &[(String, String)]) -> bool {
    let mut rows = 0;
    let read = sheet.each(&mut |_, cells| {
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        rows += usize::from(filled > 1 && cells.iter().any(|cell| cell.starts_with(NUMBER)));
        if rows < ROWS_OF_TABLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    (read.is_ok() && rows >= ROWS_OF_TABLE) || recognise(&[*sheet], mapping).is_ok()
}
