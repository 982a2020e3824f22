//! Text with something between the cells, read line by line.

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::catalog::import::fault::Unreadable;

/// What may stand between cells.
pub const DELIMITERS: [u8; 4] = *b",;\t|";
/// The longest row. A quote that nothing closes makes one row of all that follows.
const ROW_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Put behind the text: a line of its own where all quotes are closed, and else within a cell.
const END: &str = "\n\u{1e}\n";
/// How much is read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// Visits each record, numbered as a spreadsheet does it: blank lines count, line breaks inside quotes do not.
///
/// # Errors
/// When the text cannot be read, or a row has no end.
pub fn each(
    text: impl Read,
    delimiter: u8,
    visit: &mut dyn FnMut(u32, &[&str]) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .buffer_capacity(PIECE_BYTES)
        .from_reader(Bounded { text, end: END.as_bytes(), text_bytes: 0, left: ROW_BYTES_MAX });
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    let mut line = reader.position().line();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => return Err(unreadable(&error, number + 1)),
        }
        reader.get_mut().left = ROW_BYTES_MAX;
        number += 1 + blank_lines(&record, reader.position().line().saturating_sub(line));
        line = reader.position().line();
        let cells: Vec<&str> = record.iter().collect();
        // The text's own last line may be read with the line break behind it, but with nothing more.
        if reader.position().byte() > reader.get_ref().text_bytes + 1 {
            // Alone it is behind everything; else it was read as part of what a quote began.
            return if cells == [END.trim()] { Ok(()) } else { Err(Unreadable::EndlessRow { row: number }) };
        }
        if visit(number, &cells).is_break() {
            return Ok(());
        }
    }
}

/// How many blank lines the reader skipped: the lines it moved on, less the record's own and those inside quotes.
fn blank_lines(record: &csv::StringRecord, lines: u64) -> u32 {
    let inside = record.as_slice().bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(lines.saturating_sub(1).saturating_sub(inside as u64)).unwrap_or(u32::MAX / 2)
}

fn unreadable(error: &csv::Error, row: u32) -> Unreadable {
    match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::QuotaExceeded => Unreadable::EndlessRow { row },
        csv::ErrorKind::Io(error) => Unreadable::NotRead { kind: error.kind() },
        // It was UTF-8 when it was looked at.
        _ => Unreadable::Changed,
    }
}

/// A text and its end, of which only so much is read until somebody says that more may be.
struct Bounded<R> {
    text: R,
    end: &'static [u8],
    /// How long the text is, as far as it was read.
    text_bytes: u64,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let read = self.text.read(buffer)?;
        if read == 0 {
            return self.end.read(buffer);
        }
        self.text_bytes += read as u64;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_nothing_closes_does_not_swallow_the_rest_of_the_file() {
        let read = |text: &str| {
            let mut rows = Vec::new();
            let read = each(text.as_bytes(), b',', &mut |_, cells| {
                rows.push(cells.join("|"));
                ControlFlow::Continue(())
            });
            (read, rows)
        };
        let rows = |rows: &[&str]| rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>();
        for end in ["", "\n", "\r\n"] {
            let open = read(&format!("sku,title\nA,\"Ant\nB,Bee\nC,Cat{end}"));
            assert_eq!(open, (Err(Unreadable::EndlessRow { row: 2 }), rows(&["sku|title"])), "{end:?}");
            let closed = read(&format!("sku,title\nA,\"Ant\nhill\"\nB,5\" pipe{end}"));
            assert_eq!(closed, (Ok(()), rows(&["sku|title", "A|Ant\nhill", "B|5\" pipe"])), "{end:?}");
        }
        assert_eq!(read(""), (Ok(()), Vec::new()));
        assert_eq!(read("\u{1e}"), (Ok(()), rows(&["\u{1e}"])));
        assert_eq!(read("A,B\u{1e}\n\u{1e}\nC,D\u{1e}"), (Ok(()), rows(&["A|B\u{1e}", "\u{1e}", "C|D\u{1e}"])));
    }

    #[test]
    fn a_quote_that_nothing_closes_ends_the_reading() {
        let before = "a,b\n\nc,d\n".to_owned();
        let text = format!("{before}\"{}", "x,y\n".repeat(3_000_000));
        let mut rows = Vec::new();
        let read = each(text.as_bytes(), b',', &mut |number, _| {
            rows.push(number);
            ControlFlow::Continue(())
        });
        assert_eq!((read, rows), (Err(Unreadable::EndlessRow { row: 4 }), vec![1, 3]));
        let long = format!("{before}\"{}\"\n", "x,y\n".repeat(1_000_000));
        assert_eq!(
            each((before.repeat(2_000_000) + &long).as_bytes(), b',', &mut |_, _| ControlFlow::Continue(())),
            Ok(())
        );
    }
}
