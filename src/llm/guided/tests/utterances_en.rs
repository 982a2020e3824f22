//! What English messages mean.

use crate::base::language::Language::En;
use crate::llm::guided::tests::shop::{after_cart, after_list, after_shirt, check};

#[test]
fn english_opening_messages() {
    check(
        En,
        &[],
        &[
            ("hi", "greeting"),
            ("Hello!! 👋", "greeting"),
            ("good morning", "greeting"),
            ("hey how are you?", "howareyou"),
            ("are you a bot?", "automatic"),
            ("am I talking to a real person?", "automatic"),
            ("what can you do?", "abilities"),
            ("help", "abilities"),
            ("do you speak spanish?", "languages"),
            ("hi, I'm looking for red sneakers size 8", "asked red sneakers size 8"),
            ("something for my niece, under 30", "asked niece [..30.00]"),
            ("shoes between $10 and $15", "asked shoes [10.00..15.00]"),
            ("do you have umbrellas?", "asked umbrellas"),
            ("show me lamps", "asked lamps"),
            ("blue backpack", "asked blue backpack"),
            ("I need a gift for my dad, around 50 dollars", "asked gift dad [40.00..60.00]"),
            ("what do you sell?", "everything"),
            ("can I talk to a human please", "person"),
            ("agent", "person"),
            ("where is my order?", "orders"),
            ("wheres my oder #1042", "orders 1042"),
            ("I want to check the status of order 00123842", "orders 123842"),
            ("do you ship to Canada?", "policy shipping"),
            ("what's your return policy?", "policy returns"),
            ("can I return it if it doesn't fit?", "policy returns"),
            ("what time do you open?", "policy hours"),
            ("do you take paypal?", "policy payment"),
            ("how can I pay?", "policy payment"),
            ("where is your store located?", "policy about"),
            ("cancel order 113542617735902", "service"),
            ("I want a refund", "service"),
            ("my package arrived broken", "person"),
            ("I was charged twice", "person"),
            ("any discounts?", "discount"),
            ("I have a coupon", "couponwithoutcode"),
            ("my code is SAVE10", "code SAVE10"),
            ("HELLO10", "code? HELLO10"),
            ("you idiots", "insult"),
            ("asdfghjkl", "unclear"),
            ("thanks!", "thanks"),
            ("bye", "goodbye"),
            ("what's in my cart?", "viewcart"),
            ("I want to pay", "pay"),
            ("i already paid", "orders"),
            ("Joe Smith, 12 Oak Street, Austin, TX 78701", "deliver all"),
            ("just looking", "wait"),
            ("how much is it?", "whichproduct"),
            ("when will world war 3 begin", "guessed world war 3 begin"),
        ],
    );
}

#[test]
fn english_messages_after_a_list() {
    check(
        En,
        &after_list(En),
        &[
            ("the second one", "show moon"),
            ("2", "show moon"),
            ("number 3", "show north"),
            ("the last one please", "show north"),
            ("I'll take the second one", "add 1 moon"),
            ("2 of the second one", "add 2 moon"),
            ("the black one", "show north"),
            ("sun shirt", "show sun"),
            ("I want the mug", "add 1 moon"),
            ("how much is the mug?", "price of moon"),
            ("is the cap in stock?", "stock of north"),
            ("anything cheaper?", "cheaper sun [..119.99]"),
            ("too expensive", "cheaper sun [..119.99]"),
            ("show me more", "more sun [250.01..]"),
            ("under 150", "asked sun [..150.00]"),
            ("do you have umbrellas?", "asked umbrellas"),
            ("I want that one", "whichproduct"),
            ("no thanks", "declined"),
        ],
    );
}

#[test]
fn english_messages_about_the_product_in_view() {
    check(
        En,
        &after_shirt(En),
        &[
            ("I'll take it", "add 1 sun"),
            ("the blue one", "add 1 sun"),
            ("2 of the blue in M", "add 2 sun"),
            ("give me three in red", "add 3 sun"),
            ("what is it made of?", "material of sun"),
            ("what sizes do you have?", "sizes of sun"),
            ("do you have it in green?", "stock of sun"),
            ("how do I wash it?", "care of sun"),
            ("how much is it?", "price of sun"),
            ("does it have a hood?", "aboutit of sun"),
            ("is it waterproof?", "aboutit of sun"),
            ("tell me more about it", "details of sun"),
            ("do you have it in stock?", "stock of sun"),
            ("SUN-R-M", "add 1 sun SUN-R-M"),
            ("show me umbrellas", "asked umbrellas"),
        ],
    );
}

#[test]
fn english_messages_about_the_cart() {
    check(
        En,
        &after_cart(En),
        &[
            ("checkout", "agree"),
            ("I want to pay", "agree"),
            ("ok, how do I pay?", "policy payment"),
            ("make it 3", "set 3"),
            ("change it to 1", "set 1"),
            ("remove the shirt", "remove"),
            ("take it out", "remove"),
            ("empty my cart", "emptycart"),
            ("one more", "another"),
            ("use code SAVE10", "code SAVE10"),
            ("remove the coupon", "removecoupon"),
            ("what's the total?", "viewcart"),
            ("not yet", "declined"),
            ("don't want to pay yet", "declined"),
            ("in red instead", "add 2 sun instead"),
        ],
    );
}
