//! Setting a shop up: from its `shop.toml`, its WhatsApp number, its Stripe account.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::TimeDelta;
use secrecy::SecretString;

use crate::base::ids::MerchantId;
use crate::base::money::{Currency, Money};
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::merchants::credentials::{BadCredential, StripeKey, WebhookSecret, WhatsappNumber};
use crate::merchants::shop_file::coupons::{CouponRule, TakesOff};
use crate::merchants::shop_file::{ShopFile, read_shop_file};
use crate::merchants::store::Merchants;
use crate::pricing::coupon::{Coupon, Reduction};
use crate::pricing::rules::ShopRules;
use crate::pricing::store::Coupons;
use crate::workers::shops::{bargaining, merchandising, pricing};

/// What connects a shop to the world; each part may come later.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    /// WhatsApp's id of the number, the number as people read it, its token.
    pub whatsapp: Option<(String, String, SecretString)>,
    /// The Stripe key and the secrets of its webhook.
    pub stripe: Option<(SecretString, Vec<SecretString>)>,
}

/// The same, read and found well-formed: what can be wrong with it is known before anything is written.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    whatsapp: Option<WhatsappNumber>,
    stripe: Option<(StripeKey, Vec<WebhookSecret>)>,
}

impl Connections {
    /// Reads the credentials.
    ///
    /// # Errors
    /// When one is malformed or missing, in a sentence that says where to find the right one.
    pub fn read(&self) -> anyhow::Result<Credentials> {
        let whatsapp = self.whatsapp.as_ref().map(|(id, number, token)| WhatsappNumber::new(id, number, token));
        let stripe = self.stripe.as_ref().map(|(key, secrets)| {
            let secrets = secrets.iter().map(WebhookSecret::parse).collect::<Result<Vec<_>, _>>()?;
            if secrets.is_empty() {
                return Err(BadCredential::NoWebhookSecret);
            }
            Ok((StripeKey::parse(key)?, secrets))
        });
        Ok(Credentials { whatsapp: whatsapp.transpose()?, stripe: stripe.transpose()? })
    }
}

/// Reads a shop's file.
///
/// # Errors
/// When it cannot be read; every mistake in it is told at once.
pub fn read(path: &PathBuf) -> anyhow::Result<ShopFile> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let file = read_shop_file(&path.display().to_string(), &text)?;
    rules(&file).with_context(|| format!("reading {}", path.display()))?;
    Ok(file)
}

/// Adds a shop, or brings one that is there up to its file: a coupon that the file no longer has holds no longer.
///
/// # Errors
/// When the file has another currency than the shop, or the database does not answer.
pub async fn set_up(
    merchants: &Merchants,
    scope_of: impl Fn(MerchantId) -> Scope,
    file: &ShopFile,
) -> anyhow::Result<MerchantId> {
    let rules = rules(file)?;
    let merchant = match merchants.by_slug(&file.shop.slug).await? {
        Some(there) => {
            anyhow::ensure!(
                there.currency == file.shop.currency,
                "`{0}` sells in {1}, and a shop's currency does not change: put `currency = \"{1}\"` back, or choose \
                 another short name for a shop in {2}",
                there.slug,
                there.currency,
                file.shop.currency,
            );
            merchants.update(there.id, &file.shop).await?;
            there.id
        }
        None => merchants.add(&file.shop).await?,
    };
    let coupons = Coupons::of(&scope_of(merchant));
    coupons.set_limits(&rules.promotions, file.shop.currency).await?;
    for rule in &file.coupons {
        coupons.set(&coupon(rule, file.shop.currency)).await?;
    }
    coupons.end_others(&file.coupons.iter().map(|rule| rule.code.clone()).collect::<Vec<_>>()).await?;
    Ok(merchant)
}

/// What the file says of prices, or every mistake in it; what it says of bargaining and of searches is read too.
fn rules(file: &ShopFile) -> anyhow::Result<ShopRules> {
    bargaining(&file.shop.policies)?;
    merchandising(&file.shop.policies)?;
    let rules = pricing(&file.shop.policies, file.shop.currency, file.shop.time_zone)?;
    rules.check_coupons(file.coupons.iter().map(|rule| &rule.code))?;
    Ok(rules)
}

/// Connects a shop.
///
/// # Errors
/// When its number is another shop's, or the database does not answer.
pub async fn connect(merchants: &Merchants, merchant: MerchantId, with: &Credentials) -> anyhow::Result<()> {
    if let Some(number) = &with.whatsapp {
        merchants.connect_whatsapp(merchant, number).await?;
    }
    if let Some((key, secrets)) = &with.stripe {
        merchants.connect_stripe(merchant, key, secrets).await?;
    }
    Ok(())
}

/// A merchant by its short name.
///
/// # Errors
/// When there is none, in a sentence that says how to add it.
pub async fn find(merchants: &Merchants, slug: &Slug) -> anyhow::Result<crate::merchants::merchant::Merchant> {
    let found = merchants.by_slug(slug).await?;
    found.with_context(|| format!("there is no shop `{slug}`; add it with: trato merchant add --file shop.toml"))
}

fn coupon(rule: &CouponRule, currency: Currency) -> Coupon {
    Coupon {
        code: rule.code.clone(),
        reduction: match rule.takes_off {
            TakesOff::Percent(percent) => Reduction::Percent(percent),
            TakesOff::AmountMinor(minor) => Reduction::Amount(Money::new(minor, currency)),
        },
        minimum: Money::new(rule.minimum_minor, currency),
        valid_from: rule.valid_from,
        // The file names the first moment it no longer holds, a coupon the last one it does.
        valid_until: rule.valid_until.map(|end| end - TimeDelta::microseconds(1)),
        limit_total: rule.limit_total,
        limit_per_shopper: rule.limit_per_shopper,
    }
}
