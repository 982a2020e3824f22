//! What a file is that is no table, told by how it begins or by what an archive holds. Pure.

use std::fmt;

/// Such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// HTML.
    WebPage,
    /// A document for printing.
    Pdf,
    /// An archive of several files, or of a kind that is not unpacked here.
    Archive,
    /// A photo or drawing.
    Picture,
    /// A workbook of a kind that is not read here.
    OtherWorkbook,
    /// A letter.
    Letter,
}

impl Thing {
    /// What a file is that begins with these bytes.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Option<Self> {
        const KNOWN: [(&[u8], Thing); 8] = [
            (b"%PDF", Thing::Pdf),
            (b"\x89PNG", Thing::Picture),
            (b"\xff\xd8\xff", Thing::Picture),
            (b"GIF8", Thing::Picture),
            (b"Rar!", Thing::Archive),
            (b"7z\xbc\xaf", Thing::Archive),
            (b"BZh", Thing::Archive),
            (b"\xfd7zX", Thing::Archive),
        ];
        KNOWN.iter().find(|(known, _)| beginning.starts_with(known)).map(|(_, thing)| *thing)
    }

    /// What an archive is that holds these files, if it is no workbook that we read.
    #[must_use]
    pub fn of_archive(names: &[String]) -> Option<Self> {
        let has = |ending: &str| names.iter().any(|name| name.to_ascii_lowercase().ends_with(ending));
        match () {
            () if has("xl/workbook.xml") => None,
            () if has("workbook.bin") || has(".iwa") || (has("content.xml") && has("mimetype")) => {
                Some(Self::OtherWorkbook)
            }
            () if has("word/document.xml") => Some(Self::Letter),
            () if has("workbook.xml") || has("[content_types].xml") => None,
            () => Some(Self::Archive),
        }
    }

    /// What a text of tags is that begins so, if it is no feed: only its outermost tag says.
    #[must_use]
    pub fn of_tags(text: &str) -> Option<Self> {
        const ROOTS: [&str; 9] = ["html", "head", "body", "table", "div", "script", "style", "meta", "title"];
        let mut rest = text.trim_start();
        loop {
            let (ends, is_doctype) = match rest {
                rest if rest.starts_with("<?") => ("?>", false),
                rest if rest.starts_with("<!--") => ("-->", false),
                rest if rest.starts_with("<!") => (">", true),
                _ => break,
            };
            let (said, after) = rest.split_once(ends)?;
            if is_doctype && said.to_ascii_lowercase().starts_with("<!doctype html") {
                return Some(Self::WebPage);
            }
            rest = after.trim_start();
        }
        let name = rest.strip_prefix('<')?.split(|letter: char| !letter.is_ascii_alphanumeric()).next()?;
        match name.to_ascii_lowercase().as_str() {
            // What a workbook of 2003 calls its outermost tag.
            "workbook" => Some(Self::OtherWorkbook),
            name => ROOTS.contains(&name).then_some(Self::WebPage),
        }
    }

    /// How a table is made of it, or found beside it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::WebPage => {
                "an address may ask to sign in first: fetch the file itself; if a program wrote it as .xls, open it in \
                 a spreadsheet and save it as xlsx"
            }
            Self::Pdf => "export the products as CSV or xlsx where the list was made",
            Self::Archive => "unpack it, and import the file of products that is in it",
            Self::Picture => "export the products as CSV or xlsx",
            Self::OtherWorkbook => "in the spreadsheet choose \"Save as\" or \"Export\", \"xlsx\" or \"CSV UTF-8\"",
            Self::Letter => "copy the table into a spreadsheet, and save it as xlsx",
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebPage => "a web page",
            Self::Pdf => "a PDF",
            Self::Archive => "a packed archive",
            Self::Picture => "a picture",
            Self::OtherWorkbook => "a workbook of another kind",
            Self::Letter => "a text document",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_is_told_from_a_feed_by_its_outermost_tag() {
        for page in [
            "<!DOCTYPE html><html><body>Sign in</body></html>",
            "<?xml version=\"1.0\"?>\n<!-- login -->\n<html xmlns=\"x\">",
            "<table><tr><td>Taza</td></tr></table>",
            "<META charset=utf-8><table>",
        ] {
            assert_eq!(Thing::of_tags(page), Some(Thing::WebPage), "{page}");
        }
        for feed in ["<rss><channel><description><html></description>", "<?xml version='1.0'?><feed>", "<", "<!--"]
        {
            assert_eq!(Thing::of_tags(feed), None, "{feed}");
        }
        let old = "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"x\">";
        assert_eq!(Thing::of_tags(old), Some(Thing::OtherWorkbook));
    }

    #[test]
    fn archives_are_told_apart_by_what_they_hold() {
        let of =
            |names: &[&str]| Thing::of_archive(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["[Content_Types].xml", "xl/workbook.xml"]), None);
        assert_eq!(of(&["[Content_Types].xml", "xl/workbook.bin"]), Some(Thing::OtherWorkbook));
        assert_eq!(of(&["mimetype", "content.xml"]), Some(Thing::OtherWorkbook));
        assert_eq!(of(&["[Content_Types].xml", "word/document.xml"]), Some(Thing::Letter));
        assert_eq!(of(&["a.csv", "b.csv"]), Some(Thing::Archive));
    }
}
