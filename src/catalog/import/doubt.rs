//! What waits for a person's yes, because it is more often a mistake than meant.

use serde::{Deserialize, Serialize};

use crate::base::money::Money;

/// How many times dearer or cheaper a price must become to be doubted.
const JUMP: i128 = 100;

/// One kind of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// A price of 0.00.
    ZeroPrice,
    /// The same SKU on two rows.
    DuplicateSku,
    /// A price a hundred times, or a hundredth, of what it was.
    PriceJump,
    /// A price in another currency than it was.
    CurrencyChange,
    /// More than 30 % of what the shop sells would be gone.
    Vanishing,
    /// Sheets of a workbook that are tables of other columns, and are not read.
    SheetsLeftOut,
    /// Columns that may say what is sold or how many there are, and are not read.
    ColumnsNotRead,
    /// Most rows are left out as headings, or because nothing of them can be sold.
    MostLeftOut,
}

impl Doubt {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::ZeroPrice,
        Self::DuplicateSku,
        Self::PriceJump,
        Self::CurrencyChange,
        Self::Vanishing,
        Self::SheetsLeftOut,
        Self::ColumnsNotRead,
        Self::MostLeftOut,
    ];

    /// The word with which a person agrees to it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ZeroPrice => "zero-price",
            Self::DuplicateSku => "duplicate-sku",
            Self::PriceJump => "price-jump",
            Self::CurrencyChange => "currency-change",
            Self::Vanishing => "vanishing",
            Self::SheetsLeftOut => "sheets-left-out",
            Self::ColumnsNotRead => "columns-not-read",
            Self::MostLeftOut => "most-left-out",
        }
    }

    /// What is doubtful about a price that becomes another one: it is nothing, it is in another currency, or it is a
    /// hundred times or a hundredth of what it was (cents taken for whole pesos, or a comma for a point).
    #[must_use]
    pub fn of_price(before: Money, after: Money) -> Option<Self> {
        let (from, to) = (i128::from(before.minor()), i128::from(after.minor()));
        if before.currency() != after.currency() {
            Some(Self::CurrencyChange)
        } else if to == 0 && from > 0 {
            Some(Self::ZeroPrice)
        } else if from > 0 && to > 0 && (to >= from * JUMP || from >= to * JUMP) {
            Some(Self::PriceJump)
        } else {
            None
        }
    }

    /// Whether it is seen in the file alone; such rows are refused until a person agrees, and can be skipped.
    #[must_use]
    pub const fn is_refused_by_row(self) -> bool {
        matches!(self, Self::ZeroPrice | Self::DuplicateSku)
    }

    /// What it is, for a report.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ZeroPrice => "prices of zero",
            Self::DuplicateSku => "rows with a SKU of an earlier row",
            Self::PriceJump => "prices a hundred times, or a hundredth, of what they are in the shop",
            Self::CurrencyChange => "prices in another currency than in the shop",
            Self::Vanishing => "more than 30 % of what the shop sells would no longer be sold",
            Self::SheetsLeftOut => {
                "sheets that are hidden or have other columns than the one that is read; import them as files of their \
                 own"
            }
            Self::ColumnsNotRead => {
                "columns that are not read; say what they mean with --map COLUMN=status or --map COLUMN=stock"
            }
            Self::MostLeftOut => {
                "more than half of the file's rows are left out, as headings or because nothing of them can be sold"
            }
        }
    }
}

/// What a person has agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed(Vec<Doubt>);

impl Agreed {
    /// To these.
    #[must_use]
    pub const fn to(doubts: Vec<Doubt>) -> Self {
        Self(doubts)
    }

    /// Whether to this.
    #[must_use]
    pub fn has(&self, doubt: Doubt) -> bool {
        self.0.contains(&doubt)
    }
}

/// Something that waits, or was agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What.
    pub doubt: Doubt,
    /// How often.
    pub count: u32,
    /// The first of them, in words.
    pub examples: Vec<String>,
    /// Whether a person has agreed.
    pub agreed: bool,
}
