//! Who makes vectors, by the settings; and `trato search vectors`: how far they have come, and making them at once.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Subcommand;
use indicatif::ProgressBar;

use crate::app::commands::find_database;
use crate::app::serve::open_pool;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::vectors::embedder::{Embedder, Space};
use crate::catalog::vectors::fill::{Filled, fill};
use crate::catalog::vectors::meaning::Meaning;
use crate::catalog::vectors::store::{Status, status};
use crate::config::{ConfigError, SearchSettings, Settings, VectorSource};
use crate::embeddings::endpoint::client::{self, Endpoint};
use crate::embeddings::local::LocalModel;
use crate::postgres::cluster::Restart;

/// The commands of `trato search vectors`.
#[derive(Subcommand, Clone, Copy, Debug)]
pub enum VectorsCommand {
    /// How many products of each shop have their vector, and what making them has cost.
    Status,
    /// Make the vectors that are missing now, instead of leaving it to the workers.
    Fill,
}

/// Batches between two looks at how far a shop has come.
const BATCHES: usize = 10;

/// Who makes vectors; nobody, unless the settings say so.
///
/// # Errors
/// When a setting is missing or makes no client.
pub fn embedder(settings: &SearchSettings) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    Ok(match settings.vectors {
        VectorSource::None => None,
        VectorSource::Local => Some(Arc::new(LocalModel::load()?)),
        VectorSource::Endpoint => Some(Arc::new(endpoint(settings)?)),
    })
}

fn endpoint(settings: &SearchSettings) -> anyhow::Result<Endpoint> {
    let missing = |name| ConfigError::Missing { name, how: "it is needed with TRATO_SEARCH__VECTORS=endpoint" };
    let model = settings.model.clone().ok_or_else(|| missing("TRATO_SEARCH__MODEL"))?;
    let dimension = settings.dimension.ok_or_else(|| missing("TRATO_SEARCH__DIMENSION"))?;
    Ok(Endpoint::new(client::Settings {
        base_url: settings.base_url.clone().ok_or_else(|| missing("TRATO_SEARCH__BASE_URL"))?,
        key: settings.api_key.clone().unwrap_or_default(),
        space: Space { model, dimension: usize::try_from(dimension)? },
        timeout: Duration::from_secs(settings.timeout_seconds),
        query_prefix: settings.query_prefix.clone().unwrap_or_default(),
        product_prefix: settings.product_prefix.clone().unwrap_or_default(),
    })?)
}

/// Who says what queries mean, with vectors of this embedder.
#[must_use]
pub fn meaning(settings: &SearchSettings, embedder: Arc<dyn Embedder>) -> Meaning {
    Meaning::new(embedder, Duration::from_millis(settings.query_ms_max))
}

/// Runs one of the commands.
///
/// # Errors
/// When no vectors are set, or the embedder or the database does not do its part.
pub async fn run(settings: &Settings, command: VectorsCommand) -> anyhow::Result<()> {
    let embedder = embedder(&settings.search)?;
    let embedder = embedder.context("no vectors are set: set TRATO_SEARCH__VECTORS to local or endpoint")?;
    let database = find_database(settings, Restart::Never)?;
    let connections = Connections::from(open_pool(settings, &database.url().into())?);
    let done = match command {
        VectorsCommand::Status => Ok(()),
        VectorsCommand::Fill => fill_all(&connections, &*embedder).await,
    };
    let told = status(&connections, embedder.space()).await.context("the vectors could not be counted");
    database.stop();
    done?;
    print!("{}", report(embedder.space(), &told?));
    Ok(())
}

async fn fill_all(connections: &Connections, embedder: &dyn Embedder) -> anyhow::Result<()> {
    for shop in status(connections, embedder.space()).await? {
        let scope = Scope::new(connections.clone(), shop.merchant);
        fill_shop(&scope, embedder, &ProgressBar::new_spinner()).await.with_context(|| shop.slug)?;
    }
    Ok(())
}

/// Makes all vectors that a shop lacks.
///
/// # Errors
/// When the embedder or the database does not do its part; what was made is kept.
pub async fn fill_shop(scope: &Scope, embedder: &dyn Embedder, bar: &ProgressBar) -> anyhow::Result<()> {
    loop {
        match fill(scope, embedder, BATCHES, &|count| bar.inc(count as u64)).await? {
            Filled::Whole => return Ok(()),
            Filled::More => {}
            Filled::Later(pause) => tokio::time::sleep(pause).await,
        }
    }
}

/// How far the vectors have come, a line for each shop.
#[must_use]
pub fn report(space: &Space, shops: &[Status]) -> String {
    let mut text = format!("Vectors of {}, {} numbers each\n", space.model, space.dimension);
    for shop in shops {
        let Status { slug, products, have, texts, tokens, .. } = shop;
        let cost = format!("made of {texts} texts, {tokens} tokens so far");
        // Writing into a text cannot fail.
        let _ = writeln!(text, "  {slug}: {have} of {products} products; {cost}");
    }
    text
}
