//! Cutting a long text into messages where a reader would pause: between paragraphs, else lines, else sentences,
//! else words. Nothing is lost but the space at the cut, so an amount or a link is never torn unless it alone is
//! longer than a message.

use unicode_segmentation::UnicodeSegmentation;

use crate::base::text::{fits, fitting_bytes};

/// The places to cut at, the best first.
const BORDERS: [&[&str]; 4] = [&["\n\n"], &["\n"], &[". ", "! ", "? ", "… "], &[" "]];

/// The text in parts of at most so many UTF-16 code units.
pub fn split(text: &str, units_max: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !fits(rest, units_max) {
        let window = &rest[..fitting_bytes(rest, units_max)];
        // The character after the window may be the space that ends its last word.
        let end = last_border(rest, window.len()).unwrap_or(window.len()).max(first_character(rest));
        parts.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts
}

/// What does not fit, and the end of the text that does, cut at the best border.
pub fn split_end(text: &str, units_max: usize) -> (&str, &str) {
    let text = text.trim();
    if fits(text, units_max) {
        return ("", text);
    }
    let start = start_of_end(text, units_max);
    let border = BORDERS.iter().find_map(|borders| first_border(text, start, borders));
    let cut = border.unwrap_or_else(|| grapheme_from(text, start));
    (text[..cut].trim_end(), text[cut..].trim_start())
}

/// The end of the last border that begins within the first `bytes`, at least a third of the way in: a better
/// border further forward is not worth a stub of a message.
fn last_border(text: &str, bytes: usize) -> Option<usize> {
    let reach = text[bytes..].chars().next().map_or(bytes, |next| bytes + next.len_utf8());
    BORDERS.iter().find_map(|borders| {
        let found = borders.iter().filter_map(|border| Some(text[..reach].rfind(border)? + border.len())).max();
        found.filter(|end| *end > bytes / 3)
    })
}

/// Where the longest end that fits begins.
fn start_of_end(text: &str, units_max: usize) -> usize {
    let mut units = 0;
    for (at, character) in text.char_indices().rev() {
        units += character.len_utf16();
        if units > units_max {
            return at + character.len_utf8();
        }
    }
    0
}

/// The end of the first border that ends at `from` or later and leaves words behind it.
fn first_border(text: &str, from: usize, borders: &[&str]) -> Option<usize> {
    let ends = |border: &&str| {
        let length = border.len();
        text.match_indices(*border).map(|(at, _)| at + length).find(|end| *end >= from)
    };
    let found = borders.iter().filter_map(ends).min();
    found.filter(|end| !text[*end..].trim().is_empty())
}

/// The first place between graphemes at `from` or later.
fn grapheme_from(text: &str, from: usize) -> usize {
    text.grapheme_indices(true).map(|(at, _)| at).find(|at| *at >= from).unwrap_or(text.len())
}

fn first_character(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_stays_whole() {
        assert_eq!(split(" hola ", 10), ["hola"]);
        assert_eq!(split("", 10), Vec::<&str>::new());
        assert_eq!(split_end("hola", 10), ("", "hola"));
    }

    #[test]
    fn a_long_text_is_cut_at_the_best_pause() {
        assert_eq!(split("uno dos\n\ntres cuatro", 14), ["uno dos", "tres cuatro"]);
        assert_eq!(split("uno dos\ntres cuatro", 14), ["uno dos", "tres cuatro"]);
        assert_eq!(split("Uno dos. Tres cuatro", 14), ["Uno dos.", "Tres cuatro"]);
        assert_eq!(split("uno dos tres", 8), ["uno dos", "tres"]);
        assert_eq!(split("uno dos tres", 7), ["uno dos", "tres"]);
        assert_eq!(split("unodostres", 4), ["unod", "ostr", "es"]);
    }

    #[test]
    fn the_end_is_kept_with_what_comes_after_it() {
        assert_eq!(split_end("uno dos\n\ntres cuatro", 14), ("uno dos", "tres cuatro"));
        assert_eq!(split_end("uno dos tres", 8), ("uno", "dos tres"));
        assert_eq!(split_end("unodostres", 4), ("unodos", "tres"));
        assert_eq!(split_end("a👍🏽👍🏽", 5), ("a👍🏽", "👍🏽"));
    }

    proptest::proptest! {
        #[test]
        fn every_part_fits_and_no_word_is_lost(text in "[a-zé👍🏽 .\n]{0,120}", units_max in 4_usize..40) {
            let visible = |text: &str| text.split_whitespace().collect::<String>();
            let parts = split(&text, units_max);
            for part in &parts {
                proptest::prop_assert!(fits(part, units_max), "{part:?}");
            }
            proptest::prop_assert_eq!(visible(&parts.concat()), visible(&text));
            let (start, end) = split_end(&text, units_max);
            proptest::prop_assert!(fits(end, units_max), "{end:?}");
            proptest::prop_assert_eq!(visible(&format!("{start}{end}")), visible(&text));
        }
    }
}
