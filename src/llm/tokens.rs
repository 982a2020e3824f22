//! How many tokens a text has, near enough for budgets: every provider counts a little differently.

use std::sync::LazyLock;

use tiktoken_rs::{CoreBPE, o200k_base};

/// Building the table takes a noticeable moment, so it is built once.
static ENCODING: LazyLock<Option<CoreBPE>> = LazyLock::new(|| o200k_base().ok());

/// A token of the languages we sell in has three bytes or more, so this never counts far too few.
const BYTES_PER_TOKEN: usize = 3;

/// The tokens of a text, by OpenAI's `o200k` encoding; a third of its bytes should that not be there.
///
/// What looks like a control token is counted as the plain text it is.
#[must_use]
pub fn count(text: &str) -> usize {
    ENCODING.as_ref().map_or_else(|| text.len().div_ceil(BYTES_PER_TOKEN), |encoding| encoding.count_ordinary(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_as_many_tokens_as_the_encoding_makes_of_it() {
        assert_eq!(count(""), 0);
        assert_eq!(count("hello world"), 2);
        assert!((8..=14).contains(&count("¿Qué talla buscas para los tenis rojos?")));
    }

    #[test]
    fn a_control_token_is_counted_as_plain_text() {
        assert!(count("<|endoftext|>") > 1);
    }
}
