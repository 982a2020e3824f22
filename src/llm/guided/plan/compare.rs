//! Several products beside each other: what they cost, and what the shop says of each.

use serde_json::json;

use crate::agent::evidence::ProductCard;
use crate::base::names::Handle;
use crate::llm::guided::Step;
use crate::llm::guided::compose::joined;
use crate::llm::guided::compose::product::sellable;
use crate::llm::guided::intent::Aspect;
use crate::llm::guided::lexicon::title_words;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::text::same_thing;
use crate::sentences::id;

/// So many facts of each fit beside each other.
const FACTS_BESIDE_MAX: usize = 4;

impl<'a> Desk<'a> {
    /// Compares products by what is known of them; of a fact each is looked up whole, for a list tells few.
    pub fn compare(&self, products: &[Handle], by: &Aspect) -> Step {
        if *by == Aspect::Price {
            return Step::Say(self.by_price(&self.seen(products)));
        }
        let open =
            products.iter().skip(self.now.times("get_product")).find(|product| self.now.fetched(product).is_none());
        if let Some(product) = open {
            return Step::ask("get_product", json!({ "product": product.as_str() }));
        }
        let fetched = |product: &Handle| self.now.fetched(product);
        let mut cards: Vec<_> = products.iter().filter_map(fetched).collect();
        if cards.len() < products.len() {
            cards = self.seen(products);
        }
        Step::Say(match by {
            Aspect::Fact(words) => self.by_fact(&cards, words),
            Aspect::Price | Aspect::Everything => self.side_by_side(&cards),
        })
    }

    fn seen(&self, products: &[Handle]) -> Vec<&'a ProductCard> {
        products.iter().filter_map(|product| self.view.card(product)).collect()
    }

    fn by_price(&self, cards: &[&ProductCard]) -> String {
        let least = |card: &ProductCard| {
            sellable(&card.variants).iter().map(|variant| variant.price).min_by_key(|price| price.minor())
        };
        let mut prices: Vec<_> = cards.iter().filter_map(|card| least(card).map(|price| (price, *card))).collect();
        prices.sort_by_key(|(price, _)| price.minor());
        let header = match prices.as_slice() {
            [(least, _), .., (most, _)] if least == most => {
                self.say(id::COST_THE_SAME, [("price", self.money(*least).into())])
            }
            [(least, card), ..] => {
                let title = ("title", card.title.as_str().into());
                self.say(id::CHEAPEST_IS, [title, ("price", self.money(*least).into())])
            }
            [] => String::new(),
        };
        let lines = cards.iter().map(|card| format!("• {}", self.price_of(card, &[])));
        joined(&[header].into_iter().chain(lines).collect::<Vec<_>>())
    }

    /// What is stated of each; what is not stated of any is said not to be.
    fn by_fact(&self, cards: &[&ProductCard], words: &[String]) -> String {
        let fact = |card: &ProductCard| {
            let fact = card.facts.iter().find(|fact| {
                title_words(&fact.name).iter().any(|own| words.iter().any(|word| same_thing(own, word)))
            })?;
            Some(self.stated(card, fact))
        };
        let missing = |card: &ProductCard| self.say(id::NOT_STATED, [("title", card.title.as_str().into())]);
        let known = cards.iter().any(|card| fact(card).is_some());
        if !known {
            let titles: Vec<_> = cards.iter().map(|card| card.title.as_str()).collect();
            let none = self.say(id::NOT_STATED, [("title", titles.join(", ").into())]);
            return joined(&[none, self.say(id::OFFER_PERSON, [])]);
        }
        joined(&cards.iter().map(|card| fact(card).unwrap_or_else(|| missing(card))).collect::<Vec<_>>())
    }

    /// What the shop says of each.
    fn side_by_side(&self, cards: &[&ProductCard]) -> String {
        let told = |card: &&ProductCard| {
            let facts =
                card.facts.iter().take(FACTS_BESIDE_MAX).map(|fact| format!("{}: {}", fact.name, fact.value));
            let lines = joined(&facts.collect::<Vec<_>>());
            joined(&[
                format!("• {}", self.product_text(card)),
                self.price_lines(card, &sellable(&card.variants)),
                lines,
            ])
        };
        let header = self.say(id::CANNOT_COMPARE, []);
        joined(&[header].into_iter().chain(cards.iter().map(told)).collect::<Vec<_>>())
    }
}
