//! What a developer or CI types: `cargo xtask <task>`. Each task is a module; a new one is a `mod` line, a variant and
//! an arm.

mod bench;
mod codegen;
mod languages;
mod step;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "What a developer or CI types")]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write what is generated: schemas, test vectors, reference, packages for TypeScript and Python.
    Codegen {
        /// Write nothing; fail naming each file that differs, and refuse a changed frozen schema.
        #[arg(long)]
        check: bool,
    },
    /// Test the TypeScript and Python packages over every test vector.
    Languages,
    /// Measure: `verify` is documents verified per second, beside the bare signature check and a verifier in Node.
    Bench(bench::Args),
    /// The measurement itself: `bench` runs it in a release build.
    #[command(hide = true)]
    BenchInner(bench::Args),
    /// The same document verified so many times: what `bench` counts instructions of.
    #[command(hide = true)]
    BenchOnce { times: usize },
}

fn main() -> anyhow::Result<()> {
    match Line::parse().task {
        Task::Codegen { check } => codegen::run(check).map_err(|error| anyhow::anyhow!("{error}")),
        Task::Languages => languages::run().map_err(|error| anyhow::anyhow!("{error}")),
        Task::Bench(args) => bench::run(&args),
        Task::BenchInner(args) => bench::inner(&args),
        Task::BenchOnce { times } => bench::once(times),
    }
}
