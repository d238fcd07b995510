//! Measurements, in a release build, each beside a baseline that is measured in the same run. `cargo xtask bench` builds
//! this program and runs it.

mod args;
mod callers;
mod corpus;
mod gateway;
mod instructions;
mod journal;
mod kit;
mod ledger;
mod node;
mod postgres;
mod relay;
mod report;
mod service;
mod verify;

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::bail;
use clap::Parser;
use earnest_artifacts::Artifact;

use crate::args::{Args, Bench};

#[derive(Parser)]
#[command(
    name = "cargo xtask bench",
    bin_name = "cargo xtask bench",
    about = "Measure something beside its limit or a peer"
)]
struct Line {
    #[command(flatten)]
    args: Args,
    /// Measure nothing: verify one document so many times, while somebody counts instructions.
    #[arg(long, hide = true)]
    once: Option<usize>,
}

fn main() -> ExitCode {
    match run(&Line::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: &Line) -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        bail!("expected a release build; use `cargo xtask bench`");
    }
    if let Some(times) = line.once {
        return once(times);
    }
    let report = match line.args.name {
        Bench::Verify => verify::measure()?,
        Bench::Relay => relay::measure()?,
        Bench::Kit => kit::measure()?,
        Bench::Ledger => ledger::measure()?,
        Bench::Escrow => service::measure()?,
        Bench::Gateway => gateway::measure()?,
        Bench::Journal => journal::measure()?,
    };
    if line.args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

/// Verifies one document so many times.
fn once(times: usize) -> anyhow::Result<()> {
    let document = corpus::offer(0)?;
    for _ in 0..times {
        black_box(Artifact::verify(black_box(document.text.as_bytes()))?);
    }
    Ok(())
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
}
