//! What came, taken apart into the things that are to be answered, and answered in one message.
//!
//! People send one wish in pieces ("hi", "do you have", "mugs?", "in blue") and several wishes in one breath ("add two,
//! and do you ship to the coast?"). What comes is cut into stretches at lines, marks and words that join; a stretch
//! that says something by itself, and something else than what stands before it, is a request of its own; everything
//! else belongs to its neighbour. What the tools answered so far is handed to the requests in order: each is asked
//! again from the start what to do, as far as it has to say.

mod act;
mod request;
mod stretch;

use crate::llm::guided::burst::act::Act;
use crate::llm::guided::burst::request::requests;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::understand;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::view::{self, Now, View};
use crate::llm::guided::{ShopFacts, Step};
use crate::sentences::id;

/// So many requests are answered in one message; longer answers nobody reads.
const REQUESTS_MAX: usize = 3;
/// Tools are asked at most so many times in one turn, whatever is asked for; a turn has room for little more.
pub const ROUNDS_MAX: usize = 6;

/// What to do next about everything that came.
#[must_use]
pub fn next_step(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Step {
    let plain = now.pressed.is_none() && now.attachment.is_none() && !now.rewrite && !now.is_silent();
    let requests = if plain { requests(shop, view, now) } else { Vec::new() };
    if requests.len() < 2 {
        return Desk::new(shop, view, now).next_step();
    }
    let mut said: Vec<Answer> = Vec::new();
    let mut from = 0;
    let mut whole = requests.len() <= REQUESTS_MAX;
    for request in requests.iter().take(REQUESTS_MAX) {
        match answered(shop, view, (now, request, from)) {
            Answered::Words(answer, to) => {
                from = to;
                said.extend(answer);
            }
            Answered::Asks(ask) => return ask,
            Answered::NotYet => {
                whole = false;
                break;
            }
        }
    }
    if !whole {
        let text = Desk::new(shop, view, now).say(id::NOT_YET, []);
        said.push(Answer { text, shows_cart: false });
    }
    Step::Say(together(&said))
}

/// What is said to one request.
struct Answer {
    text: String,
    /// It holds the whole cart.
    shows_cart: bool,
}

/// What became of one request.
enum Answered {
    /// Words, unless another request has said them already, and up to which of the tools' answers it has used.
    Words(Option<Answer>, usize),
    /// A tool has to be asked.
    Asks(Step),
    /// The turn has no room left to ask a tool.
    NotYet,
}

fn answered(shop: &ShopFacts, view: &View<'_>, (now, request, from): (&Now<'_>, &str, usize)) -> Answered {
    let mut to = from;
    loop {
        let part = part(now, request, from..to);
        // The cart that an earlier request changed has just been shown, with the question whether to pay.
        if part.shown.is_some() && sees_cart(shop, view, &part) {
            return Answered::Words(None, to);
        }
        match Desk::new(shop, view, &part).next_step() {
            Step::Say(text) => {
                let shows_cart = part.quote().is_some();
                return Answered::Words(Some(Answer { text, shows_cart }), to);
            }
            Step::Ask { .. } if to < now.done.len() => to += 1,
            Step::Ask { .. } if to >= ROUNDS_MAX => return Answered::NotYet,
            ask @ Step::Ask { .. } => return Answered::Asks(ask),
        }
    }
}

fn sees_cart(shop: &ShopFacts, view: &View<'_>, part: &Now<'_>) -> bool {
    let intent = understand(view, part, shop.language, shop.currency);
    let heard = Heard::new(view, part, shop.language, shop.currency);
    matches!(Act::of(&intent, &heard), Act::SeesCart | Act::Pays)
}

/// The answers below each other. Of several carts only the last is shown whole, and what a later answer says again,
/// such as the question what to do next, is said there.
fn together(said: &[Answer]) -> String {
    let later = |at: usize| said.iter().skip(at + 1);
    let kept = said.iter().enumerate().map(|(at, answer)| {
        let lines = answer.text.lines();
        if answer.shows_cart && later(at).any(|other| other.shows_cart) {
            return lines.take(1).collect::<Vec<_>>().join("\n");
        }
        let again = |line: &str| later(at).any(|other| other.text.lines().any(|own| own == line));
        lines.filter(|line| line.is_empty() || !again(line)).collect::<Vec<_>>().join("\n")
    });
    kept.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What came, as one request sees it: its own words, and what the tools answered to it.
fn part<'a>(now: &Now<'a>, text: &str, done: std::ops::Range<usize>) -> Now<'a> {
    let shown = now.done.iter().take(done.start).rev().find_map(|(_, result)| view::quote(&result.evidence));
    Now {
        text: text.to_owned(),
        heard_shopper: true,
        notices: if done.start == 0 && now.text.starts_with(text) { now.notices.clone() } else { Vec::new() },
        rounds: done.len(),
        done: now.done.get(done).unwrap_or_default().to_vec(),
        calls_made: now.calls_made,
        shown,
        ..Now::default()
    }
}
