//! A dry run as the page shows it: what was read, what would change, what is refused, and what comes next.

use crate::catalog::import::decimal::Mark;
use crate::catalog::import::doubt::{Doubt, Waiting};
use crate::catalog::import::fault::{Fault, Note, Refusal};
use crate::catalog::import::report::{CHANGES_KEPT, Change, Counts, Noticed, Outcome, Report};
use crate::catalog::uploads::{Choices, Upload};
use crate::web::catalog::view::words::{agree, button, decimals, delimiter, doubted, noticed, why, written};
use crate::web::words::{counted, grouped, sentence_case};

/// How many lines of a table are shown before the rest is folded away.
const LINES_SHOWN: usize = 20;
/// How much of a changed text is shown.
const TEXT_CHARS_SHOWN: usize = 160;
/// How many examples of a doubt are shown.
const EXAMPLES_SHOWN: usize = 5;

/// A dry run.
pub struct Looked {
    pub facts: Vec<(&'static str, String)>,
    pub tiles: Vec<Tile>,
    pub doubts: Vec<Asked>,
    pub choices: Shown,
    pub refused: Fold<Refused>,
    pub refused_rows: String,
    pub changes: Fold<Changed>,
    pub notes: Vec<String>,
    pub unused: Vec<String>,
    pub verdict: Verdict,
    pub has_columns: bool,
}

/// One number.
pub struct Tile {
    pub count: String,
    pub says: &'static str,
    pub mood: &'static str,
}

/// A doubt and the box that settles it.
pub struct Asked {
    pub word: &'static str,
    pub heading: &'static str,
    pub yes: &'static str,
    pub count: String,
    pub examples: Vec<String>,
    pub agreed: bool,
}

/// The choices as the form shows them.
pub struct Shown {
    pub decimal: &'static str,
    pub pictures_at: String,
    pub asks_for_pictures: bool,
    pub skip_refused: bool,
    pub replace: bool,
}

/// The first lines of a table, those folded away, and a sentence about those that are not there.
pub struct Fold<T> {
    pub first: Vec<T>,
    pub rest: Vec<T>,
    pub beyond: Option<String>,
}

/// One line of what is refused.
pub struct Refused {
    pub row: u32,
    pub column: String,
    pub cell: String,
    pub reason: String,
}

/// One line of what changes.
pub struct Changed {
    pub product: String,
    pub sku: String,
    pub field: String,
    pub before: Option<String>,
    pub after: String,
}

/// What comes next.
pub struct Verdict {
    pub sentence: String,
    /// The button's words and what it applies.
    pub apply: Option<(String, String)>,
}

/// The dry run of an upload.
pub fn looked(upload: &Upload, report: &Report) -> Looked {
    let reading = &report.reading;
    let mut facts =
        vec![("Format", sentence_case(reading.format.name())), ("Encoding", written(reading.written).to_owned())];
    facts.extend(reading.delimiter.map(|letter| ("Between cells", delimiter(letter))));
    facts.extend(reading.sheets.iter().map(|sheet| ("Sheet", format!("{}: {}", sheet.name, sheet.done))));
    facts.push(("Before the cents", decimals(reading.decimals)));
    let read = format!(
        "{}, {}, {}",
        counted(reading.rows, "row"),
        counted(reading.products, "product"),
        counted(reading.variants, "variant")
    );
    facts.push(("Read", read));
    Looked {
        facts,
        tiles: tiles(&report.counts, reading.refused_rows),
        doubts: doubts(&upload.choices, report),
        choices: shown(&upload.choices, report),
        refused: refused(report),
        refused_rows: counted(reading.refused_rows, "row"),
        changes: changes(report),
        notes: reading.notes.iter().map(note).collect(),
        unused: reading.unused.iter().map(|unused| unused.column.clone()).collect(),
        verdict: verdict(upload, report),
        has_columns: upload.choices.mapping.as_ref().is_some_and(|mapping| !mapping.is_empty()),
    }
}

/// How many of each kind.
pub fn tiles(counts: &Counts, refused: u32) -> Vec<Tile> {
    let tile =
        |count: u32, says, mood| Tile { count: grouped(count), says, mood: if count == 0 { "none" } else { mood } };
    vec![
        tile(
            counts.products_created,
            if counts.products_created == 1 { "new product" } else { "new products" },
            "good",
        ),
        tile(
            counts.variants_created,
            if counts.variants_created == 1 { "new variant" } else { "new variants" },
            "good",
        ),
        tile(counts.changed, "changed", "good"),
        tile(counts.unchanged, "unchanged", ""),
        tile(counts.archived, "archived", "alarm"),
        tile(refused, if refused == 1 { "row refused" } else { "rows refused" }, "bad"),
    ]
}

/// What waits for a yes, and what was said yes to: its box stays, so that it can be taken back.
fn doubts(choices: &Choices, report: &Report) -> Vec<Asked> {
    let waiting = |doubt: Doubt| report.waiting.iter().find(|waiting| waiting.doubt == doubt);
    Doubt::ALL
        .into_iter()
        .filter(|doubt| waiting(*doubt).is_some() || choices.agreed.contains(doubt))
        .map(|doubt| Asked {
            word: doubt.word(),
            heading: doubted(doubt),
            yes: agree(doubt),
            count: waiting(doubt).map(|waiting| times(doubt, waiting)).unwrap_or_default(),
            examples: examples(doubt, waiting(doubt), report),
            agreed: choices.agreed.contains(&doubt),
        })
        .collect()
}

fn times(doubt: Doubt, waiting: &Waiting) -> String {
    match doubt {
        Doubt::Vanishing => String::new(),
        Doubt::SheetsLeftOut => counted(waiting.count, "sheet"),
        Doubt::ColumnsNotRead => counted(waiting.count, "column"),
        Doubt::ZeroPrice | Doubt::DuplicateSku | Doubt::MostLeftOut => counted(waiting.count, "row"),
        Doubt::PriceJump | Doubt::CurrencyChange => counted(waiting.count, "price"),
    }
}

/// The first of what is doubted: as the comparison tells it, else the rows that were refused for it.
fn examples(doubt: Doubt, waiting: Option<&Waiting>, report: &Report) -> Vec<String> {
    let told = waiting.map(|waiting| waiting.examples.as_slice()).unwrap_or_default();
    if !told.is_empty() {
        return told.iter().take(EXAMPLES_SHOWN).cloned().collect();
    }
    let is_of = |refusal: &&Refusal| match doubt {
        Doubt::ZeroPrice => refusal.fault == Fault::ZeroPrice,
        Doubt::DuplicateSku => matches!(refusal.fault, Fault::SkuTwice { .. }),
        _ => false,
    };
    let rows = report.reading.refused.iter().filter(is_of).take(EXAMPLES_SHOWN);
    rows.map(|refusal| format!("Row {}: {} {}", refusal.row, refusal.column, refusal.cell)).collect()
}

fn shown(choices: &Choices, report: &Report) -> Shown {
    Shown {
        decimal: match choices.decimal {
            None => "",
            Some(Mark::Point) => "point",
            Some(Mark::Comma) => "comma",
        },
        pictures_at: choices.pictures_at.clone().unwrap_or_default(),
        asks_for_pictures: choices.pictures_at.is_some()
            || report.reading.notes.iter().any(|noticed| noticed.note == Note::PicturePath),
        skip_refused: choices.skip_refused,
        replace: choices.replace,
    }
}

fn refused(report: &Report) -> Fold<Refused> {
    let line = |refusal: &Refusal| {
        let whole = if refusal.whole_product { " (the whole product is left out)" } else { "" };
        Refused {
            row: refusal.row,
            column: refusal.column.clone(),
            cell: refusal.cell.clone(),
            reason: format!("{}{whole}", sentence_case(&why(&refusal.fault))),
        }
    };
    let beyond = (report.reading.refusals as usize).saturating_sub(report.reading.refused.len());
    let beyond =
        (beyond > 0).then(|| format!("and {} more, which are in the file below", grouped(as_count(beyond))));
    fold(report.reading.refused.iter().map(line).collect(), beyond)
}

/// What changes, line by line.
pub fn changes(report: &Report) -> Fold<Changed> {
    let beyond = (report.changes.len() >= CHANGES_KEPT).then(|| "and more, which are counted above".to_owned());
    fold(report.changes.iter().map(change).collect(), beyond)
}

pub fn fold<T>(mut lines: Vec<T>, beyond: Option<String>) -> Fold<T> {
    let rest = lines.split_off(lines.len().min(LINES_SHOWN));
    Fold { first: lines, rest, beyond }
}

impl<T> Fold<T> {
    /// How many are folded away.
    pub fn more(&self) -> String {
        grouped(as_count(self.rest.len()))
    }
}

fn as_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub fn change(change: &Change) -> Changed {
    let line = |product: &dyn std::fmt::Display, sku: Option<String>, field: &str, after: String| Changed {
        product: product.to_string(),
        sku: sku.unwrap_or_default(),
        field: field.to_owned(),
        before: None,
        after,
    };
    match change {
        Change::ProductCreated { handle, title, variants } => {
            line(handle, None, "New", format!("{}, {}", cut(title), counted(*variants, "variant")))
        }
        Change::VariantCreated { handle, sku } => {
            line(handle, Some(sku.to_string()), "New", "a variant".to_owned())
        }
        Change::FieldChanged { handle, sku, field, from, to } => {
            let sku = sku.as_ref().map(ToString::to_string);
            Changed { before: Some(or_empty(from)), ..line(handle, sku, &field.replace('_', " "), or_empty(to)) }
        }
        Change::ProductArchived { handle } => line(handle, None, "Archived", "no longer sold".to_owned()),
        Change::VariantArchived { handle, sku } => {
            line(handle, Some(sku.to_string()), "Archived", "no longer sold".to_owned())
        }
    }
}

pub fn or_empty(text: &str) -> String {
    if text.is_empty() { "(empty)".to_owned() } else { cut(text) }
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(TEXT_CHARS_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn note(noticed_here: &Noticed) -> String {
    let Noticed { note, count, rows } = noticed_here;
    let numbers = rows.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let more = if *count as usize > rows.len() { ", …" } else { "" };
    let word = if rows.len() == 1 { "row" } else { "rows" };
    format!("{} ({word} {numbers}{more})", sentence_case(&noticed(note)))
}

/// What comes next, and the button, where there is one.
fn verdict(upload: &Upload, report: &Report) -> Verdict {
    let refused = report.reading.refused_rows;
    let say = |sentence: String| Verdict { sentence, apply: None };
    if report.reading.products == 0 {
        return say("No product of the file can be imported as it is.".to_owned());
    }
    if report.outcome == Outcome::Refused || (refused > 0 && !upload.choices.skip_refused) {
        return say(format!(
            "{} refused, so nothing is imported yet. Mend what is named below and upload the file again, or tick “Import \
             the other rows”.",
            if refused == 1 { "1 row is".to_owned() } else { format!("{} rows are", grouped(refused)) }
        ));
    }
    if report.counts.is_nothing() {
        return say("Nothing to change: the shop is as the file says already.".to_owned());
    }
    if report.waiting.iter().any(|waiting| !waiting.agreed && !waiting.doubt.is_refused_by_row()) {
        return say("Something waits for your yes above; then it can be imported.".to_owned());
    }
    let Some(shown) = upload.shown else {
        return say("This was looked at by an older version. Reload the page.".to_owned());
    };
    let left_out = match refused {
        0 => String::new(),
        1 => " 1 refused row is left out.".to_owned(),
        rows => format!(" {} refused rows are left out.", grouped(rows)),
    };
    let for_good = if report.cannot_be_undone {
        " It changes so much at once that it cannot be undone afterwards."
    } else {
        ""
    };
    Verdict {
        sentence: format!("Nothing was changed yet.{left_out}{for_good}"),
        apply: Some((button(&report.counts), shown.to_string())),
    }
}
