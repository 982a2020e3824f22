//! The page on which an import is undone.

use askama::Template;

use crate::base::ids::ImportId;
use crate::catalog::import::report::{CHANGES_KEPT, Outcome};
use crate::catalog::undo::report::{Counts, Left, UndoReport};
use crate::catalog::undo::store::Candidate;
use crate::web::catalog::view::ASSETS;
use crate::web::catalog::view::looked::{Changed, Fold, Tile, change, fold, or_empty};
use crate::web::inbox::session::SignedIn;
use crate::web::page::Frame;
use crate::web::words::grouped;

#[derive(Template)]
#[template(path = "catalog/undo.html")]
pub struct UndoPage {
    frame: Frame,
    file: String,
    address: String,
    /// Above everything: what did not go as the person meant.
    warning: Option<&'static str>,
    body: Body,
}

/// What is shown.
enum Body {
    /// Why it cannot be undone.
    No { sentence: String },
    /// What would come back, or did.
    Back(Box<Back>),
}

/// What would come back, or did.
struct Back {
    done: bool,
    tiles: Vec<Tile>,
    sentence: &'static str,
    /// What the button does.
    shown: String,
    changes: Fold<Changed>,
    left: Fold<Changed>,
}

/// Where an import is undone.
pub fn address(import: ImportId) -> String {
    format!("/inbox/catalog/imports/{import}/undo")
}

impl UndoPage {
    /// `report` is what would come back, or did; without one it cannot be undone.
    pub fn of(signed: &SignedIn, candidate: &Candidate, report: Option<UndoReport>, stale: bool) -> Self {
        let body = match report {
            Some(report) => Body::Back(Box::new(back(&report))),
            None => Body::No { sentence: candidate.standing.why_not().unwrap_or_default() },
        };
        Self {
            frame: Frame::of(signed, &ASSETS),
            file: candidate.file.clone(),
            address: address(candidate.id),
            warning: stale.then_some(
                "Nothing was undone: the shop has changed since you saw what would come back. This is what it would do now.",
            ),
            body,
        }
    }
}

fn back(report: &UndoReport) -> Back {
    let counts = report.counts;
    let done = report.outcome == Outcome::Applied;
    Back {
        done,
        tiles: tiles(counts),
        sentence: match (done, counts.left) {
            (false, 0) => "Nothing was changed yet.",
            (false, _) => {
                "Nothing was changed yet. What was sold, counted or changed by somebody else since stays as it is."
            }
            (true, 0) => "The catalog is as it was before this import.",
            (true, _) => {
                "The catalog is as it was before this import, but for what was sold, counted or changed since."
            }
        },
        shown: report.plan.to_string(),
        changes: fold(report.changes.iter().map(change).collect(), beyond(report.changes.len())),
        left: fold(report.left.iter().map(left).collect(), beyond(report.left.len())),
    }
}

fn beyond(lines: usize) -> Option<String> {
    (lines >= CHANGES_KEPT).then(|| "and more, which are counted above".to_owned())
}

fn tiles(counts: Counts) -> Vec<Tile> {
    let tile =
        |count: u32, says, mood| Tile { count: grouped(count), says, mood: if count == 0 { "none" } else { mood } };
    vec![
        tile(counts.restored, "as before", "good"),
        tile(counts.archived, "archived, which it created", "alarm"),
        tile(counts.left, "left as they are", "bad"),
    ]
}

fn left(left: &Left) -> Changed {
    Changed {
        product: left.handle.to_string(),
        sku: left.sku.as_ref().map(ToString::to_string).unwrap_or_default(),
        field: left.field.replace('_', " "),
        before: None,
        after: format!("{}; before the import {}", or_empty(&left.now), or_empty(&left.was)),
    }
}
