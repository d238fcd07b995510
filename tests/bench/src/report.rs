//! What a bench says: results with their baselines and aims, as one JSON object or as a table.

use std::{fmt, fs, thread};

use serde::Serialize;

/// The results of a bench.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) bench: &'static str,
    pub(crate) machine: String,
    pub(crate) results: Vec<Measured>,
    /// What could not be measured, or not well, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
}

/// A result.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p50: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p99: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) baseline: Option<Baseline>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aim: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) met: Option<bool>,
}

/// What a result is compared with, in its unit.
#[derive(Debug, Serialize)]
pub(crate) struct Baseline {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
}

impl Measured {
    /// The same result with a baseline, the ratio to it, and the ratio that is aimed at.
    pub(crate) fn beside(mut self, name: &'static str, value: f64, ratio: f64, aim: Option<f64>) -> Self {
        self.baseline = Some(Baseline { name, value: rounded(value) });
        self.ratio = Some(rounded(ratio));
        self.aim = aim;
        self.met = aim.map(|aim| ratio >= aim);
        self
    }

    /// The same result with a value that it is not to exceed.
    pub(crate) fn at_most(mut self, aim: f64) -> Self {
        self.aim = Some(aim);
        self.met = Some(self.value <= aim);
        self
    }
}

/// A value with four significant digits, or whole where it is greater: a measurement is not more exact.
pub(crate) fn rounded(value: f64) -> f64 {
    let scale = if value >= 1_000.0 { 1.0 } else { 1_000.0 };
    (value * scale).round() / scale
}

/// The value that so many per cent of the values do not exceed.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len().saturating_sub(1) * percent).div_ceil(100);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// The median of the rounds' ratios: both sides of each were measured at nearly the same moment.
pub(crate) fn ratio(values: &[f64], baselines: &[f64]) -> f64 {
    let ratios: Vec<f64> = values.iter().zip(baselines).map(|(value, baseline)| value / baseline).collect();
    percentile(&ratios, 50)
}

/// Processor, cores and operating system.
pub(crate) fn machine() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = thread::available_parallelism().map_or(0, usize::from);
    format!("{model}, {cores} cores, {} {}", std::env::consts::OS, std::env::consts::ARCH)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} on {}", self.bench, self.machine)?;
        for result in &self.results {
            write!(f, "  {:<28} {:>12} {}", result.name, result.value, result.unit)?;
            if let (Some(p50), Some(p99)) = (result.p50, result.p99) {
                write!(f, ", p50 {p50}, p99 {p99}")?;
            }
            if let (Some(baseline), Some(ratio)) = (&result.baseline, result.ratio) {
                write!(f, "; {ratio} × {} ({})", baseline.name, baseline.value)?;
            }
            if let (Some(aim), Some(met)) = (result.aim, result.met) {
                write!(f, "; aim {aim}: {}", if met { "met" } else { "not met" })?;
            }
            writeln!(f)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  note: {note}"))
    }
}
