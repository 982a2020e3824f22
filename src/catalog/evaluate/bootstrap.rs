//! Whether one ranking is better than another, or only luckier with these queries: a paired bootstrap.

use crate::base::random::Random;
use crate::catalog::evaluate::measure::{mean, percentile};
use crate::catalog::evaluate::number;

/// How many sets of queries are drawn.
const RESAMPLES: u32 = 10_000;
/// Always the same, so that the same runs give the same interval.
const SEED: u64 = 0x7261_746f;

/// A difference and how far it may be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The mean of the differences, query by query.
    pub mean: f64,
    /// Where 95 % of the redrawn means begin.
    pub low: f64,
    /// Where they end.
    pub high: f64,
}

/// Compares two values of each query, in the same order: how much more the first is. Queries are drawn with
/// replacement, as many as there are.
#[must_use]
pub fn compare(now: &[f64], before: &[f64]) -> Difference {
    let differences: Vec<f64> = now.iter().zip(before).map(|(now, before)| now - before).collect();
    if differences.is_empty() {
        return Difference { mean: 0.0, low: 0.0, high: 0.0 };
    }
    let mut draws = Random::new(SEED);
    let resampled = (0..RESAMPLES).map(|_| {
        let sample = differences.iter().map(|_| differences[draws.below(differences.len())]);
        sample.sum::<f64>() / number(differences.len())
    });
    let mut redrawn: Vec<f64> = resampled.collect();
    redrawn.sort_by(f64::total_cmp);
    // 2.5 % are left out on either side.
    let cut = redrawn.len() / 40;
    let middle = &redrawn[cut..redrawn.len() - cut];
    Difference { mean: mean(&differences), low: percentile(middle, 0), high: percentile(middle, 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_that_every_query_shows_is_certain() {
        let found = compare(&[0.6, 0.7, 0.8], &[0.5, 0.6, 0.7]);
        for value in [found.mean, found.low, found.high] {
            assert!((value - 0.1).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn a_difference_of_one_query_among_many_is_not() {
        let mut now = vec![0.5; 50];
        let before = now.clone();
        now[7] = 1.0;
        let found = compare(&now, &before);
        assert!((found.mean - 0.01).abs() < 1e-9 && found.low.abs() < 1e-9 && found.high > 0.01, "{found:?}");
    }

    #[test]
    fn the_interval_is_as_wide_as_the_spread_says() {
        // Differences of +1 and -1 in equal parts: the mean of 100 has a standard error of 0.1.
        let now: Vec<f64> = (0..100).map(|n| f64::from(n % 2)).collect();
        let before: Vec<f64> = (0..100).map(|n| f64::from((n + 1) % 2)).collect();
        let found = compare(&now, &before);
        assert!(found.mean.abs() < 1e-9, "{found:?}");
        assert!((found.high - 0.196).abs() < 0.03 && (found.low + 0.196).abs() < 0.03, "{found:?}");
        assert_eq!(compare(&now, &before), found);
    }

    #[test]
    fn nothing_differs_from_nothing_by_nothing() {
        assert_eq!(compare(&[], &[]), Difference { mean: 0.0, low: 0.0, high: 0.0 });
    }
}
