//! The measures of a ranking against judgments.

use crate::catalog::evaluate::judged::{Gains, JudgedQuery, Judgments, Ranked};
use crate::catalog::evaluate::number;

/// How deep nDCG looks.
pub const NDCG_DEPTH: usize = 10;
/// How deep recall and MRR look.
pub const RECALL_DEPTH: usize = 50;

/// What was measured of one query.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The query.
    pub query: JudgedQuery,
    /// nDCG@10.
    pub ndcg: f64,
    /// Of the products worth anything as an answer, the part among the first 50; nothing when there is none.
    pub recall: Option<f64>,
    /// One divided by the rank of the first product worth anything, among the first 50; 0 without one.
    pub reciprocal_rank: f64,
    /// The best product that is not among the first ten, if any is worth something.
    pub missed: Option<String>,
}

/// Measures one ranking of every query. A query without an answer counts 0.
#[must_use]
pub fn measure(queries: &[JudgedQuery], judgments: &Judgments, ranked: &Ranked) -> Vec<Measured> {
    let (no_gains, no_answer) = (Gains::new(), Vec::new());
    let one = |query: &JudgedQuery| {
        let gains = judgments.get(&query.id).unwrap_or(&no_gains);
        let found = ranked.get(&query.id).unwrap_or(&no_answer);
        Measured {
            query: query.clone(),
            ndcg: ndcg(found, gains),
            recall: recall(found, gains),
            reciprocal_rank: reciprocal_rank(found, gains),
            missed: missed(found, gains),
        }
    };
    queries.iter().map(one).collect()
}

/// Gain divided by log2(rank + 1), summed over the first ten, divided by the same of the best order of all judged
/// products. An unjudged product counts 0.
#[must_use]
pub fn ndcg(found: &[String], gains: &Gains) -> f64 {
    let mut best: Vec<f64> = gains.values().copied().collect();
    best.sort_by(|one, other| other.total_cmp(one));
    let ideal = discounted(best.into_iter());
    if ideal <= 0.0 {
        return 0.0;
    }
    discounted(found.iter().map(|product| worth(gains, product))) / ideal
}

fn discounted(gains: impl Iterator<Item = f64>) -> f64 {
    (2..).zip(gains.take(NDCG_DEPTH)).map(|(place, gain)| gain / f64::from(place).log2()).sum()
}

fn worth(gains: &Gains, product: &str) -> f64 {
    gains.get(product).copied().unwrap_or(0.0)
}

fn recall(found: &[String], gains: &Gains) -> Option<f64> {
    let answers = gains.values().filter(|gain| **gain > 0.0).count();
    let hit = found.iter().take(RECALL_DEPTH).filter(|product| worth(gains, product) > 0.0).count();
    (answers > 0).then(|| number(hit) / number(answers))
}

fn reciprocal_rank(found: &[String], gains: &Gains) -> f64 {
    let first = found.iter().take(RECALL_DEPTH).position(|product| worth(gains, product) > 0.0);
    first.map_or(0.0, |at| 1.0 / number(at + 1))
}

fn missed(found: &[String], gains: &Gains) -> Option<String> {
    let shown: Vec<&String> = found.iter().take(NDCG_DEPTH).collect();
    let left = gains.iter().filter(|(product, gain)| **gain > 0.0 && !shown.contains(product));
    // Of equally good ones always the same.
    left.max_by(|(one, gain), (other, more)| gain.total_cmp(more).then(other.cmp(one)))
        .map(|(product, _)| product.clone())
}

/// The mean; 0 of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / number(values.len()) }
}

/// The value that this part of the values does not exceed (nearest rank); 0 of nothing.
#[must_use]
pub fn percentile(values: &[f64], hundredths: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * hundredths).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gains(pairs: &[(&str, f64)]) -> Gains {
        pairs.iter().map(|(product, gain)| ((*product).to_owned(), *gain)).collect()
    }

    fn found(products: &[&str]) -> Vec<String> {
        products.iter().map(|product| (*product).to_owned()).collect()
    }

    #[track_caller]
    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
    }

    #[test]
    fn ndcg_is_what_one_works_out_by_hand() {
        let judged = gains(&[("e", 1.0), ("s", 0.5), ("i", 0.0)]);
        // The best order has 1/log2(2) + 0.5/log2(3) = 1 + 0.315465.
        close(ndcg(&found(&["e", "s", "i"]), &judged), 1.0);
        // 0.5/1 + 1/log2(3) = 0.5 + 0.630930.
        close(ndcg(&found(&["s", "e"]), &judged), 1.130_930 / 1.315_465);
        // Unjudged first, the exact one third: 1/log2(4) = 0.5.
        close(ndcg(&found(&["x", "i", "e"]), &judged), 0.5 / 1.315_465);
        close(ndcg(&[], &judged), 0.0);
        close(ndcg(&found(&["e"]), &gains(&[("e", 0.0)])), 0.0);
    }

    #[test]
    fn ndcg_looks_ten_deep_and_the_best_order_too() {
        let names: Vec<String> = (0..20).map(|n| format!("p{n:02}")).collect();
        let judged: Gains = names.iter().map(|name| (name.clone(), 1.0)).collect();
        close(ndcg(&names[..10], &judged), 1.0);
        let mut late = vec!["x".to_owned(); 10];
        late.extend(names);
        close(ndcg(&late, &judged), 0.0);
    }

    #[test]
    fn recall_and_the_first_rank_count_whatever_is_worth_something() {
        let judged = gains(&[("e", 1.0), ("s", 0.5), ("i", 0.0)]);
        let order = found(&["i", "x", "s"]);
        assert_eq!(recall(&order, &judged), Some(0.5));
        close(reciprocal_rank(&order, &judged), 1.0 / 3.0);
        assert_eq!(recall(&order, &gains(&[("i", 0.0)])), None);
        close(reciprocal_rank(&found(&["x"]), &judged), 0.0);
        assert_eq!(missed(&order, &judged).as_deref(), Some("e"));
        assert_eq!(missed(&found(&["e", "s"]), &judged), None);
    }

    #[test]
    fn a_query_without_an_answer_counts_nothing() {
        let query = JudgedQuery { id: "1".to_owned(), text: "pipe".to_owned() };
        let judgments = Judgments::from([("1".to_owned(), gains(&[("e", 1.0)]))]);
        let measured = measure(std::slice::from_ref(&query), &judgments, &Ranked::new());
        assert_eq!(measured[0].recall, Some(0.0));
        close(measured[0].ndcg, 0.0);
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        close(percentile(&values, 50), 50.0);
        close(percentile(&values, 99), 99.0);
        close(percentile(&[3.0, 1.0], 50), 1.0);
        close(percentile(&[3.0, 1.0], 99), 3.0);
        close(percentile(&[], 50), 0.0);
        close(mean(&[1.0, 2.0]), 1.5);
        close(mean(&[]), 0.0);
    }
}
