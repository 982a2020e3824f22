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

use std::ops::Range;

use crate::agent::evidence::ProductCard;
use crate::llm::guided::burst::act::Act;
use crate::llm::guided::burst::request::{Request, requests};
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::understand;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::view::{self, Now, View, products};
use crate::llm::guided::{ShopFacts, Step};
use crate::sentences::{Shape, id};

/// So many requests are answered in one message; longer answers nobody reads.
const REQUESTS_MAX: usize = 3;
/// Tools are asked at most so many times about everything that came; a turn has room for little more.
pub const ASKED_IN_ALL_MAX: usize = 6;

/// What to do next about everything that came.
#[must_use]
pub fn next_step(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Step {
    let plain = now.pressed.is_none() && now.attachment.is_none() && !now.rewrite && !now.is_silent();
    let requests = if plain { requests(shop, view, now) } else { Vec::new() };
    if requests.len() < 2 {
        return Desk::new(shop, view, now).next_step();
    }
    Burst { shop, view, now, requests: &requests }.next_step()
}

/// Several requests, and what they were sent into.
struct Burst<'b, 'a> {
    shop: &'b ShopFacts,
    view: &'b View<'a>,
    now: &'b Now<'a>,
    requests: &'b [Request],
}

/// What is said to one request.
struct Answer {
    text: String,
    /// It holds the whole cart.
    shows_cart: bool,
}

/// How far the requests have been answered.
#[derive(Default)]
struct Progress {
    said: Vec<Answer>,
    /// So many of the tools' answers have been used.
    used: usize,
}

/// What became of one request.
enum Answered {
    /// Words, unless another request has said them already.
    Words(Option<Answer>),
    /// A tool has to be asked.
    Asks(Step),
    /// The turn has no room left to ask a tool.
    NotYet,
}

impl<'a> Burst<'_, 'a> {
    fn next_step(&self) -> Step {
        let mut progress = Progress::default();
        let mut whole = self.requests.len() <= REQUESTS_MAX;
        for index in 0..self.requests.len().min(REQUESTS_MAX) {
            match self.answered(index, &mut progress) {
                Answered::Words(answer) => progress.said.extend(answer),
                Answered::Asks(ask) => return ask,
                Answered::NotYet => {
                    whole = false;
                    break;
                }
            }
        }
        if !whole {
            let text = Desk::new(self.shop, self.view, self.now).say(id::NOT_YET, []);
            progress.said.push(Answer { text, shows_cart: false });
        }
        Step::Say(together(&progress.said))
    }

    fn answered(&self, index: usize, progress: &mut Progress) -> Answered {
        let from = progress.used;
        let view = self.view.after(&self.now.done[..from]);
        let listed = self.listed(progress);
        loop {
            let mut part = self.part(index, from..progress.used);
            part.listed = listed;
            if self.says_nothing(index, &view, &part) {
                return Answered::Words(None);
            }
            match Desk::new(self.shop, &view, &part).next_step() {
                Step::Say(text) => {
                    let shows_cart = Shape::of(id::QUOTE_TOTAL).end_within(&text).is_some();
                    return Answered::Words(Some(Answer { text, shows_cart }));
                }
                Step::Ask { .. } if progress.used < self.now.done.len() => progress.used += 1,
                Step::Ask { .. } if progress.used >= ASKED_IN_ALL_MAX => return Answered::NotYet,
                ask @ Step::Ask { .. } => return Answered::Asks(ask),
            }
        }
    }

    /// Whether there is nothing left to say to a request: the cart that an earlier one changed has just been shown, with
    /// the question whether to pay; or it pays, and what it comes with did not change the cart, but asks something or
    /// was refused, or says that there is none.
    fn says_nothing(&self, index: usize, view: &View<'_>, part: &Now<'_>) -> bool {
        let decides =
            |request: &Request| request.act.is_command() || matches!(request.act, Act::Bargains | Act::SeesCart);
        if part.shown.is_none() {
            return self.requests[index].act == Act::Pays && self.requests[..index].iter().any(decides);
        }
        let heard = Heard::new(view, part, self.shop.language, self.shop.currency);
        matches!(Act::of(&understand(&heard), &heard), Act::SeesCart | Act::Pays)
    }

    /// What came, as one request sees it: its own words, and what the tools answered to it. What happened besides goes
    /// with the first.
    fn part(&self, index: usize, done: Range<usize>) -> Now<'a> {
        let now = self.now;
        let shown = now.done[..done.start].iter().rev().find_map(|(_, result)| view::quote(&result.evidence));
        Now {
            text: self.requests[index].text.clone(),
            heard_shopper: true,
            notices: if index == 0 { now.notices.clone() } else { Vec::new() },
            rounds: done.len(),
            done: now.done[done].to_vec(),
            calls_made: now.calls_made,
            shown,
            ..Now::default()
        }
    }

    /// How many products the answers so far list by number.
    fn listed(&self, progress: &Progress) -> usize {
        let results = self.now.done.iter().map(|(_, result)| *result);
        let found: Vec<&ProductCard> = results.flat_map(|result| products(&result.evidence)).collect();
        let texts: Vec<_> = progress.said.iter().map(|answer| answer.text.as_str()).collect();
        view::listed(&texts.join("\n"), &found).len()
    }
}

/// The answers below each other. Of several carts only the last is shown whole, and the question that ends an answer is
/// left to a later one that asks it too.
fn together(said: &[Answer]) -> String {
    let later = |at: usize| said.iter().skip(at + 1);
    let kept = said.iter().enumerate().map(|(at, answer)| {
        let mut lines: Vec<&str> = answer.text.lines().collect();
        if answer.shows_cart && later(at).any(|other| other.shows_cart) {
            lines.truncate(1);
            return lines.join("\n");
        }
        let again = |line: &&str| later(at).any(|other| other.text.lines().any(|own| own == *line));
        lines.pop_if(|last| again(&&**last));
        lines.join("\n")
    });
    kept.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}
