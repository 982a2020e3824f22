//! Tables whose lines lie whole in one cell each. A spreadsheet that separates by semicolons opens a file of commas so,
//! and puts quotes around each line when it saves it again.

use std::ops::ControlFlow;

use crate::catalog::import::encoding::Script;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::sheet::{BYTES_MAX, Grid, text};
use crate::catalog::import::source::Source;

/// How many lines are looked at.
const LINES_SEEN: u32 = 200;
/// How many cells a line within a cell has at least: fewer may be a text with commas in it.
const CELLS_MIN: usize = 4;
/// What may stand between the cells of the lines, and what the spreadsheet took for its own.
const WAYS: [(u8, u8); 2] = [(b',', b';'), (b';', b',')];

/// What is seen of a file's lines.
struct Seen {
    inside: u8,
    lines: u32,
    /// How many cells the first line has, within its one cell or by itself.
    cells: usize,
    header_is_whole: bool,
    /// How many lines are one cell in which as many lie.
    in_one_cell: u32,
    /// Whether quotes stand where whoever writes a table puts them: around a text with the separator in it.
    has_own_quotes: bool,
}

impl Seen {
    const fn of(inside: u8) -> Self {
        Self { inside, lines: 0, cells: 0, header_is_whole: false, in_one_cell: 0, has_own_quotes: false }
    }

    fn see(&mut self, cells: &[&str]) -> ControlFlow<()> {
        let whole = if let [one] = cells { Some(count(one, self.inside)) } else { None };
        if self.lines == 0 {
            (self.cells, self.header_is_whole) = (whole.unwrap_or(cells.len()), whole.is_none());
        }
        self.lines += 1;
        // Below a whole header, lines without quotes inside got none around them: they are headings with commas.
        let is_quoted = !self.header_is_whole || cells.iter().any(|cell| cell.contains('"'));
        self.in_one_cell += u32::from(whole == Some(self.cells) && is_quoted);
        let own = |cell: &&str| cell.contains(char::from(self.inside)) && !cell.contains('"');
        self.has_own_quotes |= whole.is_none() && cells.iter().any(own);
        if self.lines < LINES_SEEN { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Below a header that is whole, one line tells, unless the quotes of another are the table's own. Else the first
    /// line tells nothing by itself: a title above a table may have commas in it too.
    const fn are_in_one_cell(&self) -> bool {
        let told = if self.header_is_whole { 1 } else { 2 };
        self.cells >= CELLS_MIN && self.in_one_cell >= told && !(self.header_is_whole && self.has_own_quotes)
    }
}

/// How many cells a line has.
fn count(line: &str, between: u8) -> usize {
    let mut cells = 0;
    let read = text::each(line.as_bytes(), between, &mut |_, found| {
        cells = found.len();
        ControlFlow::Break(())
    });
    if read.is_ok() { cells } else { 0 }
}

/// The table of a text whose lines lie in one cell each; nothing where they do not.
///
/// # Errors
/// When the text cannot be read.
pub fn of_text(source: &Source, script: Script) -> Result<Option<Source>, Unreadable> {
    for (inside, outside) in WAYS {
        let mut seen = Seen::of(inside);
        // A quote that nothing closes is told by whoever reads the table.
        let _ = text::each(script.text(source.open())?, inside, &mut |_, cells| seen.see(cells));
        if !seen.are_in_one_cell() {
            continue;
        }
        let mut lines = Lines::default();
        let read = text::each(script.text(source.open())?, outside, &mut |number, cells| {
            lines.add(number, cells, outside)
        });
        if read.is_ok() && !lines.is_too_long {
            return Ok(Some(Source::bytes(lines.text.as_bytes())));
        }
    }
    Ok(None)
}

/// The same of a sheet.
#[must_use]
pub fn of_sheet(grid: &Grid) -> Option<Source> {
    for (inside, outside) in WAYS {
        let mut seen = Seen::of(inside);
        for line in &grid.lines {
            if seen.see(&line.cells()).is_break() {
                break;
            }
        }
        if seen.header_is_whole || !seen.are_in_one_cell() {
            continue;
        }
        let mut lines = Lines::default();
        for line in &grid.lines {
            let _ = lines.add(line.number, &line.cells(), outside);
        }
        if !lines.is_too_long {
            return Some(Source::bytes(lines.text.as_bytes()));
        }
    }
    None
}

/// Lines put together again, each on the line of its number: that is what the report calls it.
#[derive(Default)]
struct Lines {
    text: String,
    /// The number of the last.
    last: u32,
    is_too_long: bool,
}

impl Lines {
    /// A semicolon within a text made several cells of its line.
    fn add(&mut self, number: u32, cells: &[&str], outside: u8) -> ControlFlow<()> {
        // A workbook may say any number of its rows.
        let blank = number.saturating_sub(self.last).saturating_sub(1);
        if u64::from(blank) > BYTES_MAX {
            self.is_too_long = true;
            return ControlFlow::Break(());
        }
        self.text.extend(std::iter::repeat_n('\n', blank as usize));
        self.last = number;
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.text.push(char::from(outside));
            }
            self.text.push_str(cell);
        }
        self.text.push('\n');
        self.is_too_long = self.text.len() as u64 > BYTES_MAX;
        if self.is_too_long { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
