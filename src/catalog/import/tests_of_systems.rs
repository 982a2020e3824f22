//! The files of further shop systems and tills, each with the traps that real ones have; and files that are none.

use std::io::Write as _;

use super::*;
use crate::base::money::Money;
use crate::catalog::import::draft::VariantDraft;
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::format::Format;
use crate::catalog::import::sheet::workbook_sample;
use crate::catalog::import::tests::{parse, pesos, shop};
use crate::catalog::import::tests_of_formats::{fact, product, rows_noted};
use crate::catalog::import::things::Thing;
use crate::catalog::product::{ProductStatus, WhenOut};

const SQUARESPACE: &str = include_str!("samples/squarespace.csv");
const WIX: &str = include_str!("samples/wix.csv");
const WIX_2024: &str = include_str!("samples/wix_2024.csv");
const LOYVERSE: &str = include_str!("samples/loyverse_es.csv");
const LIGHTSPEED: &str = include_str!("samples/lightspeed.csv");
const PRESTASHOP: &str = include_str!("samples/prestashop.csv");
const BIGCOMMERCE: &str = include_str!("samples/bigcommerce.csv");
const ODOO: &str = include_str!("samples/odoo_es.csv");
const WOOCOMMERCE_API: &str = include_str!("samples/woocommerce_api.json");
const TIENDANUBE_API: &str = include_str!("samples/tiendanube_api.json");

/// A file that is read without a refusal.
fn read_whole(text: &str, format: Format) -> ParsedFile {
    let parsed = parse(text);
    assert_eq!((parsed.reading.format, parsed.reading.refused.clone()), (format, vec![]));
    parsed
}

/// SKU, price, price before and stock of each variant.
fn sold(parsed: &ParsedFile, handle: &str) -> Vec<(String, i64, Option<i64>, Option<i32>)> {
    let told = |variant: &VariantDraft| {
        let before = variant.compare_at.map(Money::minor);
        (variant.sku.as_str().to_owned(), variant.price.minor(), before, variant.stock)
    };
    product(parsed, handle).variants.iter().map(told).collect()
}

fn options(parsed: &ParsedFile, handle: &str) -> Vec<String> {
    let said = |variant: &VariantDraft| {
        let values = variant.options.iter().map(|option| format!("{}: {}", option.name, option.value));
        values.collect::<Vec<_>>().join(", ")
    };
    product(parsed, handle).variants.iter().map(said).collect()
}

fn status(parsed: &ParsedFile, handle: &str) -> ProductStatus {
    product(parsed, handle).fields.status
}

fn unreadable(bytes: &[u8]) -> Unreadable {
    read(bytes, shop(), &ReadOptions::default()).unwrap_err()
}

fn some(sku: &str, price: i64, before: Option<i64>, stock: Option<i32>) -> (String, i64, Option<i64>, Option<i32>) {
    (sku.to_owned(), price, before, stock)
}

#[test]
fn a_squarespace_export_is_read_with_its_variants_its_sales_and_what_is_hidden() {
    let parsed = read_whole(SQUARESPACE, Format::Squarespace);
    assert_eq!(parsed.products.len(), 4);
    let blanket = product(&parsed, "manta-rio");
    assert_eq!(
        (blanket.fields.title.as_str(), blanket.fields.description.as_str()),
        ("Manta Río", "De lana & lino.")
    );
    assert_eq!(
        (blanket.fields.category.as_str(), blanket.fields.tags.join(" ")),
        ("Hogar > Mantas de lana", "invierno lana Regalos".to_owned())
    );
    assert_eq!(blanket.fields.images, ["https://img.example/manta-1.jpg", "https://img.example/manta-2.jpg"]);
    assert_eq!(
        (blanket.fields.options.join(" "), blanket.fields.status),
        ("Color Talla".to_owned(), ProductStatus::Active)
    );
    // A sale that is over leaves its price in the file.
    assert_eq!(
        sold(&parsed, "manta-rio"),
        [some("MAN-A", 89_000, None, None), some("MAN-B", 59_000, Some(69_000), Some(4))]
    );
    assert_eq!(options(&parsed, "manta-rio"), ["Color: Arena, Talla: Grande", "Color: Bosque, Talla: Chica"]);
    assert_eq!(
        (status(&parsed, "cojin"), sold(&parsed, "cojin")),
        (ProductStatus::Draft, vec![some("COJ-1", 25_000, None, Some(0))])
    );
    // Two pages of the site may use the same address.
    assert_eq!(product(&parsed, "tienda-vela").fields.title, "Vela de la tienda");
    assert_eq!(product(&parsed, "mercado-vela").fields.title, "Vela del mercado");
    let unused: Vec<&str> = parsed.reading.unused.iter().map(|column| column.column.as_str()).collect();
    assert_eq!(
        unused,
        ["Variant ID [Non Editable]", "Product Type [Non Editable]", "Weight", "Length", "Width", "Height"]
    );
}

#[test]
fn a_variant_below_a_row_that_slipped_is_nobodys() {
    let header =
        "Product ID [Non Editable],Product URL,Title,SKU,Option Name 1,Option Value 1,Price,On Sale,Visible\n";
    let file = format!(
        "{header}1,taza,Taza,T,Color,Roja,10,No,Yes\n2,vaso,Vaso,V,Color,Rojo,20,No,Yes,slipped\n\
         ,,,V2,Color,Azul,20,No,\n"
    );
    let parsed = parse(&file);
    assert_eq!(sold(&parsed, "taza"), [some("T", 1_000, None, None)]);
    let refused: Vec<u32> = parsed.reading.refused.iter().map(|refusal| refusal.row).collect();
    assert_eq!((refused.first(), refused.last(), parsed.products.len()), (Some(&3), Some(&4), 1));
}

#[test]
fn a_wix_export_is_read_with_what_the_site_takes_off_and_what_each_variant_costs_more() {
    let parsed = read_whole(WIX, Format::Wix);
    assert_eq!(parsed.products.len(), 3);
    let dress = product(&parsed, "product_01");
    assert_eq!((dress.fields.title.as_str(), dress.fields.description.as_str()), ("Vestido Luna", "Con vuelo."));
    assert_eq!(
        (dress.fields.category.as_str(), dress.fields.tags.join(" "), dress.fields.brand.as_str()),
        ("Vestidos", "Ofertas".to_owned(), "Luna")
    );
    assert_eq!(
        dress.fields.images,
        ["https://static.wixstatic.com/media/a1b2c3_d4e5~mv2.jpg", "https://img.example/vestido.jpg"]
    );
    assert_eq!(fact(dress, "Cuidado").as_deref(), Some("Lavar a mano."));
    assert_eq!(
        sold(&parsed, "product_01"),
        [
            // It has no row, so it costs what the product does.
            some("product_01-azul-m", 17_000, Some(20_000), None),
            some("VL-R-S", 17_000, Some(20_000), Some(3)),
            some("VL-R-M", 21_250, Some(25_000), Some(0))
        ]
    );
    let expected = ["Color: Azul, Talla: M", "Color: Rojo, Talla: S", "Color: Rojo, Talla: M"];
    assert_eq!(options(&parsed, "product_01"), expected);
    let costs: Vec<_> = dress.variants.iter().map(|variant| variant.cost).collect();
    assert_eq!(costs, [Some(pesos("90")), Some(pesos("90")), Some(pesos("95"))]);
    assert_eq!(rows_noted(&parsed, &Note::VariantOff), [5]);
    let cap = product(&parsed, "product_03");
    assert_eq!(
        (cap.fields.status, sold(&parsed, "product_03")),
        (ProductStatus::Draft, vec![some("GOR-1", 9_990, None, Some(5))])
    );
}

#[test]
fn a_wix_product_whose_variants_cost_the_same_has_each_of_its_choices() {
    let parsed = read_whole(WIX, Format::Wix);
    assert_eq!(
        sold(&parsed, "product_02"),
        [some("product_02-s", 12_000, Some(15_000), Some(8)), some("product_02-m", 12_000, Some(15_000), Some(8))]
    );
    assert_eq!(options(&parsed, "product_02"), ["Talla: S", "Talla: M"]);
    let choices: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let choices = choices.join(";");
    let file = format!(
        "handleId,fieldType,name,price,productOptionName1,productOptionDescription1,productOptionName2,\
         productOptionDescription2\na,Product,A,1,X,{choices},Y,{choices}\n"
    );
    let faults: Vec<Fault> = parse(&file).reading.refused.into_iter().map(|refusal| refusal.fault).collect();
    assert_eq!(faults, [Fault::TooManyVariants { variants_max: 2_048 }]);
}

#[test]
fn what_wix_takes_off_is_refused_where_nobody_can_tell_how_much() {
    let refused = |price: &str, mode: &str, value: &str| {
        let file = format!(
            "handleId,fieldType,name,price,surcharge,visible,discountMode,discountValue\n\
             a,Product,A,{price},,true,{mode},{value}\n"
        );
        let parsed = parse(&file);
        (parsed.reading.refused.first().map(|refusal| refusal.column.clone()), parsed.products.len())
    };
    assert_eq!(refused("10.5", "PERCENT", "10"), (None, 1));
    assert_eq!(refused("10.5", "BOGO", "10"), (Some("discountValue".to_owned()), 0));
    assert_eq!(refused("10.5", "PERCENT", "110"), (Some("discountValue".to_owned()), 0));
    assert_eq!(refused("1.250", "PERCENT", "10"), (Some("price".to_owned()), 0));
    // Nobody gives it away without being asked.
    assert_eq!(refused("10.5", "AMOUNT", "20"), (Some("price".to_owned()), 0));
    // A variant may cost less than its product.
    let file = "handleId,fieldType,name,sku,price,surcharge,productOptionName1,productOptionDescription1\n\
                a,Product,A,,10.5,,Talla,S;M\na,Variant,,A-S,,-1.0,,S\na,Variant,,A-M,,0.0,,M\n";
    let parsed = read_whole(file, Format::Wix);
    assert_eq!(sold(&parsed, "a"), [some("A-S", 950, None, None), some("A-M", 1_050, None, None)]);
}

#[test]
fn an_export_of_the_newer_wix_catalog_has_prices_on_its_variants_and_pictures_on_rows_of_their_own() {
    let parsed = read_whole(WIX_2024, Format::Wix);
    let bag = product(&parsed, "bolsa-mar");
    assert_eq!((bag.fields.title.as_str(), bag.fields.brand.as_str()), ("Bolsa Mar", "Mar"));
    assert_eq!(bag.fields.images, ["https://img.example/bolsa.jpg", "https://img.example/bolsa-2.jpg"]);
    assert_eq!(
        sold(&parsed, "bolsa-mar"),
        [some("BM-A", 30_000, Some(35_000), Some(7)), some("BM-V", 32_000, None, Some(0))]
    );
    assert_eq!(options(&parsed, "bolsa-mar"), ["Color: Azul", "Color: Verde"]);
}

#[test]
fn a_loyverse_export_is_read_with_its_switches_and_the_counts_of_all_places() {
    let parsed = read_whole(LOYVERSE, Format::Loyverse);
    let coffee = product(&parsed, "cafe");
    assert_eq!((coffee.fields.title.as_str(), coffee.fields.category.as_str()), ("Café de la casa", "Bebidas"));
    assert_eq!(
        (coffee.fields.description.as_str(), coffee.variants[0].cost),
        ("Recién tostado.", Some(pesos("12")))
    );
    // The small one is not for sale, and the first row still says what both are called.
    assert_eq!(sold(&parsed, "cafe"), [some("1002", 4_500, None, Some(8))]);
    assert_eq!(options(&parsed, "cafe"), ["Tamaño: Grande"]);
    assert_eq!(fact(coffee, "Código de barras").as_deref(), Some("7700000000024"));
    assert_eq!(sold(&parsed, "pan"), [some("1003", 2_000, None, None)]);
    assert_eq!(rows_noted(&parsed, &Note::VariantOff), [2]);
    assert_eq!((rows_noted(&parsed, &Note::NoPrice), parsed.products.len()), (vec![5], 2));
    let two = LOYVERSE.replace("Existencias bajas [Centro]", "Precio [Norte]");
    assert!(matches!(unreadable(two.as_bytes()), Unreadable::SeveralPrices { .. }));
}

#[test]
fn a_lightspeed_export_is_read_with_the_counts_of_all_outlets() {
    let parsed = read_whole(LIGHTSPEED, Format::Lightspeed);
    let shirt = product(&parsed, "camisa-rio");
    assert_eq!((shirt.fields.title.as_str(), shirt.fields.description.as_str()), ("Camisa Río", "De lino."));
    assert_eq!(
        (shirt.fields.brand.as_str(), shirt.fields.category.as_str(), shirt.fields.tags.join(" ")),
        ("Río", "Ropa", "verano lino".to_owned())
    );
    assert_eq!(
        sold(&parsed, "camisa-rio"),
        [some("5001", 29_950, None, Some(1)), some("5002", 29_950, None, Some(10))]
    );
    assert_eq!(shirt.variants[0].cost, Some(pesos("100")));
    assert_eq!(options(&parsed, "camisa-rio"), ["Talla: S", "Talla: M"]);
    assert_eq!(sold(&parsed, "bolsa"), [some("5003", 500, None, None)]);
    assert_eq!((rows_noted(&parsed, &Note::VariantOff), parsed.products.len()), (vec![5], 2));
}

#[test]
fn a_list_of_prestashop_is_read_by_the_names_of_its_import() {
    let parsed = parse(PRESTASHOP);
    assert_eq!((parsed.reading.format, parsed.reading.delimiter), (Format::PrestaShop, Some(';')));
    assert_eq!(parsed.reading.refused, []);
    let chair = product(&parsed, "silla-roble");
    assert_eq!(
        (chair.fields.description.as_str(), chair.variants[0].cost),
        ("Ligera.\nDe roble.", Some(pesos("400")))
    );
    assert_eq!(sold(&parsed, "silla-roble"), [some("SIL-1", 100_000, None, Some(4))]);
    assert_eq!(
        (chair.fields.category.as_str(), chair.fields.tags.join(" ")),
        ("Muebles > Sillas", "madera roble Inicio Ofertas".to_owned())
    );
    assert_eq!(chair.fields.images.len(), 2);
    assert_eq!(fact(chair, "Código de barras").as_deref(), Some("7700000000031"));
    // Categories that are numbers say nothing.
    let table = product(&parsed, "mesa-roble");
    assert_eq!((table.fields.status, table.fields.category.as_str()), (ProductStatus::Draft, ""));
    assert_eq!(sold(&parsed, "mesa-roble"), [some("MES-1", 200_000, None, Some(0))]);
    assert_eq!(status(&parsed, "banco"), ProductStatus::Draft);
}

#[test]
fn a_list_of_bigcommerce_is_read_with_its_switches_and_its_sales() {
    let parsed = read_whole(BIGCOMMERCE, Format::BigCommerce);
    let lamp = product(&parsed, "lampara-alba");
    assert_eq!((lamp.fields.brand.as_str(), lamp.variants[0].cost), ("Alba", Some(pesos("200"))));
    assert_eq!((lamp.fields.category.as_str(), lamp.fields.images.len()), ("Hogar > Lámparas", 1));
    assert_eq!(sold(&parsed, "lampara-alba"), [some("LAM-1", 39_900, Some(50_000), Some(6))]);
    let rug = &product(&parsed, "tapete").variants[0];
    assert_eq!((rug.price, rug.compare_at, rug.stock, rug.when_out), (pesos("300"), None, None, WhenOut::Continue));
    for hidden in ["espejo", "reloj"] {
        assert_eq!(status(&parsed, hidden), ProductStatus::Draft, "{hidden}");
    }
}

#[test]
fn a_list_of_odoo_is_read_with_both_of_its_switches() {
    let parsed = read_whole(ODOO, Format::Odoo);
    assert_eq!(sold(&parsed, "escritorio"), [some("ESC-1", 250_000, None, Some(5))]);
    let desk = product(&parsed, "escritorio");
    assert_eq!((desk.fields.category.as_str(), desk.variants[0].cost), ("Muebles > Oficina", Some(pesos("1200"))));
    assert_eq!(
        (desk.fields.status, fact(desk, "Código de barras").as_deref()),
        (ProductStatus::Active, Some("7700000000048"))
    );
    for off in ["librero", "lampara-de-pie"] {
        assert_eq!(status(&parsed, off), ProductStatus::Draft, "{off}");
    }
    assert_eq!(sold(&parsed, "librero"), [some("LIB-1", 180_000, None, Some(0))]);
}

#[test]
fn products_from_woocommerces_interface_for_programs_are_what_its_export_says() {
    let parsed = read_whole(WOOCOMMERCE_API, Format::WooCommerce);
    let cup = product(&parsed, "tm");
    assert_eq!((cup.fields.title.as_str(), cup.fields.description.as_str()), ("Taza Mar", "De barro."));
    assert_eq!(
        (cup.fields.status, sold(&parsed, "tm")),
        (ProductStatus::Draft, vec![some("TM", 10_000, Some(12_000), Some(0))])
    );
    assert_eq!(
        (cup.fields.category.as_str(), cup.fields.tags.join(" ")),
        ("Cocina", "barro Tazas, vasos".to_owned())
    );
    assert_eq!(
        (cup.fields.images.join(" "), fact(cup, "Material").as_deref()),
        ("https://img.example/taza.jpg".to_owned(), Some("Barro"))
    );
    // One of the sizes is private, and the glass has only the numbers of its variations.
    assert_eq!(sold(&parsed, "cm"), [some("CM-S", 20_000, None, Some(3))]);
    assert_eq!(
        (options(&parsed, "cm"), product(&parsed, "cm").variants[0].when_out),
        (vec!["Talla: S".to_owned()], WhenOut::Continue)
    );
    assert_eq!(product(&parsed, "cm").variants[0].image.as_deref(), Some("https://img.example/camisa.jpg"));
    assert_eq!(
        (rows_noted(&parsed, &Note::VariantOff).len(), rows_noted(&parsed, &Note::NoVariants).len()),
        (1, 1)
    );
    assert_eq!(parsed.products.len(), 2);
}

#[test]
fn a_table_made_of_woocommerces_interface_has_its_words_for_status_and_stock() {
    let parsed = read_whole(
        "id,name,sku,type,status,regular_price,sale_price,stock_quantity,stock_status\n\
         1,Taza,T,simple,draft,10,,4,instock\n2,Vaso,V,simple,publish,10,8,,outofstock\n\
         3,Vela,L,simple,publish,10,,,instock\n",
        Format::WooCommerce,
    );
    assert_eq!(
        (status(&parsed, "t"), sold(&parsed, "t")),
        (ProductStatus::Draft, vec![some("T", 1_000, None, Some(4))])
    );
    assert_eq!(
        (status(&parsed, "v"), sold(&parsed, "v")),
        (ProductStatus::Active, vec![some("V", 800, Some(1_000), Some(0))])
    );
    assert_eq!(sold(&parsed, "l"), [some("L", 1_000, None, None)]);
}

#[test]
fn products_from_tiendanubes_interface_for_programs_are_what_its_export_says() {
    let parsed = read_whole(TIENDANUBE_API, Format::Tiendanube);
    let hoodie = product(&parsed, "buzo-luna");
    assert_eq!((hoodie.fields.title.as_str(), hoodie.fields.description.as_str()), ("Buzo Luna", "Abrigado."));
    assert_eq!((hoodie.fields.status, hoodie.fields.category.as_str()), (ProductStatus::Draft, "Abrigos"));
    assert_eq!((hoodie.fields.brand.as_str(), hoodie.fields.tags.join(" ")), ("Luna", "invierno".to_owned()));
    assert_eq!(
        sold(&parsed, "buzo-luna"),
        [some("BL-S", 2_500_000, Some(3_000_000), Some(3)), some("BL-M", 3_000_000, None, None)]
    );
    assert_eq!(options(&parsed, "buzo-luna"), ["Talle: S", "Talle: M"]);
    assert_eq!(hoodie.fields.images, ["https://img.example/buzo.jpg"]);
    assert_eq!(hoodie.variants[1].cost, Some(pesos("9000")));
}

#[test]
fn a_square_catalog_from_its_interface_names_the_currency_beside_the_price() {
    let file = |code: &str| {
        format!(
            "Category,Item Name,Variation Name,Price ({code}),Item ID,Variation ID\n\
             Casa,Jarrón,Chico,$95.00,I1,V1\nCasa,Jarrón,Grande,$120.00,I1,V2\n"
        )
    };
    let parsed = read_whole(&file("MXN"), Format::Square);
    assert_eq!(
        sold(&parsed, "jarron"),
        [some("jarron-chico", 9_500, None, None), some("jarron-grande", 12_000, None, None)]
    );
    assert_eq!(options(&parsed, "jarron"), ["Variante: Chico", "Variante: Grande"]);
    let other = parse(&file("CAD"));
    assert_eq!((other.products.len(), other.reading.refused_rows), (0, 2));
}

#[test]
fn exports_of_something_else_are_refused_by_name_with_what_to_export_instead() {
    for (header, what, instead) in [
        ("Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Centro", "inventory", "Products, Export"),
        ("Handle,Title,SKU,Location,Incoming,Committed,Available,On hand", "inventory", "Products, Export"),
        (
            "Name,Email,Financial Status,Currency,Subtotal,Lineitem quantity,Lineitem name",
            "orders",
            "Products, Export",
        ),
        ("Customer ID,First Name,Last Name,Email,Total Spent", "customers", "Products, Export"),
        ("sku,asin,price,quantity", "Amazon", "Active Listings"),
        ("parent_id,parent_name,parent_sku,id,sku,price,attributes", "variations", "Products, Export"),
    ] {
        let said = unreadable(format!("{header}\n1,2,3,4,5,6,7\n").as_bytes()).to_string();
        assert!(said.contains(what) && said.contains(instead), "{header}: {said}");
    }
}

#[test]
fn what_is_no_table_is_told_what_it_is() {
    for (bytes, thing) in [
        (b"%PDF-1.4 whatever".as_slice(), Thing::Pdf),
        (b"\x89PNG\r\n\x1a\n", Thing::Picture),
        (b"Rar!\x1a\x07", Thing::Archive),
        (b" <!DOCTYPE html><html><body>Sign in</body></html>", Thing::WebPage),
        (b"\xef\xbb\xbf<table><tr><td>Producto</td></tr></table>", Thing::WebPage),
        (b"\x1f\x8bbroken", Thing::Archive),
    ] {
        assert_eq!(unreadable(bytes), Unreadable::NoTable(thing));
    }
    let said = unreadable(b"<html></html>").to_string();
    assert!(
        said.starts_with("this is a web page and no table of products; an address may ask to sign in"),
        "{said}"
    );
}

/// A file packed as gzip.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packing.write_all(bytes).unwrap();
    packing.finish().unwrap()
}

/// An archive of files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_packed_table_is_unpacked_and_its_refused_rows_come_back() {
    let table = "Producto;Precio\nTaza;12,50\nVaso;0\n";
    let expected = parse(table);
    let shadowed = archive(&[("productos.csv", table.as_bytes()), ("__MACOSX/._productos.csv", b"x")]);
    let book = packed(&workbook_sample(&[&["Producto", "Precio"], &["Taza", "12.5"], &["Vaso", "0"]]));
    for bytes in [packed(table.as_bytes()), shadowed, book] {
        let parsed = read(&bytes, shop(), &ReadOptions::default()).unwrap();
        assert_eq!(parsed.products, expected.products);
        let mut rows = Vec::new();
        assert!(refused_rows(&Source::bytes(&bytes), shop(), &ReadOptions::default(), &mut rows).unwrap());
        assert!(String::from_utf8(rows).unwrap().contains("Vaso"));
    }
    let several = archive(&[("a.csv", table.as_bytes()), ("b.csv", table.as_bytes())]);
    let twice = packed(&packed(table.as_bytes()));
    let letter = archive(&[("[Content_Types].xml", b""), ("word/document.xml", b"")]);
    for (bytes, thing) in [(several, Thing::Archive), (twice, Thing::Archive), (letter, Thing::Letter)] {
        assert_eq!(unreadable(&bytes), Unreadable::NoTable(thing));
    }
    let endless = packed(&vec![b' '; 65 * 1024 * 1024]);
    assert_eq!(unreadable(&endless), Unreadable::TooLarge { megabytes_max: 64 });
}

#[test]
fn a_table_whose_lines_lie_in_one_cell_each_is_the_table() {
    let table = "handle,title,description,sku,price,stock\ntaza,Taza,\"Grande;roja, de barro\",T,12.50,3\n\
                 copa,Copa,\"Alta, fina\",C,9.00,2\n\
                 vaso,Vaso,\"Dos\nlíneas\",V,8.00,\nvela,Vela,,L,5.00,1\n";
    let expected = read_whole(table, Format::Trato).products;
    // As a spreadsheet that separates by semicolons opens it: cells end there, and lines where lines end.
    let cells: Vec<Vec<&str>> = table.lines().map(|line| line.split(';').collect()).collect();
    let quoted = |cell: &str| {
        if cell.contains('"') || cell.starts_with("handle") {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let line = |cells: &Vec<&str>| cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(";");
    let saved = cells.iter().map(line).collect::<Vec<_>>().join("\r\n");
    assert_eq!(parse(&saved).products, expected, "{saved}");
    let rows: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
    let parsed = read(&workbook_sample(&rows), shop(), &ReadOptions::default()).unwrap();
    assert_eq!(parsed.products, expected);
    // Quotes around those lines alone that have some inside.
    let some = "handle,title,sku,price\n\"taza,\"\"Taza, azul\"\",T,12.50\"\nvaso,Vaso,V,8.00\n";
    let titles: Vec<_> = parse(some).products.into_iter().map(|product| product.fields.title).collect();
    assert_eq!(titles, ["Taza, azul", "Vaso"]);
}

#[test]
fn a_title_with_commas_above_a_table_is_no_table_in_a_cell() {
    let text = "\"Tienda Luna, Calle 5, Centro, Puebla\"\nProducto,Precio,Notas,Existencia\n\
                \"Taza, azul\",12.50,x,1\n\"Vaso, rojo\",8.00,y,2\n";
    let titles: Vec<_> = parse(text).products.into_iter().map(|product| product.fields.title).collect();
    assert_eq!(titles, ["Taza, azul", "Vaso, rojo"]);
}

#[test]
fn an_unknown_table_is_shown_as_most_of_its_lines_are_written() {
    let said = unreadable(
        "Ref;Bezeichnung;Betrag\n1;Krug, groß, rot, glasiert;12\n2;Teller, flach, weiß, rund;8\n3;Schale;9\n"
            .as_bytes(),
    );
    assert_eq!(said, Unreadable::UnknownHeader { found: "`Ref`, `Bezeichnung`, `Betrag`".to_owned() });
    let said = unreadable("Ref;Bezeichnung;Lager\n1;Krug;12;\n2;Teller;8;\n3;Schale;9;\n".as_bytes());
    assert_eq!(said, Unreadable::UnknownHeader { found: "`Ref`, `Bezeichnung`, `Lager`".to_owned() });
    let said = unreadable(b",Bezeichnung,Lager\n1,Krug,12\n2,Teller,8\n");
    assert_eq!(said, Unreadable::UnknownHeader { found: "``, `Bezeichnung`, `Lager`".to_owned() });
}

#[test]
fn a_handle_alone_does_not_make_a_table_ours() {
    let parsed = read_whole("Handle,SKU,Name,Category,Price\ntaza,T,Taza,Cocina,10.50\n", Format::Plain);
    let cup = product(&parsed, "taza");
    assert_eq!((cup.fields.title.as_str(), cup.fields.category.as_str()), ("Taza", "Cocina"));
    assert_eq!(sold(&parsed, "taza"), [some("T", 1_050, None, None)]);
    let missing = unreadable(b"handle,sku,price\ntaza,T,10\n");
    assert_eq!(missing, Unreadable::ColumnMissing { column: "title".to_owned() });
}
