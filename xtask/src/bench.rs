//! Measurements, in a release build, each beside a baseline that is measured in the same run.

mod corpus;
mod instructions;
mod journal;
mod kit;
mod ledger;
mod node;
mod relay;
mod report;
mod verify;

use std::hint::black_box;

use anyhow::{Context, bail};
use clap::{Args as ClapArgs, ValueEnum};
use earnest_artifacts::Artifact;

use crate::step;

/// What `cargo xtask bench` is given.
#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// What to measure.
    name: Bench,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Bench {
    /// Documents verified per second: read, schema, rules, canonical form, signature.
    Verify,
    /// Events that the relay decides per second, with few and many payments in flight.
    Relay,
    /// Requests per second: an empty axum route, the same behind the kit, and behind its signature check.
    Kit,
    /// Commands that the ledger decides and applies per second, in memory, at 10 thousand and at 10 million facts.
    Ledger,
    /// Durable commands per second through the journal's writer, beside a log that is synced, and the time of a restart.
    Journal,
}

/// Builds this program for release, and measures with it.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let name = args.name.to_possible_value().context("expected a bench that has a name")?;
    let mut line = vec!["run", "--quiet", "--release", "--package", "earnest-xtask", "--", "bench-inner"];
    line.push(name.get_name());
    if args.json {
        line.push("--json");
    }
    step::cargo(&line)
}

/// Measures, in the build that this program is of.
pub(crate) fn inner(args: &Args) -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        bail!("expected a release build; use `cargo xtask bench`");
    }
    let report = match args.name {
        Bench::Verify => verify::measure()?,
        Bench::Relay => relay::measure()?,
        Bench::Kit => kit::measure()?,
        Bench::Ledger => ledger::measure()?,
        Bench::Journal => journal::measure()?,
    };
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

/// Verifies one document so many times.
pub(crate) fn once(times: usize) -> anyhow::Result<()> {
    let document = corpus::offer(0)?;
    for _ in 0..times {
        black_box(Artifact::verify(black_box(document.text.as_bytes()))?);
    }
    Ok(())
}
