//! Small shops with vectors written by hand, against a real database.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::PgPool;

use crate::base::ids::MerchantId;
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::store::Scope;
use crate::catalog::finder::Finder;
use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use crate::catalog::merchandising::Merchandising;
use crate::catalog::search::Query;
use crate::catalog::vectors::FillError;
use crate::catalog::vectors::embedder::{EmbedError, Embedded, Embedder, Embedding, Purpose, Space};
use crate::catalog::vectors::fill::{Filled, fill, text};
use crate::catalog::vectors::meaning::Meaning;
use crate::catalog::vectors::store::status;
use crate::catalog::vectors::vector::normalised;
use crate::testing::fresh_database;

const SHOP: &str = "\
handle,title,description,category,brand,sku,price,stock
sofa,Three-seat sofa,,Home > Living room,Nest,SOFA,499.00,1
armchair,Velvet armchair,,Home > Living room,Nest,ARM,199.00,1
potato,Couch potato costume,,Fun > Costumes,Laugh,POT,29.00,1
kettle,Electric kettle,,Kitchen,Boil,KET,39.00,1
";

/// Something to sit on, something to wear, something hot: what a text is about, by its words.
#[derive(Debug)]
struct ByHand {
    space: Space,
    language: Option<Language>,
    asked: AtomicUsize,
    /// What is answered instead, while there is something.
    instead: Mutex<Vec<EmbedError>>,
}

impl ByHand {
    fn new(model: &str) -> Arc<Self> {
        let space = Space { model: model.to_owned(), dimension: 3 };
        Arc::new(Self { space, language: None, asked: AtomicUsize::new(0), instead: Mutex::default() })
    }

    fn failing(self: Arc<Self>, errors: &[EmbedError]) -> Arc<Self> {
        self.instead.lock().unwrap().extend(errors.iter().cloned());
        self
    }

    fn texts_asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Embedder for ByHand {
    fn space(&self) -> &Space {
        &self.space
    }

    fn language(&self) -> Option<Language> {
        self.language
    }

    fn embed(&self, _: Purpose, texts: Arc<[String]>) -> Embedding<'_> {
        if let Some(error) = self.instead.lock().unwrap().pop() {
            return Box::pin(async { Err(error) });
        }
        self.asked.fetch_add(texts.len(), Ordering::Relaxed);
        let about = |text: &String| {
            let names = |words: &[&str]| words.iter().any(|word| text.to_lowercase().contains(word));
            let number = |named| if named { 1.0 } else { 0.0 };
            let sit = number(names(&["sofa", "armchair", "settee"]) || text.to_lowercase() == "couch");
            normalised(vec![sit, number(names(&["costume", "wear"])), number(names(&["kettle", "tea"]))])
        };
        let vectors = texts.iter().map(about).collect();
        Box::pin(async move { Ok(Embedded { vectors, tokens: 3 * texts.len() as u64 }) })
    }
}

async fn shop(pool: &PgPool) -> Scope {
    let id = MerchantId::generate();
    sqlx::query(
        "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
         values ($1, $2, $2, 'USD', 'en-US', 'UTC', '{}')",
    )
    .bind(id)
    .bind(id.to_string())
    .execute(pool)
    .await
    .unwrap();
    let scope = Scope::new(pool.clone(), id);
    import(&scope, SHOP).await;
    scope
}

async fn import(scope: &Scope, file: &str) {
    let defaults = ShopDefaults { currency: "USD".parse().unwrap(), language: Language::En, today: None };
    let file = Upload { name: "shop.csv", bytes: file.as_bytes() };
    run_import(scope, defaults, file, ImportOptions::default(), &|_| {}).await.unwrap();
}

async fn fill_all(scope: &Scope, embedder: &dyn Embedder) {
    assert_eq!(fill(scope, embedder, 100, &|_| {}).await.unwrap(), Filled::Whole);
}

fn meaning(embedder: &Arc<ByHand>) -> Meaning {
    Meaning::new(Arc::<ByHand>::clone(embedder), Duration::from_secs(5))
}

async fn found(scope: &Scope, meaning: Option<&Meaning>, query: &Query) -> Vec<String> {
    let found = Finder::new(meaning.cloned()).search(scope, &Merchandising::default(), query).await.unwrap();
    found.hits.iter().map(|hit| hit.product.handle.to_string()).collect()
}

fn words(text: &str) -> Query {
    Query::new(text, Language::En)
}

#[tokio::test]
async fn what_means_the_same_is_found_under_other_words_and_comes_first() {
    let scope = shop(&fresh_database().await).await;
    let embedder = ByHand::new("hand");
    fill_all(&scope, &*embedder).await;
    assert_eq!(found(&scope, None, &words("couch")).await, ["potato"]);
    let found = found(&scope, Some(&meaning(&embedder)), &words("couch")).await;
    assert_eq!(found, ["armchair", "sofa", "potato"]);
}

#[tokio::test]
async fn nothing_is_near_to_what_is_like_nothing_in_the_shop() {
    let scope = shop(&fresh_database().await).await;
    let embedder = ByHand::new("hand");
    fill_all(&scope, &*embedder).await;
    // Its vector has no direction.
    assert_eq!(found(&scope, Some(&meaning(&embedder)), &words("zzzz")).await, Vec::<String>::new());
}

#[tokio::test]
async fn filters_hold_for_what_is_near_in_meaning_too() {
    let scope = shop(&fresh_database().await).await;
    let embedder = ByHand::new("hand");
    fill_all(&scope, &*embedder).await;
    let cheap = Query { price_max: Some(Money::new(20_000, "USD".parse().unwrap())), ..words("settee") };
    assert_eq!(found(&scope, Some(&meaning(&embedder)), &cheap).await, ["armchair"]);
}

#[tokio::test]
async fn another_shops_products_are_never_near() {
    let pool = fresh_database().await;
    let (one, other) = (shop(&pool).await, shop(&pool).await);
    let embedder = ByHand::new("hand");
    fill_all(&other, &*embedder).await;
    assert_eq!(found(&one, Some(&meaning(&embedder)), &words("settee")).await, Vec::<String>::new());
}

#[tokio::test]
async fn when_nobody_knows_what_a_query_means_it_is_searched_by_words() {
    let scope = shop(&fresh_database().await).await;
    let embedder = ByHand::new("hand");
    fill_all(&scope, &*embedder).await;
    let broken = meaning(&ByHand::new("hand").failing(&[EmbedError::Away("gone".to_owned())]));
    assert_eq!(found(&scope, Some(&broken), &words("couch")).await, ["potato"]);
    // For a while it is not asked again, though it would answer now.
    assert_eq!(found(&scope, Some(&broken), &words("couch")).await, ["potato"]);
}

#[tokio::test]
async fn a_query_that_was_asked_before_costs_nothing() {
    let scope = shop(&fresh_database().await).await;
    let embedder = ByHand::new("hand");
    let meaning = meaning(&embedder);
    for text in ["couch", "Couch", " COUCH "] {
        found(&scope, Some(&meaning), &words(text)).await;
    }
    assert_eq!(embedder.texts_asked(), 1);
}

#[tokio::test]
async fn a_language_that_the_model_does_not_know_is_searched_by_words() {
    let embedder =
        Arc::new(ByHand { language: Some(Language::En), ..Arc::into_inner(ByHand::new("hand")).unwrap() });
    let meaning = meaning(&embedder);
    assert!(meaning.of("sofá", Language::Es).await.is_none());
    assert!(meaning.of("sofa", Language::En).await.is_some());
}

#[tokio::test]
async fn only_products_whose_text_changed_are_made_into_vectors_again() {
    let scope = shop(&fresh_database().await).await;
    let embedder = ByHand::new("hand");
    fill_all(&scope, &*embedder).await;
    assert_eq!(embedder.texts_asked(), 4);
    import(&scope, &SHOP.replace("499.00", "399.00").replace("Velvet armchair", "Velvet wing armchair")).await;
    fill_all(&scope, &*embedder).await;
    assert_eq!(embedder.texts_asked(), 5, "a price is no text");
    let told = status(scope.pool(), embedder.space()).await.unwrap();
    assert_eq!((told[0].products, told[0].have, told[0].texts, told[0].tokens), (4, 4, 5, 15));
}

#[tokio::test]
async fn after_a_change_of_the_model_searches_go_on_while_vectors_are_made_anew() {
    let scope = shop(&fresh_database().await).await;
    let (old, new) = (ByHand::new("old"), ByHand::new("new"));
    fill_all(&scope, &*old).await;
    let meaning = meaning(&new);
    assert_eq!(
        found(&scope, Some(&meaning), &words("couch")).await,
        ["potato"],
        "no vector fits the new model yet"
    );
    fill_all(&scope, &*new).await;
    assert!(found(&scope, Some(&meaning), &words("couch")).await.contains(&"sofa".to_owned()));
}

#[tokio::test]
async fn what_was_made_before_a_failure_stays_and_the_rest_is_made_later() {
    let scope = shop(&fresh_database().await).await;
    let many = (0..70).map(|n| format!("chair-{n},Armchair {n},,Home,Nest,CH-{n},10.00,1\n"));
    import(&scope, &many.fold(SHOP.to_owned(), |file, row| file + &row)).await;
    let embedder = ByHand::new("hand");
    let one_batch = fill(&scope, &*embedder, 1, &|_| {}).await.unwrap();
    assert_eq!((one_batch, embedder.texts_asked()), (Filled::More, 32));
    let broken = ByHand::new("hand").failing(&[EmbedError::Away("gone".to_owned())]);
    assert!(matches!(fill(&scope, &*broken, 1, &|_| {}).await, Err(FillError::Embedding(_))));
    let busy = ByHand::new("hand").failing(&[EmbedError::Busy(Duration::from_secs(7))]);
    assert_eq!(fill(&scope, &*busy, 1, &|_| {}).await.unwrap(), Filled::Later(Duration::from_secs(7)));
    fill_all(&scope, &*embedder).await;
    assert_eq!(embedder.texts_asked(), 74, "none was made twice");
}

#[test]
fn a_product_is_told_by_its_title_its_brand_and_the_narrowest_of_its_category() {
    assert_eq!(
        text("Velvet armchair", "Nest", "Home > Living room > Chairs"),
        "Velvet armchair Nest Living room Chairs"
    );
    assert_eq!(text(" Mug ", "", ""), "Mug");
}
