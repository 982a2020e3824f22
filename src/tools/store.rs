//! What a tool call that changes something answered the first time.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::agent::entry::ToolResult;
use crate::base::store::Scope;
use crate::tools::asked::Asked;

/// One merchant's record of effects.
#[derive(Clone, Debug)]
pub struct Effects {
    scope: Scope,
}

impl Effects {
    /// The record of one merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// What this call answered, if it was made before. Only a resumed turn can have made it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn before(&self, asked: &Asked<'_>) -> Result<Option<ToolResult>, sqlx::Error> {
        if !asked.resumed {
            return Ok(None);
        }
        let found = sqlx::query_scalar!(
            r#"select result as "result: Json<ToolResult>" from tool_effects
               where turn_id = $1 and call_id = $2 and merchant_id = $3"#,
            asked.turn.uuid(),
            asked.call,
            self.scope.merchant().uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(found.map(|result| result.0))
    }

    /// Records what this call answers, inside the transaction that makes the change.
    ///
    /// # Errors
    /// When the database does not answer, or the call was made before.
    pub async fn record(
        &self,
        connection: &mut PgConnection,
        asked: &Asked<'_>,
        result: &ToolResult,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "insert into tool_effects (turn_id, call_id, merchant_id, result) values ($1, $2, $3, $4)",
            asked.turn.uuid(),
            asked.call,
            self.scope.merchant().uuid(),
            Json(result) as _,
        )
        .execute(connection)
        .await
        .map(|_| ())
    }
}
