//! What one of something is: a piece, or so much weight, length or time.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::pricing::input::QuoteError;
use crate::pricing::rounding::Rounding;
use crate::pricing::sums::{add, mul};

/// What one of a line is. Its unit price is that of a piece, a kilogram, a metre, an hour or a night.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A piece.
    #[default]
    Piece,
    /// So much weight.
    Weight {
        /// In grams.
        grams: u32,
    },
    /// So much length.
    Length {
        /// In millimetres.
        millimetres: u32,
    },
    /// So much time.
    Hours {
        /// In minutes.
        minutes: u32,
    },
    /// The nights between two days. From 15 to 17 June are two.
    Nights(Stay),
}

/// The nights between two days.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stay {
    /// The day of arrival.
    pub from: NaiveDate,
    /// The day of departure.
    pub until: NaiveDate,
    /// Nights that cost something else than the line's unit price, in minor units; each night once, in order.
    #[serde(default)]
    pub rates: Vec<(NaiveDate, i64)>,
}

/// The most nights of one stay.
const NIGHTS_MAX: i64 = 365;

impl Stay {
    /// How many nights; nothing when the days are the wrong way round.
    #[must_use]
    pub fn nights(&self) -> i64 {
        self.until.signed_duration_since(self.from).num_days().max(0)
    }

    /// What one stay costs, at this price for each night that has none of its own, and at most so much a night.
    fn price(&self, unit: i64, most: i64) -> Result<i64, QuoteError> {
        let mut sum = 0;
        for night in 0..self.nights() {
            let day = self.from.checked_add_signed(TimeDelta::days(night));
            let own = self.rates.iter().find(|(rated, _)| Some(*rated) == day);
            sum = add(sum, own.map_or(unit, |(_, rate)| *rate).min(most))?;
        }
        Ok(sum)
    }
}

impl Measure {
    /// Whether it counts whole pieces.
    #[must_use]
    pub const fn is_piece(&self) -> bool {
        matches!(self, Self::Piece)
    }

    pub(in crate::pricing) fn is_something(&self) -> bool {
        match self {
            Self::Piece => true,
            Self::Weight { grams } => *grams > 0,
            Self::Length { millimetres } => *millimetres > 0,
            Self::Hours { minutes } => *minutes > 0,
            Self::Nights(stay) => (1..=NIGHTS_MAX).contains(&stay.nights()),
        }
    }

    pub(in crate::pricing) fn is_below_nothing(&self) -> bool {
        matches!(self, Self::Nights(stay) if stay.rates.iter().any(|(_, rate)| *rate < 0))
    }

    /// How much of it there is, in the smallest parts: pieces, grams, millimetres, minutes, stays.
    pub(in crate::pricing) fn parts(&self, quantity: u32) -> i64 {
        let one = match self {
            Self::Piece | Self::Nights(_) => 1,
            Self::Weight { grams: parts }
            | Self::Length { millimetres: parts }
            | Self::Hours { minutes: parts } => i64::from(*parts),
        };
        // Both are below 2^32.
        one.saturating_mul(i64::from(quantity))
    }

    /// How many of the smallest parts the unit price is for.
    pub(in crate::pricing) const fn parts_of_unit(&self) -> i64 {
        match self {
            Self::Piece | Self::Nights(_) => 1,
            Self::Weight { .. } | Self::Length { .. } => 1000,
            Self::Hours { .. } => 60,
        }
    }

    /// What so many of the smallest parts cost at a unit price; rounded once.
    pub(in crate::pricing) fn price(&self, unit: i64, parts: i64, rounding: Rounding) -> Result<i64, QuoteError> {
        match self {
            Self::Piece => mul(unit, parts),
            Self::Nights(stay) => mul(stay.price(unit, i64::MAX)?, parts),
            _ => rounding.ratio(unit, parts, self.parts_of_unit()).ok_or(QuoteError::TooLarge),
        }
    }

    /// What so many parts cost when each unit costs this at most, whatever nights have of their own: for floors.
    pub(in crate::pricing) fn price_at_most(
        &self,
        unit: i64,
        most: i64,
        parts: i64,
        rounding: Rounding,
    ) -> Result<i64, QuoteError> {
        match self {
            Self::Nights(stay) => mul(stay.price(unit, most)?, parts),
            _ => self.price(unit.min(most), parts, rounding),
        }
    }

    /// What so many parts cost when every unit costs this, whatever nights have of their own: for fixed and agreed
    /// prices.
    pub(in crate::pricing) fn price_flat(
        &self,
        unit: i64,
        parts: i64,
        rounding: Rounding,
    ) -> Result<i64, QuoteError> {
        match self {
            Self::Nights(stay) => mul(mul(unit, stay.nights())?, parts),
            _ => self.price(unit, parts, rounding),
        }
    }

    /// A unit price at which so many parts, each unit alike, come to at least this and hardly more.
    pub(in crate::pricing) fn unit_reaching(&self, amount: i64, parts: i64) -> Result<i64, QuoteError> {
        let units = match self {
            Self::Nights(stay) => mul(parts, stay.nights())?,
            _ => parts,
        };
        let exact = i128::from(amount).checked_mul(i128::from(self.parts_of_unit())).ok_or(QuoteError::TooLarge)?;
        let units = i128::from(units.max(1));
        let up = exact.checked_add(units.saturating_sub(1)).and_then(|sum| sum.checked_div_euclid(units));
        up.and_then(|unit| i64::try_from(unit).ok()).ok_or(QuoteError::TooLarge)
    }

    /// Whether two lines of the same thing may be reckoned as one: both are measured in the same way.
    pub(in crate::pricing) fn kind(&self) -> (u8, Option<&Stay>) {
        match self {
            Self::Piece => (0, None),
            Self::Weight { .. } => (1, None),
            Self::Length { .. } => (2, None),
            Self::Hours { .. } => (3, None),
            Self::Nights(stay) => (4, Some(stay)),
        }
    }
}
