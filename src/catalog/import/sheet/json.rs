//! JSON Lines, or one array: an object for each row, its keys the columns. A product may hold its `variants` as a
//! list of objects; each becomes a row that says the product's part too.

use std::fmt;

use serde::de::{self, Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::base::language::Language;
use crate::catalog::import::cell;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::sheet::{Growing, Line, tiendanube_api, woocommerce_api};

/// The longest object: it is held in a form that takes several times as much.
const OBJECT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Rows that grow by products.
struct Rows {
    growing: Growing,
    /// The shop's.
    language: Language,
}

/// Reads the objects, one after the other: a list is never held whole. Of texts in several languages, those of this one
/// are read.
pub fn read(text: &str, language: Language) -> Result<Vec<Line>, Unreadable> {
    let mut rows = Rows { growing: Growing::default(), language };
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let (mut at, mut number) = (0, 1);
    while let Some(value) = values.next() {
        let value = value.map_err(|error| Unreadable::BrokenJson { line: error.line() })?;
        let lines = text[at..values.byte_offset()].matches('\n').count();
        at = values.byte_offset();
        number += u32::try_from(lines).unwrap_or(u32::MAX / 2);
        if value.get().starts_with('[') {
            read_list(value.get(), number, &mut rows)?;
        } else {
            rows.push(number, object(value, number)?)?;
        }
    }
    Ok(rows.growing.finish())
}

fn object(text: &RawValue, number: u32) -> Result<Value, Unreadable> {
    if text.get().len() > OBJECT_BYTES_MAX {
        let megabytes_max = OBJECT_BYTES_MAX / 1024 / 1024;
        return Err(Unreadable::EndlessObject { line: number as usize, megabytes_max });
    }
    serde_json::from_str(text.get()).map_err(|_| Unreadable::BrokenJson { line: number as usize })
}

fn read_list(text: &str, number: u32, rows: &mut Rows) -> Result<(), Unreadable> {
    let mut refused = None;
    let list = List { number, rows, refused: &mut refused };
    let read = serde_json::Deserializer::from_str(text).deserialize_seq(list);
    match (refused, read) {
        (Some(refused), _) => Err(refused),
        (None, Err(_)) => Err(Unreadable::BrokenJson { line: number as usize }),
        (None, Ok(())) => Ok(()),
    }
}

/// A list that is read object by object.
struct List<'l> {
    number: u32,
    rows: &'l mut Rows,
    refused: &'l mut Option<Unreadable>,
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of products")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<&'de RawValue>()? {
            self.number += 1;
            let read = object(item, self.number).and_then(|item| self.rows.push(self.number, item));
            if let Err(refused) = read {
                *self.refused = Some(refused);
                return Err(de::Error::custom("a product that cannot be read"));
            }
        }
        Ok(())
    }
}

impl Rows {
    fn push(&mut self, number: u32, item: Value) -> Result<(), Unreadable> {
        let Self { growing, language } = self;
        let Value::Object(mut product) = item else { return Err(Unreadable::BrokenJson { line: number as usize }) };
        // These say otherwise than our own what they say, and are written as the exports of the same systems are.
        if woocommerce_api::is_product(&product) {
            return woocommerce_api::rows(&product).try_for_each(|cells| growing.push(number, cells));
        }
        if tiendanube_api::is_product(&product) {
            return tiendanube_api::rows(&product, *language).try_for_each(|cells| growing.push(number, cells));
        }
        let Some(Value::Array(variants)) = product.remove("variants") else {
            return growing.push(number, cells(product));
        };
        for variant in variants {
            let Value::Object(variant) = variant else {
                return Err(Unreadable::BrokenJson { line: number as usize });
            };
            let mut row = product.clone();
            row.extend(variant);
            growing.push(number, cells(row))?;
        }
        Ok(())
    }
}

fn cells(object: Map<String, Value>) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    for (name, value) in object {
        match value {
            Value::Object(options) if name == "options" => {
                for ((option, value), place) in options.into_iter().zip(1..) {
                    cells.push((format!("option{place}_name"), option));
                    cells.push((format!("option{place}_value"), said(&value)));
                }
            }
            value => cells.push((name, said(&value))),
        }
    }
    cells
}

/// A value as our CSV would have written it: lists with `;`, objects as `Name: value` with `|`.
fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => match values.iter().map(pair).collect::<Option<Vec<_>>>() {
            Some(pairs) if !pairs.is_empty() => joined(&pairs),
            _ => cell::joined_tags(&values.iter().map(said).collect::<Vec<_>>()),
        },
        Value::Object(object) => {
            joined(&object.iter().map(|(name, value)| (name.clone(), said(value))).collect::<Vec<_>>())
        }
    }
}

/// `{"name": "Material", "value": "algodón"}`.
fn pair(value: &Value) -> Option<(String, String)> {
    let named = value.as_object()?;
    Some((said(named.get("name")?), said(named.get("value")?)))
}

fn joined(pairs: &[(String, String)]) -> String {
    cell::joined_facts(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Result<Vec<Line>, Unreadable> {
        read(text, Language::Es)
    }

    #[test]
    fn objects_become_rows_under_one_header() {
        let text = "{\"a\":1,\"b\":[\"x\",\"y\"]}\n\n{\"c\":null,\"a\":\"2\",\"f\":{\"M\":\"n\"}}\n";
        let lines = lines_of(text).unwrap();
        assert_eq!(lines[0].cells(), ["a", "b", "c", "f"]);
        assert_eq!((lines[1].number, lines[1].cells().as_slice()), (1, ["1", "x ; y"].as_slice()));
        assert_eq!((lines[2].number, lines[2].cells()[3]), (3, "M: n"));
    }

    #[test]
    fn variants_say_the_products_part_too() {
        let text = r#"[{"handle":"h","variants":[{"sku":"1","options":{"Color":"Azul"}},{"sku":"2"}]}]"#;
        let lines = lines_of(text).unwrap();
        assert_eq!(lines[0].cells(), ["handle", "option1_name", "option1_value", "sku"]);
        assert_eq!(lines[1].cells(), ["h", "Color", "Azul", "1"]);
        assert_eq!(lines[2].cells(), ["h", "", "", "2"]);
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_line() {
        assert_eq!(lines_of("{\"a\":1}\n{\"a\":"), Err(Unreadable::BrokenJson { line: 2 }));
        assert!(matches!(lines_of("[1, 2]"), Err(Unreadable::BrokenJson { .. })));
        assert!(matches!(lines_of("[{\"a\":1}, {\"a\":2}"), Err(Unreadable::BrokenJson { .. })));
    }

    #[test]
    fn what_takes_more_room_than_there_is_is_refused() {
        let zeros = format!("[{{\"a\":[{}0]}}]", "0,".repeat(OBJECT_BYTES_MAX / 2));
        assert_eq!(lines_of(&zeros), Err(Unreadable::EndlessObject { line: 2, megabytes_max: 16 }));
        let variants = "{},".repeat(100_000);
        let shared = format!("{{\"a\":\"{}\",\"variants\":[{variants}{{}}]}}", "x".repeat(1024 * 1024));
        assert_eq!(lines_of(&shared), Err(Unreadable::TooLarge { megabytes_max: 512 }));
        let text = "x".repeat(1024 * 1024);
        let woocommerce = format!(
            "{{\"name\":\"{text}\",\"regular_price\":\"\",\"type\":\"variable\",\"stock_status\":\"instock\",\
             \"variations\":[{variants}{{}}]}}"
        );
        let tiendanube =
            format!("{{\"name\":{{\"es\":\"{text}\"}},\"handle\":{{\"es\":\"t\"}},\"variants\":[{variants}{{}}]}}");
        for product in [woocommerce, tiendanube] {
            assert_eq!(lines_of(&product), Err(Unreadable::TooLarge { megabytes_max: 512 }));
        }
    }
}
