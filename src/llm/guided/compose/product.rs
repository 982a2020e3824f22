//! Products in words: lists, prices, stock, options and shelf facts.

use crate::agent::evidence::{Named, ProductCard, Stock, VariantCard};
use crate::llm::guided::compose::joined;
use crate::llm::guided::compose::prices::{Prices, price_list};
use crate::llm::guided::heard::Heard;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::lexicon::{concept, fact_words, is_size, title_words};
use crate::llm::guided::plan::Desk;
use crate::llm::guided::refer::{is_numbered_size, told_words, variants_with};
use crate::llm::guided::text::same_thing;
use crate::sentences::id;

/// A description is told up to so many characters, in whole sentences where possible.
const DESCRIPTION_MAX: usize = 320;
/// So many shelf facts fit in a chat message.
const FACTS_TOLD_MAX: usize = 8;
/// So many prices of one product fit in a chat message.
const PRICES_TOLD_MAX: usize = 8;

const SENTENCE_ENDS: [char; 4] = ['.', '!', '?', '\n'];

type Values = [(String, String)];

impl Desk<'_> {
    /// Numbered lines, one per product.
    pub fn product_list(&self, cards: &[&ProductCard]) -> String {
        let line = |(index, card): (usize, &&ProductCard)| {
            let place = ("place", (self.now.listed + index + 1).to_string().into());
            let title = ("title", card.title.as_str().into());
            match Prices::of(card.variants.iter()) {
                Prices::SoldOut => self.say(id::PRODUCT_LINE_SOLD_OUT, [place, title]),
                Prices::One(price) => {
                    self.say(id::PRODUCT_LINE, [place, title, ("price", self.money(price).into())])
                }
                Prices::From(price) => {
                    self.say(id::PRODUCT_LINE_FROM, [place, title, ("price", self.money(price).into())])
                }
            }
        };
        joined(&cards.iter().enumerate().map(line).collect::<Vec<_>>())
    }

    /// One product: title, price, what it is.
    pub fn product_text(&self, card: &ProductCard) -> String {
        let title = ("title", card.title.as_str().into());
        let price = match Prices::of(card.variants.iter()) {
            Prices::SoldOut => card.title.clone(),
            Prices::One(price) => self.say(id::PRODUCT, [title, ("price", self.money(price).into())]),
            Prices::From(price) => self.say(id::PRODUCT_FROM, [title, ("price", self.money(price).into())]),
        };
        joined(&[price, self.price_before(card), shortened(&card.description)])
    }

    /// The price it had before, when every variant on sale says the same.
    fn price_before(&self, card: &ProductCard) -> String {
        let mut before = card
            .variants
            .iter()
            .map(|variant| variant.compare_at.filter(|was| was.minor() > variant.price.minor()));
        match before.next().flatten() {
            Some(was) if before.all(|other| other == Some(was)) => {
                self.say(id::PRICE_BEFORE, [("price", self.money(was).into())])
            }
            _ => String::new(),
        }
    }

    /// The question that follows a product: which option, whether to add it, or that it is sold out.
    pub fn ask_about(&self, card: &ProductCard) -> String {
        let sellable = sellable(&card.variants);
        match sellable.as_slice() {
            [] => self.say(id::SOLD_OUT, [("title", card.title.as_str().into())]),
            [_] if card.variants.len() == 1 => self.say(id::ASK_ADD, []),
            _ => self.ask_for_option(card, &sellable, &[]),
        }
    }

    /// Asks for the first option that is still open, naming what there is. Several open options are all listed.
    pub fn ask_for_option(&self, card: &ProductCard, sellable: &[&VariantCard], named: &Values) -> String {
        let open: Vec<_> = option_names(card)
            .into_iter()
            .filter(|name| !named.iter().any(|(known, _)| known == name))
            .map(|name| (name, values_of(name, sellable)))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        // What there is only one of is no choice.
        let choices: Vec<_> = open.iter().filter(|(_, values)| values.len() > 1).cloned().collect();
        let open = if choices.is_empty() { open } else { choices };
        match open.as_slice() {
            _ if sellable.len() == 1 => {
                self.say(id::ASK_ADD_ITEM, [("item", item_text(card, sellable.first().copied()).into())])
            }
            open if price_list(card, sellable).is_some() => self.ask_with_prices(card, sellable, open),
            [] => self.say(id::ASK_VARIANT, []),
            [(name, values)] => self
                .say(id::ASK_OPTION, [("option", in_sentence(name).into()), ("values", values.join(", ").into())]),
            several => {
                let lines = several.iter().map(|(name, values)| self.option_line(name, values));
                joined(&lines.chain([self.say(id::ASK_VARIANT, [])]).collect::<Vec<_>>())
            }
        }
    }

    /// Asks which, telling what each choice costs and what else there is to choose.
    fn ask_with_prices(&self, card: &ProductCard, sellable: &[&VariantCard], open: &[(&str, Vec<&str>)]) -> String {
        let deciding = price_list(card, sellable).and_then(|list| list.option);
        let others = open.iter().filter(|(name, _)| deciding.as_deref().is_some_and(|own| own != *name));
        let others: Vec<_> = others.map(|(name, values)| self.option_line(name, values)).collect();
        joined(&[self.price_lines(card, sellable), joined(&others), self.say(id::ASK_VARIANT, [])])
    }

    /// What the choices cost, one price below the other; empty where all cost the same.
    pub fn price_lines(&self, card: &ProductCard, variants: &[&VariantCard]) -> String {
        let groups = price_list(card, variants).map(|list| list.groups).unwrap_or_default();
        let line = |(label, price): &(String, crate::base::money::Money)| {
            self.say(id::OPTION_LINE, [("option", label.as_str().into()), ("values", self.money(*price).into())])
        };
        let mut lines: Vec<_> = groups.iter().take(PRICES_TOLD_MAX).map(line).collect();
        // Of a long row the ends are told.
        if groups.len() > PRICES_TOLD_MAX {
            lines.truncate(PRICES_TOLD_MAX - 1);
            lines.push("…".to_owned());
            lines.extend(groups.last().map(line));
        }
        joined(&lines)
    }

    fn option_line(&self, name: &str, values: &[&str]) -> String {
        self.say(id::OPTION_LINE, [("option", name.into()), ("values", values.join(", ").into())])
    }

    /// The options there are, when the words name a colour or a size that there is not.
    pub fn missing_option(&self, card: &ProductCard, named: &Values, heard: &Heard<'_>) -> Option<String> {
        let all: Vec<_> = card.variants.iter().collect();
        let sizes_after = |place: usize| {
            let after_word =
                place.checked_sub(1).is_some_and(|at| heard.lexicon.is_size_word(&heard.words[at].plain));
            after_word || is_numbered_size(card, &heard.words, place, heard.lexicon)
        };
        heard.words.iter().enumerate().find_map(|(place, word)| {
            let wanted = heard.lexicon.concept(&word.plain);
            let size = wanted.is_some_and(is_size) || (sizes_after(place) && word.plain.len() <= 4);
            let about = |name: &&str| {
                values_of(name, &all).iter().any(|value| kind_of(value) == Some(size)) && (wanted.is_some() || size)
            };
            let name = option_names(card).into_iter().find(about)?;
            let has = values_of(name, &all)
                .iter()
                .any(|value| title_words(value).iter().any(|own| heard.lexicon.names(own, &word.plain)));
            let title = title_words(&card.title).iter().any(|own| heard.lexicon.names(own, &word.plain));
            let chosen = named.iter().any(|(known, _)| known == name);
            (!has && !title && !chosen).then(|| self.no_such_option(&values_of(name, &all)))
        })
    }

    /// A colour or a size is named of something that comes in none.
    pub fn no_such_choice(&self, card: &ProductCard, heard: &Heard<'_>) -> Option<String> {
        let options = card.variants.iter().flat_map(|variant| &variant.options);
        let own: Vec<_> = options.flat_map(|option| title_words(&option.value)).collect();
        let told: Vec<_> = told_words(card).into_iter().chain(own).collect();
        let comes_in = |sizes: bool| {
            let values = card.variants.iter().flat_map(|variant| &variant.options);
            values.into_iter().any(|option| kind_of(&option.value) == Some(sizes))
        };
        let asked_for = |place: &usize| {
            let word = &heard.meant[*place];
            let sizes = match heard.lexicon.concept(&word.plain) {
                Some("one_size") => return false,
                Some(named) if is_size(named) && !heard.says_size(*place) => return false,
                Some(named) => is_size(named),
                None if heard.names_choice() == Some(*place) => return true,
                None if heard.numbers_size(*place) => true,
                None => return false,
            };
            !comes_in(sizes) && !told.iter().any(|own| heard.lexicon.names(own, &word.plain))
        };
        let place = (0..heard.meant.len()).find(asked_for)?;
        let (title, value) = (card.title.as_str(), heard.meant[place].raw.as_str());
        Some(self.say(id::NO_SUCH_CHOICE, [("title", title.into()), ("value", value.into())]))
    }

    fn no_such_option(&self, values: &[&str]) -> String {
        self.say(id::NO_SUCH_OPTION, [("values", values.join(", ").into())])
    }

    /// Each option exists, but not together: every variant that can be had.
    pub fn no_such_combination(&self, card: &ProductCard) -> String {
        let sellable = sellable(&card.variants);
        let texts = sellable.into_iter().map(VariantCard::options_text);
        let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
        self.no_such_option(&texts.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// This variant is out; others may be had.
    pub fn out_of_stock(&self, card: &ProductCard, variant: &VariantCard) -> String {
        let out = self.say(id::OUT_OF_STOCK, [("item", item_text(card, Some(variant)).into())]);
        let sellable = sellable(&card.variants);
        if sellable.is_empty() { out } else { joined(&[out, self.ask_for_option(card, &sellable, &[])]) }
    }

    /// What it costs, with the options that were named.
    pub fn price_of(&self, card: &ProductCard, named: &Values) -> String {
        let fitting = variants_with(card, named);
        let only = if let [only] = fitting.as_slice() { Some(*only) } else { None };
        let named: Vec<_> = named.iter().map(|(_, value)| value.as_str()).collect();
        let several = || match named.as_slice() {
            [] => card.title.clone(),
            named => format!("{}, {}", card.title, named.join(" / ")),
        };
        let item = ("item", only.map_or_else(several, |only| item_text(card, Some(only))).into());
        let fitting = if fitting.is_empty() { card.variants.iter().collect() } else { fitting };
        match Prices::of(fitting.iter().copied()) {
            Prices::One(price) => self.say(id::PRICE_IS, [item, ("price", self.money(price).into())]),
            Prices::From(price) => self.say(id::PRICE_FROM, [item, ("price", self.money(price).into())]),
            Prices::SoldOut => self.say(id::OUT_OF_STOCK, [item]),
        }
    }

    /// What was asked of the price and nothing that is known already: of the options that were named, else of what is
    /// in the cart, else of every choice.
    pub fn price_answer(&self, card: &ProductCard, named: &Values, heard: &Heard<'_>) -> String {
        if let Some(missing) = self.missing_option(card, named, heard) {
            return joined(&[missing, self.price_lines(card, &sellable(&card.variants))]);
        }
        let none = self.no_such_choice(card, heard).unwrap_or_default();
        let lines = self.view.quote.map_or(&[][..], |quote| &quote.lines);
        let in_cart: Vec<_> = lines.iter().filter(|line| line.product == card.product).collect();
        let is_in_cart = |variant: &VariantCard| in_cart.iter().any(|line| line.sku == variant.sku);
        if let ([line], []) = (in_cart.as_slice(), named)
            && let Some(variant) = card.variants.iter().find(|variant| variant.sku == line.sku)
        {
            let item = ("item", item_text(card, Some(variant)).into());
            return joined(&[none, self.say(id::PRICE_IS, [item, ("price", self.money(variant.price).into())])]);
        }
        let fitting = variants_with(card, named);
        let sellable = sellable(fitting.iter().copied());
        match (fitting.as_slice(), sellable.as_slice()) {
            ([], _) => self.no_such_combination(card),
            ([out, ..], []) if !named.is_empty() => self.out_of_stock(card, out),
            (_, []) => joined(&[none, self.ask_about(card)]),
            ([only], _) if is_in_cart(only) => joined(&[none, self.price_of(card, named)]),
            (_, [_]) if named.is_empty() => joined(&[none, self.price_of(card, named), self.ask_about(card)]),
            (_, sellable) => {
                joined(&[none, self.price_of(card, named), self.ask_for_option(card, sellable, named)])
            }
        }
    }

    /// Whether it can be had, with the options that were named.
    pub fn stock_of(&self, card: &ProductCard, named: &Values, heard: &Heard<'_>) -> String {
        if let Some(missing) = self.missing_option(card, named, heard) {
            return missing;
        }
        // "Does it come in red?" of a thing that comes in no colours.
        if let Some(none) = self.no_such_choice(card, heard) {
            let single = card.variants.len() == 1;
            let only = || self.say(id::NO_OPTIONS, [("title", card.title.as_str().into())]);
            return joined(&[if single { only() } else { none }, self.ask_about(card)]);
        }
        let fitting = variants_with(card, named);
        let sellable = sellable(fitting.iter().copied());
        let named_text = named.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" / ");
        let several =
            if named_text.is_empty() { card.title.clone() } else { format!("{}, {named_text}", card.title) };
        match (fitting.as_slice(), sellable.as_slice()) {
            ([], _) => self.no_such_combination(card),
            ([only, ..], []) => self.out_of_stock(card, only),
            ([_], [only]) => {
                let item = ("item", item_text(card, Some(only)).into());
                let stock = match only.stock {
                    Stock::Left(left) => self.say(id::IN_STOCK_LEFT, [item, ("count", left.into())]),
                    Stock::Available | Stock::Out => self.say(id::IN_STOCK, [item]),
                };
                joined(&[stock, self.say(id::ASK_ADD, [])])
            }
            (_, sellable) => {
                let stock = self.say(id::IN_STOCK, [("item", several.into())]);
                joined(&[stock, self.ask_for_option(card, sellable, named)])
            }
        }
    }

    /// The sizes or colours there are; else what a fact or the description says about them.
    pub fn options_of(&self, card: &ProductCard, about: Signal, heard: &Heard<'_>) -> String {
        let all: Vec<_> = card.variants.iter().collect();
        let sizes = about == Signal::Sizes;
        let answers = |name: &&str| {
            let named = title_words(name).iter().any(|word| fact_words(about).any(|known| same_thing(known, word)));
            named || values_of(name, &all).iter().any(|value| kind_of(value) == Some(sizes))
        };
        let names: Vec<_> = option_names(card).into_iter().filter(answers).collect();
        // "How much does it weigh?" is answered by its weight, where one is told, and not by the sizes.
        let measures: Vec<String> = heard
            .signals
            .places(&[Signal::Sizes])
            .iter()
            .map(|place| heard.words[*place].plain.clone())
            .filter(|plain| !heard.lexicon.is_size_word(plain) && !heard.lexicon.is_stop(plain))
            .collect();
        if let Some(fact) = by_words(&card.facts, &measures).filter(|_| sizes) {
            return self.stated(card, fact);
        }
        let asks_measures = !asked_words(card, heard).is_empty();
        if names.is_empty() || asks_measures {
            return self.facts_of(card, about, heard);
        }
        let sellable = sellable(&card.variants);
        let decides =
            |name: &&&str| price_list(card, &sellable).is_some_and(|list| list.option.as_deref() == Some(**name));
        let told = names.iter().filter(|name| !decides(name));
        let lines: Vec<_> = told.map(|name| self.option_line(name, &values_of(name, &sellable))).collect();
        joined(&[joined(&lines), self.price_lines(card, &sellable), self.ask_about_briefly(card)])
    }

    fn ask_about_briefly(&self, card: &ProductCard) -> String {
        self.say(if card.variants.len() > 1 { id::ASK_VARIANT } else { id::ASK_ADD }, [])
    }

    /// Everything the card says.
    pub fn details_of(&self, card: &ProductCard) -> String {
        let facts =
            card.facts.iter().take(FACTS_TOLD_MAX).map(|fact| self.option_line(&fact.name, &[fact.value.as_str()]));
        let facts: Vec<_> = facts.collect();
        joined(&[self.product_text(card), joined(&facts), self.ask_about(card)])
    }

    /// What a shelf fact says.
    pub fn stated(&self, card: &ProductCard, fact: &Named) -> String {
        let [title, name, value] = [&card.title, &fact.name, &fact.value].map(String::as_str);
        self.say(id::STATED, [("title", title.into()), ("name", name.into()), ("value", value.into())])
    }

    /// What the shelf facts or the description say about it; else honestly that they do not.
    pub fn facts_of(&self, card: &ProductCard, about: Signal, heard: &Heard<'_>) -> String {
        let title = || ("title", card.title.as_str().into());
        let asked = asked_words(card, heard);
        let topics: Vec<&str> = fact_words(about).collect();
        let fact = by_words(&card.facts, &asked).or_else(|| {
            card.facts
                .iter()
                .find(|fact| title_words(&fact.name).iter().any(|own| topics.iter().any(|t| same_thing(t, own))))
        });
        if let Some(fact) = fact {
            return self.stated(card, fact);
        }
        let said = sentence_with(&card.description, &asked).or_else(|| {
            sentence_with(&card.description, &topics.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>())
        });
        match said {
            Some(text) => self.say(id::DESCRIBED, [title(), ("text", text.into())]),
            None => joined(&[self.say(id::NOT_STATED, [title()]), self.say(id::OFFER_PERSON, [])]),
        }
    }
}

/// A product or one variant of it as one says it: `Camiseta básica, Azul / M`.
#[must_use]
pub fn item_text(card: &ProductCard, variant: Option<&VariantCard>) -> String {
    let options = variant.map(VariantCard::options_text).filter(|options| !options.is_empty());
    options.map_or_else(|| card.title.clone(), |options| format!("{}, {options}", card.title))
}

/// Those of some variants that can be had.
#[must_use]
pub fn sellable<'v>(variants: impl IntoIterator<Item = &'v VariantCard>) -> Vec<&'v VariantCard> {
    variants.into_iter().filter(|variant| variant.stock.covers(1)).collect()
}

/// The names of a card's options, in the product's order.
#[must_use]
pub fn option_names(card: &ProductCard) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for option in card.variants.iter().flat_map(|variant| &variant.options) {
        if !names.contains(&option.name.as_str()) {
            names.push(&option.name);
        }
    }
    names
}

/// The values an option has among some variants, in their order.
#[must_use]
pub fn values_of<'v>(name: &str, variants: &[&'v VariantCard]) -> Vec<&'v str> {
    let mut values: Vec<&'v str> = Vec::new();
    for option in variants.iter().flat_map(|variant| &variant.options) {
        if option.name == name && !values.contains(&option.value.as_str()) {
            values.push(&option.value);
        }
    }
    values
}

/// The words that say what is asked about a card, without those of its title.
fn asked_words(card: &ProductCard, heard: &Heard<'_>) -> Vec<String> {
    let title = title_words(&card.title);
    let nouns = heard.nouns.iter().map(|place| heard.words[*place].plain.clone());
    nouns.filter(|word| !title.iter().any(|own| same_thing(own, word))).collect()
}

/// An option's name as it stands inside a sentence: `Talla` becomes `talla`, `RAM` stays.
fn in_sentence(name: &str) -> String {
    if name.chars().any(char::is_lowercase) { name.to_lowercase() } else { name.to_owned() }
}

/// Whether a value is a size (`true`) or a colour (`false`); numbers are sizes.
fn kind_of(value: &str) -> Option<bool> {
    let words = title_words(value);
    let known = words.iter().find_map(|word| concept(word)).map(is_size);
    let number =
        || words.first().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit())).then_some(true);
    known.or_else(number)
}

/// The fact whose name or value shares a word with what was asked.
fn by_words<'f>(facts: &'f [Named], asked: &[String]) -> Option<&'f Named> {
    facts.iter().find(|fact| {
        let own = title_words(&format!("{} {}", fact.name, fact.value));
        asked.iter().any(|word| own.iter().any(|own| same_thing(own, word)))
    })
}

/// The sentence of a description that shares the most words with what was asked.
fn sentence_with(description: &str, asked: &[String]) -> Option<String> {
    nearest([description], asked).map(|(_, sentence)| shortened(sentence))
}

/// The sentence of some texts that shares the most words with what was asked, and how many.
pub fn nearest<'t>(texts: impl IntoIterator<Item = &'t str>, asked: &[String]) -> Option<(usize, &'t str)> {
    let shared = |sentence: &str| {
        let own = title_words(sentence);
        asked.iter().filter(|word| own.iter().any(|own| same_thing(own, word))).count()
    };
    let sentences = texts.into_iter().flat_map(|text| text.split_inclusive(SENTENCE_ENDS)).map(str::trim);
    let sentences = sentences.map(|sentence| (shared(sentence), sentence));
    sentences.max_by_key(|(shared, _)| *shared).filter(|(shared, _)| *shared > 0)
}

/// Whole sentences up to the limit; a single longer one is cut between words.
fn shortened(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= DESCRIPTION_MAX {
        return text.to_owned();
    }
    let mut end = 0;
    let mut from = 0;
    for sentence in text.split_inclusive(SENTENCE_ENDS) {
        from += sentence.len();
        if text[..from].chars().count() > DESCRIPTION_MAX {
            break;
        }
        end = from;
    }
    if end > 0 {
        return text[..end].trim().to_owned();
    }
    let cut: String = text.chars().take(DESCRIPTION_MAX).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}
