//! Our words for what an import finds. Where the sentences of the command line name a flag, these name what is on the
//! page.

use crate::catalog::import::decimal::Decimals;
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::encoding::Written;
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::report::Counts;
use crate::catalog::uploads::FILE_BYTES_MAX;
use crate::web::words::{counted, grouped, sentence_case};

/// A megabyte.
const MEGABYTE: i64 = 1024 * 1024;

/// `3.2 MB`, `14 KB`.
pub fn megabytes(bytes: i64) -> String {
    if bytes < MEGABYTE / 10 {
        return format!("{} KB", (bytes / 1024).max(1));
    }
    let tenths = bytes.saturating_mul(10) / MEGABYTE;
    if tenths % 10 == 0 { format!("{} MB", tenths / 10) } else { format!("{}.{} MB", tenths / 10, tenths % 10) }
}

/// The sentence for a file that is too large.
pub fn too_large(bytes: Option<i64>) -> String {
    let max = megabytes(FILE_BYTES_MAX);
    let begins = bytes.map_or_else(
        || format!("The file is larger than {max}"),
        |bytes| format!("The file has {}, more than {max}", megabytes(bytes)),
    );
    format!(
        "{begins}, which is the most that is read at once. Split it by product, or save it without columns that hold \
         pictures themselves, and upload the parts one after the other."
    )
}

/// How the file is written.
pub const fn written(written: Written) -> &'static str {
    match written {
        Written::Utf8 => "UTF-8",
        Written::Utf16 => "UTF-16",
        Written::DamagedUtf8 => {
            "UTF-8 with bytes that are no letters. If texts have \u{fffd} in them, export the file again"
        }
        Written::Windows1252 => "Windows-1252. If accents look wrong, save the file as UTF-8",
        Written::Workbook => "Excel workbook",
    }
}

/// What stands between the cells.
pub fn delimiter(delimiter: char) -> String {
    match delimiter {
        ',' => "Comma".to_owned(),
        ';' => "Semicolon".to_owned(),
        '\t' => "Tab".to_owned(),
        '|' => "Vertical bar".to_owned(),
        other => format!("`{other}`"),
    }
}

/// What stands before the cents, and how we know.
pub fn decimals(decimals: Decimals) -> String {
    let Decimals { mark, asked, points, commas, .. } = decimals;
    match (asked, points, commas) {
        (true, ..) => format!("A {mark}, as you said"),
        (false, 0, 0) => "No price of the file shows it".to_owned(),
        (false, shown, 0) | (false, 0, shown) => {
            format!("A {mark}: {} {} it", counted(shown, "amount"), if shown == 1 { "shows" } else { "show" })
        }
        (false, ..) => format!(
            "A {mark}, though the file contradicts itself: {} with a point, {} with a comma",
            counted(points, "amount"),
            grouped(commas)
        ),
    }
}

/// What is wrong with a cell, and what to do.
pub fn why(fault: &Fault) -> String {
    match fault {
        Fault::UnclearAmount => {
            "this may be thousands or cents, and too few other prices of the file tell; say under \
                                 “How to read it” what stands before the cents"
                .to_owned()
        }
        Fault::OtherMark { mark } => format!(
            "the file writes cents behind a {mark} and this cell does not; write it as the others, or say under “How \
             to read it” which is right"
        ),
        Fault::ZeroPrice => {
            "the price is zero; write the price shoppers pay, or tick above that it is meant".to_owned()
        }
        Fault::SkuTwice { row } => format!(
            "this SKU stands on row {row} already; give each variant its own, or tick above that only the first row \
             counts"
        ),
        other => other.to_string(),
    }
}

/// What was read differently from how it was written.
pub fn noticed(note: &Note) -> String {
    match note {
        Note::PicturePath => {
            "pictures are paths without a server and were left out; say under “How to read it” where \
                              they are"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// What a person says yes to.
pub const fn agree(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::ZeroPrice => "Yes, these are meant to be free",
        Doubt::DuplicateSku => "Yes, only the first row of each SKU counts",
        Doubt::PriceJump => "Yes, these prices are right",
        Doubt::CurrencyChange => "Yes, the currency changes",
        Doubt::Vanishing => "Yes, they are no longer sold",
        Doubt::SheetsLeftOut => "Yes, these sheets are not needed",
        Doubt::ColumnsNotRead => "Yes, these columns say nothing of what is sold",
        Doubt::MostLeftOut => "Yes, the other rows are all there is",
    }
}

/// What a doubt is about, as a heading.
pub const fn doubted(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::ZeroPrice => "Prices of zero",
        Doubt::DuplicateSku => "The same SKU on several rows",
        Doubt::PriceJump => "Prices a hundred times, or a hundredth, of what they are in the shop",
        Doubt::CurrencyChange => "Prices in another currency than in the shop",
        Doubt::Vanishing => "More than 30 % of what the shop sells would no longer be sold",
        Doubt::SheetsLeftOut => "Sheets that are hidden or have other columns, and are not read",
        Doubt::ColumnsNotRead => "Columns that are not read; say on the page of columns what they mean",
        Doubt::MostLeftOut => "More than half of the rows are left out",
    }
}

/// What the button does: `Import 48 products, change 3`.
pub fn button(counts: &Counts) -> String {
    let mut parts = Vec::new();
    match (counts.products_created, counts.variants_created) {
        (0, 0) => {}
        (0, variants) => parts.push(format!("import {}", counted(variants, "variant"))),
        (products, _) => parts.push(format!("import {}", counted(products, "product"))),
    }
    let entries = |count: u32| if parts.is_empty() { counted_entries(count) } else { grouped(count) };
    let changed = (counts.changed > 0).then(|| format!("change {}", entries(counts.changed)));
    parts.extend(changed);
    let entries = |count: u32| if parts.is_empty() { counted_entries(count) } else { grouped(count) };
    let archived = (counts.archived > 0).then(|| format!("archive {}", entries(counts.archived)));
    parts.extend(archived);
    sentence_case(&parts.join(", "))
}

/// Products and variants together.
fn counted_entries(count: u32) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{} entries", grouped(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::decimal::Mark;

    #[test]
    fn the_button_says_what_it_will_do() {
        let check = |products, variants, changed, archived, says: &str| {
            let counts =
                Counts { products_created: products, variants_created: variants, changed, archived, unchanged: 7 };
            assert_eq!(button(&counts), says);
        };
        check(48, 60, 0, 0, "Import 48 products");
        check(1, 1, 0, 0, "Import 1 product");
        check(0, 2, 0, 0, "Import 2 variants");
        check(0, 0, 1, 0, "Change 1 entry");
        check(0, 0, 0, 12_345, "Archive 12\u{202f}345 entries");
        check(2, 3, 4, 5, "Import 2 products, change 4, archive 5");
        check(0, 0, 4, 5, "Change 4 entries, archive 5");
    }

    #[test]
    fn sizes_are_rounded_to_what_a_person_reads() {
        for (bytes, says) in
            [(0, "1 KB"), (14_400, "14 KB"), (MEGABYTE, "1 MB"), (3_400_000, "3.2 MB"), (-1, "1 KB")]
        {
            assert_eq!(megabytes(bytes), says);
        }
        assert!(too_large(Some(300 * MEGABYTE)).starts_with("The file has 300 MB, more than 64 MB"));
    }

    #[test]
    fn no_sentence_of_a_page_names_a_flag_of_the_command_line() {
        let faults = [
            Fault::Missing,
            Fault::UnclearAmount,
            Fault::OtherMark { mark: Mark::Comma },
            Fault::ZeroPrice,
            Fault::SkuTwice { row: 3 },
            Fault::NotAnAmount { suggestion: Some("1299.00".to_owned()), mark: Mark::Point },
            Fault::NotAnAddress,
            Fault::NoVariant,
        ];
        let sentences = faults.iter().map(why);
        let notes =
            [Note::PicturePath, Note::SkuMade, Note::ZeroPriceAgreed].iter().map(noticed).collect::<Vec<_>>();
        for sentence in sentences.chain(notes) {
            assert!(!sentence.contains("--"), "{sentence}");
        }
    }
}
