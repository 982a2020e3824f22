//! SKUs that several variants share: what each is called depends on what the file names, and on nothing else.

use super::*;
use crate::catalog::import::doubt::{Agreed, Doubt};
use crate::catalog::import::fault::Fault;
use crate::catalog::import::tests::parse;

/// The SKUs of a file's variants, in their order.
fn skus(text: &str) -> Vec<String> {
    let variants = parse(text).products.into_iter().flat_map(|product| product.variants);
    variants.map(|variant| variant.sku.to_string()).collect()
}

#[test]
fn a_variant_is_called_the_same_whether_or_not_its_sibling_is_sold() {
    let check = |file: &dyn Fn(&str) -> String, [sold, unsold]: [&str; 2]| {
        let both = skus(&file(sold));
        assert_eq!(both, ["R-1 / S", "R-1 / M"], "{}", file(sold));
        assert_eq!(skus(&file(unsold)), ["R-1 / S"], "{}", file(unsold));
        assert_eq!(skus(&file(sold)), both);
    };
    let square = |sold: &str| {
        format!("Item Name,Variation Name,SKU,Price,Sellable\nTaza,S,R-1,10.50,Y\nTaza,M,R-1,12.50,{sold}\n")
    };
    check(&square, ["Y", "N"]);
    let lightspeed = |sold: &str| {
        let header =
            "handle,sku,name,variant_option_one_name,variant_option_one_value,supply_price,retail_price,active";
        format!("{header}\ntaza,R-1,Taza,Talla,S,1,10.50,1\ntaza,R-1,Taza,Talla,M,1,12.50,{sold}\n")
    };
    check(&lightspeed, ["1", "0"]);
    let wix = |sold: &str| {
        let header = "handleId,fieldType,name,sku,price,visible,productOptionName1,productOptionDescription1";
        let product = "t,Product,Taza,R-1,10.50,true,Talla,S;M";
        format!("{header}\n{product}\nt,Variant,,R-1,,true,,S\nt,Variant,,R-1,,{sold},,M\n")
    };
    check(&wix, ["true", "false"]);
    let tiendanube = |price: &str| {
        let header = "Identificador de URL,Nombre,Nombre de propiedad 1,Valor de propiedad 1,Precio,SKU";
        format!("{header}\ntaza,Taza,Talle,S,10.50,R-1\ntaza,,Talle,M,{price},R-1\n")
    };
    check(&tiendanube, ["12.50", ""]);
}

#[test]
fn a_variant_is_called_the_same_whether_or_not_its_sibling_is_refused() {
    let shopify = |price: &str| {
        format!(
            "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\nt,Taza,Talla,S,R-1,10.50\n\
             t,,,M,R-1,{price}\n"
        )
    };
    let plain = |price: &str| format!("Producto,Talla,Código,Precio\nTaza,S,R-1,10.50\nTaza,M,R-1,{price}\n");
    let prestashop = |price: &str| format!("Name,Size,Reference #,Price\nTaza,S,R-1,10.50\nTaza,M,R-1,{price}\n");
    let files: [&dyn Fn(&str) -> String; 3] = [&shopify, &plain, &prestashop];
    for file in files {
        assert_eq!(skus(&file("12.50")), ["R-1 / S", "R-1 / M"]);
        assert_eq!(skus(&file("gratis")), ["R-1 / S"], "{}", file("gratis"));
    }
    assert_eq!(skus(&shopify("#REF!")), ["R-1 / S"]);
    // What a table's variants differ by is seen where they stand beside each other.
    for file in [plain("#REF!"), prestashop("#REF!")] {
        let faults: Vec<Fault> = parse(&file).reading.refused.into_iter().map(|refusal| refusal.fault).collect();
        assert_eq!((skus(&file), faults), (vec![], vec![Fault::ProductRefused, Fault::SpreadsheetError]), "{file}");
    }
}

#[test]
fn the_row_of_a_product_shares_its_sku_with_no_variant_of_it() {
    let file = "handleId,fieldType,name,sku,price,visible,productOptionName1,productOptionDescription1\n\
                t,Product,Taza,R-1,10.50,true,Talla,S\nt,Variant,,R-1,,true,,S\n";
    assert_eq!(skus(file), ["R-1"]);
}

#[test]
fn the_same_row_twice_is_no_sharing() {
    let file = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\nt,Taza,Talla,S,R-1,10.50\n\
                t,,,S,R-1,10.50\n";
    assert_eq!(skus(file), ["R-1"]);
    let twice = parse(file).reading.refused.remove(0);
    assert_eq!((twice.row, twice.fault), (3, Fault::SkuTwice { row: 2 }));
}

#[test]
fn a_variant_that_is_switched_off_is_withdrawn_by_the_sku_that_was_made_for_it() {
    let long = "R".repeat(101);
    for sku in ["", &long] {
        let wix = format!(
            "handleId,fieldType,name,sku,price,visible,productOptionName1,productOptionDescription1\n\
             t,Product,Taza,,10.50,true,Talla,S;M\nt,Variant,,,,true,,S\nt,Variant,,{sku},,false,,#fff:M\n"
        );
        let square = format!(
            "Reference Handle,Item Name,Variation Name,SKU,Price,Sellable,Option Name 1,Option Value 1\n\
             t,Taza,S,,10.50,Y,Talla,S\nt,Taza,M,{sku},10.50,N,Talla,M\n"
        );
        let woocommerce = format!(
            "Type,SKU,Name,Published,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n\
             variable,t,Taza,1,,,Talla,\"S, M\"\nvariation,,Taza,1,10.50,t,Talla,S\n\
             variation,{sku},Taza,0,10.50,t,Talla,M\n"
        );
        for file in [wix, square, woocommerce] {
            let source = Source::bytes(file.as_bytes());
            let named = read_file(&source, tests::shop(), &ReadOptions::default()).unwrap().named;
            assert!(named.withdrawn.skus.contain("t-m") && named.skus.contain("t-s"), "{file}");
        }
    }
}

#[test]
fn a_row_that_stands_twice_changes_no_name() {
    let file = "Item Name,Variation Name,SKU,Price\nTaza,S,R-1,10.50\nTaza,S,R-1,12.50\nTaza,M,R-1,13.50\n";
    let options = ReadOptions { agreed: Agreed::to(vec![Doubt::DuplicateSku]), ..ReadOptions::default() };
    let read = read(file.as_bytes(), tests::shop(), &options).unwrap();
    let skus: Vec<String> = read.products[0].variants.iter().map(|variant| variant.sku.to_string()).collect();
    assert_eq!(
        (skus.as_slice(), read.reading.refused_rows),
        (["R-1 / S", "R-1 / M"].map(str::to_owned).as_slice(), 0)
    );
}
