//! Where the header of a file that is of no known format most likely stands. Pure.

use std::ops::ControlFlow;

use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::format::Layout;
use crate::catalog::import::sheet::Sheet;
use crate::catalog::import::table::{HEADER_ROWS, Header, clean};

/// Near the top of any sheet the first row with as many cells as any, where most rows have so many. A comma within
/// prices makes two cells of some rows, but not of the header.
///
/// # Errors
/// When there is no row with anything in it.
pub fn widest(sheets: &[Sheet<'_>]) -> Result<Header, Unreadable> {
    let mut best: Option<(usize, Header)> = None;
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
            let filled = header.iter().filter(|name| !name.is_empty()).count();
            let alike = rows.iter().filter(|row| row.len() == header.len()).count();
            if filled * alike > best.as_ref().map_or(0, |(most, _)| *most) {
                let layout = Layout::as_plain(header.clone());
                best = Some((filled * alike, Header { sheet: place, above, layout }));
            }
        }
    }
    best.map(|(_, header)| header).ok_or(Unreadable::Empty)
}
