//! Credentials sealed anew, all or none.

use crate::base::ids::{ChannelId, MerchantId};
use crate::merchants::reseal::Resealed;
use crate::merchants::sealed::Purpose;
use crate::merchants::store::{Merchants, MerchantsError, failed};

const DOING: &str = "seal credentials anew";

impl Merchants {
    /// Seals every credential with the first of the keys. Servers go on meanwhile: they hold all the keys.
    ///
    /// # Errors
    /// When one of them does not open with any of the keys, or the database is away; then nothing is changed.
    pub async fn reseal(&self) -> Result<Resealed, MerchantsError> {
        let mut transaction = self.pool.begin().await.map_err(failed(DOING))?;
        let channels = sqlx::query!(
            r#"select id as "id: ChannelId", merchant_id as "merchant: MerchantId", access_token_sealed
               from channels order by id for update"#
        )
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed(DOING))?;
        for row in &channels {
            let token = self.anew(row.merchant, Purpose::ChannelToken, &row.access_token_sealed)?;
            sqlx::query!("update channels set access_token_sealed = $2 where id = $1", row.id.uuid(), token)
                .execute(&mut *transaction)
                .await
                .map_err(failed(DOING))?;
        }
        let accounts = sqlx::query!(
            r#"select merchant_id as "merchant: MerchantId", api_key_sealed, webhook_secrets_sealed
               from payment_accounts order by merchant_id for update"#
        )
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed(DOING))?;
        for row in &accounts {
            let key = self.anew(row.merchant, Purpose::StripeApiKey, &row.api_key_sealed)?;
            let secrets = self.anew(row.merchant, Purpose::StripeWebhookSecrets, &row.webhook_secrets_sealed)?;
            sqlx::query!(
                "update payment_accounts set api_key_sealed = $2, webhook_secrets_sealed = $3 where merchant_id = $1",
                row.merchant.uuid(),
                key,
                secrets,
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed(DOING))?;
        }
        transaction.commit().await.map_err(failed(DOING))?;
        Ok(Resealed { channels: channels.len(), payment_accounts: accounts.len() })
    }

    fn anew(&self, merchant: MerchantId, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, MerchantsError> {
        self.seal(merchant, purpose, &self.open(merchant, purpose, sealed)?)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use sqlx::PgPool;

    use super::*;
    use crate::base::money::BasisPoints;
    use crate::merchants::credentials::{StripeKey, WebhookSecret, WhatsappNumber};
    use crate::merchants::merchant::NewMerchant;
    use crate::merchants::policies::{Policies, ShippingRule, ShippingTax, TaxMode, TaxRule};
    use crate::merchants::sealed::Keyring;
    use crate::testing::fresh_database;

    fn with(pool: &PgPool, keys: &str) -> Merchants {
        let key = |id: &str| format!("{id}:{}=", if id == "1" { "A" } else { "E" }.repeat(43));
        let keys: Vec<String> = keys.split(',').map(key).collect();
        Merchants::new(pool.clone(), Keyring::parse(&keys.join(",").into()).unwrap())
    }

    async fn connected(merchants: &Merchants, slug: &str, number: &str) -> MerchantId {
        let shipping = ShippingRule::new(0, None).unwrap();
        let tax = TaxRule::new(BasisPoints(1600), TaxMode::Included, ShippingTax::Charged).unwrap();
        let shop = NewMerchant {
            slug: slug.parse().unwrap(),
            name: slug.to_owned(),
            currency: "MXN".parse().unwrap(),
            locale: "es-MX".parse().unwrap(),
            time_zone: chrono_tz::America::Mexico_City,
            policies: Policies::new(shipping, tax),
        };
        let id = merchants.add(&shop).await.unwrap();
        let number = WhatsappNumber::new(number, "+52 55 1234 5678", &format!("EAA{slug}").into()).unwrap();
        merchants.connect_whatsapp(id, &number).await.unwrap();
        let key = StripeKey::parse(&format!("sk_test_{}", "a1".repeat(9)).into()).unwrap();
        let secret = WebhookSecret::parse(&"whsec_abcdefgh".into()).unwrap();
        merchants.connect_stripe(id, &key, &[secret]).await.unwrap();
        id
    }

    async fn opens(merchants: &Merchants, id: MerchantId, token: &str) -> bool {
        let channel = merchants.channels(id).await.unwrap().remove(0);
        let opened = merchants.channel_token(&channel).await;
        let account = merchants.stripe_account(id).await;
        opened.is_ok_and(|opened| opened.expose_secret() == token) && account.is_ok_and(|account| account.is_some())
    }

    #[tokio::test]
    async fn after_sealing_anew_the_old_key_may_go() {
        let pool = fresh_database().await;
        let old = with(&pool, "1");
        let (one, other) = (connected(&old, "one", "100200300").await, connected(&old, "other", "100200301").await);
        assert!(!opens(&with(&pool, "2"), one, "EAAone").await);
        let done = with(&pool, "2,1").reseal().await.unwrap();
        assert_eq!(done, Resealed { channels: 2, payment_accounts: 2 });
        let new = with(&pool, "2");
        assert!(opens(&new, one, "EAAone").await && opens(&new, other, "EAAother").await);
        assert!(!opens(&old, one, "EAAone").await);
    }

    #[tokio::test]
    async fn if_one_credential_does_not_open_none_is_changed() {
        let pool = fresh_database().await;
        let old = with(&pool, "1");
        let (one, other) = (connected(&old, "one", "100200300").await, connected(&old, "other", "100200301").await);
        sqlx::query("update payment_accounts set webhook_secrets_sealed = api_key_sealed where merchant_id = $1")
            .bind(other.uuid())
            .execute(&pool)
            .await
            .unwrap();
        assert!(matches!(with(&pool, "2,1").reseal().await, Err(MerchantsError::Open { .. })));
        assert!(opens(&old, one, "EAAone").await);
    }
}
