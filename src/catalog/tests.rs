//! Searching small made-up shops in three languages, against a real database.

use sqlx::PgPool;

use crate::base::ids::MerchantId;
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::base::store::Scope;
use crate::catalog::facets::FacetName;
use crate::catalog::finder::Finder;
use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use crate::catalog::merchandising::Merchandising;
use crate::catalog::product::Listing;
use crate::catalog::search::{Found, Part, Query, Reason, Sort};
use crate::catalog::store::Catalog;
use crate::testing::fresh_database;

const SPANISH: &str = "\
handle,title,description,category,brand,tags,status,sku,option1_name,option1_value,option2_name,option2_value,price,stock,facts
camiseta-basica,Camiseta básica,De algodón suave.,Ropa > Camisetas,Nube,,,CAM-AZ-S,Color,Azul marino,Talla,S,199,3,Material: algodón
camiseta-basica,,,,,,,CAM-AZ-M,,Azul marino,,M,199,0,
camiseta-basica,,,,,,,CAM-RO-M,,Rojo,,M,219,5,
camiseta-tirantes,Camiseta sin mangas,Fresca.,Ropa > Camisetas,Nube,,,TIR-RO,Color,Rojo,,,149,4,
camisa-lino,Camisa de manga larga,De lino.,Ropa > Camisas,Lino y Mar,,,LINO-BL,Color,Blanco,,,499,2,Material: lino
zapato-trail,Zapatos de montaña,Con suela de goma y cordones.,Calzado,Risco,,,ZAP-42,Talla,42,,,1299,1,
taza-azul,Taza azul,Cerámica esmaltada.,Cocina,Barro,regalos,,TZ-100,,,,,120,,
galleta-avena,Galletas de avena,Con azúcar morena.,Despensa,,,,GAL-1,,,,,45,9,
galleta-light,Galletas integrales,Sin azúcar añadido.,Despensa,,,,GAL-2,,,,,55,9,
gorra-borrador,Gorra azul,,Ropa,,,draft,GOR-1,,,,,99,9,
";

const ENGLISH: &str = "\
handle,title,description,category,brand,tags,sku,option1_name,option1_value,price,stock
tee,Cotton T-Shirt,Soft everyday shirt.,Shirts,Cloud,,TEE-S,Size,S,19.00,5
tee,,,,,,TEE-XL,,XL,19.00,0
tee,,,,,,TEE-2XL,,2 XL,21.00,2
slip-on,Canvas slip-on shoes,Shoes without laces.,Shoes,Walker,,SLIP-9,Size,9,49.00,1
runner,Running shoes,Light runners with reflective laces.,Shoes,Walker,,RUN-9,Size,9,89.00,1
bolt,Hex bolt M3 steel,Pack of 50.,Hardware,Fix,,HB-3-50,,,7.50,100
mug,Women's travel mug,Keeps coffee hot for six hours.,Kitchen,,gifts,MUG-1,,,24.00,
";

const PORTUGUESE: &str = "\
handle,title,description,category,brand,sku,option1_name,option1_value,price,stock
bermuda,Bermuda de praia,Secagem rápida.,Praia,Onda,BER-AZ,Cor,Azul,89.90,3
bermuda,,,,,BER-VE,,Verde,89.90,3
canga,Canga estampada,Tecido leve para a praia.,Praia,Onda,CAN-1,,,59.90,2
pao,Pão de forma,Com glúten.,Padaria,,PAO-1,,,12.50,2
pao-livre,Pão especial,Livre de glúten.,Padaria,,PAO-2,,,18.50,2
";

async fn shop(pool: &PgPool, language: Language, currency: &str, file: &str) -> Scope {
    let scope = empty_shop(pool, language, currency).await;
    import(&scope, language, currency, file).await;
    scope
}

async fn empty_shop(pool: &PgPool, language: Language, currency: &str) -> Scope {
    let id = MerchantId::generate();
    sqlx::query(
        "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
         values ($1, $2, $2, $3, $4, 'UTC', '{}')",
    )
    .bind(id)
    .bind(id.to_string())
    .bind(currency)
    .bind(language)
    .execute(pool)
    .await
    .unwrap();
    Scope::new(pool.clone(), id)
}

async fn import(scope: &Scope, language: Language, currency: &str, file: &str) {
    let defaults = ShopDefaults { currency: currency.parse().unwrap(), language, today: None };
    let upload = Upload { name: "shop.csv", bytes: file.as_bytes() };
    let report = run_import(scope, defaults, upload, ImportOptions::default(), &|_| {}).await.unwrap();
    assert!(report.succeeded(), "{report}");
}

async fn spanish(pool: &PgPool) -> Scope {
    shop(pool, Language::Es, "MXN", SPANISH).await
}

async fn find(scope: &Scope, query: &Query) -> Found {
    Finder::default().search(scope, &Merchandising::default(), query).await.unwrap()
}

fn handles(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.product.handle.as_str()).collect()
}

fn matching(found: &Found) -> Vec<&str> {
    found.hits[0].matching.iter().map(Sku::as_str).collect()
}

/// The handles found for some words, best first.
async fn ask(scope: &Scope, text: &str, language: Language) -> Vec<String> {
    handles(&find(scope, &Query::new(text, language)).await).into_iter().map(str::to_owned).collect()
}

fn pesos(text: &str) -> Money {
    Money::parse_major(text, "MXN".parse().unwrap()).unwrap()
}

#[tokio::test]
async fn spanish_words_are_found_whatever_their_accents_and_endings() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    for (text, first) in [
        ("camisetas basicas", "camiseta-basica"),
        ("CAMISETA BÁSICA", "camiseta-basica"),
        ("zapato de montana", "zapato-trail"),
        ("algo de lino", "camisa-lino"),
        ("¿tienen tazas azules?", "taza-azul"),
    ] {
        assert_eq!(ask(&scope, text, Language::Es).await.first().map(String::as_str), Some(first), "{text}");
    }
}

#[tokio::test]
async fn one_word_that_nothing_has_does_not_hide_the_rest() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    assert_eq!(ask(&scope, "camiseta básica intergaláctica", Language::Es).await[0], "camiseta-basica");
}

#[tokio::test]
async fn typing_errors_and_part_numbers_are_found() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    for (text, first) in [
        ("camizeta basica", "camiseta-basica"),
        ("zapatps", "zapato-trail"),
        ("TZ-100", "taza-azul"),
        ("tz-100", "taza-azul"),
        ("CAM-RO-M", "camiseta-basica"),
    ] {
        assert_eq!(ask(&scope, text, Language::Es).await.first().map(String::as_str), Some(first), "{text}");
    }
}

#[tokio::test]
async fn words_nobody_sells_find_nothing() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    assert_eq!(find(&scope, &Query::new("helicóptero", Language::Es)).await, Found::default());
}

#[tokio::test]
async fn a_thing_asked_for_without_another_is_found_without_it() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    assert_eq!(ask(&scope, "camiseta sin mangas", Language::Es).await[0], "camiseta-tirantes");
    assert_eq!(ask(&scope, "galletas sin azúcar", Language::Es).await, ["galleta-light"]);
    let shirts = ask(&scope, "camisa sin manga", Language::Es).await;
    assert!(!shirts.contains(&"camisa-lino".to_owned()), "{shirts:?}");
    assert_eq!(ask(&scope, "sin azúcar", Language::Es).await[0], "galleta-light");
}

#[tokio::test]
async fn option_words_choose_variants() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let matched = async |text: &str| {
        let found = find(&scope, &Query::new(text, Language::Es)).await;
        matching(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(matched("camiseta básica azul").await, ["CAM-AZ-S", "CAM-AZ-M"]);
    assert_eq!(matched("camiseta básica azul marino talla M").await, ["CAM-AZ-M"]);
    assert_eq!(matched("camisetas básicas rojas").await, ["CAM-RO-M"]);
    assert_eq!(matched("camiseta básica").await.len(), 3);
    // There is no red S: the nearest ones are shown rather than none.
    assert_eq!(matched("camiseta básica roja S").await, ["CAM-AZ-S", "CAM-RO-M"]);
}

#[tokio::test]
async fn filters_are_met_by_one_variant_together() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let options = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
    };
    let listed = Query::new("", Language::Es);
    let blue = Query { options: options(&[("color", "AZUL")]), ..listed.clone() };
    // The mug has no option called colour, and says of itself that it is blue.
    assert_eq!(handles(&find(&scope, &blue).await), ["camiseta-basica", "taza-azul"]);
    let blue_medium = Query { options: options(&[("Color", "azul marino"), ("talla", "m")]), ..listed.clone() };
    let found = find(&scope, &blue_medium).await;
    assert_eq!((handles(&found), matching(&found)), (vec!["camiseta-basica"], vec!["CAM-AZ-M"]));
    let in_stock = Query { in_stock_only: true, ..blue_medium.clone() };
    assert_eq!(find(&scope, &in_stock).await, Found::default());
    let red_small = Query { options: options(&[("color", "rojo"), ("talla", "s")]), ..listed };
    assert_eq!(find(&scope, &red_small).await, Found::default());
}

#[tokio::test]
async fn prices_and_categories_bound_a_search() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let shirts = Query { category: Some("camisetas".to_owned()), ..Query::new("", Language::Es) };
    assert_eq!(handles(&find(&scope, &shirts).await), ["camiseta-basica", "camiseta-tirantes"]);
    let cheap = Query { price_max: Some(pesos("150")), ..shirts.clone() };
    assert_eq!(handles(&find(&scope, &cheap).await), ["camiseta-tirantes"]);
    let dear = Query { price_min: Some(pesos("200")), ..shirts };
    let found = find(&scope, &dear).await;
    assert_eq!((handles(&found), matching(&found)), (vec!["camiseta-basica"], vec!["CAM-RO-M"]));
    let dollars = Some(Money::parse_major("1", "USD".parse().unwrap()).unwrap());
    let foreign = Query { price_min: dollars, ..Query::new("camiseta", Language::Es) };
    assert_eq!(find(&scope, &foreign).await, Found::default());
}

#[tokio::test]
async fn brands_and_tags_bound_a_search_and_prices_order_it() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let all = Query::new("", Language::Es);
    let cloud = Query { brand: Some(" NUBE ".to_owned()), ..all.clone() };
    assert_eq!(handles(&find(&scope, &cloud).await), ["camiseta-basica", "camiseta-tirantes"]);
    let gifts = Query { tags: vec!["Regalos".to_owned()], ..all.clone() };
    assert_eq!(handles(&find(&scope, &gifts).await), ["taza-azul"]);
    let both = Query { brand: Some("Nube".to_owned()), ..gifts };
    assert_eq!(find(&scope, &both).await, Found::default());
    let cheapest = Query { sort: Sort::PriceUp, ..all.clone() };
    let found = find(&scope, &cheapest).await;
    assert_eq!(handles(&found)[..3], ["galleta-avena", "galleta-light", "taza-azul"]);
    let dearest = Query { sort: Sort::PriceDown, limit: 2, ..all };
    assert_eq!(handles(&find(&scope, &dearest).await), ["zapato-trail", "camisa-lino"]);
    let shirts = Query { sort: Sort::PriceUp, ..Query::new("camiseta", Language::Es) };
    assert_eq!(handles(&find(&scope, &shirts).await)[..2], ["camiseta-tirantes", "camiseta-basica"]);
}

#[tokio::test]
async fn the_cheapest_of_a_large_shop_is_not_sought_among_the_first_alone() {
    let pool = fresh_database().await;
    let row = |number: usize| format!("\ncup-{number:03},Cup,CUP-{number},{}", 900 - number);
    let rows: String = (0..700).map(row).collect();
    let scope = shop(&pool, Language::En, "USD", &format!("handle,title,sku,price{rows}\n")).await;
    let cheapest = Query { sort: Sort::PriceUp, limit: 2, ..Query::new("", Language::En) };
    assert_eq!(handles(&find(&scope, &cheapest).await), ["cup-699", "cup-698"]);
}

#[tokio::test]
async fn an_empty_query_lists_what_is_on_sale_page_by_page() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let first = find(&scope, &Query { limit: 5, ..Query::new("", Language::Es) }).await;
    let second = find(&scope, &Query { limit: 5, offset: 5, ..Query::new("  ", Language::Es) }).await;
    assert_eq!((first.total, first.hits.len(), second.hits.len()), (7, 5, 2));
    assert!(handles(&first).iter().all(|handle| !handles(&second).contains(handle)));
    assert!(!handles(&first).contains(&"gorra-borrador") && !handles(&second).contains(&"gorra-borrador"));
    let many = find(&scope, &Query { limit: 1_000, ..Query::new("", Language::Es) }).await;
    assert!(many.hits.len() <= 10);
    assert_eq!(find(&scope, &Query::new("¿qué tienes?", Language::Es)).await.total, 7);
}

#[tokio::test]
async fn what_is_sold_out_comes_after_what_is_not() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    sqlx::query("update variants set reserved = stock where sku = 'GAL-1'").execute(&pool).await.unwrap();
    assert_eq!(ask(&scope, "galletas", Language::Es).await, ["galleta-light", "galleta-avena"]);
    sqlx::query("update variants set reserved = case sku when 'GAL-2' then 9 else 0 end")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(ask(&scope, "galletas", Language::Es).await, ["galleta-avena", "galleta-light"]);
}

#[tokio::test]
async fn english_words_are_found() {
    let pool = fresh_database().await;
    let scope = shop(&pool, Language::En, "USD", ENGLISH).await;
    for (text, first) in [
        ("shirts", "tee"),
        ("t-shirt", "tee"),
        ("do you have any running shoe", "runner"),
        ("shoes without laces", "slip-on"),
        ("shoes w/o laces", "slip-on"),
        ("M3 bolts", "bolt"),
        ("hb-3-50", "bolt"),
        ("travel mug women", "mug"),
        ("runing shos", "runner"),
    ] {
        assert_eq!(ask(&scope, text, Language::En).await.first().map(String::as_str), Some(first), "{text}");
    }
    assert_eq!(ask(&scope, "shoes without laces", Language::En).await, ["slip-on"]);
}

#[tokio::test]
async fn sizes_are_compared_whole() {
    let pool = fresh_database().await;
    let scope = shop(&pool, Language::En, "USD", ENGLISH).await;
    let size = |value: &str| Query {
        options: vec![("size".to_owned(), value.to_owned())],
        ..Query::new("shirt", Language::En)
    };
    assert_eq!(matching(&find(&scope, &size("xl")).await), ["TEE-XL"]);
    assert_eq!(matching(&find(&scope, &size("2 xl")).await), ["TEE-2XL"]);
    // `s` is a stop word in English, and a size here.
    assert_eq!(matching(&find(&scope, &Query::new("shirt size S", Language::En)).await), ["TEE-S"]);
}

#[tokio::test]
async fn portuguese_words_are_found() {
    let pool = fresh_database().await;
    let scope = shop(&pool, Language::Pt, "BRL", PORTUGUESE).await;
    for (text, first) in
        [("bermudas azuis", "bermuda"), ("cangas", "canga"), ("pao sem gluten", "pao-livre"), ("PÃO", "pao")]
    {
        assert_eq!(ask(&scope, text, Language::Pt).await.first().map(String::as_str), Some(first), "{text}");
    }
    assert_eq!(ask(&scope, "pão sem glúten", Language::Pt).await, ["pao-livre"]);
    assert_eq!(matching(&find(&scope, &Query::new("bermuda verde", Language::Pt)).await), ["BER-VE"]);
}

#[tokio::test]
async fn a_shop_is_searched_in_its_own_language_and_by_its_own_rows() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let other = shop(&pool, Language::En, "USD", ENGLISH).await;
    assert_eq!(ask(&scope, "camiseta", Language::En).await.len(), 2);
    assert!(ask(&other, "camiseta", Language::Es).await.is_empty());
    assert!(ask(&scope, "mug", Language::En).await.is_empty());
}

#[tokio::test]
async fn skus_are_read_in_one_query_in_the_order_asked() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let skus: Vec<Sku> = ["TZ-100", "NO-SUCH", "CAM-AZ-S"].map(|sku| sku.parse().unwrap()).to_vec();
    let listings = Catalog::of(&scope).by_skus(&skus).await.unwrap();
    let found: Vec<String> = listings.iter().map(Listing::receipt_title).collect();
    assert_eq!(found, ["Taza azul", "Camiseta básica, Azul marino / S"]);
    assert!(listings[0].can_sell(1_000) && listings[1].can_sell(3) && !listings[1].can_sell(4));
    let draft = Catalog::of(&scope).by_sku(&"GOR-1".parse().unwrap()).await.unwrap().unwrap();
    assert!(!draft.on_sale);
}

#[tokio::test]
async fn categories_count_what_is_on_sale() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let categories = Catalog::of(&scope).categories().await.unwrap();
    let counted: Vec<(&str, u32)> =
        categories.iter().map(|category| (category.name.as_str(), category.products)).collect();
    assert_eq!(
        counted,
        [("Despensa", 2), ("Ropa > Camisetas", 2), ("Calzado", 1), ("Cocina", 1), ("Ropa > Camisas", 1),]
    );
}

#[tokio::test]
async fn words_with_quotes_and_operators_are_only_words() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    for text in ["'; drop table products; --", "a & b | !c:*", "camiseta:* <-> \\'", "%_\\", "🙂", "ß ø ı İ", "١٢٣"]
    {
        find(&scope, &Query::new(text, Language::Es)).await;
    }
}

#[tokio::test]
async fn whoever_searched_before_an_import_finds_what_it_brought() {
    let pool = fresh_database().await;
    let scope = empty_shop(&pool, Language::En, "USD").await;
    let finder = Finder::default();
    let ask = async |text: &str| {
        let found =
            finder.search(&scope, &Merchandising::default(), &Query::new(text, Language::En)).await.unwrap();
        handles(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(ask("lamp").await.is_empty() && ask("").await.is_empty());
    import(&scope, Language::En, "USD", "handle,title,sku,price\nlamp,Desk lamp,L-1,10\nmug,Mug,M-1,5\n").await;
    assert_eq!(
        (ask("lamp").await, ask("").await),
        (vec!["lamp".to_owned()], vec!["lamp".to_owned(), "mug".to_owned()])
    );
    import(&scope, Language::En, "USD", "handle,title,sku,price\nlamp,Desk light,L-1,10\nmug,Cup,M-1,5\n").await;
    assert_eq!((ask("light").await, ask("mug").await), (vec!["lamp".to_owned()], Vec::new()));
}

#[tokio::test]
async fn one_finder_keeps_shops_apart() {
    let pool = fresh_database().await;
    let finder = Finder::default();
    let lamps = shop(&pool, Language::En, "USD", "handle,title,sku,price\nlamp,Desk lamp,L-1,10\n").await;
    let mugs = shop(&pool, Language::En, "USD", "handle,title,sku,price\nmug,Lamp mug,M-1,5\n").await;
    for (scope, expected) in [(&lamps, "lamp"), (&mugs, "mug"), (&lamps, "lamp")] {
        let found =
            finder.search(scope, &Merchandising::default(), &Query::new("lamp", Language::En)).await.unwrap();
        assert_eq!(handles(&found), [expected]);
    }
}

#[tokio::test]
async fn of_many_products_that_have_the_words_those_that_pass_the_filters_are_found() {
    let pool = fresh_database().await;
    let row = |number: u32| {
        let color = if number == 699 { "Blue" } else { "Red" };
        format!("\ncup-{number},Cup,Kitchen,CUP-{number},Color,{color},{}", 10 + number)
    };
    let rows: String = (0..700).map(row).collect();
    let file = format!("handle,title,category,sku,option1_name,option1_value,price{rows}\n");
    let scope = shop(&pool, Language::En, "USD", &file).await;
    let blue = Query { options: vec![("Color".to_owned(), "blue".to_owned())], ..Query::new("cup", Language::En) };
    assert_eq!(handles(&find(&scope, &blue).await), ["cup-699"]);
    let dear = Query {
        price_min: Some(Money::parse_major("708", "USD".parse().unwrap()).unwrap()),
        ..Query::new("", Language::En)
    };
    assert_eq!(handles(&find(&scope, &dear).await), ["cup-698", "cup-699"]);
}

/// What a shop that decided this finds.
async fn decided(scope: &Scope, rules: serde_json::Value, text: &str) -> Vec<String> {
    let rules = Merchandising::read(&rules).unwrap();
    let found = Finder::default().search(scope, &rules, &Query::new(text, Language::Es)).await.unwrap();
    handles(&found).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn words_that_the_merchant_says_mean_the_same_find_the_same() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    assert!(ask(&scope, "playera", Language::Es).await.is_empty());
    let rules = serde_json::json!({"synonyms": [["playera", "camiseta"], ["pocillo", "taza azul"]]});
    assert_eq!(decided(&scope, rules.clone(), "playera").await.len(), 2);
    assert_eq!(decided(&scope, rules, "pocillo").await, ["taza-azul"]);
}

#[tokio::test]
async fn beside_what_is_called_so_stands_what_means_the_same_and_all_that_is_counted_is_shown() {
    let pool = fresh_database().await;
    let file = "handle,title,description,sku,price\nsofa,Sofá gris,,SOF-1,900\nlove,Love seat azul,,LOV-1,700\n\
                manta,Manta,Para tu sofá.,MAN-1,90\n";
    let scope = shop(&pool, Language::Es, "MXN", file).await;
    let rules = serde_json::json!({"synonyms": [["sofá", "love seat"]], "pins": [{"for": "sofá gris", "first": ["manta"]}]});
    assert_eq!(decided(&scope, rules.clone(), "sofás").await, ["sofa", "love"]);
    assert_eq!(decided(&scope, rules, "sofá gris").await[..2], ["manta", "sofa"]);
    let found = find(&scope, &Query::new("sofá", Language::Es)).await;
    assert_eq!((handles(&found), found.total, found.next.is_none()), (vec!["sofa"], 1, true));
}

#[tokio::test]
async fn pinned_products_come_first_where_they_pass_the_filters_and_hidden_ones_never() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let rules = serde_json::json!({"pins": [{"for": "galletas", "first": ["taza-azul", "galleta-light", "gorra-borrador"]}],
                                   "hide": ["camisa-lino"]});
    let found = decided(&scope, rules.clone(), "galletas").await;
    assert_eq!(found, ["taza-azul", "galleta-light", "galleta-avena"], "a draft is not shown, pinned or not");
    assert!(!decided(&scope, rules.clone(), "camisa de lino").await.contains(&"camisa-lino".to_owned()));
    let cheap = Query { price_max: Some(pesos("60")), ..Query::new("galletas", Language::Es) };
    let rules = Merchandising::read(&rules).unwrap();
    let found = Finder::default().search(&scope, &rules, &cheap).await.unwrap();
    assert_eq!(handles(&found), ["galleta-light", "galleta-avena"]);
    assert_eq!(found.hits[0].reasons, [Reason::Pinned]);
}

#[tokio::test]
async fn a_long_list_says_how_it_goes_on_and_what_to_ask() {
    let pool = fresh_database().await;
    let row = |number: usize| {
        let (brand, size) = (["Ola", "Sol", "Mar"][number % 3], if number == 0 { "S" } else { "M" });
        format!("\ncup-{number},Cup,{brand},CUP-{number},Size,{size},10")
    };
    let rows: String = (0..9).map(row).collect();
    let file = format!("handle,title,brand,sku,option1_name,option1_value,price{rows}\n");
    let scope = shop(&pool, Language::En, "USD", &file).await;
    let query = Query::new("cup", Language::En);
    let first = find(&scope, &query).await;
    let questions: Vec<&FacetName> = first.facets.iter().map(|facet| &facet.name).collect();
    assert_eq!(questions, [&FacetName::Brand, &FacetName::Option("Size".to_owned())]);
    let offset = first.next.clone().unwrap().offset_in(&query).unwrap();
    let rest = find(&scope, &Query { offset, ..query }).await;
    assert_eq!((first.hits.len(), rest.hits.len(), rest.next.clone(), rest.facets.len()), (6, 3, None, 0));
    assert!(handles(&rest).iter().all(|handle| !handles(&first).contains(handle)));
}

#[tokio::test]
async fn a_result_says_where_the_words_stand() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let found = find(&scope, &Query::new("camizeta roja algodon", Language::Es)).await;
    let word = |word: &str, part, otherwise| Reason::Word { word: word.to_owned(), part, otherwise };
    assert_eq!(
        found.hits[0].reasons,
        [
            word("camizeta", Part::Title, true),
            word("roja", Part::Labels, false),
            word("algodon", Part::Facts, false)
        ]
    );
}

const HUBS: &str = "\
handle,title,description,tags,sku,price,facts
hub-a,Hub USB,,,HUB-A,10,Bluetooth: No | HDMI: Sí
hub-b,Hub USB,,,HUB-B,10,HDMI: No
hub-c,Hub USB,Bluetooth: No. HDMI: 2 puertos,,HUB-C,10,
hub-d,Hub USB con HDMI,No incluye cable HDMI,,HUB-D,10,
tenis,Tenis Negro/Blanco,,,TEN-1,20,
funda,Funda iPhone 12/13/14,,,FUN-1,5,
memoria,Memoria 64GB,,,MEM-1,30,
agua,Agua 1.5 L,,,AGU-1,2,
pan,Pan de nuez,Con nuez,,PAN-1,3,
torta,Pan de avena,Sin nueces,,TOR-1,3,
guirnalda,Luces de navidad,,,LUZ-1,9,
";

#[tokio::test]
async fn a_fact_that_says_no_says_nothing_of_the_next_one() {
    let pool = fresh_database().await;
    let scope = shop(&pool, Language::Es, "MXN", HUBS).await;
    assert_eq!(ask(&scope, "hub sin hdmi", Language::Es).await, ["hub-b"]);
    assert_eq!(ask(&scope, "hub que no tenga bluetooth", Language::Es).await[..2], ["hub-a", "hub-c"]);
    assert_eq!(ask(&scope, "pan sin nueces", Language::Es).await, ["torta"]);
}

#[tokio::test]
async fn what_is_written_together_is_found_by_its_parts_and_the_other_way_round() {
    let pool = fresh_database().await;
    let scope = shop(&pool, Language::Es, "MXN", HUBS).await;
    for (text, expected) in [
        ("tenis negro", "tenis"),
        ("negros", "tenis"),
        ("funda iphone 13", "funda"),
        ("memoria 64 gb", "memoria"),
        ("64 gb", "memoria"),
        ("agua 1,5 l", "agua"),
        ("luz", "guirnalda"),
        ("luces", "guirnalda"),
    ] {
        assert_eq!(ask(&scope, text, Language::Es).await, [expected], "{text}");
    }
}

#[tokio::test]
async fn who_speaks_english_in_a_spanish_shop_is_understood_in_spanish() {
    let pool = fresh_database().await;
    let scope = spanish(&pool).await;
    let query = Query { other_language: Some(Language::En), ..Query::new("camiseta sin mangas", Language::Es) };
    let swapped = Query { language: Language::En, other_language: Some(Language::Es), ..query.clone() };
    for query in [query, swapped] {
        assert_eq!(handles(&find(&scope, &query).await)[0], "camiseta-tirantes");
    }
}

#[tokio::test]
async fn where_all_that_has_the_rare_word_is_hidden_the_others_are_found() {
    let pool = fresh_database().await;
    let row = |number: usize| format!("\ncup-{number},Cup,CUP-{number},10");
    let rows: String = (0..70).map(row).collect();
    let file = format!("handle,title,sku,price{rows}\nrare,Unicorn cup,CUP-R,10\n");
    let scope = shop(&pool, Language::En, "USD", &file).await;
    let rules = serde_json::json!({"hide": ["rare"]});
    let found = decided(&scope, rules, "unicorn cup").await;
    assert!(found.len() == 6 && !found.contains(&"rare".to_owned()), "{found:?}");
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_repeats_nothing_and_leaves_nothing_out() {
    let pool = fresh_database().await;
    let row = |number: usize| format!("\ncup-{number:02},Cup,CUP-{number},10,1");
    let rows: String = (0..12).map(row).collect();
    let file = format!("handle,title,sku,price,stock{rows}\n");
    let scope = shop(&pool, Language::En, "USD", &file).await;
    let finder = Finder::default();
    let query = Query { in_stock_only: true, ..Query::new("cup", Language::En) };
    let page = async |query: &Query| finder.search(&scope, &Merchandising::default(), query).await.unwrap();
    let first = page(&query).await;
    sqlx::query("update variants set reserved = 1 where sku in ('CUP-0', 'CUP-8')").execute(&pool).await.unwrap();
    let offset = first.next.clone().unwrap().offset_in(&query).unwrap();
    let rest = page(&Query { offset, ..query }).await;
    assert_eq!(handles(&first), ["cup-00", "cup-01", "cup-02", "cup-03", "cup-04", "cup-05"]);
    assert_eq!(handles(&rest), ["cup-06", "cup-07", "cup-09", "cup-10", "cup-11"]);
}
