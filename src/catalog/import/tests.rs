//! Reading whole files, and applying them to a shop.

use proptest::prelude::*;
use sqlx::{Connection as _, PgPool};

use super::*;
use crate::base::ids::MerchantId;
use crate::base::money::Money;
use crate::base::names::Handle;
use crate::catalog::import::decimal::Mark;
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::encoding::Written;
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::format::Format;
use crate::catalog::import::report::{Change, Outcome};
use crate::catalog::product::{Named, ProductStatus, WhenOut};
use crate::catalog::store::Catalog;
use crate::testing::fresh_database;

const OURS: &str = include_str!("samples/trato.csv");
const SHOPIFY: &str = include_str!("samples/shopify.csv");
const SHOPIFY_2025: &str = include_str!("samples/shopify_2025.csv");

pub(in crate::catalog::import) fn shop() -> ShopDefaults {
    ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None }
}

pub(in crate::catalog::import) fn parse(text: &str) -> ParsedFile {
    read(text.as_bytes(), shop(), &ReadOptions::default()).unwrap()
}

pub(in crate::catalog::import) fn pesos(text: &str) -> Money {
    Money::parse_major(text, shop().currency).unwrap()
}

/// The faults of a file of our format with these columns, as (row, column, fault).
fn faults(file: &str) -> Vec<(u32, String, Fault)> {
    let refused = parse(file).reading.refused;
    refused.into_iter().map(|refusal| (refusal.row, refusal.column, refusal.fault)).collect()
}

mod reading {
    use super::*;

    #[test]
    fn our_format_is_read_whole() {
        let ParsedFile { products, reading } = parse(OURS);
        assert_eq!((reading.format, reading.rows, reading.refused_rows), (Format::Trato, 3, 0));
        let [cup, candle] = products.as_slice() else { panic!("{products:?}") };
        assert_eq!(cup.fields.title, "Taza Luna");
        assert_eq!(cup.fields.tags, ["tazas", "regalos"]);
        assert_eq!(cup.fields.language, Language::Es);
        assert_eq!(cup.fields.options, ["Color"]);
        assert_eq!(cup.fields.images.len(), 3);
        assert_eq!(cup.fields.facts[1], Named::new("Cuidado", "apta para lavavajillas"));
        let [blue, red] = cup.variants.as_slice() else { panic!("{cup:?}") };
        assert_eq!((blue.price, blue.compare_at), (pesos("189"), Some(pesos("229"))));
        assert_eq!((blue.cost, blue.stock, blue.when_out), (Some(pesos("80")), Some(12), WhenOut::Deny));
        assert_eq!(blue.image.as_deref(), Some("https://img.example/taza-azul.jpg"));
        assert_eq!((red.options[0].value.as_str(), red.stock, red.when_out), ("Rojo", Some(0), WhenOut::Continue));
        assert_eq!((candle.fields.status, candle.variants[0].stock), (ProductStatus::Draft, None));
        assert_eq!(candle.variants[0].price, pesos("95.50"));
    }

    #[test]
    fn a_shopify_export_is_read_with_all_its_habits() {
        let ParsedFile { products, reading } = parse(SHOPIFY);
        assert_eq!((reading.format, reading.rows, reading.refused), (Format::Shopify, 4, vec![]));
        let [tote, keys] = products.as_slice() else { panic!("{products:?}") };
        assert_eq!(tote.fields.description, "Bolsa de lona resistente.\n- Lavable\n- Asa larga");
        assert_eq!((tote.fields.category.as_str(), tote.fields.brand.as_str()), ("Bolsas", "Lona Co"));
        assert_eq!(tote.fields.tags, ["bolsas", "lona"]);
        assert_eq!((tote.fields.images.len(), tote.fields.options.len()), (3, 2));
        let [raw, black] = tote.variants.as_slice() else { panic!("{tote:?}") };
        assert_eq!((raw.price, raw.compare_at, raw.cost), (pesos("350"), Some(pesos("420")), Some(pesos("120"))));
        assert_eq!(raw.image.as_deref(), Some("https://img.example/tote-crudo.jpg"));
        assert_eq!(black.sku.as_str(), "lona-tote-negro-grande");
        assert_eq!(black.options, [Named::new("Color", "Negro"), Named::new("Talla", "Grande")]);
        assert_eq!((black.stock, black.when_out, black.compare_at), (Some(0), WhenOut::Continue, None));
        // One variant without options, uncounted, and not on the web shop.
        assert_eq!((keys.fields.options.len(), keys.variants[0].options.len()), (0, 0));
        assert_eq!((keys.variants[0].sku.as_str(), keys.variants[0].stock), ("llavero", None));
        assert_eq!((keys.fields.status, keys.fields.category.as_str()), (ProductStatus::Draft, "Key Chains"));
        let notes: Vec<_> = reading.notes.iter().map(|noticed| (&noticed.note, noticed.rows.clone())).collect();
        assert_eq!(
            notes,
            [
                (&Note::SkuMade, vec![3, 5]),
                (&Note::StockBelowZero, vec![3]),
                (&Note::CompareAtNotAbove, vec![3]),
                (&Note::Unpublished, vec![5]),
            ]
        );
    }

    #[test]
    fn shopify_columns_of_2025_are_the_same_products() {
        let ParsedFile { products, reading } = parse(SHOPIFY_2025);
        assert_eq!((reading.format, reading.refused), (Format::Shopify, vec![]));
        let [shirt] = products.as_slice() else { panic!("{products:?}") };
        assert_eq!((shirt.fields.description.as_str(), shirt.fields.category.as_str()), ("Cool & light", "Shirts"));
        assert_eq!(shirt.variants[1].options, [Named::new("Size", "M")]);
        assert_eq!((shirt.variants[1].stock, shirt.variants[1].when_out), (Some(0), WhenOut::Continue));
    }

    #[test]
    fn older_spreadsheets_and_other_delimiters_give_the_same_products() {
        let expected = parse(OURS).products;
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(OURS);
        let read_windows = read(&windows, shop(), &ReadOptions::default()).unwrap();
        assert_eq!(read_windows.reading.written, Written::Windows1252);
        assert_eq!(read_windows.products, expected);
        let marked = format!("\u{feff}{}", OURS.replace('\n', "\r\n"));
        assert_eq!(parse(&marked).products, expected);
    }
}

mod refusing {
    use super::*;

    fn check(rows: &str, expected: &[(u32, &str, Fault)]) {
        let header = "handle,title,sku,option1_name,option1_value,price,currency,stock,status,image,facts";
        let found = faults(&format!("{header}\n{rows}"));
        let expected: Vec<_> =
            expected.iter().map(|(row, column, fault)| (*row, (*column).to_owned(), fault.clone())).collect();
        assert_eq!(found, expected, "{rows}");
    }

    fn not_an_amount(suggestion: Option<&str>) -> Fault {
        Fault::NotAnAmount { suggestion: suggestion.map(str::to_owned), mark: Mark::Point }
    }

    #[test]
    fn a_price_must_be_a_plain_number_above_zero() {
        check("a,A,S1,,,gratis,,,,,", &[(2, "price", not_an_amount(None))]);
        check("a,A,S1,,,12.000,,,,,", &[(2, "price", Fault::UnclearAmount)]);
        check(
            "a,A,S1,,,12.50,,,,,\nb,B,S2,,,3.50,,,,,\nc,C,S3,,,\"1,50\",,,,,",
            &[(4, "price", Fault::OtherMark { mark: Mark::Point })],
        );
        check("a,A,S1,,,0.00,,,,,", &[(2, "price", Fault::ZeroPrice)]);
        check("a,A,S1,,,,,,,,", &[(2, "price", Fault::Missing)]);
        check("a,A,S1,,,10,USD,,,,", &[(2, "currency", Fault::OtherCurrency { shop: shop().currency })]);
    }

    #[test]
    fn every_fault_of_a_row_is_told_at_once() {
        check(
            "a,A,S1,,,gratis,,muchos,,foto.jpg,",
            &[(2, "price", not_an_amount(None)), (2, "stock", Fault::NotACount), (2, "image", Fault::NotAnAddress)],
        );
    }

    #[test]
    fn a_sku_names_one_variant_in_the_file() {
        check("a,A,S1,,,1,,,,,\nb,B,S1,,,1,,,,,", &[(3, "sku", Fault::SkuTwice { row: 2 })]);
        check("a,A,,,,1,,,,,", &[(2, "sku", Fault::Missing)]);
        check("a,A,7.70212E+12,,,1,,,,,", &[(2, "sku", Fault::Rounded)]);
    }

    #[test]
    fn variants_are_told_apart_by_their_options() {
        let twice = Fault::OptionsTwice { row: 2 };
        check("a,A,S1,Color,Azul,1,,,,,\na,,S2,,AZUL,1,,,,,", &[(3, "option1_value", twice)]);
        let apart = Fault::NothingTellsApart { row: 2 };
        check("a,A,S1,,,1,,,,,\na,,S2,,,1,,,,,", &[(3, "option1_value", apart)]);
        let missing = Fault::OptionValueMissing { option: "Color".to_owned() };
        check("a,A,S1,Color,Azul,1,,,,,\na,,S2,,,1,,,,,", &[(3, "option1_value", missing)]);
        let nameless = Fault::OptionNameMissing { column: "option1_name".to_owned() };
        check("a,A,S1,,Azul,1,,,,,", &[(2, "option1_value", nameless)]);
        let renamed = Fault::OptionRenamed { name: "Color".to_owned() };
        check("a,A,S1,Color,Azul,1,,,,,\na,,S2,Talla,M,1,,,,,", &[(3, "option1_name", renamed)]);
    }

    #[test]
    fn a_fault_of_the_product_leaves_out_all_of_its_rows() {
        let file =
            "handle,title,sku,option1_name,option1_value,price,status\na,,S1,T,1,1,\na,,S2,,2,1,\nb,B,S3,,,1,";
        let ParsedFile { products, reading } = parse(file);
        assert_eq!(products.len(), 1);
        assert_eq!(reading.refused_rows, 2);
        assert!(reading.refused[0].whole_product);
        check(
            "a,A,S1,,,1,,,hidden,,",
            &[(2, "status", Fault::NotOneOf { words: "`active`, `draft` or `archived`".to_owned() })],
        );
        check("a,A,S1,,,1,,,,,suave", &[(2, "facts", Fault::NotAFact)]);
        check("a,A,,,,,,,,,", &[(2, "price", Fault::NoVariant)]);
    }

    #[test]
    fn a_text_that_is_too_long_is_refused_not_cut() {
        let title = "x".repeat(256);
        let fault = Fault::TooLong { characters: 256, characters_max: 255 };
        check(&format!("a,{title},S1,,,1,,,,,"), &[(2, "title", fault)]);
    }

    #[test]
    fn a_row_with_more_cells_than_the_header_is_refused() {
        check("a,A,S1,,,1,,,,,,roja", &[(2, "handle", Fault::TooManyCells { cells: 12, columns: 11 })]);
    }

    #[test]
    fn the_report_says_which_cell_why_and_what_to_do() {
        let parsed = parse("handle,title,sku,price\na,A,S1,1299.5051");
        let said = parsed.reading.refused[0].to_string();
        assert_eq!(said, "row 2, column price, `1299.5051`: this is not a plain number; write 1299.50");
    }

    #[test]
    fn a_product_row_that_contradicts_an_earlier_one_is_noticed() {
        let parsed = parse("handle,title,sku,price,option1_name,option1_value\na,A,S1,1,T,1\na,Other,S2,1,,2");
        assert_eq!(parsed.products[0].fields.title, "A");
        let column = "title".to_owned();
        assert_eq!(parsed.reading.notes[0].note, Note::EarlierRowUsed { column });
    }
}

mod anything {
    use super::*;

    const OUR_HEADER: &str = "handle,title,sku,option1_name,option1_value,price,stock,image,facts,tags,status";
    const SHOPIFY_HEADER: &str = "Handle,Title,Variant SKU,Option1 Name,Option1 Value,Variant Price,Variant \
                                  Inventory Qty,Image Src,Body (HTML),Tags,Status";

    /// Cells that often make sense, and cells that never do.
    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => Just(String::new()),
            3 => "[ab]",
            2 => "[0-9]{1,3}(\\.[0-9]{0,2})?",
            1 => Just("active".to_owned()),
            1 => Just("<p>a & b</p".to_owned()),
            1 => Just("https://img.example/a.jpg".to_owned()),
            1 => "\\PC{0,12}",
            1 => any::<String>(),
        ]
    }

    fn table() -> impl Strategy<Value = String> {
        let header = prop_oneof![Just(OUR_HEADER), Just(SHOPIFY_HEADER)];
        let rows = prop::collection::vec(prop::collection::vec(cell(), 0..13), 0..12);
        (header, rows).prop_map(|(header, rows)| {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in rows.iter().filter(|row| !row.is_empty()) {
                writer.write_record(row).unwrap();
            }
            format!("{header}\n{}", String::from_utf8(writer.into_inner().unwrap()).unwrap())
        })
    }

    proptest! {
        #[test]
        fn bytes_are_read_or_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, shop(), &ReadOptions::default());
            let _ = read(&[OUR_HEADER.as_bytes(), b"\n", &bytes].concat(), shop(), &ReadOptions::default());
        }

        #[test]
        fn what_is_read_of_any_table_keeps_every_rule(text in table()) {
            let Ok(parsed) = read(text.as_bytes(), shop(), &ReadOptions::default()) else { return Ok(()) };
            let mut skus = std::collections::HashSet::new();
            let mut handles = std::collections::HashSet::new();
            for product in &parsed.products {
                prop_assert!(handles.insert(product.fields.handle.clone()));
                prop_assert!(!product.fields.title.is_empty() && !product.variants.is_empty());
                for variant in &product.variants {
                    prop_assert!(skus.insert(variant.sku.clone()));
                    prop_assert!(variant.price.minor() > 0);
                    prop_assert!(variant.compare_at.is_none_or(|before| before.minor() > variant.price.minor()));
                    prop_assert!(variant.stock.is_none_or(|stock| stock >= 0));
                    let names: Vec<_> = variant.options.iter().map(|option| option.name.clone()).collect();
                    prop_assert_eq!(&names, &product.fields.options);
                    prop_assert!(variant.options.iter().all(|option| !option.value.is_empty()));
                }
            }
        }

        #[test]
        fn a_table_with_a_refused_row_is_imported_whole_or_not_at_all(text in table()) {
            let Ok(parsed) = read(text.as_bytes(), shop(), &ReadOptions::default()) else { return Ok(()) };
            let refused = parsed.reading.refused_rows > 0;
            prop_assert_eq!(refused, !parsed.reading.refused.is_empty());
            prop_assert_eq!(parsed.may_be_imported(Partial::Refuse), !refused);
            prop_assert!(parsed.may_be_imported(Partial::Allow));
            // A row is never lost in silence: what brought neither a product nor a refusal said nothing of its own.
            let rows = parsed.reading.refused_rows + parsed.reading.variants;
            prop_assert!(rows <= parsed.reading.rows);
            prop_assert!(rows > 0 || parsed.products.is_empty());
        }
    }
}

pub(in crate::catalog::import) mod applying {
    use super::*;

    pub const APPLY: ImportOptions = ImportOptions {
        reading: ReadOptions {
            decimal: None,
            agreed: Agreed::to(Vec::new()),
            pictures_at: None,
            mapping: Vec::new(),
        },
        run: Run::Apply,
        partial: Partial::Refuse,
        absent: Absent::Keep,
    };

    pub async fn merchant(pool: &PgPool, slug: &str) -> Scope {
        let id = MerchantId::generate();
        sqlx::query(
            "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
             values ($1, $2, $2, 'MXN', 'es-MX', 'America/Mexico_City', '{}')",
        )
        .bind(id)
        .bind(slug)
        .execute(pool)
        .await
        .unwrap();
        Scope::new(pool.clone(), id)
    }

    pub async fn import(scope: &Scope, text: &str, options: ImportOptions) -> Report {
        let file = Upload { name: "shop.csv", bytes: text.as_bytes() };
        run_import(scope, shop(), file, options, &|_| {}).await.unwrap()
    }

    /// Everything the catalog tables hold of a shop, as text, to see whether an import touched it.
    pub async fn contents(scope: &Scope) -> String {
        sqlx::query_scalar(
            "select coalesce(string_agg(p::text || coalesce(v::text, ''), E'\\n' order by p.id, v.id), '')
             from products p left join variants v on v.product_id = p.id where p.merchant_id = $1",
        )
        .bind(scope.merchant())
        .fetch_one(scope.pool())
        .await
        .unwrap()
    }

    async fn imports(scope: &Scope) -> Vec<(bool, serde_json::Value)> {
        sqlx::query_as("select applied, report from imports where merchant_id = $1 order by id")
            .bind(scope.merchant())
            .fetch_all(scope.pool())
            .await
            .unwrap()
    }

    fn handle(text: &str) -> Handle {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn an_imported_file_is_the_catalog() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let report = import(&scope, OURS, APPLY).await;
        assert_eq!(report.outcome, Outcome::Applied);
        assert_eq!((report.counts.products_created, report.counts.variants_created), (2, 3));
        let cup = Catalog::of(&scope).by_handle(&handle("taza-luna")).await.unwrap().unwrap();
        assert_eq!((cup.title.as_str(), cup.variants.len(), cup.images.len()), ("Taza Luna", 2, 3));
        assert_eq!(cup.variants[0].offer.price, pesos("189"));
        assert_eq!(cup.variants[0].offer.available, Some(12));
        assert!(
            Catalog::of(&scope).by_handle(&handle("vela-mar")).await.unwrap().is_none(),
            "a draft is not on sale"
        );
        let stored = imports(&scope).await;
        assert!(stored[0].0);
        assert_eq!(serde_json::from_value::<Report>(stored[0].1.clone()).unwrap(), report);
    }

    #[tokio::test]
    async fn importing_the_same_file_again_changes_nothing_and_says_so() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        for file in [OURS, SHOPIFY] {
            import(&scope, file, APPLY).await;
            let before = contents(&scope).await;
            let again = import(&scope, file, APPLY).await;
            assert_eq!((again.outcome, again.changes.len()), (Outcome::Unchanged, 0));
            assert!(again.to_string().contains("nothing was changed"), "{again}");
            assert_eq!(contents(&scope).await, before);
        }
    }

    #[tokio::test]
    async fn a_refused_row_keeps_the_whole_file_out() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let file = OURS.replace("95.5", "0.00");
        let report = import(&scope, &file, APPLY).await;
        assert_eq!((report.outcome, report.succeeded()), (Outcome::Refused, false));
        assert_eq!(contents(&scope).await, "");
        assert!(!imports(&scope).await[0].0);
        let skipped = import(&scope, &file, ImportOptions { partial: Partial::Allow, ..APPLY }).await;
        assert_eq!((skipped.outcome, skipped.counts.products_created), (Outcome::Applied, 1));
    }

    #[tokio::test]
    async fn a_dry_run_tells_the_changes_and_writes_nothing() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        import(&scope, OURS, APPLY).await;
        let before = contents(&scope).await;
        let file = OURS.replace("189.00", "199.00").replace("Taza Luna", "Taza Sol");
        let report = import(&scope, &file, ImportOptions { run: Run::Dry, ..APPLY }).await;
        let changed = |sku: Option<&str>, field: &str, from: &str, to: &str| Change::FieldChanged {
            handle: handle("taza-luna"),
            sku: sku.map(|sku| sku.parse().unwrap()),
            field: field.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        assert_eq!(
            report.changes,
            [
                changed(None, "title", "Taza Luna", "Taza Sol"),
                changed(Some("TAZA-AZ"), "price", "189.00 MXN", "199.00 MXN"),
            ]
        );
        assert_eq!((report.outcome, contents(&scope).await), (Outcome::Dry, before));
        assert_eq!(imports(&scope).await.len(), 1);
    }

    #[tokio::test]
    async fn a_changed_file_changes_only_what_it_says_and_keeps_reservations() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        import(&scope, OURS, APPLY).await;
        sqlx::query("update variants set reserved = 2 where sku = 'TAZA-AZ'").execute(&pool).await.unwrap();
        let report = import(&scope, &OURS.replace("MXN,12,", "MXN,5,"), APPLY).await;
        assert_eq!((report.counts.changed, report.counts.unchanged), (1, 4));
        let sku = "TAZA-AZ".parse().unwrap();
        let listing = Catalog::of(&scope).by_sku(&sku).await.unwrap().unwrap();
        assert_eq!(listing.variant.offer.available, Some(3));
    }

    #[tokio::test]
    async fn what_is_sold_while_prices_are_imported_stays_sold() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "tienda").await;
        import(&scope, OURS, APPLY).await;
        let options = pool.connect_options();
        // The first progress is told when all is compared and nothing is written.
        let sell = |progress: Progress| {
            let options = std::sync::Arc::clone(&options);
            let sold = async move {
                let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
                let update = "update variants set stock = stock - 2 where stock = 12";
                sqlx::query(update).execute(&mut connection).await.unwrap();
            };
            if progress.done == 0 {
                let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                std::thread::spawn(move || runtime().block_on(sold)).join().unwrap();
            }
        };
        let dearer = OURS.replace("189", "199");
        let file = Upload { name: "catalogo.csv", bytes: dearer.as_bytes() };
        let report = run_import(&scope, shop(), file, APPLY, &sell).await.unwrap();
        assert!(report.succeeded(), "{report}");
        let left: (i64, Option<i32>) =
            sqlx::query_as("select price_minor, stock from variants where sku = 'TAZA-AZ'")
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(left, (19_900, Some(10)));
    }

    #[tokio::test]
    async fn an_import_waits_for_an_order_without_holding_what_the_order_wants_next() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let file = "handle,title,sku,price,stock\nb,B,B,10,5\na,A,A,10,5\n";
        import(&scope, file, APPLY).await;
        // An order locks its things by their SKUs, and has the first of two.
        let mut order = pool.begin().await.unwrap();
        let lock = "select stock from variants where sku = $1 for no key update nowait";
        sqlx::query(lock).bind("A").execute(&mut *order).await.unwrap();
        let importing = tokio::spawn({
            let scope = scope.clone();
            async move { import(&scope, &file.replace(",10,5", ",11,6"), APPLY).await }
        });
        let waiting =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&pool).await.unwrap() == 0 {
            assert!(tokio::time::Instant::now() < deadline, "the import does not wait");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        sqlx::query(lock).bind("B").execute(&mut *order).await.unwrap();
        order.commit().await.unwrap();
        assert_eq!(importing.await.unwrap().outcome, Outcome::Applied);
    }

    #[tokio::test]
    async fn what_a_file_lacks_stays_unless_the_file_is_to_replace_the_shop() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        // The red cup's picture is one of the product's; without it the row can be left out and nothing else changes.
        let full = OURS.replace("https://img.example/taza-roja.jpg", "");
        import(&scope, &full, APPLY).await;
        let lines: Vec<&str> = full.lines().take(2).collect();
        let less = lines.join("\n");
        assert_eq!(import(&scope, &less, APPLY).await.outcome, Outcome::Unchanged);
        let reading = ReadOptions { agreed: Agreed::to(vec![Doubt::Vanishing]), ..ReadOptions::default() };
        let replace = ImportOptions { absent: Absent::Archive, reading, ..APPLY };
        let report = import(&scope, &less, replace.clone()).await;
        let (cup, candle) = (handle("taza-luna"), handle("vela-mar"));
        assert_eq!(
            report.changes,
            [
                Change::VariantArchived { handle: cup.clone(), sku: "TAZA-RO".parse().unwrap() },
                Change::ProductArchived { handle: candle },
            ]
        );
        assert_eq!(Catalog::of(&scope).by_handle(&cup).await.unwrap().unwrap().variants.len(), 1);
        let red = Catalog::of(&scope).by_sku(&"TAZA-RO".parse().unwrap()).await.unwrap().unwrap();
        assert!(!red.on_sale && !red.can_sell(1));
        assert_eq!(import(&scope, &less, replace).await.outcome, Outcome::Unchanged);
        // And what was archived comes back with the file that has it.
        import(&scope, &full, APPLY).await;
        assert_eq!(Catalog::of(&scope).by_handle(&cup).await.unwrap().unwrap().variants.len(), 2);
    }

    #[tokio::test]
    async fn a_refused_row_is_not_taken_for_absent() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        import(&scope, OURS, APPLY).await;
        let broken = OURS.replace("Rojo,,,,,189", "Rojo,,,,,gratis").replace("95.5", "0");
        let options = ImportOptions { partial: Partial::Allow, absent: Absent::Archive, ..APPLY };
        let report = import(&scope, &broken, options).await;
        assert_eq!((report.reading.refused_rows, report.counts.archived), (2, 0));
        assert_eq!(report.outcome, Outcome::Unchanged);
    }

    #[tokio::test]
    async fn a_sku_may_move_to_another_product() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let file = "handle,title,sku,price\nold,Old,S1,10\n";
        import(&scope, file, APPLY).await;
        let before = Catalog::of(&scope).by_sku(&"S1".parse().unwrap()).await.unwrap().unwrap();
        import(&scope, &file.replace("old", "new"), APPLY).await;
        let after = Catalog::of(&scope).by_sku(&"S1".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((after.handle.as_str(), after.variant.id), ("new", before.variant.id));
    }

    #[tokio::test]
    async fn two_shops_with_the_same_file_never_meet() {
        let pool = fresh_database().await;
        let (one, other) = (merchant(&pool, "one").await, merchant(&pool, "other").await);
        import(&one, OURS, APPLY).await;
        assert!(Catalog::of(&other).by_handle(&handle("taza-luna")).await.unwrap().is_none());
        assert!(Catalog::of(&other).by_sku(&"TAZA-AZ".parse().unwrap()).await.unwrap().is_none());
        let before = contents(&one).await;
        import(&other, &OURS.replace("189", "199"), APPLY).await;
        assert_eq!(contents(&one).await, before);
    }

    #[tokio::test]
    async fn a_failure_in_the_middle_leaves_the_shop_as_it_was() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        import(&scope, OURS, APPLY).await;
        let before = contents(&scope).await;
        sqlx::query("alter table variants add constraint no_dear_things check (price_minor < 50000)")
            .execute(&pool)
            .await
            .unwrap();
        let file = OURS.replace("Taza Luna", "Taza Sol").replace("95.5", "995.5");
        let upload = Upload { name: "shop.csv", bytes: file.as_bytes() };
        assert!(run_import(&scope, shop(), upload, APPLY, &|_| {}).await.is_err());
        assert_eq!(contents(&scope).await, before);
    }

    #[tokio::test]
    async fn two_imports_at_once_take_turns() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let (one, other) = tokio::join!(import(&scope, OURS, APPLY), import(&scope, OURS, APPLY));
        let mut outcomes = [one.outcome, other.outcome].map(|outcome| format!("{outcome:?}"));
        outcomes.sort();
        assert_eq!(outcomes, ["Applied", "Unchanged"]);
    }

    #[tokio::test]
    async fn a_large_file_is_written_in_a_handful_of_statements() {
        use std::fmt::Write as _;
        use std::sync::Mutex;
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let mut file = "handle,title,sku,price,option1_name,option1_value\n".to_owned();
        for product in 0..500 {
            for variant in 0..3 {
                writeln!(file, "p{product},P {product},S{product}-{variant},10,Talla,{variant}").unwrap();
            }
        }
        let told = Mutex::new(Vec::new());
        let upload = Upload { name: "large.csv", bytes: file.as_bytes() };
        let tell = |progress| told.lock().unwrap().push(progress);
        let report = run_import(&scope, shop(), upload, APPLY, &tell).await.unwrap();
        assert_eq!(report.counts.variants_created, 1_500);
        let told: Vec<usize> = told.lock().unwrap().iter().map(|progress: &Progress| progress.done).collect();
        assert_eq!(told, [0, 334, 1_336, 1_502, 2_000]);
    }

    fn agreeing(doubts: Vec<Doubt>) -> ImportOptions {
        ImportOptions { reading: ReadOptions { agreed: Agreed::to(doubts), ..ReadOptions::default() }, ..APPLY }
    }

    #[tokio::test]
    async fn a_price_a_hundred_times_of_yesterdays_waits_for_a_yes() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        import(&scope, OURS, APPLY).await;
        let before = contents(&scope).await;
        for (price, waits) in [("18900.00", true), ("1.89", true), ("18899.00", false)] {
            let file = OURS.replace("189.00", price).replace("189,", &format!("{price},")).replace("229.00", "");
            let dry = import(&scope, &file, ImportOptions { run: Run::Dry, ..APPLY }).await;
            assert_eq!(dry.waiting.iter().any(|waiting| waiting.doubt == Doubt::PriceJump), waits, "{dry}");
        }
        let file = OURS.replace("95.5", "9550");
        let report = import(&scope, &file, APPLY).await;
        assert_eq!((report.outcome, report.succeeded()), (Outcome::Waiting, false));
        assert!(report.to_string().contains("--yes price-jump"), "{report}");
        assert_eq!(contents(&scope).await, before);
        let report = import(&scope, &file, agreeing(vec![Doubt::PriceJump])).await;
        assert_eq!((report.outcome, report.waiting[0].agreed), (Outcome::Applied, true));
        assert_eq!(import(&scope, &file, APPLY).await.outcome, Outcome::Unchanged);
    }

    #[tokio::test]
    async fn a_third_of_the_shop_does_not_vanish_without_a_yes() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let lines: Vec<String> = (0..10).map(|number| format!("p{number},P,S{number},10")).collect();
        let file = |kept: usize| format!("handle,title,sku,price\n{}", lines[..kept].join("\n"));
        import(&scope, &file(10), APPLY).await;
        let replace = |options: ImportOptions| ImportOptions { absent: Absent::Archive, ..options };
        assert_eq!(import(&scope, &file(6), replace(APPLY)).await.outcome, Outcome::Waiting);
        // Without --replace nothing vanishes, and three of ten may.
        assert_eq!(import(&scope, &file(6), APPLY).await.outcome, Outcome::Unchanged);
        assert_eq!(import(&scope, &file(7), replace(APPLY)).await.outcome, Outcome::Applied);
        let agreed = replace(agreeing(vec![Doubt::Vanishing]));
        assert_eq!(import(&scope, &file(1), agreed).await.outcome, Outcome::Applied);
    }

    #[tokio::test]
    async fn prices_in_another_currency_than_before_wait_for_a_yes() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        import(&scope, "handle,title,sku,price\na,A,S1,10\n", APPLY).await;
        let dollars = ShopDefaults { currency: "USD".parse().unwrap(), language: Language::Es, today: None };
        let upload = || Upload { name: "shop.csv", bytes: b"handle,title,sku,price\na,A,S1,10\n" };
        let report = run_import(&scope, dollars, upload(), APPLY, &|_| {}).await.unwrap();
        assert_eq!((report.outcome, report.waiting[0].doubt), (Outcome::Waiting, Doubt::CurrencyChange));
        let options = agreeing(vec![Doubt::CurrencyChange]);
        assert_eq!(
            run_import(&scope, dollars, upload(), options, &|_| {}).await.unwrap().outcome,
            Outcome::Applied
        );
    }

    #[tokio::test]
    async fn a_price_of_zero_is_imported_when_a_person_agrees() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        let file = OURS.replace("95.5", "0.00");
        assert_eq!(import(&scope, &file, APPLY).await.outcome, Outcome::Refused);
        let options = agreeing(vec![Doubt::ZeroPrice]);
        assert_eq!(import(&scope, &file, options.clone()).await.outcome, Outcome::Applied);
        assert_eq!(import(&scope, &file, options).await.outcome, Outcome::Unchanged);
    }

    #[tokio::test]
    async fn every_format_imported_again_changes_nothing() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        for file in [
            include_str!("samples/woocommerce_es.csv"),
            include_str!("samples/woocommerce_pt.csv"),
            include_str!("samples/magento.csv"),
            include_str!("samples/square.csv"),
            include_str!("samples/tiendanube.csv"),
            include_str!("samples/meta.csv"),
            include_str!("samples/google.xml"),
            include_str!("samples/plain_es.csv"),
            include_str!("samples/trato.jsonl"),
            include_str!("samples/shopify.csv"),
            include_str!("samples/shopify_2025.csv"),
            include_str!("samples/squarespace.csv"),
            include_str!("samples/wix.csv"),
            include_str!("samples/wix_2024.csv"),
            include_str!("samples/loyverse_es.csv"),
            include_str!("samples/lightspeed.csv"),
            include_str!("samples/prestashop.csv"),
            include_str!("samples/bigcommerce.csv"),
            include_str!("samples/odoo_es.csv"),
            include_str!("samples/woocommerce_api.json"),
            include_str!("samples/tiendanube_api.json"),
        ] {
            let options = ImportOptions { partial: Partial::Allow, ..APPLY };
            assert_eq!(import(&scope, file, options.clone()).await.outcome, Outcome::Applied, "{file}");
            assert_eq!(import(&scope, file, options).await.outcome, Outcome::Unchanged, "{file}");
        }
    }

    #[tokio::test]
    async fn the_report_reads_well_in_a_terminal() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "barro").await;
        import(&scope, OURS, APPLY).await;
        let file = OURS.replace("189.00", "199.00").replace("95.5", "0.00").replace("MXN,12", "USD,12");
        let file = file.replace("Rojo,,,,,189,", "Rojo,,,,,209,209");
        let report = import(&scope, &file, ImportOptions { partial: Partial::Allow, ..APPLY }).await;
        insta::assert_snapshot!(report.to_string());
    }
}
