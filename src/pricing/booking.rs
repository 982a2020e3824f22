//! How many of something that is booked by nights are free.

use chrono::{NaiveDate, TimeDelta};

use crate::pricing::measure::Stay;

/// Nights that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The day of arrival.
    pub from: NaiveDate,
    /// The day of departure; that night is free.
    pub until: NaiveDate,
    /// How many.
    pub count: u32,
}

/// How many are free in every night of a stay. Who leaves in the morning makes room for who comes in the afternoon.
#[must_use]
pub fn free(capacity: u32, booked: &[Booked], stay: &Stay) -> u32 {
    let nights = (0..stay.nights()).filter_map(|night| stay.from.checked_add_signed(TimeDelta::days(night)));
    let free_on = |night: NaiveDate| {
        let taken = booked.iter().filter(|one| one.from <= night && night < one.until);
        let taken = taken.fold(0_u32, |sum, one| sum.saturating_add(one.count));
        capacity.saturating_sub(taken)
    };
    nights.map(free_on).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_fullest_night_decides_and_a_morning_departure_makes_room() {
        let booked = [
            Booked { from: day("2026-06-14"), until: day("2026-06-16"), count: 1 },
            Booked { from: day("2026-06-16"), until: day("2026-06-18"), count: 2 },
        ];
        let stay = |from: &str, until: &str| Stay { from: day(from), until: day(until), rates: Vec::new() };
        assert_eq!(free(3, &booked, &stay("2026-06-15", "2026-06-17")), 1);
        assert_eq!(free(3, &booked, &stay("2026-06-14", "2026-06-16")), 2);
        assert_eq!(free(3, &booked, &stay("2026-06-18", "2026-06-20")), 3);
        assert_eq!(free(1, &booked, &stay("2026-06-16", "2026-06-17")), 0);
        assert_eq!(free(3, &booked, &stay("2026-06-17", "2026-06-15")), 0, "no nights, no room");
    }
}
