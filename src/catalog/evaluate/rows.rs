//! Tables as judged sets come: JSON Lines, tab separated or comma separated, with a header or without one.

use serde_json::Value;

/// A column that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What others call it.
    pub also: &'static [&'static str],
    /// Whether the file is of no use without it.
    pub required: bool,
}

impl Column {
    /// A column the file must have.
    #[must_use]
    pub const fn required(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, required: true }
    }

    /// A column the file may have.
    #[must_use]
    pub const fn optional(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, required: false }
    }

    fn is_called(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        self.name == name || self.also.contains(&name.as_str())
    }
}

/// A file that is not what it should be, in one sentence.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is not text in UTF-8.
    #[error("the file is not UTF-8 text (byte {at})")]
    NotText {
        /// The first byte that is wrong.
        at: usize,
    },
    /// A column is missing.
    #[error("there is no column `{name}` (there are: {there})")]
    NoColumn {
        /// The column.
        name: &'static str,
        /// What there is.
        there: String,
    },
    /// A line cannot be read.
    #[error("line {line}: {why}")]
    BadLine {
        /// Which, from 1.
        line: usize,
        /// Why.
        why: String,
    },
}

/// A line of the table: one text for each column that was asked for, empty where there is none.
pub type Row = Vec<String>;

/// The rows of a file with the number of the line each begins at. Without a header the columns stand in the order
/// asked for.
///
/// # Errors
/// When the file has no rows, misses a required column, or a line cannot be read.
pub fn read_rows(bytes: &[u8], columns: &[Column]) -> Result<Vec<(usize, Row)>, BadFile> {
    let text = std::str::from_utf8(bytes).map_err(|error| BadFile::NotText { at: error.valid_up_to() })?;
    let text = text.trim_start_matches('\u{feff}');
    let rows = if text.trim_start().starts_with('{') { json_lines(text, columns)? } else { table(text, columns)? };
    if rows.is_empty() { Err(BadFile::Empty) } else { Ok(rows) }
}

fn json_lines(text: &str, columns: &[Column]) -> Result<Vec<(usize, Row)>, BadFile> {
    let mut rows = Vec::new();
    for (line, json) in (1..).zip(text.lines()).filter(|(_, json)| !json.trim().is_empty()) {
        let value: serde_json::Map<String, Value> = serde_json::from_str(json)
            .map_err(|error| BadFile::BadLine { line, why: format!("it is not a JSON object: {error}") })?;
        let cell = |column: &Column| {
            let found = value.iter().find(|(name, _)| column.is_called(name));
            found.map(|(_, value)| cell_text(value))
        };
        let there = || value.keys().cloned().collect::<Vec<_>>().join(", ");
        if let Some(missing) = columns.iter().find(|column| column.required && cell(column).is_none()) {
            let why = format!("there is no `{}` (there are: {})", missing.name, there());
            return Err(BadFile::BadLine { line, why });
        }
        rows.push((line, columns.iter().map(|column| cell(column).unwrap_or_default()).collect()));
    }
    Ok(rows)
}

/// A list is a path: `["Toys", "Games"]` is `Toys > Games`.
fn cell_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell_text).collect::<Vec<_>>().join(" > "),
        other => other.to_string(),
    }
}

fn table(text: &str, columns: &[Column]) -> Result<Vec<(usize, Row)>, BadFile> {
    let first = text.lines().next().unwrap_or_default();
    let tabs = first.contains('\t');
    let delimiter = if tabs || !first.contains(',') { b'\t' } else { b',' };
    // A quotation mark means something between commas; between tabs it is an inch.
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .quoting(delimiter == b',')
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut places: Option<Vec<Option<usize>>> = None;
    let mut rows = Vec::new();
    for (counted, record) in (1..).zip(reader.records()) {
        let bad = |why: String| BadFile::BadLine { line: counted, why };
        let record = record.map_err(|error| bad(error.to_string()))?;
        let begins = record.position().and_then(|at| usize::try_from(at.line()).ok());
        let line = begins.unwrap_or(0).max(counted);
        let Some(places) = &places else {
            let (found, is_header) = header(&record, columns)?;
            if !is_header {
                rows.push((line, pick(&record, &found)));
            }
            places = Some(found);
            continue;
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let short = columns.iter().zip(places).find(|(column, place)| {
            column.required && place.is_none_or(|place| record.get(place).is_none_or(|cell| cell.trim().is_empty()))
        });
        if let Some((column, _)) = short {
            return Err(BadFile::BadLine { line, why: format!("`{}` is empty", column.name) });
        }
        rows.push((line, pick(&record, places)));
    }
    Ok(rows)
}

/// Where each column stands, and whether the first line says so.
fn header(first: &csv::StringRecord, columns: &[Column]) -> Result<(Vec<Option<usize>>, bool), BadFile> {
    let place = |column: &Column| first.iter().position(|cell| column.is_called(cell));
    let places: Vec<Option<usize>> = columns.iter().map(place).collect();
    let there = || first.iter().collect::<Vec<_>>().join(", ");
    if places.iter().all(Option::is_none) {
        let required = columns.iter().filter(|column| column.required).count();
        if first.len() < required {
            let name = columns.get(first.len()).map_or("", |column| column.name);
            return Err(BadFile::NoColumn { name, there: there() });
        }
        return Ok(((0..columns.len()).map(|place| (place < first.len()).then_some(place)).collect(), false));
    }
    let missing = columns.iter().zip(&places).find(|(column, place)| column.required && place.is_none());
    match missing {
        Some((column, _)) => Err(BadFile::NoColumn { name: column.name, there: there() }),
        None => Ok((places, true)),
    }
}

fn pick(record: &csv::StringRecord, places: &[Option<usize>]) -> Row {
    let cell = |place: &Option<usize>| place.and_then(|place| record.get(place)).unwrap_or_default();
    places.iter().map(|place| cell(place).trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [Column::required("query_id", &["qid"]), Column::required("query", &["text"])];

    fn check(text: &str, expected: &[(usize, [&str; 2])]) {
        let rows = read_rows(text.as_bytes(), &COLUMNS).unwrap();
        let rows: Vec<(usize, Vec<&str>)> =
            rows.iter().map(|(line, row)| (*line, row.iter().map(String::as_str).collect())).collect();
        let expected: Vec<_> = expected.iter().map(|(line, row)| (*line, row.to_vec())).collect();
        assert_eq!(rows, expected, "{text:?}");
    }

    #[test]
    fn columns_are_known_by_their_names_in_any_order() {
        check("text\tqid\r\n5\" pipe\t7\r\n", &[(2, ["7", "5\" pipe"])]);
        check("\u{feff}query_id,query\n7,\"pipe, 5\"\"\"\n\n", &[(2, ["7", "pipe, 5\""])]);
        check("{\"query_id\": 7, \"text\": \"pipe\"}\n\n", &[(1, ["7", "pipe"])]);
        check("{\"qid\": \"7\", \"query\": [\"a\", \"b\"]}", &[(1, ["7", "a > b"])]);
    }

    #[test]
    fn without_a_header_the_columns_stand_in_order() {
        check("7\tpipe\n8\those\n", &[(1, ["7", "pipe"]), (2, ["8", "hose"])]);
    }

    #[test]
    fn what_is_wrong_is_said_in_a_sentence() {
        let told = |text: &[u8]| read_rows(text, &COLUMNS).unwrap_err().to_string();
        assert_eq!(told(b""), "the file is empty");
        assert_eq!(told(b"query_id\tquery\n"), "the file is empty");
        assert_eq!(told(b"qid\tname\n1\ta\n"), "there is no column `query` (there are: qid, name)");
        assert_eq!(told(b"7\n"), "there is no column `query` (there are: 7)");
        assert_eq!(told(b"qid\tquery\n7\n"), "line 2: `query` is empty");
        assert_eq!(told(b"{\"qid\": 7}"), "line 1: there is no `query` (there are: qid)");
        assert!(told(b"{\"qid\": 7").starts_with("line 1: it is not a JSON object"));
        assert_eq!(told(b"ab\xff"), "the file is not UTF-8 text (byte 2)");
    }
}
