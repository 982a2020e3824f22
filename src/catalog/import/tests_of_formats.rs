//! The files of other systems, each with the traps that real ones have.

use super::*;
use crate::catalog::import::decimal::{Decimals, Mark};
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::draft::ProductDraft;
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::format::Format;
use crate::catalog::import::sheet::{workbook_of_sheets, workbook_sample};
use crate::catalog::import::sheets::Done;
use crate::catalog::import::tests::{parse, pesos, shop};
use crate::catalog::product::{Named, ProductStatus, WhenOut};

const WOOCOMMERCE_ES: &str = include_str!("samples/woocommerce_es.csv");
const WOOCOMMERCE_PT: &str = include_str!("samples/woocommerce_pt.csv");
const MAGENTO: &str = include_str!("samples/magento.csv");
const META: &str = include_str!("samples/meta.csv");
const GOOGLE: &str = include_str!("samples/google.xml");
const TIENDANUBE: &str = include_str!("samples/tiendanube.csv");
const SQUARE: &str = include_str!("samples/square.csv");
const PLAIN: &str = include_str!("samples/plain_es.csv");
const JSON: &str = include_str!("samples/trato.jsonl");

fn product<'p>(parsed: &'p ParsedFile, handle: &str) -> &'p ProductDraft {
    let found = parsed.products.iter().find(|product| product.fields.handle.as_str() == handle);
    found.unwrap_or_else(|| panic!("no {handle} in {:?}", parsed.products))
}

fn rows_noted(parsed: &ParsedFile, note: &Note) -> Vec<u32> {
    parsed.reading.notes.iter().filter(|noted| noted.note == *note).flat_map(|noted| noted.rows.clone()).collect()
}

fn fact(product: &ProductDraft, name: &str) -> Option<String> {
    product.fields.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone())
}

#[test]
fn a_spanish_woocommerce_export_is_read_with_all_its_habits() {
    let parsed = parse(WOOCOMMERCE_ES);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::WooCommerce, vec![]));
    assert_eq!(parsed.reading.decimals, Decimals { mark: Mark::Comma, commas: 8, ..Decimals::default() });
    let shirt = product(&parsed, "cam");
    assert_eq!(shirt.fields.title, "Camisa Sol");
    assert_eq!(shirt.fields.description, "Ligera.\nCamisa de algodón ☀️\n- Lavable");
    assert_eq!(
        (shirt.fields.category.as_str(), shirt.fields.tags.as_slice()),
        ("Ropa > Camisas", ["verano", "Ofertas"].map(str::to_owned).as_slice())
    );
    assert_eq!(shirt.fields.images[0], "https://img.example/sol%201.jpg");
    assert_eq!(
        (shirt.fields.brand.as_str(), shirt.fields.options.as_slice()),
        ("Sol", ["Color", "Talla"].map(str::to_owned).as_slice())
    );
    let [blue, red] = shirt.variants.as_slice() else { panic!("{shirt:?}") };
    assert_eq!((blue.price, blue.cost, blue.stock), (pesos("1299"), Some(pesos("450")), Some(7)));
    // It fits every size, and is counted with the whole product.
    assert_eq!(blue.options, [Named::new("Color", "Azul"), Named::new("Talla", "S, M")]);
    assert_eq!(blue.image.as_deref(), Some("https://img.example/azul.jpg"));
    assert_eq!((red.price, red.compare_at), (pesos("999.50"), Some(pesos("1299"))));
    assert_eq!(red.options, [Named::new("Color", "Rojo, claro"), Named::new("Talla", "M")]);
    assert_eq!((red.stock, red.when_out, red.sku.as_str()), (Some(0), WhenOut::Continue, "cam-12"));
    assert_eq!(fact(shirt, "Código de barras").as_deref(), Some("7702123456789 (Azul / S, M)"));
    assert_eq!(fact(shirt, "Peso").as_deref(), Some("0,3 kg"));
}

#[test]
fn what_a_woocommerce_shop_does_not_sell_itself_is_left_out_or_a_draft() {
    let parsed = parse(WOOCOMMERCE_ES);
    let cup = product(&parsed, "taz");
    // The reduction ends some day, so the regular price counts; there is none left; and it is hidden.
    assert_eq!((cup.variants[0].price, cup.variants[0].stock), (pesos("89.90"), Some(0)));
    assert_eq!((cup.fields.status, cup.fields.category.as_str()), (ProductStatus::Draft, ""));
    assert_eq!((cup.fields.description.as_str(), cup.fields.images.len()), ("Línea uno\nLínea dos", 1));
    assert_eq!((fact(cup, "Material").as_deref(), fact(cup, "Interno costo")), (Some("barro"), None));
    assert_eq!(product(&parsed, "don").fields.status, ProductStatus::Draft);
    for (note, rows) in [
        (Note::VariantOff, vec![5]),
        (Note::BarcodeRounded, vec![4]),
        (Note::DatedSale, vec![6]),
        (Note::Grouped, vec![7]),
        (Note::NoPrice, vec![9]),
        (Note::AnyValue, vec![3]),
        (Note::PicturePath, vec![6]),
    ] {
        assert_eq!(rows_noted(&parsed, &note), rows, "{note:?}");
    }
    let unused: Vec<&str> = parsed.reading.unused.iter().map(|column| column.column.as_str()).collect();
    assert!(unused.contains(&"Meta: _yoast") && unused.contains(&"Estado del impuesto"), "{unused:?}");
    assert!(!unused.contains(&"Meta: _wc_cog_cost"), "{unused:?}");
}

#[test]
fn a_portuguese_woocommerce_export_is_read_too() {
    let parsed = parse(WOOCOMMERCE_PT);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::WooCommerce, vec![]));
    assert_eq!(parsed.reading.delimiter, Some(';'));
    let cup = product(&parsed, "product-1");
    assert_eq!((cup.fields.title.as_str(), cup.fields.category.as_str()), ("Caneca Lua", "Cozinha > Canecas"));
    assert_eq!((cup.variants[0].price, cup.variants[0].stock), (pesos("59.90"), Some(4)));
    assert_eq!((cup.variants[1].stock, cup.variants[1].when_out), (Some(0), WhenOut::Continue));
    assert_eq!(cup.variants[1].options, [Named::new("Cor", "Verde")]);
}

#[test]
fn a_magento_export_is_read_with_all_its_habits() {
    let parsed = parse(MAGENTO);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::Magento, vec![]));
    assert_eq!(parsed.products.len(), 2);
    let bag = product(&parsed, "bolsa-rio");
    assert_eq!(
        (bag.fields.title.as_str(), bag.fields.description.as_str()),
        ("Bolsa Río", "Corta\nGrande & fuerte")
    );
    assert_eq!(
        (bag.fields.category.as_str(), bag.fields.tags.as_slice()),
        ("Mujer > Bolsas", ["Nuevo".to_owned()].as_slice())
    );
    assert_eq!(
        (bag.fields.brand.as_str(), bag.fields.options.as_slice()),
        ("Río", ["Tamaño".to_owned()].as_slice())
    );
    let [small, medium] = bag.variants.as_slice() else { panic!("{bag:?}") };
    assert_eq!((small.sku.as_str(), small.price, small.stock), ("BOL-S", pesos("34"), Some(100)));
    assert_eq!(small.options, [Named::new("Tamaño", "S")]);
    assert_eq!((medium.price, medium.compare_at), (pesos("30"), Some(pesos("36"))));
    assert_eq!((medium.stock, medium.when_out), (Some(0), WhenOut::Continue));
    assert_eq!(fact(bag, "Material").as_deref(), Some("Lona, Piel"));
    assert_eq!(fact(bag, "Care").as_deref(), Some("Lavar, secar"));
    assert_eq!(fact(bag, "Weight").as_deref(), Some("0.4 (S), 0.6 (M)"));
    assert_eq!(fact(bag, "Supplier cost"), None);
    let strap = product(&parsed, "correa");
    // Not counted; its reduction ends; and shoppers do not see it by itself.
    assert_eq!((strap.variants[0].stock, strap.variants[0].price), (None, pesos("5")));
    assert_eq!(strap.fields.status, ProductStatus::Draft);
    for (note, rows) in [
        (Note::Translation, vec![5]),
        (Note::Grouped, vec![7]),
        (Note::NoVariants, vec![8]),
        (Note::DatedSale, vec![6]),
        (Note::PicturePath, vec![2, 4]),
    ] {
        assert_eq!(rows_noted(&parsed, &note), rows, "{note:?}");
    }
}

#[test]
fn pictures_of_a_magento_export_are_found_where_the_merchant_says() {
    let options =
        ReadOptions { pictures_at: Some("https://m.example/media/".to_owned()), ..ReadOptions::default() };
    let parsed = read(MAGENTO.as_bytes(), shop(), &options).unwrap();
    let bag = product(&parsed, "bolsa-rio");
    assert_eq!(
        bag.fields.images,
        ["https://m.example/media/b/o/bolsa.jpg", "https://m.example/media/b/o/bolsa_alt.jpg"]
    );
    assert_eq!(bag.variants[0].image.as_deref(), Some("https://m.example/media/b/o/bolsa_s.jpg"));
}

#[test]
fn a_meta_catalog_is_read_below_its_explanations() {
    let parsed = parse(META);
    assert_eq!(parsed.reading.format, Format::Meta);
    let refused: Vec<_> =
        parsed.reading.refused.iter().map(|refusal| (refusal.row, refusal.fault.clone())).collect();
    assert_eq!(refused, [(7, Fault::OtherCurrency { shop: shop().currency })]);
    let shoe = product(&parsed, "pla");
    assert_eq!(
        (shoe.fields.title.as_str(), shoe.fields.options.as_slice()),
        ("Zapato Playa Azul", ["Talla".to_owned()].as_slice())
    );
    let [small, medium, large] = shoe.variants.as_slice() else { panic!("{shoe:?}") };
    assert_eq!((small.stock, medium.stock, large.stock), (Some(3), Some(0), Some(0)));
    assert_eq!((medium.price, medium.compare_at), (pesos("499"), Some(pesos("599"))));
    assert_eq!((large.price, large.when_out), (pesos("1599"), WhenOut::Continue));
    assert_eq!((shoe.fields.images.len(), fact(shoe, "Color").as_deref()), (3, Some("Azul")));
    let cap = product(&parsed, "gor");
    assert_eq!((cap.variants[0].stock, fact(cap, "Estado").as_deref()), (Some(0), Some("used")));
    let unused: Vec<&str> = parsed.reading.unused.iter().map(|column| column.column.as_str()).collect();
    assert_eq!(unused, ["link", "custom_label_0"]);
}

#[test]
fn a_google_feed_is_read_from_xml_and_from_text() {
    let parsed = parse(GOOGLE);
    assert_eq!(parsed.reading.format, Format::Google);
    let refused: Vec<_> =
        parsed.reading.refused.iter().map(|refusal| (refusal.row, refusal.fault.clone())).collect();
    assert_eq!(refused, [(3, Fault::ZeroPrice)]);
    let candle = product(&parsed, "vel-1");
    assert_eq!(
        (candle.fields.title.as_str(), candle.fields.category.as_str()),
        ("Vela Mar & Sal", "Hogar > Velas")
    );
    assert_eq!(candle.fields.description, "Cera de soya. ñ &a;");
    assert_eq!((candle.variants[0].price, candle.variants[0].cost), (pesos("1299"), Some(pesos("500"))));
    assert_eq!((candle.fields.images.len(), candle.variants[0].sku.as_str()), (3, "VEL-1"));
    assert_eq!(fact(candle, "Diámetro").as_deref(), Some("8 cm"));
    let text = "id\ttitle\tprice\timage link\titem group id\tcolor\nA\tTaza roja\t10.00 MXN\thttps://i.example/a\tT\trojo\n\
                B\tTaza azul\t10.00 MXN\thttps://i.example/b\tT\tazul\n";
    let parsed = parse(text);
    assert_eq!((parsed.reading.format, parsed.reading.refused_rows), (Format::Google, 0));
    let cup = product(&parsed, "t");
    assert_eq!(
        (cup.fields.title.as_str(), cup.fields.options.as_slice()),
        ("Taza", ["Color".to_owned()].as_slice())
    );
}

#[test]
fn a_square_library_is_read_with_options_stock_and_what_is_archived() {
    let parsed = parse(SQUARE);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::Square, vec![]));
    let shirt = product(&parsed, "camisa-sol");
    assert_eq!((shirt.fields.title.as_str(), shirt.fields.description.as_str()), ("Camisa Sol", "De lino."));
    assert_eq!(shirt.fields.options, ["Color", "Talla"]);
    let [small, medium] = shirt.variants.as_slice() else { panic!("{shirt:?}") };
    assert_eq!((small.stock, small.price), (Some(5), pesos("450")));
    assert_eq!((medium.stock, medium.price, medium.compare_at), (Some(0), pesos("399"), Some(pesos("450"))));
    assert_eq!(fact(shirt, "Weight").as_deref(), Some("0.4 lb (Azul / S)"));
    let coffee = product(&parsed, "cafe-de-olla");
    assert_eq!(coffee.variants[1].options, [Named::new("Variante", "Grande")]);
    assert_eq!((coffee.variants[1].stock, coffee.fields.category.as_str()), (None, "Bebidas"));
    let cup = product(&parsed, "taza-luna");
    assert_eq!((cup.variants[0].options.len(), cup.variants[0].stock), (0, Some(12)));
    assert_eq!(product(&parsed, "vaso-viejo").fields.status, ProductStatus::Archived);
    assert_eq!((rows_noted(&parsed, &Note::VariantOff), rows_noted(&parsed, &Note::NoPrice)), (vec![4], vec![9]));
    assert_eq!(parsed.products.len(), 4);
}

#[test]
fn a_tiendanube_export_is_read_with_all_its_habits() {
    let parsed = parse(TIENDANUBE);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::Tiendanube, vec![]));
    let shirt = product(&parsed, "remera-sol");
    assert_eq!((shirt.fields.title.as_str(), shirt.fields.description.as_str()), ("Remera Sol", "De algodón."));
    assert_eq!(
        (shirt.fields.category.as_str(), shirt.fields.tags.join(" ")),
        ("Ropa > Remeras", "verano playa Ofertas".to_owned())
    );
    let [blue, red] = shirt.variants.as_slice() else { panic!("{shirt:?}") };
    assert_eq!(
        (blue.price, blue.compare_at, blue.cost),
        (pesos("9900"), Some(pesos("12900")), Some(pesos("4500")))
    );
    assert_eq!((blue.stock, red.stock, red.price), (Some(5), None, pesos("12900")));
    assert_eq!(red.options, [Named::new("Color", "Roja"), Named::new("Talle", "M")]);
    let cap = product(&parsed, "gorra");
    assert_eq!((cap.fields.status, cap.variants[0].sku.as_str()), (ProductStatus::Draft, "gorra"));
    assert_eq!((fact(cap, "Peso"), fact(shirt, "Peso").as_deref()), (None, Some("0.20 kg")));
}

#[test]
fn a_plain_table_is_read_with_the_names_that_people_give_columns() {
    let parsed = parse(PLAIN);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::Plain, vec![]));
    let shirt = product(&parsed, "playera-basica");
    assert_eq!((shirt.fields.options.as_slice(), shirt.variants.len()), (["Talla".to_owned()].as_slice(), 2));
    assert_eq!((shirt.variants[0].price, shirt.variants[0].cost), (pesos("1199.90"), Some(pesos("400"))));
    assert_eq!(product(&parsed, "sombrero").variants[0].stock, None);
    assert_eq!((rows_noted(&parsed, &Note::Heading), parsed.products.len()), (vec![5], 2));
    let unused: Vec<&str> = parsed.reading.unused.iter().map(|column| column.column.as_str()).collect();
    assert_eq!(unused, ["Observaciones"]);
}

#[test]
fn a_shopify_export_of_many_columns_keeps_what_the_shop_added() {
    let text = "\u{feff}Handle,Title,Body (HTML),Tela (product.metafields.custom.tela),product.metafields.custom.costo,\
                Corte(product.metafields.custom.corte),Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Price,\
                Variant Barcode,Cost per item,Included / México,Price / México,Image Src,Status\n\
                top,Top,<p>¡Hola! 🌸</p>,\"[\"\"Lino\"\",\"\"Algodón\"\"]\",80,Recto,Talla,S,TOP-S,120.0,\"1.299,00\",'750,\"99,5\",true,\"1,00\",https://i.example/1,active\n\
                top,,,,,,,M,TOP-M,0,\"1.299,00\",7.5E+12,,,,https://i.example/2,\n\
                top,,,,,,,,,,,,,,,https://i.example/3,\n\
                solo,Solo,,,,,Title,Default,SOLO,0,5,,,,,,TRUE\n";
    let parsed = parse(text);
    assert_eq!(parsed.reading.decimals.mark, Mark::Comma);
    let top = product(&parsed, "top");
    assert_eq!((top.variants.len(), top.fields.images.len()), (2, 3));
    assert_eq!((top.variants[0].price, top.variants[0].cost), (pesos("1299"), Some(pesos("99.50"))));
    let facts: Vec<_> = top.fields.facts.iter().map(|fact| (fact.name.as_str(), fact.value.as_str())).collect();
    assert_eq!(
        facts,
        [("Código de barras", "750 (S)"), ("Tela", "Lino, Algodón"), ("Corte", "Recto"), ("Peso", "120 g (S)")]
    );
    let unused: Vec<&str> = parsed.reading.unused.iter().map(|column| column.column.as_str()).collect();
    assert_eq!(unused, ["product.metafields.custom.costo", "Included / México", "Price / México"]);
    // `TRUE` is no status, and the product says so by itself.
    assert_eq!(parsed.reading.refused.len(), 1, "{:?}", parsed.reading.refused);
}

#[test]
fn a_price_column_that_names_another_currency_is_refused() {
    let fault = Fault::OtherCurrency { shop: shop().currency };
    let parsed = parse("Producto,Precio (USD)\nTaza,15\n");
    assert_eq!(parsed.reading.refused[0].fault, fault);
    assert_eq!(parse("Producto,Precio (MXN)\nTaza,15\n").reading.refused, []);
}

#[test]
fn json_lines_are_our_format_too() {
    let parsed = parse(JSON);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::Trato, vec![]));
    let cup = product(&parsed, "taza-luna");
    assert_eq!((cup.fields.tags.len(), cup.fields.facts[0].clone()), (2, Named::new("Material", "barro")));
    assert_eq!((cup.variants[1].price, cup.variants[1].when_out), (pesos("199.50"), WhenOut::Continue));
    assert_eq!(product(&parsed, "vela-mar").fields.images, ["https://img.example/vela.jpg"]);
}

#[test]
fn a_workbook_holds_the_same_products_as_the_text() {
    let rows: Vec<Vec<String>> =
        ["Nuestra tienda", "Código;Producto;Precio;Existencia", "7702123456789;Taza;189.5;12", ";Plato;95;"]
            .iter()
            .map(|line| line.split(';').map(str::to_owned).collect())
            .collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let lines: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
    let parsed = read(&workbook_sample(&lines), shop(), &ReadOptions::default()).unwrap();
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (Format::Plain, vec![]));
    let cup = &product(&parsed, "taza").variants[0];
    assert_eq!((cup.sku.as_str(), cup.price, cup.stock), ("7702123456789", pesos("189.50"), Some(12)));
    assert_eq!(product(&parsed, "plato").variants[0].sku.as_str(), "plato");
}

#[test]
fn numbers_of_a_workbook_and_prices_typed_into_it_as_text_are_read_side_by_side() {
    let rows: [&[&str]; 5] = [
        &["Código", "Producto", "Precio", "Existencia"],
        &["A", "Taza", "12,50 €", "1"],
        &["B", "Plato", "850.5", "2"],
        &["C", "Vaso", "220.284", "3"],
        &["D", "Jarra", "0", "4"],
    ];
    let euros = ShopDefaults { currency: "EUR".parse().unwrap(), ..shop() };
    for decimal in [None, Some(Mark::Comma)] {
        let options = ReadOptions { decimal, ..ReadOptions::default() };
        let parsed = read(&workbook_sample(&rows), euros, &options).unwrap();
        let prices: Vec<i64> = parsed.products.iter().map(|product| product.variants[0].price.minor()).collect();
        assert_eq!(prices, [1_250, 85_050, 22_028], "{:?}", parsed.reading);
        assert_eq!((parsed.reading.refused[0].cell.as_str(), parsed.reading.refused.len()), ("0", 1));
    }
}

#[test]
fn the_cost_that_a_plugin_keeps_is_written_with_a_point_in_a_shop_that_writes_commas() {
    let file = "ID;Type;SKU;Name;Published;Regular price;Meta: _wc_cog_cost\n1;simple;A;Taza;1;1299,00;450.00\n\
                2;simple;B;Vela;1;99,50;12.500\n3;simple;C;Vaso;1;50;\n";
    let parsed = parse(file);
    assert_eq!((parsed.reading.refused.clone(), parsed.reading.decimals.mark), (vec![], Mark::Comma));
    let costs: Vec<_> = parsed.products.iter().map(|product| product.variants[0].cost).collect();
    assert_eq!(costs, [Some(pesos("450")), Some(pesos("12.50")), None]);
}

#[test]
fn variations_of_a_product_that_is_counted_as_a_whole_have_its_count() {
    let file = "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?,Regular price,Parent,Attribute 1 name,\
                Attribute 1 value(s)\n1,variable,CAM,Camisa,1,1,7,1,,,Talla,\"S, M, L\"\n\
                2,variation,S,,1,1,,0,10,CAM,Talla,S\n3,variation,M,,1,1,2,0,10,CAM,Talla,M\n\
                4,variation,L,,1,0,,0,10,CAM,Talla,L\n5,variable,GOR,Gorra,1,1,,0,,,Talla,U\n\
                6,variation,U,,1,1,,0,10,GOR,Talla,U\n";
    let parsed = parse(file);
    let told = |handle| -> Vec<_> {
        product(&parsed, handle).variants.iter().map(|variant| (variant.stock, variant.when_out)).collect()
    };
    let (goes_on, ends) = (WhenOut::Continue, WhenOut::Deny);
    assert_eq!(told("cam"), [(Some(7), goes_on), (Some(2), ends), (Some(0), goes_on)]);
    // Nobody counts these.
    assert_eq!(told("gor"), [(None, ends)]);
}

#[test]
fn a_price_that_is_reduced_from_a_day_to_come_is_not_reduced_yet() {
    let file = "ID,Type,SKU,Name,Published,Date sale price starts,Date sale price ends,Sale price,Regular price\n\
                1,simple,A,Taza,1,2027-01-01 00:00:00,,50,100\n2,simple,B,Vela,1,2026-11-01,,50,100\n\
                3,simple,C,Vaso,1,,,50,100\n4,simple,D,Jarra,1,2026-11-01,2027-01-01,50,100\n";
    let prices = |today: Option<&str>| {
        let shop = ShopDefaults { today: today.map(|day| day.parse().unwrap()), ..shop() };
        let parsed = read(file.as_bytes(), shop, &ReadOptions::default()).unwrap();
        let price = |product: &ProductDraft| product.variants[0].price.minor() / 100;
        (parsed.products.iter().map(price).collect::<Vec<_>>(), rows_noted(&parsed, &Note::DatedSale))
    };
    assert_eq!(prices(Some("2026-11-21")), (vec![100, 50, 50, 100], vec![2, 5]));
    assert_eq!(prices(Some("2027-01-01")), (vec![50, 50, 50, 100], vec![5]));
    assert_eq!(prices(None), (vec![100, 100, 50, 100], vec![2, 3, 5]));
}

#[test]
fn an_ordinary_table_with_numbers_of_a_database_is_not_taken_for_a_feed() {
    let parsed =
        parse("id,sku,name,price,category,stock,image\n731,TAZ-1,Taza,10.00,Cocina,4,https://i.example/t.jpg\n");
    let cup = product(&parsed, "taza");
    assert_eq!((cup.variants[0].sku.as_str(), cup.variants[0].stock), ("TAZ-1", Some(4)));
    assert_eq!((cup.fields.category.as_str(), cup.fields.images.len()), ("Cocina", 1));
}

#[test]
fn a_feed_in_a_language_we_do_not_have_is_read_as_the_shops() {
    let parsed = parse(
        "id,title,price,availability,content_language\nA,Tasse,10.00,in stock,de\nB,Copo,5.00,in stock,pt-BR\n",
    );
    assert_eq!(parsed.reading.refused, []);
    let languages: Vec<_> = parsed.products.iter().map(|product| product.fields.language).collect();
    assert_eq!(languages, [Language::Es, Language::Pt]);
    assert_eq!(parse("handle,title,sku,price,language\na,Tasse,S,1.00,de\n").reading.refused_rows, 1);
}

#[test]
fn every_detail_of_a_product_is_a_fact_of_its_own() {
    let details = [("Material", "Cera, soya"), ("Diámetro", "8 cm"), ("Horas", "40")];
    let xml: String = details
        .map(|(name, value)| {
            format!(
                "<g:product_detail><g:section_name>S</g:section_name><g:attribute_name>{name}</g:attribute_name>\
                 <g:attribute_value>{value}</g:attribute_value></g:product_detail>"
            )
        })
        .concat();
    let xml = format!(
        "<rss><channel><item><g:id>V</g:id><g:title>Vela</g:title><g:price>10.00 MXN</g:price>\
         <g:availability>in stock</g:availability>{xml}</item></channel></rss>"
    );
    let text = "id\ttitle\tprice\tavailability\tproduct_detail\n\
                V\tVela\t10.00 MXN\tin stock\tS:Material:Cera, soya,S:Diámetro:8 cm,S:Horas:40\n";
    for text in [xml.as_str(), text] {
        let parsed = parse(text);
        for (name, value) in details {
            assert_eq!(fact(&parsed.products[0], name).as_deref(), Some(value), "{text}");
        }
    }
}

#[test]
fn the_same_row_twice_is_a_sku_twice_and_nothing_else() {
    let agreed = ReadOptions { agreed: Agreed::to(vec![Doubt::DuplicateSku]), ..ReadOptions::default() };
    for file in [
        "handle,title,sku,price\na,Taza,ABC,5.00\na,Taza,ABC,5.00\n",
        "handle,title,sku,option1_name,option1_value,price\na,Taza,ABC,Color,Azul,5.00\na,Taza,ABC,Color,Azul,5.00\n",
        "id,title,price,availability\nABC,Taza,5.00,in stock\nABC,Taza,5.00,in stock\n",
        "Código,Producto,Precio\nABC,Taza,5.00\nABC,Taza,5.00\n",
        "Handle,Title,Variant SKU,Variant Price\na,Taza,ABC,5.00\na,,ABC,5.00\n",
    ] {
        let parsed = parse(file);
        let refused: Vec<_> = parsed.reading.refused.iter().map(|refusal| refusal.fault.clone()).collect();
        assert_eq!(
            (refused, parsed.reading.doubts),
            (vec![Fault::SkuTwice { row: 2 }], vec![(Doubt::DuplicateSku, 1)])
        );
        let parsed = read(file.as_bytes(), shop(), &agreed).unwrap();
        assert_eq!(
            (parsed.reading.refused_rows, rows_noted(&parsed, &Note::SkuTwiceLeftOut)),
            (0, vec![3]),
            "{file}"
        );
        assert!(parsed.products[0].variants[0].options.iter().all(|option| option.name == "Color"), "{file}");
    }
}

#[test]
fn rows_that_only_their_place_tells_apart_are_refused() {
    let parsed = parse("Producto,Precio\nTaza,5.00\nVela,7.00\nTaza,6.00\n");
    let refused: Vec<_> =
        parsed.reading.refused.iter().map(|refusal| (refusal.row, refusal.fault.clone())).collect();
    assert_eq!((refused, parsed.products.len()), (vec![(4, Fault::SameName { row: 2 })], 2));
    // A SKU, or a size, is enough.
    assert_eq!(parse("Producto,Código,Precio\nTaza,A,5.00\nTaza,B,6.00\n").reading.refused, []);
    assert_eq!(parse("Producto,Talla,Precio\nTaza,S,5.00\nTaza,M,6.00\n").reading.refused, []);
}

#[test]
fn a_group_is_a_product_only_where_its_rows_are_called_alike() {
    let drinks = "Código;Producto;Grupo;Precio\n1;Agua mineral;Bebidas;10,50\n2;Refresco de cola;Bebidas;12,00\n\
                  3;Jugo;Bebidas;15,00\n4;Papas;Botanas;18,00\n";
    let parsed = parse(drinks);
    assert_eq!((parsed.reading.refused.clone(), parsed.products.len()), (vec![], 4));
    let water = product(&parsed, "agua-mineral");
    assert_eq!((water.fields.category.as_str(), water.fields.options.len()), ("Bebidas", 0));
    assert_eq!(product(&parsed, "papas").fields.category, "Botanas");
    let shirts = "Código;Producto;Modelo;Talla;Precio\n1;Camisa Sol azul;CS;S;10,50\n2;Camisa Sol azul;CS;M;10,50\n\
                  3;Camisa Sol roja;CS;L;10,50\n4;Gorra;G1;;5,00\n5;Bufanda;G2;;5,00\n";
    let parsed = parse(shirts);
    assert_eq!(product(&parsed, "cs").variants.len(), 3, "{:?}", parsed.products);
    assert_eq!(fact(product(&parsed, "gorra"), "Modelo").as_deref(), Some("G1"));
    // What only means one thing is believed.
    let parsed = parse("SKU,Product,Parent SKU,Price\n1,Azul,P,10\n2,Roja,P,10\n");
    assert_eq!(parsed.products.len(), 1);
}

#[test]
fn the_sheets_of_a_workbook_are_read_one_after_the_other_or_asked_about() {
    let header: &[&str] = &["Código", "Producto", "Precio"];
    let notes: &[&[&str]] = &[&["Cómo se llena"], &["Una fila por producto"]];
    let book = workbook_of_sheets(&[
        ("Notas", notes),
        ("Bebidas", &[&["Tienda Luna"], header, &["1", "Agua", "10.5"], &["2", "Jugo", "0"]]),
        ("Botanas", &[header, &["3", "Papas", "18"], &["4", "Nueces", "gratis"]]),
        ("Mayoreo", &[&["Código", "Descuento"], &["1", "5"], &["2", "7"]]),
    ]);
    let parsed = read(&book, shop(), &ReadOptions::default()).unwrap();
    let titles: Vec<&str> = parsed.products.iter().map(|product| product.fields.title.as_str()).collect();
    assert_eq!(titles, ["Agua", "Papas"]);
    // The second sheet's rows are numbered on from the first one's four.
    let refused: Vec<u32> = parsed.reading.refused.iter().map(|refusal| refusal.row).collect();
    assert_eq!(refused, [4, 7]);
    let told: Vec<_> = parsed.reading.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.done)).collect();
    assert_eq!(
        told,
        [
            ("Notas", Done::NoTable),
            ("Bebidas", Done::Read { rows_before: 0 }),
            ("Botanas", Done::Read { rows_before: 4 }),
            ("Mayoreo", Done::LeftOut),
        ]
    );
    assert!(parsed.reading.doubts.contains(&(Doubt::SheetsLeftOut, 1)), "{:?}", parsed.reading.doubts);
    let mut rows = Vec::new();
    refused_rows(&Source::bytes(&book), shop(), &ReadOptions::default(), &mut rows).unwrap();
    let rows = String::from_utf8(rows).unwrap();
    assert!(
        rows.contains("2,Jugo,0,\"Precio: the price is zero") && rows.contains("4,Nueces,gratis,\"Precio"),
        "{rows}"
    );
    let one = workbook_of_sheets(&[("Hoja1", &[header, &["1", "Agua", "10.5"]]), ("Hoja2", &[])]);
    assert_eq!(read(&one, shop(), &ReadOptions::default()).unwrap().reading.sheets, []);
}

#[test]
fn every_encoding_and_order_of_columns_gives_the_same_products() {
    let expected = parse(WOOCOMMERCE_ES).products;
    let little: Vec<u8> = WOOCOMMERCE_ES.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&little, shop(), &ReadOptions::default()).unwrap().products, expected);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(WOOCOMMERCE_ES.as_bytes());
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for record in reader.records() {
        let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        cells.reverse();
        writer.write_record(&cells).unwrap();
    }
    assert_eq!(read(&writer.into_inner().unwrap(), shop(), &ReadOptions::default()).unwrap().products, expected);
}

fn refused_of(text: &str, options: &ReadOptions) -> Option<Vec<u8>> {
    let mut rows = Vec::new();
    refused_rows(&Source::bytes(text.as_bytes()), shop(), options, &mut rows).unwrap().then_some(rows)
}

#[test]
fn the_refused_rows_come_back_as_a_file_that_can_be_mended() {
    let file = "handle;title;sku;option1_name;option1_value;price\na;A;S1;T;1;10,50\na;;S2;;2;0\nb;B;S3;;;5,00\n";
    let text = String::from_utf8(refused_of(file, &ReadOptions::default()).unwrap()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(lines[0], "\u{feff}handle;title;sku;option1_name;option1_value;price;refused because");
    assert_eq!(lines[1], "a;A;S1;T;1;10,50;");
    assert!(lines[2].starts_with("a;;S2;;2;0;\"price: the price is zero;"), "{text}");
    let mended = parse(&text.replace(";2;0;", ";2;12,00;"));
    assert_eq!((mended.reading.refused_rows, mended.products[0].variants.len()), (0, 2));
    assert_eq!(refused_of(JSON, &ReadOptions::default()), None);
}

#[test]
fn no_cell_of_the_refused_rows_is_run_as_a_formula() {
    let file = "handle,title,sku,price\na,\"=HYPERLINK(\"\"https://x.example\"\")\",-S1,0\nb,'+b,@S2,0\n";
    let text = String::from_utf8(refused_of(file, &ReadOptions::default()).unwrap()).unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let cells: Vec<String> =
        rows.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '-', '@'])), "{text}");
    let mended = parse(&text.replace(",0,", ",1.00,"));
    let said: Vec<_> =
        mended.products.iter().map(|p| (p.fields.title.as_str(), p.variants[0].sku.as_str())).collect();
    assert_eq!(said, [("=HYPERLINK(\"https://x.example\")", "-S1"), ("+b", "@S2")]);
}

#[test]
fn what_a_person_agreed_to_is_read() {
    let options = |doubts: Vec<Doubt>| ReadOptions { agreed: Agreed::to(doubts), ..ReadOptions::default() };
    let file = "handle,title,sku,price\na,A,S1,0.00\nb,B,S1,5.00\n";
    let parsed = parse(file);
    assert_eq!(parsed.reading.doubts, [(Doubt::ZeroPrice, 1)]);
    let zero = read(file.as_bytes(), shop(), &options(vec![Doubt::ZeroPrice])).unwrap();
    assert_eq!(
        (zero.products[0].variants[0].price, zero.reading.doubts),
        (pesos("0"), vec![(Doubt::DuplicateSku, 1)])
    );
    let both = read(file.as_bytes(), shop(), &options(Doubt::ALL.to_vec())).unwrap();
    assert_eq!((both.products.len(), both.reading.refused_rows), (1, 0));
    assert_eq!(rows_noted(&both, &Note::SkuTwiceLeftOut), [3]);
}

mod anything {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::import::sheet::broken_workbook_sample;

    /// The header rows of every tabular format.
    fn headers() -> Vec<String> {
        let shopify = include_str!("samples/shopify.csv");
        let feed = META.lines().nth(1).unwrap_or_default();
        let plain = PLAIN.lines().nth(1).unwrap_or_default().replace(';', ",");
        let portuguese = WOOCOMMERCE_PT.lines().next().unwrap_or_default().replace(';', ",");
        let first = [WOOCOMMERCE_ES, MAGENTO, SQUARE, shopify]
            .map(|text| text.lines().next().unwrap_or_default().to_owned());
        first.into_iter().chain([feed.to_owned(), plain, portuguese]).collect()
    }

    /// Cells that mean something somewhere, and cells that mean nothing.
    fn cell() -> impl Strategy<Value = String> {
        let words = [
            "",
            "",
            "",
            "1",
            "0",
            "a",
            "b",
            "id:1",
            "simple",
            "variable",
            "variation",
            "configurable",
            "Rojo",
            "1.299,00",
            "10.50",
            "12.990",
            "sku=a,color=Rojo|sku=b,color=Azul",
            "size=S,material=x|y",
            "Ropa > Camisas, Otra",
            "https://img.example/a.jpg",
            "/b/o/x.jpg",
            "7.70212E+12",
            "10.00 MXN",
            "-3",
            "in stock",
            "parent",
            "&trade;<b",
        ];
        prop_oneof![9 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
    }

    fn table() -> impl Strategy<Value = String> {
        let rows = prop::collection::vec(prop::collection::vec(cell(), 1..45), 0..10);
        (prop::sample::select(headers()), rows, any::<bool>()).prop_map(|(header, rows, whole)| {
            let columns = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(header.as_bytes())
                .records()
                .next()
                .map_or(0, |record| record.unwrap().len());
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in rows {
                let cells: Vec<&String> =
                    if whole { row.iter().cycle().take(columns).collect() } else { row.iter().collect() };
                writer.write_record(cells).unwrap();
            }
            format!("{header}\n{}", String::from_utf8(writer.into_inner().unwrap()).unwrap())
        })
    }

    proptest! {
        #[test]
        fn any_table_of_any_format_keeps_every_rule(text in table(), agreed in any::<bool>()) {
            let doubts = if agreed { Doubt::ALL.to_vec() } else { Vec::new() };
            let options = ReadOptions { agreed: Agreed::to(doubts), ..ReadOptions::default() };
            let Ok(parsed) = read(text.as_bytes(), shop(), &options) else { return Ok(()) };
            let mut skus = std::collections::HashSet::new();
            let mut handles = std::collections::HashSet::new();
            for product in &parsed.products {
                prop_assert!(handles.insert(product.fields.handle.clone()));
                prop_assert!(!product.fields.title.is_empty() && !product.variants.is_empty());
                prop_assert!(product.fields.facts.iter().all(|fact| !fact.name.is_empty() && !fact.value.is_empty()));
                let mut options = std::collections::HashSet::new();
                for variant in &product.variants {
                    prop_assert!(skus.insert(variant.sku.clone()));
                    prop_assert!(variant.price.minor() > i64::from(!agreed) - 1);
                    prop_assert!(variant.compare_at.is_none_or(|before| before.minor() > variant.price.minor()));
                    let names: Vec<_> = variant.options.iter().map(|option| option.name.clone()).collect();
                    prop_assert_eq!(&names, &product.fields.options);
                    let values: Vec<_> = variant.options.iter().map(|option| option.value.clone()).collect();
                    prop_assert!(values.iter().all(|value| !value.is_empty()) && options.insert(values));
                }
            }
            let refused = parsed.reading.refused_rows > 0;
            prop_assert_eq!(parsed.may_be_imported(Partial::Refuse), !refused);
            let file = refused_of(&text, &options);
            prop_assert_eq!(file.is_some(), refused);
            // The same bytes are the same products.
            prop_assert_eq!(read(text.as_bytes(), shop(), &options).unwrap().products, parsed.products);
        }

        #[test]
        fn any_feed_json_or_workbook_is_read_or_refused(inside in "\\PC{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let options = ReadOptions::default();
            for text in [format!("<rss><item>{inside}</item></rss>"), format!("<item><g:id>{inside}"), format!("[{inside}]"), format!("{{\"title\":\"{inside}\",\"price\":{inside}}}")] {
                let _ = read(text.as_bytes(), shop(), &options);
            }
            for beginning in [b"<".as_slice(), b"{", b"[", b"PK\x03\x04", b"\xff\xfe"] {
                let _ = read(&[beginning, &bytes].concat(), shop(), &options);
            }
            let _ = read(&broken_workbook_sample(&inside), shop(), &options);
        }
    }

    #[test]
    fn a_workbook_that_lies_about_its_size_is_read_or_refused() {
        for sheet in [
            "<dimension ref=\"G67:A6\"/><sheetData/>",
            "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>",
            "<sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>",
            "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row></sheetData>",
        ] {
            assert!(read(&broken_workbook_sample(sheet), shop(), &ReadOptions::default()).is_err());
        }
    }
}
