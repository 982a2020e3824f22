//! Bytes to text. Real exports come as UTF-8 with and without a mark, as UTF-16, and as windows-1252.

use encoding_rs::{Encoding, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// How a file was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// Not UTF-8, so read as windows-1252, the encoding of older spreadsheets.
    Windows1252,
}

/// The text of a file, without a byte order mark, and how it was written.
#[must_use]
pub fn decode(bytes: &[u8]) -> (String, Written) {
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == encoding_rs::UTF_8 => decode_unmarked(&bytes[mark..]),
        Some((encoding, mark)) => {
            (encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(), Written::Utf16)
        }
        None => decode_unmarked(bytes),
    }
}

fn decode_unmarked(bytes: &[u8]) -> (String, Written) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), Written::Utf8),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), Written::Windows1252),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Título,niño €";
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let marked = format!("\u{feff}{text}");
        let (windows, _, _) = WINDOWS_1252.encode(text);
        for (bytes, written) in [
            (text.as_bytes(), Written::Utf8),
            (marked.as_bytes(), Written::Utf8),
            (&utf16, Written::Utf16),
            (&windows, Written::Windows1252),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), written));
        }
    }
}
