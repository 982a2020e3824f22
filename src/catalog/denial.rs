//! What a product says that it does not have: `sin azúcar`, `sugar-free`, `HDMI: No`.
//!
//! Read once, when a product is indexed, and kept as lexemes that no query's word can be; a search for a thing without
//! another looks there and reads no text. Pure, and word by word: it knows how absence is said, not what things are.

use std::collections::BTreeSet;

use crate::catalog::document::Indexed;
use crate::catalog::fold::{each_word, fold, key};

/// What a lexeme of something absent begins with: no word of a query does.
const MARK: char = '-';
/// The most absent things that are kept of a product; more are said by texts about something else.
const LACKED_MAX: usize = 64;
/// The longest word that names a thing, in bytes.
const BYTES_MAX: usize = 40;
/// How many words may stand between "without" and the thing: `no viene con el cable`.
const BETWEEN_MAX: usize = 4;
/// How many words a fact's name has at most; what is longer before a colon is a sentence.
const NAME_WORDS_MAX: usize = 5;

/// The lexemes of what a product says that it does not have. What the title names it has, whatever is absent of it: a
/// hub with HDMI comes without an HDMI cable. What is only a tag, a fact or in the description may be denied: a label
/// says "sin azúcar" once and lists sugars in its table all the same.
#[must_use]
pub fn lacked(product: &Indexed<'_>, values: &[&str]) -> Vec<String> {
    let title = Said::by(product.title);
    let mut labels = Said::default();
    for label in product
        .tags
        .iter()
        .map(String::as_str)
        .chain([product.brand, product.category])
        .chain(values.iter().copied())
    {
        labels.read(label);
    }
    for fact in product.facts {
        labels.read_fact(&spelt_out(&fold(&fact.name)), &spelt_out(&fold(&fact.value)));
    }
    let description = Said::by(product.description);
    let doubted = [&title.partly, &labels.partly, &description.lacked, &description.partly].into_iter().flatten();
    let doubted = doubted.filter(|thing| !title.named.contains(*thing)).cloned();
    let sure = title.lacked.iter().chain(&labels.lacked).cloned();
    let all: BTreeSet<String> = sure.chain(doubted).collect();
    all.into_iter().take(LACKED_MAX).collect()
}

/// The lexemes one of which a product has that says it does not have a thing.
#[must_use]
pub fn lexemes(thing: &str) -> Vec<String> {
    let plain = format!("{MARK}{}", key(thing));
    let of = |gender: char| format!("{plain}{MARK}{gender}");
    match gender(thing) {
        // Gender tells nouns apart: `manga` is no `mango`.
        Some(gender) => vec![of(gender), plain],
        None => vec![of('a'), of('o'), plain],
    }
}

/// The lexeme of a noun in any of its forms.
fn lexeme(noun: &str) -> String {
    let plain = format!("{MARK}{}", key(noun));
    gender(noun).map_or_else(|| plain.clone(), |gender| format!("{plain}{MARK}{gender}"))
}

/// The gender that a noun's ending shows.
#[must_use]
pub fn gender(noun: &str) -> Option<char> {
    noun.trim_end_matches('s').chars().last().filter(|last| matches!(last, 'a' | 'o'))
}

/// What a text says of things, by their lexemes.
#[derive(Debug, Default)]
struct Said {
    named: BTreeSet<String>,
    lacked: BTreeSet<String>,
    /// What is part of the name of something that is absent: `HDMI cable: no`.
    partly: BTreeSet<String>,
}

impl Said {
    fn by(text: &str) -> Self {
        let mut said = Self::default();
        said.read(text);
        said
    }

    fn read(&mut self, text: &str) {
        for clause in clauses(&spelt_out(&fold(text))) {
            match clause.split_once(':') {
                Some((name, value)) => self.read_fact(name, value),
                None => self.read_parts(clause),
            }
        }
    }

    /// A name with what is said of it, both folded. What is said of one thing says nothing of the next.
    fn read_fact(&mut self, name: &str, value: &str) {
        let named: Vec<_> = each_word(name).collect();
        let said: Vec<_> = each_word(value).collect();
        if named.len() > NAME_WORDS_MAX || said.is_empty() {
            self.read_parts(name);
        } else if is_none(&said) {
            // "Sugar free: no" says that there is sugar.
            if !named.iter().any(|word| denies(word) || is_free(word)) {
                let nouns: Vec<_> = named.iter().filter(|word| !joins(word)).collect();
                let kept = if nouns.len() == 1 { &mut self.lacked } else { &mut self.partly };
                kept.extend(nouns.into_iter().map(|word| lexeme(word)));
            }
            return;
        } else if leaves_open(&named) {
            self.lacked.extend(said.iter().filter(|word| !joins(word)).map(|word| lexeme(word)));
            return;
        } else {
            self.read_parts(name);
        }
        value.split(':').flat_map(clauses).for_each(|clause| self.read_parts(clause));
    }

    fn read_parts(&mut self, clause: &str) {
        for part in parted(clause, |mark| matches!(mark, '(' | ')' | ',')) {
            self.read_part(&each_word(part).collect::<Vec<_>>());
        }
    }

    /// Words without a mark between them.
    fn read_part<W: AsRef<str>>(&mut self, words: &[W]) {
        let word = |at: usize| words.get(at).map_or("", AsRef::as_ref);
        let (mut left, mut by) = (0, "");
        for at in 0..words.len() {
            let (this, next) = (word(at), word(at + 1));
            if denies(this) || (is_free(this) && matches!(next, "de" | "of" | "from")) {
                (left, by) = (BETWEEN_MAX, this);
                self.lack_all_but_needed(&words[at + 1..]);
                if INCLUDED.contains(&next) {
                    let before = words[..at].iter().map(AsRef::as_ref).rev().take(NAMED_BEFORE_MAX);
                    self.partly.extend(before.filter(|word| !joins(word)).map(lexeme));
                }
            } else if left > 0 && joins(this) {
                left -= 1;
            } else if left > 0 || (next == "free" && !FREE_OF_CHARGE.contains(&word(at + 2))) {
                self.lack(this);
                self.lack_what_belongs_to_it(&words[at + 1..], by);
                left = if left > 0 && matches!(next, "o" | "u" | "ou" | "or") { BETWEEN_MAX } else { 0 };
            } else if this.len() <= BYTES_MAX {
                self.named.insert(lexeme(this));
            }
        }
    }

    /// What comes behind something absent and ends what is said is absent too: "sin gluten y lactosa", "without power
    /// cord".
    fn lack_what_belongs_to_it<W: AsRef<str>>(&mut self, behind: &[W], by: &str) {
        match behind {
            [noun] if matches!(by, "without" | "not" | "doesnt" | "dont") => self.lack(noun.as_ref()),
            [and, noun] if matches!(and.as_ref(), "y" | "e" | "and") => self.lack(noun.as_ref()),
            _ => {}
        }
    }

    /// Of "no in-wall wiring required" all that stands before "required".
    fn lack_all_but_needed<W: AsRef<str>>(&mut self, words: &[W]) {
        let words = words.iter().map(AsRef::as_ref).take(BETWEEN_MAX + 2);
        if let Some(end) = words.clone().position(|word| NOT_THERE.contains(&word)) {
            words.take(end).filter(|word| !joins(word)).for_each(|word| self.lack(word));
        }
    }

    fn lack(&mut self, noun: &str) {
        if noun.len() <= BYTES_MAX {
            self.lacked.insert(lexeme(noun));
        }
    }
}

/// What comes "free" is not free of what is named before.
const FREE_OF_CHARGE: &[&str] = &["shipping", "delivery", "returns", "gift", "with", "trial"];
/// "no power cord included": all that stands before is absent.
const NOT_THERE: &[&str] = &["included", "needed", "required", "necessary"];

/// "HDMI cable not included": what stands before may be absent, or be part of the name of what is.
const INCLUDED: &[&str] =
    &["included", "incluido", "incluida", "incluidos", "incluidas", "incluso", "inclusa", "inclusos", "inclusas"];
const NAMED_BEFORE_MAX: usize = 2;

/// A folded text in which "without" and "not" are words of their own: `w/o`, `doesn't`.
#[must_use]
pub fn spelt_out(folded: &str) -> String {
    folded.replace("w/o ", "without ").replace("n't", " not").replace("n’t", " not")
}

/// What a text says one after another.
fn clauses(folded: &str) -> Vec<&str> {
    parted(folded, |mark| matches!(mark, '|' | ';' | '.' | '\n' | '\r' | '!' | '?' | '•'))
}

/// A text parted at marks. A point or a comma within a number parts nothing.
fn parted(text: &str, is_mark: impl Fn(char) -> bool) -> Vec<&str> {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let (mut parts, mut begin) = (Vec::new(), 0);
    for (at, mark) in text.char_indices().filter(|(_, mark)| is_mark(*mark)) {
        let is_in_number = matches!(mark, '.' | ',') && at > 0 && is_digit(at - 1) && is_digit(at + 1);
        if !is_in_number {
            parts.push(&text[begin..at]);
            begin = at + mark.len_utf8();
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// Whether a fact's value says that there is none of what it is called: `no`, `none`, `0 g`, `no incluido`.
fn is_none<W: AsRef<str>>(value: &[W]) -> bool {
    const WITH_IT: &[&str] = &[
        "g",
        "gr",
        "mg",
        "ml",
        "kcal",
        "kj",
        "incluido",
        "incluida",
        "incluidos",
        "incluidas",
        "incluso",
        "inclusa",
        "available",
        "applicable",
        "disponible",
    ];
    let mut words = value.iter().map(AsRef::as_ref);
    let says_no = |word: &str| {
        denies(word) || matches!(word, "none" | "ninguno" | "ninguna" | "nenhum" | "nenhuma" | "false" | "falso")
    };
    words.next().is_some_and(says_no)
        && words.all(|word| says_no(word) || joins(word) || WITH_IT.contains(&word) || NOT_THERE.contains(&word))
}

/// Whether a fact's name says that what follows is absent: `libre de`, `does not contain`.
fn leaves_open<W: AsRef<str>>(name: &[W]) -> bool {
    let mut words = name.iter().map(AsRef::as_ref);
    words.clone().any(|word| denies(word) || is_free(word))
        && words.all(|word| denies(word) || is_free(word) || joins(word) || word == "from")
}

/// What may stand between "without" and the thing.
const BETWEEN: &[&str] = &[
    "lleva",
    "llevan",
    "contiene",
    "contienen",
    "tiene",
    "tienen",
    "necesita",
    "necesitan",
    "incluye",
    "incluyen",
    "requiere",
    "requieren",
    "trae",
    "traen",
    "viene",
    "vienen",
    "posee",
    "usa",
    "usan",
    "leva",
    "levam",
    "contem",
    "tem",
    "precisa",
    "inclui",
    "incluem",
    "requer",
    "traz",
    "vem",
    "possui",
    "need",
    "needs",
    "contain",
    "contains",
    "has",
    "have",
    "include",
    "includes",
    "including",
    "require",
    "requires",
    "come",
    "comes",
    "with",
    "con",
    "com",
    "use",
    "uses",
    "added",
    "additional",
    "extra",
    "adicion",
    "adicao",
    "anadido",
    "anadida",
    "anadidos",
    "adicionado",
    "adicionada",
    "agregado",
    "agregada",
    "of",
    "from",
    "or",
    "ou",
    "u",
];

/// Whether a word may stand between "without" and the thing.
fn joins(word: &str) -> bool {
    is_determiner(word) || BETWEEN.contains(&word)
}

/// Whether a word only says which or how much of a noun.
#[must_use]
pub fn is_determiner(word: &str) -> bool {
    const DETERMINERS: &[&str] = &[
        "a", "an", "the", "any", "un", "una", "el", "la", "los", "las", "ningun", "ninguna", "nada", "de", "mucho",
        "mucha", "tanto", "tanta", "o", "os", "as", "um", "uma", "nenhum", "nenhuma", "muito", "muita",
    ];
    DETERMINERS.contains(&word)
}

fn denies(word: &str) -> bool {
    const DENIERS: &[&str] = &[
        "sin", "without", "sem", "no", "not", "nao", "non", "zero", "cero", "ni", "nem", "nor", "doesnt", "dont",
        "isnt",
    ];
    DENIERS.contains(&word) || is_zero(word)
}

/// `0`, `0.0`, `0g`: of what follows there is nothing.
fn is_zero(word: &str) -> bool {
    let number = word.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    number.contains('0')
        && word.len() <= number.len() + 2
        && number.chars().all(|digit| matches!(digit, '0' | '.' | ','))
}

fn is_free(word: &str) -> bool {
    matches!(word, "libre" | "libres" | "livre" | "livres" | "free")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use crate::catalog::product::Named;

    const PLAIN: Indexed<'_> = Indexed {
        language: Language::Es,
        title: "",
        description: "",
        category: "",
        brand: "",
        tags: &[],
        facts: &[],
    };

    fn lacks(product: &Indexed<'_>, thing: &str) -> bool {
        let lacked = lacked(product, &[]);
        lexemes(&fold(thing)).iter().any(|lexeme| lacked.contains(lexeme))
    }

    #[test]
    fn texts_say_that_a_thing_is_absent() {
        for (text, thing) in [
            ("Camiseta sin mangas", "manga"),
            ("Sugar-free gum", "sugar"),
            ("Libre de gluten", "gluten"),
            ("No lleva azúcar añadido", "azúcar"),
            ("Needs no batteries, no added sugar", "sugar"),
            ("Yogur 0% azúcar", "azúcar"),
            ("Cerveza 0.0% alcohol", "alcohol"),
            ("Cerveja 0,0% álcool", "álcool"),
            ("Suco sem adição de açúcar", "açúcar"),
            ("Power strip. Does not include HDMI", "hdmi"),
            ("It doesn't contain sugar", "sugar"),
            ("Impresora. No incluye cable", "cable"),
            ("Não inclui cabo", "cabo"),
            ("No viene con el cargador", "cargador"),
            ("Sin gluten y lactosa", "lactosa"),
            ("Sin azúcar ni gluten", "gluten"),
            ("Sin azúcar o sal", "sal"),
            ("Radio without power cord", "cord"),
            ("Radio, no power cord included", "cord"),
            ("Switch. No in-wall wiring required", "wiring"),
            ("Wind-up clock, no electricity or batteries", "battery"),
            ("Works without battery", "batteries"),
            ("Impresora. Cable USB no incluido", "cable"),
            ("Bluetooth: No. HDMI: 2 ports", "bluetooth"),
            ("Libre de: gluten, lactosa", "lactosa"),
            ("Azúcar: 0 g", "azúcar"),
        ] {
            assert!(lacks(&Indexed { description: text, ..PLAIN }, thing), "{text}: {thing}");
        }
    }

    #[test]
    fn what_a_text_only_names_is_not_absent() {
        for (text, thing) in [
            ("Camiseta de manga larga", "mangas"),
            ("Con azúcar. Guardar en lugar seco", "azúcar"),
            ("Camiseta azul", "mangas"),
            ("Camiseta sin cuello, manga larga", "mangas"),
            ("Sin mango", "manga"),
            ("Sin mangas y cuello redondo", "cuello"),
            ("Bluetooth: No. HDMI: 2 ports", "hdmi"),
            ("Bluetooth: No\nHDMI: sí", "hdmi"),
            ("Sugar free: No", "sugar"),
            ("Comes with HDMI, free shipping", "hdmi"),
            ("10.0 litros de agua", "agua"),
            ("", ""),
        ] {
            assert!(!lacks(&Indexed { description: text, ..PLAIN }, thing), "{text}: {thing}");
        }
    }

    #[test]
    fn facts_are_judged_one_by_one() {
        let facts =
            [("Bluetooth", "No"), ("HDMI", "Sí"), ("Azúcar", "ninguno"), ("Sin gluten", "Sí"), ("Sal", "0,0 g")];
        let facts = facts.map(|(name, value)| Named::new(name, value));
        let product = Indexed { facts: &facts, ..PLAIN };
        for (thing, expected) in
            [("bluetooth", true), ("hdmi", false), ("azúcar", true), ("gluten", true), ("sal", true)]
        {
            assert_eq!(lacks(&product, thing), expected, "{thing}");
        }
    }

    #[test]
    fn what_the_title_names_is_there_whatever_is_absent_of_it() {
        let facts = [Named::new("HDMI cable", "not included")];
        let hub =
            Indexed { title: "USB hub with HDMI", description: "No HDMI cable included", facts: &facts, ..PLAIN };
        assert!(!lacks(&hub, "hdmi") && lacks(&hub, "cable"));
        let gum = Indexed { title: "Mint gum", description: "Sugar-free. Sugars: 2 g", ..PLAIN };
        assert!(lacks(&gum, "sugar"));
        let facts = [Named::new("HDMI", "No")];
        assert!(
            lacks(&Indexed { title: "HDMI-ready case", facts: &facts, ..PLAIN }, "hdmi"),
            "a fact about it alone"
        );
    }

    #[test]
    fn a_long_text_has_a_limit() {
        let sentence = |number: usize| format!("without thing{number}.");
        let many: String = (0..500).map(sentence).collect();
        assert_eq!(lacked(&Indexed { description: &many, ..PLAIN }, &[]).len(), LACKED_MAX);
        assert!(lacked(&Indexed { description: &format!("sin {}", "x".repeat(100)), ..PLAIN }, &[]).is_empty());
    }
}
