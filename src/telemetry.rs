//! Log and metrics set-up. A line of the log never holds what a shopper wrote, a name, a number or a token.

use std::io::IsTerminal as _;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Buckets of durations, in seconds: from a statement to a slow model.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

/// Starts the log. `filter` is written as `tracing` filters are: `info,trato=debug`.
///
/// # Errors
/// When the filter cannot be read or a log was started before.
pub fn start_log(filter: &str, json: bool) -> anyhow::Result<()> {
    // The job library logs each failed attempt with its payload at error level; our own workers say what matters.
    let filter = EnvFilter::try_new(format!("{filter},graphile_worker=warn,sqlx=warn"))?;
    let registry = tracing_subscriber::registry().with(filter);
    if json {
        registry.with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr)).try_init()?;
    } else {
        // In a file or a pipe, colours are noise between the words that somebody searches for.
        let layer = tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal());
        registry.with(layer.with_target(false).with_writer(std::io::stderr)).try_init()?;
    }
    Ok(())
}

/// Installs the recorder of metrics and returns what renders them for `/metrics`. A second call in one process
/// gives a handle of its own that renders nothing.
///
/// # Errors
/// When the buckets cannot be set.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    // In tests several servers share a process and the first one's recorder.
    drop(metrics::set_global_recorder(recorder));
    Ok(handle)
}
