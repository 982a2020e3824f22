//! Bytes to text. Real exports come as UTF-8 with and without a mark, as UTF-16 with and without one, and as
//! windows-1252. Decoded in pieces, so that a file need not be held.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// How much of a file is looked at to tell UTF-16 without a mark.
const SAMPLE_BYTES: usize = 1_024;
/// How much is decoded at a time.
const PIECE_BYTES: usize = 16 * 1024;

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

/// How the bytes of a file become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script {
    encoding: &'static Encoding,
    /// How many bytes of a byte order mark stand before the text.
    mark: u64,
}

impl Script {
    /// Finds out how a file was written. Whether it is UTF-8 is known at its end only.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(mut file: impl Read) -> io::Result<Self> {
        let mut seen = Vec::with_capacity(SAMPLE_BYTES);
        file.by_ref().take(SAMPLE_BYTES as u64).read_to_end(&mut seen)?;
        let (encoding, mark) = match Encoding::for_bom(&seen) {
            Some((encoding, mark)) => (encoding, mark),
            None => (utf16_without_mark(&seen).unwrap_or(UTF_8), 0),
        };
        let is_other = encoding == UTF_8 && !is_utf8(seen[mark..].chain(file))?;
        Ok(Self { encoding: if is_other { WINDOWS_1252 } else { encoding }, mark: mark as u64 })
    }

    /// How it was written, for the report.
    #[must_use]
    pub fn written(self) -> Written {
        match self.encoding {
            encoding if encoding == UTF_8 => Written::Utf8,
            encoding if encoding == WINDOWS_1252 => Written::Windows1252,
            _ => Written::Utf16,
        }
    }

    /// The file as UTF-8, without a byte order mark.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text<R: Read + 'static>(self, mut file: R) -> io::Result<Box<dyn Read>> {
        io::copy(&mut file.by_ref().take(self.mark), &mut io::sink())?;
        if self.encoding == UTF_8 {
            return Ok(Box::new(file));
        }
        let decoder = self.encoding.new_decoder_without_bom_handling();
        Ok(Box::new(Decoding { file, decoder, text: String::new(), at: 0, ended: false }))
    }
}

/// A file of another encoding, as UTF-8.
struct Decoding<R> {
    file: R,
    decoder: Decoder,
    text: String,
    at: usize,
    ended: bool,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.ended {
            let mut raw = [0; PIECE_BYTES];
            let read = self.file.read(&mut raw)?;
            self.ended = read == 0;
            self.text.clear();
            self.text.reserve(self.decoder.max_utf8_buffer_length(read).unwrap_or(PIECE_BYTES * 3));
            // There is room for all of it, so all of it is decoded.
            let _ = self.decoder.decode_to_string(&raw[..read], &mut self.text, self.ended);
            self.at = 0;
        }
        let read = (&self.text.as_bytes()[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

fn is_utf8(mut file: impl Read) -> io::Result<bool> {
    let mut piece = vec![0; PIECE_BYTES];
    // A letter that ends in the next piece is kept until then.
    let mut kept = 0;
    loop {
        let read = file.read(&mut piece[kept..])?;
        if read == 0 {
            return Ok(kept == 0);
        }
        let filled = kept + read;
        kept = match std::str::from_utf8(&piece[..filled]) {
            Ok(_) => 0,
            Err(error) if error.error_len().is_none() => filled - error.valid_up_to(),
            Err(_) => return Ok(false),
        };
        piece.copy_within(filled - kept..filled, 0);
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

    fn decode(bytes: &[u8]) -> (String, Written) {
        let script = Script::of(bytes).unwrap();
        let mut text = String::new();
        script.text(io::Cursor::new(bytes.to_vec())).unwrap().read_to_string(&mut text).unwrap();
        (text, script.written())
    }

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

    #[test]
    fn letters_are_whole_wherever_a_piece_ends() {
        for before in 0..4 {
            let text = format!("{}{}", "x".repeat(before), "ñ€😀".repeat(PIECE_BYTES / 3));
            assert_eq!(decode(text.as_bytes()), (text.clone(), Written::Utf8));
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(decode(&[&[0xff, 0xfe], little.as_slice()].concat()), (text, Written::Utf16));
        }
    }

    #[test]
    fn one_byte_at_the_end_makes_it_another_encoding() {
        let text = "a".repeat(3 * PIECE_BYTES);
        let (decoded, written) = decode(&[text.as_bytes(), b"\xf1"].concat());
        assert_eq!((decoded.len(), decoded.ends_with('ñ'), written), (text.len() + 2, true, Written::Windows1252));
    }
}
