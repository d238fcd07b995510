//! Metrics in Prometheus' text form. Each service has its own, so that several fit into one process. Labels are words of
//! the program, never of a request.

use std::{fmt, sync::Arc, time::Duration};

use http::{Method, StatusCode};
use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Where a request's time falls, in seconds.
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
const METADATA: Metadata<'_> = Metadata::new("earnest", Level::INFO, None);

/// A service's metrics. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Default for Metrics {
    fn default() -> Self {
        // Only an empty list of buckets is refused; were it, histograms would be summaries.
        let builder = PrometheusBuilder::new().set_buckets(BUCKETS).unwrap_or_default();
        let recorder = Arc::new(builder.build_recorder());
        let handle = recorder.handle();
        Self { recorder, handle }
    }
}

impl Metrics {
    /// Counts one.
    pub fn count(&self, name: &'static str) {
        self.count_by(name, &[]);
    }

    /// Counts one, under labels that are words of the program.
    pub fn count_by(&self, name: &'static str, labels: &[(&'static str, &'static str)]) {
        self.recorder.register_counter(&key(name, labels), &METADATA).increment(1);
    }

    /// Sets a gauge.
    pub fn set(&self, name: &'static str, labels: &[(&'static str, &'static str)], value: f64) {
        self.recorder.register_gauge(&key(name, labels), &METADATA).set(value);
    }

    /// Notes how long something took.
    pub fn time(&self, name: &'static str, labels: &[(&'static str, &'static str)], took: Duration) {
        self.recorder.register_histogram(&key(name, labels), &METADATA).record(took.as_secs_f64());
    }

    /// Everything, in Prometheus' text form.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }

    /// Notes a request that was answered. The route is the pattern that it matched, of which there are as many as the
    /// service has routes.
    pub(crate) fn request(&self, method: &Method, route: &Arc<str>, status: StatusCode, took: Duration) {
        let route = Label::new("route", Arc::clone(route));
        let labels = vec![
            route.clone(),
            Label::from_static_parts("method", method_label(method)),
            Label::new("status", status.as_str().to_owned()),
        ];
        let requests = Key::from_parts("earnest_http_requests_total", labels);
        self.recorder.register_counter(&requests, &METADATA).increment(1);
        let seconds = Key::from_parts("earnest_http_request_seconds", vec![route]);
        self.recorder.register_histogram(&seconds, &METADATA).record(took.as_secs_f64());
    }

    pub(crate) fn open_connection(&self) -> OpenConnection {
        let gauge = self.recorder.register_gauge(&Key::from_static_name("earnest_connections"), &METADATA);
        gauge.increment(1.0);
        OpenConnection(gauge)
    }
}

/// A connection that is counted while it lives.
#[derive(Debug)]
pub(crate) struct OpenConnection(metrics::Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

fn key(name: &'static str, labels: &[(&'static str, &'static str)]) -> Key {
    let labels: Vec<Label> = labels.iter().map(|(name, value)| Label::from_static_parts(name, value)).collect();
    Key::from_parts(name, labels)
}

/// A method that HTTP knows; all others count as one.
pub(crate) fn method_label(method: &Method) -> &'static str {
    ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"]
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or("other")
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}
