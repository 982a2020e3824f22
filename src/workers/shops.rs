//! Shops as the workers and tools need them: a merchant's rules as values, its stores as handles, its payment
//! account behind `checkout::PaymentLinks`. Kept for a while, because every job needs one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use chrono_tz::Tz;
use moka::future::Cache;
use secrecy::SecretString;

use crate::base::ids::{ChannelId, MerchantId};
use crate::base::money::{Currency, Money};
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::cart::store::Carts;
use crate::catalog::finder::Finder;
use crate::catalog::merchandising::Merchandising;
use crate::checkout::store::Orders;
use crate::merchants::merchant::Merchant;
use crate::merchants::policies::{Policies, TaxMode, Topic};
use crate::merchants::store::Merchants;
use crate::pricing::negotiation::policy::Policy;
use crate::pricing::negotiation::settings::Settings;
use crate::pricing::negotiation::store::Negotiations;
use crate::pricing::rules::{RulesFile, ShopRules};
use crate::pricing::shipping::ShippingPolicy;
use crate::pricing::store::Coupons;
use crate::pricing::store::quotes::Quotes;
use crate::pricing::tax::{ShippingTax, TaxMode as PricedTax, TaxPolicy};
use crate::stripe::client::Stripe;
use crate::tools::shop::{Addresses, Bargaining, Payments, Rules, Shop};
use crate::tools::store::Effects;

/// How long a shop's settings are believed without asking again.
const KEPT: Duration = Duration::from_secs(20);

/// Finds shops.
#[derive(Clone)]
pub struct Shops {
    connections: Connections,
    merchants: Merchants,
    links: Links,
    finder: Finder,
    open: Cache<MerchantId, Arc<OpenShop>>,
    tokens: Cache<ChannelId, SecretString>,
}

/// How payment accounts and public addresses are made.
#[derive(Clone)]
pub struct Links {
    /// The payment provider.
    pub stripe: Stripe,
    /// How shoppers' browsers reach us, without a slash at the end.
    pub public_url: String,
}

/// A shop with what workers need beside the tools' view of it.
#[derive(Debug)]
pub struct OpenShop {
    /// The merchant.
    pub merchant: Merchant,
    /// What its tools work with.
    pub shop: Shop,
}

impl fmt::Debug for Shops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shops").finish_non_exhaustive()
    }
}

impl Shops {
    /// The shops of this database.
    #[must_use]
    pub fn new(connections: Connections, merchants: Merchants, links: Links, finder: Finder) -> Self {
        let open = Cache::builder().max_capacity(10_000).time_to_live(KEPT).build();
        let tokens = Cache::builder().max_capacity(10_000).time_to_live(KEPT).build();
        Self { connections, merchants, links, finder, open, tokens }
    }

    /// One merchant's slice of the database.
    #[must_use]
    pub fn scope(&self, merchant: MerchantId) -> Scope {
        Scope::new(self.connections.clone(), merchant)
    }

    /// A shop.
    ///
    /// # Errors
    /// When there is no such merchant, its credentials do not open, or the database does not answer.
    pub async fn get(&self, id: MerchantId) -> anyhow::Result<Arc<OpenShop>> {
        if let Some(open) = self.open.get(&id).await {
            return Ok(open);
        }
        let merchant = self.merchants.by_id(id).await?.with_context(|| format!("there is no {id}"))?;
        let account = self.merchants.stripe_account(id).await?;
        let payments = match account {
            None => None,
            Some(account) => Some(Payments {
                links: Arc::new(self.links.stripe.account(account.api_key)),
                livemode: account.livemode,
            }),
        };
        let learned = Negotiations::of(&self.scope(id)).policy().await?;
        let shop = self.opened(&merchant, payments, learned)?;
        let open = Arc::new(OpenShop { merchant, shop });
        self.open.insert(id, Arc::clone(&open)).await;
        Ok(open)
    }

    /// The token that may send on a merchant's channel.
    ///
    /// # Errors
    /// When there is no such channel, its token does not open, or the database does not answer.
    pub async fn channel_token(&self, id: ChannelId) -> anyhow::Result<SecretString> {
        if let Some(token) = self.tokens.get(&id).await {
            return Ok(token);
        }
        let channel = self.merchants.channel(id).await?.with_context(|| format!("there is no {id}"))?;
        let token = self.merchants.channel_token(&channel).await?;
        self.tokens.insert(id, token.clone()).await;
        Ok(token)
    }

    fn opened(
        &self,
        merchant: &Merchant,
        payments: Option<Payments>,
        learned: Option<Policy>,
    ) -> anyhow::Result<Shop> {
        let scope = self.scope(merchant.id);
        let url = &self.links.public_url;
        Ok(Shop {
            name: merchant.name.clone(),
            currency: merchant.currency,
            locale: merchant.locale,
            rules: rules(merchant, learned)?,
            addresses: Addresses {
                media: format!("{url}/media/{}", merchant.slug),
                success: format!("{url}/paid/{}?session={{CHECKOUT_SESSION_ID}}", merchant.slug),
                cancel: format!("{url}/not-paid/{}", merchant.slug),
            },
            policies: policies(merchant),
            carts: Carts::of(&scope),
            coupons: Coupons::of(&scope),
            quotes: Quotes::of(&scope),
            negotiations: Negotiations::of(&scope),
            orders: Orders::of(&scope),
            effects: Effects::of(&scope),
            finder: self.finder.clone(),
            payments,
            scope,
        })
    }
}

fn rules(merchant: &Merchant, learned: Option<Policy>) -> anyhow::Result<Rules> {
    let expiry = TimeDelta::minutes(i64::from(merchant.policies.order_expiry_minutes.minutes()));
    let pricing = pricing(&merchant.policies, merchant.currency, merchant.time_zone);
    let bargaining = Bargaining { settings: bargaining(&merchant.policies)?, learned };
    let merchandising = Arc::new(merchandising(&merchant.policies)?);
    Ok(Rules { pricing: Arc::new(pricing?), bargaining: Arc::new(bargaining), merchandising, order_expiry: expiry })
}

/// What a shop decided about searches, by what its `[search]` says.
///
/// # Errors
/// When it cannot be used, with what is wrong.
pub fn merchandising(policies: &Policies) -> anyhow::Result<Merchandising> {
    Merchandising::read(&policies.search).context("what [search] says cannot be used")
}

/// Whether and how far a shop bargains, by what its `[bargaining]` says; not at all when it says nothing.
///
/// # Errors
/// When it cannot be used, with the key that is wrong.
pub fn bargaining(policies: &Policies) -> anyhow::Result<Settings> {
    Settings::read(&policies.bargaining).context("the bargaining cannot be used")
}

/// What things cost at a shop: its simple rules for shipping and tax, and what its `[pricing]` says beside.
///
/// # Errors
/// When its pricing cannot be used, with every mistake in it.
pub fn pricing(policies: &Policies, currency: Currency, zone: Tz) -> anyhow::Result<ShopRules> {
    let (shipping, tax) = (policies.shipping, policies.tax);
    let money = |minor| Money::new(minor, currency);
    let flat = ShippingPolicy::flat(money(shipping.flat_minor()), shipping.free_above_minor().map(money));
    let mode = if tax.mode() == TaxMode::Included { PricedTax::Included } else { PricedTax::Added };
    let on_shipping = if tax.on_shipping() { ShippingTax::Standard } else { ShippingTax::Free };
    let tax = TaxPolicy::single(tax.rate(), mode, on_shipping)?;
    Ok(RulesFile::read(&policies.pricing)?.of_shop(currency, zone, flat, tax)?)
}

fn policies(merchant: &Merchant) -> Vec<(String, String)> {
    let texts = &merchant.policies.texts;
    Topic::ALL
        .into_iter()
        .filter_map(|topic| texts.on(topic).map(|text| (topic.as_str().to_owned(), text.to_owned())))
        .collect()
}
