//! `trato search eval`: a judged set in a shop of its own, every query asked as the tool asks it, and what came of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand, ValueEnum};
use futures::{StreamExt as _, TryStreamExt as _};
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::SecretString;

use crate::app::commands::lay_schema;
use crate::app::merchant::set_up;
use crate::app::output::keep_apart;
use crate::app::serve::{merchants, open_pool};
use crate::app::vectors::{self, VectorsCommand};
use crate::base::clock::Clock;
use crate::base::language::Language;
use crate::base::secret::random_bytes;
use crate::base::store::Scope;
use crate::catalog::evaluate::bootstrap::compare;
use crate::catalog::evaluate::judged::{
    JudgedProduct, JudgedQuery, Judgments, Ranked, read_judgments, read_products, read_queries, read_run, write_run,
};
use crate::catalog::evaluate::measure::{RECALL_DEPTH, measure};
use crate::catalog::evaluate::rows::BadFile;
use crate::catalog::evaluate::store::{add_copy, settle};
use crate::catalog::evaluate::{report, upload};
use crate::catalog::finder::Finder;
use crate::catalog::import::doubt::{Agreed, Doubt};
use crate::catalog::import::{ImportOptions, Partial, ReadOptions, ShopDefaults, Upload, run_import};
use crate::catalog::merchandising::Merchandising;
use crate::catalog::search::{LIMIT_MAX, Query};
use crate::catalog::vectors::meaning::Meaning;
use crate::config::{Settings, VectorSource};
use crate::merchants::shop_file::read_shop_file;
use crate::postgres::cluster::Durability;
use crate::postgres::databases::{drop_database, make_database};
use crate::postgres::{PostgresSettings, Server};

/// The commands of `trato search`.
#[derive(Subcommand, Debug)]
pub enum SearchCommand {
    /// Measure search on a judged set (products, queries, and what people said of each pair): nDCG@10, recall@50, MRR,
    /// latency, and what was missed.
    #[command(after_help = EVAL_HELP)]
    Eval(Box<EvalArgs>),
    /// Search by meaning: how far the products' vectors have come, and making them.
    #[command(subcommand)]
    Vectors(VectorsCommand),
}

/// Who makes vectors while measuring.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum VectorsArg {
    /// Nobody: by words alone.
    None,
    /// The model in the process.
    Local,
    /// The endpoint of the settings.
    Endpoint,
}

const EVAL_HELP: &str = "\
Files are JSON Lines, tab separated or comma separated; columns are known by their names.
  products  product_id, title; and if there are any: description, bullet_points, brand, color, category, price
  queries   query_id, query
  qrels     query_id, product_id, label: E, S, C or I (worth 1, 0.5, 0, 0), or a number that is the gain
  runs      query_id, product_id, rank

The products are imported into a shop of a fresh database of its own, which is dropped at the end.
nDCG: gain / log2(rank + 1), the ideal over all judged products; an unjudged product counts 0.

Example:
  trato search eval --products products.jsonl --queries queries.tsv --qrels qrels.tsv --run today.tsv";

/// What to measure.
#[derive(Args, Debug)]
pub struct EvalArgs {
    /// The products of the judged set.
    #[arg(long)]
    products: PathBuf,
    /// Its queries.
    #[arg(long)]
    queries: PathBuf,
    /// Its judgments.
    #[arg(long)]
    qrels: PathBuf,
    /// Write the first 50 products of each query to this file.
    #[arg(long)]
    run: Option<PathBuf>,
    /// Compare with the run in this file: a paired bootstrap over the queries.
    #[arg(long)]
    against: Option<PathBuf>,
    /// The language of products and queries: en, es or pt.
    #[arg(long, default_value = "en")]
    language: Language,
    /// Who makes vectors, so that what is meant is found too; whatever the settings say.
    #[arg(long, value_enum, default_value = "local")]
    vectors: VectorsArg,
    /// Measure latency with so many copies of the products in the shop.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=1_000))]
    copies: i32,
    /// Measure latency with so many searches under way at once.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    parallel: u8,
    /// Measure latency with so many searches, after as many queries to warm up.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    searches: u32,
}

/// Runs one of the commands.
///
/// # Errors
/// When a file cannot be read or the database does not do its part.
pub async fn run(settings: Settings, command: SearchCommand) -> anyhow::Result<ExitCode> {
    let arguments = match command {
        SearchCommand::Eval(arguments) => arguments,
        SearchCommand::Vectors(command) => {
            return vectors::run(&settings, command).await.map(|()| ExitCode::SUCCESS);
        }
    };
    let set = JudgedSet::read(&arguments)?;
    let settings = for_measuring(settings, arguments.vectors);
    let found = PostgresSettings { durability: Durability::Relaxed, ..settings.postgres("search-eval") };
    eprintln!("Starting PostgreSQL …");
    let server = tokio::task::block_in_place(|| Server::find_or_start(&found))?;
    let name = format!("trato_search_eval_{}", std::process::id());
    let url: SecretString = make_database(server.url(), &name).await.context("making a database")?.into();
    let measured = tokio::select! {
        measured = in_database(&settings, &url, &arguments, &set) => measured,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("stopped")),
    };
    drop_database(server.url(), &name).await.context("dropping the database")?;
    server.stop();
    measured?;
    Ok(ExitCode::SUCCESS)
}

/// The files, read before anything is started: a mistake in one is told at once.
struct JudgedSet {
    products: Vec<JudgedProduct>,
    queries: Vec<JudgedQuery>,
    judgments: Judgments,
    against: Option<Ranked>,
}

impl JudgedSet {
    fn read(arguments: &EvalArgs) -> anyhow::Result<Self> {
        let EvalArgs { products, queries, qrels, against, run, .. } = arguments;
        for input in [products, queries, qrels].into_iter().chain(against) {
            run.iter().try_for_each(|run| keep_apart(run, input))?;
        }
        let set = Self {
            products: read(&arguments.products, read_products)?,
            queries: read(&arguments.queries, read_queries)?,
            judgments: read(&arguments.qrels, read_judgments)?,
            against: arguments.against.as_deref().map(|path| read(path, read_run)).transpose()?,
        };
        let judged = set.queries.iter().filter(|query| set.judgments.contains_key(&query.id)).count();
        let (queries, qrels) = (arguments.queries.display(), arguments.qrels.display());
        anyhow::ensure!(
            judged > 0,
            "none of the queries in {queries} is judged in {qrels}: do the ids belong together?"
        );
        if judged < set.queries.len() {
            eprintln!(
                "{} of {} queries have no judgments and count 0.",
                set.queries.len() - judged,
                set.queries.len()
            );
        }
        Ok(set)
    }
}

fn read<T>(path: &Path, reader: impl Fn(&[u8]) -> Result<T, BadFile>) -> anyhow::Result<T> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    reader(&bytes).with_context(|| path.display().to_string())
}

/// As many connections as searches at once need; nothing is sealed that outlives the command.
fn for_measuring(settings: Settings, vectors: VectorsArg) -> Settings {
    let mut measuring = settings;
    measuring.search.vectors = match vectors {
        VectorsArg::None => VectorSource::None,
        VectorsArg::Local => VectorSource::Local,
        VectorsArg::Endpoint => VectorSource::Endpoint,
    };
    measuring.security.sealing_keys = Some(format!("1:{}", STANDARD.encode(random_bytes::<32>())).into());
    measuring
}

async fn in_database(
    settings: &Settings,
    url: &SecretString,
    arguments: &EvalArgs,
    set: &JudgedSet,
) -> anyhow::Result<()> {
    let pool = open_pool(settings, url)?;
    lay_schema(&pool).await?;
    let language = arguments.language;
    let file = read_shop_file("the judged shop", &shop_file(language))?;
    let id = set_up(&merchants(settings, &pool)?, |id| Scope::new(pool.clone(), id), &file).await?;
    let scope = Scope::new(pool.clone(), id);
    fill(&scope, language, &set.products).await?;
    let meaning = fill_vectors(settings, &scope, set.products.len()).await?;
    let asked = (&Finder::new(meaning), &scope);

    let ranked = ask_all(asked, language, &set.queries).await?;
    if let Some(path) = &arguments.run {
        let text = write_run(&set.queries, &ranked);
        std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    print_quality(set, &ranked);
    measure_latency(asked, arguments, set).await?;
    pool.close().await;
    Ok(())
}

/// What a shop needs to exist; nothing of it bears on searches.
fn shop_file(language: Language) -> String {
    let locale = match language {
        Language::En => "en-US",
        Language::Es => "es-MX",
        Language::Pt => "pt-BR",
    };
    format!(
        "slug = \"judged\"\nname = \"Judged\"\ncurrency = \"USD\"\nlocale = \"{locale}\"\ntime_zone = \"UTC\"\n\
         [policies.shipping]\nflat = \"0\"\n[policies.tax]\nrate = \"0\"\nmode = \"added\"\non_shipping = false\n"
    )
}

/// The products into the shop, by the importer.
async fn fill(scope: &Scope, language: Language, products: &[JudgedProduct]) -> anyhow::Result<()> {
    let bar = bar(products.len(), "products imported");
    let defaults = ShopDefaults { currency: "USD".parse()?, language, today: None };
    // A judged set is what it is: nothing of it waits for a yes.
    let reading = ReadOptions { agreed: Agreed::to(Doubt::ALL.to_vec()), ..ReadOptions::default() };
    let options = ImportOptions { reading, partial: Partial::Allow, ..ImportOptions::default() };
    for text in upload::uploads(products) {
        let file = Upload { name: "judged.csv", bytes: text.as_bytes() };
        let report =
            run_import(scope, defaults, file, options.clone(), &|_| {}).await.context("importing the products")?;
        bar.inc(u64::from(report.counts.products_created));
        if report.reading.refused_rows > 0 {
            bar.suspend(|| eprintln!("Some products were refused and cannot be found:\n{report}"));
        }
    }
    settle(scope).await.context("settling the database")?;
    bar.finish_and_clear();
    Ok(())
}

/// The products' vectors, where the settings want them; and who says what queries mean.
async fn fill_vectors(settings: &Settings, scope: &Scope, products: usize) -> anyhow::Result<Option<Meaning>> {
    let Some(embedder) = vectors::embedder(&settings.search)? else { return Ok(None) };
    let bar = bar(products, "products made into vectors");
    vectors::fill_shop(scope, &*embedder, &bar).await?;
    settle(scope).await.context("settling the database")?;
    bar.finish_and_clear();
    Ok(Some(vectors::meaning(&settings.search, embedder)))
}

/// The first products of every query, page by page as a shopper would turn them.
async fn ask_all(
    (finder, scope): (&Finder, &Scope),
    language: Language,
    queries: &[JudgedQuery],
) -> anyhow::Result<Ranked> {
    let bar = bar(queries.len(), "queries asked");
    let mut ranked = Ranked::new();
    for query in queries {
        let mut found = Vec::new();
        while found.len() < RECALL_DEPTH {
            let page = Query { limit: LIMIT_MAX, offset: found.len(), ..Query::new(&query.text, language) };
            let hits = finder.search(scope, &Merchandising::default(), &page).await?.hits;
            found.extend(hits.iter().filter_map(|hit| hit.matching.first()).map(ToString::to_string));
            if hits.len() < LIMIT_MAX {
                break;
            }
        }
        ranked.insert(query.id.clone(), found);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(ranked)
}

fn print_quality(set: &JudgedSet, ranked: &Ranked) {
    let measured = measure(&set.queries, &set.judgments, ranked);
    println!("{} products, {} queries\n", set.products.len(), set.queries.len());
    print!("{}", report::quality(&measured));
    if let Some(against) = &set.against {
        let ndcg = |ranked| -> Vec<f64> {
            measure(&set.queries, &set.judgments, ranked).into_iter().map(|query| query.ndcg).collect()
        };
        print!("{}", report::difference(compare(&ndcg(ranked), &ndcg(against))));
    }
    let titles: BTreeMap<&str, &str> =
        set.products.iter().map(|product| (product.id.as_str(), product.title.as_str())).collect();
    println!("\nWhat lost most, by nDCG@10:\n{}", report::losses(&measured, &titles));
}

/// Searches as the tool makes them, one page each, so many at once.
async fn measure_latency(
    (finder, scope): (&Finder, &Scope),
    arguments: &EvalArgs,
    set: &JudgedSet,
) -> anyhow::Result<()> {
    if arguments.copies > 1 {
        let bar = bar(usize::try_from(arguments.copies)?, "copies in the shop");
        for number in 1..arguments.copies {
            bar.set_position(u64::try_from(number)?);
            add_copy(scope, number).await.context("copying the products")?;
        }
        settle(scope).await.context("settling the database")?;
        bar.finish_and_clear();
    }
    let clock = Clock::machine();
    let parallel = usize::from(arguments.parallel);
    // Each on a task of its own, as a server's are.
    let timed = async |text: &str| -> anyhow::Result<f64> {
        let (finder, scope, clock) = (finder.clone(), scope.clone(), clock.clone());
        let query = Query::new(text, arguments.language);
        tokio::spawn(async move {
            let started = clock.now();
            finder.search(&scope, &Merchandising::default(), &query).await?;
            let took = (clock.now() - started).to_std().unwrap_or_default();
            Ok(took.as_secs_f64() * 1_000.0)
        })
        .await?
    };
    let many = |count: usize| {
        let texts = set.queries.iter().map(|query| query.text.as_str()).cycle().take(count);
        futures::stream::iter(texts).map(&timed).buffer_unordered(parallel).try_collect::<Vec<f64>>()
    };
    many(set.queries.len()).await?;
    let started = clock.now();
    let took = many(usize::try_from(arguments.searches)?).await?;
    let seconds = (clock.now() - started).to_std().unwrap_or_default().as_secs_f64();
    print!("{}", report::latency(&took));
    let products = set.products.len() * usize::try_from(arguments.copies)?;
    println!("           {} searches, {parallel} at once, {products} products, {seconds:.1} s in all", took.len());
    Ok(())
}

fn bar(length: usize, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:32}} {{pos}}/{{len}} {what}")) {
        bar.set_style(style);
    }
    bar.tick();
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_judged_shop_is_a_shop_in_every_language() {
        for language in Language::ALL {
            assert!(read_shop_file("the judged shop", &shop_file(language)).is_ok(), "{}", language.code());
        }
    }
}
