//! Pages that list something list all of it: the keys of a shop's file, the metrics.

use std::collections::BTreeSet;
use std::path::PathBuf;

use regex::Regex;
use serde_json::{Value, json};
use trato::catalog::merchandising::Merchandising;
use trato::merchants::shop_file::read_shop_file;
use trato::pricing::negotiation::settings::Settings as Bargaining;
use trato::pricing::rules::RulesFile;

use crate::repository;

/// Everything on a page that is written as code.
fn code(page: &str) -> String {
    // A span may go on in the next line.
    let spans = Regex::new(r"(?s)```.*?```|`[^`]+`").unwrap();
    let text = repository::text(page);
    spans.find_iter(&text).map(|span| span.as_str().to_owned() + "\n").collect()
}

/// The names that are not on a page, as code.
fn not_on(page: &str, names: impl IntoIterator<Item = String>) -> Vec<String> {
    let code = code(page);
    let is_there = |name: &String| Regex::new(&format!(r"\b{}\b", regex::escape(name))).unwrap().is_match(&code);
    names.into_iter().filter(|name| !is_there(name)).collect()
}

/// The keys that a reader says there are, of each section in which it met one that there is not.
fn keys(told: &str) -> BTreeSet<String> {
    let lists = Regex::new(r"(?:the keys are|expected(?: one of)?) ((?:`?\w+`?(?:, | or )?)+)").unwrap();
    let words = Regex::new(r"\w+").unwrap();
    let of = |list: &str| words.find_iter(list).map(|word| word.as_str().to_owned()).collect::<Vec<_>>();
    let found = lists.captures_iter(told).flat_map(|list| of(&list[1]));
    found.filter(|word| word != "or").collect()
}

#[test]
fn every_key_of_a_shop_file_is_explained() {
    let file = r#"
        currency = "USD"
        time_zone = "America/Chicago"
        unheard_of = 1
        [policies]
        unheard_of = 1
        [policies.shipping]
        unheard_of = 1
        [policies.tax]
        unheard_of = 1
        [policies.introduction]
        unheard_of = 1
        [policies.texts]
        unheard_of = 1
        [policies.hours]
        unheard_of = 1
        [[coupons]]
        unheard_of = 1
    "#;
    let keys = keys(&read_shop_file("shop.toml", file).unwrap_err().to_string());
    assert!(keys.len() > 40, "only {keys:?}");
    let missing = not_on("docs/shop-file.md", keys);
    assert!(missing.is_empty(), "docs/shop-file.md says nothing of {missing:?}");
}

#[test]
fn every_key_of_pricing_is_explained() {
    let sections = [
        "",
        "order_floor",
        "tax",
        "promotions/0",
        "promotions/0/gives",
        "promotions/0/gives/buy_get",
        "promotions/0/gives/tiered",
        "promotions/0/gives/tiered/tiers/0",
        "promotions/0/on",
        "promotions/0/on/attributes/0",
        "promotions/0/when",
        "promotions/0/valid",
        "promotions/0/limits",
        "price_lists/0",
        "price_lists/0/prices/0",
        "price_lists/0/percent",
        "shipping/0",
        "shipping/0/by_amount/0",
        "tax/rules/0",
        "tax/rules/0/taxes/0",
    ];
    for section in sections {
        let told = RulesFile::read(&unheard_of(section)).unwrap_err().to_string();
        let keys = keys(&told);
        assert!(!keys.is_empty(), "[pricing] {section}: {told}");
        let missing = not_on("docs/shop-file.md", keys);
        assert!(missing.is_empty(), "docs/shop-file.md says nothing of {missing:?} in {section}");
    }
}

#[test]
fn every_key_of_bargaining_and_search_is_explained() {
    let bargaining = |section| Bargaining::read(&unheard_of(section)).unwrap_err().to_string();
    let search = |section| Merchandising::read(&unheard_of(section)).unwrap_err().to_string();
    let table = [
        ("docs/bargaining.md", bargaining("")),
        ("docs/bargaining.md", bargaining("shop")),
        (
            "docs/bargaining.md",
            Bargaining::read(&json!({"shop": {"extras": [{"kind": ""}]}})).unwrap_err().to_string(),
        ),
        ("docs/bargaining.md", Bargaining::read(&json!({"shop": {"pace": ""}})).unwrap_err().to_string()),
        ("docs/search.md", search("")),
        ("docs/search.md", search("pins/0")),
    ];
    for (page, told) in table {
        let keys = keys(&told);
        assert!(!keys.is_empty(), "{told}");
        let missing = not_on(page, keys);
        assert!(missing.is_empty(), "{page} says nothing of {missing:?}");
    }
}

/// A section at the end of this path with a key in it that nothing has.
fn unheard_of(path: &str) -> Value {
    let steps = path.split('/').rev().filter(|step| !step.is_empty());
    steps.fold(
        json!({"unheard_of": 1}),
        |inner, step| if step == "0" { json!([inner]) } else { json!({step: inner}) },
    )
}

#[test]
fn the_examples_on_the_page_of_the_shop_file_are_a_shop() {
    let text = repository::text("docs/shop-file.md");
    let examples = Regex::new(r"(?s)```toml\n(.*?)```").unwrap();
    let whole: String = examples.captures_iter(&text).map(|example| example[1].to_owned() + "\n").collect();
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("documented-{}.toml", std::process::id()));
    std::fs::write(&path, &whole).unwrap();
    let read = trato::app::merchant::read(&path);
    std::fs::remove_file(&path).unwrap();
    assert!(read.is_ok(), "{:#}\n{whole}", read.unwrap_err());
    assert!(whole.contains("[[pricing.promotions]]"));
}

#[test]
fn every_metric_is_on_the_page_for_operators_and_no_other() {
    let counted = Regex::new(r#"metrics::\w+!\(\s*"(trato_\w+)""#).unwrap();
    let sources = repository::sources();
    let names = |text: &str, pattern: &Regex| -> BTreeSet<String> {
        pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
    };
    let ours: BTreeSet<String> = sources.iter().flat_map(|file| names(&file.text, &counted)).collect();
    assert!(ours.len() > 15, "only {ours:?}");
    let page = names(&code("docs/operations.md"), &Regex::new(r"\b(trato_[a-z_]+)\b").unwrap());
    let differ: Vec<&String> = ours.symmetric_difference(&page).collect();
    assert!(differ.is_empty(), "only one of the program and docs/operations.md has {differ:?}");
}
