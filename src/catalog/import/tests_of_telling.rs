//! Files that do not say everything, imported into shops that have it from elsewhere.

use super::*;
use crate::catalog::import::report::{Change, Outcome};
use crate::catalog::import::tests::applying::{APPLY, contents, import, merchant};
use crate::testing::fresh_database;

/// A shop that says all there is to say, as the merchant set it up.
const WHOLE: &str = "handle,title,description,category,brand,tags,status,language,sku,option1_name,option1_value,price,\
                     compare_at_price,cost,floor,stock,when_out,image,facts\n\
                     taza,Taza,De barro.,Cocina,Barro,regalo,active,pt,TAZA-A,Color,Azul,100,150,40,80,5,continue,\
                     https://img.example/a.jpg,Material: barro\n\
                     taza,,,,,,,,TAZA-R,,Rojo,100,,,,0,,https://img.example/r.jpg,\n\
                     vela,Vela,Huele.,Hogar,,,draft,,VELA,,,50,,,30,3,,,\n";

async fn whole_shop() -> Scope {
    let scope = merchant(&fresh_database().await, "barro").await;
    import(&scope, WHOLE, APPLY).await;
    scope
}

/// Imports a file, first as a dry run, which has to say the same, and gives the fields that changed.
async fn changed(scope: &Scope, text: &str) -> Vec<(String, String, String)> {
    let dry = import(scope, text, ImportOptions { run: Run::Dry, ..APPLY }).await;
    let report = import(scope, text, APPLY).await;
    assert_eq!((report.changes.clone(), report.plan), (dry.changes, dry.plan), "{report}");
    assert!(matches!(report.outcome, Outcome::Applied | Outcome::Unchanged), "{report}");
    let again = import(scope, text, APPLY).await;
    assert_eq!(again.outcome, Outcome::Unchanged, "{again}");
    let change = |change| match change {
        Change::FieldChanged { handle, sku, field, to, .. } => {
            (sku.map_or_else(|| handle.to_string(), |sku| sku.to_string()), field, to)
        }
        other => panic!("{other:?}"),
    };
    report.changes.into_iter().map(change).collect()
}

fn change(of: &str, field: &str, to: &str) -> (String, String, String) {
    (of.to_owned(), field.to_owned(), to.to_owned())
}

/// Price before, cost, floor, stock and what happens when there is none, by SKU.
async fn variant(scope: &Scope, sku: &str) -> (Option<i64>, Option<i64>, Option<i64>, Option<i32>, String) {
    sqlx::query_as("select compare_at_minor, cost_minor, floor_minor, stock, when_out from variants where sku = $1")
        .bind(sku)
        .fetch_one(scope.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_price_list_changes_prices_and_nothing_else() {
    let scope = whole_shop().await;
    let list = "Producto,Código,Precio\nTaza,TAZA-A,120\nTaza,TAZA-R,100\nVela,VELA,50\n";
    assert_eq!(changed(&scope, list).await, [change("TAZA-A", "price", "120.00 MXN")]);
    let kept = (Some(15_000), Some(4_000), Some(8_000), Some(5), "continue".to_owned());
    assert_eq!(variant(&scope, "TAZA-A").await, kept);
    // A price before that is no longer higher would be a false claim.
    let dearer = list.replace("120", "160");
    assert_eq!(
        changed(&scope, &dearer).await,
        [change("TAZA-A", "price", "160.00 MXN"), change("TAZA-A", "compare_at_price", "")]
    );
}

#[tokio::test]
async fn an_empty_cell_still_says_that_there_is_nothing() {
    let scope = whole_shop().await;
    let file = "handle,title,sku,option1_name,option1_value,price,floor,stock,description\n\
                taza,Taza,TAZA-A,Color,Azul,100,,,\ntaza,,TAZA-R,,Rojo,100,,0,\n";
    assert_eq!(
        changed(&scope, file).await,
        [
            change("taza", "description", ""),
            change("TAZA-A", "floor", ""),
            change("TAZA-A", "stock", "not counted"),
        ]
    );
}

#[tokio::test]
async fn exports_and_feeds_without_a_column_keep_what_the_shop_has_of_it() {
    let scope = whole_shop().await;
    let shopify = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n\
                   taza,Taza,Color,Azul,TAZA-A,100\ntaza,,,Rojo,TAZA-R,100\nvela,Vela,Title,Default Title,VELA,50\n";
    assert_eq!(changed(&scope, shopify).await, []);
    let woo = "ID,Type,SKU,Name,Published,Regular price\n1,simple,VELA,Vela,1,55\n";
    // This file says that it is on sale.
    assert_eq!(
        changed(&scope, woo).await,
        [change("vela", "status", "active"), change("VELA", "price", "55.00 MXN")]
    );
}

#[tokio::test]
async fn a_feed_that_only_says_whether_there_is_any_leaves_the_count_alone() {
    let scope = whole_shop().await;
    let feed = "id,title,price,availability,image_link,item_group_id,color\n\
                TAZA-A,Taza,100,in stock,https://img.example/a.jpg,taza,Azul\n\
                TAZA-R,Taza,100,in stock,https://img.example/r.jpg,taza,Rojo\n";
    let stock = async |sku: &str| variant(&scope, sku).await.3;
    sqlx::query("update variants set stock_moves = 1 where sku = 'TAZA-R'").execute(scope.pool()).await.unwrap();
    import(&scope, feed, APPLY).await;
    // What was sold out here is not there again because a feed has not heard of it.
    assert_eq!((stock("TAZA-A").await, stock("TAZA-R").await), (Some(5), Some(0)));
    import(&scope, &feed.replace("100,in stock", "100,out of stock"), APPLY).await;
    assert_eq!(stock("TAZA-A").await, Some(0));
    // What a feed said itself, it may take back.
    import(&scope, feed, APPLY).await;
    assert_eq!((stock("TAZA-A").await, stock("TAZA-R").await), (None, Some(0)));
    assert_eq!(import(&scope, feed, APPLY).await.outcome, Outcome::Unchanged);
}

#[tokio::test]
async fn attributes_that_a_file_has_no_column_for_stay() {
    let scope = whole_shop().await;
    let facts = async || -> String {
        let facts = "select facts::text from products where handle = 'vela'";
        sqlx::query_scalar(facts).fetch_one(scope.pool()).await.unwrap()
    };
    let ours = "handle,title,sku,price,facts\nvela,Vela,VELA,50,Material: cera | Color: blanca | Aroma: mar\n";
    import(&scope, ours, APPLY).await;
    let feed = "id,title,price,availability,item_group_id,color,gtin\nVELA,Vela,50,in stock,vela,verde,7701\n";
    import(&scope, feed, APPLY).await;
    let said = facts().await;
    let places = ["cera", "verde", "mar", "7701"].map(|value| said.find(value));
    assert!(places.is_sorted() && places[0].is_some() && !said.contains("blanca"), "{said}");
    assert_eq!(import(&scope, feed, APPLY).await.outcome, Outcome::Unchanged);
    import(&scope, &feed.replace("verde,7701", ","), APPLY).await;
    let said = facts().await;
    assert!(said.contains("cera") && !said.contains("verde") && !said.contains("7701"), "{said}");
}

#[tokio::test]
async fn what_is_archived_comes_back_with_a_file_that_knows_no_such_word() {
    let scope = whole_shop().await;
    sqlx::query("update products set status = 'archived'").execute(scope.pool()).await.unwrap();
    let list = "Producto,Código,Precio\nVela,VELA,50\n";
    assert_eq!(changed(&scope, list).await, [change("vela", "status", "active")]);
}

#[tokio::test]
async fn an_import_that_says_little_is_undone_to_what_was_there() {
    use crate::catalog::undo::store::Undos;
    let scope = whole_shop().await;
    let before = contents(&scope).await;
    import(&scope, "Producto,Código,Precio\nTaza,TAZA-A,120\nTaza,TAZA-R,90\n", APPLY).await;
    let undos = Undos::of(&scope);
    let newest = undos.find(None).await.unwrap().id;
    let shown = undos.run(newest, Run::Dry, None).await.unwrap();
    undos.run(newest, Run::Apply, Some(shown.plan)).await.unwrap();
    let report = import(&scope, WHOLE, ImportOptions { run: Run::Dry, ..APPLY }).await;
    assert!(report.counts.is_nothing(), "{report}\n{before}");
}

/// The SKUs on sale.
async fn on_sale(scope: &Scope) -> Vec<String> {
    sqlx::query_scalar(
        "select sku from products p join variants v on v.product_id = p.id
         where p.merchant_id = $1 and p.status = 'active' and not archived order by sku",
    )
    .bind(scope.merchant())
    .fetch_all(scope.pool())
    .await
    .unwrap()
}

const WOO: &str = "ID,Type,SKU,Name,Published,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n\
                   1,variable,CAM,Camisa,1,,,Talla,\"S, M\"\n\
                   2,variation,CAM-S,,1,10,CAM,Talla,S\n\
                   3,variation,CAM-M,,1,10,CAM,Talla,M\n\
                   4,simple,TAZ,Taza,1,5,,,\n\
                   5,simple,A,A,1,5,,,\n6,simple,B,B,1,5,,,\n7,simple,C,C,1,5,,,\n8,simple,D,D,1,5,,,\n\
                   9,simple,E,E,1,5,,,\n";

#[tokio::test]
async fn what_is_switched_off_in_a_woocommerce_shop_is_no_longer_sold_here() {
    let scope = merchant(&fresh_database().await, "barro").await;
    import(&scope, WOO, APPLY).await;
    assert_eq!(on_sale(&scope).await, ["A", "B", "C", "CAM-M", "CAM-S", "D", "E", "TAZ"]);
    // One variation is disabled, and a product lost its price.
    let some_off = WOO.replace("CAM-S,,1", "CAM-S,,0").replace("Taza,1,5", "Taza,1,");
    assert_eq!(import(&scope, &some_off, APPLY).await.counts.archived, 2);
    assert_eq!(on_sale(&scope).await, ["A", "B", "C", "CAM-M", "D", "E"]);
    // All variations are disabled.
    let all_off = some_off.replace("CAM-M,,1", "CAM-M,,0");
    import(&scope, &all_off, APPLY).await;
    assert_eq!(on_sale(&scope).await, ["A", "B", "C", "D", "E"]);
    assert_eq!(import(&scope, &all_off, APPLY).await.outcome, Outcome::Unchanged);
    import(&scope, WOO, APPLY).await;
    assert_eq!(on_sale(&scope).await.len(), 8);
    // The exporter says of each variation of a draft that it is unpublished.
    let draft = WOO.replace("Camisa,1", "Camisa,-1").replace(",,1,10,CAM", ",,-1,10,CAM");
    let report = import(&scope, &draft, APPLY).await;
    assert_eq!((report.counts.archived, report.reading.variants), (0, 8), "{report}");
    assert_eq!(on_sale(&scope).await, ["A", "B", "C", "D", "E", "TAZ"]);
}

#[tokio::test]
async fn what_is_switched_off_in_a_magento_shop_is_no_longer_sold_here() {
    let scope = merchant(&fresh_database().await, "barro").await;
    let file = "sku,product_type,name,price,url_key,product_online,additional_attributes,configurable_variations\n\
                B-S,simple,Bolsa,10,b-s,1,size=S,\nB-M,simple,Bolsa,10,b-m,1,size=M,\n\
                B,configurable,Bolsa,,bolsa,1,,\"sku=B-S,size=S|sku=B-M,size=M\"\n\
                T1,simple,Taza,5,t1,1,,\nT2,simple,Taza,5,t2,1,,\nT3,simple,Taza,5,t3,1,,\nT4,simple,Taza,5,t4,1,,\n";
    import(&scope, file, APPLY).await;
    let one_off = file.replace("b-s,1", "b-s,2");
    assert_eq!(import(&scope, &one_off, APPLY).await.counts.archived, 1);
    assert_eq!(on_sale(&scope).await, ["B-M", "T1", "T2", "T3", "T4"]);
    let report = import(&scope, &one_off.replace("b-m,1", "b-m,2"), APPLY).await;
    assert_eq!((report.outcome, report.reading.refused_rows), (Outcome::Applied, 0), "{report}");
    assert_eq!(on_sale(&scope).await, ["T1", "T2", "T3", "T4"]);
}

#[tokio::test]
async fn nothing_is_archived_while_a_row_cannot_be_tied_to_a_product() {
    let file = "id,title,price,availability,image_link\nA,Taza,5,in stock,https://img.example/a\n\
                B,Vela,6,in stock,https://img.example/b\nC,Vaso,7,in stock,https://img.example/c\n\
                D,Jarra,8,in stock,https://img.example/d\n";
    let replace = ImportOptions { partial: Partial::Allow, absent: Absent::Archive, ..APPLY };
    let scope = merchant(&fresh_database().await, "barro").await;
    import(&scope, file, APPLY).await;
    let slipped =
        file.replace("B,Vela,6", "B,Vela, roja,6").replace("D,Jarra,8,in stock,https://img.example/d\n", "");
    let report = import(&scope, &slipped, replace.clone()).await;
    assert_eq!((report.counts.archived, report.reading.refused_rows), (0, 1), "{report}");
    assert!(report.to_string().contains("nothing that the file lacks was archived"), "{report}");
    assert_eq!(on_sale(&scope).await, ["A", "B", "C", "D"]);
    let mended = slipped.replace("Vela, roja", "Vela roja");
    assert_eq!(import(&scope, &mended, replace).await.counts.archived, 1);
    assert_eq!(on_sale(&scope).await, ["A", "B", "C"]);
}

#[tokio::test]
async fn a_thing_that_gets_another_sku_is_not_sold_twice() {
    let scope = merchant(&fresh_database().await, "barro").await;
    let nameless = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n\
                    camisa,Camisa,Talla,S,,10,3\ncamisa,,,M,,10,4\nvela,Vela,Title,Default Title,,5,1\n\
                    a,A,Title,Default Title,A,5,1\nb,B,Title,Default Title,B,5,1\nc,C,Title,Default Title,C,5,1\n\
                    d,D,Title,Default Title,D,5,1\n";
    import(&scope, nameless, APPLY).await;
    assert_eq!(on_sale(&scope).await, ["A", "B", "C", "D", "camisa-m", "camisa-s", "vela"]);
    sqlx::query("update variants set floor_minor = 800 where sku = 'camisa-m'")
        .execute(scope.pool())
        .await
        .unwrap();
    let named = nameless.replace("M,,10", "m,CAM-M,10").replace("Default Title,,5", "Default Title,VELA,5");
    let report = import(&scope, &named, APPLY).await;
    assert_eq!((report.counts.variants_created, report.counts.archived), (2, 2), "{report}");
    assert_eq!(on_sale(&scope).await, ["A", "B", "C", "CAM-M", "D", "VELA", "camisa-s"]);
    // What the file cannot say of it comes along.
    assert_eq!(variant(&scope, "CAM-M").await.2, Some(800));
    assert_eq!(import(&scope, &named, APPLY).await.outcome, Outcome::Unchanged);
}

#[tokio::test]
async fn a_sale_between_dry_run_and_import_is_no_other_plan() {
    let scope = merchant(&fresh_database().await, "barro").await;
    let file = "handle,title,sku,price,stock\na,A,A,10,5\nb,B,B,10,5\n";
    import(&scope, file, APPLY).await;
    let plan = |file: String| {
        let scope = &scope;
        async move { import(scope, &file, ImportOptions { run: Run::Dry, ..APPLY }).await.plan }
    };
    let counted = file.replace("A,10,5", "A,10,20");
    let shown = plan(counted.clone()).await;
    sqlx::query("update variants set stock = 4 where sku = 'A'").execute(scope.pool()).await.unwrap();
    assert_eq!(plan(counted.clone()).await, shown);
    // What was not to be changed and now would be is told first, and so is another count.
    sqlx::query("update variants set stock = 4 where sku = 'B'").execute(scope.pool()).await.unwrap();
    assert_ne!(plan(counted).await, shown);
    assert_ne!(plan(file.replace("A,10,5", "A,10,21")).await, shown);
}
