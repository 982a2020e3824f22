//! `.env.example` explains every setting, and no other, with the default it really has.

use std::collections::{BTreeMap, BTreeSet};

use trato::config::Settings;

use crate::repository;

/// The variables of `.env.example` and the values they are shown with.
fn explained() -> BTreeMap<String, String> {
    let text = repository::text(".env.example");
    let lines = text.lines().filter_map(|line| line.strip_prefix('#')).filter(|line| line.contains('='));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let variables = pairs.filter(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The variables that set something, read off the settings themselves: a section is one step in, a setting two.
fn settable() -> BTreeSet<String> {
    let mut section = String::new();
    let mut found = BTreeSet::new();
    for line in format!("{:#?}", Settings::default()).lines() {
        let Some((name, value)) = line.trim_start().split_once(": ") else { continue };
        match line.len() - line.trim_start().len() {
            4 if value.ends_with('{') => section = name.to_uppercase(),
            4 => drop(found.insert(format!("TRATO_{}", name.to_uppercase()))),
            8 => drop(found.insert(format!("TRATO_{section}__{}", name.to_uppercase()))),
            _ => {}
        }
    }
    found
}

#[test]
fn every_setting_is_explained_and_nothing_else() {
    let explained: BTreeSet<String> = explained().into_keys().filter(|name| name != "DATABASE_URL").collect();
    let settable = settable();
    let differ: Vec<&String> = explained.symmetric_difference(&settable).collect();
    assert!(differ.is_empty(), "settings that only one of .env.example and src/config/mod.rs has: {differ:?}");
}

#[test]
fn the_settings_are_shown_with_their_defaults() {
    let mut table = toml::Table::new();
    for (name, value) in explained().into_iter().filter(|(_, value)| !value.is_empty()) {
        let path = name.trim_start_matches("TRATO_").to_lowercase();
        let typed =
            value.parse::<i64>().map(toml::Value::Integer).or_else(|_| value.parse().map(toml::Value::Boolean));
        let typed = typed.unwrap_or(toml::Value::String(value));
        match path.split_once("__") {
            Some((section, setting)) => {
                let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
                section.as_table_mut().unwrap().insert(setting.to_owned(), typed);
            }
            None => drop(table.insert(path, typed)),
        }
    }
    let shown: Settings = table.try_into().unwrap();
    assert_eq!(format!("{shown:#?}"), format!("{:#?}", Settings::default()));
}
