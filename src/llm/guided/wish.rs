//! A search as the shopper means it, and how it is widened when it finds nothing.

use serde_json::{Value, json};

use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::llm::guided::view::Searched;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The words.
    pub query: String,
    /// At least.
    pub min: Option<Money>,
    /// At most.
    pub max: Option<Money>,
    /// An option that must fit: name and value, from a card in view.
    pub option: Option<(String, String)>,
    /// When nothing costs at least `min`: what costs at most this. For more of the same on both sides of a list.
    pub or_below: Option<Money>,
    /// Why it is looked for; decides how the answer is introduced.
    pub why: Why,
}

/// Why something is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Why {
    /// The shopper asked for it.
    #[default]
    Asked,
    /// The words may be the name of something, or mean something we did not understand.
    Guessed,
    /// Something that costs less than what is in view.
    Cheaper,
    /// More of the same.
    More,
    /// Whatever there is.
    Everything,
}

impl Wish {
    /// What was searched for earlier, as a wish.
    #[must_use]
    pub fn again(searched: &Searched, currency: Currency) -> Self {
        let money = |text: &Option<String>| Money::parse_major(text.as_deref()?, currency).ok();
        Self {
            query: searched.query.clone(),
            min: money(&searched.price_min),
            max: money(&searched.price_max),
            ..Self::default()
        }
    }

    /// The arguments of `search_catalog`.
    #[must_use]
    pub fn arguments(&self) -> Value {
        let options: Vec<_> =
            self.option.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        json!({
            "query": self.query,
            "price_min": self.min.map(Money::major),
            "price_max": self.max.map(Money::major),
            "options": options,
            "category": null,
            "in_stock_only": false,
        })
    }

    /// The next wider search after `tries` that found nothing: first without the option, then with the one word that
    /// most likely names the thing, then at any price. `None` when there is nothing left to give up.
    #[must_use]
    pub fn wider(&self, tries: usize, language: Language) -> Option<Self> {
        let mut steps = Vec::new();
        let mut wish = self.clone();
        if let Some(below) = wish.or_below.take() {
            steps.push(Self { min: None, max: Some(below), ..wish.clone() });
        }
        if let Some((_, value)) = wish.option.take() {
            if !wish.query.to_lowercase().contains(&value.to_lowercase()) {
                let query = format!("{} {value}", wish.query);
                query.trim().clone_into(&mut wish.query);
            }
            steps.push(wish.clone());
        }
        if self.why == Why::Asked {
            if let Some(head) = head_word(&wish.query, language) {
                wish.query = head;
                steps.push(wish.clone());
            }
            if wish.min.or(wish.max).is_some() {
                steps.push(Self { min: None, max: None, query: self.query.clone(), ..wish });
            }
        }
        steps.into_iter().nth(tries.checked_sub(1)?)
    }
}

/// The word that most likely names the thing: English says it last ("red running shoes"), Spanish and Portuguese
/// first ("tenis rojos"). `None` for a query that is one word already.
fn head_word(query: &str, language: Language) -> Option<String> {
    let names_a_thing = |word: &&str| word.chars().count() >= 3 && !word.chars().any(|c| c.is_ascii_digit());
    let words: Vec<_> = query.split_whitespace().collect();
    let mut names = words.iter().copied().filter(names_a_thing);
    let head = match language {
        Language::En => names.next_back(),
        Language::Es | Language::Pt => names.next(),
    }?;
    (words.len() > 1).then(|| head.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(query: &str, max: Option<i64>) -> Wish {
        let currency = "USD".parse().unwrap();
        Wish { query: query.to_owned(), max: max.map(|minor| Money::new(minor, currency)), ..Wish::default() }
    }

    #[test]
    fn a_search_is_widened_step_by_step_and_then_given_up() {
        let asked = wish("red running shoes", Some(3000));
        let wider = |tries| asked.wider(tries, Language::En);
        assert_eq!(wider(1), Some(wish("shoes", Some(3000))));
        assert_eq!(wider(2), Some(wish("red running shoes", None)));
        assert_eq!(wider(3), None);
        assert_eq!(wish("tenis rojos", None).wider(1, Language::Es), Some(wish("tenis", None)));
        assert_eq!(wish("tenis", None).wider(1, Language::Es), None);
    }

    #[test]
    fn a_guess_is_not_widened() {
        let guess = Wish { why: Why::Guessed, ..wish("world war three", None) };
        assert_eq!(guess.wider(1, Language::En), None);
    }

    #[test]
    fn the_arguments_are_those_of_the_tool() {
        assert_eq!(
            wish("mug", Some(3000)).arguments(),
            json!({"query": "mug", "price_min": null, "price_max": "30.00", "options": [], "category": null,
                   "in_stock_only": false})
        );
    }
}
