//! Which stretches of what came are requests of their own.

use crate::llm::guided::ShopFacts;
use crate::llm::guided::burst::act::{Act, is_one};
use crate::llm::guided::burst::stretch::{Stretch, stretches};
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::understand;
use crate::llm::guided::lexicon;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::view::{Now, View};

/// A stretch with what it does by itself.
struct Told<'t> {
    stretch: &'t Stretch,
    act: Act,
    /// The message or question that it begins, or is in, ends as a question.
    asks: bool,
    /// It names a thing of its own.
    names: bool,
    /// It looks for something in so many words.
    searches: bool,
    /// It begins like what only narrows something down: "in blue", "for my mother".
    narrows: bool,
}

/// Stretches that belong together.
struct Group {
    start: usize,
    end: usize,
    act: Act,
}

/// What is asked for, each in the shopper's words; one when it is all one thing.
#[must_use]
pub fn requests(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Vec<String> {
    let text = now.text.as_str();
    let whole = || vec![text.to_owned()];
    let cut = stretches(text, lexicon::of(shop.language));
    if cut.len() < 2 || is_one(&understand(view, now, shop.language, shop.currency)) {
        return whole();
    }
    let mut groups: Vec<Group> = Vec::new();
    for (at, stretch) in cut.iter().enumerate() {
        let end = cut[at + 1..].iter().find(|later| later.apart).map_or(text.len(), |later| later.range.start);
        let asks = asks(&text[stretch.range.start..end]);
        let Some(told) = tell(shop, (view, now), (text, stretch, asks)) else { return whole() };
        let opens = groups.last().is_none_or(|open| opens(&told, open, &text[open.start..open.end]));
        match groups.last_mut().filter(|_| !opens) {
            None => groups.push(Group { start: stretch.range.start, end: stretch.range.end, act: told.act }),
            Some(open) => {
                open.end = stretch.range.end;
                if open.act == Act::Piece {
                    open.act = told.act;
                }
            }
        }
    }
    groups.iter().map(|group| text[group.start..group.end].to_owned()).collect()
}

/// What a stretch does; `None` where it makes the whole message one thing.
fn tell<'t>(
    shop: &ShopFacts,
    (view, now): (&View<'_>, &Now<'_>),
    (text, stretch, asks): (&'t str, &'t Stretch, bool),
) -> Option<Told<'t>> {
    let text = &text[stretch.range.clone()];
    let alone = Now { text: text.to_owned(), heard_shopper: true, ..Now::default() };
    let intent = understand(view, &alone, shop.language, shop.currency);
    if is_one(&intent) && !now.text.is_empty() {
        return None;
    }
    let heard = Heard::new(view, &alone, shop.language, shop.currency);
    let first = heard.words.iter().find(|word| !heard.lexicon.joins(&word.plain));
    let act = Act::of(&intent, &heard);
    // "… and pay here?" is the end of a question and no wish to pay.
    let fragment = !stretch.apart && heard.is_question() && act.is_command();
    Some(Told {
        stretch,
        asks,
        act: if fragment { Act::Piece } else { act },
        names: !heard.nouns.is_empty(),
        searches: heard.has(Signal::Search),
        narrows: first.is_some_and(|word| heard.lexicon.narrows(&word.plain)),
    })
}

/// Whether a stretch begins another request than the one that is open.
fn opens(told: &Told<'_>, open: &Group, before: &str) -> bool {
    if open.act == Act::Piece && !(asks(before) && told.asks) {
        return false;
    }
    let of_things = matches!(told.act, Act::Piece | Act::Finds | Act::Asks(_) | Act::Puts);
    if told.narrows && of_things {
        return false;
    }
    match (&open.act, &told.act) {
        // Two questions that both name something; "in which colours?" after "do you have mugs?" is still about mugs.
        (_, Act::Piece) => told.stretch.apart && told.names && asks(before) && told.asks,
        (Act::Finds, Act::Finds) => {
            told.names && told.searches && (!told.stretch.apart || asks(before) == told.asks)
        }
        // What it costs is asked before it is taken: "I like the blue one but how much is it?"
        (Act::Finds, Act::Asks(_) | Act::Puts) | (Act::Puts, Act::Asks(Signal::Price | Signal::Stock)) => {
            told.names
        }
        // "Mugs and caps" is one wish; "add the mug and show me caps" are two.
        (_, Act::Finds) => told.searches || told.stretch.apart,
        (Act::Puts | Act::Bargains, Act::Puts) | (Act::Puts, Act::Bargains) => false,
        (before, after) => before != after,
    }
}

fn asks(text: &str) -> bool {
    text.trim_end().ends_with('?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language::{self, En, Es, Pt};
    use crate::llm::guided::tests::shop::{after_cart, after_list, after_shirt, said, shop};
    use crate::llm::guided::view;

    #[track_caller]
    fn check(language: Language, before: &[crate::agent::entry::Entry], messages: &[&str], expected: &[&str]) {
        let mut entries = before.to_vec();
        entries.extend(messages.iter().map(|text| said(text)));
        let (view, now) = view::read(&entries);
        assert_eq!(requests(&shop(language), &view, &now), expected, "{messages:?}");
    }

    #[test]
    fn one_wish_in_pieces_is_one_request() {
        check(En, &[], &["hi", "do you have", "mugs?"], &["hi\ndo you have\nmugs?"]);
        check(Es, &[], &["hola", "tienen tazas?", "de color azul"], &["hola\ntienen tazas?\nde color azul"]);
        check(En, &[], &["do you have mugs?", "in blue?"], &["do you have mugs?\nin blue?"]);
        check(
            Pt,
            &[],
            &["boa noite", "procuro uma camisa", "tamanho M", "até 300"],
            &["boa noite\nprocuro uma camisa\ntamanho M\naté 300"],
        );
        check(Es, &[], &["tienen la taza luna? cuánto cuesta?"], &["tienen la taza luna? cuánto cuesta?"]);
        check(Es, &after_shirt(Es), &["tienen gorras?", "cuánto cuestan?"], &["tienen gorras?\ncuánto cuestan?"]);
        check(En, &[], &["do you have mugs?", "blue, maybe?"], &["do you have mugs?\nblue, maybe?"]);
        check(Es, &after_shirt(Es), &["quiero la azul", "talla M"], &["quiero la azul\ntalla M"]);
        check(En, &after_list(En), &["I want the mug and the cap"], &["I want the mug and the cap"]);
        check(
            En,
            &after_shirt(En),
            &["I like the blue one but how much is it?"],
            &["I like the blue one but how much is it?"],
        );
    }

    #[test]
    fn what_asks_for_something_else_is_a_request_of_its_own() {
        check(Es, &after_shirt(Es), &["agrega 2 y cuánto es el envío?"], &["agrega 2", "y cuánto es el envío?"]);
        check(En, &after_shirt(En), &["add 2 and do you ship to Boston"], &["add 2", "and do you ship to Boston"]);
        check(Pt, &after_shirt(Pt), &["coloca 2 e quanto é o frete?"], &["coloca 2", "e quanto é o frete?"]);
        check(
            Es,
            &after_shirt(Es),
            &["cuánto cuesta la roja?", "y hacen envíos a Monterrey?"],
            &["cuánto cuesta la roja?", "y hacen envíos a Monterrey?"],
        );
        check(
            Es,
            &after_shirt(Es),
            &["cuanto cuesta la roja", "hacen envios a monterrey"],
            &["cuanto cuesta la roja", "hacen envios a monterrey"],
        );
        check(
            En,
            &[],
            &["do you ship to Ohio and can I return things?"],
            &["do you ship to Ohio", "and can I return things?"],
        );
        check(
            En,
            &[],
            &["do you have the moon mug?", "and do you have umbrellas?"],
            &["do you have the moon mug?", "and do you have umbrellas?"],
        );
        check(En, &[], &["do you have a lantern?", "gloves, then?"], &["do you have a lantern?", "gloves, then?"]);
        check(Es, &[], &["tienen faroles?", "o guantes, quizá?"], &["tienen faroles?", "o guantes, quizá?"]);
        check(En, &after_cart(En), &["take one off and use code SAVE10"], &["take one off", "and use code SAVE10"]);
        check(
            Pt,
            &[],
            &["tem caneca?", "vocês entregam em Recife?", "tem violão?"],
            &["tem caneca?", "vocês entregam em Recife?", "tem violão?"],
        );
    }

    #[test]
    fn an_address_and_the_wish_for_a_person_are_not_cut() {
        let address = "Ana Pérez, calle Hidalgo 12, Monterrey, 64000";
        check(Es, &[], &[address], &[address]);
        let person = "tienen tazas? si no pásame con una persona";
        check(Es, &[], &[person], &[person]);
    }
}
