//! What an undo would bring back, or did: kept beside it, and printed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::fingerprint::{Fingerprint, Running};
use crate::base::ids::ImportId;
use crate::base::names::{Handle, Sku};
use crate::catalog::import::differences::Difference;
use crate::catalog::import::report::{
    CHANGES_KEPT, Change, Outcome, change_cells, quoted, shortened, write_rest, write_table,
};

/// How many of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Products and variants that the import created, and that are archived.
    pub archived: u32,
    /// Products and variants that get back what the import changed, or some of it.
    pub restored: u32,
    /// Products and variants of which something is left as it is.
    pub left: u32,
}

/// A field that was changed by somebody else since the import, and is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The product.
    pub handle: Handle,
    /// The variant, when it is a variant's field.
    pub sku: Option<Sku>,
    /// Which field.
    pub field: String,
    /// What it says.
    pub now: String,
    /// What it said before the import.
    pub was: String,
}

/// What an undo would bring back, or did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoReport {
    /// Of which import.
    pub import: ImportId,
    /// Its file's name.
    pub file: String,
    /// How many of each kind.
    pub counts: Counts,
    /// The first changes, at most [`CHANGES_KEPT`].
    pub changes: Vec<Change>,
    /// The first of what is left, at most as many.
    pub left: Vec<Left>,
    /// How it ended.
    pub outcome: Outcome,
    /// A fingerprint of all that is changed and left.
    pub plan: Fingerprint,
}

/// A report that is being written.
#[derive(Debug, Default)]
pub struct Notes {
    /// How many of each kind.
    pub counts: Counts,
    changes: Vec<Change>,
    left: Vec<Left>,
    noted: Running,
}

impl Notes {
    /// Something that is different afterwards.
    pub fn change(&mut self, change: Change) {
        self.noted.add(format!("{change:?}").as_bytes());
        if self.changes.len() < CHANGES_KEPT {
            self.changes.push(change);
        }
    }

    /// Of one product or variant: what comes back, and what is left.
    pub fn fields(&mut self, handle: &Handle, sku: Option<&Sku>, back: Vec<Difference>, left: Vec<Difference>) {
        self.counts.restored += u32::from(!back.is_empty());
        self.counts.left += u32::from(!left.is_empty());
        for Difference { field, from, to } in back {
            let (handle, sku, field) = (handle.clone(), sku.cloned(), field.to_owned());
            self.change(Change::FieldChanged { handle, sku, field, from, to });
        }
        for Difference { field, from, to } in left {
            let (handle, sku, field) = (handle.clone(), sku.cloned(), field.to_owned());
            let left = Left { handle, sku, field, now: from, was: to };
            self.noted.add(format!("{left:?}").as_bytes());
            if self.left.len() < CHANGES_KEPT {
                self.left.push(left);
            }
        }
    }

    /// The report.
    #[must_use]
    pub fn finish(mut self, import: ImportId, file: String, outcome: Outcome) -> UndoReport {
        self.noted.add(format!("{import} {:?}", self.counts).as_bytes());
        let Self { counts, changes, left, noted } = self;
        UndoReport { import, file, counts, changes, left, outcome, plan: noted.finish() }
    }
}

impl fmt::Display for UndoReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { archived, restored, left } = self.counts;
        let done = self.outcome == Outcome::Applied;
        writeln!(f, "{}: {}", self.file, if done { "undone" } else { "what undoing its import would do" })?;
        writeln!(f, "  archived   {archived}, which the import created")?;
        writeln!(f, "  restored   {restored}")?;
        writeln!(f, "  left       {left}, changed since by somebody else\n")?;
        if !self.changes.is_empty() {
            write_table(f, ["Product", "SKU", "Field", "Change"], self.changes.iter().map(change_cells))?;
            write_rest(f, self.changes.len())?;
        }
        if !self.left.is_empty() {
            writeln!(f, "\nLeft as it is, because it was sold, counted or changed since:")?;
            write_table(f, ["Product", "SKU", "Field", "Is", "Was before"], self.left.iter().map(left_cells))?;
            write_rest(f, self.left.len())?;
        }
        match self.outcome {
            Outcome::Applied if left == 0 => writeln!(f, "\nUndone."),
            Outcome::Applied => writeln!(f, "\nUndone, but for what is left as it is above."),
            Outcome::Changed => writeln!(f, "\nNothing was undone: the shop has changed since this was shown."),
            _ => writeln!(f, "\nNothing was changed yet."),
        }
    }
}

fn left_cells(left: &Left) -> [String; 5] {
    let Left { handle, sku, field, now, was } = left;
    let sku = sku.as_ref().map(Sku::to_string).unwrap_or_default();
    [handle.to_string(), sku, field.clone(), quoted(&shortened(now)), quoted(&shortened(was))]
}
