//! The page of one upload, at each of its stages.

use askama::Template;

use crate::catalog::import::decimal::Mark;
use crate::catalog::import::doubt::{Doubt, Waiting};
use crate::catalog::import::fault::{Fault, Note, Refusal};
use crate::catalog::import::report::{CHANGES_KEPT, Change, Counts, Noticed, Outcome, Report};
use crate::catalog::uploads::{Choices, Found, Stage, Upload, Work, Working};
use crate::web::catalog::pieces::address;
use crate::web::catalog::view::page::Frame;
use crate::web::catalog::view::words::{
    agree, button, counted, decimals, delimiter, doubted, grouped, megabytes, noticed, sentence_case, why, written,
};
use crate::web::inbox::session::SignedIn;

/// How many lines of a table are shown before the rest is folded away.
const LINES_SHOWN: usize = 20;
/// How much of a changed text is shown.
const TEXT_CHARS_SHOWN: usize = 160;
/// How many examples of a doubt are shown.
const EXAMPLES_SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "catalog/review.html")]
pub struct Review {
    frame: Frame,
    name: String,
    size: String,
    address: String,
    /// Above everything: what did not go as the person meant.
    warning: Option<&'static str>,
    /// One word for the stage; the script tells by it that something new is shown.
    stage: &'static str,
    /// The stage for somebody who hears the page.
    said: String,
    body: Body,
}

/// What is shown at a stage.
enum Body {
    Arriving { arrived: String },
    Working { says: &'static str, bar: Option<Bar> },
    Wrong { sentence: String, may_try_again: bool },
    Looked(Box<Looked>),
    Done(Box<Done>),
}

struct Bar {
    done: i32,
    total: i32,
    says: String,
}

/// A dry run.
struct Looked {
    facts: Vec<(&'static str, String)>,
    tiles: Vec<Tile>,
    doubts: Vec<Asked>,
    choices: Shown,
    refused: Fold<Refused>,
    refused_rows: String,
    changes: Fold<Changed>,
    notes: Vec<String>,
    unused: Vec<String>,
    verdict: Verdict,
    has_columns: bool,
}

/// What was done.
struct Done {
    title: &'static str,
    tiles: Vec<Tile>,
    left_out: Option<String>,
    changes: Fold<Changed>,
    chat: Option<String>,
}

struct Tile {
    count: String,
    says: &'static str,
    mood: &'static str,
}

/// A doubt and the box that settles it.
struct Asked {
    word: &'static str,
    heading: &'static str,
    yes: &'static str,
    count: String,
    examples: Vec<String>,
    agreed: bool,
}

/// The choices as the form shows them.
struct Shown {
    decimal: &'static str,
    pictures_at: String,
    asks_for_pictures: bool,
    skip_refused: bool,
    replace: bool,
}

/// The first lines of a table, those folded away, and a sentence about those that are not there.
struct Fold<T> {
    first: Vec<T>,
    rest: Vec<T>,
    beyond: Option<String>,
}

struct Refused {
    row: u32,
    column: String,
    cell: String,
    reason: String,
}

struct Changed {
    product: String,
    sku: String,
    field: String,
    before: Option<String>,
    after: String,
}

/// What comes next.
struct Verdict {
    sentence: String,
    /// The button's words and what it applies.
    apply: Option<(String, String)>,
}

impl Review {
    /// `chat` is where the shop can be tried as a shopper, where that is.
    pub fn of(signed: &SignedIn, upload: &Upload, chat: Option<String>) -> Self {
        let (stage, body) = match upload.stage() {
            Stage::Arriving => ("arriving", arriving(upload)),
            Stage::Unseen => ("look", Body::Working { says: "Reading the file", bar: None }),
            Stage::Working(working) => (working.work.word(), at_work(working)),
            Stage::Seen(found) => ("seen", seen(upload, found)),
            Stage::Applied(found) => ("done", applied(found, chat)),
        };
        Self {
            frame: Frame::of(signed),
            name: upload.name.clone(),
            size: megabytes(upload.bytes_received),
            address: address(upload.id),
            warning: warning(upload),
            stage,
            said: body.said(),
            body,
        }
    }

    /// Says something above everything else.
    pub const fn warn(&mut self, sentence: &'static str) {
        self.warning = Some(sentence);
    }

    /// Whether the page changes by itself.
    const fn is_moving(&self) -> bool {
        matches!(self.body, Body::Working { .. })
    }
}

impl Body {
    fn said(&self) -> String {
        match self {
            Self::Arriving { .. } => "The file has not arrived whole".to_owned(),
            Self::Working { says, .. } => (*says).to_owned(),
            Self::Wrong { sentence, .. } => sentence.clone(),
            Self::Looked(looked) => looked.verdict.sentence.clone(),
            Self::Done(done) => done.title.to_owned(),
        }
    }
}

/// What the outcome itself says did not go as the person meant.
fn warning(upload: &Upload) -> Option<&'static str> {
    match &upload.found {
        Some(Found::Catalog { report }) if report.outcome == Outcome::Changed => Some(
            "Nothing was imported: The shop has changed since you saw what would happen. This is what it would do now.",
        ),
        _ => None,
    }
}

fn arriving(upload: &Upload) -> Body {
    let arrived = megabytes(upload.bytes_received);
    let arrived = upload.bytes_total.map_or_else(
        || format!("{arrived} have arrived, and the connection was lost."),
        |total| format!("{arrived} of {} have arrived.", megabytes(total)),
    );
    Body::Arriving { arrived }
}

fn at_work(working: Working) -> Body {
    let Working { work, done, total } = working;
    match work {
        Work::Look => Body::Working { says: "Reading the file", bar: None },
        Work::Apply => {
            let says = format!("{} of {} written", grouped(done), grouped(total));
            Body::Working { says: "Importing", bar: (total > 0).then_some(Bar { done, total, says }) }
        }
    }
}

fn seen(upload: &Upload, found: &Found) -> Body {
    match found {
        Found::Catalog { report } => Body::Looked(Box::new(looked(upload, report))),
        Found::Columns { sentence } | Found::Unreadable { sentence } => {
            Body::Wrong { sentence: sentence.clone(), may_try_again: false }
        }
        Found::Failed => Body::Wrong {
            sentence: "Something went wrong on our side while the file was read. Nothing was changed.".to_owned(),
            may_try_again: true,
        },
    }
}

fn applied(found: &Found, chat: Option<String>) -> Body {
    let Found::Catalog { report } = found else {
        let sentence = "The file was imported, but its report cannot be read any more.".to_owned();
        return Body::Wrong { sentence, may_try_again: false };
    };
    let nothing = report.outcome == Outcome::Unchanged;
    let left_out = (report.reading.refused_rows > 0).then(|| counted(report.reading.refused_rows, "row"));
    Body::Done(Box::new(Done {
        title: if nothing { "Nothing to change: the shop is as the file says" } else { "Imported" },
        tiles: tiles(&report.counts, report.reading.refused_rows),
        left_out,
        changes: changes(report),
        chat,
    }))
}

fn looked(upload: &Upload, report: &Report) -> Looked {
    let reading = &report.reading;
    let mut facts =
        vec![("Format", sentence_case(reading.format.name())), ("Encoding", written(reading.written).to_owned())];
    facts.extend(reading.delimiter.map(|letter| ("Between cells", delimiter(letter))));
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

fn tiles(counts: &Counts, refused: u32) -> Vec<Tile> {
    let tile =
        |count: u32, says, mood| Tile { count: grouped(count), says, mood: if count == 0 { "none" } else { mood } };
    vec![
        tile(counts.products_created, "new products", "good"),
        tile(counts.variants_created, "new variants", "good"),
        tile(counts.changed, "changed", "good"),
        tile(counts.unchanged, "unchanged", ""),
        tile(counts.archived, "archived", "alarm"),
        tile(refused, "rows refused", "bad"),
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
        Doubt::ZeroPrice | Doubt::DuplicateSku => counted(waiting.count, "row"),
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
        Doubt::PriceJump | Doubt::CurrencyChange | Doubt::Vanishing => false,
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

fn changes(report: &Report) -> Fold<Changed> {
    let beyond = (report.changes.len() >= CHANGES_KEPT).then(|| "and more, which are counted above".to_owned());
    fold(report.changes.iter().map(change).collect(), beyond)
}

fn fold<T>(mut lines: Vec<T>, beyond: Option<String>) -> Fold<T> {
    let rest = lines.split_off(lines.len().min(LINES_SHOWN));
    Fold { first: lines, rest, beyond }
}

impl<T> Fold<T> {
    fn more(&self) -> String {
        grouped(as_count(self.rest.len()))
    }
}

fn as_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn change(change: &Change) -> Changed {
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

fn or_empty(text: &str) -> String {
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
            "{} refused, so nothing is imported yet. Mend them in the file and upload it again, or tick “Import the \
             other rows”.",
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
    Verdict {
        sentence: format!("Nothing was changed yet.{left_out}"),
        apply: Some((button(&report.counts), shown.to_string())),
    }
}
