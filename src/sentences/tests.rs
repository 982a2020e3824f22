use std::collections::BTreeSet;

use fluent_bundle::FluentError;
use fluent_bundle::resolver::ResolverError;
use fluent_bundle::resolver::errors::ReferenceKind;

use super::*;

/// Every message id written in a file.
fn ids_in(language: Language) -> BTreeSet<&'static str> {
    source(language)
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('=').map(|(id, _)| id.trim()))
        .collect()
}

/// Formats every wording with these arguments: texts, and the names of arguments that were wanted and not given.
fn format_all(language: Language, id: &str, args: &FluentArgs<'_>) -> Vec<(String, BTreeSet<String>)> {
    let bundle = &BUNDLES[language as usize];
    let message = bundle.get_message(id).unwrap_or_else(|| panic!("{language} lacks `{id}`"));
    let patterns = message.value().into_iter().chain(message.attributes().map(|attribute| attribute.value()));
    patterns
        .map(|pattern| {
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
            let wanted = errors.into_iter().map(|error| match error {
                FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id })) => id,
                other => panic!("{language} `{id}`: {other}"),
            });
            (text, wanted.collect())
        })
        .collect()
}

#[test]
fn every_file_is_read_whole_and_has_exactly_the_sentences_of_the_list() {
    let listed: BTreeSet<_> = id::ALL.iter().map(|(id, _)| *id).collect();
    assert_eq!(listed.len(), id::ALL.len(), "an id is listed twice");
    for language in Language::ALL {
        assert!(FluentResource::try_new(source(language).to_owned()).is_ok(), "{language} does not parse");
        assert_eq!(ids_in(language), listed, "{language}");
    }
}

#[test]
fn every_wording_in_every_language_takes_exactly_the_listed_arguments() {
    for language in Language::ALL {
        for (id, arguments) in id::ALL {
            let wanted: BTreeSet<_> = arguments.iter().map(|name| (*name).to_owned()).collect();
            for (text, missing) in format_all(language, id, &FluentArgs::new()) {
                assert_eq!(missing, wanted, "{language} `{id}`: {text}");
            }
        }
    }
}

#[test]
fn every_sentence_shows_what_it_is_given_and_no_invisible_marks() {
    for language in Language::ALL {
        for (id, arguments) in id::ALL {
            for count in [1_u64, 2, 7] {
                let mut args = FluentArgs::new();
                for name in *arguments {
                    match *name {
                        "count" => args.set(*name, count),
                        _ => args.set(*name, format!("<{name}>")),
                    }
                }
                for (text, missing) in format_all(language, id, &args) {
                    assert!(missing.is_empty() && !text.trim().is_empty(), "{language} `{id}`");
                    assert!(!text.contains(['\u{2068}', '\u{2069}', '{', '}']), "{language} `{id}`: {text}");
                    for name in arguments.iter().filter(|name| **name != "count") {
                        assert!(text.contains(&format!("<{name}>")), "{language} `{id}`: {text}");
                    }
                }
            }
        }
    }
}

#[test]
fn labels_fit_on_a_button() {
    for language in Language::ALL {
        for (id, _) in id::ALL.iter().filter(|(id, _)| id.starts_with("label-")) {
            for (text, _) in format_all(language, id, &FluentArgs::new()) {
                assert!(text.chars().count() <= 20, "{language} `{id}`: {text}");
            }
        }
    }
}

#[test]
fn no_sentence_contains_an_amount_a_percentage_or_a_link_of_its_own() {
    for language in Language::ALL {
        for (id, arguments) in id::ALL {
            let mut args = FluentArgs::new();
            for name in *arguments {
                match *name {
                    "count" => args.set(*name, 1_u64),
                    _ => args.set(*name, "x"),
                }
            }
            for (text, _) in format_all(language, id, &args) {
                let digits = text.chars().filter(char::is_ascii_digit).count();
                let counted = usize::from(arguments.contains(&"count"));
                assert!(digits <= counted && !text.contains(['%', '$']), "{language} `{id}`: {text}");
                assert!(!text.contains("http") && !text.contains("www"), "{language} `{id}`: {text}");
            }
        }
    }
}

#[test]
fn wordings_are_chosen_by_the_number_handed_in_and_come_around() {
    let english = Sentences::in_language(Language::En);
    let say = |wording: usize| english.worded(wording).say(id::GREETING, []);
    assert_eq!(say(0), "What are you looking for? 👋");
    assert_ne!(say(0), say(1));
    assert_eq!(say(1), say(4));
}

#[test]
fn one_and_several_are_told_apart() {
    let spanish = Sentences::in_language(Language::Es);
    assert_eq!(spanish.say(id::FOUND, [("count", 1_u32.into())]), "Encontré este:");
    assert_eq!(spanish.say(id::FOUND, [("count", 3_u32.into())]), "Encontré estos 3:");
}

#[test]
fn a_sentence_is_recognised_in_a_longer_text_whatever_was_filled_in() {
    for language in Language::ALL {
        for wording in 0..3 {
            let sentences = Sentences::in_language(language).worded(wording);
            let asked = sentences.say(id::ASK_OPTION, [("option", "Talla".into()), ("values", "S, M".into())]);
            let text = format!("Algo antes.\n{asked}");
            assert_eq!(Shape::of(id::ASK_OPTION).end_within(&text), Some(text.len()), "{text}");
            assert_eq!(Shape::of(id::ASK_PAY).end_within(&text), None, "{text}");
        }
    }
}

#[test]
fn a_receipt_reads_as_a_receipt() {
    let receipt = Sentences::in_language(Language::Pt).say(
        id::RECEIPT,
        [("number", "1042".into()), ("lines", "1 × Caneca".into()), ("total", "R$ 59,90".into())],
    );
    assert_eq!(receipt, "Pagamento recebido, obrigado! 🎉 Pedido #1042:\n1 × Caneca\nTotal pago: R$ 59,90");
}
