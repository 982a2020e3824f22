//! Applies delivery reports.

use crate::base::ids::MerchantId;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::channels::whatsapp::codes::MEDIA;
use crate::outbox::store::Outbox;

/// The worker.
#[derive(Clone, Debug)]
pub struct Reports {
    connections: Connections,
}

/// Reports applied by one statement; more than these are waiting when it is full.
const BATCH: i64 = 1000;

impl Reports {
    /// A worker on this database.
    #[must_use]
    pub const fn new(connections: Connections) -> Self {
        Self { connections }
    }

    /// Applies all reports of a merchant that wait.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run(&self, merchant: MerchantId) -> anyhow::Result<()> {
        let outbox = Outbox::of(&Scope::new(self.connections.clone(), merchant));
        while outbox.apply_reports(&MEDIA).await? >= BATCH {}
        Ok(())
    }
}
