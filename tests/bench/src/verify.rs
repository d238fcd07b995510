//! Documents verified per second: the whole way, beside the bare signature check and a verifier in Node.

use std::{hint::black_box, num::NonZeroUsize, time::Instant};

use anyhow::ensure;
use earnest_artifacts::Artifact;
use earnest_signing::in_parallel;

use crate::{
    corpus::{self, Offer},
    instructions, node,
    report::{Measured, Report, machine, percentile, ratio, rounded},
};

/// How many different documents.
const DOCUMENTS: usize = 64;
/// How often each is verified in a round: enough that starting a thread, and waiting for the last one, cost nothing.
const REPEATS: usize = 48;
/// How many rounds; in each, everything is measured once, so that a slow moment of the machine hits all alike.
const ROUNDS: usize = 25;

/// The gain from a second core that is aimed at.
const TWO_CORES: f64 = 1.9;

/// Documents per second, a value for each round.
#[derive(Default)]
struct Rates {
    bare: Vec<f64>,
    bare_on_two: Vec<f64>,
    whole: Vec<f64>,
    whole_on_two: Vec<f64>,
    node: Vec<f64>,
}

/// Measures.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let offers = corpus::offers(DOCUMENTS)?;
    let work: Vec<&Offer> = std::iter::repeat_n(&offers, REPEATS).flatten().collect();
    let mut notes = Vec::new();
    let mut node = node::start(&offers[0]).map_err(|error| notes.push(format!("Node is left out: {error:#}"))).ok();
    let mut rates = Rates::default();
    let bare = |offer: &&Offer| black_box(black_box(offer).bare());
    let whole = |offer: &&Offer| black_box(Artifact::verify(black_box(offer.text.as_bytes()))).is_ok();
    for _ in 0..ROUNDS {
        rates.bare.push(rate(&work, 1, bare)?);
        rates.whole.push(rate(&work, 1, whole)?);
        rates.bare_on_two.push(rate(&work, 2, bare)?);
        rates.whole_on_two.push(rate(&work, 2, whole)?);
        if let Some(node) = &mut node {
            rates.node.push(node.round()?);
        }
    }
    let spare = ratio(&rates.bare_on_two, &rates.bare);
    if spare < TWO_CORES {
        notes.push(format!("no second core was free: the bare check too is only {spare:.2} times as fast on two"));
    }
    let mut results = rates.results();
    results.push(latency(&offers));
    match instructions::per_document() {
        Ok(count) => results.push(count),
        Err(error) => notes.push(format!("instructions are left out: {error:#}")),
    }
    Ok(Report { bench: "verify", machine: machine(), results, notes })
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

fn rate(work: &[&Offer], threads: usize, verify: impl Fn(&&Offer) -> bool + Sync) -> anyhow::Result<f64> {
    let start = now();
    let verified = in_parallel(work, NonZeroUsize::new(threads), verify);
    let seconds = start.elapsed().as_secs_f64();
    ensure!(verified.iter().all(|verified| *verified), "expected every document verified");
    Ok(work.len() as f64 / seconds)
}

fn result(name: &'static str, values: &[f64]) -> Measured {
    Measured { name, unit: "documents/s", value: rounded(percentile(values, 50)), ..Measured::default() }
}

impl Rates {
    fn results(&self) -> Vec<Measured> {
        let one = percentile(&self.whole, 50);
        let bare = percentile(&self.bare, 50);
        let mut results = vec![
            result("one core", &self.whole).beside("bare check", bare, ratio(&self.whole, &self.bare), Some(0.75)),
            result("two cores", &self.whole_on_two).beside(
                "one core",
                one,
                ratio(&self.whole_on_two, &self.whole),
                Some(TWO_CORES),
            ),
            result("bare check on two cores", &self.bare_on_two).beside(
                "bare check",
                bare,
                ratio(&self.bare_on_two, &self.bare),
                None,
            ),
        ];
        if !self.node.is_empty() {
            let node = percentile(&self.node, 50);
            let beside = result("beside Node", &self.whole);
            results.push(beside.beside("ajv, canonicalize, noble", node, ratio(&self.whole, &self.node), Some(10.0)));
        }
        results
    }
}

/// The time of one document, each measured alone.
fn latency(offers: &[Offer]) -> Measured {
    let micros = |offer: &Offer| {
        let start = now();
        let verified = black_box(Artifact::verify(black_box(offer.text.as_bytes())));
        let taken = start.elapsed().as_secs_f64() * 1e6;
        drop(verified);
        taken
    };
    let times: Vec<f64> = std::iter::repeat_n(offers, 40).flatten().map(micros).collect();
    let p50 = rounded(percentile(&times, 50));
    let p99 = rounded(percentile(&times, 99));
    Measured { name: "one document", unit: "µs", value: p50, p50: Some(p50), p99: Some(p99), ..Measured::default() }
}
