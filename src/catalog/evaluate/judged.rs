//! A judged set: what was asked, what there is to find, and what people said of each answer.

use std::collections::{HashMap, HashSet};

use crate::catalog::evaluate::rows::{BadFile, Column, Row, read_rows};

/// A query of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedQuery {
    /// Its id in the files.
    pub id: String,
    /// What was asked.
    pub text: String,
}

/// A product of the set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JudgedProduct {
    /// Its id in the files.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is said about it, one point to a line.
    pub description: String,
    /// Its brand, or empty.
    pub brand: String,
    /// Its colour, or empty.
    pub color: String,
    /// Its category, or empty.
    pub category: String,
    /// Its price in major units, where there is one.
    pub price: Option<f64>,
}

/// What each product is worth as an answer to one query, from 0 to 1.
pub type Gains = HashMap<String, f64>;

/// What people said, by the query's id.
pub type Judgments = HashMap<String, Gains>;

/// The products found for each query, best first, by the query's id.
pub type Ranked = HashMap<String, Vec<String>>;

/// Reads the queries.
///
/// # Errors
/// When the file is not a table of queries.
pub fn read_queries(bytes: &[u8]) -> Result<Vec<JudgedQuery>, BadFile> {
    const COLUMNS: [Column; 2] = [
        Column::required("query_id", &["qid", "id", "_id"]),
        Column::required("query", &["text", "query_text", "q"]),
    ];
    let rows = read_rows(bytes, &COLUMNS)?;
    let mut seen = HashSet::new();
    let mut queries = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let [id, text] = cells(row);
        if !seen.insert(id.clone()) {
            return Err(BadFile::BadLine { line, why: format!("the query {id} stands in the file twice") });
        }
        queries.push(JudgedQuery { id, text });
    }
    Ok(queries)
}

/// Reads the products; of several with one id the first counts.
///
/// # Errors
/// When the file is not a table of products.
pub fn read_products(bytes: &[u8]) -> Result<Vec<JudgedProduct>, BadFile> {
    const COLUMNS: [Column; 8] = [
        Column::required("product_id", &["id", "_id", "asin", "sku"]),
        Column::required("title", &["product_title", "name"]),
        Column::optional("description", &["product_description", "text", "body"]),
        Column::optional("bullet_points", &["product_bullet_point", "bullet_point", "bullets"]),
        Column::optional("brand", &["product_brand"]),
        Column::optional("color", &["product_color", "colour"]),
        Column::optional("category", &["categories", "product_category"]),
        Column::optional("price", &["product_price"]),
    ];
    let rows = read_rows(bytes, &COLUMNS)?;
    let mut seen = HashSet::new();
    let mut products = Vec::with_capacity(rows.len());
    for (_, row) in rows {
        let [id, title, description, bullets, brand, color, category, price] = cells(row);
        if seen.insert(id.clone()) {
            let texts = [bullets, description].into_iter().filter(|text| !text.trim().is_empty());
            let description = texts.collect::<Vec<_>>().join("\n");
            let price = price.parse().ok();
            products.push(JudgedProduct { id, title, description, brand, color, category, price });
        }
    }
    Ok(products)
}

/// Reads the judgments: a letter or word of ESCI, or a number that is the gain itself. TREC's four columns
/// (query, anything, product, number) are read too.
///
/// # Errors
/// When the file is not a table of judgments.
pub fn read_judgments(bytes: &[u8]) -> Result<Judgments, BadFile> {
    const COLUMNS: [Column; 3] = [
        Column::required("query_id", &["qid", "query-id"]),
        Column::required("product_id", &["pid", "corpus-id", "docid", "doc_id"]),
        Column::required("label", &["esci_label", "score", "gain", "relevance", "grade"]),
    ];
    const TREC: [Column; 4] =
        [COLUMNS[0], Column::optional("iteration", &[]), COLUMNS[1], Column::optional("label", &[])];
    let text = String::from_utf8_lossy(bytes);
    let is_trec =
        text.lines().next().is_some_and(|line| line.split_whitespace().count() == 4 && !line.contains("id"));
    let rows = if is_trec {
        let tabs = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join("\t"));
        let rows = read_rows(tabs.collect::<Vec<_>>().join("\n").as_bytes(), &TREC)?;
        let three = |[query, _, product, label]: [String; 4]| vec![query, product, label];
        rows.into_iter().map(|(line, row)| (line, three(cells(row)))).collect()
    } else {
        read_rows(bytes, &COLUMNS)?
    };
    let mut judgments = Judgments::new();
    for (line, row) in rows {
        let [query, product, label] = cells(row);
        let Some(gain) = gain(&label) else {
            let why = format!("“{label}” is no judgment: E, S, C, I, or a number from 0");
            return Err(BadFile::BadLine { line, why });
        };
        judgments.entry(query).or_default().insert(product, gain);
    }
    Ok(judgments)
}

fn gain(label: &str) -> Option<f64> {
    match label.trim().to_lowercase().as_str() {
        "e" | "exact" => Some(1.0),
        "s" | "substitute" => Some(0.5),
        "c" | "complement" | "i" | "irrelevant" => Some(0.0),
        number => number.parse().ok().filter(|gain: &f64| gain.is_finite()).map(|gain| gain.max(0.0)),
    }
}

/// Reads a run file.
///
/// # Errors
/// When the file is not one.
pub fn read_run(bytes: &[u8]) -> Result<Ranked, BadFile> {
    const COLUMNS: [Column; 3] = [
        Column::required("query_id", &["qid"]),
        Column::required("product_id", &["pid", "docid"]),
        Column::required("rank", &[]),
    ];
    let mut ranks: HashMap<String, Vec<(u32, String)>> = HashMap::new();
    for (line, row) in read_rows(bytes, &COLUMNS)? {
        let [query, product, rank] = cells(row);
        let why = || format!("“{rank}” is no rank: a whole number from 1");
        let rank = rank.parse().map_err(|_| BadFile::BadLine { line, why: why() })?;
        ranks.entry(query).or_default().push((rank, product));
    }
    let in_order = |mut found: Vec<(u32, String)>| {
        found.sort();
        found.into_iter().map(|(_, product)| product).collect()
    };
    Ok(ranks.into_iter().map(|(query, found)| (query, in_order(found))).collect())
}

/// Writes a run file: the queries in their order, each with its products from rank 1.
#[must_use]
pub fn write_run(queries: &[JudgedQuery], ranked: &Ranked) -> String {
    let mut text = String::from("query_id\tproduct_id\trank\n");
    for query in queries {
        let found = ranked.get(&query.id).map(Vec::as_slice).unwrap_or_default();
        for (rank, product) in (1..).zip(found) {
            text.extend([query.id.as_str(), "\t", product, "\t", &rank.to_string(), "\n"]);
        }
    }
    text
}

/// The cells of a row, which has as many as columns were asked for.
fn cells<const N: usize>(row: Row) -> [String; N] {
    let mut cells = row.into_iter();
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judgments_are_letters_words_or_numbers() {
        let judged =
            read_judgments(b"query_id\tproduct_id\tlabel\n1\ta\tE\n1\tb\tsubstitute\n2\tc\t0.7\n").unwrap();
        assert_eq!((judged["1"]["a"], judged["1"]["b"], judged["2"]["c"]), (1.0, 0.5, 0.7));
        let trec = read_judgments(b"1 0 a 1\n1 0 b 0\n").unwrap();
        assert_eq!((trec["1"]["a"], trec["1"]["b"]), (1.0, 0.0));
        let error = read_judgments(b"query_id\tproduct_id\tlabel\n1\ta\tgood\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: “good” is no judgment: E, S, C, I, or a number from 0");
    }

    #[test]
    fn a_product_keeps_what_there_is_of_it() {
        let json = br#"{"product_id": "a", "title": "T", "description": "D", "bullet_points": "B",
 "brand": null, "category": ["X", "Y"], "price": 3.5}"#;
        let one_line: Vec<u8> = json.iter().copied().filter(|byte| *byte != b'\n').collect();
        let products = read_products(&one_line).unwrap();
        let expected = JudgedProduct {
            id: "a".to_owned(),
            title: "T".to_owned(),
            description: "B\nD".to_owned(),
            category: "X > Y".to_owned(),
            price: Some(3.5),
            ..JudgedProduct::default()
        };
        assert_eq!(products, [expected]);
    }

    #[test]
    fn a_run_that_is_written_is_read_back_the_same() {
        let query = JudgedQuery { id: "7".to_owned(), text: "pipe".to_owned() };
        let ranked = Ranked::from([("7".to_owned(), vec!["b".to_owned(), "a".to_owned()])]);
        let written = write_run(&[query], &ranked);
        assert_eq!(written, "query_id\tproduct_id\trank\n7\tb\t1\n7\ta\t2\n");
        assert_eq!(read_run(written.as_bytes()).unwrap(), ranked);
    }

    #[test]
    fn a_query_that_stands_twice_is_refused() {
        let error = read_queries(b"1\ta\n1\tb\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: the query 1 stands in the file twice");
    }
}
