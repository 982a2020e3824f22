//! What is wrong with a setting that could not be read, in words for whoever set it.

use std::borrow::Cow;
use std::fmt;

use config::ConfigError as Misread;

use crate::config::ConfigError;

/// The settings whose values have a shape of their own, by the end of their keys, and that shape.
const SHAPES: [(&str, &str); 6] = [
    ("_url", "a whole address such as https://chat.example.com"),
    ("bind", "an address and a port such as 127.0.0.1:8080, or 0.0.0.0:8080 for all networks"),
    ("profile", "development or production"),
    ("vectors", "none, local or endpoint"),
    ("answer_limit", "max_completion_tokens or max_tokens"),
    ("extra", "a JSON object in quotes"),
];

/// Names the setting and says what it must be.
pub fn told(error: &Misread) -> ConfigError {
    match error {
        Misread::Type { key: Some(key), unexpected, expected, .. } => {
            let wanted = shape(key).unwrap_or_else(|| kind(expected));
            wrong(key, &format!("it must be {wanted}, and is {}", found(unexpected)))
        }
        Misread::At { error, key: Some(key), .. } => at(key, error),
        Misread::Message(words) => unknown("", words).unwrap_or_else(|| ConfigError::Unreadable(words.clone())),
        other => ConfigError::Unreadable(other.to_string()),
    }
}

fn at(key: &str, error: &Misread) -> ConfigError {
    let words = error.to_string();
    unknown(key, &words).unwrap_or_else(|| match shape(key) {
        Some(shape) => wrong(key, &format!("it must be {shape}")),
        None => wrong(key, &words),
    })
}

/// "unknown field `turn`, expected one of `turns`, …", as serde says it.
fn unknown(key: &str, words: &str) -> Option<ConfigError> {
    let (field, rest) = words.strip_prefix("unknown field `")?.split_once('`')?;
    let there: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let within = |field: &str| if key.is_empty() { field.to_owned() } else { format!("{key}.{field}") };
    // Where one of another group was meant, the groups are named.
    let why = match there.as_slice() {
        [] => "its group has none".to_owned(),
        there if key.is_empty() => {
            let groups = there.iter().filter(|group| **group != "config");
            let groups: Vec<String> = groups.map(|group| variable(group)).collect();
            format!("the names begin with {}, followed by two underscores", groups.join(", "))
        }
        there => format!("in this group there are {}", there.join(", ")),
    };
    Some(ConfigError::Unknown { name: variable(&within(field)), why })
}

fn wrong(key: &str, why: &str) -> ConfigError {
    let within = key.split_once('.').map(|(group, field)| format!(" ([{group}] {field} in trato.toml)"));
    let name = variable(key) + &within.unwrap_or_default();
    ConfigError::Wrong { name: Cow::Owned(name), why: why.to_owned() }
}

/// `server.bind` as its variable is called; the same setting may stand in the file.
fn variable(key: &str) -> String {
    format!("TRATO_{}", key.replace('.', "__").to_uppercase())
}

fn shape(key: &str) -> Option<&'static str> {
    SHAPES.iter().find(|(end, _)| key.ends_with(end)).map(|(_, shape)| *shape)
}

/// What the library expected, without its types.
fn kind(expected: &str) -> &'static str {
    match expected {
        "a boolean" => "true or false",
        text if text.contains("unsigned") => "a whole number, not negative and not too large",
        text if text.contains("integer") => "a whole number",
        text if text.contains("float") => "a number",
        "a map" => "a group of settings",
        _ => "a text",
    }
}

/// What stands there, without the library's types: `string "soon"` is "soon". Nothing secret: secrets are texts, and
/// any text is one.
fn found(unexpected: &impl fmt::Display) -> String {
    let words = unexpected.to_string();
    let value = words.split('`').nth(1).or_else(|| words.strip_prefix("string "));
    value.unwrap_or(&words).to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Settings;

    /// What is said of one variable.
    fn told(name: &str, value: &str) -> String {
        let pairs = [(name.to_owned(), value.to_owned())].into_iter().collect();
        let environment = config::Environment::with_prefix("TRATO").source(Some(pairs));
        Settings::read(Path::new("/nonexistent/trato.toml"), false, environment).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_it_must_be() {
        for (name, value, wanted) in [
            ("TRATO_SERVER__PUBLIC_URL", "shop", "it must be a whole address such as https://chat.example.com"),
            ("TRATO_SERVER__BIND", "8080", "it must be an address and a port such as 127.0.0.1:8080"),
            ("TRATO_SERVER__PROFILE", "live", "it must be development or production"),
            ("TRATO_SEARCH__VECTORS", "some", "it must be none, local or endpoint"),
            ("TRATO_MODEL__ANSWER_LIMIT", "5", "it must be max_completion_tokens or max_tokens"),
            ("TRATO_MODEL__BASE_URL", "localhost", "it must be a whole address"),
            ("TRATO_WORKERS__TURNS", "many", "it must be a whole number, and is \"many\""),
            ("TRATO_WORKERS__TURNS", "-3", "not negative and not too large, and is -3"),
            ("TRATO_SERVER__LOG_JSON", "maybe", "it must be true or false, and is \"maybe\""),
        ] {
            let told = told(name, value);
            assert!(told.starts_with(&format!("the setting {name} ")), "{told}");
            assert!(told.contains(wanted), "{told}");
            assert!(!told.contains("enum") && !told.contains("bit"), "{told}");
        }
    }

    #[test]
    fn a_name_that_there_is_not_is_told_with_those_that_there_are() {
        let within = told("TRATO_WORKERS__TURN", "3");
        assert!(
            within.contains("there is no setting TRATO_WORKERS__TURN") && within.contains("turns,"),
            "{within}"
        );
        let group = told("TRATO_SERVRE__BIND", "x");
        assert!(group.contains("there is no setting TRATO_SERVRE") && group.contains("TRATO_SERVER"), "{group}");
    }
}
