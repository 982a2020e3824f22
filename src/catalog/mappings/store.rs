//! Keeps mappings by the names of a file's columns: [`crate::catalog::import::glance::Glance::key`].

use sqlx::types::Json;

use crate::base::fingerprint::Fingerprint;
use crate::base::store::Scope;

/// The mappings of one merchant.
#[derive(Clone, Debug)]
pub struct Mappings {
    scope: Scope,
}

impl Mappings {
    /// Those of this scope's merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Whether there are any: a file need not be looked at for nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn are_there(&self) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar!(
            r#"select exists (select from catalog_mappings where merchant_id = $1) as "any!""#,
            self.scope.merchant().uuid(),
        )
        .fetch_one(self.scope.pool())
        .await
    }

    /// What the columns of such a file mean.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find(&self, columns: Fingerprint) -> Result<Option<Vec<(String, String)>>, sqlx::Error> {
        let mapping = sqlx::query_scalar!(
            "select mapping from catalog_mappings where merchant_id = $1 and columns = $2",
            self.scope.merchant().uuid(),
            columns.bytes().as_slice(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(mapping.and_then(|mapping| serde_json::from_value(mapping).ok()))
    }

    /// Remembers what the columns of such a file mean.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remember(&self, columns: Fingerprint, mapping: &[(String, String)]) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "insert into catalog_mappings (merchant_id, columns, mapping) values ($1, $2, $3)
             on conflict (merchant_id, columns) do update set mapping = excluded.mapping, updated_at = now()",
            self.scope.merchant().uuid(),
            columns.bytes().as_slice(),
            Json(mapping) as _,
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }
}
