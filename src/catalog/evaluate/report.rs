//! What is printed of a measurement.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalog::evaluate::bootstrap::Difference;
use crate::catalog::evaluate::measure::{Measured, mean, percentile};

/// How many of the queries that lost most are shown.
const LOSSES_SHOWN: usize = 12;
/// How much of a title is shown.
const TITLE_CHARS: usize = 60;

/// The measures of a run, a line each.
#[must_use]
pub fn quality(measured: &[Measured]) -> String {
    let column = |value: fn(&Measured) -> Option<f64>| measured.iter().filter_map(value).collect::<Vec<_>>();
    let ndcg = mean(&column(|query| Some(query.ndcg)));
    let recall = mean(&column(|query| query.recall));
    let mrr = mean(&column(|query| Some(query.reciprocal_rank)));
    let unanswered = measured.iter().filter(|query| query.recall.is_none()).count();
    let mut text = format!("nDCG@10    {ndcg:.4}\nrecall@50  {recall:.4}\nMRR        {mrr:.4}\n");
    if unanswered > 0 {
        let _ =
            writeln!(text, "{unanswered} queries have no product that is judged an answer; they count 0 in nDCG.");
    }
    text
}

/// How long searches took, in milliseconds.
#[must_use]
pub fn latency(milliseconds: &[f64]) -> String {
    let at = |hundredths| percentile(milliseconds, hundredths);
    format!("latency    p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms\n", at(50), at(95), at(99))
}

/// The queries that lost most, the worst first, with the best product that each one missed.
#[must_use]
pub fn losses(measured: &[Measured], titles: &BTreeMap<&str, &str>) -> String {
    let mut worst: Vec<&Measured> = measured.iter().filter(|query| query.missed.is_some()).collect();
    worst.sort_by(|one, other| one.ndcg.total_cmp(&other.ndcg));
    let mut text = String::new();
    for query in worst.into_iter().take(LOSSES_SHOWN) {
        let missed = query.missed.as_deref().unwrap_or_default();
        let title: String =
            titles.get(missed).unwrap_or(&"not among the products").chars().take(TITLE_CHARS).collect();
        let _ = writeln!(text, "  {:.3}  {}\n         missed {missed}: {title}", query.ndcg, query.query.text);
    }
    text
}

/// A difference to an earlier run.
#[must_use]
pub fn difference(difference: Difference) -> String {
    let Difference { mean, low, high } = difference;
    let verdict = if low > 0.0 {
        "better"
    } else if high < 0.0 {
        "worse"
    } else {
        "may be chance"
    };
    format!("nDCG@10 against that run: {mean:+.4} (95 % from {low:+.4} to {high:+.4}): {verdict}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::evaluate::judged::JudgedQuery;

    #[test]
    fn a_report_says_what_was_lost() {
        let query = |text: &str, ndcg, missed: Option<&str>| Measured {
            query: JudgedQuery { id: text.to_owned(), text: text.to_owned() },
            ndcg,
            recall: Some(0.5),
            reciprocal_rank: 1.0,
            missed: missed.map(str::to_owned),
        };
        let measured = [query("pipe", 0.75, Some("a")), query("hose", 0.25, Some("b")), query("tap", 1.0, None)];
        assert_eq!(quality(&measured), "nDCG@10    0.6667\nrecall@50  0.5000\nMRR        1.0000\n");
        let titles = BTreeMap::from([("a", "PVC pipe")]);
        assert_eq!(
            losses(&measured, &titles),
            "  0.250  hose\n         missed b: not among the products\n  0.750  pipe\n         missed a: PVC pipe\n"
        );
    }

    #[test]
    fn a_difference_is_only_called_one_when_the_interval_says_so() {
        let say = |low, high| difference(Difference { mean: 0.02, low, high });
        assert_eq!(say(0.01, 0.03), "nDCG@10 against that run: +0.0200 (95 % from +0.0100 to +0.0300): better\n");
        assert!(say(-0.01, 0.05).ends_with("may be chance\n") && say(-0.05, -0.01).ends_with("worse\n"));
    }
}
