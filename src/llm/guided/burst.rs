//! Several questions that came in a row are answered one after the other, in one message.
//!
//! Messages in a row are mostly one wish in pieces ("hi", "do you have", "mugs?"), so they are read together; only
//! where two of them end with a question mark are they questions of their own. What the tools answered so far is handed
//! to them in order: each is asked again from the start what to do, as far as it has to say.

use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Intent, understand};
use crate::llm::guided::lexicon;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::refer::{self, By};
use crate::llm::guided::view::{Now, View};
use crate::llm::guided::{ShopFacts, Step};

/// More questions than these are read as one message.
const QUESTIONS_MAX: usize = 3;

/// What to do next about everything that came.
#[must_use]
pub fn next_step(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Step {
    let mut questions = questions(&now.text);
    let plain = now.pressed.is_none() && now.attachment.is_none() && !now.rewrite;
    if plain && questions.len() == 1 {
        questions = commands(shop, view, now).unwrap_or(questions);
    }
    if !plain || !(2..=QUESTIONS_MAX).contains(&questions.len()) {
        return Desk::new(shop, view, now).next_step();
    }
    let mut said: Vec<String> = Vec::new();
    let mut from = 0;
    for question in questions {
        let mut to = from;
        let text = loop {
            let part = part(now, &question, from..to, said.is_empty());
            match Desk::new(shop, view, &part).next_step() {
                Step::Say(text) => break text,
                ask @ Step::Ask { .. } if to >= now.done.len() => return ask,
                Step::Ask { .. } => to += 1,
            }
        };
        from = to;
        if !said.contains(&text) {
            said.push(text);
        }
    }
    Step::Say(said.join("\n\n"))
}

/// Two commands in one message, where "but" parts them: "leave it at 3 but add the mug too". What changes the cart
/// comes first, and the other names something that is to be added to it.
fn commands(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Option<Vec<String>> {
    let lexicon = lexicon::of(shop.language);
    let words = lexicon.words(&now.text);
    let texts: Vec<String> = words
        .split(|word| lexicon.contrasts(&word.plain))
        .map(|part| part.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" "))
        .collect();
    let [first, second] = texts.as_slice() else { return None };
    let (change, addition) = (part(now, first, 0..0, true), part(now, second, 0..0, false));
    let changes = matches!(understand(view, &change, shop.language, shop.currency), Intent::Line(_));
    let heard = Heard::new(view, &addition, shop.language, shop.currency);
    let names = refer::target(&heard).is_some_and(|target| matches!(target.by, By::Title | By::Place | By::Sku));
    (changes && names && heard.has(Signal::Want)).then_some(texts)
}

/// The messages, each question with what led to it; what follows the last question belongs to it.
fn questions(text: &str) -> Vec<String> {
    let mut questions: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match questions.last_mut().filter(|_| open) {
            Some(question) => {
                question.push('\n');
                question.push_str(line);
            }
            None => questions.push(line.to_owned()),
        }
        open = !line.trim_end().ends_with('?');
    }
    if open && questions.len() > 1 {
        let rest = questions.pop().unwrap_or_default();
        if let Some(last) = questions.last_mut() {
            last.push('\n');
            last.push_str(&rest);
        }
    }
    questions
}

fn part<'a>(now: &Now<'a>, text: &str, done: std::ops::Range<usize>, first: bool) -> Now<'a> {
    Now {
        text: text.to_owned(),
        heard_shopper: true,
        notices: if first { now.notices.clone() } else { Vec::new() },
        rounds: done.len(),
        done: now.done.get(done).unwrap_or_default().to_vec(),
        calls_made: now.calls_made,
        ..Now::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_that_ask_for_themselves_are_questions_of_their_own() {
        assert_eq!(questions("hi\ndo you have\nmugs?"), ["hi\ndo you have\nmugs?"]);
        assert_eq!(questions("hi\nmugs?\nand gloves?\nthanks"), ["hi\nmugs?", "and gloves?\nthanks"]);
        assert_eq!(questions("mugs"), ["mugs"]);
    }
}
