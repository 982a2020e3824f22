//! The page of one upload, at each of its stages.

use askama::Template;

use crate::catalog::import::report::Outcome;
use crate::catalog::uploads::{Found, Stage, Upload, Work, Working};
use crate::web::catalog::pieces::address;
use crate::web::catalog::view::ASSETS;
use crate::web::catalog::view::looked::{Changed, Fold, Looked, Tile, changes, looked, tiles};
use crate::web::catalog::view::words::megabytes;
use crate::web::inbox::session::SignedIn;
use crate::web::page::Frame;
use crate::web::words::{counted, grouped};

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

/// What was done.
struct Done {
    title: &'static str,
    tiles: Vec<Tile>,
    left_out: Option<String>,
    changes: Fold<Changed>,
    chat: Option<String>,
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
            frame: Frame::of(signed, &ASSETS),
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
    if upload.interrupted {
        return Some("The import was interrupted. Below is what is left to do.");
    }
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
