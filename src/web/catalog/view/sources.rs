//! Addresses from which the catalog is fetched, as the catalog page lists them.

use crate::catalog::sources::{Came, EVERY_HOURS_USUAL, Source};
use crate::catalog::uploads::Upload;
use crate::web::catalog::pieces::address;
use crate::web::inbox::view::when::Reader;
use crate::web::words::sentence_case;

/// One of them.
pub struct SourceShown {
    pub id: String,
    pub address: String,
    /// What came of the last fetch, and when.
    pub says: String,
    pub mood: &'static str,
    /// How often, and when next.
    pub when: String,
    /// The page of the file that waits for a decision.
    pub waits: Option<String>,
}

/// How often one may be fetched, as the form offers it.
pub struct Often {
    pub hours: i32,
    pub says: &'static str,
    pub usual: bool,
}

/// What the form offers.
pub fn often() -> Vec<Often> {
    let often = |(hours, says)| Often { hours, says, usual: hours == EVERY_HOURS_USUAL };
    [
        (1, "every hour"),
        (3, "every 3 hours"),
        (6, "every 6 hours"),
        (12, "every 12 hours"),
        (24, "every day"),
        (168, "every week"),
    ]
    .map(often)
    .into()
}

/// `open` are the files nobody decided about.
pub fn shown(source: &Source, open: &[Upload], reader: &Reader) -> SourceShown {
    let waits = match &source.came {
        Some(Came::Waits { upload, .. }) if open.iter().any(|open| open.id == *upload) => Some(address(*upload)),
        _ => None,
    };
    let says = match (&source.came, source.fetched_at) {
        (Some(Came::Waits { .. }), Some(at)) if waits.is_none() => {
            format!("{}. What waited then was decided about", sentence_case(&reader.said(at)))
        }
        (Some(came), Some(at)) => format!("{}: {came}", sentence_case(&reader.said(at))),
        _ => "Not fetched yet".to_owned(),
    };
    let mood = match &source.came {
        Some(Came::Failed { .. }) => "bad",
        Some(Came::Waits { .. }) if waits.is_some() => "alarm",
        Some(Came::Applied { .. }) => "good",
        _ => "",
    };
    SourceShown {
        id: source.id.to_string(),
        address: source.address.shown(),
        says,
        mood,
        when: when(source, reader),
        waits,
    }
}

fn when(source: &Source, reader: &Reader) -> String {
    let often = match source.every_hours {
        1 => "Every hour".to_owned(),
        24 => "Every day".to_owned(),
        168 => "Every week".to_owned(),
        hours => format!("Every {hours} hours"),
    };
    let next = if source.next_at <= reader.now {
        "being fetched now".to_owned()
    } else {
        format!("next {}", reader.said(source.next_at))
    };
    let again = match source.failures {
        0 | 1 => String::new(),
        times => format!("; went wrong {times} times in a row"),
    };
    format!("{often}, {next}{again}")
}
