//! In which language a shopper writes.
//!
//! Chat messages are short, and full of product names, sizes and codes, which look English to a statistical
//! detector. So our own lists of everyday words decide first, and the detector is asked only about longer texts
//! that the lists say nothing about. When neither is sure, the conversation keeps the language it had.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use crate::base::language::Language;

/// Below this many letters the detector guesses; measured on greetings and product names.
const LETTERS_MIN: usize = 25;
/// The detector's own bar for "reliable" is 0.9; a text that agrees with it and has no word of ours needs it whole.
const CONFIDENCE_MIN: f64 = 0.9;
/// The detector reads no further than this; its verdict on a message does not change after that.
const LETTERS_READ_MAX: usize = 500;
/// A text is read no further than this many words.
const WORDS_MAX: usize = 120;

/// Everyday words of each language, written without accents. One that stands in two lists counts half for each.
static ENGLISH: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "hi hello hey thanks thank thx please pls yes yeah yep nope the is are am i im ive id ill you your my it \
     its this that these those what whats where wheres when which who how why do does did dont doesnt can \
     cant could would should will have has need want looking look for with without from between and or of any \
     some something anything show find get give buy pay order shipping cheaper cheap much many morning \
     afternoon evening bye goodbye okay sure people person someone talk speak help sorry not there here on in \
     at to by was cancel"
        .split_whitespace()
        .collect()
});
static SPANISH: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "hola gracias buenas buenos dias tardes noches adios luego si claro quiero quisiera busco buscaba \
     necesito tienes tienen tiene tenes hay el la los las lo un una unos unas y en con del al mi tu es son \
     esta estan este ese eso esto esa donde cuando cuanto cuantos cuesta cuestan cual cuales como quien \
     porque pero muy mas barato barata envio envios pagar pago pedido llego talla tallas ahi aqui ayuda \
     hablar alguien persona puedo puedes pueden dame muestrame ensename oye vale segundo segunda primero \
     primera tercero ultimo hasta entre menos usted ustedes le les nos estoy soy seria favor porfa porfavor \
     disculpa cambio agrega agregalo quita carrito ningun ninguna otro otra hoy manana dos tres cuatro cinco \
     regalo xfa xq pq q"
        .split_whitespace()
        .collect()
});
static PORTUGUESE: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "oi ola obrigado obrigada obg valeu vlw bom boa dia tarde noite tchau sim nao quero queria gostaria \
     procuro procurando preciso tem voce voces vc vcs o os um uma uns umas e em com do da dos das na nos nas \
     ao meu minha seu sua isso isto esse essa este aquele onde quando quanto quantos custa custam qual quais \
     quem mas muito mais barato frete entrega pagar pedido chegou tamanho tamanhos aqui ajuda falar alguem \
     pessoa posso pode podem mostra mostre segundo segunda primeiro primeira terceiro ultimo ate entre menos \
     por favor ta to ne eu eh sao foi estou sou carrinho tira coloca outro outra hoje amanha dois duas tres \
     quatro cinco presente blz beleza pra pro cade desconto qto qnto tb algum alguma nenhum gente tudo bem \
     vou"
    .split_whitespace()
    .collect()
});

/// Little words that also stand in the names of brands and products of every country ("The North Face", "La Mer"):
/// alone they say nothing.
static IN_NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "the of for and with in on by to at do el la los las del y en un una o os da das dos e na"
        .split_whitespace()
        .collect()
});

/// The language of a message: what it plainly is, else `last`, else `shop`. Never one outside `allowed`, unless
/// `allowed` is empty, which counts as "all of them".
#[must_use]
pub fn detect(text: &str, allowed: &[Language], last: Option<Language>, shop: Language) -> Language {
    let allowed = if allowed.is_empty() { &Language::ALL } else { allowed };
    let fallback = last
        .into_iter()
        .chain([shop])
        .chain(allowed.iter().copied())
        .find(|language| allowed.contains(language))
        .unwrap_or(shop);
    let words = telling_words(text);
    match by_lists(&words, fallback) {
        Verdict::Told(language) if allowed.contains(&language) => language,
        Verdict::Told(_) | Verdict::Tied => fallback,
        Verdict::Silent => by_detector(text, allowed, last).unwrap_or(fallback),
    }
}

enum Verdict {
    Told(Language),
    Tied,
    Silent,
}

/// Lower-case words without accents; codes, numbers, addresses of pages and shouted names are no words.
fn telling_words(text: &str) -> Vec<String> {
    let shouting = !text.chars().any(char::is_lowercase);
    text.split_whitespace()
        .filter(|chunk| !chunk.contains(['@', '/', '_']) && !chunk.chars().any(|c| c.is_ascii_digit()))
        .filter(|chunk| shouting || chunk.chars().count() < 3 || chunk.chars().any(char::is_lowercase))
        .flat_map(|chunk| chunk.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '’'))
        .map(plain)
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .collect()
}

fn plain(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let letters: Vec<char> = word.nfd().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    // "holaaa" is "hola".
    let mut squeezed = String::with_capacity(letters.len());
    for (place, letter) in letters.iter().enumerate() {
        let third = place >= 2 && letters[place - 1] == *letter && letters[place - 2] == *letter;
        let drawn_out = place >= 1 && letters[place - 1] == *letter && letters.get(place + 1) == Some(letter);
        if !third && !drawn_out {
            squeezed.push(*letter);
        }
    }
    squeezed
}

/// The language most of the telling words belong to. A word that two languages share counts for both, half.
fn by_lists(words: &[String], fallback: Language) -> Verdict {
    let mut points = [(Language::En, 0_u32, false), (Language::Es, 0, false), (Language::Pt, 0, false)];
    for word in words {
        let holds = [&ENGLISH, &SPANISH, &PORTUGUESE].map(|list| list.contains(word.as_str()));
        let own = holds.iter().filter(|held| **held).count() == 1 && !IN_NAMES.contains(word.as_str());
        for (place, (_, sum, told)) in points.iter_mut().enumerate() {
            if holds[place] {
                *sum += if own { 2 } else { 1 };
                *told |= own;
            }
        }
    }
    points.sort_by_key(|(_, sum, _)| std::cmp::Reverse(*sum));
    match points {
        [(_, 0, _), ..] => Verdict::Silent,
        [(first, most, told), (_, second, _), _] if most > second && (told || first == fallback) => {
            Verdict::Told(first)
        }
        _ => Verdict::Tied,
    }
}

/// What the statistical detector makes of a text without a single everyday word. Such a text is mostly a name, so
/// a conversation that already has a language does not leave it for that.
fn by_detector(text: &str, allowed: &[Language], last: Option<Language>) -> Option<Language> {
    let text: String = text.chars().take(LETTERS_READ_MAX).collect();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if last.is_some() || letters < LETTERS_MIN {
        return None;
    }
    let known = allowed.iter().map(|language| match language {
        Language::En => Lang::Eng,
        Language::Es => Lang::Spa,
        Language::Pt => Lang::Por,
    });
    let found = Detector::with_allowlist(known.collect()).detect(&text)?;
    if found.confidence() < CONFIDENCE_MIN {
        return None;
    }
    match found.lang() {
        Lang::Eng => Some(Language::En),
        Lang::Spa => Some(Language::Es),
        Lang::Por => Some(Language::Pt),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Es, Pt};

    #[track_caller]
    fn check(text: &str, last: Option<Language>, expected: Language) {
        // A shop whose own language would be the wrong answer, so that falling back to it shows.
        let shop = if expected == En { Es } else { En };
        assert_eq!(detect(text, &Language::ALL, last, shop), expected, "{text:?} after {last:?}");
    }

    #[test]
    fn short_messages_are_known_by_their_words() {
        for text in ["hola", "Holaaa", "gracias!", "buenas tardes", "si claro", "¿cuánto cuesta?", "quiero pagar"]
        {
            check(text, None, Es);
        }
        for text in [
            "oi",
            "Oiii",
            "obrigada",
            "bom dia",
            "sim",
            "quanto custa?",
            "cadê meu pedido",
            "quero pagar",
            "vc tem isso?",
        ] {
            check(text, None, Pt);
        }
        for text in [
            "hi",
            "Hey!",
            "thanks",
            "good morning",
            "yes please",
            "how much is it?",
            "where's my order",
            "I'll pay",
        ] {
            check(text, None, En);
        }
    }

    #[test]
    fn whole_sentences_switch_the_language() {
        check("sorry, do you speak English? I need a gift for my sister", Some(Es), En);
        check("mejor en español, busco un regalo para mi mamá", Some(En), Es);
        check("queria saber se vocês entregam em Recife", Some(Es), Pt);
        check("tienen envíos a Monterrey?", Some(Pt), Es);
    }

    #[test]
    fn numbers_codes_and_product_names_do_not_switch_the_language() {
        let texts = [
            "2",
            "27",
            "$500",
            "M",
            "XL",
            "CAM-AZ-M",
            "HOLA10",
            "Ultra Boost Light Running",
            "old school black",
            "Air Max 90 White",
            "The North Face",
            "La Roche Posay",
            "Fruit of the Loom",
            "👍",
            "",
            "...",
            "jajaja",
            "https://example.com/the/one/that/i/want",
            "a@b.example",
            "Slim Fit Oxford Shirt Navy Blue Long Sleeve Button Down",
        ];
        for text in texts {
            for last in [Es, Pt, En] {
                assert_eq!(detect(text, &Language::ALL, Some(last), En), last, "{text:?}");
            }
        }
    }

    #[test]
    fn a_product_name_inside_a_sentence_does_not_decide() {
        check("quiero los Ultra Boost Running Light", Some(En), Es);
        check("quero o Galaxy Buds Wireless Black", Some(En), Pt);
        check("do you have the Camiseta Básica Azul", Some(Es), En);
    }

    #[test]
    fn without_a_sign_the_shop_decides_for_a_new_conversation() {
        assert_eq!(detect("iPhone", &Language::ALL, None, Pt), Pt);
        assert_eq!(detect("ok", &Language::ALL, Some(Pt), Es), Pt);
        assert_eq!(detect("no", &Language::ALL, Some(Es), En), Es);
    }

    #[test]
    fn a_language_that_is_not_allowed_is_never_answered() {
        assert_eq!(detect("bom dia, tudo bem?", &[En, Es], None, Es), Es);
        assert_eq!(detect("hola, busco zapatos", &[En], Some(Es), Es), En);
        assert_eq!(detect("hola, busco zapatos", &[], None, En), Es);
    }

    #[test]
    fn long_texts_without_everyday_words_go_to_the_detector() {
        check("camiseta manga comprida algodão infantil feminina", None, Pt);
        check("waterproof lightweight breathable women hiking jacket", None, En);
    }

    #[test]
    fn a_very_long_text_is_read_no_further_than_its_start() {
        let text = format!("{} gracias", "x ".repeat(100_000));
        assert_eq!(detect(&text, &Language::ALL, Some(En), En), En);
    }
}
