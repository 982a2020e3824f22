//! The report: a line per case for a terminal of 100 columns, the conversation under each that failed, and JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::evals::grade::GUIDED;
use crate::evals::observed::{ObservedTurn, Spoken};
use crate::evals::play::Played;

/// The width of the words of a conversation.
const WORDS: usize = 82;
/// The width of a case's name in the table.
const NAME: usize = 62;

/// The line above the cases.
#[must_use]
pub fn head() -> String {
    format!("  {:<NAME$}  {:<7}  {:>7}  {:>5}  {:>5}", "case", "verdict", "seconds", "turns", "calls")
}

/// The line of one case.
#[must_use]
pub fn line(played: &Played) -> String {
    let verdict = if played.passes() { "passes" } else { "FAILS" };
    let name = shortened(&played.name, NAME);
    format!(
        "  {name:<NAME$}  {verdict:<7}  {:>7.1}  {:>5}  {:>5}",
        seconds(played),
        played.observed.turns.len(),
        calls(played)
    )
}

fn seconds(played: &Played) -> f64 {
    played.took.to_std().unwrap_or_default().as_secs_f64()
}

fn calls(played: &Played) -> usize {
    played.observed.turns.iter().map(|turn| turn.tools().count()).sum()
}

fn shortened(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    format!("…{}", text.chars().skip(count - width + 1).collect::<String>())
}

/// What a failed case expected, and how the conversation went.
#[must_use]
pub fn failure(played: &Played) -> String {
    let mut text = format!("\n{}\n{}\n", played.name, wrapped(&played.about, "  "));
    for miss in &played.misses {
        let _ = writeln!(text, "{}", wrapped(&format!("expected: {}", miss.expected), "  ✗ "));
        let _ = writeln!(text, "{}", wrapped(&format!("found: {}", miss.found), "    "));
    }
    text.push('\n');
    for spoken in &played.transcript {
        let _ = writeln!(text, "{}", said(spoken));
    }
    text
}

fn said(spoken: &Spoken) -> String {
    let mut words = spoken.words.clone();
    if !spoken.choices.is_empty() {
        let choices: Vec<_> = spoken.choices.iter().map(|choice| format!("[{choice}]")).collect();
        words = format!("{words}\n{}", choices.join(" "));
    }
    wrapped(&words, if spoken.by_shopper { "  shopper │ " } else { "     shop │ " })
}

/// The words in lines of one width; the first begins with `first`, the others are as far in.
fn wrapped(words: &str, first: &str) -> String {
    let bar = if first.contains('│') { "│ " } else { "" };
    let blank = format!("{}{bar}", " ".repeat(first.chars().count() - bar.chars().count()));
    let mut lines: Vec<String> = Vec::new();
    for paragraph in words.lines().filter(|line| !line.trim().is_empty()) {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WORDS {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    let lines = lines.iter().enumerate();
    let lines = lines.map(|(place, line)| format!("{}{line}", if place == 0 { first } else { blank.as_str() }));
    lines.collect::<Vec<_>>().join("\n")
}

/// How many passed, how long it took, and what the models cost.
#[must_use]
pub fn summary(played: &[Played], seconds: f64) -> String {
    let passed = played.iter().filter(|played| played.passes()).count();
    let mut text = format!("{passed} of {} cases pass, in {seconds:.1} s.", played.len());
    let models = models(played);
    if models.keys().any(|model| model != GUIDED) {
        let turns = played.iter().flat_map(|played| &played.observed.turns);
        let (tokens, cost) =
            turns.fold((0, 0), |(tokens, cost), turn| (tokens + turn.tokens, cost + turn.cost_micros));
        let asked: Vec<_> = models.iter().map(|(model, count)| format!("{model} {count} times")).collect();
        let _ = write!(text, " Asked: {}. {tokens} tokens, {} of cost.", asked.join(", "), units(cost));
    }
    text
}

fn units(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn models(played: &[Played]) -> BTreeMap<String, usize> {
    let mut models = BTreeMap::new();
    for model in played.iter().flat_map(|played| &played.observed.turns).flat_map(ObservedTurn::models) {
        *models.entry(model.to_owned()).or_default() += 1;
    }
    models
}

/// A case as JSON.
#[derive(Debug, Serialize)]
struct Record<'a> {
    case: &'a str,
    about: &'a str,
    passes: bool,
    seconds: f64,
    turns: usize,
    tools: Vec<&'a str>,
    tokens: u64,
    cost_micros: u64,
    misses: Vec<RecordedMiss<'a>>,
    transcript: Vec<RecordedWords<'a>>,
}

#[derive(Debug, Serialize)]
struct RecordedMiss<'a> {
    expected: &'a str,
    found: &'a str,
}

#[derive(Debug, Serialize)]
struct RecordedWords<'a> {
    by: &'static str,
    words: &'a str,
    choices: &'a [String],
}

/// Everything about every case, for other programs.
///
/// # Errors
/// When it cannot be written as JSON, which does not happen.
pub fn json(played: &[Played]) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&played.iter().map(record).collect::<Vec<_>>())
}

fn record(played: &Played) -> Record<'_> {
    let turns = &played.observed.turns;
    let words = |spoken: &'_ Spoken| if spoken.by_shopper { "shopper" } else { "shop" };
    Record {
        case: &played.name,
        about: &played.about,
        passes: played.passes(),
        seconds: seconds(played),
        turns: turns.len(),
        tools: turns.iter().flat_map(ObservedTurn::tools).collect(),
        tokens: turns.iter().map(|turn| turn.tokens).sum(),
        cost_micros: turns.iter().map(|turn| turn.cost_micros).sum(),
        misses: played
            .misses
            .iter()
            .map(|miss| RecordedMiss { expected: &miss.expected, found: &miss.found })
            .collect(),
        transcript: played
            .transcript
            .iter()
            .map(|spoken| RecordedWords { by: words(spoken), words: &spoken.words, choices: &spoken.choices })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evals::grade::Miss;
    use crate::evals::observed::Observed;
    use chrono::TimeDelta;

    fn played(name: &str, misses: Vec<Miss>) -> Played {
        let long = "word ".repeat(40);
        Played {
            name: name.to_owned(),
            about: "Shows something.".to_owned(),
            misses,
            took: TimeDelta::milliseconds(1234),
            transcript: vec![Spoken { by_shopper: false, words: long, choices: vec!["Pay".to_owned()] }],
            observed: Observed::default(),
        }
    }

    #[test]
    fn nothing_is_wider_than_a_hundred_columns() {
        let miss = Miss::new("a ".repeat(90), "b ".repeat(90));
        let failed = played(&"very-long-name/".repeat(9), vec![miss]);
        for text in [head(), line(&failed), failure(&failed)] {
            for line in text.lines().filter(|line| !line.starts_with("very-long-name")) {
                assert!(line.chars().count() <= 100, "{line}");
            }
        }
        assert!(line(&failed).contains("FAILS") && line(&played("a", Vec::new())).contains("passes"));
    }

    #[test]
    fn the_summary_counts_and_the_json_reads_back() {
        let all = [played("a__b", Vec::new()), played("c__d", vec![Miss::new("x", "y")])];
        assert!(summary(&all, 2.0).starts_with("1 of 2 cases pass"));
        let json: serde_json::Value = serde_json::from_str(&json(&all).unwrap()).unwrap();
        assert_eq!(json[1]["misses"][0]["expected"], "x");
        assert_eq!(json[0]["passes"], true);
    }
}
