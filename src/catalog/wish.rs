//! What a shopper asks for, read from their words: what they want, and what they want it without.

use crate::base::language::Language;
use crate::catalog::denial::{is_determiner, spelt_out};
use crate::catalog::fold::{fold, words};

/// The longest query that is read, in characters.
pub const QUERY_CHARS_MAX: usize = 400;
/// The most words that are searched for.
pub const WORDS_MAX: usize = 16;

/// One word of a query, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// The same said otherwise, each of one word or several that must all be there: `200 mg` for `200mg`, `gallon` for
    /// `gal`, `64gb` for the number and for the unit of `64 gb`, `1.5` for `1,5`.
    pub also: Vec<String>,
    /// Whether it is wanted, or its absence is.
    pub sense: Sense,
}

/// Whether a thing is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// It is.
    With,
    /// Its absence is: `sin azúcar`, `without laces`, `sem glúten`.
    Without,
}

/// Reads a query of words in some language, or in one of two: the shopper's, the shop's. `sin` is a word of its own in
/// English, so it negates unless all of it must be English.
#[must_use]
pub fn read_wish(text: &str, language: Language, other: Option<Language>) -> Vec<Word> {
    let cut: String = text.chars().take(QUERY_CHARS_MAX).collect();
    let folded = spelt_out(&fold(&cut));
    let tokens: Vec<&str> = folded.split_whitespace().collect();
    let is_english = [Some(language), other].into_iter().flatten().all(|language| language == Language::En);
    let mut reading =
        Reading { found: Vec::new(), negation: Negation::None, by_english: false, is_english, language };
    for at in 0..tokens.len() {
        reading.token(Beside { tokens: &tokens, at });
    }
    with_units(reading.found)
}

/// A token with what stands beside it.
#[derive(Clone, Copy)]
struct Beside<'t> {
    tokens: &'t [&'t str],
    at: usize,
}

impl<'t> Beside<'t> {
    fn token(self) -> &'t str {
        self.tokens[self.at]
    }

    fn before(self) -> &'t str {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).copied().unwrap_or_default()
    }

    fn after(self) -> &'t str {
        self.tokens.get(self.at + 1).copied().unwrap_or_default()
    }

    /// Whether nothing follows that a name could go on with.
    fn ends_name(self) -> bool {
        let after = self.after();
        after.is_empty() || self.token().ends_with(',') || JOINS.contains(&after) || STARTS_ANEW.contains(&after)
    }

    /// Whether a list goes on behind it, one thing each: "azúcar, gluten y lactosa".
    fn lists_on(self) -> bool {
        let mut rest = self.tokens.iter().skip(self.at + 1).skip_while(|token| token.ends_with(','));
        rest.next().is_some_and(|token| !COLOURS.contains(token))
            && rest.next().is_some_and(|token| JOINS.contains(token) || matches!(*token, "ni" | "nem" | "nor"))
    }
}

/// What was said before a word about whether it is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Negation {
    /// Nothing: it is wanted.
    None,
    /// It is not wanted.
    Open,
    /// Something was not wanted just before: this one neither, if "and" joins it.
    Named,
    /// "And" joins it to something that was not wanted.
    Joined,
}

/// A query while it is read.
struct Reading {
    found: Vec<Word>,
    negation: Negation,
    /// Whether English says what is not wanted: there, names of things are made of several nouns.
    by_english: bool,
    is_english: bool,
    language: Language,
}

impl Reading {
    fn token(&mut self, beside: Beside<'_>) {
        for word in words_of(beside.token()) {
            if self.begins_negation(&word, beside) {
                self.negation = Negation::Open;
                // "Not wireless headphones" are headphones.
                self.by_english = word != "not" && (self.is_english || word == "without");
            } else if self.negation == Negation::Named && JOINS.contains(&word.as_str()) {
                self.negation = Negation::Joined;
            } else if self.negation == Negation::Joined && STARTS_ANEW.contains(&word.as_str()) {
                self.negation = Negation::None;
            } else if self.is_still_to_come(&word) || is_particle(&word, self.language) || is_price_word(&word) {
                // "sin las mangas", "que no sea": the noun is still to come.
            } else if self.word(word, beside) {
                // "without wi-fi": its other parts are wanted as little, and the first one tells where it is named.
                break;
            }
        }
        if self.negation == Negation::Named && beside.token().ends_with(',') {
            self.negation = if beside.lists_on() { Negation::Joined } else { Negation::None };
        }
    }

    fn is_still_to_come(&self, word: &str) -> bool {
        let is_filler = || FILLERS.contains(&word) || ASKS.contains(&word);
        match self.negation {
            Negation::Open => is_determiner(word) || is_filler(),
            Negation::Joined => is_determiner(word),
            Negation::None | Negation::Named => false,
        }
    }

    /// Takes a word in; says whether it is one that is not wanted.
    fn word(&mut self, word: String, beside: Beside<'_>) -> bool {
        let is_known = self.found.iter().any(|known| known.text == word);
        let is_negated = matches!(self.negation, Negation::Open | Negation::Joined);
        if is_negated && is_known && !beside.ends_name() {
            // "power bank without power cord": it is the cord that is not wanted.
            return false;
        }
        let is_rest_of_name = self.negation == Negation::Named
            && self.by_english
            && beside.ends_name()
            && self.names_a_thing()
            && !COLOURS.contains(&word.as_str());
        if !is_known && !is_rest_of_name && self.found.len() < WORDS_MAX {
            let (also, sense) = (also(&word), if is_negated { Sense::Without } else { Sense::With });
            self.found.push(Word { text: word, also, sense });
        }
        self.negation = if is_negated { Negation::Named } else { Negation::None };
        is_negated
    }

    /// Whether what is wanted has been said: of "no sugar cookies" the cookies are.
    fn names_a_thing(&self) -> bool {
        self.found.iter().filter(|word| word.sense == Sense::With).count() > 1
    }

    fn begins_negation(&self, word: &str, beside: Beside<'_>) -> bool {
        match word {
            "without" | "sem" | "ni" | "nem" | "nor" => true,
            "sin" => !self.is_english,
            // "No, a blue one" answers; "no show socks" is what they are called.
            "no" | "nao" | "not" | "dont" | "doesnt" => {
                let says_of_it = matches!(beside.before(), "que" | "that" | "which" | "do" | "does");
                let is_asking = ASKS.contains(&beside.after()) && !says_of_it;
                !beside.token().ends_with([',', '.']) && !NO_AS_A_NAME.contains(&beside.after()) && !is_asking
            }
            _ => false,
        }
    }
}

/// What joins a thing to one that is not wanted: it is wanted as little.
const JOINS: &[&str] = &["y", "e", "o", "u", "ou", "or", "and"];

/// What begins something else.
const STARTS_ANEW: &[&str] = &["con", "com", "with", "para", "for", "de", "pero", "mas", "but"];

/// What may stand between "no" and the thing: `que no sea`, `que não tenha`.
const FILLERS: &[&str] = &[
    "sea",
    "sean",
    "seja",
    "sejam",
    "tenga",
    "tengan",
    "tenha",
    "tenham",
    "lleve",
    "lleven",
    "leve",
    "levem",
    "traiga",
    "traigan",
    "traga",
    "incluya",
    "incluyan",
    "inclua",
    "incluam",
    "contenga",
    "contengan",
    "contenha",
    "contenham",
    "use",
    "usen",
    "usem",
    "quiero",
    "quero",
    "want",
    "con",
    "com",
    "with",
    "be",
    "contain",
    "contains",
    "include",
    "includes",
    "need",
    "needs",
    "me",
    "te",
    "gusta",
    "gustan",
    "gosto",
    "gostei",
    "like",
    "muy",
    "tan",
    "tao",
    "too",
    "so",
    "very",
    "added",
    "anadido",
    "anadida",
];

/// What makes a question of a "no", unless it follows "que": `¿no tienen …?`, `no encuentro …`.
const ASKS: &[&str] = &[
    "tienen",
    "tienes",
    "tiene",
    "tendran",
    "tendras",
    "hay",
    "habra",
    "venden",
    "vendes",
    "vende",
    "manejan",
    "maneja",
    "encuentro",
    "veo",
    "consigo",
    "tem",
    "teem",
    "tens",
    "ha",
    "vendem",
    "acho",
    "encontro",
    "vejo",
    "have",
    "has",
    "you",
    "see",
    "find",
    "sell",
];

/// What begins with "no" and is called so.
const NO_AS_A_NAME: &[&str] = &[
    "show", "iron", "sew", "tie", "bake", "drill", "slip", "pull", "rinse", "spill", "touch", "tear", "more",
    "enough", "only", "just", "yet",
];

const COLOURS: &[&str] = &[
    "black", "white", "red", "blue", "green", "yellow", "orange", "pink", "purple", "brown", "grey", "gray",
    "beige", "gold", "silver", "navy", "negro", "negra", "preto", "preta", "blanco", "blanca", "branco", "branca",
    "rojo", "roja", "vermelho", "vermelha", "azul", "verde", "amarillo", "amarilla", "amarelo", "amarela", "gris",
    "cinza", "rosa", "cafe", "marron", "marrom", "morado", "morada", "roxo", "roxa",
];

/// The words of a token, and after its parts a compound whole: a SKU such as `cam-az-m` is only known whole.
fn words_of(token: &str) -> Vec<String> {
    let mut all = words(token);
    let whole = token.trim_matches(|character: char| !character.is_alphanumeric());
    if all.len() > 1 && whole.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '/')) {
        all.push(whole.to_owned());
    }
    all
}

/// Words of one letter that mean nothing, in a language where sizes and models of that letter are never meant.
fn is_particle(word: &str, language: Language) -> bool {
    match language {
        Language::En => matches!(word, "a" | "i"),
        Language::Es => matches!(word, "a" | "e" | "o" | "u" | "y"),
        Language::Pt => matches!(word, "a" | "e" | "o"),
    }
}

/// Words about the price, which no product says of itself; the price is a filter.
fn is_price_word(word: &str) -> bool {
    const ABOUT_PRICE: [&str; 14] = [
        "cheap",
        "cheaper",
        "cheapest",
        "affordable",
        "inexpensive",
        "barato",
        "barata",
        "baratos",
        "baratas",
        "baratito",
        "economico",
        "economica",
        "economicos",
        "economicas",
    ];
    ABOUT_PRICE.contains(&word)
}

/// Other ways to write a word: a number apart from its unit, a unit by its other name, the other decimal mark.
fn also(word: &str) -> Vec<String> {
    let is_of_number = |character: char| character.is_ascii_digit() || matches!(character, '.' | '/' | ',');
    match word.find(|character: char| !is_of_number(character)) {
        Some(0) => other_unit(word).map(str::to_owned).into_iter().collect(),
        Some(at) => {
            let (number, unit) = word.split_at(at);
            // Part numbers such as `3m-101` and `10x12` are no number with a unit.
            let unit = unit.trim_start_matches('-');
            if unit.is_empty() || !unit.chars().all(char::is_alphabetic) {
                return Vec::new();
            }
            let numbers = std::iter::once(number.to_owned()).chain(other_mark(number));
            numbers.map(|number| format!("{number} {}", full_unit(unit))).collect()
        }
        None => other_mark(word).into_iter().collect(),
    }
}

/// A decimal number with the other mark: `1.5` for `1,5`.
fn other_mark(number: &str) -> Option<String> {
    let (mark, other) = if number.contains(',') { (',', ".") } else { ('.', ",") };
    let (whole, part) = number.split_once(mark)?;
    let is_decimal =
        [whole, part].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    // Three digits behind a mark are thousands more often than thousandths.
    (is_decimal && part.len() < 3).then(|| format!("{whole}{other}{part}"))
}

/// A number before its unit may be written as one with it.
fn with_units(mut found: Vec<Word>) -> Vec<Word> {
    for at in 1..found.len() {
        let [number, unit] = [at - 1, at].map(|at| found[at].text.clone());
        let is_number = number.starts_with(|first: char| first.is_ascii_digit())
            && number.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | ',' | '/'));
        if is_number && is_unit(&unit) && found[at - 1].sense == found[at].sense {
            let mut joined: Vec<String> = vec![format!("{number}{unit}")];
            joined.extend(other_mark(&number).map(|number| format!("{number}{unit}")));
            found[at - 1].also.extend(joined.iter().cloned());
            found[at].also.extend(joined);
        }
    }
    found
}

fn is_unit(word: &str) -> bool {
    const SHORT: &[&str] = &[
        "mg", "g", "gr", "kg", "ml", "cl", "l", "lt", "mm", "cm", "m", "in", "kb", "mb", "gb", "tb", "mah", "w",
        "kw", "v", "hz", "mhz", "ghz", "mp",
    ];
    SHORT.contains(&word) || UNITS.iter().any(|(short, _)| *short == word)
}

const UNITS: [(&str, &str); 10] = [
    ("oz", "ounce"),
    ("lb", "pound"),
    ("lbs", "pound"),
    ("gal", "gallon"),
    ("qt", "quart"),
    ("ft", "feet"),
    ("pk", "pack"),
    ("pc", "piece"),
    ("pcs", "piece"),
    ("pza", "pieza"),
];

fn other_unit(word: &str) -> Option<&'static str> {
    let other = |(short, long): &(&'static str, &'static str)| {
        if *short == word {
            Some(*long)
        } else if *long == word || word.strip_suffix('s') == Some(long) {
            Some(*short)
        } else {
            None
        }
    };
    UNITS.iter().find_map(other)
}

fn full_unit(unit: &str) -> &str {
    UNITS.iter().find(|(short, _)| *short == unit).map_or(unit, |(_, long)| long)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(text: &str, language: Language) -> Vec<(String, bool)> {
        read_wish(text, language, None).into_iter().map(|word| (word.text, word.sense == Sense::With)).collect()
    }

    fn check(text: &str, language: Language, expected: &[(&str, bool)]) {
        let expected: Vec<_> = expected.iter().map(|(word, with)| ((*word).to_owned(), *with)).collect();
        assert_eq!(wish(text, language), expected, "{text:?}");
    }

    #[test]
    fn the_word_after_without_is_not_wanted() {
        check("camiseta sin mangas azul", Language::Es, &[("camiseta", true), ("mangas", false), ("azul", true)]);
        check("Sapato SEM os cadarços", Language::Pt, &[("sapato", true), ("cadarcos", false)]);
        check("shoes w/o laces", Language::En, &[("shoes", true), ("laces", false)]);
        check("lights without any wiring", Language::En, &[("lights", true), ("wiring", false)]);
        check("without", Language::En, &[]);
        check("camera without wi-fi black", Language::En, &[("camera", true), ("wi", false), ("black", true)]);
    }

    #[test]
    fn no_says_what_is_not_wanted_too() {
        let en = |text, expected: &[(&str, bool)]| check(text, Language::En, expected);
        en("usb c hub no hdmi", &[("usb", true), ("c", true), ("hub", true), ("hdmi", false)]);
        en("shoes that don't have laces", &[("shoes", true), ("that", true), ("do", true), ("laces", false)]);
        en("not wireless headphones", &[("wireless", false), ("headphones", true)]);
        let es = |text, expected: &[(&str, bool)]| check(text, Language::Es, expected);
        es("celular que no sea samsung", &[("celular", true), ("que", true), ("samsung", false)]);
        es("pan que no tenga gluten", &[("pan", true), ("que", true), ("gluten", false)]);
        es("pan que no tiene gluten", &[("pan", true), ("que", true), ("gluten", false)]);
        check("pão que não tenha glúten", Language::Pt, &[("pao", true), ("que", true), ("gluten", false)]);
    }

    #[test]
    fn no_as_an_answer_a_question_or_a_name_says_nothing_of_the_kind() {
        check("no, una azul", Language::Es, &[("no", true), ("una", true), ("azul", true)]);
        check("¿no tienen camisetas?", Language::Es, &[("no", true), ("tienen", true), ("camisetas", true)]);
        check("no show socks", Language::En, &[("no", true), ("show", true), ("socks", true)]);
    }

    #[test]
    fn what_is_joined_to_what_is_not_wanted_is_not_wanted_either() {
        let es = |text, expected: &[(&str, bool)]| check(text, Language::Es, expected);
        es("sin azúcar ni gluten", &[("azucar", false), ("gluten", false)]);
        es("pan sin gluten y lactosa", &[("pan", true), ("gluten", false), ("lactosa", false)]);
        es("sin azúcar, gluten y lactosa", &[("azucar", false), ("gluten", false), ("lactosa", false)]);
        es("camisa sin mangas y con cuello", &[("camisa", true), ("mangas", false), ("cuello", true)]);
        es("camisa sin mangas, azul", &[("camisa", true), ("mangas", false), ("azul", true)]);
        check("soap without lead or bpa", Language::En, &[("soap", true), ("lead", false), ("bpa", false)]);
    }

    #[test]
    fn the_rest_of_an_english_name_of_what_is_not_wanted_is_not_wanted() {
        let en = |text, expected: &[(&str, bool)]| check(text, Language::En, expected);
        let blanket = &[("weighted", true), ("blanket", true), ("glass", false)];
        en("weighted blanket without glass beads", blanket);
        en("no sugar cookies", &[("sugar", false), ("cookies", true)]);
        en("power bank without power cord", &[("power", true), ("bank", true), ("cord", false)]);
        en(
            "drain without overflow solid brass",
            &[("drain", true), ("overflow", false), ("solid", true), ("brass", true)],
        );
        check("camiseta sin mangas azul", Language::Es, &[("camiseta", true), ("mangas", false), ("azul", true)]);
    }

    #[test]
    fn sin_is_an_ordinary_word_in_english() {
        check("sin city poster", Language::En, &[("sin", true), ("city", true), ("poster", true)]);
        let mixed = read_wish("camiseta sin mangas", Language::En, Some(Language::Es));
        assert_eq!(
            mixed.last().map(|word| word.sense),
            Some(Sense::Without),
            "an English shopper of a Spanish shop"
        );
    }

    #[test]
    fn compounds_are_searched_in_parts_and_whole() {
        check("CAM-AZ-M", Language::Es, &[("cam", true), ("az", true), ("m", true), ("cam-az-m", true)]);
        check("ab-123", Language::Es, &[("ab-123", true)]);
    }

    #[test]
    fn numbers_and_units_are_known_apart_together_and_by_their_other_names() {
        let check = |word: &str, others: &[&str]| assert_eq!(also(word), others, "{word}");
        check("200mg", &["200 mg"]);
        check("2-pack", &["2 pack"]);
        check("5gal", &["5 gallon"]);
        check("1/2in", &["1/2 in"]);
        check("gal", &["gallon"]);
        check("ounces", &["oz"]);
        check("1,5", &["1.5"]);
        check("1.5", &["1,5"]);
        check("1,5l", &["1,5 l", "1.5 l"]);
        for whole in ["200", "1/2", "mg", "ab-123", "10x12", "3m-101", "iphone", "1,500", "1."] {
            check(whole, &[]);
        }
        let others = |text: &str| -> Vec<Vec<String>> {
            read_wish(text, Language::Es, None).into_iter().map(|word| word.also).collect()
        };
        assert_eq!(others("memoria 64 gb"), [vec![], vec!["64gb"], vec!["64gb"]]);
        assert_eq!(others("agua 1,5 l"), [vec![], vec!["1.5", "1,5l", "1.5l"], vec!["1,5l", "1.5l"]]);
        assert_eq!(others("64 tazas"), [Vec::<String>::new(), Vec::new()]);
    }

    #[test]
    fn words_about_the_price_are_not_looked_for() {
        check("cheap red dress", Language::En, &[("red", true), ("dress", true)]);
        check("algo barato", Language::Es, &[("algo", true)]);
    }

    #[test]
    fn a_query_has_a_limit() {
        let many = (0..100).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(wish(&many, Language::En).len(), WORDS_MAX);
        assert!(wish(&"x".repeat(1_000), Language::En)[0].0.len() <= QUERY_CHARS_MAX);
    }
}
