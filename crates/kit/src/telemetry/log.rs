//! The log: one JSON object a line, or text for people. Libraries that would write what goes over the wire are kept quiet,
//! and a panic tells its place and not its words, since these may hold what a request brought.

use std::{io, panic};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    registry::Registry,
};

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people.
    Text,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogSettings {
    /// Levels by target, such as `info,earnest_escrow=debug`.
    pub filter: String,
    /// JSON or text.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Json }
    }
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("expected a filter such as info,earnest_escrow=debug, found {0:?}")]
    Filter(String),
    /// The process has a log already.
    #[error("expected a process without a log, found one")]
    Installed,
}

/// Libraries whose finer levels write headers and bodies.
const TALKATIVE: &[&str] = &["h2", "hyper", "hyper_util", "httparse", "axum", "tower", "reqwest", "rustls", "sqlx"];

/// Sets up the process's log on standard error, once.
///
/// # Errors
/// [`TelemetryError`].
pub fn install(settings: &LogSettings) -> Result<(), TelemetryError> {
    let subscriber = subscriber(settings, io::stderr)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| TelemetryError::Installed)?;
    tell_panics_by_place();
    Ok(())
}

/// From now on a panic is logged with its place in the program, and without its words. [`install`] does it too.
pub fn tell_panics_by_place() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
        tracing::error!(target: "earnest::panic", place, "panicked");
    }));
}

/// The log that [`install`] sets up, to another writer: for tests.
///
/// # Errors
/// [`TelemetryError::Filter`].
pub fn subscriber<W>(settings: &LogSettings, writer: W) -> Result<Box<dyn Subscriber + Send + Sync>, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.filter).map_err(|_| TelemetryError::Filter(settings.filter.clone()))?;
    let lines = fmt::layer().with_writer(writer).with_ansi(false);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match settings.format {
        LogFormat::Json => Box::new(lines.json().flatten_event(true).with_span_list(false)),
        LogFormat::Text => Box::new(lines),
    };
    Ok(Box::new(Registry::default().with(lines.with_filter(filter_fn(is_quiet_enough).and(filter)))))
}

/// Libraries that would write what goes over the wire are kept quiet, whatever a filter says.
fn is_quiet_enough(metadata: &Metadata<'_>) -> bool {
    let library = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::WARN || !TALKATIVE.contains(&library)
}
