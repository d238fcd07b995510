//! Fuzzing: the targets of `fuzz/`, run by cargo-fuzz on the pinned compiler.

use std::{fs, process::Command};

use anyhow::{Context, ensure};
use clap::Args as ClapArgs;

use crate::step;

/// How long `cargo xtask ci` feeds each target.
const MOMENT_SECS: u64 = 15;

/// What `cargo xtask fuzz` is given.
#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// The target: a file of `fuzz/fuzz_targets`, without its ending.
    name: String,
    /// How long.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
}

/// Feeds a target.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let targets = targets()?;
    ensure!(targets.contains(&args.name), "expected one of {}, found {:?}", targets.join(", "), args.name);
    install()?;
    feed(&args.name, args.seconds)
}

/// Feeds every target for a moment.
pub(crate) fn each() -> anyhow::Result<()> {
    let targets = targets()?;
    install()?;
    targets.iter().try_for_each(|name| feed(name, MOMENT_SECS).with_context(|| format!("fuzz target {name}")))
}

fn targets() -> anyhow::Result<Vec<String>> {
    let folder = step::root().join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).with_context(|| format!("expected fuzz targets in {}", folder.display()))?;
    let mut names = Vec::new();
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    names.sort();
    ensure!(!names.is_empty(), "expected fuzz targets in {}, found none", folder.display());
    Ok(names)
}

fn has_cpp() -> bool {
    let named = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    Command::new(named).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn install() -> anyhow::Result<()> {
    ensure!(has_cpp(), "expected a C++ compiler, which libFuzzer is built with (Debian: apt-get install g++)");
    let mut asked = step::cargo_command();
    if asked.args(["fuzz", "--version"]).output()?.status.success() {
        return Ok(());
    }
    step::cargo(&["install", "--quiet", "--locked", "cargo-fuzz"])
}

/// Begins from the seeds and from what earlier runs found. Sanitizers need a flag that stable compilers take only so.
fn feed(name: &str, seconds: u64) -> anyhow::Result<()> {
    let folder = step::root().join("fuzz");
    let (found, seeds) = (folder.join("corpus").join(name), folder.join("seeds").join(name));
    fs::create_dir_all(&found)?;
    let mut cargo = step::cargo_command();
    cargo.args(["fuzz", "run", name]).arg(found).args(seeds.is_dir().then_some(seeds));
    cargo.args(["--", &format!("-max_total_time={seconds}"), "-verbosity=0", "-print_final_stats=1"]);
    step::run(cargo.env("RUSTC_BOOTSTRAP", "1"))
}
