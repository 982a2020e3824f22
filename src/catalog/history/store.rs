//! Reads what is on sale and what was imported.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::base::ids::ImportId;
use crate::base::store::Scope;
use crate::catalog::history::{Did, OnSale, Past};
use crate::catalog::undo::standing::{Facts, Standing};

/// The past of one merchant's catalog.
#[derive(Clone, Debug)]
pub struct History {
    scope: Scope,
}

impl History {
    /// That of this scope's merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// How much is on sale.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn on_sale(&self) -> Result<OnSale, sqlx::Error> {
        sqlx::query_as!(
            OnSale,
            r#"select count(distinct p.id) as "products!", count(v.id) as "variants!"
               from products p join variants v on v.merchant_id = $1 and v.product_id = p.id and not v.archived
               where p.merchant_id = $1 and p.status = 'active'"#,
            self.scope.merchant().uuid(),
        )
        .fetch_one(self.scope.pool())
        .await
    }

    /// The last imports, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn imports(&self, limit: i64) -> Result<Vec<Past>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"with newest as (
                   select i.id from imports i
                   where i.merchant_id = $1 and i.applied and i.undoes is null
                         and not exists (select from imports u where u.merchant_id = $1 and u.undoes = i.id)
                   order by i.created_at desc, i.id desc limit 1
               )
               select i.id as "id: ImportId", i.file_name, i.created_at, s.name as "by?", i.report->'outcome' as outcome,
                      i.report->'counts' as counts, i.report->'reading'->'refused_rows' as refused_rows,
                      i.applied, i.undoes is not null as "is_undo!",
                      exists (select from imports u where u.merchant_id = $1 and u.undoes = i.id) as "undone!",
                      i.id in (select id from newest) as "newest!", i.undo_until,
                      coalesce(i.undo_until > now(), false) as "kept!"
               from imports i left join staff s on s.merchant_id = $1 and s.id = i.staff_id
               where i.merchant_id = $1 order by i.created_at desc, i.id desc limit $2"#,
            self.scope.merchant().uuid(),
            limit,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let past = rows.into_iter().map(|row| Past {
            id: row.id,
            file: row.file_name,
            at: row.created_at,
            by: row.by,
            did: if row.is_undo {
                Did::Undo { counts: read(row.counts).unwrap_or_default() }
            } else {
                Did::Import {
                    outcome: read(row.outcome),
                    counts: read(row.counts).unwrap_or_default(),
                    refused_rows: read(row.refused_rows).unwrap_or_default(),
                }
            },
            standing: Standing::of(Facts {
                applied: row.applied,
                is_undo: row.is_undo,
                undone: row.undone,
                newest: row.newest,
                until: row.undo_until,
                kept: row.kept,
            }),
        });
        Ok(past.collect())
    }
}

/// A report of an older program may say less, or in other words; the rest of it is shown all the same.
fn read<T: DeserializeOwned>(value: Option<Value>) -> Option<T> {
    serde_json::from_value(value?).ok()
}
