//! Readers for what is said around buying: presses, people, rules of the shop, answers to our questions, courtesies.

use crate::agent::entry::Attachment;
use crate::base::names::{Handle, Sku};
use crate::llm::guided::address;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Intent, LineAction, LineChange, Talk, Wanted, cart, products};
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::numbers::quantity;
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::{self, By};
use crate::llm::guided::text::{Word, asks, words};

/// A button or list row of ours.
pub fn pressed(heard: &Heard<'_>) -> Option<Intent> {
    let pressed = heard.now.pressed?;
    let (kind, rest) = pressed.split_once(':').unwrap_or((pressed, ""));
    match kind {
        "pick" => Handle::new(rest).ok().map(Intent::Show),
        "variant" | "sku" => Sku::new(rest).ok().map(|sku| Intent::Add(variant(heard, sku))),
        "pay" if !rest.is_empty() => Some(Intent::Agree(rest.to_owned())),
        "pay" => Some(Intent::Pay),
        "person" => Some(Intent::Person(ASKED_FOR_PERSON)),
        "cart" | "view_cart" => Some(Intent::ViewCart),
        // "Keep looking" (`more`), or a button of an older version.
        _ => Some(Intent::Talk(Talk::Declined)),
    }
}

const ASKED_FOR_PERSON: &str = "The shopper asked to talk to a person.";

/// The pressed variant, as many as the shopper asked for before we asked which.
fn variant(heard: &Heard<'_>, sku: Sku) -> Wanted {
    let product = heard.view.seen.iter().find(|card| card.variants.iter().any(|variant| variant.sku == sku));
    let said = heard.view.said_while_choosing();
    let quantity = said.iter().filter_map(|text| products::quantity_of(heard, text, product.copied())).next_back();
    Wanted {
        product: product.map(|card| card.product.clone()),
        sku: Some(sku),
        quantity: quantity.unwrap_or(1),
        words: String::new(),
        instead: false,
    }
}

/// Pictures, recordings and signs without words.
pub fn unreadable(heard: &Heard<'_>) -> Option<Intent> {
    if !heard.words.is_empty() {
        return None;
    }
    match heard.now.attachment {
        Some(attachment) => Some(Intent::Unreadable(attachment)),
        None => emoji(heard),
    }
}

fn emoji(heard: &Heard<'_>) -> Option<Intent> {
    let text = heard.text.trim();
    if text.is_empty() || text.chars().all(|c| c.is_ascii_punctuation() || matches!(c, '¿' | '¡' | '…')) {
        return None;
    }
    let has = |signs: &[char]| text.contains(signs);
    if has(&['👍', '👌', '✅', '🆗', '✔']) {
        return Some(agreed(heard));
    }
    Some(match () {
        () if has(&['👎', '❌', '🚫']) => Intent::Talk(Talk::Declined),
        () if has(&['👋']) => Intent::Talk(Talk::Greeting),
        () if has(&['🙏', '❤', '😍', '🥰', '😘', '🫶']) => Intent::Talk(Talk::Thanks),
        () => Intent::Unreadable(Attachment::Sticker),
    })
}

/// What a shopper says to us and not to the person of the shop who wrote last.
const SAID_TO_US: &[Signal] = &[
    Signal::Greeting,
    Signal::Thanks,
    Signal::Goodbye,
    Signal::HowAreYou,
    Signal::Automatic,
    Signal::Abilities,
    Signal::Languages,
    Signal::Wait,
    Signal::Person,
    Signal::Insult,
    Signal::Complaint,
    Signal::CardDeclined,
    Signal::Service,
    Signal::OrderStatus,
    Signal::PaidClaim,
    Signal::Pay,
    Signal::ViewCart,
    Signal::EmptyCart,
    Signal::Remove,
    Signal::Fewer,
    Signal::Another,
    Signal::Coupon,
    Signal::RemoveCoupon,
    Signal::Bid,
    Signal::ThatPrice,
    Signal::Discount,
    Signal::Cheaper,
    Signal::Compare,
    Signal::Supposes,
    Signal::More,
    Signal::Search,
    Signal::Catalog,
    Signal::Want,
    Signal::Details,
    Signal::Shipping,
    Signal::Returns,
    Signal::Hours,
    Signal::Payment,
    Signal::About,
    Signal::Price,
    Signal::Stock,
    Signal::Repeat,
];

/// What answers a person of the shop, or tells them more: a name, a street, a bare yes. None of it is looked for in the
/// catalog. A whole address is taken all the same.
pub fn for_team(heard: &Heard<'_>) -> Option<Intent> {
    let asked = asks(heard.view.person?);
    // "Make it three" is said to us, unless somebody has just asked how many.
    let changes = !asked && heard.view.quote.is_some() && heard.signals.any(&[Signal::Change, Signal::Rather]);
    let to_us = heard.words.is_empty() || heard.is_question() || changes || heard.signals.any(SAID_TO_US);
    if to_us || address::is_address(&heard.text) {
        return None;
    }
    let says_little = heard.nouns.is_empty() && heard.signals.any(&[Signal::Yes, Signal::No, Signal::Acknowledged]);
    (asked || !says_little).then_some(Intent::ForTeam { asked })
}

/// Asks for what is nothing for a shop.
pub fn cannot_do(heard: &Heard<'_>) -> Option<Intent> {
    heard.has(Signal::CannotDo).then_some(Intent::Talk(Talk::CannotDo))
}

/// Wants a person. "Are you a person or a bot?" only asks who we are.
pub fn person(heard: &Heard<'_>) -> Option<Intent> {
    if !heard.has(Signal::Person) {
        return None;
    }
    let mut sentences: Vec<Vec<Word>> = Vec::new();
    for word in &heard.words {
        match sentences.last_mut().filter(|_| !word.after_mark) {
            Some(sentence) => sentence.push(word.clone()),
            None => sentences.push(vec![word.clone()]),
        }
    }
    let wants_one = |sentence: &Vec<Word>| {
        let signals = heard.lexicon.signals(sentence);
        signals.has(Signal::Person) && !signals.has(Signal::Automatic)
    };
    let only_asks = heard.has(Signal::Automatic) && !sentences.iter().any(wants_one);
    Some(if only_asks { Intent::Talk(Talk::Automatic) } else { Intent::Person(ASKED_FOR_PERSON) })
}

/// An insult; a question beside it is not answered before the air is clear.
pub fn insult(heard: &Heard<'_>) -> Option<Intent> {
    heard.has(Signal::Insult).then_some(Intent::Talk(Talk::Insult))
}

/// How one can pay, asked as a question about the shop rather than as the wish to pay.
pub fn policy_of_payment(heard: &Heard<'_>) -> Option<Intent> {
    heard.has(Signal::Payment).then_some(Intent::Policy("payment"))
}

/// The other rules of the shop.
pub fn policy(heard: &Heard<'_>) -> Option<Intent> {
    const TOPICS: [(Signal, &str); 4] = [
        (Signal::Returns, "returns"),
        (Signal::Shipping, "shipping"),
        (Signal::Hours, "hours"),
        (Signal::About, "about"),
    ];
    let (_, topic) = TOPICS.into_iter().find(|(signal, _)| heard.has(*signal))?;
    Some(Intent::Policy(topic))
}

/// Needs a moment. Said of the thing in view ("let me think about it") it takes nothing; "wait, the blue one" does.
pub fn wait(heard: &Heard<'_>) -> Option<Intent> {
    let names_thing = refer::target(heard).is_some_and(|target| target.by != By::This);
    let counts = quantity(&heard.words, &[], heard.lexicon).is_some_and(|(count, _)| count > 1);
    let plain = heard.has(Signal::Wait) && !heard.has(Signal::Yes) && !heard.names_foreign();
    (plain && !names_thing && !counts).then_some(Intent::Talk(Talk::Wait))
}

/// Did not get what we said.
pub fn repeat(heard: &Heard<'_>) -> Option<Intent> {
    heard.has(Signal::Repeat).then_some(Intent::Talk(Talk::Repeat))
}

/// Yes, no or okay to our last question, when the message holds nothing else.
pub fn answer(heard: &Heard<'_>) -> Option<Intent> {
    // "Yes, send it over": a short yes may carry a word we do not know.
    let short_yes = heard.has(Signal::Yes) && heard.words.len() <= 4 && heard.nouns.len() <= 1;
    if heard.now.text.is_empty() || !(heard.nouns.is_empty() || short_yes && is_yes_or_no(heard.view.asked)) {
        return None;
    }
    if heard.is_question() && heard.has(Signal::HowAreYou) {
        return None;
    }
    let questions = [Signal::Price, Signal::Stock, Signal::Sizes, Signal::Colors, Signal::Material, Signal::Search];
    if heard.is_question() && heard.signals.any(&questions) {
        return None;
    }
    // "Yes, but in green" agrees to something else, and "wow" to nothing.
    let differs = heard.signals.places(&[Signal::Yes]).first().is_some_and(|yes| contrasts_after(heard, *yes));
    let exclaims = heard.words.iter().any(|word| heard.lexicon.exclaims(&word.plain)) && !heard.has(Signal::Yes);
    let agrees = heard.signals.any(&[Signal::Yes, Signal::Acknowledged]) && !differs;
    let thanks = heard.signals.any(&[Signal::Thanks, Signal::Goodbye]);
    // "Yes, thanks" says yes; "ok thanks" takes leave.
    let leaves = thanks && heard.has(Signal::Acknowledged);
    // "No" to a price asks for another; "no thanks" does not.
    let done = thanks || heard.signals.refuses(Signal::Thanks);
    if heard.view.asked == Some(Asked::Deal) && heard.has(Signal::No) && !done {
        return Some(Intent::Discount);
    }
    if heard.signals.any(&[Signal::No, Signal::KeepLooking]) {
        return Some(Intent::Talk(if thanks { Talk::Thanks } else { Talk::Declined }));
    }
    if heard.has(Signal::Wait) {
        return Some(Intent::Talk(Talk::Wait));
    }
    let asked_yes_or_no = heard.view.asked.is_some_and(|asked| {
        !matches!(asked, Asked::Unclear | Asked::NothingFound | Asked::NothingInView | Asked::WhatElse)
    });
    match (agrees, thanks && (leaves || !heard.has(Signal::Yes) || !asked_yes_or_no)) {
        (true, false) if heard.has(Signal::Yes) || asked_yes_or_no && !exclaims => Some(agreed(heard)),
        (true, false) => Some(Intent::Talk(Talk::Acknowledged)),
        _ => None,
    }
}

fn contrasts_after(heard: &Heard<'_>, place: usize) -> bool {
    let inner = (place + 1)..heard.words.len().saturating_sub(1);
    inner.into_iter().any(|at| heard.lexicon.contrasts(&heard.words[at].plain))
}

/// Whether a question can be answered with yes or no alone.
fn is_yes_or_no(asked: Option<Asked>) -> bool {
    matches!(
        asked,
        Some(Asked::Add | Asked::Pay | Asked::FreshLink | Asked::Person | Asked::Cheaper | Asked::Similar)
    )
}

/// What "yes" means now.
fn agreed(heard: &Heard<'_>) -> Intent {
    let cheaper = || products::cheaper(heard).unwrap_or(Intent::WhichProduct);
    match heard.view.asked {
        Some(Asked::Add | Asked::Option | Asked::HowMany) => match heard.view.focus {
            Some(card) => Intent::Add(products::wanted(heard, card, None)),
            None => Intent::WhichProduct,
        },
        Some(Asked::Deal) => Intent::TakeOffer(None),
        Some(Asked::Pay | Asked::FreshLink) => cart::agree(heard),
        Some(Asked::Person) => Intent::Person("The shopper accepted the offer of a person."),
        Some(Asked::Cheaper) => cheaper(),
        Some(Asked::Similar) => products::more(heard).unwrap_or_else(cheaper),
        Some(Asked::Coupon) => Intent::CouponWithoutCode,
        Some(Asked::Which) => match heard.view.list.as_slice() {
            [only] => Intent::Show(only.product.clone()),
            _ => Intent::WhichProduct,
        },
        Some(Asked::Line) => {
            Intent::Line(LineChange { action: LineAction::Remove(None), words: heard.text.clone() })
        }
        Some(Asked::Delivery | Asked::DeliveryMissing) => {
            Intent::Deliver(address::read(&heard.view.said_since_asked(Asked::DeliveryMissing, true)))
        }
        Some(Asked::Unclear | Asked::NothingFound | Asked::NothingInView | Asked::WhatElse) | None => {
            Intent::Talk(Talk::Acknowledged)
        }
    }
}

/// Who and what we are.
pub fn question_about_us(heard: &Heard<'_>) -> Option<Intent> {
    let said = [
        (Signal::Automatic, Talk::Automatic),
        (Signal::Abilities, Talk::Abilities),
        (Signal::Languages, Talk::Languages),
    ];
    said.into_iter().find(|(signal, _)| heard.has(*signal)).map(|(_, talk)| Intent::Talk(talk))
}

/// Greetings, thanks and farewells, when little else is said.
pub fn courtesy(heard: &Heard<'_>) -> Option<Intent> {
    let rest = heard.query_places.len();
    let said = [
        (Signal::Goodbye, Talk::Goodbye, 3),
        (Signal::Thanks, Talk::Thanks, 3),
        (Signal::HowAreYou, Talk::HowAreYou, 1),
        (Signal::Greeting, Talk::Greeting, 0),
        (Signal::Acknowledged, Talk::Acknowledged, 0),
    ];
    let looking = heard.has(Signal::Search) && rest > 0;
    let found = said.into_iter().find(|(signal, _, rest_max)| heard.has(*signal) && rest <= *rest_max);
    let greeted = || {
        let question = words(&heard.text).is_empty() && !heard.view.has_spoken;
        question.then_some(Intent::Talk(Talk::Greeting))
    };
    found.filter(|_| !looking).map(|(_, talk, _)| Intent::Talk(talk)).or_else(greeted)
}
