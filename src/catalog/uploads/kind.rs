//! What a file is when it is no catalog: told by its first bytes, so that a person hears it before the rest has
//! travelled.

/// The sentence for a file that begins like this and cannot be a catalog.
#[must_use]
pub fn refusal(beginning: &[u8]) -> Option<&'static str> {
    const PICTURE: &str = "This is a picture, not a catalog. Export the products from your shop system as CSV, or save \
                           your spreadsheet as xlsx or CSV, and upload that file. Pictures are named in it by their \
                           address.";
    const PDF: &str = "This is a PDF, which shows products but does not list them. Export the products from your shop \
                       system as CSV, or save your spreadsheet as xlsx or CSV, and upload that file.";
    const PACKED: &str =
        "This file is packed. Unpack it and upload the CSV, xlsx, JSON or XML file that is inside.";
    const BEGINNINGS: [(&[u8], &str); 12] = [
        (b"\x89PNG", PICTURE),
        (b"\xff\xd8\xff", PICTURE),
        (b"GIF8", PICTURE),
        (b"II*\0", PICTURE),
        (b"MM\0*", PICTURE),
        (b"8BPS", PICTURE),
        (b"%PDF", PDF),
        (b"\x1f\x8b", PACKED),
        (b"Rar!", PACKED),
        (b"7z\xbc\xaf", PACKED),
        (b"\xfd7zXZ", PACKED),
        (b"BZh9", PACKED),
    ];
    let known = BEGINNINGS.iter().find(|(magic, _)| beginning.starts_with(magic)).map(|(_, sentence)| *sentence);
    let inside = |from: usize, magic: &[u8]| beginning.get(from..).is_some_and(|rest| rest.starts_with(magic));
    let picture = (beginning.starts_with(b"RIFF") && inside(8, b"WEBP"))
        || inside(4, b"ftypheic")
        || inside(4, b"ftypavif")
        || inside(4, b"ftypmif1");
    known
        .or(is_page(beginning).then_some(PAGE))
        .or(picture.then_some(PICTURE))
        .or(is_no_text(beginning).then_some(NO_TABLE))
}

const PAGE: &str = "This is a web page, not a catalog: perhaps the address of a shop window, or a page that wants \
                    somebody to sign in. Export the products from your shop system as CSV, or use the address of the \
                    file itself.";

/// Whether it begins as web pages do.
fn is_page(beginning: &[u8]) -> bool {
    let seen = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start();
    let begins = |tag: &[u8]| seen.get(..tag.len()).is_some_and(|seen| seen.eq_ignore_ascii_case(tag));
    begins(b"<!doctype html") || begins(b"<html")
}

/// The sentence for what is no table, whatever else it is.
pub const NO_TABLE: &str = "This is no table of products: it has no columns such as a name and a price. Export the \
                            products from your shop system as CSV, or save your spreadsheet as xlsx or CSV, and \
                            upload that file.";

/// Whether it holds letters that no text holds. Zeroes are half of UTF-16, and workbooks are not text either.
fn is_no_text(beginning: &[u8]) -> bool {
    let may_be = [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff"];
    let seen = beginning.get(..4096).unwrap_or(beginning);
    let odd = |byte: &&u8| **byte != 0 && **byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    let count = seen.iter().filter(odd).count();
    count * 50 > seen.len() && !may_be.iter().any(|magic| seen.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_documents_are_told_what_they_are() {
        let check = |beginning: &[u8], word: &str| {
            assert!(refusal(beginning).is_some_and(|sentence| sentence.contains(word)), "{beginning:?}");
        };
        check(b"\x89PNG\r\n\x1a\n", "picture");
        check(b"\xff\xd8\xff\xe0..JFIF", "picture");
        check(b"RIFF....WEBPVP8 ", "picture");
        check(b"\0\0\0\x18ftypheic", "picture");
        check(b"%PDF-1.7", "PDF");
        check(b"\xef\xbb\xbf \n<!DOCTYPE HTML><title>Sign in</title>", "web page");
        check(b"<html lang=en>", "web page");
        check(b"\x1f\x8b\x08", "packed");
        check(b"\x01\x02\x90\x03\x88\x04\x7f\x05\x06", "no table");
    }

    #[test]
    fn what_may_be_a_catalog_passes() {
        let may: [&[u8]; 7] =
            [b"", b"a,b\t\x0b\r\nc,d", b"\xef\xbb\xbfTitle", b"PK\x03\x04", b"{\"a\":1}", b"<?xml", b"\xff\xfeh\0"];
        for beginning in may {
            assert_eq!(refusal(beginning), None, "{beginning:?}");
        }
    }
}
