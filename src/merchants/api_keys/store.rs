//! API keys in the database.
//!
//! A call shows nothing but its key, so [`ApiKeys`] is not scoped; what it returns says whose data the key opens.

use sqlx::PgPool;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ApiKeyId, MerchantId};
use crate::base::money::Currency;
use crate::base::store::Scope;
use crate::merchants::api_keys::{ApiKey, KnownKey, NAME_CHARS_MAX};

/// How many keys a shop may have.
pub const KEYS_MAX: i64 = 20;

/// The keys of one merchant.
#[derive(Clone, Debug)]
pub struct ShopKeys {
    scope: Scope,
}

/// Why a key could not be made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The name is empty or too long.
    #[error("a key's name has 1 to {NAME_CHARS_MAX} letters")]
    Name,
    /// There are too many.
    #[error("there are {KEYS_MAX} keys already; revoke one that is not used")]
    TooMany,
    /// The database does not answer.
    #[error("the API keys could not be read or written")]
    Store(#[from] sqlx::Error),
}

impl ShopKeys {
    /// Those of this scope's merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Makes one. It can be shown now and never again.
    ///
    /// # Errors
    /// When the name will not do, there are too many, or the database does not answer.
    pub async fn add(&self, name: &str) -> Result<ApiKey, KeyError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(KeyError::Name);
        }
        let key = ApiKey::generate();
        let hash = key.hash();
        let added = sqlx::query!(
            "insert into api_keys (id, merchant_id, name, secret_hash)
             select $1, $2, $3, $4
             where (select count(*) from api_keys where merchant_id = $2 and revoked_at is null) < $5",
            key.id().uuid(),
            self.scope.merchant().uuid(),
            name,
            hash.bytes().as_slice(),
            KEYS_MAX,
        )
        .execute(self.scope.pool())
        .await?;
        if added.rows_affected() == 0 { Err(KeyError::TooMany) } else { Ok(key) }
    }

    /// Those that open something, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self) -> Result<Vec<KnownKey>, KeyError> {
        let keys = sqlx::query_as!(
            KnownKey,
            r#"select id as "id: ApiKeyId", name, created_at, last_used_at from api_keys
               where merchant_id = $1 and revoked_at is null order by created_at, id"#,
            self.scope.merchant().uuid(),
        );
        Ok(keys.fetch_all(self.scope.pool()).await?)
    }

    /// Lets a key open nothing any more; says whether it did until now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revoke(&self, id: ApiKeyId) -> Result<bool, KeyError> {
        let revoked = sqlx::query!(
            "update api_keys set revoked_at = now() where merchant_id = $1 and id = $2 and revoked_at is null",
            self.scope.merchant().uuid(),
            id.uuid(),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(revoked.rows_affected() == 1)
    }
}

/// Whoever calls with a key that is one.
#[derive(Clone, Debug)]
pub struct Caller {
    /// With which key.
    pub key: ApiKeyId,
    /// The slice of data it opens.
    pub scope: Scope,
    /// What the shop sells in.
    pub currency: Currency,
}

/// The keys of all merchants.
#[derive(Clone, Debug)]
pub struct ApiKeys {
    pool: PgPool,
}

impl ApiKeys {
    /// The keys of a database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Who calls with this key; nobody when it is none of ours, was revoked, or its secret is wrong.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn caller(&self, shown: &ApiKey) -> Result<Option<Caller>, KeyError> {
        let row = sqlx::query!(
            r#"select k.merchant_id as "merchant: MerchantId", k.secret_hash as "hash: Fingerprint",
                      m.currency as "currency: Currency",
                      coalesce(k.last_used_at < now() - interval '1 minute', true) as "unnoted!"
               from api_keys k join merchants m on m.id = k.merchant_id
               where k.id = $1 and k.revoked_at is null"#,
            shown.id().uuid(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row.filter(|row| shown.is(&row.hash)) else { return Ok(None) };
        if row.unnoted {
            sqlx::query!(
                "update api_keys set last_used_at = now() where merchant_id = $1 and id = $2",
                row.merchant.uuid(),
                shown.id().uuid(),
            )
            .execute(&self.pool)
            .await?;
        }
        let scope = Scope::new(self.pool.clone(), row.merchant);
        Ok(Some(Caller { key: shown.id(), scope, currency: row.currency }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fresh_database;

    async fn shop(pool: &PgPool, slug: &str) -> Scope {
        let merchant = MerchantId::generate();
        sqlx::query(
            "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
             values ($1, $2, $2, 'MXN', 'es-MX', 'UTC', '{}')",
        )
        .bind(merchant.uuid())
        .bind(slug)
        .execute(pool)
        .await
        .unwrap();
        Scope::new(pool.clone(), merchant)
    }

    #[tokio::test]
    async fn a_key_opens_its_own_shop_until_it_is_revoked_and_its_secret_is_kept_nowhere() {
        let pool = fresh_database().await;
        let (one, other) = (shop(&pool, "one").await, shop(&pool, "other").await);
        let key = ShopKeys::of(&one).add("Till").await.unwrap();
        let keys = ApiKeys::new(pool.clone());
        let caller = keys.caller(&key.reveal().parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(caller.scope.merchant(), one.merchant());
        let listed = ShopKeys::of(&one).list().await.unwrap();
        assert_eq!((listed.len(), listed[0].name.as_str()), (1, "Till"));
        assert!(listed[0].last_used_at.is_some());

        let row: String = sqlx::query_scalar("select k::text from api_keys k").fetch_one(&pool).await.unwrap();
        let shown = key.reveal();
        // A secret may have this sign in it too.
        let secret = shown.splitn(3, '_').nth(2).unwrap();
        assert!(!row.contains(secret) && !row.contains(&hex::encode(secret)), "{row}");

        assert!(!ShopKeys::of(&other).revoke(key.id()).await.unwrap(), "another shop's");
        assert!(ShopKeys::of(&one).revoke(key.id()).await.unwrap());
        assert!(keys.caller(&key).await.unwrap().is_none());
        assert!(ShopKeys::of(&one).list().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_wrong_secret_opens_nothing_and_names_and_numbers_have_limits() {
        let pool = fresh_database().await;
        let shop = ShopKeys::of(&shop(&pool, "one").await);
        let key = shop.add("Till").await.unwrap();
        let forged = format!("trato_{}_{}", key.id().uuid().simple(), crate::base::secret::random_token());
        assert!(ApiKeys::new(pool).caller(&forged.parse().unwrap()).await.unwrap().is_none());
        for bad in ["", "  ", &"x".repeat(61), "a\nb"] {
            assert!(matches!(shop.add(bad).await, Err(KeyError::Name)), "{bad:?}");
        }
        for n in 1..KEYS_MAX {
            shop.add(&format!("Key {n}")).await.unwrap();
        }
        assert!(matches!(shop.add("One more").await, Err(KeyError::TooMany)));
    }
}
