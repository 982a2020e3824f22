//! `trato catalog …`: a file into a shop, with a report; a shop into a file; and feeds for others to fetch.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::PgPool;

use crate::app::merchant;
use crate::app::output::keep_apart;
use crate::app::serve::merchants;
use crate::base::clock::Clock;
use crate::base::names::Slug;
use crate::base::secret::random_token;
use crate::base::store::Scope;
use crate::catalog::export::store::Exports;
use crate::catalog::export::{Kind, Writer};
use crate::catalog::import::report::Report;
use crate::catalog::import::source::Source;
use crate::catalog::import::store::Imports;
use crate::catalog::import::{ImportOptions, Progress, ShopDefaults, read_aside, refused_rows};
use crate::config::Settings;
use crate::merchants::merchant::Merchant;
use crate::merchants::store::Merchants;
use crate::web::feeds::place;

/// Imports a file, with a progress bar where a person is watching.
///
/// # Errors
/// When the file cannot be read, is no catalog, or the database does not answer. Refused rows are in the report.
pub async fn import(
    scope: &Scope,
    merchant: &Merchant,
    path: &PathBuf,
    options: ImportOptions,
    refused: Option<&Path>,
) -> anyhow::Result<Report> {
    if let Some(refused) = refused {
        keep_apart(refused, path)?;
    }
    let reading = || format!("reading {}", path.display());
    let source = Source::file(File::open(path).with_context(reading)?).with_context(reading)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} products and variants") {
        bar.set_style(style);
    }
    let told = |progress: Progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    };
    let today = Some(Clock::machine().now().with_timezone(&merchant.time_zone).date_naive());
    let defaults = ShopDefaults { currency: merchant.currency, language: merchant.locale.language(), today };
    let said = options.reading.clone();
    let read = read_aside(source.clone(), defaults, said.clone()).await?;
    let report = Box::pin(Imports::of(scope).run(&name, read, options, &told)).await;
    bar.finish_and_clear();
    let report = report?;
    if let Some(path) = refused.filter(|_| report.reading.refused_rows > 0) {
        let writing = || format!("writing {}", path.display());
        let mut out = BufWriter::new(File::create(path).with_context(writing)?);
        refused_rows(&source, defaults, &said, &mut out)?;
        out.flush().with_context(writing)?;
        eprintln!("The refused rows are in {}.", path.display());
    }
    Ok(report)
}

/// What a catalog may be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindWanted {
    /// Our own CSV: everything, to edit and import again.
    Trato,
    /// A CSV for Meta's Commerce Manager: what is on sale.
    Meta,
    /// A TSV for Google Merchant Center: what is on sale.
    Google,
}

impl KindWanted {
    const fn kind(self) -> Kind {
        match self {
            Self::Trato => Kind::Ours,
            Self::Meta => Kind::Meta,
            Self::Google => Kind::Google,
        }
    }
}

/// What others may fetch; never our own file, which has costs and floors in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FeedWanted {
    /// A CSV for Meta's Commerce Manager.
    Meta,
    /// A TSV for Google Merchant Center.
    Google,
}

impl FeedWanted {
    const fn kind(self) -> Kind {
        match self {
            Self::Meta => Kind::Meta,
            Self::Google => Kind::Google,
        }
    }
}

/// `export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    pub shop: Slug,
    /// The format.
    #[arg(long = "as", value_enum, default_value = "trato")]
    kind: KindWanted,
    /// Where a product is bought, with {handle}, {sku} or {title} in it; left out: the chat with the shop.
    #[arg(long)]
    link: Option<String>,
    /// The file to write; left out: standard output.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// `feed`.
#[derive(Subcommand, Debug)]
pub enum FeedCommand {
    /// Print a secret address at which Meta or Google may fetch the catalog, always as it is. An older one for the same
    /// kind stops working.
    Open {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
        /// Who fetches it, and in what format.
        #[arg(long = "as", value_enum)]
        kind: FeedWanted,
        /// Where a product is bought, with {handle}, {sku} or {title} in it; left out: the chat with the shop.
        #[arg(long)]
        link: Option<String>,
    },
    /// Close the address: nobody can fetch the catalog there any more.
    Close {
        /// The shop, by its slug (`trato merchant list` shows it).
        #[arg(long)]
        shop: Slug,
        /// Whose address.
        #[arg(long = "as", value_enum)]
        kind: FeedWanted,
    },
}

/// Writes a catalog, page by page.
///
/// # Errors
/// When the file cannot be written, or the database does not answer.
pub async fn export(settings: &Settings, pool: PgPool, arguments: ExportArgs) -> anyhow::Result<()> {
    let merchants = merchants(settings, &pool)?;
    let shop = merchant::find(&merchants, &arguments.shop).await?;
    let kind = arguments.kind.kind();
    let link = match kind {
        // Our own file links nowhere.
        Kind::Ours => String::new(),
        Kind::Meta | Kind::Google => link(settings, &merchants, &shop, arguments.link).await?,
    };
    let writer = Writer::new(kind, place(&shop, settings.server.public_url.as_str(), link));
    let mut out: Box<dyn Write> = match &arguments.out {
        Some(path) => Box::new(File::create(path).with_context(|| format!("writing {}", path.display()))?),
        None => Box::new(std::io::stdout()),
    };
    out.write_all(&writer.header()?)?;
    let scope = Scope::new(pool, shop.id);
    let (mut last, mut products) = (None, 0);
    loop {
        let page = Exports::of(&scope).page(writer.kind(), last.as_ref()).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.fields.handle.clone());
        products += page.len();
        out.write_all(&writer.products(&page)?)?;
    }
    out.flush()?;
    eprintln!("{products} products of {} written.", shop.name);
    Ok(())
}

/// Opens and closes feeds.
///
/// # Errors
/// In words for the operator.
pub async fn feed(settings: &Settings, pool: PgPool, command: FeedCommand) -> anyhow::Result<()> {
    let merchants = merchants(settings, &pool)?;
    let (FeedCommand::Open { shop, kind, .. } | FeedCommand::Close { shop, kind }) = &command;
    let (shop, kind) = (merchant::find(&merchants, shop).await?, kind.kind());
    let scope = Scope::new(pool, shop.id);
    match command {
        FeedCommand::Open { link: wanted, .. } => {
            let link = link(settings, &merchants, &shop, wanted).await?;
            let token = random_token();
            Exports::of(&scope).open_feed(kind, &link, &token).await?;
            println!("{}feeds/{token}.{}", settings.server.public_url, kind.ending());
            eprintln!("Whoever has this address can read the catalog; it is not shown again.");
        }
        FeedCommand::Close { .. } => {
            let closed = Exports::of(&scope).close_feed(kind).await?;
            println!("{}", if closed { "Closed." } else { "There was no such feed." });
        }
    }
    Ok(())
}

/// Where a product is bought: as the merchant says, or in the chat.
async fn link(
    settings: &Settings,
    merchants: &Merchants,
    shop: &Merchant,
    wanted: Option<String>,
) -> anyhow::Result<String> {
    if let Some(link) = wanted {
        anyhow::ensure!(
            link.starts_with("https://"),
            "a link begins with https://, such as https://shop.example/{{handle}}"
        );
        return Ok(link);
    }
    let channel = merchants.channels(shop.id).await?.into_iter().next();
    let channel =
        channel.with_context(|| format!("{} has no WhatsApp number to link to; say --link", shop.name))?;
    let digits: String = channel.display_number.chars().filter(char::is_ascii_digit).collect();
    Ok(format!("{}/{digits}?text={{title}}", settings.whatsapp.chat_url.as_str().trim_end_matches('/')))
}
