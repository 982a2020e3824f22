//! 3. No discount that the merchant did not set, however it is asked for.

use serde_json::json;

use crate::support::model::{FakeModel, Question, adds, calls, checks_out, says, searches};
use crate::support::{World, words};

fn code(code: &str) -> crate::support::model::Answer {
    calls("apply_discount", json!({ "code": code }))
}

/// One blue T-shirt, 249.00, shipping 99.00; below the minimum of HOLA10.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_are_expired_unknown_below_their_minimum_or_another_shops_take_nothing_off() {
    for (tried, why) in
        [("VIEJO", "expired"), ("HOLA10", "below_minimum"), ("PORCH15", "unknown_code"), ("GRATIS", "unknown_code")]
    {
        let script = move |question: &Question| match question.results().len() {
            0 => searches("camiseta"),
            1 => adds("CAM-AZ-M", 1),
            2 => code(tried),
            3 => calls("view_cart", json!({})),
            _ => says("Listo, ¿seguimos?"),
        };
        let model = FakeModel::start(script).await;
        let world = World::with_model(&model).await;
        let shopper = world.shopper("es");
        let answer = shopper.say("una camiseta con mi cupón").await;
        let results = model.questions().last().unwrap().results();
        assert!(results[2].contains(why), "{tried}: {results:#?}");
        assert!(words(&answer[0]).contains("$348.00"), "{tried}: {answer:#?}");
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_code_takes_the_place_of_the_first_and_never_stands_beside_it() {
    let script = |question: &Question| match (question.said(), question.results().len()) {
        (said, 0) if said.contains("pagar") => checks_out(&question.quote()),
        (said, _) if said.contains("pagar") => says("Listo."),
        (_, 0) => searches("camiseta"),
        (_, 1) => adds("CAM-AZ-M", 2),
        (_, 2) => code("HOLA10"),
        (_, 3) => code("UNAVEZ"),
        (_, 4) => code("unavez"),
        _ => says("¿Seguimos?"),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("es");
    shopper.say("dos camisetas y todos mis cupones").await;
    shopper.say("quiero pagar").await;
    // 498.00, 20 % off: 398.40; shipping 99.00.
    assert_eq!(world.control().pay(&shopper.session()).unwrap().total, 49_740);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_for_one_use_is_good_for_one_order_of_all_shoppers() {
    let script = |question: &Question| match (question.said(), question.results().len()) {
        (said, 0) if said.contains("pay") => checks_out(&question.quote()),
        (said, _) if said.contains("pay") && question.results()[0].contains("reason:") => {
            says("Something changed, please look again.")
        }
        (said, _) if said.contains("pay") => says("Your pay page is open."),
        (_, 0) => searches("lantern"),
        (_, 1) => adds("LAN-S", 1),
        (_, 2) => code("FIVER"),
        (_, 3) => calls("view_cart", json!({})),
        _ => says("Shall we go on?"),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let (first, second) = (world.shopper("en"), world.shopper("en"));
    first.say("a lantern with FIVER").await;
    second.say("a lantern with FIVER").await;
    first.say("let me pay").await;
    // 24.50 - 5.00 = 19.50; tax 1.60875 → 1.61; shipping 6.00.
    assert_eq!(world.control().pay(&first.session()).unwrap().total, 2_711);
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    second.say("let me pay too").await;
    assert_eq!(world.control().sessions().len(), 1, "the second was shown a price that is no longer to be had");
    // Without it: 24.50 + 2.02 + 6.00.
    assert!(second.texts().join("\n").contains("$32.52"), "{:#?}", second.texts());
    world.stop().await;
}
