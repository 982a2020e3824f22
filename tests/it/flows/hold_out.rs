//! A promotion that some shoppers never get, and what its report says.

use crate::commands::{Terminal, said};
use crate::flows::bargain::shop;
use crate::support::{Shopper, World, words};

const PROMOTION: &str =
    "[[pricing.promotions]]\nid = \"autumn\"\ngives = { percent = \"10\" }\nhold_out = \"50\"\n";

/// Buys a lantern; tells whether the promotion was in the price.
async fn buys(world: &World, shopper: &Shopper) -> bool {
    shopper.say("do you have a rope lantern?").await;
    let cart: Vec<String> = shopper.say("add it").await.iter().map(words).collect();
    shopper.press_starting("pay:").await;
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    match (cart.concat().contains("96.00"), cart.concat().contains("106.00")) {
        (true, false) => true,
        (false, true) => false,
        _ => panic!("neither price, or both: {cart:#?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_the_shoppers_never_get_it_and_the_report_counts_both_halves_as_they_were_served() {
    let world = World::selling(vec![shop(0, "en-US", PROMOTION)]).await;
    let mut got_it = 0;
    for _ in 0..8 {
        got_it += usize::from(buys(&world, &world.shopper_of(0)).await);
    }
    world.until_count(8, "select count(*) from orders where state = 'paid'").await;
    let report = ["promotion", "report", "--shop", "shop-0", "--promotion", "autumn"];
    let output = Terminal::of(&world).run(&report).await;
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    // A lantern at 100.00 cost 60.00, and sending it was paid with 6.00; a tenth off leaves 36.00.
    let line = |name: &str| text.lines().find(|line| line.trim_start().starts_with(name)).unwrap().to_owned();
    let (shown, held) = (line("get it"), line("held out"));
    assert!(
        shown.contains(&format!("{got_it} shoppers")) && held.contains(&format!("{} shoppers", 8 - got_it)),
        "{text}"
    );
    assert!(got_it == 0 || shown.contains("$36.00"), "{text}");
    assert!(got_it == 8 || held.contains("$46.00"), "{text}");
    assert!(text.contains("Nothing is shown yet"), "{text}");
    let nobody = Terminal::of(&world).run(&["promotion", "report", "--shop", "shop-0", "--promotion", "x"]).await;
    assert!(!nobody.status.success() && said(&nobody).contains("has no promotion `x`"), "{}", said(&nobody));
    world.stop_with_nothing_left().await;
}
