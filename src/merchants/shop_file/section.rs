//! One table of a shop file, with the keys that lead to it and a place to note mistakes.

use std::cell::RefCell;

use toml::{Table, Value};

use crate::merchants::shop_file::Mistake;

/// The mistakes found so far in one file.
pub(in crate::merchants::shop_file) struct Notes {
    file: String,
    mistakes: RefCell<Vec<Mistake>>,
}

impl Notes {
    pub(in crate::merchants::shop_file) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), mistakes: RefCell::default() }
    }

    pub(in crate::merchants::shop_file) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes.into_inner()
    }

    fn add(&self, key: String, what: String) {
        self.mistakes.borrow_mut().push(Mistake { file: self.file.clone(), key, what });
    }
}

/// A table, whose unknown keys are noted the moment it is opened.
pub(in crate::merchants::shop_file) struct Section<'a> {
    table: &'a Table,
    path: String,
    notes: &'a Notes,
}

impl<'a> Section<'a> {
    /// The table of the whole file, in which only these keys may stand.
    pub(in crate::merchants::shop_file) fn whole(table: &'a Table, known: &[&str], notes: &'a Notes) -> Self {
        Self::open(table, String::new(), known, notes)
    }

    fn open(table: &'a Table, path: String, known: &[&str], notes: &'a Notes) -> Self {
        let section = Self { table, path, notes };
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            section.note(key, format!("is not a key that belongs here; the keys are {}", known.join(", ")));
        }
        section
    }

    /// Notes a mistake at a key of this section.
    pub(in crate::merchants::shop_file) fn note(&self, key: &str, what: String) {
        self.notes.add(format!("{}{key}", self.path), what);
    }

    /// Whether the key is there, whatever its value.
    pub(in crate::merchants::shop_file) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A value that may be left out. `instead` completes "write …".
    pub(in crate::merchants::shop_file) fn optional<T>(
        &self,
        key: &str,
        instead: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.table.get(key)?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Datetime(time) => time.to_string(),
            Value::Float(_) => {
                self.note(key, format!("is a number without quotes; write {instead}, with its quotes"));
                return None;
            }
            Value::Boolean(_) | Value::Array(_) | Value::Table(_) => {
                self.note(key, format!("is {}; write {instead}", kind(value)));
                return None;
            }
        };
        let found = read(&text);
        if found.is_none() {
            self.note(key, format!("is \"{}\"; write {instead}", shortened(&text)));
        }
        found
    }

    /// A value that must be there.
    pub(in crate::merchants::shop_file) fn required<T>(
        &self,
        key: &str,
        instead: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.has(key) {
            return self.optional(key, instead, read);
        }
        self.note(key, format!("is missing; write {instead}"));
        None
    }

    /// True or false, which must be there.
    pub(in crate::merchants::shop_file) fn flag(&self, key: &str) -> Option<bool> {
        match self.table.get(key) {
            Some(Value::Boolean(flag)) => return Some(*flag),
            Some(value) => self.note(key, format!("is {}; write true or false, without quotes", kind(value))),
            None => self.note(key, "is missing; write true or false, without quotes".to_owned()),
        }
        None
    }

    /// A section as it stands, for somebody else to read; nothing when it is left out.
    pub(in crate::merchants::shop_file) fn whole_section(&self, key: &str) -> serde_json::Value {
        match self.table.get(key) {
            None => serde_json::Value::Null,
            Some(section @ Value::Table(_)) => json(section),
            Some(value) => {
                self.note(key, format!("is {}; write it as a section, [{}{key}]", kind(value), self.path));
                serde_json::Value::Null
            }
        }
    }

    /// A list of texts; empty when the key is left out.
    pub(in crate::merchants::shop_file) fn texts(&self, key: &str, instead: &str) -> Vec<&'a str> {
        let texts: Option<Vec<&str>> = match self.table.get(key) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values.iter().map(Value::as_str).collect(),
            Some(_) => None,
        };
        texts.unwrap_or_else(|| {
            self.note(key, format!("is not a list of texts; write {instead}"));
            Vec::new()
        })
    }

    /// A section inside this one, in which only these keys may stand; `None` when it is left out.
    pub(in crate::merchants::shop_file) fn section(&self, key: &str, known: &[&str]) -> Option<Self> {
        match self.table.get(key)? {
            Value::Table(table) => Some(Self::open(table, format!("{}{key}.", self.path), known, self.notes)),
            value => {
                self.note(key, format!("is {}; write it as a section, [{}{key}]", kind(value), self.path));
                None
            }
        }
    }

    /// The sections of one name, numbered from one in mistakes; none when there are none.
    pub(in crate::merchants::shop_file) fn sections(&self, key: &str, known: &[&str]) -> Vec<Self> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let tables: Option<Vec<&Table>> =
            value.as_array().and_then(|values| values.iter().map(Value::as_table).collect());
        let Some(tables) = tables else {
            self.note(key, format!("is not a list of sections; write each as [[{}{key}]]", self.path));
            return Vec::new();
        };
        let path = |number: usize| format!("{}{key}[{number}].", self.path);
        (1..).zip(tables).map(|(number, table)| Self::open(table, path(number), known, self.notes)).collect()
    }
}

/// The same value in JSON. Dates become texts.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(flag) => (*flag).into(),
        Value::Datetime(time) => time.to_string().into(),
        Value::Array(values) => values.iter().map(json).collect(),
        Value::Table(table) => {
            serde_json::Value::Object(table.iter().map(|(key, value)| (key.clone(), json(value))).collect())
        }
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
    }
}

/// Enough of a text to know it again.
fn shortened(text: &str) -> String {
    const CHARACTERS_MAX: usize = 40;
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
