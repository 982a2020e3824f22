//! The refused rows as a file that can be mended and imported: the same columns, and one more with the reasons.

use std::ops::ControlFlow;

use crate::catalog::import::ReadOptions;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::report::Reading;
use crate::catalog::import::sheet::open;
use crate::catalog::import::table::recognise;

/// What the last column is called.
const REASONS: &str = "refused because";

/// See [`crate::catalog::import::refused_rows`]. The file is read once more rather than kept all along.
pub fn write(bytes: &[u8], reading: &Reading, options: &ReadOptions) -> Result<Option<Vec<u8>>, Unreadable> {
    if reading.refused_rows == 0 {
        return Ok(None);
    }
    let opened = open(bytes)?;
    let sheets = opened.sheets();
    let (sheet, above, layout) = recognise(&sheets, &options.mapping)?;
    // Spreadsheets take a file for UTF-8 only when it begins with this mark.
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .delimiter(sheet.delimiter().unwrap_or(b','))
        .from_writer("\u{feff}".as_bytes().to_vec());
    let reasons_column = layout.header.iter().position(|name| name == REASONS).unwrap_or(layout.header.len());
    let mut seen = 0;
    sheet.each(&mut |number, cells| {
        seen += 1;
        let is_header = seen == above + 1;
        if is_header || (seen > above && reading.families.contains(&number)) {
            let reason = reading.reasons.get(&number).map_or("", String::as_str);
            let mut row: Vec<&str> = cells.to_vec();
            row.resize(row.len().max(reasons_column + 1), "");
            row[reasons_column] = if is_header { REASONS } else { reason };
            // Into memory; it cannot fail.
            let _ = writer.write_record(&row);
        }
        ControlFlow::Continue(())
    });
    Ok(writer.into_inner().ok())
}
