//! What an index is made of, and what the database knows about words.

use std::sync::Arc;

use crate::base::ids::{MerchantId, ProductId};
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::index::forms::Forms;
use crate::catalog::index::{Builder, Label, ShopIndex, Version};

/// How many products one statement reads.
const PAGE: i64 = 2_000;

/// What an index is made of could not be read. Whoever waited for the same index is told the same.
#[derive(Clone, Debug, thiserror::Error)]
#[error("what products are found by could not be read")]
pub struct NotRead(#[source] Arc<sqlx::Error>);

impl From<sqlx::Error> for NotRead {
    fn from(error: sqlx::Error) -> Self {
        Self(Arc::new(error))
    }
}

/// Reads what the index of one merchant's products is made of.
#[derive(Clone, Copy, Debug)]
pub struct Indexed<'a> {
    scope: &'a Scope,
}

impl<'a> Indexed<'a> {
    /// The products of this scope's merchant.
    #[must_use]
    pub const fn of(scope: &'a Scope) -> Self {
        Self { scope }
    }

    /// The index of what is on sale now. What changes while it is read makes it older than the shop: the next search
    /// sees that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(&self) -> Result<ShopIndex, NotRead> {
        let version = self.version().await?;
        let mut builder = Builder::default();
        let mut after = String::new();
        loop {
            let rows = sqlx::query!(
                r#"select id as "id: ProductId", handle, title, brand, category, tsvectorsend(search) as "entry!",
                          search_text
                   from products
                   where merchant_id = $1 and handle > $2 and status = 'active'
                   order by handle limit $3"#,
                self.scope.merchant().uuid(),
                after,
                PAGE,
            )
            .fetch_all(self.scope.pool())
            .await?;
            let Some(last) = rows.last() else {
                return aside(move || builder.build(version)).await;
            };
            after.clone_from(&last.handle);
            builder = aside(move || {
                for row in &rows {
                    let (handle, title) = (row.handle.as_str(), row.title.as_str());
                    let label = Label { handle, title, brand: &row.brand, category: &row.category };
                    builder.add(row.id, label, &row.entry, &row.search_text);
                }
                builder
            })
            .await?;
        }
    }

    async fn version(&self) -> Result<Version, NotRead> {
        let version = sqlx::query_scalar!(
            r#"select coalesce((select version from catalogs where merchant_id = $1), 0) as "version!""#,
            self.scope.merchant().uuid(),
        )
        .fetch_one(self.scope.pool())
        .await?;
        Ok(Version(version))
    }

    /// How each word stands in the index, in the order asked. It is the same in every shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forms(&self, words: &[String]) -> Result<Vec<Forms>, NotRead> {
        let rows = sqlx::query!(
            r#"select asked.word as "word!",
                      tsvector_to_array(to_tsvector('trato_en', asked.word)) as "en!",
                      tsvector_to_array(to_tsvector('trato_es', asked.word)) as "es!",
                      tsvector_to_array(to_tsvector('trato_pt', asked.word)) as "pt!"
               from unnest($1::text[]) with ordinality as asked(word, n) order by asked.n"#,
            words,
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(rows.into_iter().map(|row| Forms::of(&row.word, [row.en, row.es, row.pt])).collect())
    }
}

/// Does what takes long on a thread that answers nobody.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotRead> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)).into())
}

/// The shops with at least so many products on sale, the largest first.
///
/// # Errors
/// When the database fails.
pub async fn large_shops(connections: &Connections, products_min: i64) -> Result<Vec<MerchantId>, NotRead> {
    let merchants = sqlx::query_scalar!(
        r#"select merchant_id as "merchant: MerchantId" from catalogs where products >= $1 order by products desc"#,
        products_min,
    )
    .fetch_all(connections)
    .await?;
    Ok(merchants)
}
