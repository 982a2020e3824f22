//! Amounts of a system that writes parts of a price in several cells, reckoned exactly before they are read: in whole
//! millionths, so that nothing is rounded until the price is in the shop's currency. Pure.

use crate::catalog::import::decimal::{Mark, NUMBER};
use crate::catalog::import::fault::Fault;

/// How many digits behind the mark are kept.
const DIGITS: usize = 6;
/// One, in millionths.
const ONE: i128 = 1_000_000;
/// A hundred per cent.
const WHOLE: i128 = 100 * ONE;
/// The longest whole part: a price of more digits is none.
const WHOLE_DIGITS_MAX: usize = 12;

/// An amount that is not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(i128);

impl Exact {
    /// An amount as a machine writes it, or a spreadsheet that saved it again: `18.0`, `18,5`. Nothing where three
    /// digits stand behind the mark, which may be thousands.
    #[must_use]
    pub fn of(cell: &str) -> Option<Self> {
        let cell = cell.trim_start_matches(NUMBER);
        let (whole, part) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_amount = !whole.is_empty() && whole.len() <= WHOLE_DIGITS_MAX && digits(whole) && digits(part);
        if !is_amount || part.len() > DIGITS || part.len() == 3 {
            return None;
        }
        let millionths: i128 = format!("{part:0<DIGITS$}").parse().ok()?;
        Some(Self(whole.parse::<i128>().ok()?.checked_mul(ONE)?.checked_add(millionths)?))
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left; nothing where it is less than that.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        (self.0 >= other.0).then(|| Self(self.0 - other.0))
    }

    /// The cell that is read as this amount, whatever the file's other amounts are written like.
    #[must_use]
    pub fn cell(self) -> String {
        format!("{NUMBER}{}.{:0DIGITS$}", self.0 / ONE, self.0 % ONE)
    }
}

/// What a shop takes off a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// So much of a hundred.
    Percent(Exact),
    /// So much.
    Amount(Exact),
}

impl Reduction {
    /// What two cells say: `PERCENT` or `AMOUNT`, and how much.
    ///
    /// # Errors
    /// When they say something else.
    pub fn said(mode: Option<&str>, value: Option<&str>) -> Result<Self, Fault> {
        let off = value
            .map_or(Some(Exact::default()), Exact::of)
            .ok_or(Fault::NotAnAmount { suggestion: None, mark: Mark::Point })?;
        match mode.unwrap_or_default().to_ascii_lowercase().as_str() {
            "percent" if off.0 <= WHOLE => Ok(Self::Percent(off)),
            "amount" => Ok(Self::Amount(off)),
            _ if off == Exact::default() => Ok(Self::Amount(off)),
            _ => Err(Fault::NotOneOf { words: "`PERCENT` up to 100, or `AMOUNT`".to_owned() }),
        }
    }

    /// Whether nothing is taken off.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        let (Self::Percent(off) | Self::Amount(off)) = self;
        off == Exact::default()
    }

    /// What is left of a price.
    #[must_use]
    pub fn of(self, price: Exact) -> Option<Exact> {
        match self {
            Self::Percent(off) => price.0.checked_mul(WHOLE - off.0).map(|left| Exact(left / WHOLE)),
            Self::Amount(off) => Some(Exact(price.0.saturating_sub(off.0).max(0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(cell: &str) -> Exact {
        Exact::of(cell).unwrap()
    }

    #[test]
    fn amounts_are_added_and_reduced_without_rounding() {
        assert_eq!(exact("18.0").plus(exact("0,25")).unwrap().cell(), "\u{1f}18.250000");
        assert_eq!(exact("18.0").minus(exact("1")), Some(exact("17")));
        assert_eq!(exact("1").minus(exact("1.01")), None);
        let reduced = |mode, off, price| Reduction::said(Some(mode), Some(off)).unwrap().of(exact(price)).unwrap();
        assert_eq!(reduced("PERCENT", "15", "19.99").cell(), "\u{1f}16.991500");
        assert_eq!(reduced("AMOUNT", "5.00", "19.99").cell(), "\u{1f}14.990000");
        assert_eq!(reduced("amount", "20", "19.99"), Exact::default());
        assert_eq!(reduced("PERCENT", "100.0", "19.99"), Exact::default());
    }

    #[test]
    fn what_is_no_amount_or_may_be_thousands_is_none() {
        for cell in ["", "$18", "1.250", "1,250", "-3", "1.2.3", "1.1234567", "9999999999999", "x"] {
            assert_eq!(Exact::of(cell), None, "{cell:?}");
        }
        assert_eq!(Reduction::said(None, None), Ok(Reduction::Amount(Exact::default())));
        assert!(Reduction::said(Some("PERCENT"), Some("120")).is_err());
        assert!(Reduction::said(Some("BOGO"), Some("2")).is_err());
        assert!(Reduction::said(Some("PERCENT"), Some("a lot")).is_err());
    }
}
