//! What can be wrong with a file or a row, and the sentence that tells a merchant what to do about it.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use crate::base::money::Currency;
use crate::catalog::import::decimal::Mark;
use crate::catalog::import::things::Thing;

/// A file that is no catalog we can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the file is empty; export it again with its header row and products")]
    Empty,
    /// It is larger than we read.
    #[error(
        "the file has more than {megabytes_max} MB, the most we read of its kind; save it as CSV, or split it by product"
    )]
    TooLarge {
        /// The limit.
        megabytes_max: u64,
    },
    /// It has more rows than we read.
    #[error("the file has more than {rows_max} rows; split it by product")]
    TooManyRows {
        /// The limit.
        rows_max: usize,
    },
    /// It has more columns than we read.
    #[error("the file has more than {columns_max} columns; take out those that are empty")]
    TooManyColumns {
        /// The limit.
        columns_max: usize,
    },
    /// A row goes on and on.
    #[error("row {row} has no end; close the quote in it")]
    EndlessRow {
        /// The row as a spreadsheet numbers it.
        row: u32,
    },
    /// It was written to while it was read, which takes more than one look.
    #[error("the file was changed while it was read; import it again")]
    Changed,
    /// It cannot be read, or there is no room for a copy of its rows.
    #[error("the file could not be read, or its rows not be laid aside: {kind}")]
    NotRead {
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// It is a workbook of before 2007.
    #[error("this is a workbook of an old kind; in the spreadsheet choose \"Save as\", \"xlsx\" or \"CSV UTF-8\"")]
    OldWorkbook,
    /// It begins as a workbook does, and is none that can be read.
    #[error("this workbook cannot be read; open it in the spreadsheet and choose \"Save as\", \"CSV UTF-8\"")]
    BrokenWorkbook,
    /// It begins as JSON does, and is not.
    #[error("line {line} is not JSON with one product in each object; export the file again")]
    BrokenJson {
        /// Where.
        line: usize,
    },
    /// One product of it is larger than we read at once.
    #[error("the product on line {line} has more than {megabytes_max} MB; split it into several products")]
    EndlessObject {
        /// Where.
        line: usize,
        /// The limit.
        megabytes_max: usize,
    },
    /// It begins as XML does, and is not.
    #[error("line {line} is not XML as it should be; export the feed again")]
    BrokenXml {
        /// Where.
        line: usize,
    },
    /// It is our format, nearly.
    #[error("the header row has no column `{column}`; add it (catalog/README.md lists the columns)")]
    ColumnMissing {
        /// What is missing.
        column: String,
    },
    /// It is a file of a system we know, and no list of its products.
    #[error("this is {what}; {instead} and import that file")]
    Elsewhere {
        /// What it is.
        what: &'static str,
        /// What to export instead.
        instead: &'static str,
    },
    /// It is no table at all, but something else that we know.
    #[error("this is {0} and no table of products; {hint}", hint = .0.hint())]
    NoTable(Thing),
    /// Its header is none we know.
    #[error(
        "the columns are of no file we know (catalog/README.md lists them); a table needs a name and a price for each \
         product: say which columns those are with --map COLUMN=title --map COLUMN=price. It begins with {found}"
    )]
    UnknownHeader {
        /// The first columns found.
        found: String,
    },
    /// Several of its columns may be the price.
    #[error(
        "several columns may be the price, and nobody can tell which shoppers pay: say which one it is with --map \
         COLUMN=price. The file begins with {found}"
    )]
    SeveralPrices {
        /// The first columns found.
        found: String,
    },
    /// It has a header and nothing else.
    #[error("the file has a header row and no products under it")]
    NoRows,
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::NotRead { kind: error.kind() }
    }
}

/// What is wrong with a cell, as data; [`fmt::Display`] gives the sentence: the reason and how to mend it. It is kept
/// within a [`Refusal`], so no field of it is written under a name that the refusal has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// A cell that must not be empty is.
    Missing,
    /// The row has more cells than the header.
    TooManyCells {
        /// How many the row has.
        cells: usize,
        /// How many the header has.
        columns: usize,
    },
    /// A text is longer than we keep.
    TooLong {
        /// Characters it has.
        characters: usize,
        /// Characters allowed.
        characters_max: usize,
    },
    /// A list has more entries than we keep.
    TooMany {
        /// Entries allowed.
        entries_max: usize,
    },
    /// Not a plain decimal number.
    NotAnAmount {
        /// What it was probably meant to be.
        suggestion: Option<String>,
        /// What stands before the cents in the file.
        #[serde(default)]
        mark: Mark,
    },
    /// A number of which nobody can tell whether its mark is that of thousands or of cents.
    UnclearAmount,
    /// The rest of the file writes cents the other way.
    OtherMark {
        /// What stands before the cents in the rest of the file.
        mark: Mark,
    },
    /// A price of nothing.
    ZeroPrice,
    /// Not the shop's currency.
    OtherCurrency {
        /// The shop's.
        shop: Currency,
    },
    /// Not a count.
    NotACount,
    /// Not one of the words allowed.
    NotOneOf {
        /// The words, as written in a sentence.
        words: String,
    },
    /// Not an address of a picture.
    NotAnAddress,
    /// Not `Name: value`.
    NotAFact,
    /// A spreadsheet made a number with an exponent of it.
    Rounded,
    /// A spreadsheet made a date of it.
    MadeADate,
    /// A formula came to no value.
    SpreadsheetError,
    /// A formula without what it comes to.
    NotComputed,
    /// The SKU stands on an earlier row.
    SkuTwice {
        /// That row.
        #[serde(rename = "earlier_row")]
        row: u32,
    },
    /// The same option values stand on an earlier row of the product.
    OptionsTwice {
        /// That row.
        #[serde(rename = "earlier_row")]
        row: u32,
    },
    /// A second variant of a product that has no options.
    NothingTellsApart {
        /// The earlier row.
        #[serde(rename = "earlier_row")]
        row: u32,
    },
    /// A second row of the same name and without a SKU, in a table whose rows are variants.
    SameName {
        /// The earlier row.
        #[serde(rename = "earlier_row")]
        row: u32,
    },
    /// A value is missing for an option of the product.
    OptionValueMissing {
        /// The option's name.
        option: String,
    },
    /// A value for an option that the product does not have.
    OptionNameMissing {
        /// The column where the name belongs.
        #[serde(rename = "name_column")]
        column: String,
    },
    /// The option's name differs from the one on the product's first row.
    OptionRenamed {
        /// The first name.
        name: String,
    },
    /// Two options of one product have the same name.
    OptionNameTwice,
    /// The product has more variants than we keep.
    TooManyVariants {
        /// Variants allowed.
        variants_max: usize,
    },
    /// The product's rows hold more than we read at once.
    TooLargeProduct {
        /// The limit.
        megabytes_max: usize,
    },
    /// The product has no row with a price.
    NoVariant,
    /// Another row of the product was refused, without which this one means something else.
    ProductRefused,
}

impl Fault {
    /// What is wrong with an amount.
    fn write_amount(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAmount { suggestion: Some(number), .. } => {
                write!(f, "this is not a plain number; write {number}")
            }
            Self::UnclearAmount => f.write_str(
                "this may be thousands or cents, and too few other prices of the file tell; say what stands before the \
                 cents with --decimal comma or --decimal point",
            ),
            Self::OtherMark { mark } => write!(
                f,
                "the file writes cents behind a {mark} and this cell does not; write it as the others, or say which \
                 is right with --decimal"
            ),
            Self::ZeroPrice => f.write_str(
                "the price is zero; write the price shoppers pay, or say that it is meant with --yes zero-price",
            ),
            Self::NotAnAmount { mark: mark @ Mark::Comma, .. } => write!(
                f,
                "this is not a plain number; write only digits, with a {mark} before the cents, such as 1299,00"
            ),
            _ => f.write_str(
                "this is not a plain number; write only digits, with a point before the cents, such as 1299.00",
            ),
        }
    }
}

impl Fault {
    /// What is wrong with a whole product.
    fn write_product(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyVariants { variants_max } => {
                write!(f, "the product has more than {variants_max} variants; split it into several products")
            }
            Self::TooLargeProduct { megabytes_max } => {
                write!(f, "the product's rows hold more than {megabytes_max} MB; split it into several products")
            }
            Self::ProductRefused => f.write_str(
                "this cannot be read without another row of the product, which was refused; mend that one",
            ),
            _ => f.write_str("the product has no variant; give it at least one row with a price"),
        }
    }
}

impl Fault {
    /// What a spreadsheet has made of a cell.
    fn write_spoilt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rounded => f.write_str(
                "a spreadsheet has rounded this number; format the column as text and write the whole code again",
            ),
            Self::MadeADate => f.write_str(
                "a spreadsheet has made a date of this; format the column as text and write again what it said",
            ),
            Self::SpreadsheetError => {
                f.write_str("a formula of the spreadsheet came to no value; write the value, or empty the cell")
            }
            _ => f.write_str(
                "the file has the formula and not its result; open it in a spreadsheet, save it, and import it again",
            ),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("this cell must not be empty; fill it in"),
            Self::TooManyCells { cells, columns } => write!(
                f,
                "the row has {cells} cells and the header {columns}; put texts that contain the separator in \
                 double quotes"
            ),
            Self::TooLong { characters, characters_max } => write!(
                f,
                "the text has {characters} characters, more than {characters_max}; shorten it, or close the quote \
                 if the cell runs on"
            ),
            Self::TooMany { entries_max } => write!(f, "there are more than {entries_max} entries; keep fewer"),
            Self::NotAnAmount { .. } | Self::UnclearAmount | Self::OtherMark { .. } | Self::ZeroPrice => {
                self.write_amount(f)
            }
            Self::OtherCurrency { shop } => {
                write!(f, "the shop sells in {shop}; give the price in {shop} or leave the cell empty")
            }
            Self::NotACount => {
                f.write_str("this is not a count; write a whole number, or leave it empty if you do not count")
            }
            Self::NotOneOf { words } => write!(f, "this is not a word we know here; write {words}"),
            Self::NotAnAddress => f.write_str(
                "this is no address of a picture; begin with https://, or name a file such as pictures/taza.png",
            ),
            Self::NotAFact => f.write_str("write facts as `Name: value`, with `|` between them"),
            Self::Rounded | Self::MadeADate | Self::SpreadsheetError | Self::NotComputed => self.write_spoilt(f),
            Self::SkuTwice { row } => write!(
                f,
                "this SKU stands on row {row} already; give each variant its own, or leave this row out with --yes \
                 duplicate-sku"
            ),
            Self::OptionsTwice { row } => {
                write!(f, "row {row} has the same options; change the options of one, or take one out")
            }
            Self::NothingTellsApart { row } => write!(
                f,
                "row {row} is a variant of the same product and no option tells them apart; name an option on the \
                 product's first row and fill in its values"
            ),
            Self::SameName { row } => write!(
                f,
                "row {row} has the same name and nothing tells the two apart; give each its own SKU, or a column \
                 such as Size or Color"
            ),
            Self::OptionValueMissing { option } => {
                write!(f, "the product's variants differ by {option}; write this variant's {option}")
            }
            Self::OptionNameMissing { column } => {
                write!(f, "the product has no option of that number; name it in {column} on its first row")
            }
            Self::OptionRenamed { name } => {
                write!(f, "the product's first row calls this option {name}; use the same name, or leave it empty")
            }
            Self::OptionNameTwice => f.write_str("two options have the same name; rename one"),
            _ => self.write_product(f),
        }
    }
}

/// A row, or one cell of it, that is not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The row as a spreadsheet numbers it; the header is 1.
    pub row: u32,
    /// The column as the file's header calls it.
    pub column: String,
    /// What stands there, shortened.
    pub cell: String,
    /// What is wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// Whether the fault leaves out the whole product and not only this row.
    pub whole_product: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, column {}", self.row, self.column)?;
        if !self.cell.is_empty() {
            write!(f, ", `{}`", self.cell)?;
        }
        write!(f, ": {}", self.fault)?;
        if self.whole_product { f.write_str(" (the whole product is left out)") } else { Ok(()) }
    }
}

/// Something that was read differently from how it was written, and imported all the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "note")]
pub enum Note {
    /// The variant had no SKU; one was made from the handle and the options.
    SkuMade,
    /// Several variants have the SKU; one was made from it and what tells them apart.
    SkuShared,
    /// The SKU is longer than we keep; one was made from the handle and the options.
    SkuTooLong,
    /// Stock below zero was read as none.
    StockBelowZero,
    /// The compare-at price is not above the price and was left out.
    CompareAtNotAbove,
    /// Not published, so imported as a draft.
    Unpublished,
    /// A variant that is switched off was left out.
    VariantOff,
    /// There was no price, and it cannot be bought where it comes from either; left out.
    NoPrice,
    /// A product of which every variant was left out, or is not in the file.
    NoVariants,
    /// Neither a price nor a code: a heading between products; left out.
    Heading,
    /// A set of other products, sold as these; left out.
    Grouped,
    /// Sold by somebody else; imported as a draft.
    SoldElsewhere,
    /// A price of zero, which a person agreed to.
    ZeroPriceAgreed,
    /// A SKU of an earlier row; left out, as a person agreed to.
    SkuTwiceLeftOut,
    /// A price reduced from a day to come, or up to one; the price without the reduction was used.
    DatedSale,
    /// A translation of another row; left out.
    Translation,
    /// Rows that belong to the row before; left out.
    Continued,
    /// A picture that is no address was left out.
    PictureLeftOut,
    /// Pictures are paths within the shop's own server; left out.
    PicturePath,
    /// A text was longer than we keep and was cut.
    TextCut,
    /// A barcode that a spreadsheet rounded was left out.
    BarcodeRounded,
    /// Part of a piece in stock was dropped.
    StockRounded,
    /// The variant fits every value of an option.
    AnyValue,
    /// Nothing but the name tells variants apart; the name became an option.
    NamedVariants,
    /// The product it is a variant of is not in the file.
    ParentMissing,
    /// More attributes than we keep, or longer ones; left out.
    FactsLeftOut,
    /// It is not known of which product the row is, so nothing was taken for absent.
    NothingArchived,
    /// A product-level cell differs from an earlier row of the same product, which was used.
    EarlierRowUsed {
        /// The column.
        column: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SkuMade => f.write_str("no SKU; one was made, the same each time"),
            Self::SkuShared => f.write_str(
                "the SKU stands on other variants too; one was made from it and the options, the same each time",
            ),
            Self::SkuTooLong => f.write_str("the SKU is longer than we keep; one was made, the same each time"),
            Self::StockBelowZero => f.write_str("stock below zero was read as none left"),
            Self::CompareAtNotAbove => f.write_str("the compare-at price is not above the price and was left out"),
            Self::Unpublished => f.write_str("not published in the shop it comes from; imported as a draft"),
            Self::VariantOff => {
                f.write_str("switched off in the shop it comes from; left out, and no longer sold here")
            }
            Self::NoPrice => {
                f.write_str(
                    "no price, so it cannot be bought in the shop it comes from either; left out, and no longer \
                     sold here",
                )
            }
            Self::NoVariants => {
                f.write_str("a product of which the file has no variant that can be sold; left out")
            }
            Self::Heading => f.write_str("neither a price nor a code, so taken for a heading; left out"),
            Self::Grouped => f.write_str("a set of other products without a price of its own; left out"),
            Self::SoldElsewhere => f.write_str("sold on another site; imported as a draft"),
            Self::ZeroPriceAgreed => f.write_str("the price is zero, as agreed"),
            Self::SkuTwiceLeftOut => f.write_str("the SKU stands on an earlier row; left out, as agreed"),
            Self::DatedSale => {
                f.write_str("the price is reduced from or until a day; the price without reduction was used")
            }
            Self::Translation => f.write_str("a translation or another shop's view of a product; left out"),
            Self::Continued => f.write_str("no SKU, so it continues the row above; left out"),
            Self::PictureLeftOut => f.write_str("a picture that is no address was left out"),
            Self::PicturePath => f.write_str(
                "pictures are paths without a server and were left out; say where they are with --pictures-at \
                 https://…/media/catalog/product",
            ),
            Self::TextCut => f.write_str("a text was longer than we keep and was cut"),
            Self::BarcodeRounded => f.write_str("a barcode that a spreadsheet had rounded was left out"),
            Self::StockRounded => f.write_str("part of a piece in stock was dropped"),
            Self::AnyValue => f.write_str("the variant fits any value of an option, and says so"),
            Self::NamedVariants => {
                f.write_str("only the name, or the code, tells these variants apart; it became their option")
            }
            Self::ParentMissing => {
                f.write_str("a variant of a product that is not in the file; its own name was used")
            }
            Self::FactsLeftOut => f.write_str("more attributes than we keep, or longer ones; these were left out"),
            Self::NothingArchived => f.write_str(
                "it cannot be told which product the row is of, so nothing that the file lacks was archived; mend the \
                 row and import the file again",
            ),
            Self::EarlierRowUsed { column } => {
                write!(f, "{column} differs from an earlier row of the product; the earlier one was used")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_back_as_it_was_kept_whatever_its_fault() {
        let text = || "x".to_owned();
        let faults = [
            Fault::Missing,
            Fault::TooManyCells { cells: 1, columns: 2 },
            Fault::TooLong { characters: 1, characters_max: 2 },
            Fault::TooMany { entries_max: 1 },
            Fault::NotAnAmount { suggestion: Some(text()), mark: Mark::Comma },
            Fault::OtherMark { mark: Mark::Comma },
            Fault::OtherCurrency { shop: "MXN".parse().unwrap() },
            Fault::NotOneOf { words: text() },
            Fault::SkuTwice { row: 7 },
            Fault::OptionsTwice { row: 7 },
            Fault::NothingTellsApart { row: 7 },
            Fault::SameName { row: 7 },
            Fault::OptionValueMissing { option: text() },
            Fault::OptionNameMissing { column: text() },
            Fault::OptionRenamed { name: text() },
            Fault::TooManyVariants { variants_max: 1 },
        ];
        for fault in faults {
            let refusal = Refusal {
                row: 3,
                column: "price".to_owned(),
                cell: "many".to_owned(),
                fault,
                whole_product: false,
            };
            let kept = serde_json::to_value(&refusal).unwrap();
            assert_eq!(serde_json::from_value::<Refusal>(kept.clone()).ok(), Some(refusal), "{kept}");
        }
    }
}
