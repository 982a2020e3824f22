//! Looking at an upload and applying it, with a sign of life while that lasts.
//!
//! The file is read on a thread of its own. A server that stops in the middle leaves the shop as it was: the import is
//! one transaction, and the upload says afterwards that the work was interrupted.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;

use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::glance::Glance;
use crate::catalog::import::passes::read_file;
use crate::catalog::import::source::Source;
use crate::catalog::import::store::{ImportFailed, Imports};
use crate::catalog::import::{Progress, Run, ShopDefaults, glance};
use crate::catalog::mappings::store::Mappings;
use crate::catalog::uploads::kind::{NO_TABLE, refusal};
use crate::catalog::uploads::store::{Claimed, UploadError, Uploads};
use crate::catalog::uploads::{Choices, Found, Work};

/// How often a sign of life is given.
const BEAT: Duration = Duration::from_millis(500);

/// Why work on an upload came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The uploads could not be read or written.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// The import could not be made.
    #[error(transparent)]
    Import(#[from] ImportFailed),
    /// The thread that read the file ended.
    #[error("the file could not be read to its end")]
    Thread(#[from] tokio::task::JoinError),
}

/// How far an import has come.
#[derive(Debug, Default)]
struct Written {
    done: AtomicUsize,
    total: AtomicUsize,
}

/// Does what was claimed, as soon as it is its turn, and writes down what was found.
///
/// # Errors
/// When that could not be written down; the upload is then taken for interrupted after a while.
pub async fn perform(
    uploads: &Uploads,
    claimed: Claimed,
    shop: ShopDefaults,
    turns: &Semaphore,
) -> Result<(), WorkError> {
    let written = Arc::new(Written::default());
    // A task of its own: comparing a large file with the shop leaves this one no time.
    let beating = tokio::spawn(beat(uploads.clone(), claimed.clone(), Arc::clone(&written)));
    let _beating = AbortOnDropHandle::new(beating);
    let told = |progress: Progress| {
        written.done.store(progress.done, Ordering::Relaxed);
        written.total.store(progress.total, Ordering::Relaxed);
    };
    let _turn = turns.acquire().await;
    let (choices, found) = found(uploads, &claimed, shop, &told).await.unwrap_or_else(|error| {
        let error = format!("{:#}", anyhow::Error::new(error));
        tracing::error!(upload.id = %claimed.id, error, "an upload could not be worked on");
        (claimed.choices.clone(), Found::Failed)
    });
    if let (Work::Apply, Found::Catalog { report }) = (claimed.work, &found) {
        let (upload, staff) = (claimed.id, uploads.person().map(tracing::field::display));
        tracing::info!(upload.id = %upload, staff.id = staff, outcome = ?report.outcome, "a catalog was to be applied");
    }
    uploads.settle(&claimed, &choices, &found).await?;
    Ok(())
}

/// Gives signs of life until it is stopped.
async fn beat(uploads: Uploads, claimed: Claimed, written: Arc<Written>) {
    loop {
        let (done, total) = (written.done.load(Ordering::Relaxed), written.total.load(Ordering::Relaxed));
        if let Err(error) = uploads.beat(&claimed, done, total).await {
            tracing::warn!(upload.id = %claimed.id, %error, "a sign of life could not be given");
        }
        tokio::time::sleep(BEAT).await;
    }
}

async fn found(
    uploads: &Uploads,
    claimed: &Claimed,
    shop: ShopDefaults,
    told: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(Choices, Found), WorkError> {
    let source = uploads.source(claimed.id).await?;
    let mut choices = claimed.choices.clone();
    if let Some(sentence) = refusal(&beginning(&source)) {
        return Ok((choices, Found::Unreadable { sentence: sentence.to_owned() }));
    }
    if choices.mapping.is_none() {
        choices.mapping = known_mapping(uploads, &source).await?;
    }
    let options = choices.options(if claimed.work == Work::Apply { Run::Apply } else { Run::Dry });
    let reading = options.reading.clone();
    let read = tokio::task::spawn_blocking(move || {
        read_file(&source, shop, &reading).map_err(|unreadable| unread(&unreadable, &source))
    })
    .await?;
    let file = match read {
        Ok(file) => file,
        Err(found) => return Ok((choices, found)),
    };
    let mut imports = Imports::of(uploads.scope());
    if let Some(person) = uploads.person() {
        imports = imports.by(person);
    }
    if claimed.work == Work::Apply {
        // What was shown has a plan; where it has none, nothing was shown, and nothing is applied.
        let Some(Found::Catalog { report }) = &claimed.found else { return Ok((choices, Found::Failed)) };
        let Some(plan) = report.plan else { return Ok((choices, Found::Failed)) };
        imports = imports.only_as_shown(plan);
    }
    let report = Box::new(Box::pin(imports.run(&claimed.name, file, options, told)).await?);
    Ok((choices, Found::Catalog { report }))
}

/// What can be told at once; nothing of a file that cannot be read, which is told when it is.
fn beginning(source: &Source) -> Vec<u8> {
    const BYTES: u64 = 4096;
    let mut beginning = Vec::new();
    let _ = source.open().take(BYTES).read_to_end(&mut beginning);
    beginning
}

/// What the shop said of columns like these, as long as the person has not said anything of this file.
async fn known_mapping(uploads: &Uploads, source: &Source) -> Result<Option<Vec<(String, String)>>, WorkError> {
    let mappings = Mappings::of(uploads.scope());
    if !mappings.are_there().await.map_err(UploadError::from)? {
        return Ok(None);
    }
    let source = source.clone();
    let columns = tokio::task::spawn_blocking(move || glance(&source, &[]).ok()).await?;
    let Some(columns) = columns else { return Ok(None) };
    Ok(mappings.find(columns.key).await.map_err(UploadError::from)?)
}

fn unread(unreadable: &Unreadable, source: &Source) -> Found {
    let sentence = match unreadable {
        Unreadable::UnknownHeader { .. } if !is_table(source) => {
            return Found::Unreadable { sentence: NO_TABLE.to_owned() };
        }
        Unreadable::UnknownHeader { .. } => {
            return Found::Columns {
                sentence:
                    "We do not know a file with these columns. Say which of them are the name and the price; \
                           the others may be left out."
                        .to_owned(),
            };
        }
        Unreadable::ColumnMissing { column } => {
            return Found::Columns {
                sentence: format!("The file has no column `{column}`, which is needed. Say which column it is."),
            };
        }
        Unreadable::SeveralPrices { .. } => {
            return Found::Columns {
                sentence: "Several columns may be the price. Say which of them is what shoppers pay.".to_owned(),
            };
        }
        other => other.to_string(),
    };
    let mut letters = sentence.chars();
    let sentence = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    Found::Unreadable { sentence: format!("{}.", sentence.unwrap_or_default()) }
}

/// Whether it makes sense to ask what its columns mean: a name and a price are two.
fn is_table(source: &Source) -> bool {
    let filled = |seen: Glance| seen.columns.iter().filter(|column| !column.samples.is_empty()).count();
    glance(source, &[]).is_ok_and(|seen| filled(seen) >= 2)
}
