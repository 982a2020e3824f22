//! Uploads, their pieces and what is known of them, in the database.

use futures::TryStreamExt as _;
use serde::Deserialize as _;
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;
use std::io::Write as _;
use uuid::Uuid;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{SourceId, StaffId, UploadId};
use crate::base::store::Scope;
use crate::catalog::import::report::Outcome;
use crate::catalog::import::source::Source;
use crate::catalog::uploads::{Choices, FILE_BYTES_MAX, Found, OPEN_MAX, Upload, Work, Working};

/// A server that gave no sign of life for so long has stopped.
const DEAD_AFTER_SECONDS: f64 = 15.0;
/// For how long an upload is kept.
const KEPT_HOURS: f64 = 24.0;

/// The uploads that one person sees: their own, and the files that were fetched for the shop.
#[derive(Clone, Debug)]
pub struct Uploads {
    scope: Scope,
    person: Option<StaffId>,
}

/// Why something could not be done with an upload.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is none of this number, it is somebody else's, or it was swept.
    #[error("there is no such upload")]
    NoSuch,
    /// The person has too many of them.
    #[error("there are too many uploads")]
    TooMany,
    /// It is being imported.
    #[error("the upload is being imported")]
    Busy,
    /// The database does not answer.
    #[error("the uploads could not be read or written")]
    Store(#[from] sqlx::Error),
    /// The file could not be laid on this server's disk.
    #[error("there is no room for the upload")]
    Room(#[source] std::io::Error),
    /// What was found could not be written down.
    #[error("what was found in an upload could not be stored")]
    Json(#[from] serde_json::Error),
}

/// A file that is about to arrive.
#[derive(Clone, Debug)]
pub struct NewUpload<'a> {
    /// Its name.
    pub name: &'a str,
    /// By which it is known when it is chosen again; empty when there is nothing to know it by.
    pub mark: &'a str,
    /// How large it is, where that is known.
    pub bytes: Option<i64>,
}

/// What became of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is stored; the next one begins here.
    Next(i64),
    /// It does not begin where the last one ended: here.
    Elsewhere(i64),
}

/// The right to work on an upload.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The upload.
    pub id: UploadId,
    /// The file's name.
    pub name: String,
    /// What is done.
    pub work: Work,
    /// What the person says of the file.
    pub choices: Choices,
    /// What exactly was found last, where that is to be applied.
    pub found: Option<Found>,
    number: Uuid,
}

impl Uploads {
    /// Those that this person sees.
    #[must_use]
    pub fn of(scope: &Scope, person: StaffId) -> Self {
        Self { scope: scope.clone(), person: Some(person) }
    }

    /// The files that were fetched, for whoever fetches them.
    #[must_use]
    pub fn fetched(scope: &Scope) -> Self {
        Self { scope: scope.clone(), person: None }
    }

    /// The slice of data they belong to.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Who sees them, if it is a person.
    #[must_use]
    pub const fn person(&self) -> Option<StaffId> {
        self.person
    }

    /// Begins an upload, or goes on with the one of the same file that was not imported yet.
    ///
    /// # Errors
    /// When the person has too many of them, or the database does not answer.
    pub async fn begin(&self, new: &NewUpload<'_>) -> Result<UploadId, UploadError> {
        let known = sqlx::query_scalar!(
            r#"update uploads set found = null, shown = null
               where id = (select id from uploads
                           where merchant_id = $1 and staff_id = $2 and mark = $3 and mark <> '' and bytes_total = $4
                                 and applied_at is null and (work is null or work = 'look')
                           order by created_at desc limit 1)
               returning id as "id: UploadId""#,
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
            new.mark,
            new.bytes,
        )
        .fetch_optional(self.scope.pool())
        .await?;
        if let Some(id) = known {
            return Ok(id);
        }
        let id = UploadId::generate();
        let begun = sqlx::query!(
            "insert into uploads (id, merchant_id, staff_id, file_name, mark, bytes_total)
             select $1, $2, $3, $4, $5, $6
             where (select count(*) from uploads where merchant_id = $2 and staff_id = $3 and applied_at is null) < $7",
            id.uuid(),
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
            new.name,
            new.mark,
            new.bytes,
            OPEN_MAX,
        )
        .execute(self.scope.pool())
        .await?;
        if begun.rows_affected() == 0 { Err(UploadError::TooMany) } else { Ok(id) }
    }

    /// Begins a file that is fetched from a source; nobody sees it before all of it has arrived. What an earlier fetch
    /// left half done is thrown away.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_fetched(
        &self,
        source: SourceId,
        name: &str,
        choices: &Choices,
    ) -> Result<UploadId, UploadError> {
        let id = UploadId::generate();
        sqlx::query!(
            "with gone as (delete from uploads where merchant_id = $2 and source_id = $3 and bytes_total is null)
             insert into uploads (id, merchant_id, source_id, file_name, mark, choices) values ($1, $2, $3, $4, '', $5)",
            id.uuid(),
            self.scope.merchant().uuid(),
            source.uuid(),
            name,
            Json(choices) as _,
        )
        .execute(self.scope.pool())
        .await?;
        Ok(id)
    }

    /// Says that a file that was fetched has arrived. It takes the place of an earlier one of the same source that
    /// nobody decided about.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_fetched(&self, id: UploadId, source: SourceId) -> Result<(), UploadError> {
        sqlx::query!(
            "with gone as (
                 delete from uploads where merchant_id = $2 and source_id = $3 and id <> $1 and applied_at is null
                        and not coalesce(work = 'apply' and work_beat > now() - make_interval(secs => $4), false)
             )
             update uploads set bytes_total = bytes_received
             where id = $1 and merchant_id = $2 and source_id = $3 and bytes_total is null",
            id.uuid(),
            self.scope.merchant().uuid(),
            source.uuid(),
            DEAD_AFTER_SECONDS,
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }

    /// Stores a piece, if it begins where the last one ended and fits.
    ///
    /// # Errors
    /// When there is no such upload, or the database does not answer.
    pub async fn append(&self, id: UploadId, offset: i64, piece: &[u8]) -> Result<Appended, UploadError> {
        let length = i64::try_from(piece.len()).unwrap_or(i64::MAX);
        let stored = sqlx::query_scalar!(
            r#"with moved as (
                   update uploads set bytes_received = bytes_received + $5::bigint
                   where id = $1 and merchant_id = $2 and (staff_id = $3 or source_id is not null) and bytes_received = $4 and $5::bigint > 0
                         and bytes_received + $5::bigint <= coalesce(bytes_total, $7)
                   returning id
               ), kept as (
                   insert into upload_chunks (upload_id, merchant_id, start, bytes) select id, $2, $4, $6 from moved
               )
               select count(*) as "count!" from moved"#,
            id.uuid(),
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
            offset,
            length,
            piece,
            FILE_BYTES_MAX,
        )
        .fetch_one(self.scope.pool())
        .await?;
        if stored == 1 {
            return Ok(Appended::Next(offset.saturating_add(length)));
        }
        Ok(Appended::Elsewhere(self.find(id).await?.bytes_received))
    }

    /// Says that a file of unknown size has arrived.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end(&self, id: UploadId) -> Result<(), UploadError> {
        sqlx::query!(
            "update uploads set bytes_total = bytes_received
             where id = $1 and merchant_id = $2 and (staff_id = $3 or source_id is not null) and bytes_total is null",
            id.uuid(),
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }

    /// One of them.
    ///
    /// # Errors
    /// When there is no such upload, or the database does not answer.
    pub async fn find(&self, id: UploadId) -> Result<Upload, UploadError> {
        self.read(Some(id)).await?.into_iter().next().ok_or(UploadError::NoSuch)
    }

    /// Those that were not imported, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(&self) -> Result<Vec<Upload>, UploadError> {
        self.read(None).await
    }

    /// This one, or all that were not imported.
    async fn read(&self, id: Option<UploadId>) -> Result<Vec<Upload>, UploadError> {
        let rows = sqlx::query_as!(
            Row,
            r#"select id as "id: UploadId", file_name, bytes_total, bytes_received, choices, found,
                      shown as "shown: Fingerprint", work, work_done, work_total, interrupted,
                      applied_at, created_at,
                      coalesce(work_beat > now() - make_interval(secs => $4), false) as "is_alive!"
               from uploads
               where merchant_id = $1 and (staff_id = $2 or source_id is not null)
                     and (id = $3 or $3::uuid is null and applied_at is null
                     and (source_id is null or bytes_total is not null))
               order by created_at desc, id desc"#,
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
            id.map(UploadId::uuid),
            DEAD_AFTER_SECONDS,
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(rows.into_iter().map(Upload::from).collect())
    }

    /// The file, laid on the disk of this server piece by piece.
    ///
    /// # Errors
    /// When the database does not answer, or there is no room for it.
    pub async fn source(&self, id: UploadId) -> Result<Source, UploadError> {
        let mut pieces = sqlx::query_scalar!(
            "select c.bytes from uploads u join upload_chunks c on c.merchant_id = $2 and c.upload_id = u.id
             where u.id = $1 and u.merchant_id = $2 and (u.staff_id = $3 or u.source_id is not null) order by c.start",
            id.uuid(),
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
        )
        .fetch(self.scope.pool());
        let mut file = tempfile::tempfile().map_err(UploadError::Room)?;
        while let Some(piece) = pieces.try_next().await? {
            file.write_all(&piece).map_err(UploadError::Room)?;
        }
        Source::file(file).map_err(UploadError::Room)
    }

    /// Says what the person says of the file. What was found under other choices is forgotten. For a file that was
    /// fetched it is said of the next ones too, but for what was agreed to: that is about this file.
    ///
    /// # Errors
    /// When there is no such upload, it is being imported or was, or the database does not answer.
    pub async fn choose(&self, id: UploadId, choices: &Choices) -> Result<(), UploadError> {
        let each_time = Choices { agreed: Vec::new(), ..choices.clone() };
        let chosen = sqlx::query_scalar!(
            r#"with chosen as (
                   update uploads set choices = $4, found = null, shown = null, work = null, work_id = null,
                          interrupted = false
                   where id = $1 and merchant_id = $2 and (staff_id = $3 or source_id is not null) and applied_at is null
                         and not coalesce(work = 'apply' and work_beat > now() - make_interval(secs => $5), false)
                   returning source_id
               ), kept as (
                   update catalog_sources s set choices = $6 from chosen
                   where s.merchant_id = $2 and s.id = chosen.source_id
               )
               select count(*) as "count!" from chosen"#,
            id.uuid(),
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
            Json(choices) as _,
            DEAD_AFTER_SECONDS,
            Json(each_time) as _,
        )
        .fetch_one(self.scope.pool())
        .await?;
        match chosen {
            0 => self.find(id).await.and(Err(UploadError::Busy)),
            _ => Ok(()),
        }
    }

    /// Throws an upload away. One that is being imported stays.
    ///
    /// # Errors
    /// When there is no such upload, it is being imported, or the database does not answer.
    pub async fn discard(&self, id: UploadId) -> Result<(), UploadError> {
        let gone = sqlx::query!(
            "delete from uploads where id = $1 and merchant_id = $2 and (staff_id = $3 or source_id is not null)
                    and not coalesce(work = 'apply' and work_beat > now() - make_interval(secs => $4), false)",
            id.uuid(),
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
            DEAD_AFTER_SECONDS,
        )
        .execute(self.scope.pool())
        .await?;
        match gone.rows_affected() {
            0 => self.find(id).await.and(Err(UploadError::Busy)),
            _ => Ok(()),
        }
    }

    /// Takes an upload to work on it, unless a server that lives is at it, or it was imported; to apply it, only as it
    /// was `shown`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(
        &self,
        id: UploadId,
        work: Work,
        shown: Option<Fingerprint>,
    ) -> Result<Option<Claimed>, UploadError> {
        let number = id_of_work();
        let claimed = sqlx::query!(
            "update uploads set work = $4, work_id = $5, work_beat = now(), work_done = 0, work_total = 0,
                    interrupted = $4 = 'look' and (interrupted or coalesce(work = 'apply', false))
             where id = $1 and merchant_id = $2 and (staff_id = $3 or source_id is not null) and applied_at is null
                   and bytes_received = bytes_total and ($4 = 'look' or shown = $6)
                   and (work is null or work_beat < now() - make_interval(secs => $7))
             returning file_name, choices, found",
            id.uuid(),
            self.scope.merchant().uuid(),
            self.person.map(StaffId::uuid),
            work.word(),
            number,
            shown.as_ref().map(|shown| shown.bytes().as_slice()),
            DEAD_AFTER_SECONDS,
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(claimed.map(|row| Claimed {
            id,
            name: row.file_name,
            work,
            choices: serde_json::from_value(row.choices).unwrap_or_default(),
            found: row.found.and_then(|found| serde_json::from_value(found).ok()),
            number,
        }))
    }

    /// A sign of life, and how far the work has come.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn beat(&self, claimed: &Claimed, done: usize, total: usize) -> Result<(), UploadError> {
        sqlx::query!(
            "update uploads set work_beat = now(), work_done = $4, work_total = $5
             where id = $1 and merchant_id = $2 and work_id = $3",
            claimed.id.uuid(),
            self.scope.merchant().uuid(),
            claimed.number,
            i32::try_from(done).unwrap_or(i32::MAX),
            i32::try_from(total).unwrap_or(i32::MAX),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }

    /// Ends the work with what was found. Whoever lost the claim meanwhile writes nothing. What could not be read back
    /// would be looked for again and again, so it counts as failed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle(&self, claimed: &Claimed, choices: &Choices, found: &Found) -> Result<(), UploadError> {
        let applied = claimed.work == Work::Apply
            && matches!(found, Found::Catalog { report }
                if matches!(report.outcome, Outcome::Applied | Outcome::Unchanged));
        let mut kept = serde_json::to_value(found)?;
        if let Err(error) = Found::deserialize(&kept) {
            tracing::error!(upload.id = %claimed.id, %error, "what was found in an upload cannot be read back");
            kept = serde_json::to_value(Found::Failed)?;
        }
        let shown = found.shown(choices);
        sqlx::query!(
            "update uploads
             set work = null, work_id = null, choices = $4, found = $5, shown = $6,
                 applied_at = case when $7 then now() end
             where id = $1 and merchant_id = $2 and work_id = $3",
            claimed.id.uuid(),
            self.scope.merchant().uuid(),
            claimed.number,
            Json(choices) as _,
            kept,
            shown.as_ref().map(|shown| shown.bytes().as_slice()),
            applied,
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }
}

/// A number that no other piece of work has.
fn id_of_work() -> Uuid {
    UploadId::generate().uuid()
}

struct Row {
    id: UploadId,
    file_name: String,
    bytes_total: Option<i64>,
    bytes_received: i64,
    choices: Value,
    found: Option<Value>,
    shown: Option<Fingerprint>,
    work: Option<String>,
    work_done: i32,
    work_total: i32,
    interrupted: bool,
    applied_at: Option<Time>,
    created_at: Time,
    is_alive: bool,
}

impl From<Row> for Upload {
    /// What an older program wrote in other words counts as not said, and as not found.
    fn from(row: Row) -> Self {
        let work = row.work.as_deref().and_then(Work::from_word);
        let (working, left) = if row.is_alive { (work, None) } else { (None, work) };
        Self {
            id: row.id,
            name: row.file_name,
            bytes_total: row.bytes_total,
            bytes_received: row.bytes_received,
            choices: serde_json::from_value(row.choices).unwrap_or_default(),
            found: row.found.and_then(|found| serde_json::from_value(found).ok()),
            shown: row.shown,
            working: working.map(|work| Working { work, done: row.work_done, total: row.work_total }),
            left,
            interrupted: row.interrupted || left == Some(Work::Apply),
            applied_at: row.applied_at,
            created_at: row.created_at,
        }
    }
}

/// Throws away what was uploaded more than a day ago, whosever it is. Gives how many uploads that were. A file that was
/// fetched waits until somebody decides about it, or the next one comes.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(pool: &PgPool) -> Result<u64, sqlx::Error> {
    let swept = sqlx::query!(
        "delete from uploads where created_at < now() - make_interval(secs => $1)
                and (source_id is null or applied_at is not null)
                and not coalesce(work_beat > now() - make_interval(secs => $2), false)",
        KEPT_HOURS * 3600.0,
        DEAD_AFTER_SECONDS,
    );
    Ok(swept.execute(pool).await?.rows_affected())
}
