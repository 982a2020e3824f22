//! Where the header of a file that is of no known format most likely stands. Pure.

use std::ops::ControlFlow;

use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::format::Layout;
use crate::catalog::import::sheet::Sheet;
use crate::catalog::import::table::{HEADER_ROWS, Header, clean};

/// Near the top of any sheet the first row with as many names as any, where most rows have so many cells. A comma
/// within prices makes two cells of some rows, but not of the header; and a number is no name.
///
/// # Errors
/// When there is no row with anything in it.
pub fn widest(sheets: &[Sheet<'_>]) -> Result<Header, Unreadable> {
    let mut best: Option<((usize, usize), Header)> = None;
    for (place, sheet) in sheets.iter().enumerate() {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let read = sheet.each(&mut |_, cells| {
            rows.push(cells.iter().map(|cell| clean(cell)).collect());
            if rows.len() < HEADER_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        match read {
            // With another delimiter it may have an end.
            Ok(()) | Err(Unreadable::EndlessRow { .. }) => {}
            Err(error) => return Err(error),
        }
        for (above, header) in rows.iter().enumerate() {
            let is_name = |name: &&String| name.contains(char::is_alphabetic);
            let (named, filled) = (header.iter().filter(is_name).count(), width(header));
            // Rows may end in a separator that the header does not have.
            let alike = rows.iter().filter(|row| row.len() == header.len() || width(row) == filled).count();
            let score = (named * alike, filled);
            if score > best.as_ref().map_or((0, 0), |(most, _)| *most) {
                let layout = Layout::as_plain(header.clone());
                best = Some((score, Header { sheet: place, above, layout }));
            }
        }
    }
    best.map(|(_, header)| header).ok_or(Unreadable::Empty)
}

/// How many cells a row has, as far as they hold anything.
fn width(row: &[String]) -> usize {
    row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
}
