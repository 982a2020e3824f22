//! Counts tokens, as near as one vocabulary comes to those of other models.

use tiktoken_rs::o200k_base_singleton;

use crate::agent::entry::Entry;

/// Tokens a provider adds around each message.
const AROUND_A_MESSAGE: usize = 4;

/// How many tokens a text has in the `o200k` vocabulary. The vocabulary is read once, at the first call.
#[must_use]
pub fn count(text: &str) -> usize {
    o200k_base_singleton().encode_ordinary(text).len()
}

/// How many tokens an entry has, roughly: its words, its calls and its results.
#[must_use]
pub fn count_entry(entry: &Entry) -> usize {
    let words = match entry {
        Entry::Shopper(said) => count(&said.text),
        Entry::Agent { text }
        | Entry::Person { text, .. }
        | Entry::Notice { text, .. }
        | Entry::Summary { text, .. } => count(text),
        Entry::Calls { text, calls } => {
            let calls = calls.iter().map(|call| count(&call.tool) + count(&call.arguments) + AROUND_A_MESSAGE);
            text.as_deref().map_or(0, count) + calls.sum::<usize>()
        }
        Entry::Results(results) => results.iter().map(|result| count(&result.text) + AROUND_A_MESSAGE).sum(),
        Entry::Rewrite { draft, reason } => count(draft) + count(reason),
    };
    words + AROUND_A_MESSAGE
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

    #[test]
    fn an_entry_counts_a_little_more_than_its_words() {
        let entry = Entry::Agent { text: "hello world".to_owned() };
        assert_eq!(count_entry(&entry), 2 + AROUND_A_MESSAGE);
    }
}
