//! Whatever is written, the seller answers: with words or with one call, never with both, neither or a panic.

use proptest::prelude::*;

use crate::agent::entry::Entry;
use crate::base::language::Language;
use crate::llm::guided::tests::shop::{after_cart, after_list, after_shirt, pressed, said, shop};
use crate::llm::guided::{answer, burst};

/// Words a shopper might use, and things none would.
fn message() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "hola",
        "quiero",
        "2",
        "azul",
        "el",
        "segundo",
        "pagar",
        "no",
        "sí",
        "talla",
        "M",
        "$",
        "500",
        "entre",
        "y",
        "cupon",
        "HOLA10",
        "quita",
        "calle",
        "Hidalgo",
        "12",
        ",",
        "Monterrey",
        "64000",
        "the",
        "blue",
        "one",
        "price",
        "?",
        "frete",
        "cadê",
        "pedido",
        "#",
        "1042",
        "cheaper",
        "mais",
        "👍",
        "SUN-B-M",
        "3x",
        "é",
        "\u{301}",
        "ñ",
    ];
    prop_oneof![
        "\\PC{0,60}",
        any::<String>(),
        prop::collection::vec(prop::sample::select(WORDS), 0..12).prop_map(|words| words.join(" ")),
    ]
}

fn before() -> impl Strategy<Value = (Language, Vec<Entry>)> {
    (prop::sample::select(&Language::ALL[..]), 0..4_usize).prop_map(|(language, situation)| {
        let entries = match situation {
            0 => Vec::new(),
            1 => after_list(language),
            2 => after_shirt(language),
            _ => after_cart(language),
        };
        (language, entries)
    })
}

/// Plays on with tools that answer nothing, until words come; says how many calls it took.
fn play(language: Language, mut entries: Vec<Entry>) -> Result<usize, TestCaseError> {
    let shop = shop(language);
    for asked in 0..=burst::ASKED_IN_ALL_MAX {
        let reply = answer(&shop, &entries);
        match (reply.text, reply.calls.as_slice()) {
            (Some(text), []) => {
                prop_assert!(!text.trim().is_empty());
                return Ok(asked);
            }
            (None, [call]) => {
                let arguments: Result<serde_json::Value, _> = serde_json::from_str(&call.arguments);
                prop_assert!(arguments.is_ok());
                let answer = crate::agent::entry::ToolResult {
                    call: call.id.clone(),
                    tool: call.tool.clone(),
                    status: crate::agent::entry::ToolStatus::Answered,
                    text: String::new(),
                    evidence: Vec::new(),
                };
                entries.push(Entry::Calls { text: None, calls: reply.calls });
                entries.push(Entry::Results(vec![answer]));
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
    Err(TestCaseError::fail("the turn does not end"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_message_is_answered((language, mut entries) in before(), text in message()) {
        entries.push(said(&text));
        play(language, entries)?;
    }

    #[test]
    fn any_press_is_answered((language, mut entries) in before(), id in "(pick:|sku:|pay:|person|more|cart|keep)?\\PC{0,12}") {
        entries.push(pressed(&id));
        play(language, entries)?;
    }

    #[test]
    fn any_run_of_messages_is_answered((language, mut entries) in before(), texts in prop::collection::vec(message(), 1..4)) {
        let shop = shop(language);
        for text in texts {
            entries.push(said(&text));
            if let Some(text) = answer(&shop, &entries).text {
                entries.push(Entry::Agent { text });
            }
        }
        entries.push(said("sí"));
        play(language, entries)?;
    }
}

#[test]
fn no_history_at_all_is_answered_too() {
    for language in Language::ALL {
        for entries in [Vec::new(), after_list(language)] {
            assert!(answer(&shop(language), &entries).text.is_some());
        }
    }
}
