//! JSON Schemas of tool arguments from their Rust types, made strict: every property required, none additional,
//! optional ones nullable, no defaults (OpenAI, "Structured Outputs: supported schemas").

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// The strict schema of a type.
#[must_use]
pub fn strict<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    tighten(&mut schema);
    if let Value::Object(root) = &mut schema {
        root.remove("$schema");
        root.remove("title");
    }
    schema
}

/// Keywords that strict servers refuse: they say no more than our own reading of the arguments does.
const UNSUPPORTED: [&str; 4] = ["default", "format", "minimum", "maximum"];

fn tighten(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for keyword in UNSUPPORTED {
                object.remove(keyword);
            }
            // Strict servers refuse the first word and take the second; of our words only one fits at a time.
            if let Some(choices) = object.remove("oneOf") {
                object.insert("anyOf".to_owned(), choices);
            }
            require_all(object);
            object.values_mut().for_each(tighten);
        }
        Value::Array(items) => items.iter_mut().for_each(tighten),
        _ => {}
    }
}

fn require_all(object: &mut Map<String, Value>) {
    if object.get("type").and_then(Value::as_str) != Some("object") {
        return;
    }
    let properties = object.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    let names: Vec<Value> = properties
        .as_object()
        .map(|properties| properties.keys().cloned().map(Value::String).collect())
        .unwrap_or_default();
    object.insert("required".to_owned(), Value::Array(names));
    object.insert("additionalProperties".to_owned(), Value::Bool(false));
}
