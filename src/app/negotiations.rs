//! `trato negotiate export` and `use`: a shop's own past negotiations, and the policy that answers its shoppers.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use sqlx::PgPool;

use crate::app::merchant;
use crate::app::negotiate::read_policy;
use crate::app::serve::merchants;
use crate::base::clock::Clock;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::config::Settings;
use crate::pricing::negotiation::history::{self, Negotiation};
use crate::pricing::negotiation::ledger::Table;
use crate::pricing::negotiation::store::{Negotiations, Past};
use crate::workers::shops::bargaining;

/// What to do with a shop's negotiations.
#[derive(Subcommand, Debug)]
pub enum ShopCommand {
    /// Write a shop's past negotiations in the format that `fit` reads. Nothing about a shopper is in it.
    Export(ExportArgs),
    /// Have a policy answer a shop's shoppers from now on.
    Use(UseArgs),
}

/// `export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    shop: Slug,
    /// The file that they are written to.
    #[arg(long)]
    out: PathBuf,
}

/// `use`.
#[derive(Args, Debug)]
pub struct UseArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    shop: Slug,
    /// The policy, as `fit` wrote it.
    #[arg(long)]
    policy: PathBuf,
}

/// Runs one of the commands.
///
/// # Errors
/// In words for the operator.
pub async fn run(settings: &Settings, pool: PgPool, command: ShopCommand) -> anyhow::Result<ExitCode> {
    match command {
        ShopCommand::Export(arguments) => export(settings, pool, &arguments).await?,
        ShopCommand::Use(arguments) => put_to_use(settings, pool, &arguments).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(settings: &Settings, pool: PgPool, arguments: &ExportArgs) -> anyhow::Result<()> {
    let shop = merchant::find(&merchants(settings, &pool)?, &arguments.shop).await?;
    let bounds = bargaining(&shop.policies)?;
    let kept = Negotiations::of(&Scope::new(pool, shop.id)).all().await?;
    let now = Clock::machine().now();
    let learned_from = |past: &Past| -> Option<Negotiation> {
        let terms = bounds.terms(&past.product, &past.category);
        let policy = terms.policy(None);
        let table = Table {
            terms: &terms,
            policy: &policy,
            list: past.list,
            cost: past.cost,
            floor: past.floor,
            quantity: past.quantity,
            struck: past.quantity,
            messages: 0,
        };
        past.ledger.past(&past.id, &table, now)
    };
    let over: Vec<Negotiation> = kept.iter().filter_map(learned_from).collect();
    let text: String = over.iter().map(|past| history::write(past) + "\n").collect();
    let out = arguments.out.display();
    fs::write(&arguments.out, text).with_context(|| format!("writing {out}"))?;
    println!("{} negotiations are in {out}; {} are not over yet.", over.len(), kept.len() - over.len());
    println!("Next: trato negotiate fit --history {out} --out policy.json");
    Ok(())
}

async fn put_to_use(settings: &Settings, pool: PgPool, arguments: &UseArgs) -> anyhow::Result<()> {
    let policy = read_policy(&arguments.policy)?;
    let shop = merchant::find(&merchants(settings, &pool)?, &arguments.shop).await?;
    if !bargaining(&shop.policies)?.bargains() {
        println!("{} does not bargain yet: add `bargain = true` under [bargaining.shop] in its file.", shop.name);
    }
    Negotiations::of(&Scope::new(pool, shop.id)).put_to_use(&policy).await?;
    println!("{} answers bids by {} within a minute.", shop.name, arguments.policy.display());
    Ok(())
}
