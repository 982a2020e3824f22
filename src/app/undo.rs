//! `trato catalog imports` and `trato catalog undo`: what was imported, and taking the newest of it back.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Args;
use sqlx::PgPool;

use crate::app::merchant;
use crate::app::serve::merchants;
use crate::base::ids::ImportId;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::catalog::history::store::History;
use crate::catalog::history::{Did, Past};
use crate::catalog::import::Run;
use crate::catalog::import::report::Outcome;
use crate::catalog::undo::report::UndoReport;
use crate::catalog::undo::standing::Standing;
use crate::catalog::undo::store::{UndoError, Undos};
use crate::config::Settings;

/// How many imports are listed.
const LISTED: i64 = 20;

/// `imports`.
#[derive(Args, Debug)]
pub struct ImportsArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    shop: Slug,
}

/// `undo`.
#[derive(Args, Debug)]
pub struct UndoArgs {
    /// The shop, by its slug (`trato merchant list` shows it).
    #[arg(long)]
    shop: Slug,
    /// The import to undo, by the id that `trato catalog imports` shows; left out: the newest. Only the newest can be
    /// undone, so naming it makes sure that none came after it.
    import: Option<ImportId>,
    /// Only say what would come back.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Undo it without asking.
    #[arg(long)]
    yes: bool,
}

/// Lists the newest imports.
///
/// # Errors
/// In words for the operator.
pub async fn list(settings: &Settings, pool: PgPool, arguments: ImportsArgs) -> anyhow::Result<()> {
    let shop = merchant::find(&merchants(settings, &pool)?, &arguments.shop).await?;
    let imports = History::of(&Scope::new(pool, shop.id)).imports(LISTED).await?;
    if imports.is_empty() {
        println!("Nothing was imported yet.");
    }
    for import in &imports {
        println!("{}", line(import));
    }
    Ok(())
}

/// An import in one line.
fn line(past: &Past) -> String {
    let did = match &past.did {
        Did::Undo { counts } => {
            format!("undo: {} archived, {} restored, {} left", counts.archived, counts.restored, counts.left)
        }
        Did::Import { outcome: Some(Outcome::Applied), counts, .. } => format!(
            "{} products and {} variants created, {} changed, {} archived",
            counts.products_created, counts.variants_created, counts.changed, counts.archived
        ),
        Did::Import { outcome: Some(Outcome::Unchanged), .. } => "nothing to change".to_owned(),
        Did::Import { .. } => "nothing was imported".to_owned(),
    };
    let standing = match past.standing {
        Standing::Open(until) => format!("; can be undone until {}", until.format("%Y-%m-%d")),
        Standing::Undone => "; undone".to_owned(),
        _ => String::new(),
    };
    format!("{}  {}  {}: {did}{standing}", past.id, past.at.format("%Y-%m-%d %H:%M UTC"), past.file)
}

/// Shows what undoing an import would bring back, asks, and does it.
///
/// # Errors
/// In words for the operator.
pub async fn undo(settings: &Settings, pool: PgPool, arguments: UndoArgs) -> anyhow::Result<ExitCode> {
    let shop = merchant::find(&merchants(settings, &pool)?, &arguments.shop).await?;
    let undos = Undos::of(&Scope::new(pool, shop.id));
    let import = undos.find(arguments.import).await?.id;
    let shown = run(&undos, import, Run::Dry, None).await?;
    println!("{shown}");
    if arguments.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.yes && !agreed()? {
        return Ok(ExitCode::FAILURE);
    }
    let report = run(&undos, import, Run::Apply, Some(&shown)).await?;
    if report.outcome == Outcome::Applied {
        println!("Undone.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{report}");
    Ok(ExitCode::FAILURE)
}

async fn run(undos: &Undos, import: ImportId, run: Run, shown: Option<&UndoReport>) -> anyhow::Result<UndoReport> {
    match undos.run(import, run, shown.map(|shown| shown.plan)).await {
        Err(UndoError::Not(standing)) => anyhow::bail!("{}", standing.why_not().unwrap_or_default()),
        other => Ok(other?),
    }
}

/// Asks where a person is there to answer.
fn agreed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        eprintln!("Add --yes to undo it.");
        return Ok(false);
    }
    eprint!("Undo it? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}
