//! What cells mean that every shop writes in its own way, and what is said of those that nobody can understand.

use super::*;
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::draft::VariantDraft;
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::format::Format;
use crate::catalog::import::report::Outcome;
use crate::catalog::import::sheet::{broken_workbook_sample, workbook_of_sheets};
use crate::catalog::import::sheets::Done;
use crate::catalog::import::tests::applying::{APPLY, contents, import, merchant};
use crate::catalog::import::tests::{parse, pesos, shop};
use crate::catalog::product::{Named, ProductStatus, WhenOut};
use crate::testing::fresh_database;

fn refused(parsed: &ParsedFile) -> Vec<(u32, &str)> {
    parsed.reading.refused.iter().map(|refusal| (refusal.row, refusal.column.as_str())).collect()
}

fn noted(parsed: &ParsedFile, note: &Note) -> u32 {
    parsed.reading.notes.iter().find(|noted| noted.note == *note).map_or(0, |noted| noted.count)
}

fn variants(parsed: &ParsedFile) -> impl Iterator<Item = &VariantDraft> {
    parsed.products.iter().flat_map(|product| &product.variants)
}

fn skus(parsed: &ParsedFile) -> Vec<&str> {
    variants(parsed).map(|variant| variant.sku.as_str()).collect()
}

fn doubts(parsed: &ParsedFile) -> Vec<Doubt> {
    parsed.reading.doubts.iter().map(|(doubt, _)| *doubt).collect()
}

mod words {
    use super::*;

    fn feed(word: &str) -> ParsedFile {
        parse(&format!("id,title,price,availability,link\nT1,Taza,120.00,{word},https://luna.example/t1\n"))
    }

    #[test]
    fn what_is_not_there_is_not_on_sale_however_a_feed_says_it() {
        for word in
            ["OutOfStock", "https://schema.org/OutOfStock", "Sin stock", "sold out", "nicht auf Lager", "No"]
        {
            let parsed = feed(word);
            assert_eq!(parsed.products[0].variants[0].stock, Some(0), "{word}");
        }
        for word in ["in stock", "https://schema.org/InStock", "Disponible", "1"] {
            assert_eq!(feed(word).products[0].variants[0].stock, None, "{word}");
        }
        let ordered = feed("Bajo pedido");
        assert_eq!(
            (ordered.products[0].variants[0].stock, ordered.products[0].variants[0].when_out),
            (Some(0), WhenOut::Continue)
        );
    }

    #[test]
    fn a_word_of_availability_that_nobody_knows_refuses_its_row() {
        for word in ["quizás", "preguntar", "stocké"] {
            let parsed = feed(word);
            assert_eq!((refused(&parsed), parsed.products.len()), (vec![(2, "availability")], 0), "{word}");
        }
    }

    #[test]
    fn a_count_where_others_have_words_is_a_count() {
        let parsed = parse("Producto,Precio,Disponibilidad\nTaza,120.00,10\nVaso,80.00,0\nJarra,90.00,1\n");
        let stock: Vec<_> = variants(&parsed).map(|variant| variant.stock).collect();
        assert_eq!(stock, [Some(10), Some(0), Some(1)]);
        let parsed = parse("Producto,Precio,Disponibilidad\nTaza,120.00,1\nVaso,80.00,0\n");
        let stock: Vec<_> = variants(&parsed).map(|variant| variant.stock).collect();
        assert_eq!(stock, [None, Some(0)]);
    }

    #[test]
    fn a_status_hides_what_it_says_is_hidden_and_refuses_what_nobody_knows() {
        let status = |word: &str| parse(&format!("Producto,Precio,Estado\nTaza,120.00,{word}\n"));
        for (word, expected) in [
            ("Pausada", ProductStatus::Draft),
            ("Desactivado", ProductStatus::Draft),
            ("pending", ProductStatus::Draft),
            ("Descontinuado", ProductStatus::Archived),
            ("Activo", ProductStatus::Active),
            ("publish", ProductStatus::Active),
            ("Agotado", ProductStatus::Active),
        ] {
            assert_eq!(status(word).products[0].fields.status, expected, "{word}");
        }
        assert_eq!(status("Agotado").products[0].variants[0].stock, Some(0));
        let unknown = status("Jalisco");
        assert_eq!((refused(&unknown), unknown.products.len()), (vec![(2, "Estado")], 0));
        // The condition of a thing stands under the same name.
        let used = status("Usado");
        assert_eq!(used.products[0].fields.facts, [Named::new("Estado", "Usado")]);
    }

    #[test]
    fn yes_under_the_name_of_what_is_off_is_off() {
        let file = "Producto,Precio,Oculto\nTaza,120.00,sí\nVaso,80.00,no\n";
        let mapping = vec![("Oculto".to_owned(), "status".to_owned())];
        let options = ReadOptions { mapping, ..ReadOptions::default() };
        let parsed = read(file.as_bytes(), shop(), &options).unwrap();
        let statuses: Vec<_> = parsed.products.iter().map(|product| product.fields.status).collect();
        assert_eq!(statuses, [ProductStatus::Draft, ProductStatus::Active]);
    }

    #[test]
    fn what_another_spreadsheet_writes_for_false_publishes_nothing() {
        let shopify = |word: &str| {
            parse(&format!("Handle,Title,Published,Variant SKU,Variant Price\ntaza,Taza,{word},T1,120.00\n"))
        };
        for word in ["FALSCH", "FAUX", "FALSO", "false"] {
            assert_eq!(shopify(word).products[0].fields.status, ProductStatus::Draft, "{word}");
        }
        assert_eq!(shopify("VRAI").products[0].fields.status, ProductStatus::Active);
        let unknown = shopify("EPÄTOSI");
        assert_eq!((refused(&unknown), unknown.products.len()), (vec![(2, "Published")], 0));
    }

    #[test]
    fn stock_may_be_a_word_a_count_with_a_unit_or_a_count_as_the_file_writes_numbers() {
        let file = "Código;Producto;Precio;Stock\nA;Taza;12,50;1.000\nB;Vaso;8,00;5,00\nC;Jarra;9,00;2.000,00\n\
                    D;Olla;9,50;12 pzas\nE;Plato;7,50;10+\nF;Copa;6,50;Disponible\nG;Bol;5,50;Agotado\nH;Cazo;4,50;-3\n";
        let parsed = parse(file);
        let stock: Vec<_> = variants(&parsed).map(|variant| variant.stock).collect();
        let expected = [Some(1_000), Some(5), Some(2_000), Some(12), Some(10), None, Some(0), Some(0)];
        assert_eq!((stock.as_slice(), refused(&parsed)), (expected.as_slice(), vec![]));
        let unclear = parse("Código,Producto,Precio,Stock\nA,Taza,12,1.000\n");
        assert_eq!(unclear.reading.refused[0].fault, Fault::UnclearAmount);
    }

    #[test]
    fn an_amount_is_asked_for_as_the_file_writes_it() {
        let parsed = parse("Código;Producto;Precio\nA;Taza;12,50\nB;Vaso;gratis\n");
        let said = parsed.reading.refused[0].to_string();
        assert!(said.contains("with a comma before the cents, such as 1299,00"), "{said}");
    }
}

mod shared_skus {
    use super::*;

    const SHOES: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n\
                         bota-sol,Bota Sol,Talla,36,BS-7,900.00\nbota-sol,,,37,BS-7,900.00\n\
                         bota-luna,Bota Luna,Talla,36,BL-1,950.00\n";

    #[test]
    fn sizes_that_share_the_number_of_their_style_are_all_kept() {
        let parsed = parse(SHOES);
        assert_eq!((refused(&parsed), skus(&parsed)), (vec![], vec!["BS-7 / 36", "BS-7 / 37", "BL-1"]));
        assert_eq!(noted(&parsed, &Note::SkuShared), 2);
    }

    #[test]
    fn products_that_share_a_sku_are_all_kept_in_whatever_order_they_stand() {
        let rows = ["taza-roja,Taza roja,T-1,120.00", "taza-azul,Taza azul,T-1,130.00"];
        let file =
            |rows: [&str; 2]| parse(&format!("Handle,Title,Variant SKU,Variant Price\n{}\n", rows.join("\n")));
        let parsed = file(rows);
        assert_eq!((refused(&parsed), skus(&parsed)), (vec![], vec!["T-1 / taza-roja", "T-1 / taza-azul"]));
        let turned = file([rows[1], rows[0]]);
        assert_eq!(skus(&turned), ["T-1 / taza-azul", "T-1 / taza-roja"]);
    }

    #[test]
    fn tiendanube_square_and_price_lists_share_skus_too() {
        for file in [
            "Identificador de URL;Nombre;Nombre de propiedad 1;Valor de propiedad 1;Precio;SKU\n\
             remera;Remera;Talle;S;100,00;R-1\nremera;;;M;100,00;R-1\n",
            "Item Name,Variation Name,SKU,Price\nRemera,S,R-1,100.00\nRemera,M,R-1,100.00\n",
            "Código,Producto,Talla,Precio\nR-1,Remera,S,100.00\nR-1,Remera,M,100.00\n",
        ] {
            let parsed = parse(file);
            assert_eq!((refused(&parsed), skus(&parsed)), (vec![], vec!["R-1 / S", "R-1 / M"]), "{file}");
        }
    }

    #[test]
    fn one_code_under_two_names_of_a_price_list_is_asked_about() {
        let parsed = parse("Código,Producto,Precio\nR-1,Remera,100.00\nR-1,Gorra,80.00\n");
        assert_eq!(
            (parsed.reading.refused[0].fault.clone(), doubts(&parsed)),
            (Fault::SkuTwice { row: 2 }, vec![Doubt::DuplicateSku])
        );
    }

    #[test]
    fn a_sku_too_long_to_keep_is_made_anew() {
        let long = "1800274,".repeat(20);
        let parsed = parse(&format!("Handle,Title,Variant SKU,Variant Price\ntaza,Taza,\"{long}\",120.00\n"));
        assert_eq!((skus(&parsed), noted(&parsed, &Note::SkuTooLong)), (vec!["taza"], 1));
    }

    #[tokio::test]
    async fn importing_them_again_changes_nothing_and_mended_skus_take_the_place_of_the_made_ones() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "luna").await;
        assert_eq!(import(&scope, SHOES, APPLY).await.outcome, Outcome::Applied);
        let before = contents(&scope).await;
        assert_eq!(import(&scope, SHOES, APPLY).await.outcome, Outcome::Unchanged);
        // Nor does another order of the rows, but for the places of the sizes.
        let lines: Vec<&str> = SHOES.lines().collect();
        let moved = [lines[0], lines[3], lines[1], lines[2]].join("\n");
        assert_eq!(import(&scope, &moved, APPLY).await.outcome, Outcome::Unchanged);
        assert_eq!(contents(&scope).await, before);

        let mended = SHOES.replace("37,BS-7", "37,BS-7-37").replace("36,BS-7,", "36,BS-7-36,");
        let report = import(&scope, &mended, APPLY).await;
        assert_eq!((report.counts.variants_created, report.counts.archived), (2, 2));
        let living: i64 =
            sqlx::query_scalar("select count(*) from variants where merchant_id = $1 and not archived")
                .bind(scope.merchant())
                .fetch_one(scope.pool())
                .await
                .unwrap();
        assert_eq!(living, 3);
    }

    #[tokio::test]
    async fn a_variation_that_is_switched_off_is_no_longer_sold_under_the_sku_that_was_made_for_it() {
        let pool = fresh_database().await;
        let scope = merchant(&pool, "luna").await;
        let file = |sellable: &str| {
            format!(
                "Item Name,Variation Name,SKU,Price,Sellable\nRemera,S,R-1,100.00,Y\nRemera,M,R-1,100.00,Y\n\
                 Remera,L,R-1,100.00,{sellable}\n"
            )
        };
        import(&scope, &file("Y"), APPLY).await;
        let report = import(&scope, &file("N"), APPLY).await;
        assert_eq!((report.counts.archived, report.counts.variants_created), (1, 0), "{report}");
    }
}

mod columns {
    use super::*;

    #[test]
    fn dollars_are_not_sold_as_pesos_whatever_the_column_is_called() {
        for column in ["CURRENCY_CODE", "Divisa lista", "Columna 4"] {
            let parsed = parse(&format!("Producto,Precio,{column}\nTaza,26.50,USD\nVaso,19.00,MXN\n"));
            assert_eq!((refused(&parsed), parsed.products.len()), (vec![(2, column)], 1), "{column}");
            assert_eq!(parsed.reading.unused, [], "{column}");
        }
        let parsed = parse("Handle,Title,Variant SKU,Variant Price,Market\nt,Taza,T1,26.50,USD\n");
        assert_eq!(refused(&parsed), [(2, "Market")]);
    }

    #[test]
    fn a_switch_or_a_count_that_is_not_read_waits_for_a_yes() {
        let parsed = parse(
            "Nombre,Precio de venta,En existencia hoy,Se puede vender\nMesa,2200.00,0,False\nSilla,900.00,4,True\n",
        );
        assert_eq!(doubts(&parsed), [Doubt::ColumnsNotRead]);
        let asked: Vec<_> = parsed.reading.unused.iter().map(|unused| unused.says.is_some()).collect();
        assert_eq!(asked, [true, true]);
        let parsed = parse("Nombre,Precio,Frágil,Stock mínimo\nMesa,2200.00,no,3\n");
        assert_eq!(doubts(&parsed), []);
    }

    #[test]
    fn a_count_of_one_place_is_the_stock() {
        let parsed = parse("Name,SKU,Price [Centro],In stock [Centro]\nTaza,T-1,120.00,7\n");
        assert_eq!(
            (parsed.products[0].variants[0].price, parsed.products[0].variants[0].stock),
            (pesos("120"), Some(7))
        );
    }

    #[test]
    fn a_column_of_variants_is_the_option() {
        for column in ["Variante", "Variant", "Variation name"] {
            let parsed =
                parse(&format!("Producto,{column},Código,Precio\nCafé,Chico,C-1,35.00\nCafé,Grande,C-2,45.00\n"));
            let values: Vec<_> = variants(&parsed).map(|variant| variant.options[0].value.as_str()).collect();
            assert_eq!((values, refused(&parsed)), (vec!["Chico", "Grande"], vec![]), "{column}");
        }
        let mapping = vec![("Modelo corto".to_owned(), "option1_value".to_owned())];
        let options = ReadOptions { mapping, ..ReadOptions::default() };
        let file = "Producto,Modelo corto,Código,Precio\nCafé,Chico,C-1,35.00\nCafé,Grande,C-2,45.00\n";
        let parsed = read(file.as_bytes(), shop(), &options).unwrap();
        assert_eq!(parsed.products[0].fields.options, ["Modelo corto"]);
    }

    #[test]
    fn numbers_of_a_database_and_kinds_of_rows_are_no_categories() {
        for category in ["\"20,24\"", "17", "product"] {
            let parsed = parse(&format!("Producto,Precio,Categoría\nTaza,120.00,{category}\n"));
            assert_eq!(parsed.products[0].fields.category, "", "{category}");
        }
    }

    #[test]
    fn a_name_keeps_its_last_sign() {
        for title in ["Panel 18” x 44”", "¡Todo junto!", "Crema +", "¿Qué?"] {
            let parsed = parse(&format!("Producto,Precio\n{title},120.00\n"));
            assert_eq!(parsed.products[0].fields.title, title);
        }
    }

    #[test]
    fn products_that_are_new_to_tiendanube_get_their_address_from_their_name() {
        let parsed = parse("Identificador de URL;Nombre;Precio;Stock\n;Taza Luna;120,00;3\n;Vaso Sol;;2\n");
        assert_eq!((parsed.products[0].fields.handle.as_str(), parsed.products.len()), ("taza-luna", 1));
        assert_eq!((refused(&parsed), noted(&parsed, &Note::NoPrice)), (vec![], 1));
    }

    #[test]
    fn of_a_product_of_tiendanube_only_the_sizes_with_a_price_are_sold() {
        let parsed = parse(
            "Identificador de URL;Nombre;Nombre de propiedad 1;Valor de propiedad 1;Precio;SKU\n\
             remera;Remera Sol;Talle;S;;R-S\nremera;;;M;100,00;R-M\n",
        );
        assert_eq!((parsed.products[0].fields.title.as_str(), skus(&parsed)), ("Remera Sol", vec!["R-M"]));
    }
}

mod workbooks {
    use super::*;

    fn workbook(rows: &str) -> ParsedFile {
        let header = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Código</t></is></c><c r=\"B1\" t=\"inlineStr\"><is>\
                      <t>Producto</t></is></c><c r=\"C1\" t=\"inlineStr\"><is><t>Precio</t></is></c><c r=\"D1\" \
                      t=\"inlineStr\"><is><t>Stock</t></is></c></row>";
        let bytes = broken_workbook_sample(&format!("<sheetData>{header}{rows}</sheetData>"));
        read(&bytes, shop(), &ReadOptions::default()).unwrap()
    }

    #[test]
    fn a_formula_that_came_to_nothing_is_no_empty_cell() {
        let row = |cell: &str| {
            workbook(&format!(
                "<row r=\"2\"><c r=\"A2\"><v>7</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>Taza</t></is></c>\
                 <c r=\"C2\"><v>120</v></c>{cell}</row>"
            ))
        };
        let error = row("<c r=\"D2\" t=\"e\"><f>VLOOKUP(A2,F:G,2)</f><v>#N/A</v></c>");
        assert_eq!(error.reading.refused[0].fault, Fault::SpreadsheetError);
        let bare = row("<c r=\"D2\"><f>F2*2</f></c>");
        assert_eq!(
            (bare.reading.refused[0].fault.clone(), refused(&bare)),
            (Fault::NotComputed, vec![(2, "Stock")])
        );
        let computed = row("<c r=\"D2\"><f>F2*2</f><v>8</v></c>");
        assert_eq!(computed.products[0].variants[0].stock, Some(8));
        let text = parse("Código,Producto,Precio,Stock\n7,Taza,120.00,#N/D\n");
        assert_eq!(text.reading.refused[0].fault, Fault::SpreadsheetError);
    }

    #[test]
    fn a_code_of_which_a_spreadsheet_made_a_date_is_refused() {
        let parsed = workbook(
            "<row r=\"2\"><c r=\"A2\" t=\"d\"><v>2026-12-10</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>Taza</t></is></c>\
             <c r=\"C2\"><v>120</v></c></row>",
        );
        let refusal = &parsed.reading.refused[0];
        assert_eq!((refusal.fault.clone(), refusal.cell.as_str()), (Fault::MadeADate, "2026-12-10"));
    }

    #[test]
    fn a_code_keeps_the_noughts_that_its_spreadsheet_shows() {
        let row = |code: &str| {
            workbook(&format!(
                "<row r=\"2\">{code}<c r=\"B2\" t=\"inlineStr\"><is><t>Taza</t></is></c><c r=\"C2\"><v>120</v></c></row>"
            ))
        };
        assert_eq!(skus(&row("<c r=\"A2\" s=\"1\"><v>123</v></c>")), ["00123"]);
        assert_eq!(skus(&row("<c r=\"A2\"><v>123</v></c>")), ["123"]);
        let date = row("<c r=\"A2\" s=\"2\"><v>46366</v></c>");
        assert_eq!(date.reading.refused[0].fault, Fault::MadeADate);
    }

    #[test]
    fn a_line_of_totals_is_no_product() {
        let file =
            "Código,Producto,Precio,Stock\nA,Taza,120.00,3\nB,Vaso,80.00,6\n,TOTAL,200.00,9\nTotal:,,200.00,9\n";
        let parsed = parse(file);
        assert_eq!((skus(&parsed), refused(&parsed), noted(&parsed, &Note::Heading)), (vec!["A", "B"], vec![], 2));
        assert_eq!(parse("Código,Producto,Precio\nT-1,Total,120.00\n").products.len(), 1);
    }

    #[test]
    fn a_file_of_which_most_rows_are_left_out_waits_for_a_yes() {
        let headings = "Sección,\n".repeat(6);
        let parsed = parse(&format!("Producto,Precio\nTaza,120.00\n{headings}"));
        assert_eq!(doubts(&parsed), [Doubt::MostLeftOut]);
        assert_eq!(doubts(&parse("Producto,Precio\nTazas,\nTaza,120.00\n")), []);
    }

    #[test]
    fn sheets_of_the_same_columns_are_read_unless_they_are_hidden() {
        let rows: &[&[&str]] = &[&["Producto", "Precio"], &["Taza", "120"]];
        let old: &[&[&str]] = &[&["Producto", "Precio"], &["Vaso", "80"]];
        let bytes = workbook_of_sheets(&[("Hoy", rows), ("Oculta", old)]);
        let parsed = read(&bytes, shop(), &ReadOptions::default()).unwrap();
        assert_eq!((parsed.products.len(), parsed.reading.sheets[1].done), (1, Done::Hidden));
        assert_eq!(doubts(&parsed), [Doubt::SheetsLeftOut]);
    }
}

mod report {
    use super::*;

    #[test]
    fn every_reason_is_told_with_how_often_it_is() {
        let many = (0..60).map(|at| format!("T{at},Taza {at},gratis,3\n")).collect::<Vec<_>>().concat();
        let parsed = parse(&format!("Código,Producto,Precio,Stock\n{many}X,Vaso,12.50,muchos\n"));
        let reasons: Vec<_> =
            parsed.reading.reasons.iter().map(|reason| (reason.column.as_str(), reason.count)).collect();
        assert_eq!(reasons, [("Precio", 60), ("Stock", 1)]);
        let report = Report::of("lista.csv", crate::base::fingerprint::Fingerprint::of(b""), parsed.reading);
        let said = report.to_string();
        assert!(said.contains("Times") && said.contains("this is not a count"), "{said}");
    }

    #[test]
    fn a_file_of_which_nothing_can_be_imported_does_not_say_that_the_shop_is_as_it_says() {
        let parsed = parse("Producto,Precio\nSección,\n");
        let mut report = Report::of("lista.csv", crate::base::fingerprint::Fingerprint::of(b""), parsed.reading);
        report.outcome = Outcome::Dry;
        assert!(report.to_string().contains("No product of the file can be imported"), "{report}");
    }

    #[test]
    fn the_column_that_is_read_as_the_name_is_told() {
        let parsed = parse("Código;Descripción;Precio\nA-1;Lista de cuerda;12,50\n");
        assert_eq!(
            (parsed.reading.format, parsed.products[0].fields.title.as_str()),
            (Format::Plain, "Lista de cuerda")
        );
        assert_eq!(parsed.reading.titled_by.as_deref(), Some("Descripción"));
    }
}
