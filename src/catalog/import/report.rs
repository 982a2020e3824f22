//! What an import found and did: kept beside the import, and printed so that a merchant can act on it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::fingerprint::Fingerprint;
use crate::base::names::{Handle, Sku};
use crate::catalog::import::decimal::Decimals;
use crate::catalog::import::doubt::{Doubt, Waiting};
use crate::catalog::import::encoding::Written;
use crate::catalog::import::fault::{Fault, Note, Refusal};
use crate::catalog::import::format::Format;
use crate::catalog::import::sheets::SheetTold;
use crate::catalog::import::unread::Says;

/// How many refusals a report keeps.
pub const REFUSALS_KEPT: usize = 1_000;
/// How many kinds of refusals a report keeps.
pub const REASONS_KEPT: usize = 100;
/// How many changes a report keeps.
pub const CHANGES_KEPT: usize = 1_000;
/// How many lines of each kind are printed.
const LINES_SHOWN: usize = 40;
/// How many row numbers stand beside a note.
pub const NOTE_ROWS_KEPT: usize = 10;
/// How much of a changed text is shown.
const TEXT_CHARS_SHOWN: usize = 40;

/// What was found while reading the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Whose file it is.
    pub format: Format,
    /// How it was written.
    pub written: Written,
    /// What stands between its cells.
    pub delimiter: Option<char>,
    /// What became of the sheets of a workbook that has several.
    #[serde(default)]
    pub sheets: Vec<SheetTold>,
    /// What stands before the cents of its amounts, and how that was decided.
    pub decimals: Decimals,
    /// The column that was read as the name, though it is called the description.
    #[serde(default)]
    pub titled_by: Option<String>,
    /// What the merchant said of columns and did nothing.
    #[serde(default)]
    pub in_vain: Vec<String>,
    /// Columns that hold something and were not read.
    pub unused: Vec<Unused>,
    /// What of the refused waits for a person's yes, and how often.
    pub doubts: Vec<(Doubt, u32)>,
    /// Rows that held anything, without the header.
    pub rows: u32,
    /// Products without fault.
    pub products: u32,
    /// Their variants.
    pub variants: u32,
    /// Rows left out.
    pub refused_rows: u32,
    /// Faults found; a row may have several.
    pub refusals: u32,
    /// The first faults that were found, by row, at most [`REFUSALS_KEPT`].
    pub refused: Vec<Refusal>,
    /// How often rows were refused for each reason, the most frequent first.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// What was read differently from how it was written.
    pub notes: Vec<Noticed>,
}

/// How often rows were refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The column as the file's header calls it.
    pub column: String,
    /// The first of them.
    pub row: u32,
    /// What is wrong with that one.
    pub fault: Fault,
    /// How many there are.
    pub count: u32,
}

impl Reading {
    /// How many rows brought nothing, because of what they are.
    #[must_use]
    pub fn left_out(&self) -> u32 {
        let is_left_out = |noted: &&Noticed| matches!(noted.note, Note::Heading | Note::NoVariants | Note::NoPrice);
        self.notes.iter().filter(is_left_out).map(|noted| noted.count).sum()
    }
}

/// A column that holds something and was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    /// What the file calls it.
    pub column: String,
    /// On how many rows it holds something.
    pub rows: u32,
    /// What it may say of what is sold.
    #[serde(default)]
    pub says: Option<Says>,
}

/// One thing noticed, on one row or many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noticed {
    /// What.
    #[serde(flatten)]
    pub note: Note,
    /// On how many rows.
    pub count: u32,
    /// The first of them.
    pub rows: Vec<u32>,
}

/// Something that is different afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// A product that the shop did not have.
    ProductCreated {
        /// Its handle.
        handle: Handle,
        /// Its title.
        title: String,
        /// How many variants it comes with.
        variants: u32,
    },
    /// A variant that a product of the shop did not have.
    VariantCreated {
        /// The product.
        handle: Handle,
        /// The variant.
        sku: Sku,
    },
    /// A field that says something else.
    FieldChanged {
        /// The product.
        handle: Handle,
        /// The variant, when it is a variant's field.
        sku: Option<Sku>,
        /// Which field.
        field: String,
        /// What it said.
        from: String,
        /// What it says now.
        to: String,
    },
    /// A product that the file does not have.
    ProductArchived {
        /// Its handle.
        handle: Handle,
    },
    /// A variant that the file does not have.
    VariantArchived {
        /// The product.
        handle: Handle,
        /// The variant.
        sku: Sku,
    },
}

/// How many of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Products the shop did not have.
    pub products_created: u32,
    /// Variants the shop did not have, those of new products included.
    pub variants_created: u32,
    /// Products and variants of which a field changed.
    pub changed: u32,
    /// Products and variants that stayed as they were.
    pub unchanged: u32,
    /// Products and variants archived.
    pub archived: u32,
}

impl Counts {
    /// Whether anything is different afterwards.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.products_created == 0 && self.variants_created == 0 && self.changed == 0 && self.archived == 0
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Rows were refused and that was not allowed: nothing was imported.
    #[default]
    Refused,
    /// Something waits for a person's yes: nothing was imported.
    Waiting,
    /// Only looked: nothing was imported.
    Dry,
    /// The shop was as the file says already.
    Unchanged,
    /// Imported.
    Applied,
    /// The shop is not as it was when the plan was shown that was to be applied: nothing was imported.
    Changed,
}

/// What an import found and did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The file's name.
    pub file: String,
    /// Exactly these bytes.
    pub fingerprint: Fingerprint,
    /// What was found in it.
    pub reading: Reading,
    /// How many of each kind of change.
    pub counts: Counts,
    /// The first changes, at most [`CHANGES_KEPT`].
    pub changes: Vec<Change>,
    /// What waits for a person's yes, or was agreed to.
    pub waiting: Vec<Waiting>,
    /// How it ended.
    pub outcome: Outcome,
    /// A fingerprint of what would be, or was, changed.
    #[serde(default)]
    pub plan: Option<Fingerprint>,
    /// Whether it changes more than is kept for undoing it.
    #[serde(default)]
    pub cannot_be_undone: bool,
}

impl Report {
    /// The report of a file that was read and not yet compared with the shop.
    #[must_use]
    pub fn of(file: &str, fingerprint: Fingerprint, reading: Reading) -> Self {
        Self {
            file: file.to_owned(),
            fingerprint,
            reading,
            counts: Counts::default(),
            changes: Vec::new(),
            waiting: Vec::new(),
            outcome: Outcome::default(),
            plan: None,
            cannot_be_undone: false,
        }
    }

    /// Whether the shop is as the file says, as far as was asked: for an exit code.
    #[must_use]
    pub const fn succeeded(&self) -> bool {
        !matches!(self.outcome, Outcome::Refused | Outcome::Waiting | Outcome::Changed)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_head(f)?;
        self.write_refusals(f)?;
        self.write_notes(f)?;
        self.write_unused(f)?;
        self.write_changes(f)?;
        self.write_waiting(f)?;
        self.write_end(f)
    }
}

impl Report {
    fn write_head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reading { format, written, rows, products, variants, .. } = &self.reading;
        let name = format.name();
        write!(f, "{}: {name}, {}", self.file, counted(*rows, "row"))?;
        writeln!(f, ", {}, {}", counted(*products, "product"), counted(*variants, "variant"))?;
        match written {
            Written::Utf8 => {}
            Written::Workbook => writeln!(f, "The file is a workbook.")?,
            Written::Utf16 => writeln!(f, "The file is UTF-16.")?,
            Written::DamagedUtf8 => writeln!(
                f,
                "The file is UTF-8, but for bytes that are no letters and were read as \u{fffd}; export it again if \
                 texts have such signs in them."
            )?,
            Written::Windows1252 => writeln!(
                f,
                "The file is not UTF-8 and was read as windows-1252; if accents look wrong, save it as UTF-8."
            )?,
        }
        match self.reading.delimiter {
            Some(',') | None => {}
            Some('\t') => writeln!(f, "There are tabs between its cells.")?,
            Some(delimiter) => writeln!(f, "There is `{delimiter}` between its cells.")?,
        }
        for sheet in &self.reading.sheets {
            writeln!(f, "Sheet `{}`: {}.", sheet.name, sheet.done)?;
        }
        if let Some(column) = &self.reading.titled_by {
            writeln!(f, "There is no column of names, so `{column}` was read as the name.")?;
        }
        for said in &self.reading.in_vain {
            writeln!(f, "--map {said}")?;
        }
        self.write_decimals(f)
    }

    fn write_decimals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decimals { mark, asked, points, commas, .. } = self.reading.decimals;
        match (asked, points, commas) {
            (true, ..) => writeln!(f, "Cents stand behind a {mark}, as you said."),
            (false, 0, 0) => Ok(()),
            (false, shown, 0) | (false, 0, shown) => {
                let show = if shown == 1 { "shows" } else { "show" };
                writeln!(f, "Cents stand behind a {mark}: {} {show} it.", counted(shown, "amount"))
            }
            (false, ..) => writeln!(
                f,
                "Cents stand behind a {mark} for the whole file, though it contradicts itself: {} with a point, {commas} \
                 with a comma. Say which is right with --decimal.",
                counted(points, "amount")
            ),
        }
    }

    fn write_unused(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unused = &self.reading.unused;
        if unused.is_empty() {
            return Ok(());
        }
        let names = unused.iter().take(LINES_SHOWN).map(|column| format!("{} ({})", column.column, column.rows));
        write!(f, "\nColumns not used (rows that hold something): {}", names.collect::<Vec<_>>().join(", "))?;
        match unused.len().saturating_sub(LINES_SHOWN) {
            0 => writeln!(f),
            rest => writeln!(f, " … and {rest} more"),
        }
    }

    fn write_waiting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Waiting { doubt, count, examples, agreed } in &self.waiting {
            let (word, sentence) = (doubt.word(), doubt.sentence());
            match (agreed, doubt.is_refused_by_row()) {
                (true, _) => writeln!(f, "\nAgreed to ({word}): {sentence} ({count})")?,
                (false, true) => writeln!(f, "\nRefused until you say yes (--yes {word}): {sentence} ({count})")?,
                (false, false) => writeln!(f, "\nWaits for your yes (--yes {word}): {sentence} ({count})")?,
            }
            for example in examples {
                writeln!(f, "  {example}")?;
            }
        }
        Ok(())
    }

    fn write_refusals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reading { refused, refused_rows, refusals, .. } = &self.reading;
        if refused.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nRefused: {}", counted(*refused_rows, "row"))?;
        self.write_reasons(f)?;
        let lines = refused.iter().map(|refusal| {
            let why = if refusal.whole_product { " (whole product left out)" } else { "" };
            [
                refusal.row.to_string(),
                refusal.column.clone(),
                quoted(&refusal.cell),
                format!("{}{why}", refusal.fault),
            ]
        });
        write_table(f, ["Row", "Column", "Cell", "Why, and what to do"], lines)?;
        write_rest(f, *refusals as usize)
    }

    /// Where not every refusal is shown, every reason is.
    fn write_reasons(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reading.refusals as usize <= LINES_SHOWN {
            return Ok(());
        }
        let lines = self.reading.reasons.iter().map(|Reason { column, row, fault, count }| {
            [count.to_string(), column.clone(), row.to_string(), fault.to_string()]
        });
        write_table(f, ["Times", "Column", "First on row", "Why, and what to do"], lines)?;
        write_rest(f, self.reading.reasons.len())?;
        writeln!(f)
    }

    fn write_notes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reading.notes.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nNoted:")?;
        for Noticed { note, count, rows } in &self.reading.notes {
            let numbers = rows.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            let more = if *count as usize > rows.len() { ", …" } else { "" };
            writeln!(f, "  {}: {note} (row {numbers}{more})", counted(*count, "row"))?;
        }
        Ok(())
    }

    fn write_changes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.counts.is_nothing() {
            return Ok(());
        }
        let counts = &self.counts;
        let applied = self.outcome == Outcome::Applied;
        writeln!(f, "\n{}:", if applied { "Changes" } else { "What would change" })?;
        writeln!(
            f,
            "  created    {}, {}",
            counted(counts.products_created, "product"),
            counted(counts.variants_created, "variant")
        )?;
        writeln!(f, "  changed    {}", counts.changed)?;
        writeln!(f, "  unchanged  {}", counts.unchanged)?;
        writeln!(f, "  archived   {}\n", counts.archived)?;
        write_table(f, ["Product", "SKU", "Field", "Change"], self.changes.iter().map(change_cells))?;
        write_rest(f, self.changes.len())
    }

    fn write_end(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skipped = match self.reading.refused_rows {
            0 => String::new(),
            rows => format!(" The {} refused above were left out.", counted(rows, "row")),
        };
        let sentence = match self.outcome {
            Outcome::Refused => {
                "Nothing was imported. Mend the rows above (--refused FILE writes them out), or import the others with \
                 --skip-refused."
                    .to_owned()
            }
            Outcome::Waiting => {
                format!("Nothing was imported: see what waits for your yes above.{skipped}")
            }
            Outcome::Dry | Outcome::Unchanged if self.reading.products == 0 && self.counts.is_nothing() => {
                format!("No product of the file can be imported; the shop stays as it is.{skipped}")
            }
            Outcome::Dry if self.counts.is_nothing() => {
                format!(
                    "Dry run: the shop is already as the file says; importing it would change nothing.{skipped}"
                )
            }
            Outcome::Dry => format!("Dry run: nothing was imported.{skipped}"),
            Outcome::Unchanged => {
                format!("The shop is already as the file says; nothing was changed.{skipped}")
            }
            Outcome::Applied => format!("Imported.{skipped}"),
            Outcome::Changed => "Nothing was imported: the shop has changed since the dry run.".to_owned(),
        };
        writeln!(f, "\n{sentence}")?;
        if self.cannot_be_undone {
            writeln!(f, "It changes so much at once that it cannot be undone with `trato catalog undo`.")?;
        }
        Ok(())
    }
}

pub(in crate::catalog) fn change_cells(change: &Change) -> [String; 4] {
    let cells = |handle: &Handle, sku: Option<&Sku>, field: &str, what: String| {
        [handle.to_string(), sku.map(Sku::to_string).unwrap_or_default(), field.to_owned(), what]
    };
    match change {
        Change::ProductCreated { handle, title, variants } => {
            cells(handle, None, "", format!("new: {}, {}", shortened(title), counted(*variants, "variant")))
        }
        Change::VariantCreated { handle, sku } => cells(handle, Some(sku), "", "new".to_owned()),
        Change::FieldChanged { handle, sku, field, from, to } => {
            let what = format!("{} → {}", quoted(&shortened(from)), quoted(&shortened(to)));
            cells(handle, sku.as_ref(), field, what)
        }
        Change::ProductArchived { handle } => cells(handle, None, "", "archived".to_owned()),
        Change::VariantArchived { handle, sku } => cells(handle, Some(sku), "", "archived".to_owned()),
    }
}

/// Columns as wide as their widest cell, the last one as it comes.
pub(in crate::catalog) fn write_table<const COLUMNS: usize>(
    f: &mut fmt::Formatter<'_>,
    head: [&str; COLUMNS],
    lines: impl Iterator<Item = [String; COLUMNS]>,
) -> fmt::Result {
    let mut table = vec![head.map(str::to_owned)];
    table.extend(lines.take(LINES_SHOWN).map(|line| line.map(|cell| cell.replace('\n', " "))));
    let width = |column: usize| table.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    for line in &table {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            text.push_str("  ");
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
        }
        writeln!(f, "{}", text.trim_end())?;
    }
    Ok(())
}

pub(in crate::catalog) fn write_rest(f: &mut fmt::Formatter<'_>, total: usize) -> fmt::Result {
    match total.saturating_sub(LINES_SHOWN) {
        0 => Ok(()),
        rest => writeln!(f, "  … and {rest} more"),
    }
}

fn counted(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

pub(in crate::catalog) fn quoted(cell: &str) -> String {
    if cell.is_empty() { "(empty)".to_owned() } else { format!("`{cell}`") }
}

/// The beginning of a text, for one line of a table.
#[must_use]
pub fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(TEXT_CHARS_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
