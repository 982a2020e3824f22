//! Text with something between the cells.

use std::ops::ControlFlow;

/// What may stand between cells.
pub const DELIMITERS: [u8; 4] = *b",;\t|";

/// Visits each record, numbered as a spreadsheet does it: blank lines count, line breaks inside quotes do not.
pub fn each(text: &str, delimiter: u8, visit: &mut dyn FnMut(u32, &[&str]) -> ControlFlow<()>) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    let mut line = reader.position().line();
    // Reading from memory and decoded text, a record cannot fail; if it did, it would be as though it ended there.
    while reader.read_record(&mut record).unwrap_or(false) {
        number += 1 + blank_lines(&record, reader.position().line().saturating_sub(line));
        line = reader.position().line();
        let cells: Vec<&str> = record.iter().collect();
        if visit(number, &cells).is_break() {
            return;
        }
    }
}

/// How many blank lines the reader skipped: the lines it moved on, less the record's own and those inside quotes.
fn blank_lines(record: &csv::StringRecord, lines: u64) -> u32 {
    let inside: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
    u32::try_from(lines.saturating_sub(1).saturating_sub(inside as u64)).unwrap_or(u32::MAX / 2)
}
