//! One price from the first quote to the last refund: what the shopper reads, what the pay page asks, what Stripe
//! charges, what the receipt says and what is given back are the same number, for every kind of promotion, currencies
//! of 0, 2 and 3 decimals, and taxes inside and on top.

use trato::app::rig::RigShop;
use trato::base::money::Money;
use trato::merchants::shop_file::read_shop_file;
use trato::pricing::quote::Quote;
use trato::pricing::refund::Returned;
use trato::stripe::amounts::to_stripe;

use crate::support::{Shopper, World, words};

struct Case {
    name: &'static str,
    currency: &'static str,
    /// `added` or `included`, and the rate.
    tax: (&'static str, &'static str),
    /// What stands in the shop file after `[pricing]`.
    pricing: &'static str,
    /// What three small lanterns and a large one come to, worked out by hand beside each case.
    total: &'static str,
}

const NONE: &str = "";

/// Small 24.50, large 38.00, shipping 6.00 untaxed: 3 × 24.50 + 38.00 = 111.50. In yen a hundredfold, in dinars a
/// tenth.
const CASES: [Case; 15] = [
    // 111.50 × 8.25 % = 9.19875 → 9.20; + 6.00.
    Case { name: "no promotion", currency: "USD", tax: ("added", "8.25"), pricing: NONE, total: "126.70" },
    // − 11.15 = 100.35; × 8.25 % = 8.278875 → 8.28; + 6.00.
    Case {
        name: "percent",
        currency: "USD",
        tax: ("added", "8.25"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { percent = \"10\" }",
        total: "114.63",
    },
    // 111.50 − 15.00 = 96.50; + 6.00.
    Case {
        name: "amount",
        currency: "USD",
        tax: ("included", "16"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { amount = \"15.00\" }",
        total: "102.50",
    },
    // 11150 − 4 × 200 = 10350; × 10 % = 1035; + 600.
    Case {
        name: "amount on each",
        currency: "JPY",
        tax: ("added", "10"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { amount_each = \"200\" }",
        total: "11985",
    },
    // 3 × 2000 + 3800 = 9800; + 600.
    Case {
        name: "fixed price",
        currency: "JPY",
        tax: ("included", "10"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { fixed_price = \"2000\" }\non = { skus = [\"LAN-S\"] }",
        total: "10400",
    },
    // Four pieces: once two bought and one free, the cheapest: 11.150 − 2.450 = 8.700; × 10 % = 0.870; + 0.600.
    Case {
        name: "buy two get one",
        currency: "KWD",
        tax: ("added", "10"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { buy_get = { buy = 2, get = 1 } }",
        total: "10.170",
    },
    // 11.150 − 2.450 = 8.700; + 0.600.
    Case {
        name: "cheapest free",
        currency: "KWD",
        tax: ("included", "5"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { cheapest_free = { from = 4 } }",
        total: "9.300",
    },
    // 111.50 − 24.50 = 87.00; × 8.25 % = 7.1775 → 7.18; + 6.00.
    Case {
        name: "four for three",
        currency: "USD",
        tax: ("added", "8.25"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { multibuy = { take = 4, pay = 3 } }",
        total: "100.18",
    },
    // − 20 % of 111.50 = 22.30; 89.20; + 6.00.
    Case {
        name: "steps by quantity",
        currency: "USD",
        tax: ("included", "16"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { tiered = { by = \"quantity\", tiers = [{ from = \"2\", percent = \"5\" }, { from = \"4\", percent = \"20\" }] } }",
        total: "95.20",
    },
    // 11150 + 1115.
    Case {
        name: "free shipping",
        currency: "JPY",
        tax: ("added", "10"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { free_shipping = {} }",
        total: "12265",
    },
    // As without a promotion.
    Case {
        name: "gift",
        currency: "USD",
        tax: ("added", "8.25"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { gift = { sku = \"GLO-M\", quantity = 1 } }",
        total: "126.70",
    },
    // One set of 24.50 + 38.00 = 62.50 for 50.00: 111.50 − 12.50 = 99.00; + 6.00.
    Case {
        name: "a set",
        currency: "USD",
        tax: ("included", "16"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { bundle = { items = [{ sku = \"LAN-S\", quantity = 1 }, { sku = \"LAN-L\", quantity = 1 }], price = \"50.00\" } }",
        total: "105.00",
    },
    // 50 % and 40 % stacked; the large has no floor: 38.00 × 90 % = 34.20 off; the small may not go below 20.00 by the
    // catalog: 3 × 4.50 = 13.50 off; 111.50 − 47.70 = 63.80; + 6.00.
    Case {
        name: "stacked down to the floor",
        currency: "USD",
        tax: ("included", "16"),
        pricing: "[[pricing.promotions]]\nid = \"p\"\ngives = { percent = \"50\" }\ngroup = \"1\"\n[[pricing.promotions]]\nid = \"q\"\ngives = { percent = \"40\" }\ngroup = \"2\"",
        total: "69.80",
    },
    // From three on, 22.00 each: 66.00 + 38.00 = 104.00; + 6.00.
    Case {
        name: "price by quantity",
        currency: "USD",
        tax: ("included", "16"),
        pricing: "[[pricing.price_lists]]\nid = \"w\"\nprices = [{ sku = \"LAN-S\", from = 3, price = \"22.00\" }]",
        total: "110.00",
    },
    // By line: 73.50 × 5 % = 3.675 → 3.68, 38.00 × 5 % = 1.90; 73.50 × 9.975 % = 7.331625 → 7.33, 38.00 × 9.975 % =
    // 3.7905 → 3.79; 111.50 + 6.00 + 5.58 + 11.12.
    Case {
        name: "two taxes by line",
        currency: "USD",
        tax: ("added", "0"),
        pricing: "[pricing.tax]\nmode = \"added\"\nlevel = \"line\"\n[[pricing.tax.rules]]\ntaxes = [{ name = \"GST\", rate = \"5\" }, { name = \"QST\", rate = \"9.975\" }]",
        total: "134.20",
    },
];

/// An amount that is written in dollars, in the currency.
fn in_currency(case: &Case, dollars: &str) -> String {
    let cents = dollars.replace('.', "");
    match case.currency {
        "JPY" => cents,
        "KWD" => format!("{}.{:03}", cents.parse::<u32>().unwrap() / 1000, cents.parse::<u32>().unwrap() % 1000),
        _ => dollars.to_owned(),
    }
}

fn shop(place: usize, case: &Case) -> RigShop {
    let (mode, rate) = case.tax;
    let amount = |dollars: &str| in_currency(case, dollars);
    let file = format!(
        "slug = \"shop-{place}\"\nname = \"Shop {place}\"\ncurrency = \"{}\"\nlocale = \"en-US\"\n\
         time_zone = \"America/Chicago\"\n[policies.shipping]\nflat = \"{}\"\n[policies.tax]\nrate = \"{rate}\"\n\
         mode = \"{mode}\"\non_shipping = false\n{}\n",
        case.currency,
        amount("6.00"),
        case.pricing,
    );
    let row = |handle: &str, title: &str, sku: &str, size: &str, price: &str, floor: &str| {
        format!("{handle},{title},active,en,{sku},Size,{size},{price},{floor},{},50,deny\n", case.currency)
    };
    // Only where it is about the floor is there one.
    let floor = if case.name.contains("floor") { amount("20.00") } else { String::new() };
    let products = [
        "handle,title,status,language,sku,option1_name,option1_value,price,floor,currency,stock,when_out\n"
            .to_owned(),
        row("rope-lantern", "Rope lantern", "LAN-S", "Small", &amount("24.50"), &floor),
        row("rope-lantern", "", "LAN-L", "Large", &amount("38.00"), ""),
        row("garden-gloves", "Garden gloves", "GLO-M", "M", &amount("18.00"), ""),
    ];
    let file = read_shop_file("shop.toml", &file).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    RigShop::new(place, file, products.concat().into_bytes())
}

/// What is kept of the shopper's order: its quote, its total, what was given back.
async fn order(world: &World, shopper: &Shopper) -> (Quote, i64, i64) {
    let (body, total, refunded): (serde_json::Value, i64, i64) = sqlx::query_as(
        "select q.body, o.total_minor, o.refunded_minor from orders o join quotes q on q.id = o.quote_id
         where o.merchant_id = $1",
    )
    .bind(shopper.merchant.uuid())
    .fetch_one(&world.pool)
    .await
    .unwrap();
    (serde_json::from_value(body).unwrap(), total, refunded)
}

async fn until_refunded(world: &World, shopper: &Shopper, wanted: i64) {
    let started = std::time::Instant::now();
    while order(world, shopper).await.2 != wanted {
        assert!(started.elapsed() < crate::support::PATIENCE, "never {wanted} given back");
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    }
}

async fn sells(world: &World, place: usize, case: &Case) {
    let shopper = world.shopper_of(place);
    let total = Money::parse_major(case.total, case.currency.parse().unwrap()).unwrap();
    let (shown, charged) = (total.display("en-US".parse().unwrap()), to_stripe(total).unwrap());
    shopper.say("do you have a lantern?").await;
    shopper.say("3 of the small").await;
    let quoted = shopper.say("1 of the large").await;
    assert!(quoted.iter().any(|entry| words(entry).contains(&shown)), "{}: {shown} in {quoted:#?}", case.name);
    shopper.press_starting("pay:").await;
    let session = shopper.session();
    assert_eq!(world.control().pay(&session).unwrap().total, charged, "{}: what Stripe charges", case.name);
    let receipt = shopper.until_told("Payment received").await;
    assert!(receipt.contains(&shown), "{}: {shown} in the receipt: {receipt}", case.name);

    let (quote, kept, _) = order(world, &shopper).await;
    assert_eq!((quote.total(), kept), (total, total.minor()), "{}: what is kept", case.name);
    // The first line goes back, then everything else: line by line, what was paid for it.
    let first = quote.paid_for_line(0).unwrap();
    let pieces = quote.lines()[0].quantity;
    assert_eq!(quote.paid_for(Returned { line: 0, before: 0, pieces }), Ok(first));
    let others: i64 = (1..quote.lines().len()).filter_map(|line| quote.paid_for_line(line)).map(Money::minor).sum();
    assert_eq!(first.minor() + others + quote.paid_for_shipping().minor(), total.minor(), "{}", case.name);
    world.control().refund(&session, Some(to_stripe(first).unwrap())).unwrap();
    until_refunded(world, &shopper, first.minor()).await;
    world.control().refund(&session, None).unwrap();
    until_refunded(world, &shopper, total.minor()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_list_is_what_is_said_before_anything_is_in_the_cart() {
    let listed = Case {
        name: "a list for the chat",
        currency: "USD",
        tax: ("included", "16"),
        pricing: "[[pricing.price_lists]]\nid = \"chat\"\nwhen = { channels = [\"whatsapp\"] }\n\
                  prices = [{ sku = \"LAN-S\", price = \"22.00\" }, { sku = \"GLO-M\", price = \"16.50\" }]",
        total: "28.00",
    };
    let world = World::selling(vec![shop(0, &listed)]).await;
    let shopper = world.shopper_of(0);
    shopper.say("do you have a lantern?").await;
    shopper.say("do you have garden gloves?").await;
    let said = shopper.texts().concat();
    assert!(said.contains("22.00") && said.contains("16.50"), "{said}");
    assert!(!said.contains("24.50") && !said.contains("18.00"), "the catalog's price is nobody's here: {said}");
    shopper.say("do you have a lantern?").await;
    let quoted = shopper.say("1 of the small").await;
    assert!(quoted.iter().any(|entry| words(entry).contains("$28.00")), "{quoted:#?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_price_from_quote_to_refund_for_every_exponent_tax_mode_and_kind_of_promotion() {
    let shops = CASES.iter().enumerate().map(|(place, case)| shop(place, case)).collect();
    let world = World::selling(shops).await;
    for (place, case) in CASES.iter().enumerate() {
        sells(&world, place, case).await;
    }
    let gifts = "select count(*) from quotes where body -> 'lines' @> '[{\"sku\": \"GLO-M\", \"gift_of\": \"p\"}]'";
    assert!(world.count(gifts).await > 0);
    let told = "select count(*) from turn_steps where body::text like '%20.00%' and body::text ilike '%floor%'";
    assert_eq!(world.count(told).await, 0, "a floor is told to nobody");
    world.stop().await;
}
