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
    /// UTF-8 with a few bytes that are not, which were read as `\u{fffd}`.
    DamagedUtf8,
    /// Not UTF-8, so read as windows-1252, the encoding of older spreadsheets.
    Windows1252,
    /// A workbook, which says itself what its letters are.
    Workbook,
}

/// How the bytes of a file become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script {
    encoding: &'static Encoding,
    /// Whether bytes of it are in no encoding.
    damaged: bool,
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
        let letters = if encoding == UTF_8 { count_letters(seen[mark..].chain(file))? } else { Letters::default() };
        let encoding = if letters.are_of_another() { WINDOWS_1252 } else { encoding };
        Ok(Self { encoding, damaged: encoding == UTF_8 && letters.broken > 0, mark: mark as u64 })
    }

    /// How it was written, for the report.
    #[must_use]
    pub fn written(self) -> Written {
        match self.encoding {
            encoding if encoding == UTF_8 && self.damaged => Written::DamagedUtf8,
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
        if self.encoding == UTF_8 && !self.damaged {
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

/// What the bytes beyond ASCII would be in UTF-8.
#[derive(Clone, Copy, Debug, Default)]
struct Letters {
    whole: u64,
    broken: u64,
}

impl Letters {
    /// Whether they are letters of another encoding. In a text of windows-1252 hardly any are whole by chance; one that
    /// was glued together, or cut off, has a few that are not.
    const fn are_of_another(self) -> bool {
        const WHOLE_FOR_EACH_BROKEN: u64 = 4;
        self.broken > 0 && self.whole < self.broken.saturating_mul(WHOLE_FOR_EACH_BROKEN)
    }

    fn see(&mut self, text: &str) {
        self.whole += text.chars().filter(|letter| !letter.is_ascii()).count() as u64;
    }
}

fn count_letters(mut file: impl Read) -> io::Result<Letters> {
    let mut letters = Letters::default();
    let mut piece = vec![0; PIECE_BYTES];
    // A letter that ends in the next piece is kept until then.
    let mut kept = 0;
    loop {
        let read = file.read(&mut piece[kept..])?;
        let (filled, is_end) = (kept + read, read == 0);
        let mut rest = &piece[..filled];
        kept = 0;
        for chunk in rest.utf8_chunks() {
            letters.see(chunk.valid());
            rest = &rest[chunk.valid().len()..];
            let invalid = chunk.invalid();
            // The beginning of a letter is whole as far as it goes.
            let begins = invalid.len() == rest.len() && !is_end && is_beginning(invalid);
            if begins {
                kept = invalid.len();
            } else if !invalid.is_empty() {
                letters.broken += 1;
            }
            rest = &rest[invalid.len()..];
        }
        if is_end {
            return Ok(letters);
        }
        piece.copy_within(filled - kept..filled, 0);
    }
}

fn is_beginning(bytes: &[u8]) -> bool {
    !bytes.is_empty() && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
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
    fn a_few_broken_bytes_do_not_make_a_text_another_one() {
        let text = "Camisa ñandú, piñata, año, corazón";
        for broken in [[b"\xf1, ", text.as_bytes()].concat(), [text.as_bytes(), b" \xc3"].concat()] {
            let (decoded, written) = decode(&broken);
            assert!(decoded.contains(text) && decoded.contains('\u{fffd}'), "{decoded}");
            assert_eq!(written, Written::DamagedUtf8);
        }
        // Wherever the broken one stands among many pieces.
        for before in 0..4 {
            let text = format!("{}{}", "x".repeat(before), "ñ€😀".repeat(PIECE_BYTES / 3));
            let (decoded, written) = decode(&[text.as_bytes(), b"\xff", text.as_bytes()].concat());
            assert_eq!((decoded, written), (format!("{text}\u{fffd}{text}"), Written::DamagedUtf8));
        }
        assert_eq!(decode(b"a\xf1o, ni\xf1a, caf\xe9").1, Written::Windows1252);
    }

    #[test]
    fn one_byte_at_the_end_makes_it_another_encoding() {
        let text = "a".repeat(3 * PIECE_BYTES);
        let (decoded, written) = decode(&[text.as_bytes(), b"\xf1"].concat());
        assert_eq!((decoded.len(), decoded.ends_with('ñ'), written), (text.len() + 2, true, Written::Windows1252));
    }
}
