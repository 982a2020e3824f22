//! How many are wanted, and numbers that say something else.

use crate::agent::evidence::ProductCard;
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::choices::candle;
use crate::llm::guided::tests::clerk::Clerk;
use crate::llm::guided::tests::shop::mug;

/// The candle, with these sizes.
fn sized(language: Language, values: [&str; 3]) -> ProductCard {
    let mut card = candle(language);
    for (variant, value) in card.variants.iter_mut().zip(values) {
        value.clone_into(&mut variant.options[0].value);
    }
    card
}

#[test]
fn a_number_within_an_option_is_not_how_many() {
    let frames = ["20 por 30 cm", "40 por 60 cm", "60 por 90 cm"];
    let inches = ["8 by 10 in", "16 by 20 in", "20 by 30 in"];
    let weights = ["250 g", "500 g", "1 kg"];
    let packs = ["Pack de 2", "Pack de 4", "Pack de 6"];
    for (language, search, values, text, cart) in [
        (Es, "velas", frames, "quiero la de 40 por 60", "1 MIST-M"),
        (Es, "velas", frames, "me llevo 2 de la de 40 por 60", "2 MIST-M"),
        (Es, "velas", frames, "dame tres de 60 por 90 cm", "3 MIST-L"),
        (En, "candles", inches, "I'll take the 16 by 20", "1 MIST-M"),
        (En, "candles", inches, "2 of the 16 by 20", "2 MIST-M"),
        (Pt, "velas", frames, "quero a de 40 por 60", "1 MIST-M"),
        (Es, "velas", weights, "me llevo la de 500 g", "1 MIST-M"),
        (Es, "velas", weights, "me llevo la de 500g", "1 MIST-M"),
        (Es, "velas", weights, "dame 3 de la de 250 g", "3 MIST-S"),
        (En, "candles", weights, "I'll take the 500 g one", "1 MIST-M"),
        (Pt, "velas", weights, "quero a de 500 g", "1 MIST-M"),
        (Es, "velas", packs, "dame el pack de 4", "1 MIST-M"),
        (Es, "velas", packs, "quiero 2 packs de 4", "2 MIST-M"),
    ] {
        let mut clerk = Clerk::new(language).with(sized(language, values));
        clerk.hears(&[search]);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), [cart], "{text}: {answer}");
    }
}

#[test]
fn for_how_many_people_it_is_says_nothing_of_how_many_are_wanted() {
    for (language, title, list, text) in [
        (En, "Trail Tent", "what do you sell?", "I want the Trail Tent for 3 people"),
        (Es, "Carpa Sendero", "qué venden?", "quiero la Carpa Sendero para 3 personas"),
        (Pt, "Barraca Trilha", "o que vocês vendem?", "quero a Barraca Trilha para 3 pessoas"),
    ] {
        let mut tent = mug(language);
        tent.product = "trail".parse().unwrap();
        title.clone_into(&mut tent.title);
        tent.variants[0].sku = "TRAIL-1".parse().unwrap();
        let mut clerk = Clerk::new(language).with(tent);
        clerk.hears(&[list]);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), ["1 TRAIL-1"], "{text}: {answer}");
    }
}
