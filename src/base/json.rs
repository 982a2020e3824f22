//! Reading somebody else's JSON: every part may be missing, a number may come as text and text as a number.
//!
//! Owns the lenient reader and the masking of whole documents. Knows nobody's field names.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::base::cards::mask_cards;
use crate::base::clock::Time;

/// Reads a document. Zero characters are dropped from its texts: a database can keep them in neither `text` nor
/// `jsonb`, so one of them would make an event impossible to store for ever.
///
/// # Errors
/// When the bytes are not one JSON document in UTF-8. The error names a line and a column, never the content.
pub fn read(raw: &[u8]) -> Result<Value, serde_json::Error> {
    let mut document = serde_json::from_slice(raw)?;
    // Raw control characters are not allowed in JSON, so a zero can only have come as an escape.
    if raw.windows(6).any(|window| window == b"\\u0000") {
        drop_zeros(&mut document);
    }
    Ok(document)
}

fn drop_zeros(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|character| character != '\0'),
        Value::Array(items) => items.iter_mut().for_each(drop_zeros),
        Value::Object(fields) => {
            for (mut name, mut field) in std::mem::take(fields) {
                name.retain(|character| character != '\0');
                drop_zeros(&mut field);
                fields.insert(name, field);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text a person may have typed, card numbers masked.
#[must_use]
pub fn masked(text: &str) -> String {
    const CARD_DIGITS_MIN: usize = 13;
    // Most texts have too few digits to hold a card number; the walk over every character is for the rest.
    let may_hold_a_card = text.bytes().filter(u8::is_ascii_digit).count() >= CARD_DIGITS_MIN;
    if may_hold_a_card { mask_cards(text) } else { text.to_owned() }
}

/// The document with card numbers masked in every text and number, except those directly under a field that
/// the sender's machines fill (`machine_made`): their ids are long runs of digits too.
#[must_use]
pub fn masked_document(value: &Value, machine_made: &[&str]) -> Value {
    match value {
        Value::String(text) => Value::String(masked(text)),
        Value::Number(number) => {
            let text = number.to_string();
            let safe = masked(&text);
            if safe == text { value.clone() } else { Value::String(safe) }
        }
        Value::Array(items) => items.iter().map(|item| masked_document(item, machine_made)).collect(),
        Value::Object(fields) => {
            let keep =
                |name: &str, field: &Value| machine_made.contains(&name) && !field.is_object() && !field.is_array();
            let safe = |(name, field): (&String, &Value)| {
                let field = if keep(name, field) { field.clone() } else { masked_document(field, machine_made) };
                (masked(name), field)
            };
            Value::Object(fields.iter().map(safe).collect())
        }
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// A place in a document, which may not exist.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a>(Option<&'a Value>);

impl<'a> Node<'a> {
    /// The document's root.
    #[must_use]
    pub const fn root(document: &'a Value) -> Self {
        Self(Some(document))
    }

    /// The field of this name.
    #[must_use]
    pub fn at(self, name: &str) -> Self {
        Self(self.0.and_then(|value| value.get(name)))
    }

    /// The items, when it is a list; else none.
    pub fn items(self) -> impl ExactSizeIterator<Item = Self> {
        self.0.and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter().map(|item| Self(Some(item)))
    }

    /// The first item of a list.
    #[must_use]
    pub fn first(self) -> Self {
        self.items().next().unwrap_or(Self(None))
    }

    /// What stands here, if anything.
    #[must_use]
    pub fn value(self) -> Option<&'a Value> {
        self.0
    }

    /// Whether something other than null stands here.
    #[must_use]
    pub fn is_there(self) -> bool {
        self.0.is_some_and(|value| !value.is_null())
    }

    /// The text, or the number as text.
    #[must_use]
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self.0? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// The text without space around it, if any is left: for ids and names.
    #[must_use]
    pub fn word(self) -> Option<Cow<'a, str>> {
        let word = match self.text()? {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            owned @ Cow::Owned(_) => owned,
        };
        (!word.is_empty()).then_some(word)
    }

    /// The whole number, or the text that is one.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        match self.0? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The truth value, or the text `true` or `false`.
    #[must_use]
    pub fn truth(self) -> Option<bool> {
        match self.0? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The time: seconds or milliseconds since 1970, as a number or as text, or a date of RFC 3339.
    #[must_use]
    pub fn time(self) -> Option<Time> {
        // The year 5138 in seconds, 1973 in milliseconds: no event lies on the wrong side of either.
        const SECONDS_MAX: i64 = 100_000_000_000;
        match self.integer() {
            Some(number) if number <= 0 => None,
            Some(seconds) if seconds < SECONDS_MAX => DateTime::from_timestamp_secs(seconds),
            Some(milliseconds) => DateTime::from_timestamp_millis(milliseconds),
            None => {
                DateTime::parse_from_rfc3339(self.0?.as_str()?.trim()).ok().map(|time| time.with_timezone(&Utc))
            }
        }
    }
}

/// Every document that differs from this one in one place: a part taken out, or of another type.
#[cfg(test)]
pub(crate) fn mutations(document: &Value) -> Vec<Value> {
    let mut mutated = Vec::new();
    for pointer in pointers(document, "") {
        let Some(place) = document.pointer(&pointer) else { continue };
        for other in others(place) {
            let mut copy = document.clone();
            if let Some(target) = copy.pointer_mut(&pointer) {
                *target = other;
                mutated.push(copy);
            }
        }
        mutated.extend(without(document, &pointer));
    }
    mutated
}

#[cfg(test)]
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (format!("{at}/{name}"), field)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (format!("{at}/{n}"), item)).collect(),
        _ => Vec::new(),
    };
    let deeper = inside.iter().flat_map(|(pointer, part)| pointers(part, pointer));
    inside.iter().map(|(pointer, _)| pointer.clone()).chain(deeper).collect()
}

#[cfg(test)]
fn others(value: &Value) -> Vec<Value> {
    let mut others = vec![
        Value::Null,
        Value::Bool(true),
        serde_json::json!({}),
        serde_json::json!([]),
        serde_json::json!([[{"a": null}]]),
        serde_json::json!(-1),
        serde_json::json!(i64::MAX),
        serde_json::json!(1.5),
        serde_json::json!(""),
        serde_json::json!("\u{0}"),
    ];
    match value {
        Value::Number(number) => others.push(Value::String(number.to_string())),
        Value::String(text) => others.extend(text.parse::<i64>().ok().map(Value::from)),
        _ => {}
    }
    others
}

#[cfg(test)]
fn without(document: &Value, pointer: &str) -> Option<Value> {
    let (parent, last) = pointer.rsplit_once('/')?;
    let mut copy = document.clone();
    match copy.pointer_mut(parent)? {
        Value::Object(fields) => {
            fields.remove(last);
        }
        Value::Array(items) => {
            items.remove(last.parse().ok()?);
        }
        _ => return None,
    }
    Some(copy)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn time_of(value: &Value) -> Option<i64> {
        Node::root(value).time().map(|time| time.timestamp_millis())
    }

    #[test]
    fn times_are_read_however_they_are_written() {
        for same in
            [json!("1750000000"), json!(1_750_000_000), json!("1750000000000"), json!("2025-06-15T15:06:40Z")]
        {
            assert_eq!(time_of(&same), Some(1_750_000_000_000), "{same}");
        }
        for not_a_time in [json!("soon"), json!(0), json!(-5), json!(null), json!(i64::MAX)] {
            assert_eq!(time_of(&not_a_time), None, "{not_a_time}");
        }
    }

    #[test]
    fn zeros_are_dropped_because_no_column_can_keep_them() {
        let read = read(br#"{"a\u0000b":["x\u0000y"]}"#).unwrap();
        assert_eq!(read, json!({"ab": ["xy"]}));
    }

    #[test]
    fn a_document_is_masked_wherever_a_person_may_have_typed() {
        let document = json!({
            "id": "4242424242424242",
            "note": "4242 4242 4242 4242",
            "4242424242424242": [4_242_424_242_424_242_i64],
            "sum": 129_900,
        });
        let expected = json!({
            "id": "4242424242424242",
            "note": "•••• •••• •••• 4242",
            "••••••••••••4242": ["••••••••••••4242"],
            "sum": 129_900,
        });
        assert_eq!(masked_document(&document, &["id"]), expected);
    }
}
