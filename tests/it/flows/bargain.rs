//! Bargaining through the whole path: the shopper's words, the shop's rule, the cart, the pay page.

use serde_json::json;
use trato::app::rig::RigShop;
use trato::base::money::Money;
use trato::merchants::shop_file::read_shop_file;

use crate::commands::{Terminal, file, said};
use crate::support::model::{FakeModel, Question, calls, says, searches};
use crate::support::{Shopper, World, words};

/// From 100.00 down to 80.00, which is above the cost.
const BARGAINING: &str = "[bargaining.shop]\nbargain = true\nfloor = \"80\"\noffers = 4\n";

/// A shop with one lantern at 100.00 that cost it 60.00, and these lines in its file.
pub fn shop(place: usize, locale: &str, bargaining: &str) -> RigShop {
    let file = format!(
        "slug = \"shop-{place}\"\nname = \"Shop {place}\"\ncurrency = \"USD\"\nlocale = \"{locale}\"\n\
         time_zone = \"America/Chicago\"\n[policies.shipping]\nflat = \"6.00\"\n[policies.tax]\nrate = \"0\"\n\
         mode = \"included\"\non_shipping = false\n{bargaining}"
    );
    let products = "handle,title,status,language,sku,price,cost,floor,currency,stock,when_out\n\
                    rope-lantern,Rope lantern,active,en,LAN-1,100.00,60.00,,USD,50,deny\n";
    let file = read_shop_file("shop.toml", &file).unwrap();
    RigShop::new(place, file, products.as_bytes().to_vec())
}

async fn bargaining_world(locale: &str) -> World {
    World::selling(vec![shop(0, locale, BARGAINING)]).await
}

/// The prices in dollars that stand in what the shop wrote, lowest first.
fn prices(texts: &[String]) -> Vec<i64> {
    let amount = |word: &str| {
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit()).replace(',', ".");
        Money::parse_major(&digits, "USD".parse().unwrap()).ok().filter(|_| digits.contains('.')).map(Money::minor)
    };
    let mut found: Vec<i64> = texts.iter().flat_map(|text| text.split_whitespace()).filter_map(amount).collect();
    found.sort_unstable();
    found
}

async fn told(shopper: &Shopper, text: &str) -> Vec<String> {
    shopper.say(text).await.iter().map(words).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_haggles_with_the_guided_seller_and_pays_what_was_agreed_in_three_languages() {
    for (locale, [look, less, low, deal]) in [
        ("en-US", ["do you have a rope lantern?", "can you do better?", "would you take 50?", "yes"]),
        ("es-US", ["tienes rope lantern?", "¿me haces un descuento?", "te doy 50", "sí"]),
        ("pt-BR", ["tem rope lantern?", "tem desconto?", "faz por 50?", "sim"]),
    ] {
        let world = bargaining_world(locale).await;
        let shopper = world.shopper_of(0);
        told(&shopper, look).await;
        let first = prices(&told(&shopper, less).await);
        let second = prices(&told(&shopper, low).await);
        let ([first], [second]) = (first.as_slice(), second.as_slice()) else {
            panic!("{locale}: an offer has one price: {:#?}", shopper.texts())
        };
        assert!(second <= first && *second >= 8_000 && *first <= 10_000, "{locale}: {:#?}", shopper.texts());
        let cart = told(&shopper, deal).await;
        let total = second + 600;
        assert!(prices(&cart).contains(&total), "{locale}: {total} in {cart:#?}");
        shopper.press_starting("pay:").await;
        assert_eq!(world.control().pay(&shopper.session()).unwrap().total, total, "{locale}");
        world.until_count(1, "select count(*) from orders where state = 'paid'").await;
        world.stop_with_nothing_left().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_below_the_floor_however_long_they_bid_and_offers_never_rise() {
    let world = bargaining_world("en-US").await;
    let shopper = world.shopper_of(0);
    told(&shopper, "do you have a rope lantern?").await;
    let mut last = 10_000;
    for bid in 1..12 {
        let said = told(&shopper, &format!("would you take {}?", bid * 7)).await;
        for price in prices(&said) {
            assert!(price >= 8_000 && price <= last, "{last} then {price}: {said:#?}");
            last = price;
        }
    }
    let cost = "select count(*) from turn_steps where body::text like '%60.00%'";
    assert_eq!(world.count(cost).await, 0, "the cost is told to nobody");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_does_not_bargain_says_so_to_a_model_that_tries_and_a_made_up_discount_is_not_said() {
    let bid = json!({"sku": "LAN-1", "quantity": 1, "says": "names_price", "price": "40"});
    let model =
        FakeModel::start(move |question: &Question| match (question.is_rewrite(), question.results().len()) {
            (true, _) => says("The price of the rope lantern is $100.00."),
            (_, 0) => searches("rope lantern"),
            (_, 1) => calls("negotiate_price", bid.clone()),
            _ => says("All right, I give it to you for $40.00!"),
        })
        .await;
    let world = World::selling_by(&model, vec![shop(0, "en-US", "")]).await;
    let shopper = world.shopper_of(0);
    let said = told(&shopper, "rope lantern for 40?").await;
    assert!(!said.concat().contains("40"), "{said:#?}");
    assert!(said.concat().contains("100.00"), "{said:#?}");
    let refused = "select count(*) from turn_steps where kind = 'tools' and body::text like '%fixed_price%'";
    assert_eq!(world.count(refused).await, 1);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tomorrow_and_in_another_cart_the_shop_goes_on_where_it_was() {
    let world = bargaining_world("en-US").await;
    let shopper = world.shopper_of(0);
    told(&shopper, "do you have a rope lantern?").await;
    let before = prices(&told(&shopper, "would you take 50?").await);
    told(&shopper, "add it").await;
    shopper.press_starting("pay:").await;
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    told(&shopper, "do you have a rope lantern?").await;
    let after = prices(&told(&shopper, "would you take 50?").await);
    assert_eq!(before, after, "a repeat in a new cart hears the same again");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shops_past_is_written_for_learning_without_a_word_about_its_shoppers_and_a_policy_is_put_to_use() {
    let world = bargaining_world("en-US").await;
    let shopper = world.shopper_of(0);
    told(&shopper, "do you have a rope lantern?").await;
    told(&shopper, "would you take 50?").await;
    told(&shopper, "yes").await;
    let at = |name: &str| file(&format!("bargain-{name}"), "");
    let (past, policy) = (at("past.jsonl"), at("policy.json"));
    let terminal = Terminal::of(&world);
    let exported = terminal.run(&["negotiate", "export", "--shop", "shop-0", "--out", &past]).await;
    assert!(exported.status.success(), "{}", said(&exported));
    let line = std::fs::read_to_string(&past).unwrap();
    let negotiation: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
    assert_eq!((&negotiation["outcome"], &negotiation["cost"]), (&json!("accepted"), &json!("60.00")), "{line}");
    assert_eq!(negotiation["history"][1], json!({"who": "buyer", "price": "50.00"}), "{line}");
    assert!(!line.contains(&shopper.phone), "{line}");

    // A policy that wants no less than twice the cost comes down by the least that is a step.
    let rule = json!({"kind": "plain", "open": 1_000_000, "end": 2_000_000});
    std::fs::write(
        &policy,
        json!({"version": trato::pricing::negotiation::policy::VERSION, "above_list": false, "rule": rule})
            .to_string(),
    )
    .unwrap();
    let used = terminal.run(&["negotiate", "use", "--shop", "shop-0", "--policy", &policy]).await;
    assert!(used.status.success(), "{}", said(&used));
    let world = world.restarted().await;
    let next = world.shopper_of(0);
    told(&next, "do you have a rope lantern?").await;
    let offered = told(&next, "would you take 50?").await;
    assert!(offered.concat().contains("$99.80"), "{offered:#?}");
    let refused = terminal.run(&["negotiate", "use", "--shop", "shop-0", "--policy", &past]).await;
    assert!(!refused.status.success() && said(&refused).contains("is no policy"), "{}", said(&refused));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_bids_a_number_the_shopper_never_wrote_is_turned_away() {
    let made_up = json!({"sku": "LAN-1", "quantity": 1, "says": "names_price", "price": "95"});
    let model = FakeModel::start(move |question: &Question| match question.results().len() {
        0 => searches("rope lantern"),
        1 => calls("negotiate_price", made_up.clone()),
        _ => says("What would you like to pay?"),
    })
    .await;
    let world = World::selling_by(&model, vec![shop(0, "en-US", BARGAINING)]).await;
    let shopper = world.shopper_of(0);
    told(&shopper, "would you take 40 for the rope lantern?").await;
    let refused = "select count(*) from turn_steps where body::text like '%has not named this price%'";
    assert_eq!(world.count(refused).await, 1);
    assert_eq!(world.count("select count(*) from negotiations").await, 0);
    world.stop_with_nothing_left().await;
}

/// A shop that has a tin mug at 12.00 too, and gives this before it gives money.
fn giving(locale: &str, extra: &str) -> RigShop {
    let mut shop = shop(0, locale, &format!("{BARGAINING}extras = [{extra}]\n"));
    shop.products.extend(b"tin-mug,Tin mug,active,en,MUG-1,12.00,5.00,,USD,50,deny\n");
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_instead_of_money_is_said_and_is_what_is_paid_for() {
    for (locale, [look, less, deal], extra, named, total, mugs) in [
        (
            "en-US",
            ["do you have a rope lantern?", "can you do better?", "yes"],
            r#"{ kind = "free_shipping" }"#,
            "$100.00 each, but I can add free shipping",
            10_000,
            50,
        ),
        (
            "es-US",
            ["tienes rope lantern?", "¿me haces un descuento?", "sí"],
            r#"{ kind = "gift", sku = "MUG-1" }"#,
            "Tin mug de regalo",
            10_600,
            49,
        ),
        (
            "pt-BR",
            ["tem rope lantern?", "tem desconto?", "sim"],
            r#"{ kind = "bundle", sku = "MUG-1", price = "8.00" }"#,
            "Tin mug por apenas",
            11_400,
            49,
        ),
    ] {
        let world = World::selling(vec![giving(locale, extra)]).await;
        let shopper = world.shopper_of(0);
        told(&shopper, look).await;
        let offer = told(&shopper, less).await.concat();
        assert!(offer.contains(named), "{locale}: {offer}");
        let cart = told(&shopper, deal).await;
        assert!(prices(&cart).contains(&total), "{locale}: {total} in {cart:#?}");
        shopper.press_starting("pay:").await;
        assert_eq!(world.control().pay(&shopper.session()).unwrap().total, total, "{locale}");
        world.until_count(1, "select count(*) from orders where state = 'paid'").await;
        world.until_count(mugs, "select stock::bigint from variants where sku = 'MUG-1'").await;
        world.stop_with_nothing_left().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_had_is_not_offered_and_money_comes_instead() {
    let world = World::selling(vec![giving("en-US", r#"{ kind = "gift", sku = "MUG-1" }"#)]).await;
    world.change("update variants set stock = 0 where sku = 'MUG-1'").await;
    let shopper = world.shopper_of(0);
    told(&shopper, "do you have a rope lantern?").await;
    let offer = told(&shopper, "can you do better?").await;
    assert!(!offer.concat().contains("mug"), "{offer:#?}");
    assert!(prices(&offer).first().is_some_and(|price| *price < 10_000), "{offer:#?}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_bid_however_it_rises_buys_below_the_price_that_was_called_the_last() {
    let mut shop = shop(0, "en-US", BARGAINING);
    // Without a cost the last price lies above the floor.
    shop.products = String::from_utf8(shop.products).unwrap().replace("60.00", "").into_bytes();
    let world = World::selling(vec![shop]).await;
    let shopper = world.shopper_of(0);
    told(&shopper, "do you have a rope lantern?").await;
    let mut last = None;
    for bid in (70..79).chain([80, 81, 82]) {
        let said = told(&shopper, &format!("would you take {bid}?")).await.concat();
        assert!(!said.contains("Deal:"), "{bid} was taken although {last:?} was the last price: {said}");
        if said.contains("the lowest I can go") {
            last = prices(&[said]).first().copied();
        }
    }
    assert!(last.is_some_and(|last| last > 8_200), "{last:?}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_for_one_is_not_taken_to_a_quantity_that_a_person_decides() {
    let bounds = format!("{BARGAINING}person_from_quantity = 5\n");
    let world = World::selling(vec![shop(0, "en-US", &bounds)]).await;
    let shopper = world.shopper_of(0);
    told(&shopper, "do you have a rope lantern?").await;
    let offered = prices(&told(&shopper, "can you do better?").await);
    let agreed = told(&shopper, "yes").await;
    assert!(prices(&agreed).contains(&(offered[0] + 600)), "{agreed:#?}");
    let many = told(&shopper, "make it 6").await;
    assert!(prices(&many).contains(&60_600), "the usual price: {many:#?}");
    world.stop_with_nothing_left().await;
}
