//! Files in which products lie far apart, and files too large to be held: the same products as from small ones.

use std::fmt::Write as _;
use std::io::Write as _;

use super::*;
use crate::catalog::import::fault::Fault;
use crate::catalog::import::report::REFUSALS_KEPT;
use crate::catalog::import::tests::{parse, shop};

/// More than tests keep in memory.
const PRODUCTS: usize = 400;

/// A file of products that have three rows each, first with each product's rows together and then with as many other
/// rows between them as there are.
fn check(header: &str, rows: impl Fn(usize) -> [String; 3]) {
    let mut together = format!("{header}\n");
    let mut apart = together.clone();
    for product in 0..PRODUCTS {
        writeln!(together, "{}", rows(product).join("\n")).unwrap();
    }
    for place in 0..3 {
        for product in 0..PRODUCTS {
            writeln!(apart, "{}", rows(product)[place]).unwrap();
        }
    }
    let by_handle = |text: &str| {
        let parsed = parse(text);
        assert_eq!(parsed.reading.refused, vec![], "{header}");
        let mut products = parsed.products;
        products.sort_by(|one, other| one.fields.handle.cmp(&other.fields.handle));
        products
    };
    let (together, apart) = (by_handle(&together), by_handle(&apart));
    assert_eq!((together.len(), together[0].variants.len() > 1), (PRODUCTS, true), "{header}");
    assert_eq!(together, apart);
}

#[test]
fn the_rows_of_a_product_may_stand_anywhere_in_a_file_of_any_format() {
    check("handle,title,sku,option1_name,option1_value,price", |product| {
        let row = |title: &str, size: &str| format!("p{product},{title},S{product}-{size},Talla,{size},10.00");
        [row("Taza", "S"), row("", "M"), row("", "L")]
    });
    check("Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price", |product| {
        let row = |title: &str, size: &str| format!("p{product},{title},Talla,{size},S{product}-{size},10.00");
        [row("Taza", "S"), row("", "M"), row("", "L")]
    });
    check("id,title,price,availability,item_group_id,size", |product| {
        let row = |size: &str| format!("S{product}-{size},Taza {product},10.00 MXN,in stock,g{product},{size}");
        ["S", "M", "L"].map(row)
    });
    check("Producto;Precio;Talla;Código", |product| {
        ["S", "M", "L"].map(|size| format!("Taza {product};10,50;{size};S{product}-{size}"))
    });
}

#[test]
fn a_product_may_stand_before_its_variants_or_behind_them() {
    let header = "ID,Type,SKU,Name,Published,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)";
    let parent = |product: usize| format!("{product}1,variable,P{product},Taza,1,,,Talla,\"S, M\"");
    let variation = |product: usize, by: &str, size: &str| {
        format!("{product}2,variation,S{product}-{size},,1,10.00,{by},Talla,{size}")
    };
    check(header, |product| {
        [
            parent(product),
            variation(product, &format!("P{product}"), "S"),
            variation(product, &format!("p{product}"), "M"),
        ]
    });
    check(header, |product| {
        let by = format!("id:{product}1");
        [variation(product, &by, "S"), variation(product, &by, "M"), parent(product)]
    });
    let header = "sku,product_type,name,price,url_key,additional_attributes,configurable_variations";
    let simple = |product: usize, size: &str| {
        format!("S{product}-{size},simple,Taza {size},10.00,s{product}-{size},size={size},")
    };
    let configurable = |product: usize| {
        format!("P{product},configurable,Taza,,p{product},,\"sku=S{product}-S,size=S|sku=S{product}-M,size=M\"")
    };
    check(header, |product| [simple(product, "S"), simple(product, "M"), configurable(product)]);
    check(header, |product| [configurable(product), simple(product, "S"), simple(product, "M")]);
}

#[test]
fn every_refused_row_of_many_is_counted_and_written_out() {
    let mut text = "handle,title,sku,price\n".to_owned();
    for product in 0..3_000 {
        writeln!(text, "p{product},Taza,S{product},gratis").unwrap();
    }
    let reading = parse(&text).reading;
    assert_eq!((reading.refused_rows, reading.refusals, reading.refused.len()), (3_000, 3_000, REFUSALS_KEPT));
    let mut out = Vec::new();
    let source = Source::bytes(text.as_bytes());
    assert_eq!(refused_rows(&source, shop(), &ReadOptions::default(), &mut out), Ok(true));
    let out = String::from_utf8(out).unwrap();
    assert_eq!((out.lines().count(), out.matches("\"price: this is not a plain number").count()), (3_001, 3_000));
}

#[test]
fn a_sku_far_from_its_first_row_is_still_the_second() {
    let mut text = "handle,title,sku,price\n".to_owned();
    for product in 0..3_000 {
        writeln!(text, "p{product},Taza,S{product},10.00").unwrap();
    }
    text.push_str("again,Taza,S0,10.00\n");
    let parsed = parse(&text);
    assert_eq!(
        (parsed.products.len(), parsed.reading.refused[0].fault.clone()),
        (3_000, Fault::SkuTwice { row: 2 })
    );
}

#[test]
fn a_file_that_is_written_to_while_it_is_read_is_refused() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"handle,title,sku,price\n").unwrap();
    file.write_all(b"a,Taza,S1,10.00\n").unwrap();
    let source = Source::file(file.try_clone().unwrap()).unwrap();
    file.write_all(b"b,Taza,S2,10").unwrap();
    let read = read_file(&source, shop(), &ReadOptions::default()).map(|file| file.reading);
    assert_eq!(read, Err(Unreadable::Changed));
}
