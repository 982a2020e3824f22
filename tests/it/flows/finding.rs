//! What a model is told when it looks for things: by the merchant's own words, page by page, and what products state.

use serde_json::json;
use trato::app::rig::RigShop;
use trato::merchants::shop_file::read_shop_file;

use crate::support::World;
use crate::support::model::{Answer, FakeModel, Question, calls, says};

fn shop() -> RigShop {
    let file = "slug = \"cups\"\nname = \"Cups\"\ncurrency = \"USD\"\nlocale = \"en-US\"\ntime_zone = \"UTC\"\n\
                [policies.shipping]\nflat = \"0\"\n[policies.tax]\nrate = \"0\"\nmode = \"included\"\n\
                on_shipping = false\n[search]\nsynonyms = [[\"beaker\", \"cup\"]]\nhide = [\"cup-0\"]\n\
                [[search.pins]]\nfor = \"beaker\"\nfirst = [\"cup-8\"]\n";
    let row = |number: usize| {
        let says = if number == 8 { "Tall and thin. Dishwasher safe; not for ovens." } else { "Tall." };
        format!("cup-{number},Cup number {number},{says},CUP-{number},10.00,5,Material: clay\n")
    };
    let rows: String = (0..9).map(row).collect();
    let products = format!("handle,title,description,sku,price,stock,facts\n{rows}");
    RigShop::new(0, read_shop_file("shop.toml", file).unwrap(), products.into_bytes())
}

/// Asks for the whole list page by page, then about two products.
fn looks_around(question: &Question) -> Answer {
    let search = |cursor: Option<&str>| calls("search_catalog", json!({"query": "beaker", "cursor": cursor}));
    let results = question.results();
    match results.len() {
        0 => search(None),
        1 => search(results[0].split_once("cursor ").and_then(|(_, rest)| rest.split('.').next())),
        2 => search(Some("6-00000000")),
        3 => calls("ask_about_products", json!({"products": ["cup-8", "cup-1"], "about": "dishwasher"})),
        _ => says("These are our cups."),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_finds_by_the_merchants_words_page_by_page_and_is_told_what_is_stated() {
    let model = FakeModel::start(looks_around).await;
    let world = World::selling_by(&model, vec![shop()]).await;
    let shopper = world.shopper_of(0);
    shopper.say("beakers?").await;
    let questions = model.questions();
    let results = questions.last().unwrap().results();
    let [first, second, foreign, stated] = results.as_slice() else { panic!("{results:#?}") };
    let products = |page: &String| page.matches("[product ").count();
    assert_eq!((products(first), products(second)), (6, 2), "eight of nine are shown: {first}\n{second}");
    assert!(first.starts_with("Cup number 8") && first.contains("8 products fit in all"), "{first}");
    assert!(!second.contains("cursor") && !(first.clone() + second).contains("cup-0]"), "{second}");
    assert!(foreign.contains("other words or filters"), "{foreign}");
    assert!(stated.contains("- its description: Dishwasher safe;"), "{stated}");
    assert!(stated.contains("[product cup-1]: not stated") && !stated.contains("Tall"), "{stated}");
    world.stop_with_nothing_left().await;
}
