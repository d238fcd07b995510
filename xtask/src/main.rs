//! What a developer or CI types: `cargo xtask <task>`. Each task is a module; a new one is a `mod` line, a variant and
//! an arm.

mod attacks;
mod bench;
mod ci;
mod codegen;
mod fuzz;
mod languages;
mod layers;
mod openapi;
mod peers;
mod step;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "What a developer or CI types")]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that a change must pass; on a machine with Rust and a C++ compiler it needs nothing else.
    Ci,
    /// What a developer runs before a commit: form, lints, tests.
    Test,
    /// Refuse a dependency between crates that the architecture does not allow, and I/O below the ports.
    Layers,
    /// Refuse what no compiler sees: long files, unfinished work, dead links, dependencies without a reason.
    Tidy,
    /// Write what is generated: schemas, test vectors, reference, packages for TypeScript and Python.
    Codegen {
        /// Write nothing; fail naming each file that differs, and refuse a changed frozen schema.
        #[arg(long)]
        check: bool,
    },
    /// Test the TypeScript and Python packages over every test vector.
    Languages,
    /// Run the tests of the list of attacks, and no others.
    Attacks,
    /// Ask a running escrow what its OpenAPI document promises.
    Openapi,
    /// Have published clients, servers and facilitators of x402 pay and charge beside ours.
    Peers,
    /// Judge payments in ORC as a facilitator does, a line each: what the peers' stand-in asks.
    #[command(hide = true)]
    Judge {
        /// Whose ledger the payments are on.
        federation: String,
    },
    /// Measure something beside its limit or a peer, in a release build; `--help` lists what.
    Bench(bench::Args),
    /// Feed a target of `fuzz/` with what cargo-fuzz thinks up.
    Fuzz(fuzz::Args),
}

fn main() -> ExitCode {
    match run(Line::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Ci => ci::run(),
        Task::Test => ci::test(),
        Task::Layers => layers::run(),
        Task::Tidy => tidy::run(),
        Task::Codegen { check } => codegen::run(check).map_err(|error| anyhow::anyhow!("{error}")),
        Task::Languages => languages::run(),
        Task::Attacks => attacks::run(),
        Task::Openapi => openapi::run(),
        Task::Peers => peers::run(),
        Task::Judge { federation } => peers::judge(&federation),
        Task::Bench(args) => bench::run(&args),
        Task::Fuzz(args) => fuzz::run(&args),
    }
}
