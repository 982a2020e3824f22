//! Counts tokens, as near as one vocabulary comes to those of other models.

use tiktoken_rs::o200k_base_singleton;

/// How many tokens a text has in the `o200k` vocabulary. The vocabulary is read once, at the first call.
#[must_use]
pub fn count(text: &str) -> usize {
    o200k_base_singleton().encode_ordinary(text).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_in_several_languages() {
        assert_eq!(count(""), 0);
        assert_eq!(count("hello world"), 2);
        assert!((5..=12).contains(&count("¡Hola! ¿Qué talla buscas?")));
    }

    #[test]
    fn text_that_looks_like_a_control_token_is_counted_as_text() {
        assert!(count("<|endoftext|>") > 1);
    }
}
