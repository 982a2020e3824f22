//! A message as the guided seller hears it: its words, what they signal, and what is left when courtesies are taken
//! away.

use std::collections::BTreeSet;

use crate::base::language::Language;
use crate::base::money::Currency;
use crate::llm::guided::lexicon::signal::{Signal, Signals};
use crate::llm::guided::lexicon::{self, Lexicon, title_words};
use crate::llm::guided::numbers::{PriceRange, count, price_range};
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::has_value;
use crate::llm::guided::refusal;
use crate::llm::guided::text::{Word, is_noise, plain, same_thing, whole_number};
use crate::llm::guided::view::{Now, View};

/// What only opens, closes or softens a message.
const COURTESIES: &[Signal] = &[Signal::Greeting, Signal::Thanks, Signal::Goodbye, Signal::HowAreYou];
/// The longest search: what comes after so many words only blurs it.
const QUERY_WORDS_MAX: usize = 12;

/// A message with its surroundings.
#[derive(Debug)]
pub struct Heard<'a> {
    /// What was in view when it came.
    pub view: &'a View<'a>,
    /// What came.
    pub now: &'a Now<'a>,
    /// The language it is read in.
    pub language: Language,
    /// What prices are in.
    pub currency: Currency,
    /// The words it is read with.
    pub lexicon: &'static Lexicon,
    /// Its text.
    pub text: String,
    /// Its words.
    pub words: Vec<Word>,
    /// What they signal.
    pub signals: Signals,
    /// What it may cost.
    pub price: PriceRange,
    /// The places of the words that say what is looked for: no courtesies, no little words, no price.
    pub query_places: Vec<usize>,
    /// Those of them that nothing in the lexicon explains and that are no option, number or price: names of things.
    pub nouns: Vec<usize>,
    /// The nouns that name nothing in view: neither a product seen, nor one of its options, nor what was searched.
    pub foreign_nouns: Vec<usize>,
    /// The places of the words that a "no" takes back: "not the black one".
    pub refused: BTreeSet<usize>,
    /// The words, with nothing in the place of those that are taken back.
    pub meant: Vec<Word>,
}

impl<'a> Heard<'a> {
    /// Hears the newest message with the words of a language.
    #[must_use]
    pub fn new(view: &'a View<'a>, now: &'a Now<'a>, language: Language, currency: Currency) -> Self {
        Self::of_text(now.text.clone(), view, now, language, currency)
    }

    /// Hears another text in the same surroundings.
    fn of_text(text: String, view: &'a View<'a>, now: &'a Now<'a>, language: Language, currency: Currency) -> Self {
        let lexicon = lexicon::of(language);
        let mut words = lexicon.words(&text);
        restore_values(&mut words, view);
        let signals = lexicon.signals(&words);
        let price = price_range(&words, lexicon, currency);
        let mut heard = Self {
            view,
            now,
            language,
            currency,
            lexicon,
            text,
            words,
            signals,
            price,
            query_places: Vec::new(),
            nouns: Vec::new(),
            foreign_nouns: Vec::new(),
            refused: BTreeSet::new(),
            meant: Vec::new(),
        };
        heard.query_places = heard.find_query();
        heard.nouns = heard.find_nouns();
        let known = heard.words_in_view();
        heard.foreign_nouns = heard.find_foreign_nouns(&known);
        heard.refused = heard.find_refused(&known);
        heard.meant.clone_from(&heard.words);
        for place in &heard.refused {
            heard.meant[*place].plain.clear();
            heard.meant[*place].raw.clear();
        }
        heard
    }

    /// Another text, heard in the same surroundings.
    #[must_use]
    pub fn retold(&self, text: &str) -> Self {
        Self::of_text(text.to_owned(), self.view, self.now, self.language, self.currency)
    }

    /// The same text, heard with the words of another language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self::of_text(self.text.clone(), self.view, self.now, language, self.currency)
    }

    /// The text without what is taken back.
    #[must_use]
    pub fn meant_text(&self) -> String {
        let words: Vec<_> = self.meant.iter().map(|word| word.raw.as_str()).filter(|raw| !raw.is_empty()).collect();
        words.join(" ")
    }

    /// Whether it names something that is not in view, other than to say that it is not wanted.
    #[must_use]
    pub fn names_foreign(&self) -> bool {
        self.foreign_nouns.iter().any(|place| !self.refused.contains(place))
    }

    /// Whether it signals this, plainly.
    #[must_use]
    pub fn has(&self, signal: Signal) -> bool {
        self.signals.has(signal)
    }

    /// Whether it asks something.
    #[must_use]
    pub fn is_question(&self) -> bool {
        self.text.contains('?')
    }

    /// Whether it leaves open whether it is meant: "maybe two".
    #[must_use]
    pub fn doubts(&self) -> bool {
        self.words.iter().any(|word| self.lexicon.doubts(&word.plain))
    }

    /// Whether a word that can be a size is said as one: after "size" or "in", or written as a size is: "XL".
    #[must_use]
    pub fn says_size(&self, place: usize) -> bool {
        let before = place.checked_sub(1).and_then(|at| self.words.get(at)).map_or("", |word| word.plain.as_str());
        let code = self.words[place].raw.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let long_code = self.words[place].plain.ends_with("xl") || self.words[place].plain == "xs";
        self.lexicon.is_size_word(before) || self.lexicon.is_within(before) || code || long_code
    }

    /// The place of a choice that is named of the thing in view, and that nothing in view is called: "do you have it in
    /// lavender?"
    #[must_use]
    pub fn names_choice(&self) -> Option<usize> {
        let announced = |place: &&usize| {
            let before = place.checked_sub(1).map_or("", |at| self.words[at].plain.as_str());
            self.lexicon.is_within(before)
        };
        let of_it =
            self.has(Signal::This) || self.signals.any(&[Signal::Stock, Signal::Want]) && self.nouns.len() == 1;
        let place = self.foreign_nouns.iter().find(announced)?;
        (of_it && self.view.focus.is_some() && self.foreign_nouns.len() == 1).then_some(*place)
    }

    /// Whether a number is said as a size: "size 42".
    #[must_use]
    pub fn numbers_size(&self, place: usize) -> bool {
        let before = place.checked_sub(1).and_then(|at| self.words.get(at)).map_or("", |word| word.plain.as_str());
        let pointer = self.lexicon.is_pointer(before);
        self.lexicon.is_size_word(before) && !pointer && whole_number(&self.words[place].plain).is_some()
    }

    fn find_query(&self) -> Vec<usize> {
        let courtesies = &self.signals.places(COURTESIES) | &self.lexicon.idioms(&self.words);
        let kept = |place: &usize| {
            let word = &self.words[*place];
            let part_of_price = self.price.places.contains(place);
            !courtesies.contains(place) && !part_of_price && !self.lexicon.is_stop(&word.plain) && !is_sign(word)
        };
        (0..self.words.len()).filter(kept).collect()
    }

    /// The search the message asks for, as the shopper wrote it.
    #[must_use]
    pub fn query(&self) -> String {
        let told: Vec<usize> = self.query_places.iter().copied().filter(|at| !self.only_counts(*at)).collect();
        let sought: Vec<usize> = told.iter().copied().filter(|place| self.is_sought(*place)).collect();
        let told = if sought.is_empty() { told } else { sought };
        let places = if told.is_empty() { &self.query_places } else { &told };
        let words: Vec<_> = places.iter().take(QUERY_WORDS_MAX).map(|at| self.words[*at].raw.as_str()).collect();
        words.join(" ")
    }

    /// Whether a word may name what is looked for. "For my mother, do you have scarves?" names it behind its verb.
    fn is_sought(&self, place: usize) -> bool {
        let first = self.words.iter().find(|word| !self.lexicon.joins(&word.plain));
        let for_somebody = first.is_some_and(|word| self.lexicon.is_purpose(&word.plain));
        let verb = self.signals.places(&[Signal::Search]).last().copied().filter(|_| for_somebody);
        verb.is_none_or(|verb| place > verb)
    }

    /// How many are wanted, or a size of one letter: a search for it would find whatever else has it. A number right
    /// after a name belongs to the name.
    fn only_counts(&self, place: usize) -> bool {
        let plain = &self.words[place].plain;
        let before = place.checked_sub(1).and_then(|at| self.words.get(at));
        let after_name =
            before.is_some_and(|word| !self.lexicon.is_stop(&word.plain) && !self.lexicon.knows(&word.plain));
        let letter = plain.chars().count() == 1 && plain.chars().all(char::is_alphabetic);
        let sized = before.is_some_and(|word| self.lexicon.is_size_word(&word.plain));
        !sized && (letter || (count(plain, self.lexicon).is_some() && !after_name))
    }

    /// The same message in parts, each about one thing: cut at commas and at "and".
    #[must_use]
    pub fn parts(&self) -> Vec<Self> {
        let mut texts: Vec<Vec<&str>> = vec![Vec::new()];
        for word in &self.words {
            let joins = self.lexicon.joins(&word.plain);
            if (joins || word.after_mark) && texts.last().is_some_and(|text| !text.is_empty()) {
                texts.push(Vec::new());
            }
            if let Some(text) = texts.last_mut().filter(|_| !joins) {
                text.push(&word.raw);
            }
        }
        texts.iter().filter(|text| !text.is_empty()).map(|text| self.retold(&text.join(" "))).collect()
    }

    fn find_nouns(&self) -> Vec<usize> {
        let explained = self.signals.places(EXPLAINING);
        let noun = |place: &usize| {
            let plain = &self.words[*place].plain;
            let number = count(plain, self.lexicon).is_some() || self.lexicon.ordinal(plain).is_some();
            let value = self.lexicon.concept(plain).is_some() || self.lexicon.is_size_word(plain);
            !explained.contains(place) && !number && !value && !self.lexicon.is_negation(plain)
        };
        let things = self.find_things();
        self.query_places.iter().copied().filter(|place| things.contains(place) || noun(place)).collect()
    }

    /// The places of words that are mostly asked about (what irons, what weighs, what measures) and are here what is
    /// looked for: "do you have weights?", "busco medias". "What sizes do you have?" names no thing.
    fn find_things(&self) -> Vec<usize> {
        let nothing_in_view = self.view.focus.is_none() && self.view.list.is_empty();
        let bare = nothing_in_view && !self.is_question() && !self.has(Signal::AboutIt);
        if self.has(Signal::This) || !(bare || self.has(Signal::Search)) {
            return Vec::new();
        }
        let otherwise: Vec<_> = EXPLAINING.iter().copied().filter(|signal| !NAMING.contains(signal)).collect();
        let otherwise = self.signals.places(&otherwise);
        let asked = self.words.iter().position(|word| self.lexicon.is_asking(&word.plain));
        let thing = |place: &usize| {
            let plain = &self.words[*place].plain;
            let topic = NAMING.iter().any(|question| self.lexicon.is_topic(*question, plain));
            !otherwise.contains(place) && !topic && asked.is_none_or(|at| at > *place)
        };
        let places = self.signals.places(NAMING);
        self.query_places.iter().copied().filter(|place| places.contains(place)).filter(thing).collect()
    }

    /// The places that a "no" takes back. A question refuses nothing, nor do words that ask for something.
    fn find_refused(&self, known: &BTreeSet<String>) -> BTreeSet<usize> {
        if self.is_question() || self.signals.any(ASKING) {
            return BTreeSet::new();
        }
        let this = self.signals.places(&[Signal::This]);
        let in_view = self.view.focus.is_some() || !self.view.list.is_empty();
        let counting = self.view.asked == Some(Asked::HowMany);
        let named = |place: usize| {
            let plain = self.words[place].plain.as_str();
            let value = self.lexicon.concept(plain).is_some() || self.lexicon.ordinal(plain).is_some();
            let counted = counting && count(plain, self.lexicon).is_some();
            let said = || !self.lexicon.is_stop(plain) && known.iter().any(|word| self.is_named(word, plain));
            in_view && (this.contains(&place) || value || said()) || counted
        };
        refusal::refused(&self.words, self.lexicon, &named)
    }

    /// Whether a word names something known: the same word, or the same colour or size.
    #[must_use]
    pub fn is_named(&self, known: &str, plain: &str) -> bool {
        same_thing(known, plain) || self.lexicon.names(known, plain)
    }

    /// The words of the titles and options in view, of the last search and of the cart.
    fn words_in_view(&self) -> BTreeSet<String> {
        let cards = self.view.list.iter().copied().chain(self.view.focus);
        let mut known: BTreeSet<String> = cards
            .flat_map(|card| {
                let options = card.variants.iter().flat_map(|variant| &variant.options);
                options.flat_map(|option| [&option.name, &option.value]).chain([&card.title])
            })
            .flat_map(|text| title_words(text))
            .collect();
        known.extend(self.view.search.iter().flat_map(|search| title_words(&search.query)));
        known.extend(
            self.view.quote.iter().flat_map(|quote| &quote.lines).flat_map(|line| title_words(&line.title)),
        );
        known
    }

    fn find_foreign_nouns(&self, known: &BTreeSet<String>) -> Vec<usize> {
        let foreign = |place: &usize| !known.iter().any(|word| self.is_named(word, &self.words[*place].plain));
        self.nouns.iter().copied().filter(foreign).collect()
    }

    /// Whether the words are there but mean nothing: keys hit at random.
    #[must_use]
    pub fn is_noise(&self) -> bool {
        !self.query_places.is_empty() && self.query_places.iter().all(|at| is_noise(&self.words[*at].plain))
    }
}

/// Puts back what an abbreviation hides where the product in view has an option value that is written so: `S` is a
/// size and not "sim" where a size is asked for, or after the first word.
fn restore_values(words: &mut [Word], view: &View<'_>) {
    let Some(card) = view.focus else { return };
    let chooses = matches!(view.asked, Some(Asked::Option | Asked::HowMany));
    for (place, word) in words.iter_mut().enumerate() {
        let typed = plain(&word.raw);
        if typed != word.plain && (chooses || place > 0) && has_value(card, &typed) {
            word.plain = typed;
        }
    }
}

fn is_sign(word: &Word) -> bool {
    !word.plain.chars().any(char::is_alphanumeric)
}

/// Questions by words that may also be the name of a thing: an iron, weights.
const NAMING: &[Signal] = &[Signal::Sizes, Signal::Material, Signal::Care];

/// Questions that are asked without a question mark too.
const ASKING: &[Signal] = &[Signal::Material, Signal::Care, Signal::Details, Signal::Price];

/// Signals whose words are about buying and never the name of what is bought.
const EXPLAINING: &[Signal] = &[
    Signal::Acknowledged,
    Signal::Wait,
    Signal::Yes,
    Signal::No,
    Signal::Pay,
    Signal::ViewCart,
    Signal::EmptyCart,
    Signal::Remove,
    Signal::Fewer,
    Signal::Change,
    Signal::Rather,
    Signal::Another,
    Signal::Coupon,
    Signal::RemoveCoupon,
    Signal::Catalog,
    Signal::Bid,
    Signal::Suggests,
    Signal::Discount,
    Signal::Cheaper,
    Signal::Pricey,
    Signal::ThatPrice,
    Signal::Cheapest,
    Signal::More,
    Signal::KeepLooking,
    Signal::Want,
    Signal::This,
    Signal::Details,
    Signal::Price,
    Signal::Stock,
    Signal::Sizes,
    Signal::Colors,
    Signal::Material,
    Signal::Care,
    Signal::AboutIt,
];
