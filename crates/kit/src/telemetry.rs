//! What operators see: a log without secrets, and metrics with bounded labels.

mod log;
mod metrics;
mod redacted;

pub use log::{LogFormat, LogSettings, TelemetryError, install, subscriber, tell_panics_by_place};
pub use metrics::Metrics;
pub(crate) use metrics::method_label;
pub use redacted::{Pseudonym, Redacted};
