//! The catalog page.

use askama::Template;

use crate::base::clock::Time;
use crate::catalog::history::{Did, OnSale, Past};
use crate::catalog::import::report::{Counts, Outcome};
use crate::catalog::sources::Source;
use crate::catalog::undo;
use crate::catalog::undo::standing::Standing;
use crate::catalog::uploads::{FILE_BYTES_MAX, Found, Stage, Upload, Work};
use crate::web::catalog::pieces::address;
use crate::web::catalog::view::ASSETS;
use crate::web::catalog::view::sources::{Often, SourceShown, often, shown};
use crate::web::catalog::view::undo::address as undo_address;
use crate::web::catalog::view::words::megabytes;
use crate::web::inbox::session::SignedIn;
use crate::web::inbox::view::when::Reader;
use crate::web::page::Frame;
use crate::web::words::{counted, grouped};

#[derive(Template)]
#[template(path = "catalog/home.html")]
pub struct Home {
    frame: Frame,
    products: String,
    variants: String,
    is_empty: bool,
    size_max: String,
    bytes_max: i64,
    open: Vec<Open>,
    sources: Vec<SourceShown>,
    often: Vec<Often>,
    past: Vec<Done>,
}

/// A file that was not imported yet.
struct Open {
    name: String,
    address: String,
    says: String,
    /// Whether it can be gone on with by choosing it again, and cannot be looked at.
    arriving: bool,
    since: String,
}

/// An import of the past.
struct Done {
    file: String,
    at: String,
    when: String,
    by: Option<String>,
    says: String,
    good: bool,
    /// Where it is undone, if it can be, and until when.
    undo: Option<(String, String)>,
}

impl Home {
    pub fn of(
        signed: &SignedIn,
        now: Time,
        on_sale: OnSale,
        (past, open): (Vec<Past>, Vec<Upload>),
        sources: &[Source],
    ) -> Self {
        let reader = Reader { zone: signed.shop.zone, locale: signed.shop.locale, now };
        Self {
            frame: Frame::of(signed, &ASSETS),
            products: counted(on_sale.products, "product"),
            variants: counted(on_sale.variants, "variant"),
            is_empty: on_sale.products == 0,
            size_max: megabytes(FILE_BYTES_MAX),
            bytes_max: FILE_BYTES_MAX,
            sources: sources.iter().map(|source| shown(source, &open, &reader)).collect(),
            often: often(),
            open: open.iter().map(|upload| waiting(upload, &reader)).collect(),
            past: past.into_iter().map(|past| done(past, &reader)).collect(),
        }
    }
}

fn waiting(upload: &Upload, reader: &Reader) -> Open {
    let says = match upload.stage() {
        Stage::Arriving => {
            let arrived = megabytes(upload.bytes_received);
            upload.bytes_total.map_or_else(
                || "Did not arrive whole".to_owned(),
                |total| {
                    format!("{arrived} of {} have arrived. Choose the same file again to go on", megabytes(total))
                },
            )
        }
        Stage::Working(working) if working.work == Work::Apply => "Is being imported".to_owned(),
        Stage::Working(_) | Stage::Unseen => "Is being read".to_owned(),
        Stage::Seen(Found::Catalog { .. }) => "Waits for you to import it".to_owned(),
        Stage::Seen(Found::Columns { .. }) => "Say what its columns mean".to_owned(),
        Stage::Seen(_) | Stage::Applied(_) => "Cannot be imported".to_owned(),
    };
    Open {
        name: upload.name.clone(),
        address: address(upload.id),
        arriving: upload.stage() == Stage::Arriving,
        says,
        since: reader.said(upload.created_at),
    }
}

fn done(past: Past, reader: &Reader) -> Done {
    let says = match past.did {
        Did::Import { outcome, counts, refused_rows } => imported(outcome, &counts, refused_rows),
        Did::Undo { counts } => undone(counts),
    };
    let applied = matches!(past.did, Did::Import { outcome: Some(Outcome::Applied), .. });
    Done {
        at: reader.short(past.at),
        when: reader.full(past.at),
        good: applied && past.standing != Standing::Undone,
        file: past.file,
        by: past.by,
        says: if past.standing == Standing::Undone { format!("{says}. Undone since") } else { says },
        undo: match past.standing {
            Standing::Open(until) => Some((undo_address(past.id), reader.short(until))),
            _ => None,
        },
    }
}

fn imported(outcome: Option<Outcome>, counts: &Counts, refused_rows: u32) -> String {
    let left_out = match refused_rows {
        0 => String::new(),
        rows => format!("; {} left out", counted(rows, "row")),
    };
    match outcome {
        Some(Outcome::Applied) => format!("{}{left_out}", changes(counts)),
        Some(Outcome::Unchanged) => format!("Nothing to change{left_out}"),
        Some(Outcome::Refused) => format!("Nothing was imported: {} refused", counted(refused_rows, "row")),
        Some(Outcome::Waiting) => "Nothing was imported: something waited for a yes".to_owned(),
        Some(Outcome::Dry | Outcome::Changed) => "Only looked".to_owned(),
        None => "By an older version".to_owned(),
    }
}

/// `Undone: 3 as before, 48 archived, 1 left as it is`.
fn undone(counts: undo::report::Counts) -> String {
    let undo::report::Counts { archived, restored, left } = counts;
    let parts = [(restored, "as before"), (archived, "archived"), (left, "left as they are")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, says)| format!("{} {says}", grouped(count)))
        .collect();
    if parts.is_empty() { "Undone".to_owned() } else { format!("Undone: {}", parts.join(", ")) }
}

/// `48 products and 60 variants new, 3 changed`.
fn changes(counts: &Counts) -> String {
    let mut parts = Vec::new();
    if counts.products_created > 0 || counts.variants_created > 0 {
        let (products, variants) =
            (counted(counts.products_created, "product"), counted(counts.variants_created, "variant"));
        parts.push(format!("{products} and {variants} new"));
    }
    if counts.changed > 0 {
        parts.push(format!("{} changed", grouped(counts.changed)));
    }
    if counts.archived > 0 {
        parts.push(format!("{} archived", grouped(counts.archived)));
    }
    parts.join(", ")
}
