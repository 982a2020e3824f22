//! The shops of a deployment, their connected numbers and their payment accounts.
//!
//! This store has no [`Scope`](crate::base::store::Scope), because it is where scopes come from: a webhook arrives
//! with Meta's id of a number, and the row found here says whose it is. It holds no shop data: no products, no
//! conversations, no orders. What it keeps of a shop's credentials is sealed, and opens only for that shop.

use chrono_tz::Tz;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;
use sqlx::types::Json;

use crate::base::clock::Time;
use crate::base::ids::{ChannelId, MerchantId};
use crate::base::language::Locale;
use crate::base::money::Currency;
use crate::base::names::Slug;
use crate::merchants::channel::{Channel, ChannelKind};
use crate::merchants::credentials::{BadCredential, StripeAccount, StripeKey, WebhookSecret, WhatsappNumber};
use crate::merchants::merchant::{Merchant, NewMerchant};
use crate::merchants::policies::Policies;
use crate::merchants::sealed::{Keyring, OpenError, Purpose, TooLongToSeal};

/// The shops of this deployment. Belongs to the operator, webhook routing and workers; a page or a tool that serves
/// one shop is given that shop's scope instead.
#[derive(Clone, Debug)]
pub struct Merchants {
    pub(in crate::merchants) pool: PgPool,
    keyring: Keyring,
}

/// Why a shop could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum MerchantsError {
    /// Another shop has that short name.
    #[error("there is already a shop called `{0}`; choose another short name")]
    SlugTaken(Slug),
    /// There is no such shop.
    #[error("there is no shop {0}")]
    NoSuchMerchant(MerchantId),
    /// The number is connected to another shop of this deployment.
    #[error("this number is already connected to another shop")]
    ChannelTaken,
    /// There is no such channel, or it belongs to another shop.
    #[error("there is no channel {0}")]
    NoSuchChannel(ChannelId),
    /// A credential that cannot be kept.
    #[error("the credential cannot be kept")]
    Credential(#[source] BadCredential),
    /// A credential too long to be sealed.
    #[error("the credential cannot be sealed")]
    Seal(#[source] TooLongToSeal),
    /// A credential that was kept and does not open.
    #[error("a credential of {merchant} does not open")]
    Open {
        /// Whose.
        merchant: MerchantId,
        /// Why not.
        source: OpenError,
    },
    /// A row that this version cannot read.
    #[error("the row of {merchant} cannot be read: its {column} is of no kind we know")]
    Unreadable {
        /// Whose.
        merchant: MerchantId,
        /// Which column.
        column: &'static str,
    },
    /// The database did not do it.
    #[error("the database could not {doing}")]
    Database {
        /// What was being attempted.
        doing: &'static str,
        /// Why not.
        source: sqlx::Error,
    },
}

pub(in crate::merchants) fn failed(doing: &'static str) -> impl FnOnce(sqlx::Error) -> MerchantsError {
    move |source| MerchantsError::Database { doing, source }
}

impl Merchants {
    /// The shops in this database, with the keys that open their credentials.
    #[must_use]
    pub const fn new(pool: PgPool, keyring: Keyring) -> Self {
        Self { pool, keyring }
    }

    /// Adds a shop.
    ///
    /// # Errors
    /// When its short name is taken, or the database is away.
    pub async fn add(&self, new: &NewMerchant) -> Result<MerchantId, MerchantsError> {
        let id = MerchantId::generate();
        let added = sqlx::query!(
            "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
             values ($1, $2, $3, $4, $5, $6, $7)",
            id.uuid(),
            new.slug.as_str(),
            new.name,
            new.currency.code(),
            new.locale.to_string(),
            new.time_zone.name(),
            Json(&new.policies) as _,
        )
        .execute(&self.pool)
        .await;
        match added {
            Ok(_) => Ok(id),
            Err(error) if broke(&error, "merchants_slug_is_unique") => {
                Err(MerchantsError::SlugTaken(new.slug.clone()))
            }
            Err(error) => Err(failed("add a shop")(error)),
        }
    }

    /// The shop with this short name.
    ///
    /// # Errors
    /// When its row cannot be read, or the database is away.
    pub async fn by_slug(&self, slug: &Slug) -> Result<Option<Merchant>, MerchantsError> {
        let row = sqlx::query_as!(
            MerchantRow,
            r#"select id as "id: MerchantId", slug as "slug: Slug", name, currency as "currency: Currency",
                      locale as "locale: Locale", time_zone, policies as "policies: Json<Policies>", created_at
               from merchants where slug = $1"#,
            slug.as_str(),
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("find a shop by its short name"))?;
        row.map(MerchantRow::read).transpose()
    }

    /// The shop with this id.
    ///
    /// # Errors
    /// When its row cannot be read, or the database is away.
    pub async fn by_id(&self, id: MerchantId) -> Result<Option<Merchant>, MerchantsError> {
        let row = sqlx::query_as!(
            MerchantRow,
            r#"select id as "id: MerchantId", slug as "slug: Slug", name, currency as "currency: Currency",
                      locale as "locale: Locale", time_zone, policies as "policies: Json<Policies>", created_at
               from merchants where id = $1"#,
            id.uuid(),
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("find a shop by its id"))?;
        row.map(MerchantRow::read).transpose()
    }

    /// Every shop, by short name.
    ///
    /// # Errors
    /// When a row cannot be read, or the database is away.
    pub async fn list(&self) -> Result<Vec<Merchant>, MerchantsError> {
        let rows = sqlx::query_as!(
            MerchantRow,
            r#"select id as "id: MerchantId", slug as "slug: Slug", name, currency as "currency: Currency",
                      locale as "locale: Locale", time_zone, policies as "policies: Json<Policies>", created_at
               from merchants order by slug"#,
        )
        .fetch_all(&self.pool)
        .await
        .map_err(failed("list the shops"))?;
        rows.into_iter().map(MerchantRow::read).collect()
    }

    /// Brings a shop up to what is said of it; its short name and its currency stay.
    ///
    /// # Errors
    /// When there is no such shop, or the database is away.
    pub async fn update(&self, id: MerchantId, shop: &NewMerchant) -> Result<(), MerchantsError> {
        let done = sqlx::query!(
            "update merchants set name = $2, locale = $3, time_zone = $4, policies = $5 where id = $1",
            id.uuid(),
            shop.name,
            shop.locale.to_string(),
            shop.time_zone.name(),
            Json(&shop.policies) as _,
        )
        .execute(&self.pool)
        .await
        .map_err(failed("change a shop"))?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(MerchantsError::NoSuchMerchant(id)) }
    }

    /// Connects a number to a shop, or gives a connected one its new token.
    ///
    /// # Errors
    /// When there is no such shop, the number is another shop's, or the database is away.
    pub async fn connect_whatsapp(
        &self,
        merchant: MerchantId,
        number: &WhatsappNumber,
    ) -> Result<ChannelId, MerchantsError> {
        let token = self.seal(merchant, Purpose::ChannelToken, number.token())?;
        let connected = sqlx::query_scalar!(
            r#"insert into channels (id, merchant_id, kind, external_id, display_number, access_token_sealed)
               values ($1, $2, $3, $4, $5, $6)
               on conflict on constraint channels_external_id_is_unique do update
               set display_number = excluded.display_number, access_token_sealed = excluded.access_token_sealed
               where channels.merchant_id = excluded.merchant_id
               returning id as "id: ChannelId""#,
            ChannelId::generate().uuid(),
            merchant.uuid(),
            ChannelKind::Whatsapp.as_str(),
            number.phone_number_id(),
            number.display_number(),
            token,
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| no_such_merchant(error, merchant, "connect a number"))?;
        connected.ok_or(MerchantsError::ChannelTaken)
    }

    /// The channel that has this id at its own end: how a webhook learns whose it is. One query; a caller that is
    /// asked often keeps the answer for a while.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn channel_by_external_id(
        &self,
        kind: ChannelKind,
        external_id: &str,
    ) -> Result<Option<Channel>, MerchantsError> {
        let row = sqlx::query_as!(
            ChannelRow,
            r#"select id as "id: ChannelId", merchant_id as "merchant: MerchantId", kind, external_id, display_number
               from channels where kind = $1 and external_id = $2"#,
            kind.as_str(),
            external_id,
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("find a channel by its external id"))?;
        row.map(ChannelRow::read).transpose()
    }

    /// The channel with this id, as conversations name it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn channel(&self, id: ChannelId) -> Result<Option<Channel>, MerchantsError> {
        let row = sqlx::query_as!(
            ChannelRow,
            r#"select id as "id: ChannelId", merchant_id as "merchant: MerchantId", kind, external_id, display_number
               from channels where id = $1"#,
            id.uuid(),
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("find a channel by its id"))?;
        row.map(ChannelRow::read).transpose()
    }

    /// The channels of a shop, the oldest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn channels(&self, merchant: MerchantId) -> Result<Vec<Channel>, MerchantsError> {
        let rows = sqlx::query_as!(
            ChannelRow,
            r#"select id as "id: ChannelId", merchant_id as "merchant: MerchantId", kind, external_id, display_number
               from channels where merchant_id = $1 order by id"#,
            merchant.uuid(),
        )
        .fetch_all(&self.pool)
        .await
        .map_err(failed("list a shop's channels"))?;
        rows.into_iter().map(ChannelRow::read).collect()
    }

    /// The token that may send on this channel.
    ///
    /// # Errors
    /// When the shop has no such channel, its token does not open, or the database is away.
    pub async fn channel_token(&self, channel: &Channel) -> Result<SecretString, MerchantsError> {
        let sealed = sqlx::query_scalar!(
            "select access_token_sealed from channels where id = $1 and merchant_id = $2",
            channel.id.uuid(),
            channel.merchant.uuid(),
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("read a channel's token"))?
        .ok_or(MerchantsError::NoSuchChannel(channel.id))?;
        self.open(channel.merchant, Purpose::ChannelToken, &sealed)
    }

    /// Connects a shop's Stripe account, or replaces its key and secrets. Whether payments are real is what the key
    /// says.
    ///
    /// # Errors
    /// When there is no webhook secret, no such shop, or the database is away.
    pub async fn connect_stripe(
        &self,
        merchant: MerchantId,
        api_key: &StripeKey,
        webhook_secrets: &[WebhookSecret],
    ) -> Result<(), MerchantsError> {
        if webhook_secrets.is_empty() {
            return Err(MerchantsError::Credential(BadCredential::NoWebhookSecret));
        }
        let key = self.seal(merchant, Purpose::StripeApiKey, api_key.secret())?;
        let secrets = self.seal(merchant, Purpose::StripeWebhookSecrets, &joined(webhook_secrets))?;
        sqlx::query!(
            "insert into payment_accounts (merchant_id, api_key_sealed, webhook_secrets_sealed, livemode)
             values ($1, $2, $3, $4)
             on conflict (merchant_id) do update
             set api_key_sealed = excluded.api_key_sealed,
                 webhook_secrets_sealed = excluded.webhook_secrets_sealed,
                 livemode = excluded.livemode",
            merchant.uuid(),
            key,
            secrets,
            api_key.livemode(),
        )
        .execute(&self.pool)
        .await
        .map_err(|error| no_such_merchant(error, merchant, "connect a payment account"))?;
        Ok(())
    }

    /// A shop's Stripe account, if it has connected one.
    ///
    /// # Errors
    /// When its credentials do not open, or the database is away.
    pub async fn stripe_account(&self, merchant: MerchantId) -> Result<Option<StripeAccount>, MerchantsError> {
        let row = sqlx::query!(
            "select api_key_sealed, webhook_secrets_sealed, livemode from payment_accounts where merchant_id = $1",
            merchant.uuid(),
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(failed("read a payment account"))?;
        let Some(row) = row else { return Ok(None) };
        let secrets = self.open(merchant, Purpose::StripeWebhookSecrets, &row.webhook_secrets_sealed)?;
        let secrets: Vec<String> = serde_json::from_str(secrets.expose_secret())
            .map_err(|_| MerchantsError::Unreadable { merchant, column: "webhook_secrets_sealed" })?;
        Ok(Some(StripeAccount {
            api_key: self.open(merchant, Purpose::StripeApiKey, &row.api_key_sealed)?,
            webhook_secrets: secrets.into_iter().map(SecretString::from).collect(),
            livemode: row.livemode,
        }))
    }

    pub(in crate::merchants) fn seal(
        &self,
        merchant: MerchantId,
        purpose: Purpose,
        secret: &SecretString,
    ) -> Result<Vec<u8>, MerchantsError> {
        self.keyring.seal(merchant, purpose, secret).map_err(MerchantsError::Seal)
    }

    pub(in crate::merchants) fn open(
        &self,
        merchant: MerchantId,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<SecretString, MerchantsError> {
        self.keyring.open(merchant, purpose, sealed).map_err(|source| MerchantsError::Open { merchant, source })
    }
}

struct MerchantRow {
    id: MerchantId,
    slug: Slug,
    name: String,
    currency: Currency,
    locale: Locale,
    time_zone: String,
    policies: Json<Policies>,
    created_at: Time,
}

impl MerchantRow {
    fn read(self) -> Result<Merchant, MerchantsError> {
        let unreadable = |_| MerchantsError::Unreadable { merchant: self.id, column: "time_zone" };
        Ok(Merchant {
            time_zone: self.time_zone.parse::<Tz>().map_err(unreadable)?,
            id: self.id,
            slug: self.slug,
            name: self.name,
            currency: self.currency,
            locale: self.locale,
            policies: self.policies.0,
            created_at: self.created_at,
        })
    }
}

struct ChannelRow {
    id: ChannelId,
    merchant: MerchantId,
    kind: String,
    external_id: String,
    display_number: String,
}

impl ChannelRow {
    fn read(self) -> Result<Channel, MerchantsError> {
        let unreadable = |_| MerchantsError::Unreadable { merchant: self.merchant, column: "kind" };
        Ok(Channel {
            kind: self.kind.parse().map_err(unreadable)?,
            id: self.id,
            merchant: self.merchant,
            external_id: self.external_id,
            display_number: self.display_number,
        })
    }
}

/// The secrets as one text, to be sealed as one: several are accepted while one is being rolled.
fn joined(secrets: &[WebhookSecret]) -> SecretString {
    let exposed: Vec<&str> = secrets.iter().map(|secret| secret.secret().expose_secret()).collect();
    serde_json::json!(exposed).to_string().into()
}

fn broke(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::constraint) == Some(constraint)
}

fn no_such_merchant(error: sqlx::Error, merchant: MerchantId, doing: &'static str) -> MerchantsError {
    let missing = ["channels_merchant_id_fkey", "payment_accounts_merchant_id_fkey"];
    if missing.iter().any(|constraint| broke(&error, constraint)) {
        return MerchantsError::NoSuchMerchant(merchant);
    }
    failed(doing)(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::money::BasisPoints;
    use crate::merchants::policies::{ShippingRule, ShippingTax, TaxMode, TaxRule, Words};
    use crate::testing::fresh_database;

    fn keyring(key: &str) -> Keyring {
        Keyring::parse(&format!("1:{}=", key.repeat(43)).into()).unwrap()
    }

    fn merchants(pool: &PgPool) -> Merchants {
        Merchants::new(pool.clone(), keyring("A"))
    }

    fn shop(slug: &str) -> NewMerchant {
        let shipping = ShippingRule::new(9900, Some(99_900)).unwrap();
        let tax = TaxRule::new(BasisPoints(1600), TaxMode::Included, ShippingTax::Charged).unwrap();
        NewMerchant {
            slug: slug.parse().unwrap(),
            name: format!("Shop {slug}"),
            currency: "MXN".parse().unwrap(),
            locale: "es-MX".parse().unwrap(),
            time_zone: Tz::America__Mexico_City,
            policies: Policies::new(shipping, tax),
        }
    }

    fn number(id: &str, token: &str) -> WhatsappNumber {
        WhatsappNumber::new(id, "+52 55 1234 5678", &token.into()).unwrap()
    }

    fn key(prefix: &str) -> StripeKey {
        StripeKey::parse(&format!("{prefix}{}", "a1".repeat(9)).into()).unwrap()
    }

    fn webhook(text: &str) -> WebhookSecret {
        WebhookSecret::parse(&format!("whsec_{}", text.repeat(8)).into()).unwrap()
    }

    #[tokio::test]
    async fn a_shop_is_found_by_slug_id_and_in_the_list() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let id = merchants.add(&shop("beta")).await.unwrap();
        merchants.add(&shop("alpha")).await.unwrap();
        let found = merchants.by_slug(&"Beta".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(found.id, id);
        assert_eq!(found.time_zone, Tz::America__Mexico_City);
        assert_eq!(found.policies, shop("beta").policies);
        assert_eq!(merchants.by_id(id).await.unwrap(), Some(found));
        let slugs: Vec<String> = merchants.list().await.unwrap().iter().map(|one| one.slug.to_string()).collect();
        assert_eq!(slugs, ["alpha", "beta"]);
        assert_eq!(merchants.by_slug(&"gamma".parse().unwrap()).await.unwrap(), None);
        assert_eq!(merchants.by_id(MerchantId::generate()).await.unwrap(), None);
    }

    #[tokio::test]
    async fn two_shops_cannot_share_a_short_name() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        merchants.add(&shop("alpha")).await.unwrap();
        let again = merchants.add(&shop("ALPHA")).await;
        assert!(matches!(again, Err(MerchantsError::SlugTaken(_))), "{again:?}");
    }

    #[tokio::test]
    async fn one_shop_is_brought_up_to_what_is_said_of_it_and_no_other() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let (one, other) =
            (merchants.add(&shop("one")).await.unwrap(), merchants.add(&shop("other")).await.unwrap());
        let mut said = NewMerchant { name: "Uno".to_owned(), ..shop("one") };
        said.policies.introduction.es = Some(Words::new("Hola, soy la asistente virtual.").unwrap());
        merchants.update(one, &said).await.unwrap();
        let there = merchants.by_id(one).await.unwrap().unwrap();
        assert_eq!((there.name, there.policies), (said.name.clone(), said.policies.clone()));
        let unchanged = merchants.by_id(other).await.unwrap().unwrap();
        assert_eq!((unchanged.name, unchanged.policies), (shop("other").name, shop("other").policies));
        let nobody = merchants.update(MerchantId::generate(), &said).await;
        assert!(matches!(nobody, Err(MerchantsError::NoSuchMerchant(_))), "{nobody:?}");
    }

    #[tokio::test]
    async fn policies_with_a_field_nobody_knows_are_not_read() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let id = merchants.add(&shop("one")).await.unwrap();
        sqlx::query("update merchants set policies = policies || '{\"discount_max\": 5}'")
            .execute(&pool)
            .await
            .unwrap();
        assert!(matches!(merchants.by_id(id).await, Err(MerchantsError::Database { .. })));
    }

    #[tokio::test]
    async fn a_webhook_finds_its_shop_by_the_number() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let id = merchants.add(&shop("one")).await.unwrap();
        let channel = merchants.connect_whatsapp(id, &number("1065403522", "EAAone")).await.unwrap();
        let found = merchants.channel_by_external_id(ChannelKind::Whatsapp, "1065403522").await.unwrap().unwrap();
        assert_eq!((found.id, found.merchant), (channel, id));
        assert_eq!(found.display_number, "+52 55 1234 5678");
        assert_eq!(merchants.channel(channel).await.unwrap(), Some(found.clone()));
        assert_eq!(merchants.channels(id).await.unwrap(), vec![found]);
        assert_eq!(merchants.channel_by_external_id(ChannelKind::Whatsapp, "999").await.unwrap(), None);
    }

    #[tokio::test]
    async fn connecting_a_number_again_keeps_the_channel_and_changes_the_token() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let id = merchants.add(&shop("one")).await.unwrap();
        let first = merchants.connect_whatsapp(id, &number("1065403522", "EAAone")).await.unwrap();
        let second = merchants.connect_whatsapp(id, &number("1065403522", "EAAtwo")).await.unwrap();
        assert_eq!(first, second);
        let channel = merchants.channel(first).await.unwrap().unwrap();
        assert_eq!(merchants.channel_token(&channel).await.unwrap().expose_secret(), "EAAtwo");
    }

    #[tokio::test]
    async fn a_number_cannot_be_taken_from_another_shop() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let (one, other) =
            (merchants.add(&shop("one")).await.unwrap(), merchants.add(&shop("other")).await.unwrap());
        let channel = merchants.connect_whatsapp(one, &number("1065403522", "EAAone")).await.unwrap();
        let taken = merchants.connect_whatsapp(other, &number("1065403522", "EAAtwo")).await;
        assert!(matches!(taken, Err(MerchantsError::ChannelTaken)), "{taken:?}");
        let channel = merchants.channel(channel).await.unwrap().unwrap();
        assert_eq!(channel.merchant, one);
        let borrowed = Channel { merchant: other, ..channel };
        assert!(matches!(merchants.channel_token(&borrowed).await, Err(MerchantsError::NoSuchChannel(_))));
        let nobody = merchants.connect_whatsapp(MerchantId::generate(), &number("1065403523", "EAA")).await;
        assert!(matches!(nobody, Err(MerchantsError::NoSuchMerchant(_))), "{nobody:?}");
    }

    #[tokio::test]
    async fn a_stripe_account_reads_back_and_is_replaced() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let id = merchants.add(&shop("one")).await.unwrap();
        assert!(merchants.stripe_account(id).await.unwrap().is_none());
        merchants.connect_stripe(id, &key("sk_test_"), &[webhook("a")]).await.unwrap();
        merchants.connect_stripe(id, &key("rk_live_"), &[webhook("b"), webhook("c")]).await.unwrap();
        let account = merchants.stripe_account(id).await.unwrap().unwrap();
        assert!(account.livemode);
        assert_eq!(account.api_key.expose_secret(), key("rk_live_").secret().expose_secret());
        let secrets: Vec<&str> = account.webhook_secrets.iter().map(SecretString::expose_secret).collect();
        assert_eq!(secrets, ["whsec_bbbbbbbb", "whsec_cccccccc"]);
    }

    #[tokio::test]
    async fn a_stripe_account_needs_a_webhook_secret_and_a_shop() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let id = merchants.add(&shop("one")).await.unwrap();
        let none = merchants.connect_stripe(id, &key("sk_test_"), &[]).await;
        assert!(matches!(none, Err(MerchantsError::Credential(BadCredential::NoWebhookSecret))), "{none:?}");
        let nobody = merchants.connect_stripe(MerchantId::generate(), &key("sk_test_"), &[webhook("a")]).await;
        assert!(matches!(nobody, Err(MerchantsError::NoSuchMerchant(_))), "{nobody:?}");
    }

    #[tokio::test]
    async fn credentials_lie_sealed_and_a_copied_row_does_not_open() {
        let pool = fresh_database().await;
        let merchants = merchants(&pool);
        let (one, other) =
            (merchants.add(&shop("one")).await.unwrap(), merchants.add(&shop("other")).await.unwrap());
        merchants.connect_stripe(one, &key("sk_test_"), &[webhook("a")]).await.unwrap();
        let sealed: Vec<u8> =
            sqlx::query_scalar("select api_key_sealed from payment_accounts").fetch_one(&pool).await.unwrap();
        assert!(!sealed.windows(3).any(|window| window == b"sk_"));
        sqlx::query(
            "insert into payment_accounts (merchant_id, api_key_sealed, webhook_secrets_sealed, livemode)
             select $1, api_key_sealed, webhook_secrets_sealed, livemode from payment_accounts",
        )
        .bind(other)
        .execute(&pool)
        .await
        .unwrap();
        assert!(merchants.stripe_account(one).await.unwrap().is_some());
        let copied = merchants.stripe_account(other).await;
        assert!(matches!(copied, Err(MerchantsError::Open { source: OpenError::Refused, .. })), "{copied:?}");
        let elsewhere = Merchants::new(pool, keyring("E")).stripe_account(one).await;
        assert!(matches!(elsewhere, Err(MerchantsError::Open { .. })), "{elsewhere:?}");
    }
}
