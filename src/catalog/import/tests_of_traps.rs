//! What would be read, and read wrongly: each of these files says in one place what another system means by it.

use super::*;
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::fault::Fault;
use crate::catalog::import::format::Format;
use crate::catalog::import::tests::{parse, shop};
use crate::catalog::import::tests_of_formats::product;
use crate::catalog::product::{ProductStatus, WhenOut};

/// Title, SKU, price in cents, stock of each variant.
fn sold(parsed: &ParsedFile) -> Vec<(String, String, i64, Option<i32>)> {
    let of = |product: &draft::ProductDraft| {
        let told = |variant: &draft::VariantDraft| {
            let title = product.fields.title.clone();
            (title, variant.sku.to_string(), variant.price.minor(), variant.stock)
        };
        product.variants.iter().map(told).collect::<Vec<_>>()
    };
    parsed.products.iter().flat_map(of).collect()
}

fn some(title: &str, sku: &str, price: i64, stock: Option<i32>) -> (String, String, i64, Option<i32>) {
    (title.to_owned(), sku.to_owned(), price, stock)
}

/// Rows and faults of a file's refusals.
fn refused(parsed: &ParsedFile) -> Vec<(u32, Fault)> {
    parsed.reading.refused.iter().map(|refusal| (refusal.row, refusal.fault.clone())).collect()
}

fn status(parsed: &ParsedFile, handle: &str) -> ProductStatus {
    product(parsed, handle).fields.status
}

const SQUARESPACE: &str =
    "Product ID [Non Editable],Product URL,Title,SKU,Option Name 1,Option Value 1,Price,On Sale,Visible";

#[test]
fn a_squarespace_variant_above_every_product_belongs_to_none() {
    let parsed = parse(&format!("{SQUARESPACE}\n,,,V2,Color,Azul,20,No,\n1,taza,Taza,T,Color,Roja,10,No,Yes\n"));
    assert_eq!(sold(&parsed), [some("Taza", "T", 1_000, None)]);
    assert_eq!(refused(&parsed), [(2, Fault::Missing)]);
}

#[test]
fn a_squarespace_variant_belongs_to_the_product_above_whether_or_not_that_has_a_sku() {
    let parsed = parse(&format!(
        "{SQUARESPACE}\n1,taza,Taza,T,Color,Roja,10,No,Yes\n2,vaso,Vaso,,Color,Rojo,20,No,Yes\n\
         ,,,T,Color,Verde,30,No,\n"
    ));
    let skus = [
        some("Taza", "T / taza / Roja", 1_000, None),
        some("Vaso", "vaso-rojo", 2_000, None),
        some("Vaso", "T / vaso / Verde", 3_000, None),
    ];
    assert_eq!((sold(&parsed).as_slice(), refused(&parsed)), (skus.as_slice(), vec![]));
}

#[test]
fn a_heading_with_commas_below_a_table_takes_no_quotes_from_it() {
    let parsed = parse(
        "Producto,Precio,Existencia,Marca\n\"Tazas, platos, vasos, jarras\"\n\"Taza, 12\",150.00,8\n\
         \"Copas, tazas, \"\"finas\"\", vasos\"\n\"Copa, 6\",90.00,2\n",
    );
    let expected = [("Taza, 12", 15_000, Some(8)), ("Copa, 6", 9_000, Some(2))];
    let read = parsed.products.iter().map(|product| {
        (product.fields.title.as_str(), product.variants[0].price.minor(), product.variants[0].stock)
    });
    assert_eq!(read.collect::<Vec<_>>(), expected);
}

#[test]
fn lines_that_lie_in_one_cell_keep_the_numbers_of_their_rows() {
    let parsed = parse(
        "\"handle,title,sku,price\"\n\n\"taza,\"\"Taza, azul\"\",T,12.50\"\n\n\n\"vaso,\"\"Vaso, rojo\"\",V,gratis\"\n",
    );
    let refused = parsed.reading.refused.first().map(|refusal| (refusal.row, refusal.column.as_str()));
    assert_eq!((parsed.products.len(), refused), (1, Some((6, "price"))));
}

#[test]
fn a_count_that_is_not_read_is_asked_about_in_a_file_of_any_system() {
    let asked = |text: &str| {
        let parsed = parse(text);
        (parsed.reading.format, parsed.reading.doubts.iter().any(|(doubt, _)| *doubt == Doubt::ColumnsNotRead))
    };
    for (text, format) in [
        ("handle,title,sku,price,stock,stock\na,A,S,1.50,0,2\n", Format::Trato),
        (
            "Handle,Title,Variant SKU,Variant Price,Inventory quantity,Inventory quantity\na,A,S,1.50,0,2\n",
            Format::Shopify,
        ),
        ("ID,Type,Name,Published,Regular price,Stock,Stock\n1,simple,A,1,1.50,0,2\n", Format::WooCommerce),
        ("id,title,price,availability,link,stock on hand\n1,A,1.50,in stock,https://a.example,0\n", Format::Google),
        ("Item Name,Variation Name,SKU,Price,Stock\nA,B,S,1.50,0\n", Format::Square),
    ] {
        assert_eq!(asked(text), (format, true), "{text}");
    }
    for (text, format) in [
        ("handle,title,sku,price,stock,stock minimo\na,A,S,1.50,0,2\n", Format::Trato),
        (
            "Item Name,Variation Name,SKU,Price,Current Quantity Centro,New Quantity Centro\nA,B,S,1.50,3,0\n",
            Format::Square,
        ),
    ] {
        assert_eq!(asked(text), (format, false), "{text}");
    }
}

#[test]
fn a_table_with_the_columns_of_a_system_is_read_with_its_own_stock() {
    let check = |text: &str, format: Format| {
        let parsed = parse(text);
        assert_eq!(
            (parsed.reading.format, sold(&parsed)),
            (format, vec![some("Taza", "T", 1_050, Some(0))]),
            "{text}"
        );
    };
    check("Name,Reference #,Price,Stock\nTaza,T,10.50,0\n", Format::PrestaShop);
    check("Referencia interna,Nombre,Precio de venta,Existencias\nT,Taza,10.50,0\n", Format::Odoo);
    check("name,sku,price,is_visible,inventory_level\nTaza,T,10.50,true,0\n", Format::BigCommerce);
}

#[test]
fn a_variation_whose_product_was_refused_does_not_stand_for_it() {
    let parsed = parse(
        "ID,Type,SKU,Name,Published,Description,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n\
         1,variable,P,Taza,1,#N/A,,,Talla,\"S, M\"\n2,variation,P-S,Taza - S,1,,10.50,P,Talla,S\n\
         3,simple,V,Vaso,1,,5.50,,,\n",
    );
    assert_eq!(sold(&parsed), [some("Vaso", "V", 550, None)]);
    assert_eq!(refused(&parsed), [(2, Fault::SpreadsheetError), (3, Fault::ProductRefused)]);
    let parsed = parse(
        "sku,product_type,name,price,url_key,additional_attributes,configurable_variations\n\
         P,configurable,#REF!,,p,,\"sku=P-S,size=S\"\nP-S,simple,Taza S,10.50,p-s,size=S,\n",
    );
    assert_eq!((sold(&parsed), refused(&parsed)[1].clone()), (vec![], (3, Fault::ProductRefused)));
}

#[test]
fn a_switch_that_says_a_word_of_its_own_hides_or_refuses() {
    let prestashop = |active: &str, visible: &str| {
        parse(&format!("Name,Reference #,Price,Active (0/1),Visibility\nTaza,T,10.50,{active},{visible}\n"))
    };
    for (active, visible, expected) in [
        ("1", "both", ProductStatus::Active),
        ("Active", "Catalog", ProductStatus::Active),
        ("Active", "Hidden", ProductStatus::Draft),
        ("Active", "none", ProductStatus::Draft),
        ("Archived", "both", ProductStatus::Archived),
    ] {
        assert_eq!(status(&prestashop(active, visible), "taza"), expected, "{active} {visible}");
    }
    for (active, visible) in [("Quizás", "both"), ("1", "Quizás"), ("Disponible", "Quizás")] {
        let parsed = prestashop(active, visible);
        assert!(parsed.products.is_empty() && parsed.reading.refused_rows == 1, "{active} {visible}");
    }
    let odoo = parse("name,default_code,list_price,active,website_published\nTaza,T,10.50,True,Unpublished\n");
    assert_eq!(status(&odoo, "taza"), ProductStatus::Draft);
}

#[test]
fn what_is_hidden_by_another_word_than_no_is_not_sold() {
    let squarespace = |word: &str| parse(&format!("{SQUARESPACE}\n1,taza,Taza,T,,,10,No,{word}\n"));
    let wix = |word: &str| {
        parse(&format!("handleId,fieldType,name,sku,price,visible\ntaza,Product,Taza,T,10.50,{word}\n"))
    };
    for word in ["hidden", "No", "FALSCH"] {
        assert_eq!(status(&squarespace(word), "taza"), ProductStatus::Draft, "{word}");
        assert_eq!(status(&wix(word), "taza"), ProductStatus::Draft, "{word}");
    }
    for parsed in [squarespace("quizás"), wix("quizás")] {
        assert_eq!((parsed.products.len(), parsed.reading.refused_rows), (0, 1));
    }
    let variant = |word: &str| {
        parse(&format!(
            "handleId,fieldType,name,sku,price,visible,productOptionName1,productOptionDescription1\n\
             t,Product,Taza,,10.50,true,Talla,S;M\nt,Variant,,T-S,,true,,S\nt,Variant,,T-M,,{word},,M\n"
        ))
    };
    assert_eq!(sold(&variant("hidden")), [some("Taza", "T-S", 1_050, None)]);
    assert!(variant("quizás").reading.refused_rows > 0);
    let till =
        |word: &str| parse(&format!("handle,sku,name,supply_price,retail_price,active\nt,T,Taza,1,10.50,{word}\n"));
    assert_eq!(till("quizás").reading.refused_rows, 1);
}

#[test]
fn what_bigcommerce_says_of_availability_is_read_in_any_word() {
    let read = |word: &str| {
        parse(&format!("name,sku,price,is_visible,inventory_level,availability\nTaza,T,10.50,true,,{word}\n"))
    };
    assert_eq!(sold(&read("available")), [some("Taza", "T", 1_050, None)]);
    assert_eq!(sold(&read("Agotado")), [some("Taza", "T", 1_050, Some(0))]);
    assert_eq!(read("preorder").products[0].variants[0].when_out, WhenOut::Continue);
    assert_eq!(status(&read("disabled"), "taza"), ProductStatus::Draft);
    assert_eq!(read("quizás").reading.refused_rows, 1);
}

#[test]
fn the_counts_of_several_places_are_added_only_where_each_of_them_is_one() {
    let till = |north: &str, south: &str| {
        parse(&format!(
            "handle,sku,name,supply_price,retail_price,inventory_Norte,inventory_Sur\n\
             t,T,Taza,1,10.50,{north},{south}\n"
        ))
    };
    let square = |north: &str, south: &str| {
        parse(&format!(
            "Item Name,Variation Name,SKU,Price,Current Quantity Norte,Current Quantity Sur\n\
             Taza,Regular,T,10.50,{north},{south}\n"
        ))
    };
    for read in [&till as &dyn Fn(&str, &str) -> ParsedFile, &square] {
        for (north, south, stock) in
            [("3", "2", Some(5)), ("3.000", "2.000", Some(5)), ("", "\"1,200\"", Some(1_200)), ("", "", None)]
        {
            assert_eq!(sold(&read(north, south)), [some("Taza", "T", 1_050, stock)], "{north} {south}");
        }
        for (north, south) in [("\"3,000\"", "\"2,000\""), ("\"1,200\"", "800"), ("5", "muchas")] {
            assert_eq!(refused(&read(north, south)), [(2, Fault::NotACount)], "{north} {south}");
        }
    }
}

#[test]
fn a_count_that_a_spreadsheet_has_spoilt_is_not_without_end() {
    let parsed = parse(
        "handle,sku,name,supply_price,retail_price,inventory_Norte\na,A,Taza,1,10.50,#REF!\nb,B,Vaso,1,10.50,4\n",
    );
    assert_eq!(
        (sold(&parsed), refused(&parsed)),
        (vec![some("Vaso", "B", 1_050, Some(4))], vec![(2, Fault::SpreadsheetError)])
    );
}

#[test]
fn of_a_name_in_several_languages_the_shops_is_read() {
    let product = r#"[{"name": {"en": "Moon mug", "es": "Taza Luna", "pt": "Caneca Lua"}, "handle": {"es": "taza-luna"},
        "attributes": [{"en": "Size", "es": "Talla", "pt": "Tamanho"}], "variants":
        [{"price": "10.50", "sku": "T", "values": [{"en": "Small", "es": "Chica", "pt": ""}]}]}]"#;
    let named = |language: Language| {
        let parsed =
            read(product.as_bytes(), ShopDefaults { language, ..shop() }, &ReadOptions::default()).unwrap();
        let option = &parsed.products[0].variants[0].options[0];
        format!("{}, {}: {}", parsed.products[0].fields.title, option.name, option.value)
    };
    assert_eq!(named(Language::Es), "Taza Luna, Talla: Chica");
    assert_eq!(named(Language::En), "Moon mug, Size: Small");
    // What is not said in it is said in another.
    assert_eq!(named(Language::Pt), "Caneca Lua, Tamanho: Small");
}

#[test]
fn the_choices_of_a_wix_product_take_no_more_room_than_a_product_may() {
    let header = "handleId,fieldType,name,description,price,productOptionName1,productOptionDescription1,\
                  productOptionName2,productOptionDescription2";
    let choices = |count: usize| (0..count).map(|place| place.to_string()).collect::<Vec<_>>().join(";");
    let file = |text: &str, price: &str, of: usize| {
        format!("{header}\nt,Product,Taza,{text},{price},X,{},Y,{}\n", choices(of), choices(of))
    };
    // Its texts are the product's, and said once.
    let large = parse(&file(&"x".repeat(64 * 1024), "10.50", 45));
    assert_eq!((large.products[0].variants.len(), large.reading.refused_rows), (2_025, 0));
    let last = large.products[0].variants[2_024].options.iter().map(|option| option.value.as_str());
    assert_eq!(last.collect::<Vec<_>>(), ["44", "44"]);
    let endless = parse(&file("", &"x".repeat(64 * 1024), 45));
    assert!(refused(&endless).contains(&(2, Fault::TooLargeProduct { megabytes_max: 32 })));
    let long = ["a", "b"].map(|value| value.repeat(512 * 1024)).join(";");
    let named = parse(&format!("{header}\nt,Product,Taza,,10.50,X,{long},Y,{}\n", choices(45)));
    assert!(refused(&named).contains(&(2, Fault::TooLargeProduct { megabytes_max: 32 })));
    let many = parse(&format!("{header}\nt,Product,Taza,,10.50,X,{},,\n", choices(20_000)));
    assert_eq!(refused(&many), [(2, Fault::TooManyVariants { variants_max: 2_048 })]);
}

#[test]
fn pictures_in_numbered_columns_are_all_read() {
    let pictures = |text: &str| parse(text).products[0].fields.images.join(" ");
    let (one, two) = ("https://img.example/1.jpg", "https://img.example/2.jpg");
    for header in ["Image1,IMAGE2", "Foto 1,Foto 2", "image,image_2"] {
        let file = format!("Producto,Precio,{header}\nTaza,10.50,{one},{two}\n");
        assert_eq!(pictures(&file), format!("{one} {two}"), "{header}");
    }
    let bigcommerce =
        format!("name,sku,price,is_visible,inventory_level,image_1,image_2\nTaza,T,10.50,true,,{one},{two}\n");
    assert_eq!(pictures(&bigcommerce), format!("{one} {two}"));
}

#[test]
fn a_wix_variant_without_a_row_costs_what_its_product_does() {
    let priced = |price: &str, rows: &str| {
        parse(&format!(
            "handleId,fieldType,name,sku,price,surcharge,visible,inventory,productOptionName1,\
             productOptionDescription1,productOptionName2,productOptionDescription2\n\
             t,Product,Taza,P,{price},,true,InStock,Color,#fff:Blanca;#000:Negra,Nombre,no;sí\n{rows}"
        ))
    };
    let read = |rows: &str| priced("10.50", rows);
    let named = [
        "t,Variant,,T-B,,5.0,true,2,,#fff:Blanca,,sí",
        "t,Variant,,T-N,,6.0,true,OutOfStock,,negra,,SÍ",
        "t,Variant,,T-X,,0.0,false,3,,#000:Negra,,no",
    ];
    let expected = [
        some("Taza", "t-blanca-no", 1_050, None),
        some("Taza", "T-B", 1_550, Some(2)),
        some("Taza", "T-N", 1_650, Some(0)),
    ];
    let parsed = read(&named.join("\n"));
    assert_eq!((sold(&parsed).as_slice(), refused(&parsed)), (expected.as_slice(), vec![]));
    // What a row said that cannot be read, or of what cannot be chosen, is not known to be the product's price.
    for other in ["t,Variant,,T-N,,#N/A,true,1,,negra,,sí", "t,Variant,,T-N,,6.0,true,1,,roja,,sí", ",,,,,,,,,,,,x"]
    {
        let parsed = read(&[named[0], other].join("\n"));
        assert!(parsed.products[0].variants.iter().all(|variant| variant.price.minor() > 1_050), "{other}");
    }
    // Nor is there one where the rows of variants alone say prices.
    let parsed = priced("0.0", named[0]);
    assert_eq!((sold(&parsed), refused(&parsed)), (vec![some("Taza", "T-B", 500, Some(2))], vec![]));
}

#[test]
fn variations_that_say_the_sku_of_their_product_have_none() {
    let variation = |id: u32, size: &str| {
        format!(
            r#"{{"id": {id}, "sku": "P", "regular_price": "10.50", "stock_status": "instock",
            "attributes": [{{"name": "Talla", "option": "{size}"}}]}}"#
        )
    };
    let product = format!(
        r#"[{{"id": 1, "name": "Taza", "type": "variable", "sku": "P", "regular_price": "", "stock_status": "instock",
        "attributes": [{{"name": "Talla", "options": ["S", "M"]}}], "variations": [{}, {}]}}]"#,
        variation(11, "S"),
        variation(12, "M"),
    );
    let parsed = parse(&product);
    let expected = [some("Taza", "p-11", 1_050, None), some("Taza", "p-12", 1_050, None)];
    assert_eq!((sold(&parsed).as_slice(), refused(&parsed)), (expected.as_slice(), vec![]));
}
