//! Where a text may be cut: at lines, at marks, and before words that join.

use std::ops::Range;

use crate::llm::guided::lexicon::Lexicon;
use crate::llm::guided::text::{asks, plain};

/// A text of more stretches is only cut where a message or a question ends.
const STRETCHES_MAX: usize = 12;

/// A stretch of what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where it stands.
    pub range: Range<usize>,
    /// Whether a message or a question ends before it, and not only a part of a sentence.
    pub apart: bool,
}

/// The stretches of a text, in order; together they are the whole text.
#[must_use]
pub fn stretches(text: &str, lexicon: &Lexicon) -> Vec<Stretch> {
    let all = cut(text, lexicon, true);
    let found = if all.len() > STRETCHES_MAX { cut(text, lexicon, false) } else { all };
    if found.len() > STRETCHES_MAX { Vec::new() } else { found }
}

fn cut(text: &str, lexicon: &Lexicon, within_sentences: bool) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    // Whether the token before ends a message or a question, and whether it ends a part of a sentence.
    let (mut ended, mut paused) = (true, true);
    let mut from = 0;
    while let Some(start) = text[from..].find(|c: char| !c.is_whitespace()).map(|at| from + at) {
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |at| start + at);
        let token = &text[start..end];
        let new_line = text[from..start].contains('\n');
        // A sign by itself belongs to what stands before it: "mugs? 🙏".
        if let Some(open) = found.last_mut().filter(|_| !new_line && !token.contains(char::is_alphanumeric)) {
            open.range.end = end;
            (ended, paused) = (ended || asks(token), paused || pauses(token));
            from = end;
            continue;
        }
        ended |= new_line || (token.starts_with('¿') && !found.is_empty());
        let opens = ended || (within_sentences && (paused || joins(token, lexicon)));
        match found.last_mut().filter(|_| !opens) {
            Some(open) => open.range.end = end,
            None => found.push(Stretch { range: start..end, apart: ended }),
        }
        ended = asks(token);
        paused = pauses(token);
        from = end;
    }
    found
}

fn pauses(token: &str) -> bool {
    token.ends_with([',', '.', ';', ':', '!', '…'])
}

/// "And", "but". Portuguese "é" is no "e", and Spanish "más" no Portuguese "mas".
fn joins(token: &str, lexicon: &Lexicon) -> bool {
    let word = token.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = plain(word);
    word.to_lowercase() == bare && (lexicon.joins(&bare) || lexicon.contrasts(&bare))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language::{self, En, Es, Pt};
    use crate::llm::guided::lexicon;

    #[track_caller]
    fn check(language: Language, text: &str, expected: &[(&str, bool)]) {
        let found = stretches(text, lexicon::of(language));
        let found: Vec<_> = found.iter().map(|stretch| (&text[stretch.range.clone()], stretch.apart)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_text_is_cut_at_lines_marks_and_words_that_join() {
        check(En, "hi\nmugs? and gloves", &[("hi", true), ("mugs?", true), ("and gloves", true)]);
        check(En, "add two and ship it", &[("add two", true), ("and ship it", false)]);
        check(Es, "ok, dame 2. ¿Cuánto es?", &[("ok,", true), ("dame 2.", false), ("¿Cuánto es?", true)]);
        check(Pt, "é azul e bonita", &[("é azul", true), ("e bonita", false)]);
        check(Es, "tienen tazas? 🙏 y gorras", &[("tienen tazas? 🙏", true), ("y gorras", true)]);
        check(Es, "  ", &[]);
    }
}
