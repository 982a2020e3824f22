//! Cutting text where a reader would: between graphemes, never inside one.
//!
//! Length is counted in UTF-16 code units. The senders of limits do not say what they count; UTF-16 is at least as
//! many as characters, so what fits here fits there, and one emoji with its modifiers stays whole.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// How many UTF-16 code units the text has.
#[must_use]
pub fn utf16_length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether the text has at most so many UTF-16 code units.
#[must_use]
pub fn fits(text: &str, units_max: usize) -> bool {
    // UTF-8 is never shorter than UTF-16, so short bytes need no counting.
    text.len() <= units_max || utf16_length(text) <= units_max
}

/// How many bytes from the front fit into so many UTF-16 code units, ending between graphemes.
#[must_use]
pub fn fitting_bytes(text: &str, units_max: usize) -> usize {
    let mut units = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        units += utf16_length(grapheme);
        if units > units_max {
            return at;
        }
    }
    text.len()
}

/// The text, or as much of its front as fits with an ellipsis behind it.
#[must_use]
pub fn cut(text: &str, units_max: usize) -> Cow<'_, str> {
    const ELLIPSIS: &str = "…";
    if fits(text, units_max) {
        return Cow::Borrowed(text);
    }
    let kept = &text[..fitting_bytes(text, units_max.saturating_sub(1))];
    Cow::Owned(format!("{}{ELLIPSIS}", kept.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_not_touched() {
        assert_eq!(cut("camiseta roja", 13), "camiseta roja");
        assert_eq!(cut("👍🏽👍🏽", 8), "👍🏽👍🏽");
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis_between_graphemes() {
        assert_eq!(cut("camiseta roja", 10), "camiseta…");
        assert_eq!(cut("👍🏽👍🏽", 7), "👍🏽…");
        assert_eq!(cut("👨‍👩‍👧", 4), "…");
        assert_eq!(cut("e\u{301}e\u{301}", 3), "e\u{301}…");
    }

    proptest::proptest! {
        #[test]
        fn a_cut_text_always_fits(text in "\\PC{0,60}", units_max in 1_usize..40) {
            proptest::prop_assert!(fits(&cut(&text, units_max), units_max));
        }
    }
}
