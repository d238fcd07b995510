//! Measurements: built for release and run. They are a package of their own, `tests/bench`, so that nothing else waits
//! for what they need.

#[path = "../../tests/bench/src/args.rs"]
mod args;

use anyhow::Context;
use clap::ValueEnum;

pub(crate) use self::args::Args;
use crate::step;

/// Builds the benches for release, and measures with them.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let name = args.name.to_possible_value().context("expected a bench that has a name")?;
    let mut line = vec!["run", "--release", "--quiet", "--package", "earnest-bench", "--", name.get_name()];
    if args.json {
        line.push("--json");
    }
    step::cargo(&line)
}
