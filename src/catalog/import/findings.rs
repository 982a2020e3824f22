//! What is found while a file is read, row by row: what is refused and why, and what was read differently from how it
//! was written. Kept small: the first of each, counts, a bit for each row; all reasons are laid aside.

use std::collections::BTreeMap;
use std::io;
use std::mem;

use crate::base::names::Handle;
use crate::catalog::import::decimal::NUMBER;
use crate::catalog::import::doubt::{Agreed, Doubt};
use crate::catalog::import::fault::{Fault, Note, Refusal, Unreadable};
use crate::catalog::import::format::{Field, Format, Layout};
use crate::catalog::import::marks::{Marks, Rows};
use crate::catalog::import::report::{NOTE_ROWS_KEPT, Noticed, REASONS_KEPT, REFUSALS_KEPT, Reading, Reason};
use crate::catalog::import::shared;
use crate::catalog::import::spool::Spool;
use crate::catalog::import::table::Row;

/// How much of a cell a refusal repeats.
const CELL_CHARS_SHOWN: usize = 60;
/// How much of the reasons is kept in memory.
const REASONS_BYTES_KEPT: usize = 2 * 1024 * 1024;

/// Products and variants that the file names on rows that were refused, so that nothing of it is taken for absent.
#[derive(Clone, Debug, Default)]
pub struct Withheld {
    /// The products' handles.
    pub handles: Marks,
    /// The variants' SKUs.
    pub skus: Marks,
    /// The first rows of which it is not known what they name; then anything might be among it.
    pub nameless: Vec<u32>,
}

/// Products and variants that are switched off, or cannot be bought, where the file comes from.
#[derive(Clone, Debug, Default)]
pub struct Withdrawn {
    /// The products' handles.
    pub handles: Marks,
    /// The variants' SKUs.
    pub skus: Marks,
}

impl Withdrawn {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty() && self.skus.is_empty()
    }
}

/// The rows that were refused.
#[derive(Debug)]
pub struct Refused {
    /// Why, by row.
    pub reasons: Spool<String>,
    /// The rows of all products of which a row was refused.
    pub families: Rows,
}

/// All that was found.
#[derive(Debug)]
pub struct Found {
    /// What is told of the file.
    pub reading: Reading,
    /// The rows that were refused.
    pub refused: Refused,
    /// What they name.
    pub withheld: Withheld,
    /// What is not sold where the file comes from.
    pub withdrawn: Withdrawn,
}

/// On which rows something was noticed.
#[derive(Debug, Default)]
struct Said {
    count: u32,
    last: u32,
    first: Vec<u32>,
}

/// What was found on the way, row by row.
#[derive(Debug)]
pub struct Findings<'a> {
    layout: &'a Layout,
    agreed: &'a Agreed,
    families: Rows,
    refused_rows: Rows,
    /// The first of them.
    refused: Vec<Refusal>,
    refusals: u32,
    kinds: Vec<Reason>,
    reasons: Spool<String>,
    /// Whether there was room for all reasons.
    laid_aside: io::Result<()>,
    doubts: BTreeMap<Doubt, u32>,
    notes: BTreeMap<Note, Said>,
    withheld: Withheld,
    withdrawn: Withdrawn,
}

impl<'a> Findings<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(layout: &'a Layout, agreed: &'a Agreed) -> Self {
        Self {
            layout,
            agreed,
            families: Rows::default(),
            refused_rows: Rows::default(),
            refused: Vec::new(),
            refusals: 0,
            kinds: Vec::new(),
            reasons: Spool::keeping(REASONS_BYTES_KEPT),
            laid_aside: Ok(()),
            doubts: BTreeMap::new(),
            notes: BTreeMap::new(),
            withheld: Withheld::default(),
            withdrawn: Withdrawn::default(),
        }
    }

    /// Whose file it is.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.layout.format
    }

    /// What the file calls the field.
    #[must_use]
    pub fn column_name(&self, field: Field) -> String {
        self.layout.column_name(field)
    }

    /// Whether a person has agreed to it.
    #[must_use]
    pub fn is_agreed(&self, doubt: Doubt) -> bool {
        self.agreed.has(doubt)
    }

    /// Whether anything on the row was refused.
    #[must_use]
    pub fn is_refused(&self, row: u32) -> bool {
        self.refused_rows.contain(row)
    }

    /// Refuses a row for one of its cells.
    pub fn refuse(&mut self, row: &Row, field: Field, fault: Fault) {
        self.families.insert(row.number);
        self.write_refusal(row, field, fault, false);
    }

    /// Refuses a row of which it is not known what it names: it was not read.
    pub fn refuse_unread(&mut self, row: &Row, fault: Fault) {
        if self.withheld.nameless.len() < NOTE_ROWS_KEPT {
            self.withheld.nameless.push(row.number);
        }
        self.refuse(row, Field::Handle, fault);
    }

    /// Refuses a row that is not read because of one of its cells, in whichever column that is.
    pub fn refuse_spoilt(&mut self, row: &Row, column: usize, fault: Fault) {
        if self.withheld.nameless.len() < NOTE_ROWS_KEPT {
            self.withheld.nameless.push(row.number);
        }
        self.families.insert(row.number);
        let cell = row.kept.iter().find(|(place, _)| *place == column).map(|(_, text)| text.clone());
        let field = Field::ALL.iter().copied().find(|field| self.layout.column(*field) == Some(column));
        let cell = cell.or_else(|| Some(row.get(field?)?.to_owned())).unwrap_or_default();
        self.write_down(row, (self.layout.written_name(column), &cell), fault, false);
    }

    /// Refuses a product for a cell of one of its rows.
    pub fn refuse_product(&mut self, row: &Row, field: Field, fault: Fault) {
        self.families.insert(row.number);
        self.write_refusal(row, field, fault, true);
    }

    /// Writes down that a variant is not sold where the file comes from.
    pub fn withdraw_variant(&mut self, row: &Row) {
        for sku in shared::names(row) {
            self.withdrawn.skus.insert(sku.as_str());
        }
    }

    /// Writes down that a product is not sold where the file comes from.
    pub fn withdraw_product(&mut self, row: &Row) {
        if let Some(handle) = row.get(Field::Handle).and_then(|text| Handle::new(text).ok()) {
            self.withdrawn.handles.insert(handle.as_str());
        }
    }

    /// Leaves a row out whose SKU stands on an earlier row: refused, unless a person agreed.
    pub fn leave_out_repeat(&mut self, row: &Row, first: u32) {
        if self.is_agreed(Doubt::DuplicateSku) {
            self.notice(row.number, Note::SkuTwiceLeftOut);
        } else {
            self.refuse(row, Field::Sku, Fault::SkuTwice { row: first });
        }
    }

    /// Leaves a row out because its product is refused.
    pub fn leave_out(&mut self, row: u32) {
        self.refused_rows.insert(row);
    }

    /// The rows of one product: when one is refused, the others come along into the file of those to be mended.
    pub fn family(&mut self, rows: &[&Row]) {
        if rows.iter().any(|row| self.is_refused(row.number)) {
            for row in rows {
                self.families.insert(row.number);
            }
        }
    }

    /// Writes down something that was read differently from how it was written.
    pub fn notice(&mut self, row: u32, note: Note) {
        let said = self.notes.entry(note).or_default();
        // A row of which it is said twice is one row.
        if said.count == 0 || said.last != row {
            said.last = row;
            said.count += 1;
            if said.first.len() < NOTE_ROWS_KEPT {
                said.first.push(row);
            }
        }
    }

    /// The value of a cell that may be empty; nothing also when it is refused.
    pub fn optional<T>(
        &mut self,
        row: &Row,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        match read(row.get(field)?) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.refuse(row, field, fault);
                None
            }
        }
    }

    /// The value of a cell that must not be empty.
    pub fn required<T>(
        &mut self,
        row: &Row,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        if row.get(field).is_none() {
            self.refuse(row, field, Fault::Missing);
        }
        self.optional(row, field, read)
    }

    fn write_refusal(&mut self, row: &Row, field: Field, fault: Fault, whole_product: bool) {
        let column = self.column_name(field);
        let cell = row.get(field).unwrap_or_default().to_owned();
        self.write_down(row, (column, &cell), fault, whole_product);
    }

    /// Counts a refusal among those of its kind and column.
    fn count(&mut self, column: &str, row: u32, fault: &Fault) {
        let is_same = |known: &&mut Reason| {
            known.column == column && mem::discriminant(&known.fault) == mem::discriminant(fault)
        };
        if let Some(known) = self.kinds.iter_mut().find(is_same) {
            known.count += 1;
        } else if self.kinds.len() < REASONS_KEPT {
            let (column, fault) = (column.to_owned(), fault.clone());
            self.kinds.push(Reason { column, row, fault, count: 1 });
        }
    }

    fn write_down(&mut self, row: &Row, (column, cell): (String, &str), fault: Fault, whole_product: bool) {
        let number = row.number;
        self.refused_rows.insert(number);
        self.refusals += 1;
        if let Some(handle) = row.get(Field::Handle).and_then(|text| Handle::new(text).ok()) {
            self.withheld.handles.insert(handle.as_str());
        }
        for sku in shared::names(row) {
            self.withheld.skus.insert(sku.as_str());
        }
        let doubt = match fault {
            Fault::ZeroPrice => Some(Doubt::ZeroPrice),
            Fault::SkuTwice { .. } => Some(Doubt::DuplicateSku),
            _ => None,
        };
        if let Some(doubt) = doubt {
            *self.doubts.entry(doubt).or_default() += 1;
        }
        self.count(&column, row.number, &fault);
        let laid = self.reasons.push(u64::from(number), &format!("{column}: {fault}"));
        if self.laid_aside.is_ok() {
            self.laid_aside = laid;
        }
        if self.refused.len() < REFUSALS_KEPT {
            let cell = shortened(cell);
            self.refused.push(Refusal { row: number, column, cell, fault, whole_product });
        }
    }

    /// What is told of the file, and what is needed to go on with it. The file itself is told by whoever read it.
    ///
    /// # Errors
    /// When there was no room for the reasons.
    pub fn finish(mut self) -> Result<Found, Unreadable> {
        self.laid_aside?;
        self.refused.sort_by_key(|refusal| refusal.row);
        let notes =
            self.notes.into_iter().map(|(note, Said { count, first, .. })| Noticed { note, count, rows: first });
        let reading = Reading {
            format: self.layout.format,
            doubts: self.doubts.into_iter().collect(),
            refused_rows: self.refused_rows.count(),
            refusals: self.refusals,
            refused: self.refused,
            reasons: {
                self.kinds.sort_by_key(|reason| std::cmp::Reverse(reason.count));
                self.kinds
            },
            notes: notes.collect(),
            ..Reading::default()
        };
        let refused = Refused { reasons: self.reasons, families: self.families };
        Ok(Found { reading, refused, withheld: self.withheld, withdrawn: self.withdrawn })
    }
}

fn shortened(cell: &str) -> String {
    let cell = cell.trim_start_matches(NUMBER);
    let mut shown: String = cell.chars().take(CELL_CHARS_SHOWN).collect();
    if shown.len() < cell.len() {
        shown.push('…');
    }
    shown
}
