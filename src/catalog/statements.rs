//! What a product says about a thing: its facts, its options, sentences of its description; never what is not written.
//!
//! Pure, and word by word: it finds what is stated and judges nothing. Whoever finds no statement says so.

use crate::catalog::fold::{key, words};
use crate::catalog::product::Product;

/// The most statements about one thing: a shopper's question is about one.
pub const STATEMENTS_MAX: usize = 4;
/// The part of the question's words that a statement needs.
const WORDS_SHARE_MIN: f32 = 0.5;
/// The shortest word that tells what is asked, in characters, unless it has a digit: others join words.
const TELLING_CHARS_MIN: usize = 4;

/// Something a product says, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Where.
    pub source: Source,
    /// In its own words.
    pub text: String,
}

/// Where a product says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In a fact of this name.
    Fact(String),
    /// In an option of this name; the text has all its values.
    Option(String),
    /// In its title.
    Title,
    /// In its description.
    Description,
}

/// What a product states about a thing, the most telling first; nothing when it is silent.
#[must_use]
pub fn statements(product: &Product, about: &str) -> Vec<Statement> {
    let asked = telling(about);
    if asked.is_empty() {
        return Vec::new();
    }
    let judged = said(product).into_iter().map(|statement| (share(&asked, &statement), statement));
    let mut found: Vec<(f32, Statement)> = judged.filter(|(share, _)| *share >= WORDS_SHARE_MIN).collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().take(STATEMENTS_MAX).map(|(_, statement)| statement).collect()
}

/// The keys of the words that tell what is asked; of a question of short words alone, all of them.
fn telling(about: &str) -> Vec<String> {
    let words = words(about);
    let tells = |word: &&String| {
        word.chars().count() >= TELLING_CHARS_MIN || word.chars().any(|character| character.is_ascii_digit())
    };
    let mut keys: Vec<String> = words.iter().filter(tells).map(|word| key(word)).collect();
    if keys.is_empty() {
        keys = words.iter().map(|word| key(word)).collect();
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Everything a product says, one statement each: what was made to be read by itself before running text.
fn said(product: &Product) -> Vec<Statement> {
    let facts = product
        .facts
        .iter()
        .map(|fact| Statement { source: Source::Fact(fact.name.clone()), text: fact.value.clone() });
    let options = product.options.iter().map(|name| {
        let mut values: Vec<&str> = Vec::new();
        for option in product.variants.iter().flat_map(|variant| &variant.options) {
            if option.name == *name && !values.contains(&option.value.as_str()) {
                values.push(&option.value);
            }
        }
        Statement { source: Source::Option(name.clone()), text: values.join(", ") }
    });
    let title = Statement { source: Source::Title, text: product.title.clone() };
    let sentences = sentences(&product.description)
        .map(|sentence| Statement { source: Source::Description, text: sentence.to_owned() });
    facts.chain(options).chain([title]).chain(sentences).collect()
}

/// Sentences end with a line, or with a mark and a blank behind it; so `10.5 cm` is whole.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(sentences_of_line).map(str::trim).filter(|said| said.chars().any(char::is_alphanumeric))
}

fn sentences_of_line(line: &str) -> impl Iterator<Item = &str> {
    let pieces = line.split_inclusive(['.', '!', '?', ';']);
    let ended = pieces.scan((0, 0), |(begin, end), piece| {
        *end += piece.len();
        let goes_on = line[*end..].chars().next().is_some_and(|next| !next.is_whitespace());
        let sentence = (!goes_on).then(|| &line[*begin..*end]);
        if sentence.is_some() {
            *begin = *end;
        }
        Some(sentence)
    });
    ended.flatten()
}

fn share(asked: &[String], statement: &Statement) -> f32 {
    let name = match &statement.source {
        Source::Fact(name) | Source::Option(name) => name.as_str(),
        Source::Title | Source::Description => "",
    };
    let has: Vec<String> = words(name).iter().chain(&words(&statement.text)).map(|word| key(word)).collect();
    let named = asked.iter().filter(|word| has.contains(word)).count();
    let number = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    number(named) / number(asked.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::ProductId;
    use crate::base::language::Language;
    use crate::catalog::product::Named;

    fn mug() -> Product {
        Product {
            id: ProductId::generate(),
            handle: "taza".parse().unwrap(),
            title: "Taza esmaltada".to_owned(),
            description:
                "Mide 10.5 cm de alto. Apta para lavavajillas; no usar en microondas.\nHecha a mano en Puebla"
                    .to_owned(),
            category: String::new(),
            brand: String::new(),
            tags: Vec::new(),
            options: Vec::new(),
            images: Vec::new(),
            facts: vec![Named::new("Material", "Cerámica"), Named::new("Capacidad", "350 ml")],
            language: Language::Es,
            variants: Vec::new(),
        }
    }

    fn check(about: &str, expected: &[(&Source, &str)]) {
        let found = statements(&mug(), about);
        let found: Vec<(&Source, &str)> =
            found.iter().map(|statement| (&statement.source, statement.text.as_str())).collect();
        assert_eq!(found, expected, "{about}");
    }

    #[test]
    fn a_statement_is_found_with_its_source_and_in_its_own_words() {
        check("material", &[(&Source::Fact("Material".to_owned()), "Cerámica")]);
        check("¿es apta para lavavajillas?", &[(&Source::Description, "Apta para lavavajillas;")]);
        check("microondas", &[(&Source::Description, "no usar en microondas.")]);
        check("10.5", &[(&Source::Description, "Mide 10.5 cm de alto.")]);
        check("puebla", &[(&Source::Description, "Hecha a mano en Puebla")]);
    }

    #[test]
    fn what_is_not_written_is_not_stated() {
        for about in ["garantía", "contiene plomo", "", "?", "¿sirve para inducción?"] {
            check(about, &[]);
        }
    }

    #[test]
    fn no_text_can_make_it_fail() {
        for text in ["", "...", ". . .", "ñ.ñ", "a.b.c\n.\n;", "Å!?¡ 🙂.🙂 "] {
            let product = Product { description: text.to_owned(), ..mug() };
            assert!(statements(&product, "ñ 🙂 a.b").len() <= STATEMENTS_MAX);
        }
    }
}
