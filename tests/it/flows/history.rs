//! A conversation longer than a model is shown: what the shop knows of it is kept.

use trato::llm::tokens;

use crate::support::model::{Answer, FakeModel, Question, adds, checks_out, says, searches};
use crate::support::{World, quick};

const TOKENS_MAX: usize = 500;
const FILLER: &str = "I hear you. There is a lot to be said about porches, evenings and the light on them, and I am \
    happy to hear more of it whenever you like; tell me also what else you are thinking of, and take all the time \
    that you want for it, because nothing here is in a hurry and the porch will still be there tomorrow.";

/// What the model is shown of the conversation: everything but the instructions.
fn shown(question: &Question) -> String {
    let messages = question.body["messages"].as_array().unwrap();
    messages.iter().filter(|message| message["role"] != "system").map(ToString::to_string).collect()
}

/// The name of the quote in the summary of what is no longer shown.
fn remembered_quote(question: &Question) -> String {
    let text = question.messages_text();
    let named = text.split("as quote ").nth(1).unwrap_or_else(|| panic!("no quote is remembered: {text}"));
    named.chars().take(8).collect()
}

fn script(question: &Question) -> Answer {
    let (said, results) = (question.said(), question.results().len());
    match (said.as_str(), results) {
        (said, 0) if said.contains("lantern") => searches("lantern"),
        (said, _) if said.contains("lantern") => says("We have a rope lantern: the small one is $24.50."),
        (said, 0) if said.contains("two small") => adds("LAN-S", 2),
        (said, _) if said.contains("two small") => says("Two are in your cart, $59.04 in all. Shall we go on?"),
        (said, 0) if said.contains("yes") => checks_out(&remembered_quote(question)),
        (said, _) if said.contains("yes") => says("Here is your pay page for $59.04."),
        (said, _) if said.contains("did it arrive") => says("Yes, your order is paid: $59.04. Thank you!"),
        _ => says(FILLER),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_quotes_and_orders_outlive_the_words_around_them() {
    let model = FakeModel::start(script).await;
    let mut settings = model.serving(quick());
    settings.agent.history_tokens_max = u32::try_from(TOKENS_MAX).unwrap();
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("two small ones please").await;
    for evening in 0..8 {
        shopper.say(&format!("let me tell you of evening number {evening} on my porch")).await;
    }
    // The quote that was shown ten turns ago is still the one that was agreed to.
    shopper.say("yes, go on").await;
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    world.until_calm().await;
    for evening in 8..16 {
        shopper.say(&format!("let me tell you of evening number {evening} on my porch")).await;
    }
    // The guard knows what the shop knows, though the receipt is no longer shown.
    shopper.write("did it arrive, the payment?");
    shopper.until_told("Yes, your order is paid: $59.04").await;
    assert_eq!(world.count("select count(*) from orders where state = 'paid' and total_minor = 5904").await, 1);

    let questions = model.questions();
    let longest = questions.iter().map(|question| tokens::count(&shown(question))).max().unwrap();
    // The limit is on the words; around them stands their JSON.
    assert!(longest < TOKENS_MAX * 2, "{longest} tokens");
    let last = shown(questions.last().unwrap());
    assert!(!last.contains("evening number 8 "), "older words are gone: {last}");
    assert!(last.contains("LAN-S") || last.contains("rope-lantern"), "what was shown is not: {last}");
    world.stop_with_nothing_left().await;
}
