//! The order of search results: a pure function of what is known of each candidate.
//!
//! The words of the query are weighed as BM25F does, by how few products of the shop have them, and by how often each
//! stands in which part of a product against the length of that part. On top come a few plain things, and then a
//! vote: what the best answers have in common in their category lifts the others of that category.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::catalog::index::entry::{Counts, NOWHERE, PARTS};

/// How one word of the query was found in a product.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Matched {
    /// How often it stands in each part.
    pub counts: Counts,
    /// How like the word it is, from 0 to 1: less than 1 where nothing in the shop has the word itself.
    pub likeness: f32,
}

impl Matched {
    fn is_found(&self) -> bool {
        self.counts != NOWHERE
    }
}

/// What a product says of the things that are not wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unwanted {
    /// Nothing.
    #[default]
    Silent,
    /// That it has none of them.
    Free,
    /// It names one in its description, perhaps in passing.
    InPassing,
    /// It names one in its title, its labels or its facts: it has it.
    Named,
}

/// What is known of a candidate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// One for each wanted word of the query.
    pub words: Vec<Matched>,
    /// How many words each part of the product has.
    pub lengths: Counts,
    /// Likeness of the whole query to the title, from 0 to 1.
    pub title_likeness: f32,
    /// The category, from the widest to the narrowest.
    pub category: Vec<String>,
    /// What it says of the things that are not wanted.
    pub unwanted: Unwanted,
    /// Whether it is called after what is wanted because it is for that: a case for a phone.
    pub is_for_it: bool,
    /// Whether a variant that fits the filters can be sold.
    pub in_stock: bool,
    /// How near it is to the query in meaning, up to 1; nothing where that is not known.
    pub meaning: Option<f32>,
}

/// How much each thing counts, against 1 for the words themselves. Coarse on purpose; `docs/search.md` says how they
/// were chosen and what they are worth.
struct Weights;

impl Weights {
    const COVERAGE: f32 = 0.1;
    const TITLE: f32 = 0.1;
    /// The part of the title that the query names.
    const TITLE_NAMED: f32 = 0.2;
    const TITLE_LIKENESS: f32 = 0.2;
    const FREE: f32 = 0.2;
    const IN_PASSING: f32 = -0.3;
    const FOR_IT: f32 = -0.3;
    const CATEGORY: f32 = 0.4;
    const IN_STOCK: f32 = 0.05;
    const MEANING: f32 = 1.5;

    /// BM25F: what a word counts in each part, how much the length of each part takes away, and how soon more of the
    /// same word stops counting.
    const PARTS: [f32; PARTS] = [3.0, 1.5, 1.5, 0.2];
    const LENGTHS: [f32; PARTS] = [0.5, 0.5, 0.5, 0.75];
    const SATURATION: f32 = 1.2;
}

/// What it is worth to say that one has none of what is not wanted.
pub const LACKING_WORTH: f32 = Weights::FREE;

/// Candidates that have less than this part of what the best one has of the query are not answers to it. In a chat a
/// short true list beats a long one.
pub const COVERAGE_SHARE_MIN: f32 = 0.3;
/// Where the best one has at least this part of what it has of the query in its title, labels or facts, those that
/// speak of it in their descriptions alone are no answers either: asked for T-shirts, a shop shows T-shirts.
const NAMED_SHARE_MIN: f32 = 0.5;
/// Unless they are near the query in meaning: by this part of how near the nearest is, and by no less than this.
const MEANING_SHARE_MIN: f32 = 0.6;
const MEANING_MIN: f32 = 0.35;
/// How many of the best vote on the category.
const VOTERS_MAX: u8 = 20;
/// How much more the first ones' votes count: the vote of the one at place `n` counts `1 / (n + this)`.
const VOTE_FLATTENING: f32 = 5.0;

/// How much a word tells that so many of the shop's products have (BM25's inverse document frequency).
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the logarithm of a ratio is small")]
pub fn rarity(with_it: f64, products: f64) -> f32 {
    let without_it = (products - with_it).max(0.0);
    if with_it <= 0.0 { 0.0 } else { (1.0 + (without_it + 0.5) / (with_it + 0.5)).ln() as f32 }
}

/// The candidates that answer the query, best first. `rarity` says for each word how much it tells; equally good
/// candidates keep the order they came in.
#[must_use]
pub fn rank<T>(rarity: &[f32], candidates: Vec<(T, Features)>) -> Vec<T> {
    let coverages: Vec<f32> = candidates.iter().map(|(_, features)| coverage(rarity, features)).collect();
    let best = coverages.iter().copied().fold(0.0, f32::max);
    let nearest = candidates.iter().filter_map(|(_, features)| features.meaning).fold(0.0, f32::max);
    let is_meant = |meaning: f32| meaning >= MEANING_MIN.max(nearest * MEANING_SHARE_MIN);
    let answers = |features: &Features, coverage: &f32| match features.meaning {
        Some(meaning) if is_meant(meaning) => true,
        Some(_) if *coverage <= 0.0 && !rarity.is_empty() => false,
        _ => *coverage >= best * COVERAGE_SHARE_MIN,
    };
    // Who asks for a thing without another is not shown what has it; nor what may have it, where others say that they
    // have not.
    let is_free = |features: &Features| features.unwanted == Unwanted::Free;
    let some_free = candidates
        .iter()
        .zip(&coverages)
        .any(|((_, features), coverage)| is_free(features) && answers(features, coverage));
    let stays = |features: &Features| match features.unwanted {
        Unwanted::Silent | Unwanted::Free => true,
        Unwanted::InPassing => !some_free,
        Unwanted::Named => false,
    };
    let lengths = usual_lengths(candidates.iter().map(|(_, features)| features));
    let near: Vec<(f32, f32)> = candidates
        .iter()
        .zip(&coverages)
        .filter_map(|((_, features), coverage)| Some((*coverage, features.meaning?)))
        .collect();
    let nearness =
        |features: &Features, coverage: f32| features.meaning.unwrap_or_else(|| usual_nearness(&near, coverage));
    let mut scored: Vec<(f32, Features, T)> = candidates
        .into_iter()
        .zip(&coverages)
        .filter(|((_, features), coverage)| answers(features, coverage) && stays(features))
        .map(|((candidate, features), coverage)| {
            let meaning = Weights::MEANING * nearness(&features, *coverage);
            (score(rarity, &lengths, &features) + meaning, features, candidate)
        })
        .collect();
    let by_score = |one: &(f32, Features, T), other: &(f32, Features, T)| {
        other.0.partial_cmp(&one.0).unwrap_or(Ordering::Equal)
    };
    if !rarity.is_empty() {
        scored.sort_by(by_score);
        let votes = votes(scored.iter().map(|(_, features, _)| features));
        for (score, features, _) in &mut scored {
            *score += Weights::CATEGORY * share_of_votes(&votes, features);
        }
    }
    scored.sort_by(by_score);
    let said = |(_, features, _): &(f32, Features, T)| named(rarity, features);
    let is_called =
        |best: &(f32, Features, T)| said(best) > 0.0 && said(best) >= NAMED_SHARE_MIN * coverage(rarity, &best.1);
    if scored.first().is_some_and(is_called) {
        scored.retain(|one| said(one) > 0.0 || one.1.meaning.is_some_and(is_meant));
    }
    scored.into_iter().map(|(_, _, candidate)| candidate).collect()
}

/// Whether one of some candidates is an answer by its words and says that it has none of what is not wanted.
#[must_use]
pub fn some_lack<'f>(rarity: &[f32], candidates: impl Iterator<Item = &'f Features> + Clone) -> bool {
    let best = candidates.clone().map(|features| coverage(rarity, features)).fold(0.0, f32::max);
    let answers = |features: &Features| coverage(rarity, features) >= best * COVERAGE_SHARE_MIN;
    candidates.filter(|features| features.unwanted == Unwanted::Free).any(answers)
}

fn score(rarity: &[f32], lengths: &[f32; PARTS], features: &Features) -> f32 {
    let in_title = |word: &Matched| word.counts[0] > 0;
    let title = share(rarity, features, |word| if in_title(word) { word.likeness } else { 0.0 });
    let named = features.words.iter().filter(|word| in_title(word)).map(|_| 1.0).sum::<f32>();
    let unwanted = match features.unwanted {
        Unwanted::Silent => 0.0,
        Unwanted::Free => Weights::FREE,
        Unwanted::InPassing | Unwanted::Named => Weights::IN_PASSING,
    };
    share(rarity, features, |word| word.likeness * saturated(word.counts, features.lengths, lengths))
        + Weights::COVERAGE * coverage(rarity, features)
        + Weights::TITLE * title
        + Weights::TITLE_NAMED * (named / f32::from(features.lengths[0].max(1))).min(1.0)
        + Weights::TITLE_LIKENESS * features.title_likeness
        + unwanted
        + if features.is_for_it { Weights::FOR_IT } else { 0.0 }
        + if features.in_stock { Weights::IN_STOCK } else { 0.0 }
}

/// How near in meaning a candidate is taken to be that has no vector yet, by the nearness of those that have as much of
/// the query or nearly: it has waited for its vector only, and shall not sink below all that have theirs.
fn usual_nearness(near: &[(f32, f32)], coverage: f32) -> f32 {
    const ALIKE: f32 = 0.2;
    let of = |is_meant: &dyn Fn(f32) -> bool| -> Vec<f32> {
        near.iter().filter(|(other, _)| is_meant(*other)).map(|(_, nearness)| *nearness).collect()
    };
    let alike = of(&|other| (other - coverage).abs() <= ALIKE);
    let mut all = if alike.is_empty() { of(&|_| true) } else { alike };
    all.sort_unstable_by(f32::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// What one word is worth in a product, before all candidates are known: the part of its score that this word brings,
/// for a word that tells `rarity` of the whole query's.
#[must_use]
pub fn worth(rarity: f32, word: Matched, lengths: Counts, usual: &[f32; PARTS]) -> f32 {
    let in_title = if word.counts[0] > 0 { 1.0 } else { 0.0 };
    rarity
        * word.likeness
        * (saturated(word.counts, lengths, usual) + Weights::COVERAGE + Weights::TITLE * in_title)
        + Weights::TITLE_NAMED * in_title / f32::from(lengths[0].max(1))
}

/// The most that [`worth`] says of a word in any product whose parts are so long.
#[must_use]
pub fn worth_max(rarity: f32, lengths: Counts) -> f32 {
    rarity * (1.0 + Weights::COVERAGE + Weights::TITLE) + Weights::TITLE_NAMED / f32::from(lengths[0].max(1))
}

/// BM25F's count of a word, from 0 up to 1. Every part is reckoned, whether the word stands there or not: so the
/// processor does all four at once.
fn saturated(counts: Counts, lengths: Counts, usual: &[f32; PARTS]) -> f32 {
    let weighed: [f32; PARTS] = std::array::from_fn(|part| {
        let against_usual =
            1.0 - Weights::LENGTHS[part] + Weights::LENGTHS[part] * f32::from(lengths[part]) / usual[part];
        Weights::PARTS[part] * f32::from(counts[part]) / against_usual
    });
    let weighed: f32 = weighed.iter().sum();
    weighed / (Weights::SATURATION + weighed)
}

/// How long each part usually is among the candidates.
fn usual_lengths<'f>(candidates: impl Iterator<Item = &'f Features>) -> [f32; PARTS] {
    let (mut sums, mut count) = ([0.0; PARTS], 0.0);
    for features in candidates {
        count += 1.0;
        for (sum, length) in sums.iter_mut().zip(features.lengths) {
            *sum += f32::from(length);
        }
    }
    sums.map(|sum: f32| (sum / f32::max(count, 1.0)).max(1.0))
}

/// The part of the query, by what its words tell, that the product has.
fn coverage(rarity: &[f32], features: &Features) -> f32 {
    share(rarity, features, |word| if word.is_found() { word.likeness } else { 0.0 })
}

/// The part of the query that the product has in its title, its labels or its facts.
fn named(rarity: &[f32], features: &Features) -> f32 {
    let is_named = |word: &Matched| word.counts[..PARTS - 1] != NOWHERE[..PARTS - 1];
    share(rarity, features, |word| if is_named(word) { word.likeness } else { 0.0 })
}

fn share(rarity: &[f32], features: &Features, value: impl Fn(&Matched) -> f32) -> f32 {
    let whole: f32 = rarity.iter().sum();
    if whole <= 0.0 {
        return 0.0;
    }
    let found: f32 = rarity.iter().zip(&features.words).map(|(rarity, word)| rarity * value(word)).sum();
    found / whole
}

/// The part of the votes that each category has, and each category that it lies in, from 0 to 1.
fn votes<'f>(best: impl Iterator<Item = &'f Features>) -> HashMap<Vec<String>, f32> {
    let mut votes: HashMap<Vec<String>, f32> = HashMap::new();
    let mut all = 0.0;
    for (place, features) in (0..VOTERS_MAX).zip(best) {
        let vote = 1.0 / (f32::from(place) + VOTE_FLATTENING);
        all += vote;
        for depth in 1..=features.category.len() {
            *votes.entry(features.category[..depth].to_vec()).or_default() += vote;
        }
    }
    for vote in votes.values_mut() {
        *vote /= all;
    }
    votes
}

fn share_of_votes(votes: &HashMap<Vec<String>, f32>, features: &Features) -> f32 {
    let depths = 1..=features.category.len();
    let shares = depths.map(|depth| votes.get(&features.category[..depth]).copied().unwrap_or(0.0));
    let (sum, levels) = shares.fold((0.0, 0.0), |(sum, levels), share| (sum + share, levels + 1.0));
    sum / f32::max(levels, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO: Counts = [0, 0, 0, 0];
    const TITLE: Counts = [1, 0, 0, 0];
    const LABEL: Counts = [0, 1, 0, 0];
    const TEXT: Counts = [0, 0, 0, 1];

    fn features(words: &[Counts]) -> Features {
        let words = words.iter().map(|counts| Matched { counts: *counts, likeness: 1.0 });
        Features { words: words.collect(), lengths: [4, 2, 0, 20], in_stock: true, ..Features::default() }
    }

    /// Ranks candidates called 0, 1, 2 … for words that tell equally much.
    fn order(candidates: &[Features]) -> Vec<usize> {
        let words = candidates[0].words.len();
        rank(&vec![1.0; words], candidates.iter().cloned().enumerate().collect())
    }

    #[test]
    fn more_of_the_query_comes_first() {
        assert_eq!(order(&[features(&[TEXT, NO, NO]), features(&[TEXT, TEXT, TEXT])])[0], 1);
        assert_eq!(order(&[features(&[TITLE, NO]), features(&[TITLE, TITLE])]), [1, 0]);
    }

    #[test]
    fn a_title_beats_a_description() {
        assert_eq!(order(&[features(&[TEXT, LABEL]), features(&[TEXT, TITLE])]), [1, 0]);
    }

    #[test]
    fn a_word_as_written_beats_one_like_it() {
        let mut like = features(&[TITLE]);
        like.words[0].likeness = 0.6;
        assert_eq!(order(&[like, features(&[TITLE])]), [1, 0]);
    }

    #[test]
    fn a_case_for_a_phone_comes_after_the_phones_and_is_still_an_answer() {
        let case = Features { is_for_it: true, ..features(&[TITLE]) };
        assert_eq!(order(&[case.clone(), features(&[TITLE])]), [1, 0]);
        assert_eq!(
            order(&[features(&[TEXT]), case]),
            [1, 0],
            "what is called after it beats what only speaks of it"
        );
    }

    #[test]
    fn a_rare_word_tells_more_than_a_common_one() {
        let candidates = vec![("common", features(&[TEXT, NO])), ("rare", features(&[NO, TEXT]))];
        assert_eq!(rank(&[rarity(500.0, 1_000.0), rarity(3.0, 1_000.0)], candidates)[0], "rare");
        assert!(rarity(1.0, 1.0) > 0.0 && rarity(0.0, 9.0).abs() < f32::EPSILON);
    }

    #[test]
    fn the_same_word_in_a_shorter_title_tells_more() {
        let long = Features { lengths: [20, 2, 0, 20], ..features(&[TITLE]) };
        assert_eq!(order(&[long, features(&[TITLE])]), [1, 0]);
    }

    #[test]
    fn where_the_best_is_called_so_what_only_speaks_of_it_is_no_answer() {
        let other_word = Matched { counts: TITLE, likeness: 0.95 };
        let said_otherwise = Features { words: vec![other_word], ..features(&[TITLE]) };
        assert_eq!(order(&[features(&[TITLE]), features(&[TEXT]), features(&[LABEL]), said_otherwise]), [0, 3, 2]);
        assert_eq!(order(&[features(&[TEXT]), features(&[TEXT])]).len(), 2);
        // Who is called so by a word that all have is called nothing in particular.
        let (common, rare) = (features(&[TITLE, TEXT]), features(&[NO, TEXT]));
        assert_eq!(rank(&[0.1, 5.0], vec![("common", common), ("rare", rare)]).len(), 2);
        assert_eq!(order(&[meaning(0.5, features(&[TITLE])), meaning(0.5, features(&[TEXT]))]).len(), 2);
    }

    fn meaning(meaning: f32, features: Features) -> Features {
        Features { meaning: Some(meaning), ..features }
    }

    #[test]
    fn what_is_near_in_meaning_is_an_answer_without_any_of_the_words() {
        let words = meaning(0.1, features(&[TITLE, TITLE]));
        assert_eq!(order(&[words.clone(), meaning(0.7, features(&[NO, NO]))]).len(), 2);
        assert_eq!(order(&[words.clone(), meaning(0.3, features(&[NO, NO]))]), [0], "not near enough by itself");
        let nearer = meaning(0.9, words.clone());
        assert_eq!(order(&[nearer, meaning(0.5, features(&[NO, NO]))]), [0], "not near beside what is much nearer");
        assert_eq!(order(&[words, features(&[NO, NO])]), [0], "a product without a vector is judged by its words");
    }

    #[test]
    fn of_two_with_the_same_words_the_one_nearer_in_meaning_comes_first() {
        assert_eq!(order(&[meaning(0.4, features(&[TITLE])), meaning(0.6, features(&[TITLE]))]), [1, 0]);
    }

    #[test]
    fn a_product_without_a_vector_stands_among_its_equals_and_not_behind_all() {
        let (new, half) = (features(&[TITLE, TITLE]), features(&[TITLE, NO]));
        let candidates =
            [meaning(0.6, half.clone()), meaning(0.5, half.clone()), meaning(0.5, new.clone()), new.clone()];
        assert_eq!(order(&candidates)[..2], [2, 3]);
        assert_eq!(order(&[meaning(0.6, new.clone()), new, meaning(0.4, half.clone()), half]), [0, 1, 2, 3]);
    }

    #[test]
    fn what_is_not_wanted_is_not_let_in_by_its_meaning() {
        let named = Features { unwanted: Unwanted::Named, ..features(&[TITLE]) };
        assert_eq!(order(&[features(&[TITLE]), meaning(0.9, named)]), [0]);
    }

    #[test]
    fn more_of_one_word_does_not_make_up_for_another() {
        let often = features(&[[4, 0, 0, 30], NO]);
        assert_eq!(order(&[often, features(&[TITLE, TITLE])])[0], 1);
    }

    #[test]
    fn what_can_be_sold_comes_first_among_equals_and_only_there() {
        let out = |words: &[Counts]| Features { in_stock: false, ..features(words) };
        assert_eq!(order(&[out(&[TEXT]), features(&[TEXT])]), [1, 0]);
        assert_eq!(order(&[out(&[TITLE, TITLE]), features(&[TITLE, NO])])[0], 0);
    }

    #[test]
    fn what_has_little_of_the_query_is_no_answer() {
        let little = features(&[TEXT, NO, NO, NO]);
        assert_eq!(order(&[little.clone(), features(&[TITLE, TEXT, TEXT, TEXT])]), [1]);
        assert_eq!(order(&[little.clone(), little]), [0, 1]);
    }

    #[test]
    fn a_list_without_words_keeps_its_order_but_for_stock() {
        let out = Features { in_stock: false, ..features(&[]) };
        assert_eq!(order(&[features(&[]), out, features(&[])]), [0, 2, 1]);
    }

    #[test]
    fn the_category_of_the_best_answers_lifts_the_others_of_it() {
        let within = |category: &[&str], words: &[Counts]| Features {
            category: category.iter().map(|name| (*name).to_owned()).collect(),
            ..features(words)
        };
        let candidates = [
            within(&["Shoes", "Boots"], &[TITLE]),
            within(&["Shoes", "Boots"], &[TITLE]),
            within(&["Books"], &[LABEL]),
            within(&["Shoes", "Sandals"], &[LABEL]),
            within(&["Shoes", "Boots"], &[LABEL]),
        ];
        assert_eq!(order(&candidates), [0, 1, 4, 3, 2]);
    }

    #[test]
    fn what_is_not_wanted_goes_back_and_away_where_something_is_free_of_it() {
        let says = |unwanted| Features { unwanted, ..features(&[TITLE]) };
        let all = [Unwanted::InPassing, Unwanted::Silent, Unwanted::Named, Unwanted::Free].map(says);
        assert_eq!(order(&all[..3]), [1, 0]);
        assert_eq!(order(&all), [3, 1]);
    }
}
