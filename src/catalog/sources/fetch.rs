//! One fetch from beginning to end: the file is taken in a piece at a time as an upload, looked at, and applied if
//! nobody has to decide anything. Whatever goes wrong, the shop stays as it was; a fetch that is killed is begun again.

use tokio::sync::Semaphore;

use crate::base::fingerprint::{Fingerprint, Running};
use crate::base::ids::UploadId;
use crate::base::store::Scope;
use crate::catalog::import::ShopDefaults;
use crate::catalog::import::report::{Outcome, Report};
use crate::catalog::sources::client::{FetchError, Fetched, Fetcher, Incoming};
use crate::catalog::sources::store::{Read, SourceError, Sources};
use crate::catalog::sources::{Came, Source, Why};
use crate::catalog::uploads::store::{Appended, UploadError, Uploads};
use crate::catalog::uploads::work::{WorkError, perform};
use crate::catalog::uploads::{CHUNK_BYTES_MAX, Found, Upload, Work};

/// How often a file is looked at while the shop keeps changing.
const LOOKS_MAX: usize = 3;

/// Why it is not known what came of a fetch: for reasons of ours.
#[derive(Debug, thiserror::Error)]
pub enum Interrupted {
    /// The file could not be stored.
    #[error("a file that was fetched could not be stored")]
    Upload(#[from] UploadError),
    /// The file could not be looked at or applied.
    #[error("a file that was fetched could not be worked on")]
    Work(#[from] WorkError),
    /// The source could not be read or written.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file was being looked at, and it is not said what was found.
    #[error("a file that was fetched was not looked at to the end")]
    Unfinished,
}

/// Fetches a source. Says what came of it, and what was read, if it was.
///
/// # Errors
/// When it is not known, for reasons of ours.
pub async fn fetch(
    scope: &Scope,
    shop: ShopDefaults,
    source: &Source,
    fetcher: &Fetcher,
    turns: &Semaphore,
) -> Result<(Came, Option<Read>), Interrupted> {
    let incoming = match fetcher.fetch(&source.address, &source.seen).await {
        Ok(Fetched::File(incoming)) => incoming,
        Ok(Fetched::SameAsSeen) => return Ok((as_before(source), None)),
        Err(error) => return Ok((failed(source, &error), None)),
    };
    let uploads = Uploads::fetched(scope);
    let id = uploads.begin_fetched(source.id, &name(source), &source.choices).await?;
    let seen = incoming.seen().clone();
    let content = match store(&uploads, id, incoming).await? {
        Ok(content) => content,
        Err(error) => {
            uploads.discard(id).await?;
            return Ok((failed(source, &error), None));
        }
    };
    let read = Some(Read { seen, content });
    if Sources::of(scope).was_read(source.id, content).await? {
        uploads.discard(id).await?;
        return Ok((as_before(source), read));
    }
    uploads.end_fetched(id, source.id).await?;
    let came = decide(&uploads, id, shop, turns).await?;
    if !matches!(came, Came::Waits { .. }) {
        uploads.discard(id).await?;
    }
    // A file that cannot be imported is fetched again even if it stays the same: what reads it may be better then.
    Ok((came.clone(), read.filter(|_| !came.is_failure())))
}

/// What the file is called: where it came from, without its secrets.
fn name(source: &Source) -> String {
    source.address.shown()
}

/// The same file as last time: what waited then still waits.
fn as_before(source: &Source) -> Came {
    match &source.came {
        Some(waits @ Came::Waits { .. }) => waits.clone(),
        _ => Came::SameFile,
    }
}

/// Stores a file as it comes, in pieces of one size; gives a fingerprint of it.
async fn store(
    uploads: &Uploads,
    id: UploadId,
    mut incoming: Incoming,
) -> Result<Result<Fingerprint, FetchError>, UploadError> {
    let (mut offset, mut content, mut piece) = (0, Running::default(), Vec::with_capacity(CHUNK_BYTES_MAX));
    loop {
        let next = match incoming.piece().await {
            Ok(next) => next,
            Err(error) => return Ok(Err(error)),
        };
        let is_end = next.is_none();
        piece.extend(next.unwrap_or_default());
        while piece.len() >= CHUNK_BYTES_MAX || (is_end && !piece.is_empty()) {
            let rest = piece.split_off(piece.len().min(CHUNK_BYTES_MAX));
            content.add(&piece);
            offset = match uploads.append(id, offset, &piece).await? {
                Appended::Next(offset) => offset,
                Appended::Elsewhere(_) => return Ok(Err(FetchError::TooLarge)),
            };
            piece = rest;
        }
        if is_end {
            return Ok(Ok(content.finish()));
        }
    }
}

/// Looks at a file and applies it, unless somebody has to decide something. Where the shop changes between looking and
/// applying, as it does with every sale of something that the file counts, it is looked at again.
async fn decide(
    uploads: &Uploads,
    id: UploadId,
    shop: ShopDefaults,
    turns: &Semaphore,
) -> Result<Came, Interrupted> {
    for _ in 0..LOOKS_MAX {
        let looked = work(uploads, id, Work::Look, shop, turns).await?;
        let report = match looked.found {
            Some(Found::Catalog { report }) => report,
            Some(Found::Columns { .. }) => return Ok(Came::Waits { upload: id, why: Why::Columns }),
            Some(Found::Unreadable { sentence }) => return Ok(Came::Failed { sentence }),
            Some(Found::Failed) | None => return Err(Interrupted::Unfinished),
        };
        if let Some(why) = undecided(&report) {
            return Ok(Came::Waits { upload: id, why });
        }
        if report.counts.is_nothing() {
            return Ok(Came::Unchanged);
        }
        let applied = work(uploads, id, Work::Apply, shop, turns).await?;
        let Some(Found::Catalog { report }) = applied.found else { return Err(Interrupted::Unfinished) };
        match report.outcome {
            Outcome::Applied => {
                let refused_rows = report.reading.refused_rows;
                return Ok(Came::Applied { counts: report.counts, refused_rows });
            }
            Outcome::Unchanged => return Ok(Came::Unchanged),
            _ => {}
        }
    }
    Err(Interrupted::Unfinished)
}

/// What a person has to decide about this file.
fn undecided(report: &Report) -> Option<Why> {
    if report.outcome == Outcome::Refused {
        return Some(Why::Refused { rows: report.reading.refused_rows });
    }
    let doubted = report.waiting.iter().any(|waiting| !waiting.agreed && !waiting.doubt.is_refused_by_row());
    doubted.then_some(Why::Doubt)
}

async fn work(
    uploads: &Uploads,
    id: UploadId,
    work: Work,
    shop: ShopDefaults,
    turns: &Semaphore,
) -> Result<Upload, Interrupted> {
    let shown = uploads.find(id).await?.shown;
    let claimed = uploads.claim(id, work, shown).await?.ok_or(Interrupted::Unfinished)?;
    perform(uploads, claimed, shop, turns).await?;
    Ok(uploads.find(id).await?)
}

/// What a failure is called on the page, and a line in the log for the operator; neither has the address in it.
fn failed(source: &Source, error: &FetchError) -> Came {
    tracing::info!(source.id = %source.id, error = error as &dyn std::error::Error, "a source could not be fetched");
    Came::Failed { sentence: sentence(error) }
}

fn sentence(error: &FetchError) -> String {
    match error {
        FetchError::Refused(why) => {
            format!("It was not fetched: {why}. Ask whoever gave you the address for another one.")
        }
        FetchError::Redirects => {
            "The address leads from one to the next without end. Check it in a browser.".to_owned()
        }
        FetchError::Status(401 | 403) => {
            "The server does not let us in. Use an address that has its token in it, or that needs none.".to_owned()
        }
        FetchError::Status(404 | 410) => {
            "There is no file at the address any more. Look in your shop system for the new one.".to_owned()
        }
        FetchError::Status(status) => {
            format!("The server answered with {status} instead of a file. It is tried again.")
        }
        FetchError::TooLarge => {
            "The file is larger than 64 MB unpacked, which is the most that is read.".to_owned()
        }
        FetchError::TooSlow => "The server took too long. It is tried again.".to_owned(),
        FetchError::Unreachable(_) => {
            "The server could not be reached. Check the address; it is tried again.".to_owned()
        }
        FetchError::Broken(_) => {
            "The connection broke before the file had come whole. It is tried again.".to_owned()
        }
    }
}
