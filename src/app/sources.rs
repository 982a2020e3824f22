//! `trato catalog source …`: addresses from which a shop's catalog is fetched.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use sqlx::PgPool;

use crate::app::merchant;
use crate::app::serve::{fetcher, merchants, reach};
use crate::base::clock::Clock;
use crate::base::ids::SourceId;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::sources::address::Address;
use crate::catalog::sources::store::Sources;
use crate::catalog::sources::{EVERY_HOURS_USUAL, Source};
use crate::catalog::uploads::Choices;
use crate::config::Settings;
use crate::workers::sources::SourceWorker;

/// `source`.
#[derive(Subcommand, Debug)]
pub enum SourceCommand {
    /// Have a catalog fetched from an address, every few hours.
    ///
    /// It may be any file that `trato catalog import` reads. A file in which nothing is refused or doubtful is imported
    /// by itself; any other waits on the catalog page of the inbox.
    #[command(after_help = ADD_HELP)]
    Add(AddArgs),
    /// List the shop's sources, and what came of them.
    List {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
    },
    /// Fetch one now, and say what came of it.
    Fetch {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
        /// The source's id, as `list` shows it.
        id: SourceId,
    },
    /// Remove a source: it is fetched no more; what was imported from it stays.
    Remove {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
        /// The source's id, as `list` shows it.
        id: SourceId,
    },
}

const ADD_HELP: &str = "\
Example:
  trato catalog source add --shop my-shop https://shop.example/feeds/products.csv --every-hours 12 --skip-refused";

/// `source add`.
#[derive(Args, Debug)]
pub struct AddArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    shop: Slug,
    /// Where the file is, such as `https://shop.example/feeds/products.csv`.
    address: Address,
    /// Fetch it every so many hours, from 1 to 168.
    #[arg(long, default_value_t = EVERY_HOURS_USUAL)]
    every_hours: i32,
    /// Import the other rows when some are refused.
    #[arg(long)]
    skip_refused: bool,
    /// Archive what the shop has and the file has not: the file is the whole catalog.
    #[arg(long)]
    replace: bool,
}

/// Adds, lists, fetches and removes sources.
///
/// # Errors
/// In words for the operator.
pub async fn run(settings: &Settings, pool: PgPool, command: SourceCommand) -> anyhow::Result<ExitCode> {
    let merchants = merchants(settings, &pool)?;
    let (SourceCommand::Add(AddArgs { shop, .. })
    | SourceCommand::List { shop }
    | SourceCommand::Fetch { shop, .. }
    | SourceCommand::Remove { shop, .. }) = &command;
    let shop = merchant::find(&merchants, shop).await?;
    let scope = Scope::new(pool.clone(), shop.id);
    let (sources, clock) = (Sources::of(&scope), Clock::machine());
    match command {
        SourceCommand::Add(AddArgs { address, every_hours, skip_refused, replace, .. }) => {
            reach(settings).check(&address).context(
                "the address may not be fetched; TRATO_CATALOG__FEED_HOSTS_ALLOWED names hosts of your own network",
            )?;
            let choices = Choices { skip_refused, replace, ..Choices::default() };
            let id = sources.add(&address, every_hours, &choices, clock.now()).await?;
            println!("{id}");
            eprintln!(
                "{} is fetched every {every_hours} hours by `trato serve`, now for the first time.",
                address.shown()
            );
        }
        SourceCommand::List { .. } => {
            for source in sources.list().await? {
                println!("{}", line(&source));
            }
        }
        SourceCommand::Fetch { id, .. } => {
            let before = sources.find(id).await?;
            let worker = SourceWorker::new(Connections::from(pool), merchants, fetcher(settings)?, clock);
            worker.run(shop.id, id).await?;
            let came = sources.find(id).await?.came.context("it is not known what came of it; fetch it again")?;
            println!("{}: {came}.", before.address.shown());
            return Ok(if came.is_failure() { ExitCode::FAILURE } else { ExitCode::SUCCESS });
        }
        SourceCommand::Remove { id, .. } => {
            let removed = sources.remove(id).await?;
            println!("{}", if removed { "Removed." } else { "There was no such source." });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A source in one line.
fn line(source: &Source) -> String {
    let came = match (&source.came, source.fetched_at) {
        (Some(came), Some(at)) => format!("{}: {came}.", at.format("%Y-%m-%d %H:%M UTC")),
        _ => "Not fetched yet.".to_owned(),
    };
    format!("{}  every {} h  {}  {came}", source.id, source.every_hours, source.address.shown())
}
