//! Bytes to text. Real exports come as UTF-8 with and without a mark, as UTF-16 with and without one, and as
//! windows-1252.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// How much of a file is looked at to tell UTF-16 without a mark.
const SAMPLE_BYTES: usize = 1_024;

/// How a file was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16, of either byte order, with or without a mark.
    Utf16,
    /// Not UTF-8, so read as windows-1252, the encoding of older spreadsheets.
    Windows1252,
    /// A workbook, which says itself what its letters are.
    Workbook,
}

/// The text of a file, without a byte order mark, and how it was written.
#[must_use]
pub fn decode(bytes: &[u8]) -> (String, Written) {
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == encoding_rs::UTF_8 => decode_unmarked(&bytes[mark..]),
        Some((encoding, mark)) => decode_utf16(encoding, &bytes[mark..]),
        None => match utf16_without_mark(bytes) {
            Some(encoding) => decode_utf16(encoding, bytes),
            None => decode_unmarked(bytes),
        },
    }
}

fn decode_utf16(encoding: &'static Encoding, bytes: &[u8]) -> (String, Written) {
    (encoding.decode_without_bom_handling(bytes).0.into_owned(), Written::Utf16)
}

fn decode_unmarked(bytes: &[u8]) -> (String, Written) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), Written::Utf8),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), Written::Windows1252),
    }
}

/// A header row is mostly Latin letters, so in UTF-16 nearly every other byte of it is zero; in no other encoding
/// does a table begin so.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES) & !1];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    let mostly = |many: usize, few: usize| many * 10 >= pairs * 8 && few * 10 <= pairs;
    match pairs {
        0..4 => None,
        _ if mostly(odd, even) => Some(UTF_16LE),
        _ if mostly(even, odd) => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Título,niño €";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little_marked = [&[0xff, 0xfe], little.as_slice()].concat();
        let big_marked = [&[0xfe, 0xff], big.as_slice()].concat();
        let marked = format!("\u{feff}{text}");
        let (windows, _, _) = WINDOWS_1252.encode(text);
        for (bytes, written) in [
            (text.as_bytes(), Written::Utf8),
            (marked.as_bytes(), Written::Utf8),
            (&little_marked, Written::Utf16),
            (&big_marked, Written::Utf16),
            (&little, Written::Utf16),
            (&big, Written::Utf16),
            (&windows, Written::Windows1252),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), written));
        }
    }
}
