//! Several questions that came in a row are answered one after the other, in one message.
//!
//! Messages in a row are mostly one wish in pieces ("hi", "do you have", "mugs?"), so they are read together; only
//! where two of them end with a question mark are they questions of their own. What the tools answered so far is handed
//! to them in order: each is asked again from the start what to do, as far as it has to say.

use crate::llm::guided::plan::Desk;
use crate::llm::guided::view::{Now, View};
use crate::llm::guided::{ShopFacts, Step};

/// More questions than these are read as one message.
const QUESTIONS_MAX: usize = 3;

/// What to do next about everything that came.
#[must_use]
pub fn next_step(shop: &ShopFacts, view: &View<'_>, now: &Now<'_>) -> Step {
    let questions = questions(&now.text);
    let plain = now.pressed.is_none() && now.attachment.is_none() && !now.rewrite;
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
