//! Any bytes as a catalog file of any format: read or refused, never a panic, the same products each time, and the
//! refused rows can be written out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trato::base::language::Language;
use trato::catalog::import::source::Source;
use trato::catalog::import::{ReadOptions, ShopDefaults, glance, read, refused_rows};

/// The beginnings of files of each format, so that what follows is read as rows of it.
const BEGINNINGS: [&str; 9] = [
    "",
    "handle,title,sku,option1_name,option1_value,price,currency,stock,status,image,facts,tags\n",
    "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Tags,Status\n",
    "ID,Type,SKU,Name,Published,Regular price,Sale price,Parent,Categories,Images,Attribute 1 name,Attribute 1 \
     value(s),Stock\n",
    "sku,product_type,name,price,additional_attributes,configurable_variations,configurable_variation_labels,url_key\n",
    "id,title,description,availability,condition,price,link,image_link,item_group_id,color,size\n",
    "Producto;Precio;Color;Talla;Existencia;Código\n",
    "<rss><channel><item><g:id>1</g:id><title>A</title><g:price>1.00 MXN</g:price>",
    "{\"handle\":\"a\",\"title\":\"A\",\"price\":\"1.00\",\"sku\":\"a\"}\n",
];

fuzz_target!(|input: (u8, &[u8])| {
    let (format, bytes) = input;
    let Ok(currency) = "MXN".parse() else { return };
    let shop = ShopDefaults { currency, language: Language::Es, today: None };
    let options = ReadOptions::default();
    let beginning = BEGINNINGS[usize::from(format) % BEGINNINGS.len()];
    let file = [beginning.as_bytes(), bytes].concat();
    let source = Source::bytes(&file);
    let _ = glance(&source, &[]);
    if let Ok(parsed) = read(&file, shop, &options) {
        let refused = refused_rows(&source, shop, &options, &mut std::io::sink());
        assert_eq!(refused, Ok(parsed.reading.refused_rows > 0));
        let again = read(&file, shop, &options);
        assert!(again.is_ok_and(|again| again.products == parsed.products));
    }
});
