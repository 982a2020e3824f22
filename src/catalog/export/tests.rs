//! A file of ours that is read again is the same catalog; feeds say what Meta and Google ask for.

use proptest::prelude::*;

use super::*;
use crate::base::money::Money;
use crate::catalog::import::draft::{Fields, VariantDraft};
use crate::catalog::import::{ReadOptions, ShopDefaults, read};
use crate::catalog::product::{Named, ProductStatus, WhenOut};

fn place() -> Place {
    Place {
        currency: "MXN".parse().unwrap(),
        language: Language::Es,
        media: "https://trato.example/media/nopal".to_owned(),
        link: "https://wa.me/525512345678?text={title}".to_owned(),
    }
}

fn money(minor: i64) -> Money {
    Money::new(minor, "MXN".parse().unwrap())
}

fn variant(sku: &str, position: i32, values: &[(&str, &str)]) -> VariantDraft {
    VariantDraft {
        sku: sku.parse().unwrap(),
        position,
        options: values.iter().map(|(name, value)| Named::new(name, value)).collect(),
        price: money(19_900),
        compare_at: None,
        cost: None,
        floor: None,
        stock: Some(3),
        when_out: WhenOut::Deny,
        image: None,
    }
}

fn shirt() -> ProductDraft {
    let first = VariantDraft {
        compare_at: Some(money(25_000)),
        cost: Some(money(9_000)),
        floor: Some(money(15_000)),
        image: Some("https://cdn.example/azul.jpg".to_owned()),
        ..variant("CAM-1", 1, &[("Color", "Azul"), ("Talla", "M")])
    };
    let second = VariantDraft { stock: Some(0), ..variant("CAM-2", 2, &[("Color", "Rojo"), ("Talla", "M")]) };
    ProductDraft {
        fields: Fields {
            handle: "camiseta".parse().unwrap(),
            title: "Camiseta básica".to_owned(),
            description: "De algodón.\nLavar \"en frío\", sin cloro.".to_owned(),
            category: "Ropa > Camisetas".to_owned(),
            brand: "Nopal".to_owned(),
            tags: vec!["verano".to_owned(), "2 x 1; sólo hoy".to_owned()],
            status: ProductStatus::Active,
            language: Language::Es,
            options: vec!["Color".to_owned(), "Talla".to_owned()],
            images: vec!["fotos/grupo.png".to_owned(), "https://cdn.example/azul.jpg".to_owned()],
            facts: vec![
                Named::new("Horario: lunes | martes", "de 10 : 00 a 12:00 | 14:00"),
                Named::new("C\\", "D\\"),
            ],
        },
        variants: vec![first, second],
    }
}

fn read_again(products: &[ProductDraft]) -> Vec<ProductDraft> {
    let writer = Writer::new(Kind::Ours, place());
    let mut file = writer.header().unwrap();
    file.extend(writer.products(products).unwrap());
    let shop = ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::En, today: None };
    let parsed = read(&file, shop, &ReadOptions::default()).unwrap();
    assert_eq!(parsed.reading.refused_rows, 0, "{:#?}", parsed.reading.refused);
    parsed.products
}

#[test]
fn a_catalog_that_was_written_is_read_as_the_same_catalog() {
    assert_eq!(read_again(&[shirt()]), [shirt()]);
}

#[test]
fn as_many_options_as_a_file_can_bring_are_written() {
    let names = ["Color", "Talla", "Corte", "Tela", "Cuello", "Manga"];
    let values: Vec<(&str, &str)> = names.iter().map(|name| (*name, "uno")).collect();
    let product = ProductDraft {
        fields: Fields { options: names.map(str::to_owned).to_vec(), images: Vec::new(), ..shirt().fields },
        variants: vec![variant("CAM-1", 1, &values)],
    };
    assert_eq!(read_again(std::slice::from_ref(&product)), [product]);
}

fn table(kind: Kind, products: &[ProductDraft]) -> Vec<Vec<String>> {
    let writer = Writer::new(kind, place());
    let mut file = writer.header().unwrap();
    file.extend(writer.products(products).unwrap());
    let delimiter = if kind == Kind::Google { b'\t' } else { b',' };
    let mut rows = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(file.as_slice());
    rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn cell<'t>(table: &'t [Vec<String>], row: usize, column: &str) -> &'t str {
    let place = table[0].iter().position(|name| name == column).unwrap();
    &table[row][place]
}

#[test]
fn a_feed_says_price_and_reduced_price_stock_and_where_to_buy() {
    let table = table(Kind::Meta, &[shirt()]);
    let check =
        |row: usize, column: &str, expected: &str| assert_eq!(cell(&table, row, column), expected, "{column}");
    assert_eq!(table.len(), 3);
    check(1, "id", "CAM-1");
    check(1, "item_group_id", "camiseta");
    check(1, "title", "Camiseta básica (Azul / M)");
    check(1, "price", "250.00 MXN");
    check(1, "sale_price", "199.00 MXN");
    check(1, "availability", "in stock");
    check(2, "availability", "out of stock");
    check(2, "sale_price", "");
    check(1, "image_link", "https://cdn.example/azul.jpg");
    check(1, "additional_image_link", "https://trato.example/media/nopal/fotos/grupo.png");
    check(1, "link", "https://wa.me/525512345678?text=Camiseta%20b%C3%A1sica");
    check(1, "color", "Azul");
    check(1, "size", "M");
}

#[test]
fn a_feed_keeps_addresses_names_and_barcodes_as_its_reader_wants_them() {
    let fact = |name: &str, value: &str| Named::new(name, value);
    let mut one = shirt();
    one.variants.truncate(1);
    one.variants[0].sku = format!("CAM-{}", "X".repeat(80)).parse().unwrap();
    one.variants[0].image = None;
    one.fields.images = vec!["a.jpg".to_owned(), "https://cdn.example/w_600,h_600/b.jpg".to_owned()];
    one.fields.facts = vec![fact("Material", "12345678"), fact("Código de barras", "7501031311309")];
    let google = table(Kind::Google, &[one.clone(), shirt()]);
    assert_eq!(cell(&google, 1, "additional_image_link"), "https://cdn.example/w_600%2Ch_600/b.jpg");
    assert_eq!((cell(&google, 1, "gtin"), cell(&google, 1, "identifier_exists")), ("7501031311309", "yes"));
    assert_eq!((cell(&google, 2, "gtin"), cell(&google, 2, "identifier_exists")), ("", "no"));
    let id = cell(&google, 1, "id");
    assert!(id.len() == 50 && id.starts_with("CAM-XXX"), "{id}");
    assert_eq!(cell(&table(Kind::Meta, &[one.clone()]), 1, "id"), one.variants[0].sku.as_str());
}

#[test]
fn a_feed_never_tells_the_cost_or_the_floor_and_shows_only_what_is_on_sale() {
    let draft = ProductDraft { fields: Fields { status: ProductStatus::Draft, ..shirt().fields }, ..shirt() };
    for kind in [Kind::Meta, Kind::Google] {
        let table = table(kind, &[shirt(), draft.clone()]);
        assert_eq!(table.len(), 3, "a draft is not on sale");
        let said = table.concat().concat();
        assert!(!said.contains("90.00") && !said.contains("150.00"), "{said}");
    }
}

#[test]
fn what_google_and_meta_get_is_a_catalog_we_can_read() {
    let shop = ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None };
    for kind in [Kind::Meta, Kind::Google] {
        let writer = Writer::new(kind, place());
        let mut file = writer.header().unwrap();
        file.extend(writer.products(&[shirt()]).unwrap());
        let parsed = read(&file, shop, &ReadOptions::default()).unwrap();
        assert_eq!(parsed.reading.refused_rows, 0, "{:#?}", parsed.reading.refused);
        assert_eq!(parsed.products.iter().map(|product| product.variants.len()).sum::<usize>(), 2);
    }
}

fn texts(pattern: &'static str) -> impl Strategy<Value = String> {
    pattern
        .prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .prop_filter("not empty", |text| !text.is_empty())
}

proptest! {
    #[test]
    fn whatever_stands_in_texts_comes_back(
        title in texts(r#"[a-zñ;|:\\"',= ]{1,20}[a-z]"#),
        tags in proptest::collection::btree_set(texts(r#"[a-z;|:\\"' ]{1,12}"#), 0..4),
        facts in proptest::collection::vec((texts(r#"[a-z;|:\\" ]{0,8}[a-z]"#), texts(r#"[a-z;|:\\" ]{1,12}"#)), 0..4),
        stock in proptest::option::of(0..1_000_i32),
        price in 1..10_000_000_i64,
    ) {
        let mut product = shirt();
        product.fields.title = title;
        product.fields.tags = tags.into_iter().collect();
        product.fields.facts = facts.iter().map(|(name, value)| Named::new(name, value)).collect();
        product.variants[1].stock = stock;
        product.variants[1].price = money(price);
        prop_assert_eq!(read_again(std::slice::from_ref(&product)), [product]);
    }
}
