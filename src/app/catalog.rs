//! `trato catalog import`: a file into a shop, with a report.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use crate::base::store::Scope;
use crate::catalog::import::report::Report;
use crate::catalog::import::{ImportOptions, Progress, ShopDefaults, Upload, refused_rows, run_import};
use crate::merchants::merchant::Merchant;

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
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} products and variants") {
        bar.set_style(style);
    }
    let told = |progress: Progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    };
    let defaults = ShopDefaults { currency: merchant.currency, language: merchant.locale.language() };
    let reading = options.reading.clone();
    let report = run_import(scope, defaults, Upload { name: &name, bytes: &bytes }, options, &told).await;
    bar.finish_and_clear();
    let report = report?;
    if let Some((path, rows)) = refused.zip(refused_rows(&bytes, &report.reading, &reading)?) {
        std::fs::write(path, rows).with_context(|| format!("writing {}", path.display()))?;
        eprintln!("The refused rows are in {}.", path.display());
    }
    Ok(report)
}
