//! `trato promotion report`: what a promotion really brought, by those who were held out of it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use chrono::{NaiveDate, TimeZone as _, Utc};
use clap::{Args, Subcommand};
use sqlx::PgPool;

use crate::app::merchant;
use crate::app::serve::merchants;
use crate::base::ids::ConversationId;
use crate::base::language::Locale;
use crate::base::money::{Currency, Money};
use crate::base::names::{Sku, Slug};
use crate::base::store::Scope;
use crate::catalog::store::Catalog;
use crate::config::Settings;
use crate::pricing::negotiation::truth::{self, Brought, Group, HoldOut, Report, Verdict};
use crate::pricing::promotion::Promotion;
use crate::pricing::quote::Quote;
use crate::pricing::store::Quotes;
use crate::workers::shops::pricing;

/// What to do about promotions.
#[derive(Subcommand, Debug)]
pub enum PromotionCommand {
    /// What a promotion with a `hold_out` brought: those who get it against those who do not, with the interval.
    Report(ReportArgs),
}

/// `report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The shop.
    #[arg(long)]
    shop: Slug,
    /// The promotion, by its id in the shop file.
    #[arg(long)]
    promotion: String,
    /// Count shoppers who saw a cart's price since this day (UTC): the day the promotion began.
    #[arg(long, default_value = "2000-01-01")]
    since: NaiveDate,
}

/// Runs the command.
///
/// # Errors
/// In words for the operator.
pub async fn run(settings: &Settings, pool: PgPool, command: PromotionCommand) -> anyhow::Result<ExitCode> {
    let PromotionCommand::Report(arguments) = command;
    let shop = merchant::find(&merchants(settings, &pool)?, &arguments.shop).await?;
    let rules = pricing(&shop.policies, shop.currency, shop.time_zone)?;
    let known = rules.promotions.iter().find(|promotion| promotion.id == arguments.promotion);
    let promotion = known.with_context(|| format!("{} has no promotion `{}`", shop.name, arguments.promotion))?;
    let Some(hold_out) = HoldOut::of(promotion) else {
        bail!("nobody is held out of `{0}`: add `hold_out = \"10\"` to it to compare", promotion.id);
    };
    let scope = Scope::new(pool, shop.id);
    let since = Utc.from_utc_datetime(&arguments.since.and_hms_opt(0, 0, 0).unwrap_or_default());
    let bought = Quotes::of(&scope).bought_since(since).await?;
    let costs = costs(&scope, &bought).await?;
    let each = brought(&hold_out, &bought, &costs);
    let report = truth::report(&each).context("the amounts are too large to add up")?;
    print!("{}", told(promotion, &report, (shop.currency, shop.locale)));
    Ok(ExitCode::SUCCESS)
}

type Bought = [(ConversationId, Option<Quote>)];

async fn costs(scope: &Scope, bought: &Bought) -> anyhow::Result<BTreeMap<Sku, Money>> {
    let lines = bought.iter().filter_map(|(_, quote)| quote.as_ref()).flat_map(Quote::lines);
    let mut skus: Vec<Sku> = lines.map(|line| line.sku.clone()).collect();
    skus.sort();
    skus.dedup();
    let listings = Catalog::of(scope).by_skus(&skus).await?;
    let cost = |listing: crate::catalog::product::Listing| Some((listing.variant.sku, listing.variant.cost?));
    Ok(listings.into_iter().filter_map(cost).collect())
}

/// What each shopper brought: what their lines were paid with, less what those cost.
fn brought(hold_out: &HoldOut, bought: &Bought, costs: &BTreeMap<Sku, Money>) -> Vec<Brought> {
    let mut each: BTreeMap<ConversationId, i64> = BTreeMap::new();
    for (conversation, quote) in bought {
        let margin = each.entry(*conversation).or_default();
        for line in quote.iter().flat_map(Quote::lines) {
            let cost = costs.get(&line.sku).map_or(0, |cost| cost.minor().saturating_mul(i64::from(line.quantity)));
            *margin = margin.saturating_add(line.net.minor().saturating_sub(cost));
        }
    }
    let is_out = |conversation: ConversationId| hold_out.holds_out(&conversation.to_string());
    each.into_iter().map(|(one, margin)| Brought { held_out: is_out(one), margin }).collect()
}

fn told(promotion: &Promotion, report: &Report, (currency, locale): (Currency, Locale)) -> String {
    let money = |thousandths: i128| {
        let minor = i64::try_from(thousandths / 1000).unwrap_or(i64::MAX);
        Money::new(minor, currency).display(locale)
    };
    let group = |name: &str, group: &Group| {
        let share = group.bought.saturating_mul(1000).checked_div(group.shoppers).unwrap_or_default();
        format!(
            "  {name:<12}{:>8} shoppers, {:>6} bought ({}.{} %), each brought {}\n",
            group.shoppers,
            group.bought,
            share / 10,
            share % 10,
            money(group.mean),
        )
    };
    let [middle, low, high] = report.brought;
    let verdict = match report.verdict {
        Verdict::Keep => "It brings more than it costs: keep it.".to_owned(),
        Verdict::Stop => "It costs more than it brings: stop it.".to_owned(),
        Verdict::TooEarly { more } => format!("Nothing is shown yet; about {more} more shoppers would show it."),
    };
    format!(
        "{}, after what goods cost:\n{}{}For each shopper who gets it, it brought {} (95 % interval {} to {}).\n{verdict}\n",
        promotion.id,
        group("get it", &report.shown),
        group("held out", &report.held_out),
        money(middle),
        money(low),
        money(high),
    )
}
