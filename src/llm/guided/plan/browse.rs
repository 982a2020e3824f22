//! Looking for products, showing one, and answering questions about it.

use serde_json::json;

use crate::agent::evidence::ProductCard;
use crate::base::names::Handle;
use crate::llm::guided::Step;
use crate::llm::guided::compose::joined;
use crate::llm::guided::compose::prices::Prices;
use crate::llm::guided::compose::product::{item_text, option_names, sellable, values_of};
use crate::llm::guided::intent::Wanted;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::lexicon::title_words;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::{told_words, values_named, variants_with, variants_without};
use crate::llm::guided::text::same_thing;
use crate::llm::guided::view::{Searched, products};
use crate::llm::guided::wish::{Why, Wish};
use crate::sentences::id;

/// Of fewer telling words than these nothing can be told by how many of them fit.
const GUESSED_WORDS_MIN: usize = 3;
/// An answer to "which one?" has so many words at most.
const OPTION_WORDS_MAX: usize = 2;

impl<'a> Desk<'a> {
    /// Searches, wider each time nothing is found, and says what there is.
    pub fn search(&self, wish: &Wish) -> Step {
        let tries = self.now.times("search_catalog");
        let Some(found) = self.now.latest("search_catalog") else {
            return match self.rule_that_answers().filter(|_| wish.why == Why::Guessed) {
                Some(rule) => Step::Say(rule),
                None => Step::ask("search_catalog", wish.arguments()),
            };
        };
        let mut cards: Vec<_> = products(&found.evidence).collect();
        // What cannot be had is told last.
        cards.sort_by_key(|card| sellable(&card.variants).is_empty());
        if wish.why == Why::Guessed && !self.names_one_of(&cards) {
            cards.clear();
        }
        if wish.why == Why::More {
            cards.retain(|card| !self.view.list.iter().any(|seen| seen.product == card.product));
        }
        if let Some(meant) = one_meant(&cards, wish).filter(|_| tries == 1) {
            return self.show(&meant.product);
        }
        if !cards.is_empty() {
            return Step::Say(self.found(&cards, wish, tries));
        }
        match wish.wider(tries, self.shop.language) {
            Some(wider) => Step::ask("search_catalog", wider.arguments()),
            None => Step::Say(self.found_nothing(wish)),
        }
    }

    fn found(&self, cards: &[&ProductCard], wish: &Wish, tries: usize) -> String {
        let count = ("count", cards.len().into());
        let header = match wish.why {
            Why::Cheaper => self.say(id::FOUND_CHEAPER, [count]),
            Why::More => self.say(id::FOUND, [count]),
            _ if tries > 1 && self.price_was_given_up(wish) => self.say(id::FOUND_OTHER_PRICES, []),
            _ if tries > 1 || self.only_the_colour_fits(cards) => self.say(id::FOUND_CLOSEST, []),
            _ => self.say(id::FOUND, [count]),
        };
        match cards {
            [only] => joined(&[header, self.product_text(only), self.ask_what_is_open(only)]),
            _ => joined(&[header, self.product_list(cards), self.say(id::ASK_WHICH, [])]),
        }
    }

    /// Whether something that was found is told of with half the words of the message at least. Where nothing says that
    /// a thing is looked for, what has a word in common with it by chance has nothing to do with it.
    fn names_one_of(&self, cards: &[&ProductCard]) -> bool {
        let heard = self.heard();
        let telling: Vec<_> = heard.nouns.iter().map(|at| heard.words[*at].plain.as_str()).collect();
        let named = |card: &ProductCard| {
            let options = card.variants.iter().flat_map(|variant| &variant.options);
            let values = options.flat_map(|option| title_words(&option.value));
            let told: Vec<_> = told_words(card).into_iter().chain(values).collect();
            telling.iter().filter(|word| told.iter().any(|own| same_thing(own, word))).count()
        };
        let short = telling.len() < GUESSED_WORDS_MIN;
        short || cards.iter().any(|card| named(card) * 2 >= telling.len())
    }

    /// Whether a thing of some colour was looked for, and what was found is said to be no such thing.
    fn only_the_colour_fits(&self, cards: &[&ProductCard]) -> bool {
        let heard = self.heard();
        let coloured = heard.words.iter().any(|word| heard.lexicon.concept(&word.plain).is_some());
        let names = |card: &&ProductCard| {
            let told = told_words(card);
            heard.nouns.iter().any(|at| told.iter().any(|own| same_thing(own, &heard.words[*at].plain)))
        };
        coloured && !heard.nouns.is_empty() && !cards.iter().any(names)
    }

    fn price_was_given_up(&self, wish: &Wish) -> bool {
        let last = self.now.done.iter().rev().find(|(call, _)| call.tool == "search_catalog");
        let searched: Option<Searched> = last.and_then(|(call, _)| serde_json::from_str(&call.arguments).ok());
        let priced = searched.is_some_and(|searched| searched.price_min.or(searched.price_max).is_some());
        wish.min.or(wish.max).is_some() && !priced
    }

    fn found_nothing(&self, wish: &Wish) -> String {
        match wish.why {
            Why::Cheaper => self.say(id::NOTHING_CHEAPER, []),
            Why::More => self.say(id::NOTHING_MORE, []),
            Why::Everything => self.say(id::ABILITIES, []),
            Why::Guessed => self.option_again().unwrap_or_else(|| self.unclear()),
            Why::Asked => {
                if let Some(rule) = self.rule_that_answers().or_else(|| self.option_again()) {
                    return rule;
                }
                let query = if wish.query.is_empty() { self.now.text.as_str() } else { wish.query.as_str() };
                let nothing = self.say(id::NOTHING_FOUND, [("query", query.into())]);
                let again = matches!(self.view.asked, Some(Asked::Unclear | Asked::NothingFound));
                if again { joined(&[nothing, self.say(id::OFFER_PERSON, [])]) } else { nothing }
            }
        }
    }

    /// What there is to choose from, when we asked for that and the answer was neither one of it nor anything we have.
    fn option_again(&self) -> Option<String> {
        let card = self.view.focus.filter(|_| self.view.asked == Some(Asked::Option))?;
        let heard = self.heard();
        let short = heard.query_places.len() <= OPTION_WORDS_MAX && !heard.has(Signal::Search);
        let sellable = sellable(&card.variants);
        let texts: Vec<_> = match option_names(card).as_slice() {
            [only] => values_of(only, &sellable).into_iter().map(str::to_owned).collect(),
            _ => sellable.iter().map(|variant| variant.options_text()).collect(),
        };
        let values = texts.join(", ");
        (short && !values.is_empty()).then(|| {
            joined(&[self.say(id::NO_SUCH_OPTION, [("values", values.into())]), self.price_lines(card, &sellable)])
        })
    }

    /// The whole card, asked for if it is not here yet. `Err` is the step to take instead.
    pub fn whole_card(&self, product: &Handle) -> Result<&'a ProductCard, Step> {
        if let Some(card) = self.now.fetched(product) {
            return Ok(card);
        }
        match self.now.latest("get_product") {
            None => Err(Step::ask("get_product", json!({ "product": product.as_str() }))),
            Some(_) => Err(Step::Say(joined(&[self.say(id::REFUSED_NO_SUCH, []), self.which_product()]))),
        }
    }

    /// Shows one product with its options.
    pub fn show(&self, product: &Handle) -> Step {
        match self.whole_card(product) {
            Ok(card) => Step::Say(self.shown(card)),
            Err(step) => step,
        }
    }

    fn shown(&self, card: &ProductCard) -> String {
        joined(&[self.product_text(card), self.ask_what_is_open(card)])
    }

    /// The question that follows a product, without what this message says already: "the shirt, medium, in blue".
    fn ask_what_is_open(&self, card: &ProductCard) -> String {
        let heard = self.heard();
        let named = values_named(card, &heard.meant, heard.lexicon);
        if self.now.pressed.is_some() {
            return self.ask_about(card);
        }
        if let Some(missing) = self.missing_option(card, &named, &heard) {
            return joined(&[missing, self.price_lines(card, &sellable(&card.variants))]);
        }
        if let Some(none) = self.no_such_choice(card, &heard) {
            return joined(&[none, self.ask_about(card)]);
        }
        if named.is_empty() || card.variants.len() < 2 {
            return self.ask_about(card);
        }
        let fitting = variants_with(card, &named);
        let sellable = sellable(fitting.iter().copied());
        match (fitting.as_slice(), sellable.as_slice()) {
            ([_], [only]) => {
                let differs = matches!(Prices::of(card.variants.iter()), Prices::From(_));
                let price = if differs { self.price_of(card, &named) } else { String::new() };
                joined(&[price, self.say(id::ASK_ADD_ITEM, [("item", item_text(card, Some(only)).into())])])
            }
            ([], _) => self.no_such_combination(card),
            ([out, ..], []) => self.out_of_stock(card, out),
            (_, sellable) => self.ask_for_option(card, sellable, &named),
        }
    }

    /// What there is besides the option values that were refused.
    pub fn show_others(&self, product: &Handle, refused: &[(String, String)]) -> Step {
        let card = match self.whole_card(product) {
            Ok(card) => card,
            Err(step) => return step,
        };
        let others = sellable(variants_without(card, refused));
        Step::Say(if others.is_empty() {
            self.say(id::ANYTHING_ELSE, [])
        } else {
            self.ask_for_option(card, &others, &[])
        })
    }

    /// What is left of a list without what is not wanted.
    pub fn show_rest(&self, products: &[Handle]) -> Step {
        if let [only] = products {
            return self.show(only);
        }
        let cards: Vec<_> = products.iter().filter_map(|product| self.view.card(product)).collect();
        let header = self.say(id::WITHOUT_THOSE, []);
        Step::Say(joined(&[header, self.product_list(&cards), self.say(id::ASK_WHICH, [])]))
    }

    /// What one of so many costs; the total is the cart's to say, with shipping and whatever is taken off.
    pub fn suppose(&self, wanted: &Wanted) -> Step {
        let Some(product) = &wanted.product else { return Step::Say(self.which_product()) };
        let card = match self.whole_card(product) {
            Ok(card) => card,
            Err(step) => return step,
        };
        let variant = match self.variant(card, wanted) {
            Ok(variant) => variant,
            Err(question) => {
                let heard = self.hear(&wanted.words);
                let price = self.price_of(card, &values_named(card, &heard.meant, heard.lexicon));
                return Step::Say(joined(&[price, question]));
            }
        };
        let in_cart = self.view.quote.is_some_and(|quote| quote.lines.iter().any(|line| line.sku == variant.sku));
        let item = ("item", item_text(card, Some(variant)).into());
        let price = ("price", self.money(variant.price).into());
        let each = if in_cart { id::PRICE_EACH_IN_CART } else { id::PRICE_EACH };
        Step::Say(self.say(each, [item, price, ("count", wanted.quantity.into())]))
    }

    /// Answers from what the card says, or says that it does not say.
    pub fn answer_question(&self, product: &Handle, about: Signal) -> Step {
        let card = match self.whole_card(product) {
            Ok(card) => card,
            Err(step) => return step,
        };
        let heard = self.heard();
        let mut named = values_named(card, &heard.words, heard.lexicon);
        // What was chosen already is what is asked about: "the red one in M", "how much is it?"
        if named.is_empty() && about == Signal::Price {
            let before = self.hear(&self.view.said_while_choosing().join(" "));
            named = values_named(card, &before.meant, before.lexicon);
        }
        Step::Say(match about {
            Signal::Price => self.price_answer(card, &named, &heard),
            Signal::Stock => self.stock_of(card, &named, &heard),
            Signal::Sizes | Signal::Colors if !named.is_empty() => self.stock_of(card, &named, &heard),
            Signal::Sizes | Signal::Colors => self.options_of(card, about, &heard),
            Signal::Details => self.details_of(card),
            _ => self.facts_of(card, about, &heard),
        })
    }
}

/// The one of several products whose title alone has every word that was looked for. One word rather names a kind.
fn one_meant<'c>(cards: &[&'c ProductCard], wish: &Wish) -> Option<&'c ProductCard> {
    let telling = |word: &String| word.chars().count() >= 3 && word.chars().all(char::is_alphabetic);
    let words: Vec<String> = title_words(&wish.query).into_iter().filter(telling).collect();
    if !matches!(wish.why, Why::Asked | Why::Guessed) || words.len() < 2 || cards.len() < 2 {
        return None;
    }
    let named = |card: &&ProductCard| {
        let title = title_words(&card.title);
        let options = card.variants.iter().flat_map(|variant| &variant.options);
        let values: Vec<_> = options.flat_map(|option| title_words(&option.value)).collect();
        let within = |text: &[String], word: &String| text.iter().any(|own| same_thing(own, word));
        let in_title = words.iter().filter(|word| within(&title, word)).count();
        in_title >= 2.min(words.len()) && words.iter().all(|word| within(&title, word) || within(&values, word))
    };
    let mut all = cards.iter().copied().filter(named);
    let only = all.next()?;
    all.next().is_none().then_some(only)
}
