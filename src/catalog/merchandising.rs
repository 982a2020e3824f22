//! What the merchant decides about searches: words that mean the same, products that come first, products that are not
//! shown. The section `[search]` of a shop's file.

use serde::{Deserialize, Serialize};

use crate::base::names::Handle;
use crate::catalog::fold::{key, words};

/// What the merchant decided about searches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Merchandising {
    /// Groups that mean the same: whoever asks for one is shown what has another. A group may have entries of several
    /// words, which are found by all of them; only single words are replaced.
    pub synonyms: Vec<Vec<String>>,
    /// What comes first.
    pub pins: Vec<Pin>,
    /// Products that searches do not show. They can be bought by who knows them, and are found by their address.
    pub hide: Vec<Handle>,
}

/// Products that come first where somebody asks for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The words that must all be asked for.
    #[serde(rename = "for")]
    pub asked: String,
    /// The products, in order. The filters of a search hold for them too.
    pub first: Vec<Handle>,
}

/// The section cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadMerchandising {
    /// It has a key that there is none of, or a value of the wrong kind.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
    /// A group of synonyms without two different entries.
    #[error(
        "`synonyms` has a group that does not say which words mean the same: {0:?} needs two different entries"
    )]
    Group(Vec<String>),
    /// A pin that no search can meet, or that pins nothing.
    #[error("a pin for `{0}` needs words in `for` and at least one product's handle in `first`")]
    Pin(String),
}

impl Merchandising {
    /// What a shop decided, as it is kept; nothing if it decided nothing.
    ///
    /// # Errors
    /// When it has a mistake, with the words that are wrong.
    pub fn read(kept: &serde_json::Value) -> Result<Self, BadMerchandising> {
        if kept.is_null() {
            return Ok(Self::default());
        }
        let read = Self::deserialize(kept)?;
        let is_empty = |group: &&Vec<String>| {
            let mut entries: Vec<Vec<String>> = group.iter().map(|entry| words(entry)).collect();
            entries.dedup();
            entries.len() < 2 || entries.iter().any(Vec::is_empty)
        };
        if let Some(group) = read.synonyms.iter().find(is_empty) {
            return Err(BadMerchandising::Group(group.clone()));
        }
        let is_idle = |pin: &&Pin| words(&pin.asked).is_empty() || pin.first.is_empty();
        match read.pins.iter().find(is_idle) {
            Some(pin) => Err(BadMerchandising::Pin(pin.asked.clone())),
            None => Ok(read),
        }
    }

    /// What means the same as a word in any of its forms, each with its words.
    #[must_use]
    pub fn synonyms(&self, word: &str) -> Vec<Vec<String>> {
        let is_it = |entry: &[String]| matches!(entry, [only] if key(only) == key(word));
        let groups = self.synonyms.iter().map(|group| group.iter().map(|entry| words(entry)).collect::<Vec<_>>());
        let with_it = groups.filter(|group| group.iter().any(|entry| is_it(entry)));
        with_it.flatten().filter(|entry| !is_it(entry)).collect()
    }

    /// The products that come first where these words are asked for in any of their forms, in order.
    #[must_use]
    pub fn pinned(&self, asked: &[&str]) -> Vec<Handle> {
        let asked: Vec<String> = asked.iter().map(|word| key(word)).collect();
        let meets = |pin: &&Pin| words(&pin.asked).iter().all(|word| asked.contains(&key(word)));
        let mut pinned = Vec::new();
        for handle in self.pins.iter().filter(meets).flat_map(|pin| &pin.first) {
            if !pinned.contains(handle) {
                pinned.push(handle.clone());
            }
        }
        pinned
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(section: &serde_json::Value) -> Result<Merchandising, String> {
        Merchandising::read(section).map_err(|error| error.to_string())
    }

    #[test]
    fn words_of_one_group_mean_the_same_whatever_their_accents() {
        let rules =
            read(&json!({"synonyms": [["Sofá", "sillón de sala"], ["sofa", "couch"], ["tv", "tele"]]})).unwrap();
        assert_eq!(rules.synonyms("sofa"), [vec!["sillon", "de", "sala"], vec!["couch"]]);
        assert!(rules.synonyms("sillon").is_empty());
        assert_eq!(rules.synonyms("sofas"), rules.synonyms("sofa"));
    }

    #[test]
    fn pins_hold_where_all_their_words_are_asked_for() {
        let rules = read(&json!({"pins": [{"for": "Regalo mamá", "first": ["taza", "vela"]},
                                          {"for": "regalo", "first": ["vela", "caja"]}]}))
        .unwrap();
        let pinned = |asked: &[&str]| rules.pinned(asked).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(pinned(&["regalo", "para", "mama"]), ["taza", "vela", "caja"]);
        assert_eq!(pinned(&["regalos", "mamas"]), ["taza", "vela", "caja"]);
        assert_eq!(pinned(&["regalo"]), ["vela", "caja"]);
        assert!(pinned(&[]).is_empty());
    }

    #[test]
    fn a_section_that_says_nothing_is_told_what_is_missing() {
        assert_eq!(read(&serde_json::Value::Null).unwrap(), Merchandising::default());
        for (section, told) in [
            (json!({"synonyms": [["sofa"]]}), "two different entries"),
            (json!({"synonyms": [["sofa", "Sofá"]]}), "two different entries"),
            (json!({"pins": [{"for": " ", "first": ["a"]}]}), "needs words"),
            (json!({"pins": [{"for": "a", "first": []}]}), "at least one product"),
            (json!({"hides": []}), "unknown field `hides`"),
        ] {
            let error = read(&section).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
