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
use crate::pricing::quote::{Quote, QuoteLine};
use crate::pricing::store::quotes::Quotes;
use crate::workers::shops::pricing;

/// What to do about promotions.
#[derive(Subcommand, Debug)]
pub enum PromotionCommand {
    /// What a promotion with a `hold_out` brought: those who get it against those who do not, with the interval.
    #[command(after_help = REPORT_HELP)]
    Report(ReportArgs),
}

const REPORT_HELP: &str = "\
Example:
  trato promotion report --shop my-shop --promotion summer --since 2026-06-01

The promotion needs hold_out = \"10\" in the shop's file: so many shoppers in a hundred do not get it.";

/// `report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
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
    let told = told(promotion, &report, (shop.currency, shop.locale));
    print!("{told}{}", without_cost(&bought, &costs).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// More shoppers than this are not waited for.
const TELLING_MAX: u64 = 10_000_000;

/// Shoppers, each by their first conversation, with what they bought.
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

/// What each shopper brought: what was paid for their lines and for sending them, less the tax in it and what the lines
/// cost.
fn brought(hold_out: &HoldOut, bought: &Bought, costs: &BTreeMap<Sku, Money>) -> Vec<Brought> {
    let mut each: BTreeMap<ConversationId, (bool, i64)> = BTreeMap::new();
    for (shopper, quote) in bought {
        let (has_bought, margin) = each.entry(*shopper).or_default();
        *has_bought |= quote.is_some();
        *margin = margin.saturating_add(quote.as_ref().map_or(0, |quote| margin_of(quote, costs)));
    }
    let is_out = |shopper: ConversationId| hold_out.holds_out(&shopper.to_string());
    each.into_iter().map(|(one, (bought, margin))| Brought { held_out: is_out(one), bought, margin }).collect()
}

/// What an order leaves the shop. Tax is the state's, whether prices contain it or not.
fn margin_of(quote: &Quote, costs: &BTreeMap<Sku, Money>) -> i64 {
    let inside = |tax: Money| if quote.tax().included { tax.minor() } else { 0 };
    let line = |line: &QuoteLine| {
        let cost = costs.get(&line.sku).map_or(0, |cost| cost.minor().saturating_mul(i64::from(line.quantity)));
        line.net.minor().saturating_sub(inside(line.tax())).saturating_sub(cost)
    };
    let shipping = quote.shipping().minor().saturating_sub(inside(quote.shipping_tax()));
    quote.lines().iter().map(line).fold(shipping, i64::saturating_add)
}

/// A sentence about lines whose cost nobody knows, when there are any: what they brought is told too high.
fn without_cost(bought: &Bought, costs: &BTreeMap<Sku, Money>) -> Option<String> {
    let lines = || bought.iter().filter_map(|(_, quote)| quote.as_ref()).flat_map(Quote::lines);
    let unknown = lines().filter(|line| !costs.contains_key(&line.sku)).count();
    (unknown > 0).then(|| {
        format!(
            "Of {unknown} of the {} lines that were bought, the catalog has no `cost`: they count as if they had cost \
             nothing.\n",
            lines().count()
        )
    })
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
        Verdict::TooEarly { more } if more > TELLING_MAX => {
            format!(
                "Nothing is shown yet, and not even {TELLING_MAX} more shoppers would show it: the two hardly differ."
            )
        }
        Verdict::TooEarly { more } => format!("Nothing is shown yet; about {more} more shoppers would show it."),
    };
    format!(
        "{}, after tax and what goods cost, with what was paid for sending them:\n{}{}\
         For each shopper who gets it, it brought {} (95 % interval {} to {}).\n{verdict}\n",
        promotion.id,
        group("get it", &report.shown),
        group("held out", &report.held_out),
        money(middle),
        money(low),
        money(high),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::money::BasisPoints;
    use crate::base::names::Handle;
    use crate::pricing::calculate;
    use crate::pricing::input::{Context, LineInput, QuoteInput};
    use crate::pricing::promotion::{Gives, Offered};
    use crate::pricing::shipping::ShippingPolicy;
    use crate::pricing::tax::{ShippingTax, TaxMode, TaxPolicy};

    fn pesos(minor: i64) -> Money {
        Money::new(minor, "MXN".parse().unwrap())
    }

    /// One cup at 116.00, sent for 11.60, both with 16 % of tax inside, under this promotion.
    fn sold(gives: Option<Gives>) -> Quote {
        let (sku, cup) = (Sku::new("TAZA").unwrap(), Handle::new("taza").unwrap());
        let line = LineInput::new(sku, cup, "Taza".to_owned(), 1, pesos(11_600));
        let tax = TaxPolicy::single(BasisPoints(1600), TaxMode::Included, ShippingTax::Standard).unwrap();
        let shipping = ShippingPolicy::flat(pesos(1_160), None);
        let now = Context::at("2026-11-20T12:00:00Z".parse().unwrap());
        let mut input = QuoteInput::new("MXN".parse().unwrap(), vec![line], shipping, tax, now);
        input.promotions = gives.map(|gives| Offered::new(Promotion::new("p", gives))).into_iter().collect();
        calculate::quote(&input).unwrap()
    }

    #[test]
    fn an_order_leaves_what_was_paid_less_tax_and_cost_and_sending_it_is_a_part_of_it() {
        let cost = BTreeMap::from([(Sku::new("TAZA").unwrap(), pesos(9_000))]);
        // Without tax: 100.00 and 10.00 of shipping.
        assert_eq!(margin_of(&sold(None), &cost), 10_000 + 1_000 - 9_000);
        // A tenth off: 104.40 is 90.00 without tax.
        let tenth = Gives::Percent("10".parse().unwrap());
        assert_eq!(margin_of(&sold(Some(tenth)), &cost), 9_000 + 1_000 - 9_000);
        let free = Gives::FreeShipping { up_to: None };
        assert_eq!(margin_of(&sold(Some(free)), &cost), 10_000 - 9_000);
    }

    #[test]
    fn lines_whose_cost_nobody_knows_are_told() {
        let bought = [(ConversationId::generate(), Some(sold(None))), (ConversationId::generate(), None)];
        let told = without_cost(&bought, &BTreeMap::new()).unwrap();
        assert!(told.starts_with("Of 1 of the 1 lines that were bought, the catalog has no `cost`"), "{told}");
        let cost = BTreeMap::from([(Sku::new("TAZA").unwrap(), pesos(9_000))]);
        assert_eq!(without_cost(&bought, &cost), None);
    }

    #[test]
    fn who_bought_at_cost_counts_as_who_bought() {
        let cost = BTreeMap::from([(Sku::new("TAZA").unwrap(), pesos(11_000))]);
        let hold_out = HoldOut { campaign: "p".to_owned(), share: BasisPoints(0) };
        let bought = [(ConversationId::generate(), Some(sold(None)))];
        let one = Brought { held_out: false, bought: true, margin: 0 };
        assert_eq!(brought(&hold_out, &bought, &cost), [one]);
    }
}
