//! Long conversations as people really write them, played against a shop whose tools answer by themselves: chatty, with
//! slips, second thoughts and several things in one breath.

use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::choices::{blanket, candle};
use crate::llm::guided::tests::clerk::Clerk;

/// What the shopper writes, several messages in a row parted by ` | `; what the answer holds; what the cart holds then.
type Exchange = (&'static str, &'static str, &'static [&'static str]);

#[track_caller]
fn play(language: Language, bargains: bool, exchanges: &[Exchange]) {
    let mut clerk = Clerk::new(language).with(candle(language)).with(blanket(language));
    clerk.shop.bargains = bargains;
    for (said, holds, cart) in exchanges {
        let messages: Vec<&str> = said.split(" | ").collect();
        let answer = clerk.hears(&messages);
        assert!(answer.contains(holds), "{said:?}: {holds:?} is not in {answer:?}");
        assert_eq!(clerk.cart(), *cart, "{said:?}: {answer}");
    }
}

#[test]
fn a_gift_is_chosen_in_spanish_with_second_thoughts() {
    play(
        Es,
        false,
        &[
            ("hola buenas | oye tienes velas como pa regalo de mi suegra jaja", "Mediana: $150.00", &[]),
            ("a ver y esa cuanto cuesta la grande no se si me alcanza", "Grande cuesta $220.00", &[]),
            ("bueno y la chica", "$100.00", &["1 MIST-S"]),
            ("y cuanto seria con envio a Puebla", "Total: $100.00", &["1 MIST-S"]),
            ("ok dame 2 de la chica y una grande", "Total: $520.00", &["3 MIST-S", "1 MIST-L"]),
            ("no espera mejor solo una chica", "Total: $100.00", &["1 MIST-S"]),
            ("oye y tienen camisas, de color azul", "S, M", &["1 MIST-S"]),
            ("talla m", "Total: $350.00", &["1 MIST-S", "1 SUN-B-M"]),
            ("ya no quiero la vela", "Total: $250.00", &["1 SUN-B-M"]),
            ("y no pasa mi tarjeta :(", "tarjeta", &["1 SUN-B-M"]),
            ("gracias eh", "!", &["1 SUN-B-M"]),
        ],
    );
}

#[test]
fn a_price_is_haggled_over_in_spanish_with_some_irony() {
    play(
        Es,
        true,
        &[
            ("buenas tardes", "?", &[]),
            ("que tienen de bueno", "1. Camisa Sol", &[]),
            ("la primera en rojo", "Rojo / M", &[]),
            ("cuanto sale", "$250.00", &[]),
            ("uy no, que caro, ni que fuera de oro", "$225.00", &[]),
            ("y si me llevo 3 me haces precio?", "$225.00", &[]),
            ("ok deme 2 a ese precio", "$225.00", &["2 SUN-R-M"]),
            ("cuentame un chiste", "no lo puedo hacer", &["2 SUN-R-M"]),
        ],
    );
}

#[test]
fn several_things_at_once_are_sold_in_portuguese() {
    play(
        Pt,
        false,
        &[
            ("oiii tudo bem? | queria saber se vcs tem vela", "Média: R$ 150,00", &[]),
            ("quanto ta a grande", "R$ 220,00", &[]),
            ("hmm e a média", "R$ 150,00", &["1 MIST-M"]),
            ("vcs entregam em recife e aceitam troca?", "Enviamos", &["1 MIST-M"]),
            ("na verdade muda pra pequena", "Total: R$ 100,00", &["1 MIST-S"]),
            ("tem caneca tb?", "Caneca Lua: R$ 120,00", &["1 MIST-S"]),
            ("coloca uma caneca e tira a vela", "Total: R$ 120,00", &["1 MOON-1"]),
            ("meu cartao nao passou", "cartão", &["1 MOON-1"]),
        ],
    );
}

#[test]
fn a_run_on_message_is_understood_in_portuguese() {
    play(
        Pt,
        false,
        &[
            (
                "oi moça boa noite desculpa a hora, eu vi o anuncio de vcs e queria uma caneca e uma vela grande pra presente",
                "Grande custa R$ 220,00",
                &[],
            ),
            ("e qual o prazo pro rio?", "Enviamos", &[]),
            ("pera, qual a diferenca entre a vela media e a grande?", "Média: R$ 150,00", &[]),
            ("nossa ficou caro hein", "?", &[]),
            ("tem a pequena em roxo?", "roxo", &[]),
            ("ta, quero a pequena mesmo", "Total: R$ 100,00", &["1 MIST-S"]),
            ("deixa quieto, nao quero mais nada", "?", &["1 MIST-S"]),
        ],
    );
}

#[test]
fn a_chatty_shopper_is_served_in_english() {
    play(
        En,
        false,
        &[
            ("hey so im looking for like a candle or something for my mom shes turning 60", "Large: $220.00", &[]),
            ("do u have it in lavender", "no choice of lavender", &[]),
            ("ok whatever just gimme the large. actually make it 2", "Total: $440.00", &["2 MIST-L"]),
            ("also do you guys have mugs and how long does shipping take", "We ship", &["2 MIST-L"]),
            ("the first one pls", "Moon Mug", &["2 MIST-L"]),
            ("sure add it", "Total: $560.00", &["2 MIST-L", "1 MOON-1"]),
            ("lol my total went up why", "Total: $560.00", &["2 MIST-L", "1 MOON-1"]),
            ("remove the candle pls", "Total: $120.00", &["1 MOON-1"]),
            ("is this even legit", "don't have that", &["1 MOON-1"]),
        ],
    );
}

#[test]
fn a_doubtful_shopper_is_served_in_english() {
    play(
        En,
        true,
        &[
            ("hi | u got shirts", "Sun Shirt", &[]),
            ("not in red tho, medium i guess", "Blue / M", &["1 SUN-B-M"]),
            ("thats kinda pricey ngl can you do 200", "$225.00", &["1 SUN-B-M"]),
            ("are you even a real person", "automatic assistant", &["1 SUN-B-M"]),
            ("what if it doesnt fit", "return", &["1 SUN-B-M"]),
            ("nah im good thanks", "!", &["1 SUN-B-M"]),
        ],
    );
}
