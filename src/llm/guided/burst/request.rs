//! Which stretches of what came are requests of their own.

use std::ops::Range;

use crate::base::names::Handle;
use crate::llm::guided::ShopFacts;
use crate::llm::guided::burst::act::{Act, is_one, takes_all};
use crate::llm::guided::burst::stretch::{Stretch, stretches};
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Intent, understand};
use crate::llm::guided::lexicon;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::text::{Word, asks};
use crate::llm::guided::view::{Now, View};

/// What a bare yes consists of.
const AGREEING: &[Signal] = &[Signal::Yes, Signal::Acknowledged];
/// A bare yes has so many words at most.
const AGREEING_WORDS_MAX: usize = 3;

/// One of the things that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// In the shopper's words.
    pub text: String,
    /// What it does.
    pub act: Act,
}

/// A stretch with what it does by itself.
struct Told<'t> {
    stretch: &'t Stretch,
    act: Act,
    /// The product that it looks at.
    product: Option<Handle>,
    /// The message or question that it begins, or is in, ends as a question.
    asks: bool,
    /// It names a thing of its own.
    names: bool,
    opening: Opening,
    manner: Manner,
}

/// How a stretch goes on from what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    /// It says "yes" or "ok" and nothing else.
    Agrees,
    /// It begins with "and".
    Joins,
    Otherwise,
}

/// How a stretch speaks of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// It looks for something in so many words.
    Searches,
    /// It begins like what only narrows something down, "in blue", "for my mother", and says nothing after that of what
    /// is looked for.
    Narrows,
    Otherwise,
}

/// Stretches that belong together.
struct Group {
    start: usize,
    end: usize,
    act: Act,
    product: Option<Handle>,
    /// Nothing but "yes" or "ok" has been said so far.
    agrees: bool,
}

/// What is asked for; one when it is all one thing. What is to be paid is paid last: whatever else is said in the same
/// breath may change what it costs.
#[must_use]
pub fn requests(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Vec<Request> {
    let mut groups = groups(shop, view, now);
    groups.sort_by_key(|group| group.act == Act::Pays);
    let request = |group: Group| Request { text: now.text[group.start..group.end].to_owned(), act: group.act };
    groups.into_iter().map(request).collect()
}

/// What belongs together, in the order it was said; nothing when all of it is one thing.
fn groups(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Vec<Group> {
    let text = now.text.as_str();
    let cut = stretches(text, lexicon::of(shop.language));
    if cut.len() < 2 || is_one(&understand(&Heard::new(view, now, shop.language, shop.currency))) {
        return Vec::new();
    }
    let mut view = view.clone();
    let mut groups: Vec<Group> = Vec::new();
    for (at, stretch) in cut.iter().enumerate() {
        let end = cut[at + 1..].iter().find(|later| later.apart).map_or(text.len(), |later| later.range.start);
        let asks = asks(&text[stretch.range.start..end]);
        let Some(told) = tell(shop, &view, &text[stretch.range.clone()], stretch, asks) else {
            return Vec::new();
        };
        // "How much is the large mug? I'll take two": what is said next is about what was just asked about.
        let looked_at = told.product.as_ref().and_then(|product| view.card(product));
        view = looked_at.map_or_else(|| view.clone(), |card| view.looking_at(card));
        let opens = groups.last().is_none_or(|open| opens(&told, open, &text[open.start..open.end]));
        match groups.last_mut().filter(|_| !opens) {
            None => {
                let Range { start, end } = stretch.range;
                let agrees = told.opening == Opening::Agrees;
                groups.push(Group { start, end, act: told.act, product: told.product, agrees });
            }
            Some(open) => {
                open.end = stretch.range.end;
                open.product = open.product.take().or(told.product);
                if open.act == Act::Piece || open.agrees {
                    open.act = told.act;
                }
                open.agrees &= told.opening == Opening::Agrees;
            }
        }
    }
    groups
}

/// What a stretch does; `None` where it makes the whole message one thing.
fn tell<'t>(shop: &ShopFacts, view: &View<'_>, text: &str, stretch: &'t Stretch, asks: bool) -> Option<Told<'t>> {
    let alone = Now { text: text.to_owned(), heard_shopper: true, ..Now::default() };
    let heard = Heard::new(view, &alone, shop.language, shop.currency);
    let intent = understand(&heard);
    if takes_all(&intent) {
        return None;
    }
    let names = !heard.nouns.is_empty();
    let product = match &intent {
        Intent::Question { product, .. } | Intent::Show(product) => Some(product.clone()),
        _ => None,
    };
    let act = match Act::of(&intent, &heard) {
        // "… and pay here?" is the end of a question and no wish to pay.
        act if !stretch.apart && heard.is_question() && act.is_command() => Act::Piece,
        // "What is the difference between the small …" takes none of them.
        act if heard.has(Signal::Compare) && (act.is_command() || matches!(act, Act::Asks(_) | Act::Piece)) => {
            Act::Asks(Signal::Compare)
        }
        // "Mugs?" looks for mugs.
        Act::Piece if asks && names && matches!(intent, Intent::Search(_)) => Act::Finds,
        // "I'll take two, and a cap": what has not been spoken of is looked for.
        Act::Piece if adds_a_name(&heard) => Act::Finds,
        act => act,
    };
    let agrees =
        heard.has(Signal::Yes) && heard.query_places.iter().all(|at| heard.signals.places(AGREEING).contains(at));
    let opening = match heard.words.first() {
        Some(_) if agrees && heard.words.len() <= AGREEING_WORDS_MAX => Opening::Agrees,
        Some(word) if heard.lexicon.joins(&word.plain) => Opening::Joins,
        _ => Opening::Otherwise,
    };
    let first = heard.words.iter().find(|word| !heard.lexicon.joins(&word.plain));
    // "For my mother, do you have scarves?" names behind its verb what it looks for.
    let verbs = heard.signals.places(&[Signal::Search]);
    let searches = heard.has(Signal::Search);
    let seeks = searches && verbs.last().zip(heard.nouns.last()).is_some_and(|(verb, noun)| verb < noun);
    let narrows = !seeks && first.is_some_and(|word| heard.lexicon.narrows(&word.plain));
    let manner = match (narrows, searches) {
        (true, _) => Manner::Narrows,
        (false, true) => Manner::Searches,
        (false, false) => Manner::Otherwise,
    };
    Some(Told { stretch, act, product, asks, names, opening, manner })
}

/// Whether it says nothing but that a thing of this name goes with what was said before: "and also a red cap".
fn adds_a_name(heard: &Heard<'_>) -> bool {
    let lexicon = heard.lexicon;
    let counts = |word: &Word| lexicon.is_indefinite(&word.plain) || lexicon.number(&word.plain).is_some();
    let Some(name) = heard.foreign_nouns.first().copied().filter(|_| heard.foreign_nouns == heard.nouns) else {
        return false;
    };
    let before = &heard.words[..name];
    let joins = before.first().is_some_and(|word| lexicon.joins(&word.plain));
    joins
        && before.last().is_some_and(counts)
        && before.iter().all(|word| lexicon.joins(&word.plain) || counts(word))
}

/// Whether a stretch begins another request than the one that is open.
fn opens(told: &Told<'_>, open: &Group, before: &str) -> bool {
    let both_ask = asks(before) && told.asks;
    if open.act == Act::Piece && !both_ask {
        return false;
    }
    // "Sure, what is it made of?" has not agreed to anything yet; "yes, and do you ship it?" has.
    if open.agrees && told.opening != Opening::Joins {
        return false;
    }
    let of_things = matches!(told.act, Act::Piece | Act::Finds | Act::Asks(_) | Act::Puts);
    if told.manner == Manner::Narrows && of_things {
        return false;
    }
    let apart = told.stretch.apart;
    let searches = told.manner == Manner::Searches;
    let another = open.product.as_ref().zip(told.product.as_ref()).is_some_and(|(open, told)| open != told);
    match (&open.act, &told.act) {
        // Two questions that both name something; "in which colours?" after "do you have mugs?" is still about mugs.
        (_, Act::Piece) => apart && told.names && both_ask,
        (Act::Finds, Act::Finds) if searches => told.names && (!apart || asks(before) == told.asks),
        (Act::Finds, Act::Finds) => told.names && apart && both_ask,
        // What it costs is asked before it is taken: "I like the blue one but how much is it?"
        (Act::Finds, Act::Asks(_) | Act::Puts) | (Act::Puts, Act::Asks(Signal::Price | Signal::Stock)) => {
            told.names
        }
        // "Mugs and caps" is one wish; "add the mug and show me caps" are two.
        (Act::Puts, Act::Finds) if told.names => true,
        (_, Act::Finds) => searches || apart,
        (Act::Puts | Act::Bargains, Act::Puts) | (Act::Puts, Act::Bargains) => false,
        // "What is the difference between the small and the large one?"
        (Act::Asks(Signal::Compare), _) if !apart => false,
        (before, after) => before != after || another,
    }
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
        let found = requests(&shop(language), &view, &now);
        let found: Vec<_> = found.iter().map(|request| request.text.as_str()).collect();
        // What is all one thing is not cut at all.
        let found = if found.is_empty() { vec![now.text.as_str()] } else { found };
        assert_eq!(found, expected, "{messages:?}");
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
        check(Es, &after_shirt(Es), &["gorras?", "cuánto cuestan?"], &["gorras?\ncuánto cuestan?"]);
        check(En, &[], &["do you have mugs? 🙏", "in blue? 🙂"], &["do you have mugs? 🙏\nin blue? 🙂"]);
        check(Es, &[], &["tienen camisas?", "con bolsillos tienen?"], &["tienen camisas?\ncon bolsillos tienen?"]);
        check(Es, &[], &["tienen camisas?", "para mi mamá?"], &["tienen camisas?\npara mi mamá?"]);
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
        check(En, &[], &["mugs?", "do you ship to Boston"], &["mugs?", "do you ship to Boston"]);
        check(En, &[], &["mugs?", "caps?"], &["mugs?", "caps?"]);
        check(Es, &[], &["tienen tazas? 🙏", "guantes? 🙏"], &["tienen tazas? 🙏", "guantes? 🙏"]);
        let scarves = ["tienen gorras?", "para mi mamá tienen blusas?"];
        check(Es, &[], &scarves, &scarves);
        check(
            En,
            &[],
            &["any caps?", "for my mom do you have scarves?"],
            &["any caps?", "for my mom do you have scarves?"],
        );
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
