//! Applies delivery reports.

use sqlx::PgPool;

use crate::base::ids::MerchantId;
use crate::base::store::Scope;
use crate::channels::whatsapp::codes::MEDIA;
use crate::outbox::store::Outbox;

/// The worker.
#[derive(Clone, Debug)]
pub struct Reports {
    pool: PgPool,
}

/// Reports applied by one statement; more than these are waiting when it is full.
const BATCH: i64 = 1000;

impl Reports {
    /// A worker on this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Applies all reports of a merchant that wait.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run(&self, merchant: MerchantId) -> anyhow::Result<()> {
        let outbox = Outbox::of(&Scope::new(self.pool.clone(), merchant));
        while outbox.apply_reports(&MEDIA).await? >= BATCH {}
        Ok(())
    }
}
