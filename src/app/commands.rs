//! The commands: what each reads, calls and prints.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use axum::Router;
use clap::{Args, Parser, Subcommand, ValueEnum};
use secrecy::SecretString;
use sqlx::PgPool;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::merchant::Connections;
use crate::app::negotiations::ShopCommand;
use crate::app::promotions::PromotionCommand;
use crate::app::serve::{Given, Server, merchants, open_pool};
use crate::app::{
    api_keys, catalog, demo, doctor, eval, merchant, negotiate, negotiations, output, promotions, search, sources,
    staff, undo,
};
use crate::base::clock::Clock;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::catalog::import::decimal::Mark;
use crate::catalog::import::doubt::{Agreed, Doubt};
use crate::catalog::import::format::Field;
use crate::catalog::import::report::Outcome;
use crate::catalog::import::{Absent, ImportOptions, Partial, ReadOptions, Run};
use crate::config::Settings;
use crate::postgres::cluster::Restart;
use crate::postgres::connect::{is_migrated, migrate};
use crate::postgres::{self, PostgresSettings};
use crate::queue;
use crate::telemetry;

/// A self-hosted sales agent for shops that sell in chat.
#[derive(Parser, Debug)]
#[command(
    version,
    about,
    max_term_width = 100,
    after_help = "Settings come from trato.toml and the environment; .env.example explains each one."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    #[command(flatten)]
    Deployed(DeployedCommand),
    /// Bargaining (`[bargaining]` in the shop's file): learn from past negotiations, try what was learned, and use it.
    #[command(subcommand)]
    Negotiate(negotiate::NegotiateCommand),
}

/// What needs the settings of a deployment.
#[derive(Subcommand, Debug)]
enum DeployedCommand {
    /// Try everything on this machine: three demo shops, a phone to write from, a pay page, the inbox.
    #[command(after_help = demo::HELP)]
    Demo(demo::DemoArgs),
    /// Serve the hooks, the inbox and the workers until told to stop.
    Serve,
    /// Bring the database to the schema this program knows.
    ///
    /// Where `DATABASE_URL` is set, run it before the first start and after each upgrade. A private database is brought
    /// up to date by whatever uses it.
    Migrate,
    /// Run the private PostgreSQL alone and print its address, for developing.
    ///
    /// It stops with Ctrl-C. Where `DATABASE_URL` is set, nothing is started: that database is brought up to date, and
    /// its address is printed.
    Postgres,
    /// Check the settings and everything they reach, and say how to mend what is wrong.
    ///
    /// Ends with 1 when something is wrong.
    Doctor,
    /// Shops: add one from its file, list them, seal their credentials anew.
    #[command(subcommand)]
    Merchant(MerchantCommand),
    /// People who work for a shop and sign in to its inbox.
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// A shop's catalog: import it, take an import back, have it fetched, write it out.
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Keys with which a shop's own systems change stock and prices and find products; docs/api.md says how.
    #[command(subcommand)]
    ApiKey(api_keys::ApiKeyCommand),
    /// What promotions bring.
    #[command(subcommand)]
    Promotion(PromotionCommand),
    /// Finding products: measure how well, and see to the vectors of search by meaning.
    #[command(subcommand)]
    Search(search::SearchCommand),
    /// Run scripted conversations through the whole agent and judge what came of them.
    Eval(eval::EvalArgs),
}

#[derive(Subcommand, Debug)]
enum MerchantCommand {
    /// Add a shop from its shop.toml, or bring one that is there up to it, and connect its accounts.
    #[command(after_help = ADD_HELP)]
    Add(MerchantArgs),
    /// List the shops: slug, currency, locale, name.
    List,
    /// Seal all credentials anew with the first of the sealing keys; the others may be taken out afterwards.
    Reseal,
}

const ADD_HELP: &str = "\
Example:
  trato merchant add --file shop.toml \\
      --whatsapp-phone-number-id 1234567890 --whatsapp-number \"+1 555 010 0001\" \\
      --whatsapp-token-file whatsapp-token \\
      --stripe-key-file stripe-key --stripe-webhook-secret-file stripe-webhook-secret

After an edit of the file, run it with --file alone: the connections that are not named stay as they are.";

const IMPORT_HELP: &str = "\
Examples:
  trato catalog import --shop my-shop products.csv --dry-run
  trato catalog import --shop my-shop products.csv --skip-refused --refused to-mend.csv
  trato catalog import --shop my-shop prices.xlsx --map \"Precio final=price\" --decimal comma --yes price-jump

catalog/README.md describes the formats, and what happens to the shop.";

#[derive(Args, Debug)]
struct MerchantArgs {
    /// The shop's file; docs/shop-file.md lists all that can be in it.
    #[arg(long)]
    file: PathBuf,
    /// WhatsApp's id of the shop's number (App Dashboard → WhatsApp → API Setup).
    #[arg(long, requires = "whatsapp_number", requires = "whatsapp_token_file")]
    whatsapp_phone_number_id: Option<String>,
    /// The number as people read it: "+52 55 1234 5678".
    #[arg(long)]
    whatsapp_number: Option<String>,
    /// A file with the number's access token; a file, so that it does not stay in the shell's history.
    #[arg(long)]
    whatsapp_token_file: Option<PathBuf>,
    /// A file with the Stripe secret key (sk_… or rk_…).
    #[arg(long, requires = "stripe_webhook_secret_file")]
    stripe_key_file: Option<PathBuf>,
    /// A file with the webhook's signing secret (whsec_…); one per line while one is being rolled.
    #[arg(long)]
    stripe_webhook_secret_file: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
enum CatalogCommand {
    /// Import the shop's file as it is, or say what is wrong with it.
    ///
    /// It may be our CSV or JSON Lines, an export of Shopify, WooCommerce, Tiendanube or Nuvemshop, Wix, Squarespace,
    /// Magento, Square, Loyverse or Lightspeed, a list of PrestaShop, BigCommerce or Odoo, a Meta or Google Merchant
    /// catalog (CSV, TSV, XML), or a plain table; as text or as an Excel workbook. The format is told by the content.
    /// Nothing is imported while any row is refused or anything waits for a yes.
    #[command(after_help = IMPORT_HELP)]
    Import(ImportArgs),
    /// List the newest 20 imports, and which of them can be undone.
    Imports(undo::ImportsArgs),
    /// Undo the newest import: say what would come back, ask, and do it.
    ///
    /// What it created is archived, and what it changed or archived gets back what it was, but for what was sold or
    /// changed by somebody else since.
    Undo(undo::UndoArgs),
    /// Write the catalog as a file: our CSV, to edit and import again, or a feed for Meta or Google.
    Export(catalog::ExportArgs),
    /// An address at which Meta or Google fetch the catalog.
    #[command(subcommand)]
    Feed(catalog::FeedCommand),
    /// Addresses from which the catalog is fetched every few hours.
    #[command(subcommand)]
    Source(sources::SourceCommand),
}

#[derive(Args, Debug)]
struct ImportArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    shop: Slug,
    /// The file to import.
    file: PathBuf,
    /// Only say what would change.
    #[arg(long)]
    dry_run: bool,
    /// Import the other rows when some are refused.
    #[arg(long)]
    skip_refused: bool,
    /// Archive what the shop has and the file has not: the file is the whole catalog.
    #[arg(long)]
    replace: bool,
    /// Agree to what waits for a person's yes; the report says what does.
    #[arg(long, value_enum, value_delimiter = ',')]
    yes: Vec<YesTo>,
    /// Write the refused rows here: the same columns, and one more with the reasons.
    #[arg(long)]
    refused: Option<PathBuf>,
    /// What stands before the cents, where the file does not show it.
    #[arg(long, value_enum)]
    decimal: Option<DecimalMark>,
    /// Where pictures are that the file names by paths alone, such as `https://shop.example/media/catalog/product`.
    #[arg(long)]
    pictures_at: Option<String>,
    /// What a column means: "Precio final=price"; `fact` makes an attribute of it. May be given several times.
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = column_mapping)]
    map: Vec<(String, String)>,
}

/// What a person may agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum YesTo {
    /// Everything below.
    All,
    /// Prices of zero are meant.
    ZeroPrice,
    /// Of rows with the same SKU only the first counts.
    DuplicateSku,
    /// Prices a hundred times, or a hundredth, of what they are in the shop.
    PriceJump,
    /// Prices in another currency than in the shop.
    CurrencyChange,
    /// More than 30 % of the shop gone.
    Vanishing,
    /// Sheets of a workbook that are hidden or have other columns, and are not read.
    SheetsLeftOut,
    /// Columns that may say what is sold, and are not read.
    ColumnsNotRead,
    /// Most rows of the file are left out.
    MostLeftOut,
}

/// What stands before the cents.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum DecimalMark {
    /// 1299.00
    Point,
    /// 1299,00
    Comma,
}

impl YesTo {
    fn doubts(self) -> Vec<Doubt> {
        match self {
            Self::All => Doubt::ALL.to_vec(),
            Self::ZeroPrice => vec![Doubt::ZeroPrice],
            Self::DuplicateSku => vec![Doubt::DuplicateSku],
            Self::PriceJump => vec![Doubt::PriceJump],
            Self::CurrencyChange => vec![Doubt::CurrencyChange],
            Self::Vanishing => vec![Doubt::Vanishing],
            Self::SheetsLeftOut => vec![Doubt::SheetsLeftOut],
            Self::ColumnsNotRead => vec![Doubt::ColumnsNotRead],
            Self::MostLeftOut => vec![Doubt::MostLeftOut],
        }
    }
}

fn column_mapping(text: &str) -> Result<(String, String), String> {
    let (column, field) = text.rsplit_once('=').ok_or("write COLUMN=FIELD, such as \"Precio final=price\"")?;
    let is_known = field == "fact" || Field::ALL.iter().any(|known| known.name() == field);
    if !is_known {
        return Err(format!("`{field}` is no field; catalog/README.md lists them: title, price, sku, …"));
    }
    Ok((column.to_owned(), field.to_owned()))
}

/// Runs a command.
///
/// # Errors
/// In words for the operator.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if !matches!(cli.command, Command::Deployed(DeployedCommand::Serve)) {
        output::end_with_the_reader();
    }
    match cli.command {
        Command::Deployed(command) => Box::pin(run_deployed(command)).await,
        // Bargaining is tried on any machine: it reaches nothing and needs no settings.
        Command::Negotiate(command) => negotiate::run(command, of_shop).await,
    }
}

async fn run_deployed(command: DeployedCommand) -> anyhow::Result<ExitCode> {
    let settings = Settings::load()?;
    telemetry::start_log(&log_filter(&command, &settings), settings.server.log_json)?;
    match command {
        DeployedCommand::Demo(arguments) => demo::run(settings, arguments).await?,
        DeployedCommand::Serve => serve(&settings).await?,
        DeployedCommand::Migrate => {
            let database = find_database(&settings, Restart::Never)?;
            lay_schema(&open_pool(&settings, &database.url().into())?).await?;
            println!("The database is at the schema of this program.");
            database.stop();
        }
        DeployedCommand::Postgres => run_postgres(&settings).await?,
        DeployedCommand::Doctor => return doctor::run(&settings).await,
        DeployedCommand::Merchant(command) => {
            with_pool(&settings, |pool| merchant_command(&settings, pool, command)).await?;
        }
        DeployedCommand::Staff(command) => {
            with_pool(&settings, |pool| staff::run(&settings, pool, command)).await?;
        }
        DeployedCommand::Catalog(CatalogCommand::Import(arguments)) => {
            return with_pool(&settings, |pool| import(&settings, pool, arguments)).await;
        }
        DeployedCommand::Catalog(CatalogCommand::Imports(arguments)) => {
            with_pool(&settings, |pool| undo::list(&settings, pool, arguments)).await?;
        }
        DeployedCommand::Catalog(CatalogCommand::Undo(arguments)) => {
            return with_pool(&settings, |pool| undo::undo(&settings, pool, arguments)).await;
        }
        DeployedCommand::Catalog(CatalogCommand::Export(arguments)) => {
            with_pool(&settings, |pool| catalog::export(&settings, pool, arguments)).await?;
        }
        DeployedCommand::Catalog(CatalogCommand::Feed(command)) => {
            with_pool(&settings, |pool| catalog::feed(&settings, pool, command)).await?;
        }
        DeployedCommand::Catalog(CatalogCommand::Source(command)) => {
            return with_pool(&settings, |pool| sources::run(&settings, pool, command)).await;
        }
        DeployedCommand::ApiKey(command) => {
            with_pool(&settings, |pool| api_keys::run(&settings, pool, command)).await?;
        }
        DeployedCommand::Promotion(command) => {
            return with_pool(&settings, |pool| promotions::run(&settings, pool, command)).await;
        }
        DeployedCommand::Search(command) => return search::run(settings, command).await,
        DeployedCommand::Eval(arguments) => return Box::pin(eval::run(settings, arguments)).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// What is done with a shop's own negotiations.
async fn of_shop(command: ShopCommand) -> anyhow::Result<ExitCode> {
    let settings = Settings::load()?;
    telemetry::start_log("warn", settings.server.log_json)?;
    with_pool(&settings, |pool| negotiations::run(&settings, pool, command)).await
}

/// Commands that print results keep the log for warnings, unless a filter was set.
fn log_filter(command: &DeployedCommand, settings: &Settings) -> String {
    match command {
        DeployedCommand::Serve => settings.server.log.clone(),
        // Loading a large judged set takes the database longer than any shop's statement should; nobody need be warned.
        DeployedCommand::Search(_) if settings.server.log == "info" => "error".to_owned(),
        _ if settings.server.log == "info" => "warn".to_owned(),
        _ => settings.server.log.clone(),
    }
}

/// The database of the settings, or a private one.
///
/// # Errors
/// When there is no way to one, in words that say what to do.
pub fn find_database(settings: &Settings, restart: Restart) -> anyhow::Result<postgres::Server> {
    let found = PostgresSettings { restart, ..settings.postgres("main") };
    tokio::task::block_in_place(|| Ok(postgres::Server::find_or_start(&found)?))
}

/// Brings a database to the schema of this program, the queue's tables included.
///
/// # Errors
/// When the database refuses.
pub async fn lay_schema(pool: &PgPool) -> anyhow::Result<()> {
    migrate(pool).await.context("the schema could not be brought up to date")?;
    queue::store::install(pool).await
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let database = find_database(settings, Restart::Always)?;
    let url: SecretString = database.url().into();
    let pool = open_pool(settings, &url)?;
    ready(settings, &pool).await?;
    pool.close().await;
    let given = Given { database_url: url, media: Router::new(), clock: Clock::machine() };
    let server = Box::pin(Server::start(settings, given)).await?;
    tracing::info!(server.address = %server.address, database.found = %database.found, "serving");
    told_to_stop().await?;
    tracing::info!("stopping");
    server.stop().await;
    database.stop();
    Ok(())
}

/// A private database is brought up to date by itself; one that is named must have been.
async fn ready(settings: &Settings, pool: &PgPool) -> anyhow::Result<()> {
    if settings.database_url().is_none() {
        return lay_schema(pool).await;
    }
    let migrated = is_migrated(pool).await.context("the database does not answer; is DATABASE_URL right?")?;
    anyhow::ensure!(migrated, "the database is not at the schema of this program; run: trato migrate");
    Ok(())
}

async fn run_postgres(settings: &Settings) -> anyhow::Result<()> {
    let database = find_database(settings, Restart::Always)?;
    let pool = open_pool(settings, &database.url().into())?;
    lay_schema(&pool).await?;
    pool.close().await;
    println!("DATABASE_URL={}", database.url());
    eprintln!("Found: {}. Stops with Ctrl-C.", database.found);
    told_to_stop().await?;
    database.stop();
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
///
/// # Errors
/// When signals cannot be listened for.
pub async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    Ok(())
}

/// Runs something against the database, which must be migrated.
async fn with_pool<T, F>(settings: &Settings, what: impl FnOnce(PgPool) -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<T>>,
{
    let database = find_database(settings, Restart::Never)?;
    let pool = open_pool(settings, &database.url().into())?;
    ready(settings, &pool).await?;
    let result = what(pool.clone()).await;
    pool.close().await;
    database.stop();
    result
}

async fn merchant_command(settings: &Settings, pool: PgPool, command: MerchantCommand) -> anyhow::Result<()> {
    let merchants = merchants(settings, &pool)?;
    match command {
        MerchantCommand::List => {
            for merchant in merchants.list().await? {
                println!("{:<24} {:<5} {:<6} {}", merchant.slug, merchant.currency, merchant.locale, merchant.name);
            }
        }
        MerchantCommand::Reseal => {
            let done = merchants.reseal().await?;
            println!(
                "Sealed anew with the first key: {} WhatsApp tokens, {} Stripe accounts. The other keys can be taken \
                 out of TRATO_SECURITY__SEALING_KEYS once every server was started with this one.",
                done.channels, done.payment_accounts
            );
        }
        MerchantCommand::Add(arguments) => {
            let file = merchant::read(&arguments.file)?;
            let credentials = connections(&arguments)?.read()?;
            let scope_of = |id| Scope::new(pool.clone(), id);
            let id = merchant::set_up(&merchants, scope_of, &file).await?;
            merchant::connect(&merchants, id, &credentials).await?;
            println!("{} is set up as `{}`.", file.shop.name, file.shop.slug);
            println!("Its Stripe webhook is {}hooks/stripe/{}", settings.server.public_url, file.shop.slug);
            println!("Next: trato catalog import --shop {} FILE", file.shop.slug);
        }
    }
    Ok(())
}

fn connections(arguments: &MerchantArgs) -> anyhow::Result<Connections> {
    let secret = |path: &PathBuf| -> anyhow::Result<String> {
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
    };
    let whatsapp =
        match (&arguments.whatsapp_phone_number_id, &arguments.whatsapp_number, &arguments.whatsapp_token_file) {
            (Some(id), Some(number), Some(token)) => {
                Some((id.clone(), number.clone(), secret(token)?.trim().to_owned().into()))
            }
            _ => None,
        };
    let stripe = match (&arguments.stripe_key_file, &arguments.stripe_webhook_secret_file) {
        (Some(key), Some(secrets)) => {
            let secrets = secret(secrets)?;
            let secrets = secrets.lines().map(str::trim).filter(|line| !line.is_empty()).map(SecretString::from);
            Some((secret(key)?.trim().to_owned().into(), secrets.collect()))
        }
        _ => None,
    };
    Ok(Connections { whatsapp, stripe })
}

async fn import(settings: &Settings, pool: PgPool, arguments: ImportArgs) -> anyhow::Result<ExitCode> {
    let merchants = merchants(settings, &pool)?;
    let shop = merchant::find(&merchants, &arguments.shop).await?;
    let decimal = arguments.decimal.map(|mark| match mark {
        DecimalMark::Point => Mark::Point,
        DecimalMark::Comma => Mark::Comma,
    });
    let options = ImportOptions {
        reading: ReadOptions {
            decimal,
            agreed: Agreed::to(arguments.yes.iter().flat_map(|kind| kind.doubts()).collect()),
            pictures_at: arguments.pictures_at,
            mapping: arguments.map,
        },
        run: if arguments.dry_run { Run::Dry } else { Run::Apply },
        partial: if arguments.skip_refused { Partial::Allow } else { Partial::Refuse },
        absent: if arguments.replace { Absent::Archive } else { Absent::Keep },
    };
    let scope = Scope::new(pool, shop.id);
    let report = catalog::import(&scope, &shop, &arguments.file, options, arguments.refused.as_deref()).await?;
    println!("{report}");
    if report.outcome == Outcome::Applied && !report.cannot_be_undone {
        eprintln!("To take it back: trato catalog undo --shop {}", arguments.shop);
    }
    Ok(if report.succeeded() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
